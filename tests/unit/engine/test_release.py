"""When work begins and in which order it comes out of the calendar."""

from __future__ import annotations

import numpy as np

from tests.unit.engine.office import ASSESS, DAY, PLAN, REVIEW, Office


def test_ordinary_work_that_comes_in_during_a_day_waits_for_the_next_morning() -> None:
    office = Office()
    office.open(REVIEW, 1, at=30)
    assert office.day(0) == []
    assert office.day(1) == [(1, 0, DAY + 10)]


def test_work_that_is_ready_at_the_first_minute_is_done_that_day() -> None:
    office = Office()
    office.open(REVIEW, 1, at=DAY)
    assert office.days(0, 1) == [(1, 0, DAY + 10)]


def test_work_opened_after_a_pass_begins_in_the_next_however_old_it_is() -> None:
    office = Office()
    office.day(0)
    office.open(REVIEW, 1, at=0)
    assert office.day(1) == [(1, 0, DAY + 10)]


def test_days_without_a_pass_are_made_up_for_by_the_next() -> None:
    office = Office()
    office.open(REVIEW, 1, at=2 * DAY)
    office.open(REVIEW, 2, at=DAY)
    office.day(0)
    assert office.people(5) == [2, 1]


def test_work_of_one_level_is_done_oldest_first() -> None:
    office = Office()
    for person, at in ((1, 70), (2, 10), (3, 40)):
        office.open(REVIEW, person, at=at)
    office.day(0)
    assert office.people(1) == [2, 3, 1]


def test_ties_are_decided_by_hash_whatever_the_order_of_opening() -> None:
    for order in ((1, 2, 3), (3, 2, 1), (2, 1, 3)):
        office = Office()
        office.entities["tie"][[1, 2, 3]] = [30, 10, 20]
        for person in order:
            office.open(REVIEW, person)
        assert office.people(0) == [2, 3, 1]


def test_with_the_same_hash_they_come_as_they_were_opened() -> None:
    office = Office()
    office.entities["tie"] = 7
    office.open(REVIEW, 5, 3, 4)
    office.open(REVIEW, -1)
    assert office.people(0) == [-1, 5, 3, 4]  # a task about nobody has the hash 0


def test_work_that_begins_after_the_last_pass_never_does() -> None:
    office = Office(passes=3)
    office.open(REVIEW, 1, at=50 * DAY)
    office.open(REVIEW, 2, at=5 * DAY, urgent=True)
    assert office.days(0, 3) == []


def test_an_empty_job_opens_nothing() -> None:
    office = Office()
    office.open(REVIEW)
    assert office.day(0) == []


def test_a_level_goes_before_age() -> None:
    office = Office()
    office.open(REVIEW, 1, at=0)
    office.open(PLAN, 2, at=10)
    office.open(ASSESS, 3, at=20)
    office.workers["capacity"] = 0
    office.day(0)
    office.workers["capacity"] = DAY
    assert office.people(1) == [3, 2, 1]


def test_half_a_day_of_capacity_is_spread_over_the_whole_span() -> None:
    office = Office()
    office.workers["capacity"] = 50
    office.open(REVIEW, 1, minutes=10)
    assert office.day(0) == [(1, 0, 20)]


def test_minutes_are_at_least_one() -> None:
    office = Office()
    office.open(REVIEW, 1, minutes=0)
    assert office.day(0) == [(1, 0, 1)]


def test_finished_tasks_come_sorted_by_kind_with_their_minutes() -> None:
    office = Office(2)
    office.open(REVIEW, 1, minutes=30)
    office.open(PLAN, 2, minutes=40)
    office.open(ASSESS, 3, minutes=20)
    done = office.engine.run(0, 0, DAY)
    assert done.kind.tolist() == [ASSESS, PLAN, REVIEW]
    assert done.minutes.tolist() == [20, 40, 30]
    assert done.at.dtype == np.int64
