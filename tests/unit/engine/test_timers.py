"""Timers fall due on their day, once, in order, and where they were set last."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ibsim.engine.state import I64
from ibsim.engine.timers import NONE
from tests.unit.engine.diary import Diary, verbs
from tests.unit.engine.diary import numbers as people

DAY = 10


def moments(*values: int) -> I64:
    return np.array(values, np.int64)


def test_what_falls_due_comes_by_moment_then_kind_then_person() -> None:
    timers = Diary(5, 2, 10, DAY)
    timers.set(1, people(0, 1), moments(3, 2))
    timers.set(0, people(3, 2, 4), moments(7, 7, 1))
    assert timers.pop(0) == [(0, 4, 1), (1, 1, 2), (1, 0, 3), (0, 2, 7), (0, 3, 7)]
    assert timers.pop(1) == []


def test_a_timer_falls_due_on_its_own_day() -> None:
    timers = Diary(3, 1, 10, DAY)
    timers.set(0, people(0, 1, 2), moments(9, 10, 20))
    assert timers.pop(0) == [(0, 0, 9)]
    assert timers.pop(2) == [(0, 1, 10), (0, 2, 20)]  # day 1 was skipped


def test_a_moved_timer_falls_due_only_at_its_new_moment() -> None:
    for new in (25, 5):
        timers = Diary(1, 1, 10, DAY)
        timers.set(0, people(0), moments(15))
        timers.set(0, people(0), moments(new))
        due = [(day, row) for day in range(4) for row in timers.pop(day)]
        assert due == [(new // DAY, (0, 0, new))]


def test_a_timer_moved_away_and_back_falls_due_once() -> None:
    timers = Diary(1, 1, 10, DAY)
    for moment in (15, 25, 15):
        timers.set(0, people(0), moments(moment))
    assert [row for day in range(5) for row in timers.pop(day)] == [(0, 0, 15)]


def test_a_cancelled_timer_never_falls_due_and_can_be_set_again() -> None:
    timers = Diary(2, 1, 10, DAY)
    timers.set(0, people(0, 1), moments(15, 16))
    timers.cancel(0, people(0))
    assert timers.timers.due[0].tolist() == [NONE, 16]
    assert timers.pop(1) == [(0, 1, 16)]
    timers.set(0, people(0), moments(25))
    assert timers.pop(2) == [(0, 0, 25)]


def test_a_timer_taken_back_or_moved_the_same_morning_does_not_fall_due() -> None:
    timers = Diary(1, 3, 10, DAY)
    for kind, moment in enumerate((15, 16, 17)):
        timers.set(kind, people(0), moments(moment))
    assert timers.timers.pop(1)[2].tolist() == [15, 16, 17]  # all are handed out together
    assert verbs.falls_due(timers.shared(), 0, 0, 15)
    assert not verbs.falls_due(timers.shared(), 0, 0, 15)  # once
    timers.cancel(1, people(0))  # what the first one does
    timers.set(2, people(0), moments(45))
    assert not verbs.falls_due(timers.shared(), 1, 0, 16)
    assert not verbs.falls_due(timers.shared(), 2, 0, 17)
    assert timers.pop(4) == [(2, 0, 45)]


def test_a_moment_that_is_past_falls_due_next_morning() -> None:
    timers = Diary(1, 1, 10, DAY)
    timers.pop(3)
    timers.set(0, people(0), moments(12))
    assert timers.pop(4) == [(0, 0, 40)]


def test_a_timer_set_in_the_evening_for_the_same_day_waits_for_the_next() -> None:
    timers = Diary(1, 1, 10, DAY)
    timers.pop(2)
    timers.set(0, people(0), moments(29))
    assert timers.pop(3) == [(0, 0, 30)]


def test_beyond_the_end_nothing_falls_due() -> None:
    timers = Diary(2, 1, 5, DAY)
    timers.set(0, people(0, 1), moments(49, 10**9))
    assert timers.pop(1000) == [(0, 0, 49)]
    assert timers.timers.due[0, 1] == NONE


def test_nothing_set_is_nothing_due() -> None:
    timers = Diary(2, 1, 5, DAY)
    timers.set(0, people(), moments())
    assert timers.pop(0) == []


def test_entries_are_used_again_and_grow_when_they_must() -> None:
    timers = Diary(20_000, 1, 300, DAY)
    everybody = np.arange(20_000, dtype=np.int32)
    for day in range(3):
        timers.set(0, everybody, np.full(20_000, day * DAY + 5))
        assert len(timers.pop(day)) == 20_000
    assert timers.timers.entries.size < 60_000
    assert not timers.timers.reserve(10)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["set", "cancel", "pop"]),
            st.integers(0, 3),
            st.integers(0, 1),
            st.integers(0, 90),
        ),
        max_size=40,
    )
)
def test_timers_do_what_a_dictionary_does(steps: list[tuple[str, int, int, int]]) -> None:
    timers, plain, day = Diary(4, 2, 60, DAY), dict[tuple[int, int], int](), 0
    for verb, person, kind, moment in [*steps, ("pop", 0, 0, 0), *[("pop", 0, 0, 0)] * 12]:
        if verb == "set":
            timers.set(kind, people(person), moments(moment))
            plain[kind, person] = max(moment, day * DAY)
        elif verb == "cancel":
            timers.cancel(kind, people(person))
            plain.pop((kind, person), None)
        else:
            due = [(kind, person, at) for (kind, person), at in plain.items() if at < (day + 1) * DAY]
            assert timers.pop(day) == sorted(due, key=lambda row: (row[2], row[0], row[1]))
            for kind_due, person_due, _ in due:
                del plain[kind_due, person_due]
            day += 1
