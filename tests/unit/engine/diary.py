"""Compiled verbs as tests use them: parts of what they share, and timers for several people in one call.

Numba knows compiled code again by the class of what it is given, so these classes stand in a module of their
own and not in a test, which pytest imports anew.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from ibsim.engine import verbs as compiled_verbs
from ibsim.engine.shared import Shared
from ibsim.engine.state import I16, I32, I64, Records
from ibsim.engine.timers import Timers
from tests.unit.engine.python_calls import open_to_python

verbs = open_to_python(compiled_verbs)


class Due(NamedTuple):
    """The part of `Shared` that timers need."""

    due: I32
    timer_heads: I32
    timers: Records
    timer_free: I64
    today: I64


class Log(NamedTuple):
    """The part of `Shared` that events need."""

    events: Records
    n_events: I64


class Some(NamedTuple):
    """The part of `Shared` that these verbs need."""

    people: Records
    keys: NDArray[np.uint64]
    counts: I16
    due: I32
    timer_heads: I32
    timers: Records
    timer_free: I64
    today: I64
    events: Records
    n_events: I64
    flows: I64
    changes: I64
    ledger: I64
    posted: I64
    months: I16


class Diary:
    """Timers of `kinds` kinds for `n` people over so many days."""

    def __init__(self, n: int, kinds: int, days: int, day_minutes: int) -> None:
        self.timers = Timers(n, kinds, days, day_minutes)

    def shared(self) -> Shared:
        """What compiled verbs read of them."""
        timers = self.timers
        return cast(Shared, Due(timers.due, timers.heads, timers.entries, timers.free, timers.today))

    def set(self, kind: int, people: I32, due_at: I64) -> None:
        self.timers.reserve(people.size)
        due = self.shared()
        for person, moment in zip(people.tolist(), due_at.tolist(), strict=True):
            verbs.set_timer(due, kind, person, moment)

    def cancel(self, kind: int, people: I32) -> None:
        for person in people.tolist():
            verbs.cancel(self.shared(), kind, person)

    def pop(self, day: int) -> list[tuple[int, int, int]]:
        """(kind, person, moment) of all that falls due, in order of time."""
        people, kinds, moments = self.timers.pop(day)
        popped = zip(kinds.tolist(), people.tolist(), moments.tolist(), strict=True)
        return [timer for timer in popped if verbs.falls_due(self.shared(), *timer)]


def numbers(*values: int) -> I32:
    return np.array(values, np.int32)
