"""What happened: an event log in columns, appended as it happens and listed by kind once, at the end."""

from __future__ import annotations

import numpy as np

from ibsim.compiled import entry
from ibsim.engine.shared import EVENT
from ibsim.engine.state import I32, I64, Records


@entry
def _order_by_kind(rows: Records, order: I32, places: I64) -> None:
    """List the events by kind, those of a kind as they were noted; `places` says where each kind begins."""
    for i in range(rows.size):
        kind = rows[i].kind
        order[places[kind]] = i
        places[kind] += 1


class History:
    """Events by kind: who, when, and two whole numbers that belong to the event.

    Kinds are small whole numbers that the caller names.  Compiled verbs append to `rows` (`verbs.note`);
    `reserve` makes room beforehand.  Reading ends the writing: the log is listed by kind then.
    """

    def __init__(self, kinds: int, rows: int = 1 << 14) -> None:
        # rows that are never written take no memory
        self.rows: Records = np.zeros(rows, dtype=EVENT)
        self.count = np.zeros(1, dtype=np.int64)
        self._kinds = kinds
        self._edges: I64 = np.zeros(0, dtype=np.int64)
        self._order: I32 | None = None

    def reserve(self, rows: int) -> bool:
        """Make sure that so many events can be appended; True if the log had to grow."""
        used = int(self.count[0])
        if self.rows.size - used > rows:
            return False
        grown = np.zeros(self.rows.size + self.rows.size // 2 + rows, dtype=EVENT)
        grown[:used] = self.rows[:used]
        self.rows = grown
        return True

    def _rows_of(self, kind: int) -> I32:
        """The rows of a kind's events, in order."""
        if self._order is None:
            kinds = self.rows["kind"][: int(self.count[0])]
            self._edges = np.concatenate([[0], np.cumsum(np.bincount(kinds, minlength=self._kinds))])
            self._order = np.empty(kinds.size, dtype=np.int32)
            _order_by_kind(self.rows[: kinds.size], self._order, self._edges[:-1].copy())
        return self._order[self._edges[kind] : self._edges[kind + 1]]

    def entities(self, kind: int) -> I32:
        """Who, for all events of a kind, in the order in which they were noted."""
        return self.rows["person"][self._rows_of(kind)]

    def at(self, kind: int) -> I64:
        """When, likewise, in minutes."""
        return self.rows["at"][self._rows_of(kind)].astype(np.int64)

    def value(self, kind: int, which: int = 0) -> I64:
        """The first (0) or second (1) number of each event."""
        return self.rows["second" if which else "first"][self._rows_of(kind)].astype(np.int64)

    def total(self, kind: int) -> int:
        """How many events of a kind there are."""
        return int(self._rows_of(kind).size)
