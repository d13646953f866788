"""Events are kept as they were added, by kind."""

from __future__ import annotations

import numpy as np

from ibsim.engine.history import History


def test_events_come_back_as_they_were_added() -> None:
    history = History(2)
    history.add(0, np.array([3, 1], np.int32), np.array([30, 10]), np.array([300, 100]))
    history.add(0, np.array([2], np.int32), np.array([20]), None, np.array([7]))
    history.add(1, np.array([9], np.int32), np.array([90]))
    assert history.entities(0).tolist() == [3, 1, 2]
    assert history.at(0).tolist() == [30, 10, 20]
    assert history.value(0).tolist() == [300, 100, 0]
    assert history.value(0, 1).tolist() == [0, 0, 7]
    assert [history.count(kind) for kind in (0, 1)] == [3, 1]
    assert history.at(1).tolist() == [90]


def test_a_kind_without_events_is_empty() -> None:
    history = History(1)
    history.add(0, np.empty(0, np.int32), np.empty(0, np.int64))
    assert history.count(0) == 0
    assert history.entities(0).dtype == np.int32
    assert history.at(0).dtype == history.value(0).dtype == np.int64
    assert history.entities(0).size == history.at(0).size == history.value(0).size == 0
