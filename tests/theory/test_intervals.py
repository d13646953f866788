"""The 95 percent intervals of results and of differences hold what they promise, on the model itself."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ibsim.experiment.executors import local_executor
from ibsim.experiment.runs import headlines, replications
from ibsim.results.statistics import Floats, summarise
from ibsim.scenario import ResolvedScenario
from tests.councils import Laboratory, merged, part_of_council

EXPERIMENTS = 1_000
EACH = 5
"""Replications of an experiment."""
METRICS = ("people_supported", "assessments_completed", "gross_cost_gbp", "case_hours_assessment")
COUNCIL = merged(part_of_council(0.03), {"calendar": {"years": 1, "warm_up_years": 0}})

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> list[Floats]:
    """Of a council and of one that reviews later: [experiment, replication, metric], with the same dice."""
    lab = Laboratory(tmp_path_factory.mktemp("councils"))
    return [
        _values(lab.scenario(COUNCIL)),
        _values(lab.scenario(COUNCIL, {"review": {"interval_weeks": 60}})),
    ]


def _values(scenario: ResolvedScenario) -> Floats:
    with local_executor(2) as pool:
        tables = replications(scenario, 1, range(1, EXPERIMENTS * EACH + 1), executor=pool, jobs=4)
    found = np.array([headlines(one, METRICS) for one in tables])
    assert not np.isnan(found).any()
    return found.reshape(EXPERIMENTS, EACH, len(METRICS))


def holds(sample: Floats, truth: Floats) -> NDArray[np.float64]:
    """The percentage of experiments whose interval holds the truth, by metric."""
    found = summarise(np.moveaxis(sample, 1, 0))
    inside = (found.ci_low <= truth) & (truth <= found.ci_high)
    return np.asarray(100 * inside.mean(axis=0), dtype=np.float64)


def test_intervals_of_a_run_cover_the_mean(values: list[Floats]) -> None:
    covered = holds(values[0], values[0].mean(axis=(0, 1)))
    print(dict(zip(METRICS, covered.tolist(), strict=True)))
    assert ((covered >= 92.7) & (covered <= 97.3)).all(), covered


def test_intervals_of_paired_differences_cover_the_difference(values: list[Floats]) -> None:
    differences = values[1] - values[0]
    covered = holds(differences, differences.mean(axis=(0, 1)))
    print(dict(zip(METRICS, covered.tolist(), strict=True)))
    assert ((covered >= 92.7) & (covered <= 97.3)).all(), covered


def test_the_same_council_with_other_dice_seldom_raises_an_alarm(values: list[Floats]) -> None:
    """Each experiment against the next: the council is the same, so an interval without nought is false."""
    differences = np.roll(values[0], 1, axis=0) - values[0]
    alarms = 100 - holds(differences, np.zeros(len(METRICS)))
    print(dict(zip(METRICS, alarms.tolist(), strict=True)))
    assert ((alarms >= 3.0) & (alarms <= 7.5)).all(), alarms
