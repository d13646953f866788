"""`fit` on the model itself: a council is made with planted levers, and its figures are fitted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import yaml
from scipy.special import chdtri

from ibsim.experiment.fit.asking import Asked, answer, ask
from ibsim.experiment.modelling import runs
from ibsim.experiment.outputs import parse_output, run_years
from ibsim.experiment.seek.asking import Wish
from ibsim.experiment.seek.asking import answer as search
from ibsim.experiment.seek.asking import ask as seek
from ibsim.scenario import ResolvedScenario, load
from tests.councils import part_of_council

METRICS = (
    "referrals", "people_supported_31_march", "exits", "assessments_completed", "reviews_completed",
    "reviews_overdue", "review_compliance_percent", "coordinator_hours_per_week", "caseload_mean",
)  # fmt: skip
FITS = (
    "workforce.sickness_days_per_year=0..30",
    "workforce.leave_days_per_year=15..40",
    "population.referrals_per_year.OP=500..900",
)
PLANTED = {"workforce.sickness_days_per_year": 15.0, "population.referrals_per_year.OP": 640}


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fifth of the average council, over two counted years."""
    path = tmp_path_factory.mktemp("fit") / "small.yaml"
    head = {"extends": "metropolitan", "name": "small", "why": "a test"}
    path.write_text(yaml.safe_dump(head | part_of_council()), encoding="utf-8")
    return path


def figures(council: Path, folder: Path, number: int) -> Path:
    """One year of the planted council's figures by another seed, as it would send them."""
    scenario = load(council, [f"{path}={value}" for path, value in PLANTED.items()])
    tables = runs(2009)(scenario, [number])[0]
    years = run_years(scenario.calendar)
    lines = ["metric,year,value"]
    for metric in METRICS:
        for year in years[:-1]:
            lines.append(f"{metric},{year},{parse_output(f'{metric}[,,{year}]', '', years).of(tables)}")
    path = folder / f"figures-{number}.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def asked(council: Path, data: Path, fits: Sequence[str]) -> Asked:
    return ask(str(council), [], data, fits, hold_every=4, seed=1)


@pytest.mark.slow
def test_planted_levers_of_a_council_are_found_and_a_pair_with_one_effect_is_named(
    council: Path, tmp_path: Path
) -> None:
    """Sickness and leave both take days away, and no figure shows which: only their sum can be found."""
    found = answer(asked(council, figures(council, tmp_path, 1), FITS), runs(1))
    assert [set(tangle.levers) for tangle in found.known.tangles if tangle.open] == [{0, 1}]
    off = found.found.place - np.array([15 / 30, (25 - 15) / 25, (640 - 500) / 400])
    distance = off @ np.linalg.inv(found.known.covariance) @ off
    assert distance <= chdtri(3, 0.001), "as far from what was planted as the fit says that it may be"
    known = found.known.levers[2]
    assert known.found and 500 + 400 * known.low <= 640 <= 500 + 400 * known.high
    held = [row for row, one in zip(found.agreements, found.asked.figures, strict=True) if one.held]
    assert np.mean([abs(row.difference) <= 2 for row in held]) >= 0.75


@pytest.mark.slow
def test_officers_that_meet_a_target_do_so_with_other_dice(council: Path) -> None:
    """What `seek` calls met with one seed holds on average with another."""
    wish = Wish(
        ["workforce.reviewing_officers_fte=0..6:0.5"], ["review_compliance_percent[all,all,2007-08]>=85"]
    )
    question = seek(str(council), [], wish)
    found = search(question, runs(1)).least
    assert found is not None and found.found is not None
    scenario: ResolvedScenario = load(council, question.levers[0].sets(found.found.point[0]))
    output = question.targets[0].output
    assert output is not None
    values = [output.of(tables) for tables in runs(77)(scenario, range(1, 25))]
    assert np.mean(values) + 3 * np.std(values) / np.sqrt(24) >= 85
