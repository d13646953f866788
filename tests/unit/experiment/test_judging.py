"""The verdict's metrics in studies: the same as a run's, a twin run once, and nothing where nobody asks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from ibsim.experiment.bank import Bank
from ibsim.experiment.compare import compare
from ibsim.experiment.judging import carry_out_judged, carrying
from ibsim.experiment.modelling import ScenarioModel, runs
from ibsim.experiment.outputs import parse_output, run_years
from ibsim.experiment.pairs import Pairing, with_verdict
from ibsim.experiment.ranges import parse_range
from ibsim.experiment.replicate import Task
from ibsim.experiment.runs import carry_out, run_scenario
from ibsim.results.comparison_words import sentences
from ibsim.results.paired import Objective
from ibsim.results.precision import Wanted
from ibsim.results.tables import Tables
from ibsim.scenario import ResolvedScenario
from tests.councils import Laboratory, part_of_council, wave

YEAR = {"calendar": {"years": 1, "warm_up_years": 0}}


@pytest.fixture
def councils(tmp_path: Path) -> Sequence[ResolvedScenario]:
    """The same council with two roll-outs and with none."""
    laboratory = Laboratory(tmp_path)
    waves: list[dict[str, object]] = [wave(), wave(share_percent=50), {}]
    return [laboratory.scenario(part_of_council(0.05), YEAR, levers) for levers in waves]


def test_only_who_asks_for_the_verdict_pays_for_its_pairs() -> None:
    assert carrying(["referrals", "gross_cost_gbp"]) is carry_out
    assert carrying(["referrals", "cost_gap_gbp_void"]) is not carry_out


def test_the_metrics_are_those_of_a_run_and_the_twin_is_run_once(
    councils: Sequence[ResolvedScenario], tmp_path: Path
) -> None:
    bank = Bank(tmp_path / "bank")
    tasks = [Task(scenario, 1, number) for scenario in councils for number in (1, 2)]
    found: dict[int, Tables] = dict(carry_out_judged(tasks, bank=bank))
    assert len(bank.stored()) == 2 * (3 + 2 + 1), "three councils, two on drawn evidence, one drawn twin"
    for which, scenario in enumerate(councils):
        run = with_verdict(run_scenario(scenario, 1, 2), Pairing())
        for number, metrics in enumerate(run.yearly):
            judged = found[2 * which + number]
            assert judged.metrics.keys() == metrics.keys()
            for name, cube in metrics.items():
                np.testing.assert_array_equal(judged.metrics[name], cube)


def test_a_study_that_moves_the_evidence_does_not_have_it_drawn(councils: Sequence[ResolvedScenario]) -> None:
    task = Task(councils[0], 1, 1)
    ((_, judged),) = carrying(["cost_gap_gbp"], drawn=False)([task])
    (_, own), (_, twin) = carry_out([task, Task(councils[2], 1, 1)])
    gap = int(own.ledger.sum() - twin.ledger.sum()) / 100
    assert judged.metrics["cost_gap_gbp"][-1, -1, -1] == pytest.approx(gap)


def test_a_search_can_ask_for_the_probability(councils: Sequence[ResolvedScenario]) -> None:
    scenario = councils[0]
    output = parse_output("cost_neutral_probability", "here", run_years(scenario.calendar))
    lever = parse_range("verdict.tolerance_percent=0..100", "here", scenario)
    model = ScenarioModel(str(scenario.path), (), [lever], [output], runs(1, carry=carrying([output.metric])))
    assert model((100.0,), [1, 2]).tolist() == [[1.0], [1.0]]
    assert set(model((0.0,), [1, 2]).ravel()) <= {0.0, 1.0}


def test_a_run_can_be_as_precise_as_asked_on_the_gap(councils: Sequence[ResolvedScenario]) -> None:
    wanted = Wanted(("cost_gap_gbp",), percent=1000.0, most=4)
    result = with_verdict(run_scenario(councils[0], 1, wanted), Pairing())
    (found,) = result.precision
    gap = result.summary.cell("cost_gap_gbp")
    assert found.counts and len(result.tables) == 4
    assert found.percent == pytest.approx(100 * (gap.ci_high - gap.mean) / abs(gap.mean))


def test_a_comparison_says_of_each_whether_it_is_cost_neutral(councils: Sequence[ResolvedScenario]) -> None:
    found = compare(
        councils,
        ("all", "half", "none"),
        1,
        2,
        Objective.of("referrals", "lower"),
        waterfalls=False,
        verdict=True,
    )
    told = list(sentences(found))
    at = told.index("Against no roll-out, set-up included:")
    assert told[at + 1].startswith("  all: costs £") and told[at + 3] == "  none: has none"
    assert "cost-neutral by the end with probability " in told[at + 2]
    plain = compare(councils, ("a", "b", "c"), 1, 2, Objective.of("referrals", "lower"), waterfalls=False)
    assert "Against no roll-out, set-up included:" not in list(sentences(plain))
