"""The world that a council's rooms share: clock, people's columns, draws, timers, work and history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.draws import Draws
from ibsim.engine.clock import Clock
from ibsim.engine.history import History
from ibsim.engine.ledger import Ledger
from ibsim.engine.stages import Stages
from ibsim.engine.timers import Timers
from ibsim.units import DAY_MINUTES, DAYS_PER_YEAR

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


class Columns:
    """One value a person for each name; the room that declares a column alone can write it."""

    def __init__(self, n: int) -> None:
        self.n = n
        self._views: dict[str, NDArray[Any]] = {}

    def own(self, name: str, values: NDArray[Any]) -> NDArray[Any]:
        """Declare a column; returns the array to write to.  A name can be declared once."""
        if name in self._views:
            raise ValueError(f"column {name!r} has an owner already")
        if values.shape != (self.n,):
            raise ValueError(f"column {name!r} has shape {values.shape}, not ({self.n},)")
        view = values.view()
        view.flags.writeable = False
        self._views[name] = view
        return values

    def __getitem__(self, name: str) -> NDArray[Any]:
        """A column to read."""
        return self._views[name]

    def names(self) -> list[str]:
        """The columns declared so far."""
        return list(self._views)


@dataclass
class World:
    """What every room is given.

    `ids` are permanent ids for draws (int64[n]); `groups` the group code of each person (int8[n]).
    """

    clock: Clock
    draws: Draws
    columns: Columns
    timers: Timers
    stages: Stages
    history: History
    ledger: Ledger
    ids: I64
    groups: NDArray[np.int8]
    counters: dict[str, I32] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """How many people there are, from the first day to the last."""
        return self.columns.n

    def occurrence(self, decision: str, people: I32) -> I64:
        """Count how often each of these people has come to a decision: 0 at the first time."""
        if people.size == 0:
            return np.empty(0, dtype=np.int64)
        counter = self.counters.get(decision)
        if counter is None:
            counter = self.counters[decision] = np.zeros(self.n, dtype=np.int32)
        now = counter[people].astype(np.int64)
        counter[people] += 1
        return now

    def chance(
        self, decision: str, people: I32, probability: float | NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """Draw a yes or no for each person; a new draw each time the same person comes back."""
        return self.draws.chance(decision, self.ids[people], probability, self.occurrence(decision, people))

    def spread(self, decision: str, sigma: float) -> NDArray[np.float64]:
        """A factor for everybody with mean 1 and this spread in log units: the same at every task."""
        return np.exp(sigma * self.draws.normal(decision, self.ids) - sigma * sigma / 2)

    def hazard(
        self, timer: int, decision: str, people: I32, at: I64, rate_per_year: float | NDArray[np.float64]
    ) -> None:
        """Set a timer to an exponential time with this rate, from each person's own moment on."""
        exposure = self.draws.exponential(decision, self.ids[people], self.occurrence(decision, people))
        self.timers.set(timer, people, at + years_to_minutes(exposure, rate_per_year))

    def days(self, decision: str, people: I32, median: float, sigma: float) -> I64:
        """Draw an elapsed time, lognormal with this median in days, in minutes."""
        days = self.draws.lognormal(
            decision, self.ids[people], median, sigma, self.occurrence(decision, people)
        )
        return np.rint(days * DAY_MINUTES).astype(np.int64)


def years_to_minutes(exposure: NDArray[np.float64], rate_per_year: float | NDArray[np.float64]) -> I64:
    """How long a unit exponential lasts at a rate a year, in whole minutes, at least one.

    A rate of 0 gives a moment that no run reaches.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        minutes = exposure / rate_per_year * (DAYS_PER_YEAR * DAY_MINUTES)
    minutes = np.where(np.isfinite(minutes), np.minimum(minutes, 1e9), 1e9)
    return np.maximum(np.rint(minutes).astype(np.int64), 1)
