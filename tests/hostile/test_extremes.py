"""Legal extremes: every lever at its least and at its most runs in a small council, and its books balance.

Each lever is at either end in one of 200 councils, some four to a council; a lever that cannot go to its end
beside the others (shares that have to add up) does so in none, and is told.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from ibsim.errors import InputError, ScenarioError
from ibsim.replication import Keep, run
from ibsim.scenario import ResolvedScenario, load
from ibsim.scenario.catalogue import catalogue
from ibsim.scenario.model import Levers
from tests.conservation.test_books import EVERYWHERE
from tests.councils import Tree
from tests.hostile.legal import extremes
from tests.hostile.limits import cpu_seconds

Path_ = tuple[str, ...]
Ends = dict[Path_, float]
COUNCILS = 200
AT_PUSH = 40
TINY = """\
extends: metropolitan
name: A small council
why: To go to the ends of its levers
calendar: {years: 1, warm_up_years: 0}
population: {clients_at_start: 40, contacts_per_year: 120, referrals_per_year: 30, localities: 2}
access: {access_team_fte: 1}
workforce:
  {care_coordinators_fte: 1.5, team_managers_fte: 1, occupational_therapists_fte: 1, support_planners_fte: 1}
rollout: {waves: [{from: 2006-04-01, groups: [PD, LD, MH, OP], to: everyone}]}
"""
CROWDS = 10_000
"""A council of more people than that is run in a test of its own."""
TOGETHER = {("access", f"{band}_percent") for band in ("critical", "substantial", "moderate", "low")} | {
    ("assessment", f"{kind}_percent") for kind in ("self", "supported", "professional")
}
"""Shares that add up to 100: no one of them goes to an end alone."""


@cache
def ends() -> tuple[tuple[Path_, float], ...]:
    """Every numeric lever at its least and at its most, but for crowds and for shares that have to add up."""
    levers = {path: lever for path, lever in catalogue(Levers).items() if lever.kind in (int, float)}
    return tuple(
        (path, value)
        for path, lever in levers.items()
        if path not in TOGETHER
        for value in extremes(lever)
        if not (path[0] == "population" and value > CROWDS)
    )


def shuffled(part: int) -> Ends:
    """The levers of one council that are at an end; all councils together have every one at both."""
    order = list(ends())
    random.Random(5).shuffle(order)
    return dict(order[part::COUNCILS])


def written(folder: Path, chosen: Ends) -> Path:
    """The small council with these levers."""
    (folder / "tiny.yaml").write_text(TINY, encoding="utf-8")
    tree: Tree = {"extends": "tiny.yaml", "name": "n", "why": "w"}
    for path, value in chosen.items():
        here: Any = tree
        for step in path[:-1]:
            here = here.setdefault(step, {})
        here[path[-1]] = value
    (folder / "council.yaml").write_text(yaml.safe_dump(tree), encoding="utf-8")
    return folder / "council.yaml"


def fitting(folder: Path, chosen: Ends) -> tuple[ResolvedScenario, Ends]:
    """The council with those levers that can be at their ends together, and the levers that cannot."""
    left: Ends = {}
    while True:
        try:
            return load(written(folder, chosen)), left
        except ScenarioError as error:
            path = _to_blame(error, chosen)
            left[path] = chosen[path]
            chosen = {other: value for other, value in chosen.items() if other != path}


def _to_blame(error: ScenarioError, chosen: Ends) -> Path_:
    """The lever at an end that a message is about: by its path, its name in the rule, or its section."""
    where = error.where.partition(", ")[2]
    tests: tuple[Callable[[Path_], bool], ...] = (
        lambda path: where.startswith(".".join(path)),
        lambda path: path[-1] in error.rule,
        lambda path: ".".join(path).startswith(where),
        lambda path: path[0] in ("deployment", "packages") and where.startswith("deployment."),
    )
    found = [path for about in tests for path in chosen if about(path)]
    assert found, error
    return found[0]


def ran(folder: Path, chosen: Ends) -> Ends:
    """Run a council with these levers at their ends; returns those that could not be there.

    One person's money may come to more than ibsim keeps, which only the run's draws tell: then its part of
    the scenario is named, and goes without.
    """
    scenario, left = fitting(folder, chosen)
    try:
        balanced(scenario)
    except InputError as error:
        sections = [section.partition(".")[0] for section in error.where.split(", ")[1:]]
        blamed = {path: value for path, value in chosen.items() if path[0] in sections}
        assert blamed, error
        return left | blamed | ran(folder, {path: chosen[path] for path in chosen.keys() - blamed.keys()})
    return left


def balanced(scenario: ResolvedScenario) -> None:
    """Run a council: its books are checked within, and nothing in its results is infinite."""
    with cpu_seconds(60):
        tables = run(scenario, 1, 0, Keep(people=True))
    assert tables.books["stages"] > 0
    for name in EVERYWHERE:
        assert np.isfinite(tables.metrics[name]).all(), name
    for name, cube in [*tables.metrics.items(), *tables.series.items()]:
        assert not np.isinf(cube).any(), name
    assert tables.people is not None
    for name, column in tables.people.items():
        assert column.dtype.kind != "f" or np.isfinite(column).all(), name


@pytest.mark.parametrize("part", range(AT_PUSH))
def test_levers_at_their_ends_run_and_balance(tmp_path: Path, part: int) -> None:
    ran(tmp_path, shuffled(part))


@pytest.mark.slow
def test_all_levers_but_few_go_to_their_ends_and_balance(tmp_path: Path) -> None:
    left = [path for part in range(COUNCILS) for path in ran(tmp_path, shuffled(part))]
    print(f"{len(left)} of {len(ends())} could not:", *left)
    assert len(left) < len(ends()) / 10


@pytest.mark.parametrize("band", sorted(TOGETHER))
def test_a_share_of_all_leaves_nothing_to_the_others(tmp_path: Path, band: Path_) -> None:
    chosen: Ends = {path: 100.0 if path == band else 0.0 for path in TOGETHER if path[0] == band[0]}
    scenario, left = fitting(tmp_path, chosen)
    assert not left
    balanced(scenario)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60))
def test_a_dozen_levers_at_their_ends_run_and_balance(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    ran(tmp_path, dict(dice.sample(ends(), dice.choice((8, 15, 30)))))


@pytest.mark.slow
def test_a_million_people_run_and_balance(tmp_path: Path) -> None:
    """With providers so large that a service has no more than it may have, and a contact for each of them."""
    people: Ends = {
        ("population", "clients_at_start"): 250_000,  # in each of the four groups
        ("population", "contacts_per_year"): 1_000_000,
    }
    sizes = ("day_centre_places", "supported_living_hours", "agency_small_hours", "meals_per_week")
    balanced(load(written(tmp_path, people | {("market", "providers", size): 100_000 for size in sizes})))


def test_forty_years_after_ten_of_warm_up_run_and_balance(tmp_path: Path) -> None:
    """From the last day on which a calendar may start."""
    scenario = written(tmp_path, {})
    calendar = {"start": date(2100, 12, 31), "years": 40, "warm_up_years": 10}
    tree = yaml.safe_load(TINY) | {"calendar": calendar, "rollout": {"waves": []}}
    scenario.write_text(yaml.safe_dump(tree), encoding="utf-8")
    balanced(load(scenario))


def test_too_many_providers_are_refused_by_name(tmp_path: Path) -> None:
    chosen: Ends = {
        ("market", "providers", "supported_living_hours"): 1,
        ("population", "clients_at_start"): 6_000,
    }
    with pytest.raises(ScenarioError, match="a service has at most 5,000 providers") as told:
        run(load(written(tmp_path, chosen)), 1, 0)
    assert told.value.where == "council.yaml, market.providers"


OUTGROWN = {
    "hours bought at a penny each and paid at 10,000 pounds": """
calendar: {years: 2}
market:
  matching: {price_sensitivity: 0, stay_with_provider_percent: 0}
  fortunes: {base_exit_percent_per_year: 0, closure_notice_weeks: 4}
  providers:
    listed:
      - {name: A, service: home_care, capacity_per_week: 1000000, price_gbp: 0.01, reserves_gbp: 0}
      - {name: B, service: home_care, capacity_per_week: 1000000, price_gbp: 10000, fixed_cost_percent: 0}
""",
    "budgets of millions, each pound of them worth a hundred, and cover on top": """
allocation: {ras: {floor_gbp_per_year: 9000000, ceiling_gbp_per_year: 10000000}}
packages: {plan_content_factor: 100}
market: {matching: {bridging_premium_percent: 100}, providers: {capacity_headroom_percent: 0}}
rollout: {refusal_percent: 0}
""",
    "points that double every year": """
calendar: {years: 30}
allocation: {ras: {points: 10000, drift_percent_per_year: 100}}
""",
}


@pytest.mark.parametrize("case", OUTGROWN)
def test_what_outgrows_its_place_is_refused(tmp_path: Path, case: str) -> None:
    """It would come back as another number of pounds, with books that balance."""
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    (tmp_path / "council.yaml").write_text(f"extends: tiny.yaml\nname: n\nwhy: w{OUTGROWN[case]}", "utf-8")
    with pytest.raises(ScenarioError) as told:
        run(load(tmp_path / "council.yaml"), 1, 0)
    assert told.value.where == "council.yaml, packages, allocation, market"
    assert "costs at most 21,474,836 pounds" in told.value.rule


def test_a_wage_that_runs_away_is_refused_by_name(tmp_path: Path) -> None:
    """Assistants' supply does not answer, and their wage closes the gap fifty times a year."""
    assistants = {"supply_elasticity": 0, "wage_adjustment_per_year": 50, "most_tightness": 1000}
    chosen: Ends = {("market", "assistants", name): value for name, value in assistants.items()}
    chosen |= {("packages", "needs_sigma"): 3.0, ("calendar", "years"): 5}
    with pytest.raises(ScenarioError) as told:
        run(load(written(tmp_path, chosen)), 1, 0)
    assert told.value.where == "council.yaml, market"
    assert told.value.found == "the price of assistants in the labour market comes to 2,000,000 pounds a unit"


def test_the_most_posts_of_every_desk_fit(tmp_path: Path) -> None:
    posts = [path for path in catalogue(Levers) if path[-1].endswith("_fte")]
    most = {path: extremes(catalogue(Levers)[path])[-1] for path in posts}
    assert len(most) == 6
    balanced(load(written(tmp_path, most | {("population", "localities"): 50})))


def test_work_that_no_run_is_long_enough_for_never_ends(tmp_path: Path) -> None:
    hours = {path: 1_000.0 for path, _ in ends() if path[-1].endswith("_hours")}
    spread = {path: 3.0 for path, _ in ends() if path[-1].endswith("_sigma")}
    factors = {("assessment", "self_hours_factor"): 100.0, ("assessment", "merged_hours_factor"): 100.0}
    scenario, _ = fitting(tmp_path, hours | spread | factors)
    balanced(scenario)
