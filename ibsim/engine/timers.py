"""Due dates in day buckets: what falls due for whom, without a scan of all people.

A person has at most one timer of each kind; setting it again moves it, and the old entry is passed
over when its day comes.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ibsim.engine.compiled import compiled

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
NONE = -1
"""No timer set."""


@compiled
def _set(
    heads: I32, entry: tuple[I32, I32, I64, I32], free: I32, due_of: I64, people: I32, due_at: I64, kind: int, now: I64
) -> int:
    """Enter the timers that fall into the run; returns how many. `now` holds the earliest moment and a day's length."""
    persons, kinds, dues, after = entry
    entered = 0
    for i in range(people.size):
        due = max(due_at[i], now[0])
        due_of[kind, people[i]] = due
        day = due // now[1]
        if day >= heads.size:
            continue
        row = free[0]
        free[0] = after[row]
        persons[row], kinds[row], dues[row] = people[i], kind, due
        after[row] = heads[day]
        heads[day] = row
        entered += 1
    return entered


@njit(cache=True)
def _pop(
    heads: I32, entry: tuple[I32, I32, I64, I32], free: I32, due_of: I64, days: tuple[int, int]
) -> tuple[I32, I32, I64, int]:
    persons, kinds, dues, after = entry
    count = 0
    for day in range(days[0], days[1] + 1):
        row = heads[day]
        while row != NONE:
            count += 1
            row = after[row]
    person_out, kind_out, due_out = (
        np.empty(count, np.int32),
        np.empty(count, np.int32),
        np.empty(count, np.int64),
    )
    live, seen = 0, 0
    for day in range(days[0], days[1] + 1):
        row = heads[day]
        while row != NONE:
            if due_of[kinds[row], persons[row]] == dues[row]:
                due_of[kinds[row], persons[row]] = NONE
                person_out[live], kind_out[live], due_out[live] = persons[row], kinds[row], dues[row]
                live += 1
            following = after[row]
            after[row] = free[0]
            free[0] = row
            row = following
            seen += 1
        heads[day] = NONE
    keys = (
        (kind_out[:live].astype(np.int64) << np.int64(56))
        + (due_out[:live] << np.int64(28))
        + person_out[:live]
    )
    order = np.argsort(keys)
    return person_out[:live][order], kind_out[:live][order], due_out[:live][order], seen


class Timers:
    """Timers of `kinds` kinds for `n` people over `days` days of `day_minutes` minutes."""

    def __init__(self, n: int, kinds: int, days: int, day_minutes: int) -> None:
        self.due = np.full((kinds, n), NONE, dtype=np.int64)
        self._heads = np.full(days + 1, NONE, dtype=np.int32)
        self._now = np.array([0, day_minutes], dtype=np.int64)
        self._free = np.full(1, NONE, dtype=np.int32)
        self._n_free = 0
        self._next_day = 0
        empty = np.empty(0, dtype=np.int32)
        self._entry: tuple[I32, I32, I64, I32] = (empty, empty, np.empty(0, dtype=np.int64), empty)
        self._grow(4096)

    def _grow(self, rows: int) -> None:
        old = self._entry[0].size
        person, kind, due, after = self._entry
        person, kind, after = (np.resize(column, rows) for column in (person, kind, after))
        due = np.resize(due, rows)
        after[old : rows - 1] = np.arange(old + 1, rows)
        after[rows - 1] = self._free[0]
        self._free[0] = old
        self._entry = (person, kind, due, after)
        self._n_free += rows - old

    def set(self, kind: int, people: I32, due_at: I64) -> None:
        """Set the timer `kind` of each of these people (each named once) to a moment not yet past."""
        if people.size == 0:
            return
        if self._n_free < people.size:
            self._grow(2 * self._entry[0].size + people.size)
        # an enumeration would be typed anew, slowly, at every call
        code = int(kind)
        self._n_free -= _set(
            self._heads, self._entry, self._free, self.due, people, due_at, code, self._now
        )

    def cancel(self, kind: int, people: I32) -> None:
        """Take back the timer `kind` of these people, if set."""
        if people.size:
            self.due[kind, people] = NONE

    def pop(self, day: int) -> list[tuple[int, I32, I64]]:
        """All that falls due up to and including `day`, by kind: (kind, people, moments), in due order."""
        people, kinds, due, seen = _pop(
            self._heads, self._entry, self._free, self.due, (self._next_day, min(day, self._heads.size - 1))
        )
        self._n_free += seen
        self._next_day = day + 1
        self._now[0] = self._next_day * self._now[1]
        if people.size == 0:
            return []
        cuts = np.flatnonzero(np.diff(kinds)) + 1
        starts = [0, *cuts.tolist()]
        ends = [*cuts.tolist(), people.size]
        return [(int(kinds[a]), people[a:b], due[a:b]) for a, b in zip(starts, ends, strict=True)]
