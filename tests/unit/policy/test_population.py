"""The council's people: they come in their months, and nobody's kind changes during a run."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ibsim.caseload import UNSAID, Caseload
from ibsim.draws import Draws
from ibsim.engine.clock import Clock
from ibsim.policy.population import PopulationSettings, enrol, typical_ages
from ibsim.units import DAY_MINUTES
from tests.unit.policy.filling import filled
from tests.unit.policy.small import evidence

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


def listed(group: int, count: int, *, waiting: bool, since: date) -> Caseload:
    """A file of one row, in which the other columns say nothing."""

    def column(value: int, kind: type[np.generic]) -> np.ndarray:
        return np.array([value], dtype=kind)

    return Caseload(
        "one row", column(group, np.int8), column(count, np.int32), np.array([waiting]),
        age=column(UNSAID, np.int16), female=column(UNSAID, np.int8), package=column(UNSAID, np.int8),
        direct_payment=column(UNSAID, np.int8), services_pence=column(UNSAID, np.int32),
        since=column(since.toordinal(), np.int32), next_review=column(UNSAID, np.int32),
        last_review=column(UNSAID, np.int32), case_open=column(UNSAID, np.int8),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("since", "minutes"),
    [
        (date(2005, 3, 22), -10 * DAY_MINUTES),  # ten days before the first of April 2005
        (date(2005, 3, 31), -DAY_MINUTES),
        (date(2005, 4, 1), -1),  # the first day's own people come after them
    ],
)
def test_who_waits_already_was_referred_when_the_file_says(since: date, minutes: int) -> None:
    file = listed(2, 3, waiting=True, since=since)
    roll = enrol(filled(PopulationSettings), CLOCK, Draws(7, 0), file)
    there = roll.row != UNSAID
    assert roll.groups[there].tolist() == [2, 2, 2]
    assert roll.arrives_at[there].tolist() == [minutes] * 3


def test_ages_end_where_the_groups_do() -> None:
    """Younger adults are 18 to 64, older people 65 and above; people with a learning disability any age."""
    ages = typical_ages(evidence(), np.array([-50.0, 0.0, 50.0]))
    assert ages[:, 0].tolist() == [18, 18, 18, 65]
    assert ages[:, 2].tolist() == [64, 90, 64, 105]
    assert ages[:, 1].tolist() == [round(evidence().value("age-mean", g)) for g in ("PD", "LD", "MH", "OP")]
