"""A meeting: cases queue for it, and each sitting decides so many of them, oldest first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.state import Records

I8 = NDArray[np.int8]
I32 = NDArray[np.int32]


class Meeting:
    """A queue in order of arrival; `matters` int8 says what each case is about."""

    def __init__(self) -> None:
        self.people: I32 = np.empty(0, np.int32)
        self.matters: I8 = np.empty(0, np.int8)
        self._asked_at: I32 = np.empty(0, np.int32)

    def join(self, asked: Records) -> None:
        """Put what has been asked (`shared.REQUEST`) at the end of the queue, in the order of its moments."""
        if asked.size == 0:
            return
        asked = asked[np.argsort(asked["at"], kind="stable")]
        self.people = np.concatenate([self.people, asked["person"]])
        self.matters = np.concatenate([self.matters, asked["matter"]])
        self._asked_at = np.concatenate([self._asked_at, asked["at"]])

    def keep(self, keep: NDArray[np.bool_]) -> None:
        """Keep only the cases (bool[queue]) whose people still wait."""
        self.people, self.matters = self.people[keep], self.matters[keep]
        self._asked_at = self._asked_at[keep]

    def sit(self, capacity: int, at: int) -> tuple[I32, I8]:
        """Decide up to `capacity` cases at a moment; returns the people and what each case was about.

        The day's work is done before its meetings sit: what was asked later that day waits for the next one.
        """
        decided = np.zeros(self.people.size, dtype=np.bool_)
        decided[np.flatnonzero(self._asked_at <= at)[:capacity]] = True
        people, matters = self.people[decided], self.matters[decided]
        self.keep(~decided)
        return people, matters
