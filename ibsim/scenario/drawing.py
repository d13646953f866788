"""Drawn evidence: each uncertain row at a value of its distribution, and a scenario that stands on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from math import inf
from typing import Any

from ibsim.evidence import Evidence
from ibsim.scenario.catalogue import catalogue
from ibsim.scenario.model import Levers
from ibsim.scenario.varied import Span, is_split, whole_row, with_value, with_whole_people

Draw = Callable[[str], float]
"""A uniform, strictly between 0 and 1, for a row's key."""


def drawn_evidence(evidence: Evidence, draw: Draw) -> Evidence:
    """The evidence with each uncertain row redrawn, and what is worked out from it following.

    Overridden rows are known and stay.  Percentages of the groups that add up to 100 still do, numbers that
    have to be whole are whole, and none leaves the bounds of a lever that it is the default of.
    """
    drawn = evidence.sampled(draw).copy()
    for row in drawn.rows():
        if row.origin == "draw" and whole_row(row) and row.low is not None and row.high is not None:
            value = float(Span(row.low, row.high, whole=True).drawn(draw(row.key)))
            drawn.table[row.id][row.group] = with_value(row, value)
    _make_whole(evidence, drawn)
    return _within_bounds(with_whole_people(drawn.rederived()))


def _make_whole(evidence: Evidence, drawn: Evidence) -> None:
    """Have the parts of a whole add up to 100 again: the drawn ones share what the known ones leave."""
    for id, groups in evidence.table.items():
        rows = list(drawn.table[id].values())
        parts = [row for row in rows if row.origin == "draw" and isinstance(row.value, float)]
        if not parts or not is_split(groups.values()):
            continue
        known = sum(drawn.value(id, row.group) for row in rows if row.origin != "draw")
        total = sum(drawn.value(id, row.group) for row in parts)
        for row in parts:
            share = drawn.value(id, row.group) / total if total else 1 / len(parts)
            drawn.table[id][row.group] = with_value(row, share * max(100 - known, 0.0))


def _within_bounds(evidence: Evidence) -> Evidence:
    for id, (low, high) in _bounds().items():
        for group, row in evidence.table[id].items():
            if row.origin in ("draw", "formula") and isinstance(row.value, float):
                value = min(max(row.value, low), high)
                if value != row.value:
                    evidence.table[id][group] = with_value(row, value)
    return evidence


@cache
def _bounds() -> Mapping[str, tuple[float, float]]:
    """Between what the levers behind a row must lie, by the row's id; where several do, what suits all."""
    found: dict[str, tuple[float, float]] = {}
    for lever in catalogue(Levers).values():
        if lever.evidence:
            low, high = found.get(lever.evidence, (-inf, inf))
            for name, bound in _limits(lever.bounds):
                low, high = (max(low, bound), high) if name == "ge" else (low, min(high, bound))
            found[lever.evidence] = (low, high)
    return {id: bounds for id, bounds in found.items() if bounds != (-inf, inf)}


def _limits(bounds: tuple[Any, ...]) -> Iterator[tuple[str, float]]:
    """The smallest (`ge`) and largest (`le`) value that a type's bounds allow, where they say any."""
    for bound in bounds:
        for part in getattr(bound, "metadata", [bound]):
            for name in ("ge", "le"):
                if hasattr(part, name):
                    yield name, float(getattr(part, name))
