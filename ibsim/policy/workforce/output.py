"""What was worked: the minutes of finished tasks, by month and by all that results ask of them."""

from __future__ import annotations

from math import exp, floor

import numpy as np
from numpy.typing import NDArray

from ibsim.compiled import entry
from ibsim.engine.state import I64, Records
from ibsim.engine.workday import Finished
from ibsim.units import ARMS, GROUPS
from ibsim.words import Activity, Desk, Work

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
Staff = tuple[Codes, Codes, Floats]
N_GROUPS = len(GROUPS)
REPORTED, LEARNT = 0, 1
"""Places in `totals`: minutes of all finished tasks, support plans written since somebody last asked."""


class Output:
    """Minutes of finished tasks, and how many there were.

    `minutes` int64[month, kind, desk, with IB cases, arm, group] and `finished` int64[month, kind]; the
    last place on the month axis is the warm-up's.  `since_payday` float64[desk, activity, group, arm] are
    minutes since the last pay day, by `Activity` less 1.  Work about nobody in particular counts with its
    worker's group.
    """

    def __init__(self, months: int, activities: I64) -> None:
        shape = (months + 1, len(Work), len(Desk), 2, len(ARMS), N_GROUPS)
        self.minutes = np.zeros(shape, dtype=np.int64)
        self.finished = np.zeros(shape[:2], dtype=np.int64)
        self.since_payday = np.zeros((len(Desk), len(Activity), N_GROUPS, len(ARMS)))
        self._activities = activities
        self.totals = np.zeros(2, dtype=np.int64)

    def take(self, done: Finished, month: int, people: Records, workers: Records, staff: Staff) -> Finished:
        """Count a day's finished tasks; hands back those that are not parts of an open join.

        `staff` are each worker's desk, group and experience; a support plan adds to the last.
        """
        counts = (self.minutes[month], self.finished[month], self.since_payday, self.totals)
        kept = _count((people, workers), staff, self._activities, done, counts)
        return Finished(
            done.kind[:kept], done.entity[:kept], done.at[:kept],
            done.worker[:kept], done.minutes[:kept], done.last[:kept],
        )  # fmt: skip


@entry
def _count(
    tables: tuple[Records, Records],
    staff: Staff,
    activities: I64,
    done: Finished,
    counts: tuple[I64, I64, Floats, I64],
) -> int:
    people, workers = tables
    desks, groups, experience = staff
    month, finished, since_payday, totals = counts
    kept = 0
    for i in range(done.kind.size):
        p, worker, kind, minutes = done.entity[i], done.worker[i], done.kind[i], done.minutes[i]
        desk, flag = desks[worker], 1 if workers[worker].flagged_cases > 0 else 0
        group = max(people[p].group if p >= 0 else groups[worker], 0)
        arm = people[p].arm if p >= 0 else 0
        month[kind, desk, flag, arm, group] += minutes
        finished[kind] += 1
        since_payday[desk, activities[kind] - 1, group, arm] += minutes
        totals[REPORTED] += minutes
        if kind == Work.SUPPORT_PLAN and desk == Desk.COORDINATOR:
            experience[worker] += 1
            totals[LEARNT] += 1
        if done.last[i]:
            done.kind[kept], done.entity[kept], done.at[kept] = kind, p, done.at[i]
            done.worker[kept], done.minutes[kept], done.last[kept] = worker, minutes, True
            kept += 1
    return kept


@entry
def set_factors(
    workers: Records, experience: Floats, champion: NDArray[np.bool_], learning: tuple[float, float, float]
) -> None:
    """Put everybody's experience into the factor on IB work, per mille.

    `learning` is what the first case takes beyond the rest, over how many cases that falls to a third,
    and what a team's champion leaves of it.
    """
    first, cases, left = learning
    for worker in range(workers.size):
        extra = first * exp(-experience[worker] / cases) * (left if champion[worker] else 1.0)
        workers[worker].factor = floor(1000 * (1 + extra) + 0.5)
