"""Twins and drawn evidence: what must be the same in a scenario and its twin, and what must not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ibsim.evidence import load as load_evidence
from ibsim.scenario import ResolvedScenario, load, variants
from ibsim.scenario.drawing import drawn_evidence
from ibsim.scenario.shipped import shipped_folder
from ibsim.scenario.variants import (
    Pair,
    has_rollout,
    in_replication,
    rows_drawn,
    twin_of,
    with_drawn_evidence,
)
from ibsim.scenario.varied import is_split
from ibsim.units import GROUPS

SHIPPED = sorted([*shipped_folder().glob("*.yaml"), *shipped_folder().glob("pilot-sites/*.yaml")])


def pilot(*sets: str) -> ResolvedScenario:
    return load("metropolitan-pilot", sets)


def drawn(scenario: ResolvedScenario, number: int = 1, seed: int = 1) -> ResolvedScenario:
    return in_replication(with_drawn_evidence(scenario), seed, number)


def test_a_twin_has_no_rollout_and_is_otherwise_the_same_council() -> None:
    scenario, twin = pilot(), twin_of(pilot())
    assert has_rollout(scenario) and not has_rollout(twin)
    levers, plain = scenario.levers.model_dump(), twin.levers.model_dump()
    assert {name for name in levers if levers[name] != plain[name]} == {"rollout"}
    assert twin.calendar == scenario.calendar and twin.evidence == scenario.evidence


def test_scenarios_that_differ_in_the_rollout_alone_share_one_twin() -> None:
    slower = pilot("rollout.waves.0.quota=20", "rollout.refusal_percent=30", "verdict.tolerance_percent=1")
    assert slower.hash != pilot().hash
    assert Pair.of(slower).twin.hash == Pair.of(pilot()).twin.hash
    assert Pair.of(pilot("workforce.team_size=8")).twin.hash != Pair.of(pilot()).twin.hash


def test_a_council_without_a_rollout_is_its_own_twin() -> None:
    council = load("metropolitan")
    assert twin_of(council).hash == council.hash


def test_a_scenario_and_its_twin_draw_the_same_evidence() -> None:
    pair = Pair.of(pilot())
    one, other = (in_replication(scenario, 1, 7) for scenario in (pair.scenario, pair.twin))
    assert one.evidence == other.evidence
    levers, plain = one.levers.model_dump(), other.levers.model_dump()
    assert {name for name in levers if levers[name] != plain[name]} == {"rollout"}


def test_each_replication_and_each_seed_draws_its_own_evidence_again_and_again() -> None:
    assert drawn(pilot(), 1).hash == drawn(pilot(), 1).hash
    assert len({drawn(pilot(), number, seed).hash for number in (1, 2) for seed in (1, 2)}) == 4


def test_point_evidence_draws_nothing() -> None:
    pair = Pair.of(pilot("verdict.uncertainty=point"))
    assert in_replication(pair.scenario, 1, 1) is pair.scenario and not pair.twin.draws_evidence


def test_what_the_scenario_states_is_known(tmp_path: Path) -> None:
    path = tmp_path / "council.yaml"
    path.write_text(
        "extends: metropolitan\nname: x\nwhy: y\nworkforce: {leave_days_per_year: 25}\n"
        "evidence: {turnover-percent-per-year: 12}\n"
    )
    same = load("metropolitan")
    for number in range(1, 4):
        found, free = drawn(load(path), number).levers.workforce, drawn(same, number).levers.workforce
        assert (found.leave_days_per_year, found.turnover_percent_per_year) == (25, 12)
        assert free.leave_days_per_year != 25 and free.turnover_percent_per_year != 12
        assert found.weeks_to_fill_a_post == free.weeks_to_fill_a_post, "the others draw what they would"


def test_two_scenarios_with_the_same_levers_are_told_apart_by_what_they_state() -> None:
    default = pilot().levers.workforce.team_size
    stated = pilot(f"workforce.team_size={default}")
    assert stated.hash == pilot().hash
    assert with_drawn_evidence(stated).hash != with_drawn_evidence(pilot()).hash


def test_a_share_that_is_stated_leaves_the_others_at_what_fits_it() -> None:
    stated = pilot("assessment.self_percent=20", "assessment.professional_percent=5")
    for number in range(1, 6):
        found = drawn(stated, number).levers.assessment
        assert (found.self_percent, found.supported_percent, found.professional_percent) == (20, 75, 5)


def test_parts_of_a_whole_stay_a_whole_and_numbers_of_people_whole() -> None:
    pack = load_evidence()
    splits = [id for id, groups in pack.table.items() if is_split(groups.values())]
    assert splits
    for number in range(1, 6):
        found = drawn(pilot(), number)
        assert any(found.evidence.value(id, "OP") != pack.value(id, "OP") for id in splits)
        for id in splits:
            assert sum(found.evidence.value(id, group) for group in GROUPS) == pytest.approx(100)
        people = found.levers.population.referrals_per_year
        assert all(isinstance(getattr(people, group), int) for group in GROUPS)


def test_what_a_formula_gives_follows_the_draw() -> None:
    scenario = drawn(pilot())
    for row in scenario.evidence.rows():
        if row.id == "team-managers-fte":
            assert row.origin == "formula" and scenario.evidence.worked(row) == pytest.approx(row.value)


def test_a_row_more_changes_no_other_draw() -> None:
    asked: list[str] = []

    def draw(key: str) -> float:
        asked.append(key)
        return 0.3

    pack = load_evidence()
    drawn_evidence(pack, draw)
    assert len(set(asked)) == rows_drawn(pilot())
    fewer = pack.with_overrides({"review-grace-days": 7})
    found, other = drawn(pilot()).evidence, in_replication(_on(fewer), 1, 1).evidence
    changed = {row.key for row in found.rows() if row.value != other.row(row.id, row.group).value}
    assert changed == {"review-grace-days"}


def _on(pack: object) -> ResolvedScenario:
    return with_drawn_evidence(load("metropolitan-pilot", (), pack))  # type: ignore[arg-type]  # Evidence


def resolve_all(draws: int) -> None:
    """Whatever is drawn, and whichever shipped council it is drawn for, there is a council."""
    councils = [with_drawn_evidence(load(path)) for path in SHIPPED]
    for number in range(draws):
        found = in_replication(councils[number % len(councils)], 1, number)
        assert not found.draws_evidence and found.timeline


def test_every_shipped_council_stands_on_drawn_evidence() -> None:
    resolve_all(len(SHIPPED))


@pytest.mark.slow
def test_every_shipped_council_stands_on_three_hundred_draws() -> None:
    resolve_all(300)


@pytest.mark.parametrize("uniform", [1e-12, 0.5, 1 - 1e-12])
def test_the_ends_of_all_ranges_together_are_a_council(
    uniform: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the low ends the shares of those who lead plans no longer make a whole: that section stays."""
    monkeypatch.setattr(variants, "_uniform", lambda draws, key: uniform)
    found = drawn(pilot())
    grace = found.evidence.row("review-grace-days")
    assert grace.low is not None and grace.high is not None
    assert found.levers.review.grace_days == pytest.approx(grace.low + uniform * (grace.high - grace.low))
