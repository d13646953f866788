"""Derived rows that follow their formula after one of its numbers was overridden or redrawn.

A pack prints a derived row's value, so nothing is worked out on loading.  When an input changes, the
balance that the formula keeps (a stock that stays steady, hours that add up) holds only if the row
follows; `rederive` does that, in the order in which rows use one another.
"""

from __future__ import annotations

import math
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from ibsim.errors import EvidenceError
from ibsim.evidence import formula as sums
from ibsim.evidence.rows import CEILINGS, Row, plain

if TYPE_CHECKING:
    from ibsim.evidence.registry import Evidence


def uses(evidence: Evidence) -> dict[str, set[str]]:
    """For each row's key the keys of the parameter rows that its formula uses."""
    graph: dict[str, set[str]] = {}
    for row in evidence.rows():
        inputs = graph.setdefault(row.key, set())
        for reference in sums.references(row.formula):
            name, _, key = (part.strip() for part in reference.partition("|"))
            groups = evidence.table.get(name, {})
            found = groups.get(key) or groups.get("")
            if found is not None:
                inputs.add(found.key)
    return graph


def rederive(evidence: Evidence) -> Evidence:
    """New evidence in which derived rows with a changed input have their formula's value.

    Rows that were themselves overridden or redrawn stay.  A result below 0 where the printed value is
    not, or above 100 percent (a share of 1), is held at that bound and noted.  A range is stretched in
    proportion.  Raises EvidenceError for formulas that fail or go round in a circle.
    """
    graph = uses(evidence)
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        where, found = "evidence formulas", " -> ".join(error.args[1])
        rule = "no formula leads back to its own row"
        raise EvidenceError(where, found, rule, "break the circle with a measured or assumed row") from error
    by_key = {row.key: row for row in evidence.rows()}
    changed = {key for key, row in by_key.items() if row.origin != "pack"}
    result = evidence.copy()
    for key in order:
        row = by_key[key]
        if row.status == "derived" and row.origin == "pack" and graph[key] & changed:
            new, note = _followed(row, result.worked(row))
            result.table[row.id][row.group] = new
            result.notes += note
            changed.add(key)
    return result


def _followed(row: Row, exact: float) -> tuple[Row, tuple[str, ...]]:
    """The row at its formula's value, and a note where that had to be held at a bound."""
    if isinstance(row.value, str):
        return row, ()
    bottom = 0.0 if row.value >= 0 else -math.inf
    ceiling = CEILINGS.get(row.unit, math.inf)
    top = ceiling if row.value <= ceiling else math.inf
    value = min(max(exact, bottom), top)
    note = (
        () if value == exact else (f"{row.key} is held at {plain(value)}: its formula gives {plain(exact)}",)
    )
    new = replace(row, value=value, printed=plain(value), origin="formula")
    if row.low is None or row.high is None:
        return new, note
    ratio = value / row.value if row.value else 0.0
    if ratio <= 0 or not row.varies:
        return replace(new, low=None, high=None, distribution="point"), note
    return replace(new, low=row.low * ratio, high=row.high * ratio), note
