"""A meeting: cases queue for it, and each sitting decides so many of them, oldest first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

I8 = NDArray[np.int8]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


class Meeting:
    """A queue in order of arrival; `matters` int8 says what each case is about."""

    def __init__(self) -> None:
        self.people: I32 = np.empty(0, np.int32)
        self.matters: I8 = np.empty(0, np.int8)
        self.since: I64 = np.empty(0, np.int64)

    def join(self, people: I32, matters: I8, at: I64) -> None:
        """Put cases at the end of the queue, in the order of their moments."""
        order = np.argsort(at, kind="stable")
        self.people = np.concatenate([self.people, people[order]])
        self.matters = np.concatenate([self.matters, matters[order]])
        self.since = np.concatenate([self.since, at[order]])

    def keep(self, keep: NDArray[np.bool_]) -> None:
        """Keep only the cases (bool[queue]) whose people still wait."""
        self.people, self.matters, self.since = self.people[keep], self.matters[keep], self.since[keep]

    def sit(self, capacity: int) -> tuple[I32, I8]:
        """Decide up to `capacity` cases; returns the people and what each case was about."""
        people, matters = self.people[:capacity], self.matters[:capacity]
        self.people, self.matters = self.people[capacity:], self.matters[capacity:]
        self.since = self.since[capacity:]
        return people, matters
