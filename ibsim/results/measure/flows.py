"""People: how many get through, reviews, individual budgets, and the funnel at six months."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ibsim.results.cohorts import INTERVIEW_DAYS, first_at
from ibsim.results.measure.cubes import Batch, Cube, Cubes, Ints, ratio, with_totals
from ibsim.results.snapshots import Snapshots
from ibsim.units import DAY_MINUTES, DAYS_PER_MONTH
from ibsim.words import IB, Event, ExitReason

FUNNEL_DAYS = INTERVIEW_DAYS[IB]


def flows(cubes: Cubes, snapshots: Snapshots) -> None:
    """Measure everything that counts people."""
    _volumes(cubes, snapshots)
    _reviews(cubes, snapshots)
    _budgets(cubes, snapshots)
    _funnel(cubes)


def support_spells(cubes: Cubes) -> tuple[NDArray[np.int32], Ints, Ints]:
    """Everybody who ever had support: who, from when, until when (the run's end where it goes on)."""
    world = cubes.world
    since = world.people["supported_since"]
    people = np.flatnonzero(since >= 0).astype(np.int32)
    ends = np.full(world.n, world.clock.n_days * DAY_MINUTES, dtype=np.int64)
    ends[cubes.history.entities(Event.EXIT)] = cubes.history.at(Event.EXIT)
    return people, since[people], ends[people]


def support_minutes(cubes: Cubes) -> Iterator[tuple[int, NDArray[np.int32], Ints, Ints]]:
    """For each year: who had support in it, their minutes of it, and those of them with an IB."""
    clock = cubes.world.clock
    people, since, until = support_spells(cubes)
    ib_since, ib_until = cubes.ib_since[people], cubes.ib_until[people]
    for year in range(cubes.n_years):
        days = np.flatnonzero(clock.year == year)
        first, last = int(days[0]) * DAY_MINUTES, (int(days[-1]) + 1) * DAY_MINUTES
        there = np.flatnonzero((since < last) & (until > first))
        start, end = np.maximum(since[there], first), np.minimum(until[there], last)
        in_ib = np.maximum(np.minimum(end, ib_until[there]) - np.maximum(start, ib_since[there]), 0)
        yield year, people[there], end - start, in_ib


def _volumes(cubes: Cubes, snapshots: Snapshots) -> None:
    history, clock = cubes.history, cubes.world.clock
    people, since, until = support_spells(cubes)
    inner = np.zeros((4, 2, clock.n_years))
    ever = np.zeros((4, 2, 1))
    for year in range(-1, clock.n_years):
        days = np.flatnonzero(clock.year == year) if year >= 0 else np.flatnonzero(clock.year >= 0)
        start, end = int(days[0]) * DAY_MINUTES, (int(days[-1]) + 1) * DAY_MINUTES
        there = (since < end) & (until > start)
        who, last = people[there], np.minimum(until[there], end)
        where = cubes.world.groups[who] * 2 + cubes.arm_of_support(who, last)
        table = np.bincount(where, minlength=8).reshape(4, 2)
        if year >= 0:
            inner[:, :, year] = table
        else:
            ever[:, :, 0] = table
    cubes.metrics["people_supported"] = np.concatenate([with_totals(inner), with_totals(ever)], axis=2)
    cubes.stock("people_supported_31_march", snapshots.supported, snapshots.supported_monthly)
    referred = cubes.batch(Event.REFERRED, np.zeros(history.total(Event.REFERRED), dtype=np.int64))
    cubes.count("referrals", referred)
    first_arm = history.value(Event.ASSESSED_FIRST, 1)
    first = cubes.batch(Event.ASSESSED_FIRST, first_arm)
    cubes.count("first_assessments_new_clients", first)
    again = cubes.batch(Event.REASSESSED)
    in_ib = history.value(Event.IB_ASSESSED) == 0
    existing = cubes.batch(Event.IB_ASSESSED, np.ones(in_ib.size, dtype=np.int64))
    cubes.count("assessments_completed", existing, in_ib[existing.kept])
    for batch in (first, again):
        for cube, more in ((cubes.metrics, batch.yearly()), (cubes.series, batch.monthly())):
            cube["assessments_completed"] = cube["assessments_completed"] + more
    cubes.count("plans_signed_off", cubes.batch(Event.SIGNED_OFF, history.value(Event.SIGNED_OFF, 1)))
    cubes.count("protection_referrals", cubes.batch(Event.PROTECTION))
    left = history.value(Event.EXIT, 1) == 1
    exits = cubes.batch(Event.EXIT)
    cubes.count("exits", exits, left[exits.kept])


def _reviews(cubes: Cubes, snapshots: Snapshots) -> None:
    history = cubes.history
    due = cubes.batch(Event.REVIEW_DUE)
    cubes.count("reviews_due", due)
    planned, unplanned = cubes.batch(Event.REVIEWED), cubes.batch(Event.UNPLANNED_REVIEWED)
    cubes.count("unplanned_reviews", unplanned)
    cubes.metrics["reviews_completed"] = planned.yearly() + unplanned.yearly()
    cubes.series["reviews_completed"] = planned.monthly() + unplanned.monthly()
    cubes.count("crises", cubes.batch(Event.CRISIS))
    cubes.stock("reviews_overdue", snapshots.overdue, snapshots.overdue_monthly)
    inner = ratio(
        cubes.last_year_again(np.moveaxis(snapshots.overdue_days, 0, 2)), cubes.metrics["reviews_overdue"]
    )
    cubes.metrics["overdue_days_mean"] = inner
    end = cubes.world.clock.n_days * DAY_MINUTES - cubes.grace
    on_time = _due_in(cubes, Event.REVIEWED, end, history.value(Event.REVIEWED, 1) == 1)
    on_time = on_time + _due_in(
        cubes, Event.UNPLANNED_REVIEWED, end, history.value(Event.UNPLANNED_REVIEWED, 1) == 1
    )
    replaced = Event.REVIEW_REPLACED
    every = np.ones(history.total(replaced), dtype=bool)
    gone = _counted(cubes, replaced, history.value(replaced), end, every)
    whole = due.yearly((due.at <= end).astype(np.float64)) - gone
    cubes.metrics["review_compliance_percent"] = 100 * ratio(on_time, whole)


def _due_in(cubes: Cubes, event: Event, end: int, chosen: NDArray[np.bool_]) -> Cube:
    """Reviews by the year in which they were due: the moment of the review less its lateness."""
    history = cubes.history
    return _counted(cubes, event, history.at(event) - history.value(event), end, chosen)


def _counted(cubes: Cubes, event: Event, due_at: Ints, end: int, chosen: NDArray[np.bool_]) -> Cube:
    chosen = chosen & (due_at <= end)
    people, due = cubes.history.entities(event)[chosen], due_at[chosen]
    return Batch(cubes.world, people, due, cubes.arm_of_support(people, due)).yearly()


def _budgets(cubes: Cubes, snapshots: Snapshots) -> None:
    holders = snapshots.packages.copy()
    holders[:, :, 0] = 0
    monthly = np.stack([np.zeros_like(snapshots.holders_monthly), snapshots.holders_monthly], axis=2)
    cubes.stock("ib_holders", holders, monthly)
    cubes.stock("_packages", snapshots.packages)
    packages = cubes.metrics.pop("_packages")[:, 2:3, :]
    share = np.full_like(cubes.metrics["ib_holders"], np.nan)
    share[:, 2:3, :] = 100 * ratio(cubes.metrics["ib_holders"][:, 2:3, :], packages)
    cubes.metrics["ib_share_percent"] = share
    for name, event in (
        ("offers_made", Event.OFFERED),
        ("offers_refused", Event.REFUSED),
        ("consents", Event.CONSENTED),
        ("returns_to_conventional", Event.RETURNED),
    ):
        in_ib = np.ones(cubes.history.total(event), dtype=np.int64)
        cubes.count(name, cubes.batch(event, in_ib))
    withdrew = cubes.history
    reason = withdrew.value(Event.EXIT) == ExitReason.WITHDREW
    exits = cubes.batch(Event.EXIT, cubes.world.people["arm"][withdrew.entities(Event.EXIT)].astype(np.int64))
    in_journey = (reason & (cubes.world.people["consented_at"][withdrew.entities(Event.EXIT)] >= 0))[
        exits.kept
    ]
    gave_up = cubes.batch(Event.WITHDREW, np.ones(withdrew.total(Event.WITHDREW), dtype=np.int64))
    cubes.metrics["withdrawals"] = exits.yearly(in_journey) + gave_up.yearly()


def _funnel(cubes: Cubes) -> None:
    world, history = cubes.world, cubes.history
    columns = world.people
    people = np.flatnonzero(columns["offered_at"] >= 0).astype(np.int32)
    consented = columns["consented_at"][people]
    began = np.where(consented >= 0, consented, columns["offered_at"][people])
    asked = began + FUNNEL_DAYS * DAY_MINUTES
    gone = first_at(history, Event.EXIT, world.n)[people]
    complete = (asked <= world.clock.n_days * DAY_MINUTES) & (gone > asked)
    people, asked, consented = people[complete], asked[complete], consented[complete]
    cohort = Batch(world, people, asked, np.ones(people.size, dtype=np.int64))
    refused = first_at(history, Event.REFUSED, world.n)[people]
    reached = {
        "agreed": (consented >= 0) & (refused > asked),
        "assessed": first_at(history, Event.IB_ASSESSED, world.n)[people] <= asked,
        "plan": first_at(history, Event.SIGNED_OFF, world.n, history.value(Event.SIGNED_OFF, 1) == 1)[people]
        <= asked,
    }
    placed = first_at(history, Event.IN_PLACE, world.n, history.value(Event.IN_PLACE, 1) == 1)[people]
    reached["in_place"] = placed <= asked
    base = cohort.yearly()
    for name, yes in reached.items():
        got = cohort.yearly(yes[cohort.kept])
        cubes.metrics[f"funnel_6_months_{name}_percent"] = 100 * ratio(got, base)
    held = (asked - placed)[cohort.kept] / DAY_MINUTES
    has = reached["in_place"][cohort.kept]
    holders = cohort.yearly(has)
    month = DAYS_PER_MONTH
    for name, low, high in (
        ("under_1_month", 0.0, month),
        ("1_to_3_months", month, 3 * month),
        ("over_3_months", 3 * month, np.inf),
    ):
        part = cohort.yearly(has & (held >= low) & (held < high))
        cubes.metrics[f"in_place_{name}_percent"] = 100 * ratio(part, holders)
    _drop_conventional(cubes)


def _drop_conventional(cubes: Cubes) -> None:
    """The funnel is the IB arm's: the conventional arm has nobody in it."""
    for name, cube in cubes.metrics.items():
        if name.startswith(("funnel_6_months", "in_place_")):
            cube[:, 0, :] = np.nan
