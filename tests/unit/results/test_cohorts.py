"""The trial's cohorts: who is seen, when, and what they had reached by then."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ibsim.replication import Keep, Tables, run
from ibsim.results.cohorts import INTERVIEW_DAYS
from ibsim.units import DAY_MINUTES
from ibsim.words import Stage
from tests.councils import START, Laboratory, merged, part_of_council, wave


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """Everybody is approached in the first quarter; half of those who consent are offered an IB."""
    lab = Laboratory(tmp_path_factory.mktemp("councils"))
    offer = merged(wave(weeks=12), {"rollout": {"trial": {"enabled": True}, "suitable_percent": 100}})
    calendar = {"calendar": {"start": START, "years": 1, "warm_up_years": 0}}
    return run(lab.scenario(part_of_council(staffing=1.5), calendar, offer), 1, 1, Keep(people=True))


@pytest.fixture(scope="module")
def seen(tables: Tables) -> Mapping[str, Any]:
    assert tables.trial is not None
    return tables.trial


def test_both_arms_are_seen_on_their_day(seen: Mapping[str, Any]) -> None:
    arm = seen["trial"]
    assert min((arm == 0).sum(), (arm == 1).sum()) > 100
    began = np.where(seen["consented_at"] >= 0, seen["consented_at"], seen["offered_at"])
    days = (seen["due_at"] - began) / DAY_MINUTES
    assert (days == np.array(INTERVIEW_DAYS)[arm]).all()
    assert {len(column) for column in seen.values()} == {arm.size}


def test_nobody_is_seen_who_has_left_and_all_others_are(tables: Tables, seen: Mapping[str, Any]) -> None:
    people = tables.people or {}
    began = np.where(people["consented_at"] >= 0, people["consented_at"], people["offered_at"])
    days = began / DAY_MINUTES + np.array(INTERVIEW_DAYS)[people["trial"]]
    due = (people["trial"] >= 0) & (days < 365 - 7)
    gone = people["stage"] == Stage.GONE
    assert set(people["id"][due & ~gone]) <= set(seen["id"])
    assert set(seen["id"]) <= set(people["id"][people["trial"] >= 0])
    assert 0 < (due & ~np.isin(people["id"], seen["id"])).sum() < 0.2 * due.sum()


def test_what_was_reached_is_in_order(seen: Mapping[str, Any]) -> None:
    arm = seen["trial"]
    steps = [seen[f"{step}_at"] for step in ("assessed", "signed", "placed")]
    for step in steps:
        assert (step[arm == 0] == -1).all() and (step <= seen["due_at"]).all()
    for earlier, later in pairwise(steps):
        assert (earlier[later >= 0] >= 0).all() and (earlier[later >= 0] <= later[later >= 0]).all()


def test_the_funnel_is_that_of_the_metrics(tables: Tables, seen: Mapping[str, Any]) -> None:
    """The metric knows the very minute, the evaluators come once a week: leavers may be in one only."""
    offered = seen["trial"] == 1
    for step, name in (("assessed", "assessed"), ("signed", "plan"), ("placed", "in_place")):
        found = 100 * (seen[f"{step}_at"][offered] >= 0).mean()
        metric = tables.metrics[f"funnel_6_months_{name}_percent"][-1, 1, -1]
        assert found == pytest.approx(metric, abs=1), name


def test_services_are_what_support_comes_to(seen: Mapping[str, Any]) -> None:
    conventional = (seen["trial"] == 0) & (seen["support"] == 1)
    assert seen["services"][conventional].sum(axis=1) == pytest.approx(
        seen["services_pence"][conventional] / 100
    )
    assert (seen["services"].sum(axis=1)[seen["placed_at"] >= 0] > 0).mean() > 0.9


def test_without_a_trial_nobody_is_seen(tmp_path: Path) -> None:
    lab = Laboratory(tmp_path)
    calendar = {"calendar": {"start": START, "years": 1, "warm_up_years": 0}}
    assert lab.tables(part_of_council(0.02), calendar, wave(weeks=12)).trial is None
