"""Who gets the work of a team tray."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from tests.unit.engine.office import ASSESS, DAY, PLAN, REVIEW, TRAINED_ONLY, Office


@pytest.mark.parametrize("kind", [REVIEW, ASSESS, TRAINED_ONLY], ids=["any", "new case", "trained"])
def test_the_most_free_worker_gets_the_next_task(kind: int) -> None:
    office = Office(3)
    office.workers["may_flagged"] = True
    office.workers["capacity"] = [60, 100, 80]
    office.open(kind, 1, 2, 3, minutes=[30, 30, 30])
    # 100 is the most; then 80; then 70 of the first
    assert sorted(row[:2] for row in office.day(0)) == [(1, 1), (2, 2), (3, 1)]


def test_equally_free_workers_are_told_apart_by_hash_never_by_row() -> None:
    for ties in permutations((5, 6, 7)):
        office = Office(3)
        office.workers["tie"] = ties
        office.open(REVIEW, 1)
        assert office.day(0)[0][1] == ties.index(5)


def test_with_equal_hashes_the_first_row_takes_it() -> None:
    for size in range(1, 8):
        office = Office(size)
        office.workers["tie"] = 1
        office.open(REVIEW, 1)
        assert office.day(0)[0][1] == 0


def test_every_worker_of_a_team_of_any_size_is_found() -> None:
    for size in range(1, 12):
        office = Office(2, size)
        for free in range(size):
            office.workers["capacity"][2:] = 10
            office.workers["capacity"][2 + free] = 11
            office.open(REVIEW, 1, minutes=1, team=1, at=free * DAY)
            assert office.day(free) == [(1, 2 + free, free * DAY + DAY // 11)]


def test_work_stays_in_the_team_tray_when_nobody_has_time_today() -> None:
    office = Office()
    office.open(REVIEW, 1, 2, minutes=[150, 10])
    office.day(0)
    assert office.engine.waiting()[REVIEW] == 1
    # on the second day 50 minutes are left of the first task, then the other is handed out
    assert office.day(1) == [(1, 0, 150), (2, 0, 160)]


def test_more_pressing_work_is_handed_out_past_a_full_in_tray() -> None:
    office = Office()
    office.open(REVIEW, 1, minutes=500)
    office.day(0)
    office.workers["capacity"] = 600
    office.open(ASSESS, 2, minutes=5, at=DAY)
    assert office.people(1) == [1, 2]  # what is begun is not interrupted


def test_work_in_hand_counts_for_every_level() -> None:
    """Of two workers the one who is in the middle of a long review does not get the assessment."""
    office = Office(2)
    office.open(REVIEW, 1, minutes=150)
    office.day(0)
    office.open(ASSESS, 2, minutes=20, at=DAY)
    assert office.day(1) == [(2, 1, DAY + 20), (1, 0, DAY + 50)]


def test_the_caseload_limit_keeps_new_cases_waiting_and_not_other_work() -> None:
    office = Office()
    office.engine.caseload_limit = 1
    assert office.engine.caseload_limit == 1
    office.open(ASSESS, 1, 2)
    office.open(REVIEW, 3)
    assert office.people(0) == [1, 3]
    office.engine.close_cases(np.array([1], np.int32))
    assert office.people(1) == [2]


def test_a_worker_with_room_for_a_case_is_preferred_to_a_freer_one_without() -> None:
    office = Office(2)
    office.engine.caseload_limit = 1
    office.engine.give_cases(np.array([9], np.int32), np.array([0], np.int16))
    office.workers["capacity"] = [100, 50]
    office.open(ASSESS, 1, minutes=10)
    office.open(REVIEW, 2, minutes=10)
    assert sorted(row[:2] for row in office.day(0)) == [(1, 1), (2, 0)]


def test_the_owner_of_a_case_gets_its_later_work() -> None:
    office = Office(2)
    office.open(ASSESS, 1, minutes=60)
    assert office.day(0) == [(1, 0, 60)]
    office.open(PLAN, 1, at=DAY)
    office.open(REVIEW, 2, at=DAY)
    assert sorted(row[:2] for row in office.day(1)) == [(1, 0), (2, 1)]


def test_a_case_of_another_team_does_not_draw_the_work_to_its_owner() -> None:
    office = Office(1, 1)
    office.open(ASSESS, 1)
    office.day(0)
    office.open(PLAN, 1, at=DAY, team=1)
    assert office.day(1) == [(1, 1, DAY + 10)]
    assert office.entities["owner"][1] == 0


def test_a_named_owner_gets_the_task_even_from_another_team() -> None:
    office = Office(1, 1)
    office.open(REVIEW, 1, owners=[1])
    assert office.day(0) == [(1, 1, 10)]


def test_flagged_work_goes_only_to_those_who_may_take_it() -> None:
    office = Office(3)
    office.workers["may_flagged"] = [0, 0, 1]
    office.workers["capacity"] = [100, 100, 40]
    office.open(TRAINED_ONLY, 1, 2)
    assert {row[1] for row in office.day(0)} == {2}


def test_flagged_work_of_an_owner_who_may_not_take_it_goes_to_the_team() -> None:
    office = Office(2)
    office.workers["may_flagged"] = [0, 1]
    office.engine.give_cases(np.array([1], np.int32), np.array([0], np.int16))
    office.open(TRAINED_ONLY, 1)
    assert office.day(0) == [(1, 1, 10)]


def test_the_first_of_a_level_holds_up_those_behind_it() -> None:
    office = Office()
    office.workers["may_flagged"] = 0
    office.open(TRAINED_ONLY, 1)
    office.open(PLAN, 2)
    office.open(REVIEW, 3)
    assert office.people(0) == [3]


def test_an_absent_or_inactive_worker_gets_nothing() -> None:
    office = Office(3)
    office.workers["capacity"][0] = 0
    office.workers["active"][1] = 0
    office.open(REVIEW, 1, 2)
    assert {row[1] for row in office.day(0)} == {2}


def test_two_days_work_goes_round_the_team() -> None:
    office = Office(4)
    office.open(REVIEW, *range(8), minutes=50)
    assert sorted(row[1] for row in office.day(0)) == [0, 0, 1, 1, 2, 2, 3, 3]
