"""Where everybody is: one stage each, with the books of Little's law kept as people move."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.history import History
from ibsim.errors import BooksError

I8 = NDArray[np.int8]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


class Stages:
    """The stage of each of `n` people, since when, and the flows between stages.

    `of` int8[n] and `since` int64[n] (minutes) are read by everybody; only `move` writes them.
    """

    def __init__(self, n: int, stages: int, history: History, sojourn_event: int) -> None:
        self.of: I8 = np.zeros(n, dtype=np.int8)
        self.since: I64 = np.zeros(n, dtype=np.int64)
        self.moves = np.zeros((stages, stages), dtype=np.int64)
        self._stages = stages
        self._history = history
        self._event = sojourn_event
        self._entered_at = np.zeros(stages, dtype=np.int64)
        self._left_at = np.zeros(stages, dtype=np.int64)
        self._stayed = np.zeros(stages, dtype=np.int64)

    def move(self, people: I32, to: int, at: I64, mark: I8) -> None:
        """Move people (each named once) to a stage at their moments; `mark` goes into the history."""
        if people.size == 0:
            return
        before, since = self.of[people], self.since[people]
        stays = at - since
        if int(stays.min()) < 0:
            worst = int(np.argmin(stays))
            raise BooksError(
                f"person {people[worst]} would leave stage {before[worst]} at minute {at[worst]}, "
                f"before entering it at minute {since[worst]}"
            )
        self._history.add(self._event, people, at, since, before.astype(np.int64) * 2 + mark)
        n = self._stages
        self.moves[:, to] += np.bincount(before, minlength=n)
        self._stayed += np.bincount(before, weights=stays, minlength=n).astype(np.int64)
        self._left_at += np.bincount(before, weights=at, minlength=n).astype(np.int64)
        self._entered_at[to] += int(at.sum())
        self.of[people] = to
        self.since[people] = at

    def check_books(self, end: int) -> int:
        """Check, exactly, that people in = stock + out and that stock over time = the sum of stays.

        The stock's integral is built from the moments of moves; the stays from each person's own
        column.  Returns how many stages were checked; raises BooksError.
        """
        stock = np.bincount(self.of, minlength=self._stages)
        entered, left = self.moves.sum(axis=0), self.moves.sum(axis=1)
        start = np.zeros(self._stages, dtype=np.int64)
        start[0] = self.of.size
        open_stays = np.bincount(self.of, weights=end - self.since, minlength=self._stages).astype(np.int64)
        integral = self._left_at - self._entered_at + stock * end
        for stage in range(self._stages):
            if start[stage] + entered[stage] != stock[stage] + left[stage]:
                raise BooksError(
                    f"stage {stage}: {start[stage] + entered[stage]} people came in, "
                    f"{stock[stage]} are there and {left[stage]} went out"
                )
            if integral[stage] != self._stayed[stage] + open_stays[stage]:
                raise BooksError(
                    f"stage {stage}: the stock over time makes {integral[stage]} person-minutes, "
                    f"the stays add up to {self._stayed[stage] + open_stays[stage]} (Little's law)"
                )
        return self._stages
