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
POOL = 1_500
"""Replications that are run; an experiment draws its own from them, each once."""
METRICS = ("people_supported", "assessments_completed", "gross_cost_gbp", "case_hours_assessment")
COUNCIL = merged(part_of_council(0.03), {"calendar": {"years": 1, "warm_up_years": 0}})

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> list[Floats]:
    """Of a council and of one that reviews later, with the same dice: [replication, metric]."""
    lab = Laboratory(tmp_path_factory.mktemp("councils"))
    return [
        _values(lab.scenario(COUNCIL)),
        _values(lab.scenario(COUNCIL, {"review": {"interval_weeks": 60}})),
    ]


def _values(scenario: ResolvedScenario) -> Floats:
    with local_executor(2) as workers:
        tables = replications(scenario, 1, range(1, POOL + 1), executor=workers, jobs=4)
    found = np.array([headlines(one, METRICS) for one in tables])
    assert not np.isnan(found).any()
    return found


def drawn(values: Floats, each: int) -> Floats:
    """Experiments [experiment, replication, metric], each of replications drawn without putting back."""
    dice = np.random.default_rng(17)
    return np.array([values[dice.choice(POOL, each, replace=False)] for _ in range(EXPERIMENTS)])


def holds(sample: Floats, truth: Floats) -> NDArray[np.float64]:
    """The percentage of experiments whose interval holds the truth, by metric."""
    found = summarise(np.moveaxis(sample, 1, 0))
    inside = (found.ci_low <= truth) & (truth <= found.ci_high)
    return np.asarray(100 * inside.mean(axis=0), dtype=np.float64)


def told(shares: Floats) -> dict[str, float]:
    return dict(zip(METRICS, shares.round(1).tolist(), strict=True))


def test_intervals_of_a_run_cover_the_mean(pool: list[Floats]) -> None:
    covered = holds(drawn(pool[0], EACH), pool[0].mean(axis=0))
    print("intervals that hold the mean, %:", told(covered))
    assert ((covered >= 92.7) & (covered <= 97.3)).all(), told(covered)


def test_intervals_of_paired_differences_cover_the_difference(pool: list[Floats]) -> None:
    differences = pool[1] - pool[0]
    covered = holds(drawn(differences, EACH), differences.mean(axis=0))
    print("intervals that hold the difference, %:", told(covered))
    assert ((covered >= 92.7) & (covered <= 97.3)).all(), told(covered)


def test_the_same_council_with_other_dice_seldom_raises_an_alarm(pool: list[Floats]) -> None:
    """The same council against itself with other dice: an interval without nought is a false alarm."""
    both = drawn(pool[0], 2 * EACH)
    alarms = 100 - holds(both[:, EACH:] - both[:, :EACH], np.zeros(len(METRICS)))
    print("false alarms, %:", told(alarms))
    assert ((alarms >= 3.0) & (alarms <= 7.5)).all(), told(alarms)
