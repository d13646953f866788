"""Queues: how many people wait at each stage, averaged over time, and how old their waits are."""

from __future__ import annotations

import numpy as np

from ibsim.results.aged import OVERDUE, WAITED
from ibsim.results.measure.cubes import Cube, Cubes, ratio, with_totals
from ibsim.results.metrics import STAGES
from ibsim.results.snapshots import WAITING, Snapshots
from ibsim.units import DAY_MINUTES
from ibsim.words import Event, Stage


def queues(cubes: Cubes, snapshots: Snapshots) -> None:
    """Measure people waiting by stage, and the backlog's age at year ends."""
    time = _person_minutes(cubes)
    minutes = _year_minutes(cubes)
    for number, name in enumerate(STAGES):
        cubes.metrics[f"people_waiting_{name}"] = time[number] / minutes
        cubes.series[f"people_waiting_{name}"] = with_totals(
            np.moveaxis(snapshots.waiting_monthly[:, number], 0, 2)
        )
        ages = cubes.last_year_again(np.moveaxis(snapshots.waiting_days[:, number], 0, 2))
        people = cubes.last_year_again(np.moveaxis(snapshots.waiting[:, number], 0, 2))
        cubes.metrics[f"waiting_age_days_{name}"] = ratio(ages, people)
    cubes.metrics["people_waiting"] = time.sum(axis=0) / minutes
    cubes.series["people_waiting"] = with_totals(np.moveaxis(snapshots.waiting_monthly.sum(axis=1), 0, 2))
    ages = cubes.last_year_again(np.moveaxis(snapshots.way_days, 0, 2))
    people = cubes.last_year_again(np.moveaxis(snapshots.waiting.sum(axis=1), 0, 2))
    cubes.metrics["waiting_age_days"] = ratio(ages, people)
    for what, bands, counts in (
        ("waiting", WAITED, snapshots.waiting_aged),
        ("overdue", OVERDUE, snapshots.overdue_aged),
    ):
        for number, (name, _, _) in enumerate(bands):
            inner = cubes.last_year_again(np.moveaxis(counts[:, number], 0, 2))
            cubes.metrics[f"backlog_{what}_{name}"] = inner


def _year_minutes(cubes: Cubes) -> Cube:
    """The length of each year, and of all, in minutes."""
    days = np.bincount(cubes.world.clock.year[cubes.world.clock.year >= 0], minlength=cubes.n_years)
    return np.append(days, days.sum()) * float(DAY_MINUTES)


def _person_minutes(cubes: Cubes) -> Cube:
    """Person-minutes in each waiting stage by group, arm and year: float64[stage, 5, 3, years + 1].

    They come from the log of stays, clipped to each year; stays that go on are added as they stand.
    """
    world, clock = cubes.world, cubes.world.clock
    history, end = cubes.history, clock.n_days * DAY_MINUTES
    place = np.full(len(Stage), -1, dtype=np.int64)
    place[[int(stage) for stage in WAITING]] = np.arange(len(WAITING))
    code = history.value(Event.SOJOURN, 1)
    stay = place[code // 2]
    there = stay >= 0
    people, since = history.entities(Event.SOJOURN)[there], history.value(Event.SOJOURN)[there]
    until, stay, arm = history.at(Event.SOJOURN)[there], stay[there], (code % 2)[there]
    still = np.flatnonzero(place[world.people["stage"]] >= 0).astype(np.int32)
    people = np.concatenate([people, still])
    since = np.concatenate([since, world.people["stage_since"][still]])
    until = np.concatenate([until, np.full(still.size, end, dtype=np.int64)])
    stay = np.concatenate([stay, place[world.people["stage"][still]]])
    arm = np.concatenate([arm, world.people["arm"][still].astype(np.int64)])
    where = (stay * 4 + world.groups[people]) * 2 + arm
    size = len(WAITING) * 8
    out = np.zeros((len(WAITING), 4, 2, cubes.n_years))
    for year in range(cubes.n_years):
        days = np.flatnonzero(clock.year == year)
        first, last = int(days[0]) * DAY_MINUTES, (int(days[-1]) + 1) * DAY_MINUTES
        overlap = np.maximum(np.minimum(until, last) - np.maximum(since, first), 0)
        out[..., year] = np.bincount(where, weights=overlap, minlength=size).reshape(len(WAITING), 4, 2)
    cubed = np.stack([with_totals(stage) for stage in out])
    return np.concatenate([cubed, cubed.sum(axis=3, keepdims=True)], axis=3)
