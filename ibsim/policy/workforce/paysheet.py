"""The pay sheet: for what, for which group and in which arm the paid hours of each desk went."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ibsim.units import ARMS, GROUPS
from ibsim.words import IB, PAID_TIME, Activity, Desk

Floats = NDArray[np.float64]
N_TASKS = len(Activity)


def pay_sheet(hours: Floats, tasks: Floats, beside: Floats) -> Floats:
    """Minutes that are paid for, float64[desk, use, group, arm], the uses in the order of `PAID_TIME`.

    `hours` float64[desk, 3] are at work (ordinary, overtime, agency), `tasks` float64[desk, activity, group,
    arm] minutes of tasks finished, `beside` float64[desk, use, group, arm] minutes for all else
    (`week.take_hours`).  A desk's minutes add up to its hours: what is in neither table is spare time.  Tasks
    count when they end, so where more ends in a month than was worked in it, they count in proportion.
    """
    sheet = np.zeros((len(Desk), len(PAID_TIME), len(GROUPS), len(ARMS)))
    for desk in Desk:
        whose = _whose(tasks[desk].sum(axis=0), desk)
        other = beside[desk] if desk == Desk.COORDINATOR else beside[desk][:, :1, :1] * whose
        at_work = hours[desk].sum() * 60
        free = max(at_work - other.sum(), 0.0)
        done = tasks[desk].sum()
        sheet[desk, :N_TASKS] = tasks[desk] * min(free / done, 1.0) if done > 0 else 0.0
        sheet[desk, N_TASKS:-1] = other
        busy = sheet[desk].sum(axis=0)
        sheet[desk, -1] = max(free - done, 0.0) * (busy / busy.sum() if busy.sum() > 0 else whose)
    return sheet


def _whose(minutes: Floats, desk: Desk) -> Floats:
    """Shares of groups and arms in a desk's work: float64[group, arm]; all groups alike if it is idle."""
    if minutes.sum() > 0:
        return minutes / minutes.sum()
    shares = np.zeros_like(minutes)
    shares[:, IB if desk == Desk.PLANNER else 1 - IB] = 1 / len(GROUPS)
    return shares
