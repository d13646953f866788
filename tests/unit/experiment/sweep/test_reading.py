from __future__ import annotations

from pathlib import Path

import pytest

from ibsim.errors import ScenarioError
from ibsim.evidence import load as load_evidence
from ibsim.experiment.sweep.plan import HEADLINES, Plan
from ibsim.experiment.sweep.reading import find, read_plan
from ibsim.experiment.varying import LEVER, UNCERTAINTY

HEAD = "name: A sweep\nwhy: to test\nscenario: metropolitan-pilot\n"


def plan_of(folder: Path, text: str) -> Plan:
    path = folder / "sweep.yaml"
    path.write_text(text, encoding="utf-8")
    return read_plan(path)


def test_a_grid_is_every_combination_and_integers_stay_integers(tmp_path: Path) -> None:
    text = "levers:\n  workforce.team_managers_fte: {from: 10, to: 14, steps: 3}\n"
    text += "  assessment.conventional_visits: [1, 2]\n"
    plan = plan_of(tmp_path, HEAD + text)
    assert [tuple(cell for (cell,) in point) for point in plan.points] == [
        (10, 1), (10, 2), (12, 1), (12, 2), (14, 1), (14, 2),
    ]  # fmt: skip
    assert plan.metrics == HEADLINES


def test_a_whole_number_lever_is_whole_at_every_drawn_point_and_reaches_both_ends(tmp_path: Path) -> None:
    text = "design: sobol\npoints: 64\nlevers: {rollout.3.quota: {from: 30, to: 33}}\n"
    quotas = [point[0][0] for point in plan_of(tmp_path, HEAD + text).points]
    assert all(isinstance(quota, int) for quota in quotas)
    assert {quotas.count(quota) for quota in (30, 31, 32, 33)} == {16}, "each value equally often"


def test_groups_of_one_id_move_together_each_in_its_own_range(tmp_path: Path) -> None:
    text = "uncertainties: {simple-assessment-percent: {steps: 3}}\n"
    first, middle, last = plan_of(tmp_path, HEAD + text).points
    rows = load_evidence().table["simple-assessment-percent"].values()
    assert first[0] == tuple(row.low for row in rows)
    assert last[0] == tuple(row.high for row in rows)
    assert middle[0] == pytest.approx([(row.low + row.high) / 2 for row in rows if row.low is not None
                                       and row.high is not None])  # fmt: skip


def test_levers_and_uncertainties_are_kept_apart(tmp_path: Path) -> None:
    text = "levers: {workforce.champion_teams_percent: [0, 50]}\nuncertainties: {review-grace-days: range}\n"
    plan = plan_of(tmp_path, HEAD + text)
    assert plan.settings(plan.points[0], LEVER) == {"workforce.champion_teams_percent": 0}
    assert plan.settings(plan.points[0], UNCERTAINTY) == {"review-grace-days": 0}


def test_a_dated_lever_and_one_group_are_reached_by_path(tmp_path: Path) -> None:
    text = HEAD.replace("pilot", "support-planners") + (
        "levers:\n  workforce.support_planners_fte.0.value: [2, 4]\n"
        "  workforce.care_coordinators_fte.OP: [70]\n"
    )
    plan = plan_of(tmp_path, text)
    scenario = plan.base.at(plan.settings(plan.points[1], LEVER), {})
    assert scenario.timeline[-1][1].workforce.support_planners_fte == 4
    assert scenario.levers.workforce.care_coordinators_fte.OP == 70


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        (HEAD + "levrs: {}\n", "sweep.yaml:4", "did you mean `levers`?"),
        (HEAD, "sweep.yaml", "levers or uncertainties"),
        (HEAD + "levers:\n  workforce.team_sise: [1]\n", "sweep.yaml:5, levers", "team_size"),
        (HEAD + "uncertainties: [refusal-pecent]\n", "uncertainties.refusal-pecent", "refusal-percent"),
        (HEAD + "levers: {evidence.refusal-percent: [1]}\n", "sweep.yaml:4", "under `uncertainties`"),
        (HEAD + "levers: {workforce.team_size: {from: 1, to: 9}}\n", "workforce.team_size", "steps"),
        (HEAD + "levers: {rollout.3.quota: {from: 1, to: 9.5, steps: 3}}\n", "quota", "whole numbers"),
        (HEAD + "design: sobol\npoints: 100\nlevers: {workforce.team_size: {from: 8, to: 9}}\n",
         "sweep.yaml:5, points", "64 or 128"),
        (HEAD + "metrics: [review_complience_percent]\nlevers: {workforce.team_size: [8]}\n",
         "metrics.0", "review_compliance_percent"),
        (HEAD + "uncertainties: [facs-low-percent]\n", "facs-low-percent", "without a range"),
        (HEAD + "levers: {calendar.years: [1, 2]}\n", "calendar.years", "--set"),
        (HEAD.replace("pilot", "pilott") + "levers: {workforce.team_size: [8]}\n", "scenario", "-pilot"),
        ("name: x\nwhy: y\nlevers: {workforce.team_size: [8]}\n", "scenario", "scenario: metropolitan-pilot"),
        (HEAD + "levers: {workforce.team_size: [8, 8]}\n", "team_size", "twice"),
        (HEAD + "levers: {workforce.team_size: [0, 8]}\n", "levers.workforce.team_size", "at point 1"),
        (HEAD + "uncertainties: {planner-hours: [1], planner-hours/OP: [2]}\n", "planner-hours/OP", ""),
        (HEAD.replace("metropolitan-pilot", "x" * 300) + "levers: {workforce.team_size: [8]}\n",
         "sweep.yaml:3, scenario", "no such file"),
        (HEAD.replace("pilot", "support-planners") + "levers: {workforce.support_planners_fte.0.valu: [2]}\n",
         "sweep.yaml:4, levers.workforce.support_planners_fte.0.valu: ", "at point 1"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place_and_remedy(
    tmp_path: Path, text: str, where: str, says: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        plan_of(tmp_path, text)
    assert where in caught.value.where
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "levers:\n" + "".join(
            f"  workforce.care_coordinators_fte.{group}: {{from: 1, to: 900, steps: 900}}\n"
            for group in ("PD", "LD", "OP")
        ),
        "design: latin_hypercube\npoints: 1000000000\nlevers: {workforce.team_size: {from: 5, to: 9}}\n",
    ],
)  # fmt: skip
def test_a_billion_points_get_one_message(tmp_path: Path, text: str) -> None:
    with pytest.raises(ScenarioError, match="at most 10,000 points"):
        plan_of(tmp_path, HEAD + text)


def test_the_same_seed_draws_the_same_points_and_another_draws_others(tmp_path: Path) -> None:
    text = HEAD + "design: latin_hypercube\npoints: 9\nlevers: {workforce.team_size: {from: 7, to: 14}}\n"
    assert plan_of(tmp_path, text).points == plan_of(tmp_path, text).points
    assert plan_of(tmp_path, text).points != plan_of(tmp_path, text + "seed: 2\n").points


@pytest.mark.parametrize("name", ["planners-and-posts", "pilot-in-doubt"])
def test_the_sweeps_that_come_with_ibsim_can_be_run(name: str) -> None:
    plan = read_plan(find(name))
    assert len(plan.points) >= 9
    assert any(not dimension.is_uncertainty for dimension in plan.dimensions)
