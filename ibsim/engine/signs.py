"""The books of signs: what can be nought but never less, and sums that fit their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.shared import ASTRAY
from ibsim.engine.state import I32, I64, Records
from ibsim.engine.verbs import NEVER
from ibsim.errors import BooksError, ScenarioError

MOMENTS = ("_at", "_since", "_until")
"""How the names of columns end that hold a moment."""
NET = ("spent_pence",)
"""What is taken back counts against: of somebody whose support was short it may leave less than nothing."""
AT_ONCE = 1_024
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


def check_columns(people: Records, since: int, end: int) -> int:
    """Check that everybody's columns hold what can be: fractions are finite, and codes are -1 (none) or more.

    Moments (by the ends of their names) lie between `since`, for who was known before the run, and `end`, or
    where something falls due later.  Returns how many columns were checked; raises BooksError.
    """
    names = [name for name in people.dtype.names or () if people.dtype[name].kind != "b"]
    limits = {name: _limits(name, people.dtype[name], since, end) for name in names}
    # a few people at a time, whose rows stay in the processor's cache from column to column
    for start in range(0, people.size, AT_ONCE):
        some = people[start : start + AT_ONCE]
        for name, (least, most) in limits.items():
            column = some[name]
            if not (column.min() >= least and column.max() <= most):
                row = int(np.flatnonzero(~((column >= least) & (column <= most)))[0])
                raise BooksError(
                    f"{name} of person {start + row} is {column[row]}, and lies from {least} to {most}"
                )
    return len(names)


def _limits(name: str, kind: np.dtype[Any], since: int, end: int) -> tuple[float, float]:
    """The least and the most that a column may hold."""
    if name.endswith(MOMENTS):
        return since, NEVER if name in DUE else end
    if kind.kind == "f":
        return -float(np.finfo(kind).max), float(np.finfo(kind).max)
    most = int(np.iinfo(kind).max)
    return -most if name in NET else -1, most


def check_timers(timers: I64, due: I32) -> int:
    """Check that every timer was set to a moment; returns how many hold.  Raises BooksError."""
    if timers[ASTRAY]:
        raise BooksError(f"{int(timers[ASTRAY])} timers were to fall due at no moment (NaN or infinity)")
    check_not_negative({"a timer, less one": due + 1})
    return int((due >= 0).sum())


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
