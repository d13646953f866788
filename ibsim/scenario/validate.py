"""Validation: what Pydantic finds in the levers becomes problems with file, line, rule and remedy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ibsim.evidence import Evidence
from ibsim.policy.lever import Misfit, Settings
from ibsim.scenario.catalogue import evidence_at, type_at
from ibsim.scenario.hints import allowed, correction, unknown_key
from ibsim.scenario.problems import Problem, path_text, quote, show
from ibsim.scenario.tree import Mark, Node

S = TypeVar("S", bound=Settings)
Path = tuple[str | int, ...]
Find = Callable[[Path], Node | None]


class Broken(Exception):
    """Values that break rules, as problems; raised inside the package and turned into one error."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0].found)
        self.problems = list(problems)


def build(model: type[S], values: Any, evidence: Evidence | None, place: Place) -> S:
    """The model with these values, strictly typed, defaults from the evidence.

    Raises `Broken` with every problem that was found, each placed by `place`.
    """
    try:
        return model.model_validate(values, context={"evidence": evidence})
    except ValidationError as error:
        raise Broken([place.problem(model, details) for details in error.errors(include_url=False)]) from None


class Place:
    """Finds where the values of a model were written: below `above` in the tree of a scenario.

    `find` gives the node at a path of the whole tree, or None.
    """

    def __init__(self, find: Find, above: Path = (), overrides: dict[str, Mark] | None = None) -> None:
        self.find, self.above, self.overrides = find, above, overrides or {}

    def nearest(self, path: Path) -> Node:
        """The node at a path of the whole tree, or the one above it that was written."""
        for length in range(len(path), -1, -1):
            node = self.find(path[:length])
            if node is not None:
                return node
        raise AssertionError("a scenario's tree has a root")  # pragma: no cover

    def problem(self, model: type[Settings], details: ErrorDetails) -> Problem:
        """One of Pydantic's errors, told in the scenario's terms."""
        below: Path = details["loc"]
        if isinstance(misfit := details.get("ctx", {}).get("error"), Misfit):
            below = (*below, *misfit.path)
        path = (*self.above, *below)
        node = self.find(path)
        where = f"{(node or self.nearest(path)).mark}{f', {path_text(path)}' if path else ''}"
        kind, value = details["type"], details["input"]
        if kind == "extra_forbidden":
            rule, remedy = unknown_key(model, below, value)
            return Problem(where, f"the unknown key {quote(str(path[-1]))}", rule, remedy)
        if kind == "value_error":
            return self._own_rule(where, node, details)
        known = type_at(model, below)
        if known is None:
            return Problem(where, show(value), details["msg"], "write a value that the rule allows")
        rule = allowed(*known)
        if kind == "missing":
            return Problem(where, "no such key", f"`{path[-1]}` is needed: {rule}", "write the key")
        behind = evidence_at(model, below)
        if node is None and behind in self.overrides:
            where = f"{self.overrides[behind]}, evidence.{behind} (the default of {path_text(path)})"
        return Problem(where, show(value), rule, correction(value, known[0]))

    def _own_rule(self, where: str, node: Node | None, details: ErrorDetails) -> Problem:
        """A rule that a room states itself, about several levers together."""
        rule = str(details["ctx"]["error"]) if "ctx" in details else details["msg"]
        found = "values that do not fit together"
        if node is not None and not isinstance(node.value, dict):
            found = show(node.plain())
        elif node is None:
            found += " (with the defaults of what the scenario leaves out)"
        return Problem(where, found, rule, "change one of the values so that the rule holds")
