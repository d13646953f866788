"""A meeting decides what was asked before it, oldest first, and no more than it can."""

from __future__ import annotations

import numpy as np

from ibsim.engine.meeting import Meeting
from ibsim.engine.shared import REQUEST
from ibsim.engine.state import Records


def asked(*rows: tuple[int, int]) -> Records:
    """Requests of people at moments."""
    out = np.zeros(len(rows), dtype=REQUEST)
    out["person"], out["at"] = np.array(rows).T
    return out


def test_the_oldest_cases_come_first_and_the_others_wait() -> None:
    meeting = Meeting()
    meeting.join(asked((1, 20), (2, 10)))
    meeting.join(asked((3, 30)))
    assert meeting.sit(2, at=40)[0].tolist() == [2, 1]
    assert meeting.sit(2, at=40)[0].tolist() == [3]


def test_nobody_decides_what_is_asked_later_that_day() -> None:
    meeting = Meeting()
    meeting.join(asked((1, 10), (2, 50)))
    assert meeting.sit(5, at=40)[0].tolist() == [1]
    assert meeting.people.tolist() == [2]
    assert meeting.sit(5, at=60)[0].tolist() == [2]
