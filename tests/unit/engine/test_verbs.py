"""The compiled verbs: draws that count, hazards, moves with their books, sums in their month."""

from __future__ import annotations

from math import exp, log
from typing import cast

import numpy as np
import pytest

from ibsim.draws import Draws
from ibsim.engine import shared, state
from ibsim.engine import verbs as compiled_verbs
from ibsim.engine import workday as compiled_workday
from ibsim.engine.shared import Shared
from ibsim.engine.timers import Timers
from tests.unit.engine.diary import Some
from tests.unit.engine.office import DAY, PLAN, REVIEW, Office
from tests.unit.engine.python_calls import open_to_python

verbs = open_to_python(compiled_verbs)
workday = open_to_python(compiled_workday)

PERSON = state.record([("id", np.int64), ("stage", np.int8), ("stage_since", np.int32)])


@pytest.fixture
def few() -> Shared:
    """Three people with ids 70, 80, 90; one decision; 100 days, counted from day 40 on."""
    people = np.zeros(3, PERSON)
    people["id"] = [70, 80, 90]
    timers = Timers(3, 1, 100, 1440)
    made = Some(
        people=people,
        keys=np.array([Draws(1, 2).key("exit")], np.uint64),
        counts=np.zeros((1, 3), np.int16),
        due=timers.due,
        timer_heads=timers.heads,
        timers=timers.entries,
        timer_free=timers.free,
        today=timers.today,
        events=np.zeros(10, shared.EVENT),
        n_events=np.zeros(1, np.int64),
        flows=np.zeros((4, 5), np.int64),
        changes=np.zeros((4, 4), np.int64),
        ledger=np.zeros((2, 6, 3, 4, 2), np.int64),
        posted=np.zeros(1, np.int64),
        months=np.repeat([-1, 0, 1], [40, 30, 30]).astype(np.int16),
    )
    return cast(Shared, made)


def uniform(person: int, occurrence: int) -> float:
    return float(Draws(1, 2).uniform("exit", np.array([person]), occurrence)[0])


def test_each_draw_of_a_person_is_the_next(few: Shared) -> None:
    assert [verbs.draw(few, 0, 1) for _ in range(3)] == [uniform(80, k) for k in range(3)]
    assert few.counts[0].tolist() == [0, 3, 0]
    assert verbs.draw(few, 0, 2) == uniform(90, 0)


def test_distributions_are_made_of_the_uniforms(few: Shared) -> None:
    assert verbs.chance(few, 0, 0, 1.0)
    assert not verbs.chance(few, 0, 0, 0.0)
    assert verbs.exponential(few, 0, 0) == pytest.approx(-log(uniform(70, 2)))
    assert verbs.elapsed(few, 0, 0, 3.0, 0.0) == 3 * 1440
    normal = float(Draws(1, 2).normal("exit", np.array([80]), 0)[0])
    assert verbs.elapsed(few, 0, 1, 3.0, 0.5) == pytest.approx(3 * 1440 * exp(0.5 * normal), abs=1)


def test_a_timer_at_no_moment_is_counted_and_not_set(few: Shared) -> None:
    for number, days in enumerate((float("nan"), float("inf"), -float("inf")), start=1):
        verbs.set_timer(few, 0, 0, 100 + verbs.elapsed(few, 0, 0, days, 0.0))
        assert few.today[shared.ASTRAY] == number
        assert verbs.minutes_of(days) == verbs.NO_TIME and np.int64(verbs.NO_TIME).astype(np.int8) < 0
    assert few.due[0, 0] == -1


def test_an_amount_that_outgrows_its_place_is_counted_and_never_wraps(few: Shared) -> None:
    most = verbs.MOST_KEPT
    assert [verbs.kept(few, amount) for amount in (0, 7, most)] == [0, 7, most]
    assert few.today[shared.OUTGROWN] == 0
    for number, amount in enumerate((most + 1, 2**32 + 5, 1 << 60), start=1):
        assert verbs.kept(few, amount) == most
        assert few.today[shared.OUTGROWN] == number
    assert verbs.kept(few, verbs.NO_TIME) == verbs.NO_TIME, "what is below nought the books find"


def test_a_hazard_lasts_as_long_as_its_rate_says(few: Shared) -> None:
    assert verbs.lasting(1.0, 1.0) == 365.25 * 1440
    assert verbs.lasting(1e-12, 1.0) == 1
    assert verbs.lasting(1.0, 0.0) == verbs.NEVER
    verbs.hazard(few, 0, 0, 0, 100, 50.0)
    assert few.due[0, 0] == 100 + verbs.lasting(-log(uniform(70, 0)), 50.0)
    verbs.hazard(few, 0, 0, 1, 100, 0.0)
    assert few.due[0, 1] == -1  # later than the run


def test_a_move_is_noted_and_booked(few: Shared) -> None:
    counted = 40 * 1440
    verbs.move(few, 7, 1, 2, 500, 1)  # before years count: booked, not noted
    verbs.move(few, 7, 1, 1, counted + 500, 1)
    verbs.move(few, 8, 1, 3, counted + 450, 0)  # earlier the same day: counted as no stay at all
    verbs.move(few, -1, 1, 0, counted + 600, 0)  # a stay that nobody asks for is not noted
    first, second = few.events[:2]
    moments = (first.at, first.first, first.second)
    assert (first.kind, first.person, *moments) == (7, 1, counted + 500, 500, 5)
    assert (second.kind, second.at, second.second) == (8, counted + 500, 2)
    assert few.n_events[0] == 2
    assert (few.people[1].stage, few.people[1].stage_since) == (0, counted + 600)
    assert few.flows[2].tolist() == [1, 1, 500, counted + 500, counted]
    assert few.flows[3].tolist() == [1, 1, counted + 500, counted + 600, 100]
    assert np.argwhere(few.changes).tolist() == [[0, 2], [1, 3], [2, 1], [3, 0]]


def test_sums_are_posted_to_the_month_of_the_minute_before(few: Shared) -> None:
    days = [0, 40, 69, 70, 99, 500]
    assert [verbs.month_of(few, day * 1440 + 1) for day in days] == [-1, 0, 0, 1, 1, 1]
    assert verbs.month_of(few, 70 * 1440) == 0  # midnight belongs to the day that ends
    verbs.post(few, 70 * 1440, 5, 2, 3, 1, 250)
    verbs.post(few, 70 * 1440 + 1, 5, 2, 3, 1, -50)
    assert few.ledger[:, 5, 2, 3, 1].tolist() == [250, -50]
    assert few.posted[0] == few.ledger.sum() == 200


def test_a_join_made_one_by_one_is_done_with_its_last_part() -> None:
    office = Office()
    office.engine.new_joins(1, 1)
    join = workday.join_one(office.engine.tables, 2)
    assert join == 1
    office.open(REVIEW, 1, joins=[join])
    office.open(PLAN, 1, joins=[join])
    done = office.engine.run(0, 0, DAY)
    assert sorted(done.last.tolist()) == [False, True]


def test_who_has_been_in_a_stage_since_before_the_run_stayed_from_the_runs_first_minute(few: Shared) -> None:
    verbs.stays_since(few, 1, -300)
    assert few.people["stage_since"].tolist() == [0, -300, 0]
    verbs.move(few, 0, 1, 2, 50, 0)
    # in the books a stay of 50 minutes, not of 350
    assert few.flows[0, shared.STAYED] == 50
