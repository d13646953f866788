"""A lever that may change in mid-run is one that the rules in force read: a dated change is never ignored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import numpy as np
import pytest

from ibsim.engine.world import Rules
from ibsim.policy import (
    access,
    assessment,
    brokerage,
    deployment,
    packages,
    planning,
    review,
    safeguarding,
    signoff,
)
from ibsim.policy.allocation.room import PriceList
from ibsim.policy.allocation.room import rules as allocation_rules
from ibsim.policy.funding.room import rules as funding_rules
from ibsim.policy.lever import ByGroup, Settings
from ibsim.scenario import load
from ibsim.scenario.catalogue import catalogue
from ibsim.scenario.model import Levers
from tests.unit.policy.small import Small


def _allocation(settings: Any) -> Rules:
    """What verbs read and, as the price is set anew on the day, what the price list makes of the levers."""
    prices = PriceList(Small().world, settings.ras, np.array([0.1, 0.75, 0.15]))
    return {**allocation_rules(settings, 0, prices), "set anew": prices.prices}


ROOMS: dict[str, Callable[[Any], Rules]] = {
    "access": access.rules,
    "assessment": assessment.rules,
    "allocation": _allocation,
    "brokerage": brokerage.rules,
    "deployment": deployment.rules,
    "funding": lambda settings: funding_rules(settings, 200.0),
    "packages": packages.rules,
    "planning": planning.rules,
    "review": review.rules,
    "safeguarding": safeguarding.rules,
    "signoff": signoff.rules,
}
# the council itself reads these on the day (replication.py)
READ_ON_THE_DAY = {
    "access_team_fte", "minutes_per_contact", "screening_hours", "panel_cases", "decisions_per_week",
}  # fmt: skip
# shares that add up to 100 with the others: what the others leave
THE_REST = {"professional_percent", "user_or_family_percent"}
# levers that count where another one says so
WHERE: dict[str, tuple[tuple[str, ...], Any]] = {
    "outcome_assessment_factor": (("ras", "method"), "outcome"),
    "outcome_plan_factor": (("ras", "method"), "outcome"),
    "protection_percent": (("ras", "protection_years"), 2.0),
    "high_street_factor": (("ices", "mode"), "integrated"),
}
LEVERS = {path: lever for path, lever in catalogue(Levers).items() if path[0] in ROOMS}


def other(value: Any, kind: Any) -> Any:
    """Another value of the same lever; bounds do not matter here."""
    if isinstance(value, ByGroup):
        return value.model_copy(update={"PD": other(value.PD, None), "OP": other(value.OP, None)})
    if isinstance(value, str):
        return next(word for word in get_args(kind) if word != value)
    return value + 3


def changed(settings: Settings, path: tuple[str, ...], value: Any = None) -> Settings:
    """The settings with a value (or just another one) at a path below them."""
    name, *below = path
    now = getattr(settings, name)
    if below:
        then = changed(now, tuple(below), value)
    else:
        then = other(now, type(settings).model_fields[name].annotation) if value is None else value
    return settings.model_copy(update={name: then})


@pytest.mark.parametrize("path", LEVERS, ids=".".join)
def test_a_dated_lever_reaches_the_rules(path: tuple[str, ...]) -> None:
    room, *below = path
    settings = getattr(load("metropolitan").levers, room)
    if LEVERS[path].dated and path[-1] not in READ_ON_THE_DAY | THE_REST:
        rules = ROOMS[room]
        if path[-1] in WHERE:
            settings = changed(settings, *WHERE[path[-1]])
        before, after = rules(settings), rules(changed(settings, tuple(below)))
        assert any(not np.array_equal(before[rule], after[rule]) for rule in before)
    else:
        assert path[-1] in READ_ON_THE_DAY | THE_REST or not LEVERS[path].dated
