"""What cost-effectiveness needs of a replication: what IB holders gain, person by person, and who has less.

A sample of holders drawn by address stands for all, so that people can be drawn again from stored
replications; sums over all of them are kept beside it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.results.measure.cubes import Cube, Cubes
from ibsim.results.measure.gains import WEEK_MINUTES, Fared, in_control
from ibsim.units import GROUPS
from ibsim.words import CONVENTIONAL, IB, Event

Floats = NDArray[np.float64]
Columns = dict[str, NDArray[Any]]
SAMPLE = 150
"""People kept of each group."""
AGES = (0, 26, 65, 75, 85)
PACKAGES = (0, 50, 100, 200, 400)
"""From what on each band goes: years, and pounds a week of the old package."""


def gained(cubes: Cubes, fared: Fared, visits: Cube) -> Columns:
    """Differences of an IB against conventional support for the same people, weighted by weeks of the IB.

    `difference` float32[n, 7] (cost and health in pounds a week, then ascot, control, ghq turned round,
    quality of life, satisfied: higher is better), `weight` and `group` are those of the sample;
    `all_people`, `all_weeks` [4] and `all_difference` [4, 7] those of everybody.  `visits` are pounds a
    week of care management by group and arm.
    """
    weeks = fared.minutes[:, IB].sum(axis=0) / WEEK_MINUTES
    holders = np.flatnonzero(weeks > 0)
    group, weeks = fared.group[holders], weeks[holders]
    difference = _differences(fared, visits)[holders]
    ids = cubes.world.ids[fared.people[holders]]
    place = cubes.world.draws.uniform("kept of the holders", ids)
    kept = [np.flatnonzero(group == g) for g in range(len(GROUPS))]
    some = np.concatenate([mine[np.argsort(place[mine], kind="stable")[:SAMPLE]] for mine in kept])
    each = np.array([np.bincount(group, weights=weeks * column, minlength=4) for column in difference.T])
    total = np.bincount(group, weights=weeks, minlength=4)
    with np.errstate(invalid="ignore"):
        means = np.where(total > 0, each / total, np.nan).T
    return {
        "group": group[some].astype(np.int8),
        "weight": weeks[some].astype(np.float32),
        "difference": difference[some].astype(np.float32),
        "all_people": np.bincount(group, minlength=4),
        "all_weeks": total,
        "all_difference": means,
        "visits": visits,
    }


def _differences(fared: Fared, visits: Cube) -> Floats:
    """Everybody's gain by an IB, float64[n, 7]."""
    held, usual = fared.of[IB], fared.of[CONVENTIONAL]
    seen = (visits[:, IB] - visits[:, CONVENTIONAL])[fared.group]
    columns = [
        fared.weekly[IB] - fared.weekly[CONVENTIONAL] + seen,
        held["health"] - usual["health"],
        held["ascot"] - usual["ascot"],
        in_control(held) - in_control(usual),
        usual["ghq"] - held["ghq"],
        held["quality_of_life"] - usual["quality_of_life"],
        held["satisfied"] - usual["satisfied"],
    ]
    return np.stack(columns, axis=1)


def winners(cubes: Cubes) -> Columns:
    """Who has more and who has less than before, by what they are: float64[values, 4] each.

    People whose support plan took the place of a package in the counted years, how many of them have
    more, how many less, and the sum of what changed, in pounds a week.
    """
    history, columns = cubes.history, cubes.world.people
    batch = cubes.batch(Event.COMPARED)
    worth, package = (history.value(Event.COMPARED, n)[batch.kept] / 100 for n in (0, 1))
    who = batch.people
    by = {
        "group": (batch.group, len(GROUPS)),
        "age": (np.searchsorted(AGES, columns["age"][who], side="right") - 1, len(AGES)),
        "ethnicity": (columns["white"][who].astype(np.int64), 2),
        "old_package": (np.searchsorted(PACKAGES, package, side="right") - 1, len(PACKAGES)),
        "direct_payment": (columns["direct_payment"][who].astype(np.int64), 2),
        "all": (np.zeros(who.size, dtype=np.int64), 1),
    }
    counted = (np.ones(who.size), worth > package, worth < package, worth - package)
    return {
        f"winners_{name}": np.stack(
            [np.bincount(value, weights=weights, minlength=n) for weights in counted], axis=1
        )
        for name, (value, n) in by.items()
    }
