"""Events are kept as they were noted, by kind."""

from __future__ import annotations

from typing import cast

import numpy as np

from ibsim.engine import verbs as compiled_verbs
from ibsim.engine.history import History
from ibsim.engine.shared import Shared
from tests.unit.engine.diary import Log
from tests.unit.engine.python_calls import open_to_python

verbs = open_to_python(compiled_verbs)


def note(history: History, kind: int, person: int, at: int, first: int = 0, second: int = 0) -> None:
    history.reserve(1)
    verbs.note(cast(Shared, Log(history.rows, history.count)), kind, person, at, first, second)


def test_events_come_back_as_they_were_noted() -> None:
    history = History(2)
    note(history, 0, 3, 30, 300)
    note(history, 1, 9, 90)
    note(history, 0, 1, 10, 100)
    note(history, 0, 2, 20, 0, 7)
    assert history.entities(0).tolist() == [3, 1, 2]
    assert history.at(0).tolist() == [30, 10, 20]
    assert history.value(0).tolist() == [300, 100, 0]
    assert history.value(0, 1).tolist() == [0, 0, 7]
    assert [history.total(kind) for kind in (0, 1)] == [3, 1]
    assert history.at(1).tolist() == [90]


def test_a_kind_without_events_is_empty() -> None:
    history = History(1)
    assert history.total(0) == 0
    assert history.entities(0).dtype == np.int32
    assert history.at(0).dtype == history.value(0).dtype == np.int64
    assert history.entities(0).size == history.at(0).size == history.value(0).size == 0


def test_the_log_grows_and_keeps_what_is_in_it() -> None:
    history = History(1)
    note(history, 0, 5, 50)
    size = history.rows.size
    assert not history.reserve(10)
    assert history.reserve(size)
    assert history.rows.size > 2 * size
    note(history, 0, 6, 60)
    assert history.entities(0).tolist() == [5, 6]
