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

    def join(self, asked: Records) -> None:
        """Put what has been asked (`shared.REQUEST`) at the end of the queue, in the order of its moments."""
        if asked.size == 0:
            return
        asked = asked[np.argsort(asked["at"], kind="stable")]
        self.people = np.concatenate([self.people, asked["person"]])
        self.matters = np.concatenate([self.matters, asked["matter"]])

    def keep(self, keep: NDArray[np.bool_]) -> None:
        """Keep only the cases (bool[queue]) whose people still wait."""
        self.people, self.matters = self.people[keep], self.matters[keep]

    def sit(self, capacity: int) -> tuple[I32, I8]:
        """Decide up to `capacity` cases; returns the people and what each case was about."""
        people, matters = self.people[:capacity], self.matters[:capacity]
        self.people, self.matters = self.people[capacity:], self.matters[capacity:]
        return people, matters
