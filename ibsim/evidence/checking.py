"""What is checked of a whole pack: formulas against the values they explain, circles, dead sources.

Too slow for each start (it reads the facts), so tests and `ibsim evidence --check` call it.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from ibsim.errors import EvidenceError
from ibsim.evidence.following import uses
from ibsim.evidence.rows import Row, plain

if TYPE_CHECKING:
    from ibsim.evidence.registry import Evidence

TOLERANCE = 0.005
"""How far a derived value may lie from its formula, relative, if it is not the rounded result."""
_SOURCE_ID = re.compile(r"[a-z0-9]+(-[a-z0-9.]+){2,}(\|\d{4}(-\d\d)?)?")


def problems(evidence: Evidence) -> list[str]:
    """One sentence for each problem of the pack, in the order of its rows; see `Evidence.check`."""
    found = []
    for row in evidence.rows():
        found += [f"{row.where}: {text}" for text in (*_formula(evidence, row), *_source(evidence, row))]
    return found + _circles(evidence)


def agrees(printed: str, exact: float) -> bool:
    """Whether a value as printed is `exact` rounded (to two digits or more) or within 0.5 percent of it."""
    value = Decimal(printed)
    if math.isclose(float(value), exact, rel_tol=TOLERANCE, abs_tol=1e-12):
        return True
    _, digits, exponent = value.as_tuple()
    half = 0.5 * 10.0 ** int(exponent)
    return len(digits) >= 2 and abs(float(value) - exact) <= half * (1 + 1e-9)


def _formula(evidence: Evidence, row: Row) -> list[str]:
    if not row.formula or isinstance(row.value, str):
        return [f"a choice has no formula, found {row.formula!r}"] if row.formula else []
    try:
        exact = evidence.worked(row)
    except EvidenceError as error:
        return [f"the formula fails: {error.found}; {error.remedy}"]
    if row.status == "derived" and not agrees(row.printed, exact):
        return [f"the value is {row.printed}, its formula gives {plain(exact)}"]
    return []


def _source(evidence: Evidence, row: Row) -> list[str]:
    """A source that has the form of an id must exist; one lone fact in the same unit must have the value."""
    found = []
    parts = [part.strip().removeprefix("fact:").strip() for part in row.source.split(";")]
    for part in parts:
        if _SOURCE_ID.fullmatch(part):
            try:
                evidence.resolve(part)
            except EvidenceError as error:
                found.append(f"the source {part!r} is not in the evidence; {error.remedy}")
    fact = evidence.facts.get(row.source) if row.status == "measured" else None
    if fact and fact.unit == row.unit and fact.value != row.value:
        found.append(f"the value is {row.printed}, its source {fact.id} says {plain(fact.value)}")
    return found


def _circles(evidence: Evidence) -> list[str]:
    """Derived rows that in the end explain themselves."""
    try:
        TopologicalSorter(uses(evidence)).prepare()
    except CycleError as error:
        return [f"formulas go round in a circle: {' -> '.join(error.args[1])}"]
    return []
