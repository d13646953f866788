"""The council's people: they come in their months, and nobody's kind changes during a run."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ibsim.draws import Draws
from ibsim.engine.clock import Clock
from ibsim.policy.population import PopulationSettings, enrol
from ibsim.units import DAY_MINUTES
from tests.unit.policy.filling import filled

CLOCK = Clock(date(2006, 4, 1), 2, 1)


@pytest.mark.parametrize("place", [0, 3, 10, 11])
def test_people_are_referred_in_the_months_that_the_profile_names(place: int) -> None:
    profile = [100.0 if month == place else 0.0 for month in range(12)]
    roll = enrol(filled(PopulationSettings, {"monthly_profile_percent": profile}), CLOCK, Draws(7, 0))
    came = np.unique(roll.arrives_at[~roll.stock] // DAY_MINUTES)
    april = 4  # in which the profile begins
    assert {CLOCK.date_of(int(day)).month for day in came} == {(place + april - 1) % 12 + 1}
    assert {CLOCK.date_of(int(day)).year for day in came} == ({2005, 2006, 2007} if place < 9 else
                                                             {2006, 2007, 2008})  # fmt: skip


def test_no_lever_of_the_people_can_change_during_a_run() -> None:
    # two scenarios are compared over the same people: a date would make others of them
    for name, field in PopulationSettings.model_fields.items():
        more = field.json_schema_extra
        assert isinstance(more, dict) and more["dated"] is False, name
