"""A council's own caseload and backlog, as its file says it: one row for people who are alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.units import GROUPS

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
UNSAID = -1
"""Stands in every column for what the file leaves out."""


@dataclass(frozen=True)
class Caseload:
    """The rows of the file, in its order; all arrays have one value a row.

    `group` int8 codes, `count` int32 people who are alike, `waiting` True for the backlog.  Each of the
    others may be UNSAID: `age` in years; `female`, `package`, `direct_payment` and `case_open` 0 or 1;
    `services_pence` a week; `since`, `next_review` and `last_review` days as `date.toordinal` counts them.
    `digest` is the SHA-256 of all of it, and says whether two caseloads are the same.
    """

    digest: str
    group: NDArray[np.int8] = field(compare=False, repr=False)
    count: I32 = field(compare=False, repr=False)
    waiting: NDArray[np.bool_] = field(compare=False, repr=False)
    age: NDArray[np.int16] = field(compare=False, repr=False)
    female: NDArray[np.int8] = field(compare=False, repr=False)
    package: NDArray[np.int8] = field(compare=False, repr=False)
    direct_payment: NDArray[np.int8] = field(compare=False, repr=False)
    services_pence: I32 = field(compare=False, repr=False)
    since: I32 = field(compare=False, repr=False)
    next_review: I32 = field(compare=False, repr=False)
    last_review: I32 = field(compare=False, repr=False)
    case_open: NDArray[np.int8] = field(compare=False, repr=False)

    def people(self, *, waiting: bool) -> I64:
        """How many people there are in each group: int64[4], in the backlog or with support in place."""
        rows = self.waiting == waiting
        return np.array([int(self.count[rows & (self.group == g)].sum()) for g in range(len(GROUPS))])

    def rows_of(self, group: int, *, waiting: bool) -> I32:
        """The row of each person of a group, int32[n] in the file's order."""
        rows = np.flatnonzero((self.group == group) & (self.waiting == waiting))
        return np.repeat(rows, self.count[rows]).astype(np.int32)


@dataclass(frozen=True)
class Known:
    """What the file says of the people of a run: `people` int32[n] are in rows `rows` int32[n] of it.

    `first_day` is the run's first day as `date.toordinal` counts it.
    """

    caseload: Caseload | None
    people: I32
    rows: I32
    first_day: int = 0

    @cached_property
    def waiting(self) -> NDArray[np.bool_]:
        """Whether they are in the backlog: bool[n]."""
        return self.of("waiting").astype(bool)

    def of(self, column: str) -> I64:
        """A column of the file for these people: int64[n], UNSAID where it is blank."""
        if self.caseload is None:
            return np.zeros(0, dtype=np.int64)
        values: I64 = getattr(self.caseload, column)[self.rows].astype(np.int64)
        return values

    def said(self, column: str, *, waiting: bool | None = None) -> tuple[I32, I64]:
        """Those of whom the file says something in a column, and what; of all, the backlog or the others."""
        values = self.of(column)
        there = values != UNSAID
        if waiting is not None:
            there &= self.waiting == waiting
        return self.people[there], values[there]

    def put(self, column: str, drawn: NDArray[Any]) -> None:
        """Put what the file says over what was drawn, an array over everybody."""
        people, values = self.said(column)
        drawn[people] = values


NOTHING_KNOWN = Known(None, np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32))
"""Stands where a scenario names no file."""
