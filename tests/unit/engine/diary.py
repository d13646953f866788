"""Timers as a test uses them: the compiled verbs, one call for several people."""

from __future__ import annotations

from typing import NamedTuple, cast

import numpy as np

from ibsim.engine import verbs
from ibsim.engine.shared import Shared
from ibsim.engine.state import I32, I64, Records
from ibsim.engine.timers import Timers


class Due(NamedTuple):
    """The part of `Shared` that timers need."""

    due: I32
    timer_heads: I32
    timers: Records
    timer_free: I64
    today: I64


class Diary:
    """Timers of `kinds` kinds for `n` people over so many days."""

    def __init__(self, n: int, kinds: int, days: int, day_minutes: int) -> None:
        self.timers = Timers(n, kinds, days, day_minutes)

    def _due(self) -> Shared:
        timers = self.timers
        return cast(Shared, Due(timers.due, timers.heads, timers.entries, timers.free, timers.today))

    def set(self, kind: int, people: I32, due_at: I64) -> None:
        self.timers.reserve(people.size)
        due = self._due()
        for person, moment in zip(people.tolist(), due_at.tolist(), strict=True):
            verbs.set_timer(due, kind, person, moment)

    def cancel(self, kind: int, people: I32) -> None:
        for person in people.tolist():
            verbs.cancel(self._due(), kind, person)

    def pop(self, day: int) -> list[tuple[int, int, int]]:
        """(kind, person, moment) of all that falls due, in order of time."""
        people, kinds, moments = self.timers.pop(day)
        return list(zip(kinds.tolist(), people.tolist(), moments.tolist(), strict=True))


def numbers(*values: int) -> I32:
    return np.array(values, np.int32)
