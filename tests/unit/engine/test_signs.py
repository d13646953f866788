"""The books of signs: which column of whom holds what cannot be, and what can."""

from __future__ import annotations

import numpy as np
import pytest

from ibsim.engine.shared import ASTRAY
from ibsim.engine.signs import check_columns, check_not_negative, check_timers
from ibsim.engine.state import Records, record
from ibsim.errors import BooksError

PERSON = record(
    [
        ("id", np.int64),
        ("here", np.bool_),
        ("stage", np.int8),
        ("team", np.int16),
        ("share", np.float32),
        ("pence", np.int32),
        ("came_at", np.int32),
        ("review_due_at", np.int32),
    ]
)
SINCE, END = -500, 1_000


def people() -> Records:
    """Four people, each column at the ends of what it may hold."""
    few = np.zeros(4, PERSON)
    few["stage"] = few["team"] = [-1, 0, 1, 100]
    few["share"] = [-1e30, -1.0, 0.0, 1e30]
    few["pence"] = [0, 1, 2, 2**31 - 1]
    few["came_at"] = [SINCE, -1, 0, END]
    few["review_due_at"] = [SINCE, END, END + 1, 2_000_000_000]
    few["here"] = True
    return few


def test_what_may_be_passes_and_flags_are_no_numbers() -> None:
    assert check_columns(people(), SINCE, END, {}) == len(PERSON.names or ()) - 1


@pytest.mark.parametrize(
    ("column", "wrong"),
    [
        ("id", -1), ("stage", -2), ("team", -2), ("pence", -1), ("came_at", SINCE - 1), ("came_at", END + 1),
        ("review_due_at", 2_000_000_001), ("share", np.nan), ("share", np.inf), ("share", -np.inf),
    ],
)  # fmt: skip
@pytest.mark.parametrize("person", [0, 3])
def test_what_may_not_is_told_by_column_and_person(column: str, wrong: float, person: int) -> None:
    few = people()
    few[column][person] = wrong
    with pytest.raises(BooksError, match=rf"^{column} of person {person} is "):
        check_columns(few, SINCE, END, {})


def test_an_amount_may_have_a_least_of_its_own() -> None:
    few = people()
    few["pence"][2] = -7
    assert check_columns(few, SINCE, END, {"pence": -7}) == 7
    with pytest.raises(BooksError, match="pence of person 2 is -7, and lies from -6 to"):
        check_columns(few, SINCE, END, {"pence": -6})


def test_nobody_has_nothing_wrong() -> None:
    assert check_columns(people()[:0], SINCE, END, {}) == 7
    assert check_not_negative({"pence": np.zeros(0, np.int64)}) == 1


def test_an_amount_of_one_less_than_nothing_is_found() -> None:
    with pytest.raises(BooksError, match="hours is -1 in row 2, and cannot be below 0"):
        check_not_negative({"pence": np.zeros(3, np.int64), "hours": np.array([[0, 0], [0, 5], [0, -1]])})


def test_timers_fall_due_in_the_run_or_never() -> None:
    astray = np.zeros(ASTRAY + 1, np.int64)
    due = np.array([[-1, 5], [0, -1]], dtype=np.int32)
    assert check_timers(astray, due) == 2
    due[1, 1] = -2
    with pytest.raises(BooksError, match="a timer falls due at -2, before the run"):
        check_timers(astray, due)
    astray[ASTRAY] = 3
    with pytest.raises(BooksError, match="3 timers were to fall due at no moment"):
        check_timers(astray, due)
    assert check_timers(np.zeros(ASTRAY + 1, np.int64), np.zeros(0, np.int32)) == 0
