"""The backlog by age: people who wait and overdue reviews, in bands of days on a year's last day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.state import I32, Records
from ibsim.units import DAY_MINUTES, DAYS_PER_MONTH
from ibsim.words import IB, IB_SUPPORT, NOTHING, Stage

Cube = NDArray[np.float64]
Band = tuple[str, str, float]
WAITED: tuple[Band, ...] = (
    ("under_4_weeks", "for less than 4 weeks", 0.0),
    ("4_to_12_weeks", "for 4 to under 12 weeks", 28.0),
    ("12_to_26_weeks", "for 12 to under 26 weeks", 84.0),
    ("over_26_weeks", "for 26 weeks or more", 182.0),
)
"""Bands of the time since the referral or consent: name, words, and from how many days on."""
OVERDUE: tuple[Band, ...] = (
    ("under_3_months", "by less than 3 months", 0.0),
    ("3_to_6_months", "by 3 to under 6 months", 3 * DAYS_PER_MONTH),
    ("6_to_12_months", "by 6 to under 12 months", 6 * DAYS_PER_MONTH),
    ("over_12_months", "by 12 months or more", 12 * DAYS_PER_MONTH),
)
"""Bands of the time past the due date, likewise."""


def waiting_by_age(people: Records, here: I32, at: int) -> Cube:
    """People who wait at any stage, float64[band of `WAITED`, group, arm]; `at` is the moment in minutes."""
    stage = people["stage"][here]
    there = here[(stage >= Stage.ASSESSMENT) & (stage <= Stage.ARRANGING)]
    arm = people["arm"][there]
    since = np.where(arm == IB, people["consented_at"][there], people["arrives_at"][there])
    return _by_band(people["group"][there], arm, (at - since) / DAY_MINUTES, WAITED)


def overdue_by_age(people: Records, here: I32, at: int) -> Cube:
    """People whose review is overdue, float64[band of `OVERDUE`, group, arm of the support in place]."""
    there = here[people["review_overdue"][here] & (people["support"][here] != NOTHING)]
    arm = people["support"][there] == IB_SUPPORT
    return _by_band(people["group"][there], arm, (at - people["review_due_at"][there]) / DAY_MINUTES, OVERDUE)


def _by_band(group: NDArray[np.int8], arm: NDArray[np.int8], days: Cube, bands: tuple[Band, ...]) -> Cube:
    """Counts by band, group and arm."""
    counts = np.zeros((len(bands), 4, 2))
    band = np.searchsorted([start for _, _, start in bands[1:]], days, side="right")
    np.add.at(counts, (band, group.astype(np.int64), arm.astype(np.int64)), 1.0)
    return counts
