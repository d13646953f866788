"""For the tests of rooms' settings: fill them from the shipped evidence, as reading a scenario does."""

from __future__ import annotations

from typing import Any, TypeVar

from ibsim.evidence import Evidence, load
from ibsim.policy.lever import Settings

Kind = TypeVar("Kind", bound=Settings)


def filled(kind: type[Kind], given: dict[str, Any] | None = None, evidence: Evidence | None = None) -> Kind:
    """A room's settings: what is given, and the evidence for the rest."""
    return kind.model_validate(given or {}, context={"evidence": evidence or load()})
