"""What happened: an event log in columns, appended as it happens and sorted by kind once, at the end."""

from __future__ import annotations

import numpy as np

from ibsim.compiled import entry
from ibsim.engine.shared import EVENT
from ibsim.engine.state import I32, I64, Records


@entry
def _sort_by_kind(rows: Records, out: Records, places: I64) -> None:
    """Put every event behind the earlier ones of its kind; `places` says where each kind begins."""
    for i in range(rows.size):
        kind = rows[i].kind
        out[places[kind]] = rows[i]
        places[kind] += 1


class History:
    """Events by kind: who, when, and two whole numbers that belong to the event.

    Kinds are small whole numbers that the caller names.  Compiled verbs append to `rows` (`verbs.note`);
    `reserve` makes room beforehand.  Reading ends the writing: the log is sorted by kind then.
    """

    def __init__(self, kinds: int) -> None:
        self.rows: Records = np.zeros(1 << 14, dtype=EVENT)
        self.count = np.zeros(1, dtype=np.int64)
        self._kinds = kinds
        self._edges: I64 | None = None

    def reserve(self, rows: int) -> bool:
        """Make sure that so many events can be appended; True if the log had to grow."""
        used = int(self.count[0])
        if self.rows.size - used > rows:
            return False
        grown = np.zeros(self.rows.size + self.rows.size // 2 + rows, dtype=EVENT)
        grown[:used] = self.rows[:used]
        self.rows = grown
        return True

    def add(self, kind: int, people: I32, at: I64, first: I64, second: I64) -> None:
        """Append events of one kind; all arrays have the same length."""
        self.reserve(people.size)
        start = int(self.count[0])
        rows = self.rows[start : start + people.size]
        rows["kind"], rows["person"], rows["at"], rows["first"], rows["second"] = (
            kind,
            people,
            at,
            first,
            second,
        )
        self.count[0] += people.size

    def _slice(self, kind: int) -> Records:
        if self._edges is None:
            rows = self.rows[: int(self.count[0])]
            counts = np.bincount(rows["kind"], minlength=self._kinds)
            self._edges = np.concatenate([[0], np.cumsum(counts)])
            self.rows = np.empty_like(rows)
            _sort_by_kind(rows, self.rows, self._edges[:-1].copy())
        return self.rows[self._edges[kind] : self._edges[kind + 1]]

    def entities(self, kind: int) -> I32:
        """Who, for all events of a kind, in the order in which they were noted."""
        return np.ascontiguousarray(self._slice(kind)["person"])

    def at(self, kind: int) -> I64:
        """When, likewise, in minutes."""
        return self._slice(kind)["at"].astype(np.int64)

    def value(self, kind: int, which: int = 0) -> I64:
        """The first (0) or second (1) number of each event."""
        return self._slice(kind)["second" if which else "first"].astype(np.int64)

    def total(self, kind: int) -> int:
        """How many events of a kind there are."""
        return int(self._slice(kind).size)
