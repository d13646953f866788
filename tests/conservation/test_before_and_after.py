"""Nothing comes before what it follows: no decision before its case, no review a second time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ibsim.council import Council
from ibsim.engine.state import I64
from ibsim.words import Event
from tests.councils import Laboratory, Tree, part_of_council, wave

BUSY: Tree = {
    "calendar": {"years": 2, "warm_up_years": 0},
    "allocation": {"panel_interval_weeks": 1},
    "rollout": {"refusal_percent": 50.0, "return_percent": 60.0},
}
"""A panel each week, and offers to everybody, of whom half refuse and many return."""


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Council:
    folder: Path = tmp_path_factory.mktemp("busy")
    scenario = Laboratory(folder).scenario(part_of_council(0.1, staffing=1.2), wave(), BUSY)
    council = Council(scenario, 1, 0)
    council.run()
    return council


def numbers(council: Council, event: Event) -> I64:
    return council.machine.history.value(int(event))


def test_no_budget_is_agreed_before_its_assessment(council: Council) -> None:
    waits = numbers(council, Event.INDICATIVE_AGREED)
    assert waits.size > 20 and waits.min() >= 0


def test_nobody_is_reviewed_before_the_review_is_due(council: Council) -> None:
    late = numbers(council, Event.REVIEWED)
    assert late.size > 50 and late.min() >= 0


def test_nobody_has_two_reviews_open(council: Council) -> None:
    history = council.machine.history
    rows = history.rows[: int(history.count[0])]
    ends = [Event.REVIEWED, Event.UNPLANNED_REVIEWED, Event.REVIEW_REPLACED, Event.RETURNED, Event.EXIT]
    waits = np.zeros(council.world.n, dtype=np.bool_)
    opened = 0
    for person, kind in zip(rows["person"], rows["kind"], strict=True):
        if kind == Event.REVIEW_DUE:
            assert not waits[person], f"a second review of person {person} is open"
            waits[person] = True
            opened += 1
        elif kind in ends:
            waits[person] = False
    assert opened > 50
