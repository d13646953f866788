"""Posts and teams: which rows of workers there are, who is in post, and who is at work today."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from ibsim.draws import Draws
from ibsim.engine.clock import Clock
from ibsim.policy.workforce.settings import WorkforceSettings
from ibsim.units import GROUPS
from ibsim.words import Desk

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
WORKING_DAYS_PER_YEAR = 365.25 * 5 / 7 - 8
"""Weekdays of a year less the eight bank holidays."""


_DESK_FIELDS = {
    Desk.ACCESS: "access_team_fte",
    Desk.PLANNER: "support_planners_fte",
    Desk.OFFICER: "reviewing_officers_fte",
    Desk.MANAGER: "team_managers_fte",
    Desk.OT: "occupational_therapists_fte",
}


@dataclass(frozen=True)
class Funded:
    """Funded posts at one time: co-ordinators by group (float64[4]) and the other desks' posts."""

    coordinators: Floats
    desks: dict[Desk, float]

    @classmethod
    def of(cls, settings: WorkforceSettings, access_team_fte: float) -> Funded:
        """The posts that the settings fund."""
        desks = {Desk.ACCESS: access_team_fte}
        for desk in (Desk.PLANNER, Desk.OFFICER, Desk.MANAGER, Desk.OT):
            desks[desk] = getattr(settings, _DESK_FIELDS[desk])
        return cls(settings.care_coordinators_fte.array(), desks)


class Posts:
    """The rows of workers, laid out once for the most posts that the run will ever fund.

    Per row: `desk`, `group` (-1 at the other desks), `team`; `share` is the part of a full post that
    is funded now, `in_post` whether somebody holds it.  `teams_of[group][locality]` are team numbers.
    """

    def __init__(self, most: Funded, localities: int, team_size: float) -> None:
        self.sizes: list[int] = []
        self.teams_of: list[list[list[int]]] = []
        rows: list[tuple[int, int]] = []
        for group in range(len(GROUPS)):
            self.teams_of.append([])
            parts = _split(ceil(most.coordinators[group]), localities)
            for part in parts:
                sizes = _split(max(part, 1), max(1, round(part / team_size)))
                first = len(self.sizes)
                self.teams_of[group].append(list(range(first, first + len(sizes))))
                self.sizes.extend(sizes)
                rows.extend([(Desk.COORDINATOR, group)] * sum(sizes))
        self.desk_team: dict[Desk, int] = {}
        for desk, fte in most.desks.items():
            self.desk_team[desk] = len(self.sizes)
            self.sizes.append(max(1, ceil(fte)))
            rows.extend([(desk, -1)] * self.sizes[-1])
        self.desk = np.array([row[0] for row in rows], dtype=np.int8)
        self.group = np.array([row[1] for row in rows], dtype=np.int8)
        self.team = np.repeat(np.arange(len(self.sizes)), self.sizes)
        n = self.desk.size
        self.share = np.zeros(n)
        self.in_post = np.ones(n, dtype=bool)
        self.agency = np.zeros(n, dtype=bool)
        self.vacant_until = np.zeros(n, dtype=np.int64)
        self.holder = np.zeros(n, dtype=np.int64)
        """how many people have left the post: the next holder draws anew"""

    def fund(self, funded: Funded) -> None:
        """Fund posts from now on: of each group, the rows of all teams in turn, the last one in part."""
        for group in range(len(GROUPS)):
            rows = np.flatnonzero(self.group == group)
            # posts are spread over the teams, so that a cut falls on all of them
            place = np.concatenate(
                [np.arange(size) for size in np.bincount(self.team[rows])[self.team[rows[0]] :]]
            )
            self._fund(rows[np.lexsort((rows, place))], float(funded.coordinators[group]))
        for desk, fte in funded.desks.items():
            self._fund(np.flatnonzero(self.desk == desk), fte)

    def _fund(self, rows: Ints, fte: float) -> None:
        self.share[rows] = np.clip(fte - np.arange(rows.size), 0.0, 1.0)


def _split(total: int, parts: int) -> list[int]:
    """Split a whole number into parts as even as can be."""
    return [total // parts + (1 if i < total % parts else 0) for i in range(parts)]


class Rota:
    """Who is at work on which day: leave in whole weeks, sickness by the day, drawn a year ahead."""

    def __init__(self, clock: Clock, draws: Draws, n: int) -> None:
        self._clock = clock
        self._draws = draws
        self._n = n
        self._year = -(10**6)
        self._present = np.zeros((0, n), dtype=bool)

    def present(self, day: int, settings: WorkforceSettings) -> Bools:
        """True for each worker row that would be at work on a working day."""
        year, within = divmod(day, 366)
        if year != self._year:
            self._year = year
            self._present = self._draw(year, settings)
        present: Bools = self._present[within]
        return present

    def _draw(self, year: int, settings: WorkforceSettings) -> Bools:
        on_leave = min(settings.leave_days_per_year / WORKING_DAYS_PER_YEAR, 1.0)
        working = max(WORKING_DAYS_PER_YEAR - settings.leave_days_per_year, 1.0)
        sick = min(settings.sickness_days_per_year / working, 1.0)
        rows = np.arange(self._n, dtype=np.int64)
        weeks = np.arange(year * 366 // 7, (year * 366 + 365) // 7 + 1)
        leave = self._grid("leave", rows, weeks) < on_leave
        days = np.arange(year * 366, year * 366 + 366)
        healthy = self._grid("sickness", rows, days) >= sick
        present: Bools = healthy & ~leave[days // 7 - weeks[0]]
        return present

    def _grid(self, decision: str, rows: Ints, times: Ints) -> Floats:
        ids = np.tile(rows, times.size)
        return self._draws.uniform(decision, ids, np.repeat(times, rows.size)).reshape(times.size, rows.size)
