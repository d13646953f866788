"""One wave's recruiting: the days on which it offers, and how many it has approached by each of them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ibsim.policy.rollout import RolloutSettings
from ibsim.policy.rollout.recruiting import Recruiting
from ibsim.policy.rollout.settings import Wave
from tests.unit.policy.deployed import world_of
from tests.unit.policy.filling import filled


def recruiting(**wave: object) -> Recruiting:
    """A wave from 1 May 2006, day 30: pressed in its last four weeks, at half the pace before them."""
    levers = {"pressure_weeks": 4, "effort_before_pressure_percent": 50}
    days = {key: date.fromisoformat(str(wave.pop(key))) for key in ("until", "deadline") if key in wave}
    given = {"from": date(2006, 5, 1), "groups": ["OP"], "to": "everyone"} | wave | days
    return Recruiting(Wave.model_validate(given), world_of(np.arange(4)), filled(RolloutSettings, levers))


@pytest.mark.parametrize(
    ("wave", "last"),
    [({"until": "2006-06-01"}, 60), ({"quota": 40, "deadline": "2006-06-15"}, 75),
     ({"quota": 40, "deadline": "2006-06-15", "until": "2006-06-01"}, 60)],
)  # fmt: skip
def test_a_wave_offers_from_its_first_day_to_the_last_before_its_end(
    wave: dict[str, object], last: int
) -> None:
    one = recruiting(**wave)
    assert [day for day in range(400) if one.open_on(day)] == list(range(30, last + 1))


def test_an_offer_to_everybody_is_spread_evenly_over_its_weeks() -> None:
    one = recruiting(weeks=10.0)
    assert one.allowed(30 + 34, 100, 0) == 50 and one.allowed(30 + 34, 100, 20) == 30
    assert one.allowed(30 + 69, 100, 0) == one.allowed(300, 100, 0) == 100


def test_a_quota_is_recruited_at_half_pace_and_pressed_before_the_deadline() -> None:
    one = recruiting(quota=80, deadline="2006-06-25")  # 56 days, the last 28 of them pressed
    assert one.allowed(30 + 27, 0, 0) == 20, "half the days at half the pace: a quarter"
    assert one.allowed(30 + 41, 0, 0) == 50, "and half of the rest in half of the pressed days"
    assert one.allowed(30 + 55, 0, 0) == 80
