"""Levers: what a scenario leaves out comes from the evidence, and nothing else gets in."""

from __future__ import annotations

import math
import pickle
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from ibsim.evidence import load
from ibsim.policy.access import AccessSettings
from ibsim.policy.allocation import AllocationSettings
from ibsim.policy.lever import ByGroup, Settings
from ibsim.policy.planning import PlanningSettings
from ibsim.policy.population import PopulationSettings
from ibsim.policy.review import ReviewSettings
from ibsim.policy.rollout import RolloutSettings
from ibsim.policy.workforce import WorkforceSettings
from ibsim.scenario.model import Levers
from ibsim.units import GROUPS
from tests.unit.policy.filling import filled

ROOMS: dict[str, type[Settings]] = {
    name: field.annotation
    for name, field in Levers.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, Settings)
}


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_complete_from_the_evidence_alone(room: str) -> None:
    settings = filled(ROOMS[room])
    assert set(settings.model_dump(by_alias=True)) == set(type(settings).model_fields)


def leaves(settings: Settings) -> Iterator[tuple[str, FieldInfo, object]]:
    """Every lever of a room, those of its sections too."""
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        if isinstance(value, Settings) and not isinstance(value, ByGroup):
            yield from leaves(value)
        else:
            yield name, field, value


@pytest.mark.parametrize("room", ROOMS)
def test_every_default_is_its_evidence_row(room: str) -> None:
    evidence, seen = load(), 0
    for name, field, value in leaves(filled(ROOMS[room])):
        extra = field.json_schema_extra
        if not isinstance(extra, dict) or "evidence" not in extra:
            continue
        row, key = str(extra["evidence"]), str(extra["key"])
        if isinstance(value, ByGroup):
            assert value.array().tolist() == evidence.by_group(row).tolist(), name
        else:
            assert value == evidence.value(row, key), name
        seen += 1
    assert seen > 0


def test_what_is_given_is_kept() -> None:
    review = filled(ReviewSettings, {"grace_days": 3.0, "hours": {"LD": 7.5}})
    evidence = load()
    assert review.grace_days == 3.0
    assert review.hours.LD == 7.5
    assert evidence.value("review-hours", "OP") == review.hours.OP


def test_one_number_means_all_four_groups() -> None:
    assert filled(ReviewSettings, {"hours": 2}).hours.array().tolist() == [2, 2, 2, 2]


def test_groups_stand_in_the_order_of_the_units() -> None:
    given = {group: float(place) for place, group in enumerate(GROUPS)}
    array = filled(ReviewSettings, {"hours": given}).hours.array()
    assert array.tolist() == [0, 1, 2, 3]
    assert array.dtype == np.float64


def test_an_override_of_the_evidence_reaches_the_lever() -> None:
    evidence = load().with_overrides({"review-grace-days": 9.0, "kept-open-percent/LD": 11.0})
    review = filled(ReviewSettings, evidence=evidence)
    assert review.grace_days == 9.0
    assert review.kept_open_percent.LD == 11.0
    assert load().value("kept-open-percent", "OP") == review.kept_open_percent.OP


def test_counts_are_whole_numbers() -> None:
    population = filled(PopulationSettings)
    assert all(isinstance(getattr(population.clients_at_start, group), int) for group in GROUPS)
    assert isinstance(filled(WorkforceSettings).caseload_limit, int)
    fraction = load().with_overrides({"caseload-limit": 20.5})
    with pytest.raises(ValidationError, match="caseload_limit"):
        filled(WorkforceSettings, evidence=fraction)


def test_a_section_of_levers_fills_itself() -> None:
    trial = filled(RolloutSettings, {"trial": {"enabled": True}}).trial
    assert trial.enabled
    assert trial.randomised_to_ib_percent == load().value("trial-randomised-percent")
    hours = filled(WorkforceSettings, {"protected_hours_per_week": {"review": 4.0}}).protected_hours_per_week
    assert (hours.assessment, hours.planning, hours.review) == (0, 0, 4)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (ReviewSettings, {"grace_day": 3}),
        (ReviewSettings, {"hours": {"XX": 3}}),
        (ReviewSettings, {"hours": {"PD": "three"}}),
        (ReviewSettings, {"grace_days": math.nan}),
        (ReviewSettings, {"grace_days": math.inf}),
        (ReviewSettings, {"grace_days": -1}),
        (ReviewSettings, {"grace_days": True}),
        (ReviewSettings, {"grace_days": "3"}),
        (ReviewSettings, {"kept_open_percent": 101}),
        (ReviewSettings, {"hours": None}),
        (PopulationSettings, {"clients_at_start": {"PD": 10.5}}),
        (AccessSettings, {"facs_threshold": "severe"}),
        (AllocationSettings, {"panel_interval_weeks": 0}),
        (AllocationSettings, {"agreed_by": "nobody"}),
        (WorkforceSettings, {"learning_first_case_factor": 0.9}),
        (WorkforceSettings, {"hours_per_week": 61}),
        (PlanningSettings, {"visits": 0}),
    ],
)
def test_what_is_no_value_is_refused(kind: type[Settings], given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        filled(kind, given)


def test_settings_are_frozen() -> None:
    review = filled(ReviewSettings)
    with pytest.raises(ValidationError):
        review.grace_days = 1.0  # type: ignore[misc]  # the point of the test


@pytest.mark.parametrize("room", ROOMS)
def test_settings_travel_to_other_processes(room: str) -> None:
    settings = filled(ROOMS[room])
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301  # the executors' own way
