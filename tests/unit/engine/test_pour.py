"""What a worker does in which minute."""

from __future__ import annotations

import numpy as np

from ibsim.engine import state
from tests.unit.engine.office import ASSESS, DAY, LEARNT, PLAN, REVIEW, Office


def test_what_does_not_fit_carries_over_to_the_minute() -> None:
    office = Office()
    office.open(REVIEW, 1, minutes=130)
    assert office.days(0, 1) == [(1, 0, 130)]
    assert office.engine.tables.worked.sum() == 130


def test_what_is_begun_goes_before_more_pressing_work() -> None:
    office = Office()
    office.open(REVIEW, 1, minutes=130)
    office.open(ASSESS, 2, minutes=10, at=50)
    assert office.days(0, 1) == [(1, 0, 130), (2, 0, 140)]


def test_urgent_work_interrupts_at_its_own_minute_and_the_other_is_resumed() -> None:
    office = Office()
    office.open(REVIEW, 1, minutes=50)
    office.open(REVIEW, 2, minutes=20, at=30, urgent=True)
    assert office.day(0) == [(2, 0, 50), (1, 0, 70)]


def test_urgent_work_waits_for_its_minute_even_if_there_is_nothing_else() -> None:
    office = Office()
    office.open(REVIEW, 2, minutes=20, at=30, urgent=True)
    assert office.day(0) == [(2, 0, 50)]


def test_urgent_work_does_not_interrupt_urgent_work() -> None:
    office = Office()
    office.open(REVIEW, 1, minutes=40, at=10, urgent=True)
    office.open(REVIEW, 2, minutes=20, at=30, urgent=True)
    assert office.day(0) == [(1, 0, 50), (2, 0, 70)]


def test_urgent_work_that_is_ready_first_goes_first_however_it_came_to_the_worker() -> None:
    office = Office()
    office.open(REVIEW, 1, minutes=10, at=60, urgent=True, owners=[0])  # straight to the in-tray
    office.open(REVIEW, 2, minutes=10, at=20, urgent=True)  # by way of the team tray
    office.open(REVIEW, 3, minutes=10, at=40, urgent=True)
    assert office.people(0) == [2, 3, 1]


def test_urgent_work_after_hours_is_done_the_next_morning() -> None:
    office = Office()
    office.open(REVIEW, 1, minutes=20, at=95, urgent=True)
    office.engine.run(0, 0, 90)
    assert office.day(1) == [(1, 0, DAY + 20)]


def test_urgent_work_that_is_not_finished_goes_first_in_the_morning() -> None:
    office = Office()
    office.open(REVIEW, 1, minutes=50)
    office.open(REVIEW, 2, minutes=40, at=80, urgent=True)
    assert office.day(0) == [(1, 0, 50)]
    assert office.day(1) == [(2, 0, DAY + 20)]


def test_urgent_work_comes_even_to_a_full_worker_but_not_to_an_absent_owner() -> None:
    office = Office(2)
    office.workers["capacity"][1] = 0
    office.engine.give_cases(np.array([2], np.int32), np.array([1], np.int16))
    office.open(REVIEW, 1, minutes=500)
    office.open(REVIEW, 2, 3, 4, minutes=60, urgent=True)
    assert office.people(0) == [2]
    assert office.people(1) == [3, 4]


def test_urgent_minutes_are_shared_out_when_several_are_there() -> None:
    office = Office(2)
    office.open(REVIEW, 1, 2, minutes=50, urgent=True)
    assert {row[1] for row in office.day(0)} == {0, 1}


def test_protected_minutes_are_worked_before_more_pressing_work() -> None:
    office = Office()
    office.engine.tables.reserved[3] = 30  # reviews
    office.open(ASSESS, 1, minutes=200)
    office.open(REVIEW, 2, 3, minutes=20)
    office.workers["capacity"] = 150
    # the tray hands reviews out only if there are minutes: give them to the worker by name
    office.open(REVIEW, 4, minutes=20, owners=[0])
    assert office.people(0)[0] == 4


def test_protected_minutes_that_nobody_needs_are_not_lost() -> None:
    office = Office()
    office.engine.tables.reserved[3] = 60
    office.open(ASSESS, 1, minutes=100)
    assert office.day(0) == [(1, 0, 100)]


def test_protected_minutes_are_used_up_around_urgent_work() -> None:
    office = Office()
    office.engine.tables.reserved[3] = 30
    office.open(REVIEW, 1, minutes=60, owners=[0])
    office.open(ASSESS, 2, minutes=60, owners=[0])
    office.open(PLAN, 3, minutes=10, at=20, urgent=True)
    # reviews 0-20, urgent 20-30, reviews 30-40 (30 in all), then what is begun, by activity: none but reviews
    assert office.days(0, 1) == [(3, 0, 30), (1, 0, 70), (2, 0, 130)]


def test_two_protected_activities_come_one_after_the_other() -> None:
    office = Office()
    office.engine.tables.reserved[[2, 3]] = [20, 30]
    office.open(REVIEW, 1, minutes=30, owners=[0])
    office.open(PLAN, 2, minutes=20, owners=[0])
    office.open(ASSESS, 3, minutes=50, owners=[0])
    assert office.people(0) == [2, 1, 3]


def test_a_capped_activity_leaves_the_rest_of_the_day_to_others() -> None:
    office = Office()
    office.engine.tables.capped[1] = 40  # assessments
    office.open(ASSESS, 1, minutes=60, owners=[0])
    office.open(REVIEW, 2, minutes=30, owners=[0])
    assert office.day(0) == [(2, 0, 70)]
    assert office.day(1) == [(1, 0, DAY + 20)]


def test_a_capped_activity_with_nothing_else_to_do_stands_idle() -> None:
    office = Office()
    office.engine.tables.capped[1] = 40
    office.open(ASSESS, 1, minutes=60)
    assert office.day(0) == []
    assert office.engine.tables.worked.sum() == 40


def test_a_capped_activity_does_not_block_others_of_its_level() -> None:
    office = Office()
    office.engine.tables.kinds["level"][REVIEW] = 1  # assessments and reviews share a level
    office.engine.tables.capped[1] = 10
    office.open(ASSESS, 1, 2, 3, owners=[0, 0, 0])
    office.open(REVIEW, 4, 5, owners=[0, 0])
    office.open(ASSESS, 6, owners=[0])
    assert office.people(0) == [1, 4, 5]
    assert office.people(1) == [2]
    office.engine.tables.capped[1] = 100
    assert office.people(2) == [3, 6]


def test_the_worker_s_own_factor_stretches_what_is_learnt_once() -> None:
    office = Office()
    office.workers["factor"] = 1500
    office.open(LEARNT, 1, minutes=20)
    office.open(PLAN, 2, minutes=20)
    assert office.day(0) == [(1, 0, 30), (2, 0, 50)]
    office.workers["factor"] = 3000
    office.open(LEARNT, 3, minutes=60, at=DAY)
    assert office.days(1, 2) == [(3, 0, 280)]


def test_the_factor_never_makes_a_task_vanish() -> None:
    office = Office()
    office.workers["factor"] = 1
    office.open(LEARNT, 1, minutes=20)
    assert office.day(0) == [(1, 0, 1)]


def test_visits_keep_their_distance_and_their_worker() -> None:
    office = Office(2)
    office.workers["capacity"] = [100, 90]
    office.open(REVIEW, 1, minutes=65, visits=3, gap_days=2)
    # 23 + 21 + 21 minutes, on days 0, 2 and 4, by the same worker even if the other is freer by then
    assert office.days(0, 1) == []
    office.workers["capacity"] = [50, 100]
    assert office.days(2, 3) == []
    assert office.day(4) == [(1, 0, 4 * DAY + 42)]
    assert office.engine.tables.worked.sum() == 65


def test_visits_without_a_distance_are_on_different_days() -> None:
    office = Office()
    office.open(REVIEW, 1, minutes=20, visits=2)
    assert office.days(0, 1) == [(1, 0, DAY + 10)]


def test_a_visit_after_the_last_pass_is_never_paid() -> None:
    office = Office(passes=2)
    office.open(REVIEW, 1, minutes=20, visits=2, gap_days=20)
    assert office.days(0, 2) == []


def test_a_join_ends_with_its_last_part() -> None:
    office = Office(2)
    joins = office.engine.new_joins(2, 2)
    office.open(REVIEW, 1, 2, minutes=30, joins=joins)
    office.open(PLAN, 1, 2, minutes=20, at=DAY, joins=joins)
    first, second = (office.engine.run(number, number * DAY, DAY) for number in (0, 1))
    assert first.last.tolist() == [False, False]
    assert second.last.tolist() == [True, True]
    assert (first.minutes.tolist(), second.minutes.tolist()) == ([30, 30], [20, 20])


def test_joins_grow_as_needed() -> None:
    office = Office()
    first = office.engine.new_joins(1, 3)
    assert office.engine.new_joins(2, 5000).tolist() == list(range(3, 5003))
    office.open(REVIEW, 1, joins=first[:1])
    assert office.people(0) == [1]


def test_minutes_are_booked_by_kind_and_by_whether_the_worker_has_a_flagged_case() -> None:
    office = Office()
    office.open(ASSESS, 1, minutes=30)
    office.day(0)
    office.engine.flag(np.array([1], np.int32), 1)
    office.open(REVIEW, 2, minutes=20, at=DAY)
    office.day(1)
    assert office.engine.tables.worked[0, ASSESS] == 30
    assert office.engine.tables.worked[1, REVIEW] == 20


def test_nobody_works_without_capacity() -> None:
    office = Office(2)
    office.workers["capacity"] = 0
    office.open(REVIEW, 1, 2)
    office.open(REVIEW, 3, urgent=True)
    assert office.day(0) == []
    assert office.engine.waiting()[REVIEW] == 3
    assert state.IN_TEAM_TRAY in office.engine.tables.tasks["state"]


def test_who_has_left_does_no_work_though_hours_are_still_on_the_books() -> None:
    office = Office(2)
    office.open(REVIEW, 1, minutes=150, owners=[0])
    assert office.day(0) == []
    office.workers["active"][0] = 0
    # begun and in hand: nobody else may have it before it is handed back
    assert office.day(1) == []
    office.workers["active"][0] = 1
    assert office.day(2) == [(1, 0, 2 * DAY + 50)]
