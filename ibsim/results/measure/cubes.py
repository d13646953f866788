"""Counting by group, arm and year: cubes of float64[5, 3, years + 1] and their monthly kin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.history import History
from ibsim.engine.world import World
from ibsim.units import DAY_MINUTES
from ibsim.words import Event

Cube = NDArray[np.float64]
Ints = NDArray[np.int64]
N_GROUPS, N_ARMS = 4, 2


def with_totals(inner: Cube) -> Cube:
    """Add `all` at the end of the group and arm axes: float64[4, 2, t] becomes [5, 3, t]."""
    inner = np.concatenate([inner, inner.sum(axis=0, keepdims=True)], axis=0)
    return np.concatenate([inner, inner.sum(axis=1, keepdims=True)], axis=1)


def with_all_years(cube: Cube) -> Cube:
    """Add the sum of the years at the end of the last axis."""
    return np.concatenate([cube, cube.sum(axis=2, keepdims=True)], axis=2)


def ratio(above: Cube, below: Cube) -> Cube:
    """A quotient, NaN where nobody counts."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / below, np.nan)


class Batch:
    """Some happenings: who, when, in which arm; only those in counted years are kept."""

    def __init__(self, world: World, people: NDArray[np.int32], at: Ints, arm: Ints) -> None:
        clock = world.clock
        # what happens at the very end belongs to the last day
        day = np.clip(at // DAY_MINUTES, 0, clock.n_days - 1)
        year = clock.year[day]
        # what came before the run, such as the referral of a backlog, belongs to no counted year
        self.kept = (year >= 0) & (at >= 0)
        self.people = people[self.kept]
        self.at = at[self.kept]
        self.arm = np.asarray(arm, dtype=np.int64)[self.kept]
        self.group = world.groups[self.people].astype(np.int64)
        self.year = year[self.kept].astype(np.int64)
        self.month = clock.month[day][self.kept].astype(np.int64)
        self._shape = (N_GROUPS, N_ARMS)
        self._years, self._months = clock.n_years, clock.n_months

    def yearly(self, weights: Cube | NDArray[np.bool_] | None = None) -> Cube:
        """The sum of `weights` (or the count) by group, arm and year, with all totals."""
        return with_all_years(with_totals(self._sum(self.year, self._years, weights)))

    def monthly(self, weights: Cube | None = None) -> Cube:
        """Likewise by month."""
        return with_totals(self._sum(self.month, self._months, weights))

    def _sum(self, time: Ints, times: int, weights: Cube | NDArray[np.bool_] | None) -> Cube:
        where = (self.group * N_ARMS + self.arm) * times + time
        size = N_GROUPS * N_ARMS * times
        sums = np.bincount(where, weights=weights, minlength=size).astype(np.float64)
        return sums.reshape(N_GROUPS, N_ARMS, times)

    def percentile(self, values: Ints, shares: tuple[float, ...]) -> list[Cube]:
        """Percentiles over people in every cell, totals among them; NaN where nobody counts."""
        order = np.argsort(values, kind="stable")
        values = values[order]
        group, arm, year = self.group[order], self.arm[order], self.year[order]
        out = [np.full((N_GROUPS + 1, N_ARMS + 1, self._years + 1), np.nan) for _ in shares]
        for g in range(N_GROUPS + 1):
            of_group = np.flatnonzero(group == g) if g < N_GROUPS else np.arange(values.size)
            for a in range(N_ARMS + 1):
                of_arm = of_group[arm[of_group] == a] if a < N_ARMS else of_group
                for y in range(self._years + 1):
                    cell = values[of_arm[year[of_arm] == y]] if y < self._years else values[of_arm]
                    if cell.size:
                        for cube, share in zip(out, shares, strict=True):
                            cube[g, a, y] = _percentile(cell, share)
        return out


def _percentile(ordered: Ints, share: float) -> float:
    """The percentile of ordered values, between neighbours in proportion (numpy's `linear`)."""
    place = share * (ordered.size - 1)
    low = int(place)
    high = min(low + 1, ordered.size - 1)
    return float(ordered[low] + (place - low) * (ordered[high] - ordered[low]))


class Cubes:
    """The metrics measured so far, and the batches of the history.

    `grace` are the minutes after its due date in which a review still counts as on time.
    """

    def __init__(self, world: World, history: History, grace: int) -> None:
        self.world, self.history, self.grace = world, history, grace
        self.metrics: dict[str, Cube] = {}
        self.series: dict[str, Cube] = {}
        self.n_years, self.n_months = world.clock.n_years, world.clock.n_months
        self._arms = self._arm_history()

    def _arm_history(self) -> tuple[Ints, Ints]:
        """When each person's IB was in place, from and to; past the end where it was not."""
        world, never = self.world, np.iinfo(np.int64).max
        since = np.full(world.n, never, dtype=np.int64)
        until = np.full(world.n, never, dtype=np.int64)
        history = self.history
        ib = history.value(Event.IN_PLACE, 1) == 1
        since[history.entities(Event.IN_PLACE)[ib]] = history.at(Event.IN_PLACE)[ib]
        until[history.entities(Event.RETURNED)] = history.at(Event.RETURNED)
        return since, until

    @property
    def ib_since(self) -> Ints:
        """The moment from which each person's IB was in place."""
        return self._arms[0]

    @property
    def ib_until(self) -> Ints:
        """The moment at which IB holders went back to conventional support."""
        return self._arms[1]

    def arm_of_support(self, people: NDArray[np.int32], at: Ints) -> Ints:
        """1 for people whose support was an IB at their moments."""
        return ((self.ib_since[people] < at) & (at <= self.ib_until[people])).astype(np.int64)

    def by_year(self, monthly: Cube | Ints) -> Cube:
        """Sums of the years of what is counted by month, int64[months + 1, ...]: the warm-up left out."""
        clock = self.world.clock
        first_days = np.searchsorted(clock.month, np.arange(self.n_months))
        starts = np.searchsorted(clock.year[first_days], np.arange(self.n_years))
        return np.add.reduceat(monthly[: self.n_months], starts, axis=0).astype(np.float64)

    def batch(self, event: Event, arm: Ints | None = None) -> Batch:
        """All events of a kind; without `arm`, the arm of each person's support at the moment."""
        history = self.history
        people, at = history.entities(event), history.at(event)
        return Batch(self.world, people, at, self.arm_of_support(people, at) if arm is None else arm)

    def count(self, name: str, batch: Batch, weights: Cube | NDArray[np.bool_] | None = None) -> None:
        """Set a metric to the count of a batch, by year and by month."""
        self.metrics[name] = batch.yearly(weights)
        self.series[name] = batch.monthly(None if weights is None else np.asarray(weights, dtype=np.float64))

    def stock(self, name: str, yearly: Cube, monthly: Cube | None = None) -> None:
        """Set a metric to stocks at year ends [year, 4, 2]; `all` years is the last one."""
        self.metrics[name] = self.last_year_again(np.moveaxis(yearly, 0, 2))
        if monthly is not None:
            self.series[name] = with_totals(np.moveaxis(monthly, 0, 2))

    @staticmethod
    def last_year_again(inner: Cube) -> Cube:
        """Totals of [4, 2, years], with the last year standing for all."""
        cube = with_totals(inner)
        return np.concatenate([cube, cube[:, :, -1:]], axis=2)
