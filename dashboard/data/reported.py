"""What the evaluation printed, to set beside the model's figures."""

from __future__ import annotations

from functools import cache

from ibsim.evidence.facts import DATA, read_facts


@cache
def reported(fact: str) -> float:
    """A printed figure by its id in the evidence; KeyError for an id that it does not have."""
    return read_facts((DATA,))[fact].value
