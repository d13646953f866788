"""The books of signs: what can be nought but never less, and sums that fit their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ibsim.engine.shared import ASTRAY
from ibsim.engine.state import I32, I64, Records
from ibsim.engine.verbs import NEVER
from ibsim.errors import BooksError, ScenarioError

MOMENTS = ("_at", "_since", "_until")
"""How the names of columns end that hold a moment."""
DUE = ("review_due_at",)
"""Moments to come, which may lie beyond the run."""


def check_not_negative(tables: Mapping[str, NDArray[Any]]) -> int:
    """Check that nothing in these tables (integers of any shape, by name) is below 0.

    Whole numbers that outgrow their place come back negative, so that this finds them too.  Returns how many
    tables were checked; raises BooksError.
    """
    for name, table in tables.items():
        if table.size and table.min() < 0:
            row = int(np.argwhere(table < 0)[0][0])
            raise BooksError(f"{name} is {int(table.min())} in row {row}, and cannot be below 0")
    return len(tables)


def check_columns(people: Records, since: int, end: int, least: Mapping[str, int]) -> int:
    """Check that everybody's columns hold what can be.

    Fractions are finite.  Moments (by the ends of their names) lie between `since`, for who was known before
    the run, and `end`, or where something falls due later.  Other columns of 32 bits and more are amounts,
    and not below 0; narrower ones are codes, and -1 (none) or more.  `least` names the columns for which
    another lowest value holds.  Returns how many columns were checked; raises BooksError.
    """
    fields = {name: field[:2] for name, field in (people.dtype.fields or {}).items() if field[0].kind != "b"}
    kinds = {kind for kind, _ in fields.values()}
    for kind in sorted(kinds, key=str):
        names = [name for name, field in fields.items() if field[0] == kind]
        limits = [_limits(name, kind, since, end, least) for name in names]
        width = people.itemsize // kind.itemsize
        rows = np.ndarray((people.size, width), kind, people, strides=(people.itemsize, kind.itemsize))
        places = np.array([fields[name][1] // kind.itemsize for name in names])
        lowest, highest = np.array(limits, dtype=kind).T.copy()
        row, column = _astray(rows, places, lowest, highest)
        if row >= 0:
            (low, high), name = limits[column], names[column]
            raise BooksError(f"{name} of person {row} is {people[name][row]}, and lies from {low} to {high}")
    return len(fields)


@njit(cache=True)
def _astray(rows: NDArray[Any], places: I64, least: NDArray[Any], most: NDArray[Any]) -> tuple[int, int]:
    """The first row, and which of its places, that is not between least and most; (-1, -1) if none is."""
    for row in range(rows.shape[0]):
        for number in range(places.size):
            value = rows[row, places[number]]
            if not (value >= least[number] and value <= most[number]):  # neither is true of NaN
                return row, number
    return -1, -1


def _limits(
    name: str, kind: np.dtype[Any], since: int, end: int, least: Mapping[str, int]
) -> tuple[float, float]:
    """The least and the most that a column may hold."""
    if name.endswith(MOMENTS):
        return since, NEVER if name in DUE else end
    if kind.kind == "f":
        return -float(np.finfo(kind).max), float(np.finfo(kind).max)
    most = int(np.iinfo(kind).max)
    return least.get(name, 0 if kind.itemsize >= 4 else -1), most


def check_timers(timers: I64, due: I32) -> int:
    """Check that every timer was set to a moment; returns how many hold.  Raises BooksError."""
    if timers[ASTRAY]:
        raise BooksError(f"{int(timers[ASTRAY])} timers were to fall due at no moment (NaN or infinity)")
    if due.size and due.min() < -1:
        raise BooksError(f"a timer falls due at {int(due.min())}, before the run")
    return int(np.count_nonzero(due >= 0))


@contextmanager
def whole_sums(where: str, sums: Mapping[str, NDArray[Any]], most: Mapping[str, int]) -> Iterator[None]:
    """Refuse sums for one person that outgrow their place, while they are filled in.

    `sums` are pence by name, `most` the pence of each that are kept; `where` is the part of the scenario
    that they come from.  Raises ScenarioError.
    """
    try:
        with np.errstate(invalid="raise"):
            yield
        large = [name for name, pence in sums.items() if pence.size and pence.max() > most[name]]
    except FloatingPointError:
        large = ["money"]
    if large:
        lowest, highest = min(most.values()) // 100, max(most.values()) // 100
        raise ScenarioError(
            where,
            f"{large[0]} of one person comes to more than ibsim keeps",
            f"one person's money is at most {lowest:,} pounds a week, and {highest:,} a year",
            "lower the pounds or their spread (sigma), or raise the share of people who have them",
        )
