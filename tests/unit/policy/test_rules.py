"""Rules between levers: shares that add up, dates in order, names once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from ibsim.evidence import load
from ibsim.policy.access import FACS_BANDS, AccessSettings
from ibsim.policy.assessment import AssessmentSettings
from ibsim.policy.lever import Settings
from ibsim.policy.planning import WhoPlans
from ibsim.policy.population import PopulationSettings
from ibsim.policy.rollout import RolloutSettings, Wave
from ibsim.policy.workforce import WorkforceSettings
from ibsim.policy.workforce.settings import DEFAULT_PRIORITIES
from ibsim.scenario.model import Levers
from ibsim.units import GROUPS
from tests.unit.policy.filling import filled


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (WhoPlans, {"coordinator_percent": 90.0}),
        (AssessmentSettings, {"self_percent": 0.0}),
        (AccessSettings, {"low_percent": {"LD": 25.0}}),
        (PopulationSettings, {"monthly_profile_percent": [50.0, 50.0]}),
        (PopulationSettings, {"monthly_profile_percent": [8.0] * 12}),
    ],
)
def test_shares_that_do_not_add_up_are_refused(kind: type[Settings], given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="add up to"):
        filled(kind, given)


def test_the_message_says_what_they_add_up_to() -> None:
    four = {"coordinator_percent": 10.0, "support_planner_percent": 20.0, "external_broker_percent": 30.0}
    with pytest.raises(ValidationError, match="add up to 100; they add up to 70"):
        filled(WhoPlans, four | {"user_or_family_percent": 10.0})


def test_shares_may_be_rounded_to_a_hundredth() -> None:
    thirds = {"coordinator_percent": 33.33, "support_planner_percent": 33.33}
    filled(WhoPlans, thirds | {"external_broker_percent": 33.34, "user_or_family_percent": 0.0})
    filled(PopulationSettings, {"monthly_profile_percent": [8.333] * 11 + [8.337]})


def test_the_evidences_own_shares_add_up() -> None:
    evidence = load()
    for group in GROUPS:
        assert sum(evidence.value(f"facs-{band}-percent", group) for band in FACS_BANDS) == pytest.approx(100)


def wave(**given: Any) -> Wave:
    day = {"from": date(2006, 10, 1), "groups": ["OP"], "to": "everyone"}
    return Wave.model_validate(day | given)


@pytest.mark.parametrize(
    "given",
    [
        {"quota": 50},
        {"deadline": date(2007, 6, 30)},
        {"quota": 50, "deadline": date(2006, 10, 1)},
        {"quota": 0, "deadline": date(2007, 6, 30)},
        {"until": date(2006, 10, 1)},
        {"groups": []},
        {"groups": ["everyone"]},
        {"to": "nobody"},
        {"share_percent": 100.5},
        {"weeks": 0.0},
        {"localities": [0]},
    ],
)
def test_a_wave_that_makes_no_sense_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        wave(**given)


def test_a_wave_is_whole_where_its_rules_hold() -> None:
    assert wave(quota=50, deadline=date(2006, 10, 2)).quota == 50
    assert wave(until=date(2006, 10, 2)).share_percent == 100
    assert wave(groups=["transitions"]).localities is None
    assert filled(RolloutSettings).waves == []


def test_a_wave_lies_in_the_council() -> None:
    def council(localities: int) -> dict[str, Any]:
        there = {"from": date(2006, 10, 1), "groups": ["OP"], "to": "everyone", "localities": [2]}
        rooms: dict[str, Any] = {name: {} for name in Levers.model_fields}
        return rooms | {"population": {"localities": localities}, "rollout": {"waves": [there]}}

    assert filled(Levers, council(2)).rollout.waves[0].localities == [2]
    with pytest.raises(ValidationError, match=r"names locality 2, and population\.localities is 1"):
        filled(Levers, council(1))


@pytest.mark.parametrize(
    "order",
    [
        [],
        [*DEFAULT_PRIORITIES, "screening"],
        [*DEFAULT_PRIORITIES[1:], DEFAULT_PRIORITIES[1]],
        ["tea", *DEFAULT_PRIORITIES[1:]],
    ],
)
def test_priorities_name_each_kind_of_work_once(order: list[str]) -> None:
    with pytest.raises(ValidationError):
        filled(WorkforceSettings, {"priorities": order})
    turned = filled(WorkforceSettings, {"priorities": [*reversed(DEFAULT_PRIORITIES)]})
    assert turned.priorities[0] == DEFAULT_PRIORITIES[-1]
