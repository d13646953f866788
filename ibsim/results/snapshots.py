"""Stocks counted at month ends and year ends, from the columns as they stand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.world import World
from ibsim.units import DAY_MINUTES
from ibsim.words import IB_SUPPORT, NOTHING, Stage

Cube = NDArray[np.float64]
WAITING = (Stage.ASSESSMENT, Stage.ALLOCATION, Stage.PLANNING, Stage.SIGN_OFF, Stage.ARRANGING)
"""The stages at which people wait, in the order of `STAGES` of the results."""


class Snapshots:
    """Counts by group (4) and arm (2): monthly [month], yearly [year]."""

    def __init__(self, world: World) -> None:
        self._world = world
        months, years = world.clock.n_months, world.clock.n_years
        self.supported_monthly = np.zeros((months, 4, 2))
        self.holders_monthly = np.zeros((months, 4))
        self.waiting_monthly = np.zeros((months, len(WAITING), 4, 2))
        self.overdue_monthly = np.zeros((months, 4, 2))
        self.supported = np.zeros((years, 4, 2))
        self.packages = np.zeros((years, 4, 2))
        self.overdue = np.zeros((years, 4, 2))
        self.overdue_days = np.zeros((years, 4, 2))
        self.waiting = np.zeros((years, len(WAITING), 4, 2))
        self.waiting_days = np.zeros((years, len(WAITING), 4, 2))
        self._queues: list[dict[str, int]] = []
        self.way_days = np.zeros((years, 4, 2))

    def _count(self, mask: NDArray[np.bool_], by: NDArray[np.int8], weights: Cube | None = None) -> Cube:
        where = self._world.groups[mask] * 2 + by[mask]
        chosen = None if weights is None else weights[mask]
        return np.bincount(where, weights=chosen, minlength=8).astype(np.float64).reshape(4, 2)

    def month_end(self, month: int) -> None:
        """Count the stocks at the end of a month."""
        columns, stage = self._world.people, self._world.people["stage"]
        support, arm = columns["support"], columns["arm"]
        of_support = (support == IB_SUPPORT).astype(np.int8)
        self.supported_monthly[month] = self._count(support != NOTHING, of_support)
        packages = self._count((support == IB_SUPPORT), of_support)
        self.holders_monthly[month] = packages[:, 1]
        self.overdue_monthly[month] = self._count(columns["review_overdue"], of_support)
        for number, code in enumerate(WAITING):
            self.waiting_monthly[month, number] = self._count(stage == code, arm)

    def queue(self, waiting: dict[str, int]) -> None:
        """Note how many tasks wait in each queue at a month end."""
        self._queues.append(waiting)

    def binding(self, finished: dict[str, int]) -> dict[str, Cube]:
        """Each queue's mean length, and the mean wait in days that it makes (Little's law).

        `finished` are the tasks done from each queue in the counted years.
        """
        days = int((self._world.clock.year >= 0).sum())
        out = {}
        for name, done in finished.items():
            mean = float(np.mean([counts[name] for counts in self._queues])) if self._queues else 0.0
            if mean > 0 or done > 0:
                out[name] = np.array([mean, mean / (done / days) if done else np.nan])
        return out

    def year_end(self, year: int, at: int) -> None:
        """Count the stocks and their ages at the end of a financial year, and of the run."""
        columns, stage = self._world.people, self._world.people["stage"]
        support, arm = columns["support"], columns["arm"]
        of_support = (support == IB_SUPPORT).astype(np.int8)
        self.supported[year] = self._count(support != NOTHING, of_support)
        self.packages[year] = self._count((support != NOTHING) & columns["has_package"], of_support)
        overdue = columns["review_overdue"]
        age = (at - columns["review_due_at"]) / DAY_MINUTES
        self.overdue[year] = self._count(overdue, of_support)
        self.overdue_days[year] = self._count(overdue, of_support, age)
        began = np.where(arm == 1, columns["consented_at"], columns["arrives_at"])
        way = (at - began) / DAY_MINUTES
        days = (at - self._world.people["stage_since"]) / DAY_MINUTES
        for number, code in enumerate(WAITING):
            here = stage == code
            self.waiting[year, number] = self._count(here, arm)
            self.waiting_days[year, number] = self._count(here, arm, days)
            self.way_days[year] += self._count(here, arm, way)
