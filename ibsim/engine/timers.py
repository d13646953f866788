"""Due dates in day buckets: what falls due for whom, without a scan of all people.

A person has at most one timer of each kind; setting it again moves it, and the old entry is passed
over when its day comes.
"""

from __future__ import annotations

import numpy as np

from ibsim.compiled import entry
from ibsim.engine.shared import FREE, N_FREE, TIMER
from ibsim.engine.state import I32, I64, Records

NONE = -1
"""No timer set."""
PERSON_BITS, KIND_BITS = 28, 36
"""Where the kind and the moment begin in a timer's key: keys sort by moment, then kind, then person."""


@entry
def _collect(heads: I32, entries: Records, free: I64, due_of: I32, days: tuple[int, int], keys: I64) -> int:
    """Empty the buckets of some days: a key for each timer that still holds, in no order.

    Who is first that morning may yet take back or move what the others have: `verbs.falls_due` has the word.
    """
    live = 0
    for day in range(days[0], days[1] + 1):
        row = heads[day]
        while row != NONE:
            entry = entries[row]
            following = entry.next
            if due_of[entry.kind, entry.person] == entry.due:
                at, kind = np.int64(entry.due), np.int64(entry.kind)
                keys[live] = (at << KIND_BITS) + (kind << PERSON_BITS) + entry.person
                live += 1
            entry.next = free[FREE]
            free[FREE] = row
            free[N_FREE] += 1
            row = following
        heads[day] = NONE
    return live


class Timers:
    """Timers of `kinds` kinds for `n` people over `days` days of `day_minutes` minutes.

    The arrays are shared with compiled verbs (`verbs.set_timer`); `due` int32[kinds, n] holds the
    moment at which each falls due, or -1.
    """

    def __init__(self, n: int, kinds: int, days: int, day_minutes: int) -> None:
        self.due = np.full((kinds, n), NONE, dtype=np.int32)
        self.heads = np.full(days + 1, NONE, dtype=np.int32)
        self.today = np.array([0, day_minutes, 0, 0], dtype=np.int64)
        self.free = np.array([NONE, 0], dtype=np.int64)
        self.entries = np.zeros(0, dtype=TIMER)
        self._keys = np.empty(0, dtype=np.int64)
        self.reserve(4096)

    def reserve(self, rows: int) -> bool:
        """Make sure that so many timers can be set; True if the table had to grow."""
        if self.free[N_FREE] > rows:
            return False
        old = self.entries
        entries = np.zeros(2 * old.size + 2 * rows, dtype=TIMER)
        entries[: old.size] = old
        entries["next"][old.size : -1] = np.arange(old.size + 1, entries.size)
        entries["next"][-1] = self.free[FREE]
        self.free[FREE] = old.size
        self.free[N_FREE] += entries.size - old.size
        self.entries = entries
        return True

    def pop(self, day: int) -> tuple[I32, I32, I64]:
        """All that may fall due up to and including `day`, in order of time: people, kinds, moments.

        Each is to be asked whether it still does when its turn comes (`verbs.falls_due`).
        """
        next_day = int(self.today[0] // self.today[1])
        last = min(day, self.heads.size - 1)
        if self._keys.size < self.entries.size:
            self._keys = np.empty(self.entries.size, dtype=np.int64)
        live = _collect(self.heads, self.entries, self.free, self.due, (next_day, last), self._keys)
        self.today[0] = (day + 1) * self.today[1]
        keys = np.sort(self._keys[:live])
        people = (keys & ((1 << PERSON_BITS) - 1)).astype(np.int32)
        kinds = ((keys >> PERSON_BITS) & 0xFF).astype(np.int32)
        return people, kinds, keys >> KIND_BITS
