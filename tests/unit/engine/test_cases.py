"""Cases, flags, people who go, workers who leave, and rows that are used again."""

from __future__ import annotations

import numpy as np
import pytest

from ibsim.engine import state
from ibsim.errors import BooksError
from tests.unit.engine.office import ASSESS, DAY, PLAN, REVIEW, Office


def people(*numbers: int) -> state.I32:
    return np.array(numbers, np.int32)


def test_forgotten_tasks_are_dropped_wherever_they_are() -> None:
    office = Office()
    office.open(REVIEW, 0, minutes=150)  # begun
    office.open(REVIEW, 1, owners=[0])  # in the in-tray
    office.open(REVIEW, 2)  # in the team tray
    office.open(REVIEW, 3, at=DAY)  # in the calendar
    office.open(REVIEW, 4, minutes=30, at=95, urgent=True)  # urgent, begun
    office.open(REVIEW, 5, minutes=30, at=96, urgent=True)  # urgent, waiting
    office.open(REVIEW, 6)
    office.day(0)
    office.engine.forget(people(0, 1, 2, 3, 4, 5), 0)
    # on day 1 the worker still seems full; the forgotten tasks are found only as the day is worked
    assert [row[0] for row in office.days(1, 2)] == [6]
    tables = office.engine.tables
    assert tables.committed.sum() == 0
    assert (tables.tasks["state"] == state.FREE).all()


def test_minutes_worked_on_what_is_dropped_stay_in_the_books() -> None:
    office = Office()
    office.open(REVIEW, 1, minutes=150)
    office.open(PLAN, 2, minutes=30, at=10, urgent=True)
    office.day(0)
    office.engine.forget(people(1), 0)
    office.day(1)
    assert office.engine.tables.worked[state.DROPPED].tolist() == [0, 0, 70, 0, 0]
    assert office.engine.check_books(30) == 100
    with pytest.raises(BooksError, match="100 minutes were worked; finished tasks have 29"):
        office.engine.check_books(29)


def test_a_track_is_forgotten_on_its_own() -> None:
    office = Office()
    office.open(REVIEW, 1, track=1)
    office.open(PLAN, 1)
    office.engine.forget(people(1), 1)
    office.open(ASSESS, 1, track=1)
    done = office.engine.run(0, 0, DAY)
    assert done.kind.tolist() == [ASSESS, PLAN]


def test_forgotten_tasks_in_the_midst_of_an_in_tray_are_passed_over() -> None:
    office = Office()
    office.engine.tables.kinds["level"][REVIEW] = 1
    office.engine.tables.capped[1] = 10
    office.open(ASSESS, 1, 2, 3, 4, owners=[0] * 4)
    office.open(REVIEW, 5, owners=[0])
    office.day(0)
    office.open(REVIEW, 6, owners=[0], at=DAY)
    office.engine.forget(people(3, 4), 0)
    assert office.people(1) == [2, 6]
    assert office.engine.tables.committed.sum() == 0


def test_urgent_tasks_that_are_forgotten_make_way() -> None:
    office = Office()
    office.open(REVIEW, 1, 2, 3, minutes=60, at=50, urgent=True, owners=[0] * 3)
    office.day(0)
    office.engine.forget(people(1, 2), 0)
    assert office.day(1) == [(3, 0, DAY + 60)]


def test_a_leaver_s_work_goes_back_to_the_team_and_the_cases_have_no_owner() -> None:
    office = Office(2)
    office.workers["capacity"] = [100, 0]
    office.open(ASSESS, 1, minutes=130)
    office.open(PLAN, 2, 3, minutes=20, owners=[0, 0])
    office.open(REVIEW, 4, minutes=30, at=90, urgent=True)
    office.day(0)
    assert office.workers["cases"].tolist() == [3, 0]
    office.engine.leave(np.array([0]))
    assert office.workers["cases"].tolist() == [0, 0]
    assert office.workers["active"].tolist() == [0, 1]
    office.workers["capacity"] = 100
    # urgent work first, what was begun goes on where it stopped (40 minutes done), then the tray
    assert office.day(1) == [(4, 1, 120), (1, 1, 160), (2, 1, 180), (3, 1, 200)]
    assert office.entities["owner"][[1, 2, 3]].tolist() == [1, 1, 1]


def test_a_leaver_s_visits_go_to_somebody_else() -> None:
    office = Office(2)
    office.workers["capacity"] = [100, 50]
    office.open(REVIEW, 1, minutes=20, visits=2, gap_days=1)
    office.day(0)
    office.engine.leave(np.array([0]))
    assert office.day(1) == [(1, 1, DAY + 20)]


def test_caseloads_count_open_cases_and_the_flagged_among_them() -> None:
    office = Office(2)
    office.engine.give_cases(people(1, 2, 3), np.array([0, 0, 1], np.int16))
    office.engine.flag(people(1, 3, 4), 1)
    office.engine.flag(people(1), 1)  # once more changes nothing
    assert office.workers["cases"].tolist() == [2, 1]
    assert office.workers["flagged_cases"].tolist() == [1, 1]
    office.engine.close_cases(people(1, 2, 9))
    assert office.workers["cases"].tolist() == [0, 1]
    assert office.workers["flagged_cases"].tolist() == [0, 1]
    office.engine.flag(people(3), 0)
    assert office.workers["flagged_cases"].tolist() == [0, 0]


def test_flagged_cases_that_are_given_count_as_flagged() -> None:
    office = Office()
    office.engine.flag(people(1), 1)
    office.engine.give_cases(people(1, 2), np.array([0, 0], np.int16))
    assert office.workers["flagged_cases"][0] == 1
    office.engine.close_cases(people(1, 2))
    assert office.workers["flagged_cases"][0] == 0


def test_a_flagged_person_counts_with_the_worker_who_opens_the_case() -> None:
    office = Office()
    office.engine.flag(people(1), 1)
    office.open(ASSESS, 1, 2)
    office.day(0)
    assert office.workers["flagged_cases"][0] == 1


def test_rows_are_used_again() -> None:
    office = Office()
    rows = office.engine.tables.tasks.size
    for number in range(20):
        office.open(REVIEW, *range(40), minutes=1, at=number * DAY)
        assert len(office.day(number)) == 40
    assert office.engine.tables.tasks.size == rows
    assert (office.engine.tables.tasks["state"] == state.FREE).all()


def test_rows_of_forgotten_tasks_are_found_before_the_table_grows() -> None:
    office = Office(entities=700)
    rows = office.engine.tables.tasks.size
    for number in range(10):
        office.open(REVIEW, *range(700), at=number * DAY)
        office.engine.forget(np.arange(700, dtype=np.int32), 0)
        assert office.day(number) == []
    assert office.engine.tables.tasks.size == rows


def test_the_table_grows_with_what_is_in_it() -> None:
    office = Office(1, entities=5000)
    office.workers["capacity"] = 10_000
    office.open(REVIEW, *range(900), minutes=1)
    office.open(REVIEW, *range(900, 5000), minutes=1)
    assert office.engine.tables.tasks.size > 5000
    done = office.engine.run(0, 0, DAY)
    assert done.entity.tolist() == list(range(5000))


def test_waiting_counts_what_is_ready_and_not_begun() -> None:
    office = Office()
    office.open(REVIEW, 1, minutes=150)
    office.open(REVIEW, 2, 3)
    office.open(PLAN, 4, owners=[0], at=DAY)
    office.day(0)
    assert office.engine.waiting().tolist() == [0, 0, 2, 0, 0]
