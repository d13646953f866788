from __future__ import annotations

from pathlib import Path

import pytest

from ibsim.evidence import load as load_evidence
from ibsim.experiment.varying import Base, is_whole
from ibsim.scenario.varied import Span, varied_evidence
from ibsim.units import GROUPS

PILOT = Base("metropolitan-pilot")


def test_derived_rows_follow_the_row_that_varies() -> None:
    # team-managers-fte is posts over team size, so half the team needs twice the managers.
    base = PILOT.at({}, {}).levers.workforce
    varied = PILOT.at({}, {"team-size": base.team_size / 2}).levers.workforce
    assert varied.team_managers_fte == pytest.approx(2 * base.team_managers_fte, rel=1e-4)


def test_derived_numbers_of_people_stay_whole() -> None:
    varied = PILOT.at({}, {"first-assessment-share-percent/LD": 2.17})
    people = varied.levers.population.referrals_per_year
    assert all(isinstance(getattr(people, group), int) for group in GROUPS)
    assert people.LD > PILOT.at({}, {}).levers.population.referrals_per_year.LD


def test_the_parts_of_a_whole_stay_a_whole() -> None:
    varied = varied_evidence({"client-share-percent/OP": 75.0})
    shares = dict(zip(GROUPS, varied.by_group("client-share-percent"), strict=True))
    before = dict(zip(GROUPS, load_evidence().by_group("client-share-percent"), strict=True))
    assert shares["OP"] == 75
    assert sum(shares.values()) == pytest.approx(100)
    assert shares["PD"] / shares["MH"] == pytest.approx(before["PD"] / before["MH"])


def test_what_varies_goes_before_what_the_scenario_overrides(tmp_path: Path) -> None:
    path = tmp_path / "council.yaml"
    path.write_text(
        "extends: metropolitan\nname: x\nwhy: y\nevidence: {review-grace-days: 7, replan-hours: 2}\n"
    )
    scenario = Base(str(path)).at({}, {"review-grace-days": 21})
    assert scenario.levers.review.grace_days == 21
    assert scenario.evidence.value("replan-hours") == 2, "the others stay"


@pytest.mark.slow
def test_every_assumed_row_can_go_to_either_end_of_its_range() -> None:
    for row in load_evidence().rows():
        if row.varies and row.status == "assumed" and row.low is not None and row.high is not None:
            whole = row.id in {
                "panel-cases",
                "panel-interval-weeks",
                "assessment-visits",
                "ib-assessment-visits",
            }
            for end in (row.low, row.high):
                PILOT.at({}, {row.key: round(end) if whole else end})


@pytest.mark.parametrize(
    ("path", "whole"),
    [
        ("rollout.3.quota", True),
        ("rollout.waves.3.quota", True),
        ("population.clients_at_start.OP", True),
        ("workforce.support_planners_fte.0.value", False),
        ("workforce.care_coordinators_fte.OP", False),
        ("workforce.no_such_lever", False),
    ],
)
def test_a_path_knows_whether_its_lever_takes_whole_numbers(path: str, whole: bool) -> None:
    assert is_whole(path) is whole


def test_what_is_printed_is_what_is_run() -> None:
    assert Span(0, 1).at(1 / 3) == 0.333333
    assert repr(Span(2, 10).at(0.5)) == "6"
    assert Span(1, 4, whole=True).at(0.5) == 2
