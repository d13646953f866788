"""Pairs of real replications: nothing without a roll-out, one twin for all, chance from the evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ibsim.evidence import load as load_evidence
from ibsim.experiment.bank import Bank
from ibsim.experiment.pairs import Pairing, extra_runs, with_verdict
from ibsim.experiment.runs import run_scenario
from ibsim.results.summary import RunResult
from ibsim.results.verdict import verdict_of
from ibsim.scenario import ResolvedScenario, load
from tests.councils import Laboratory, merged, part_of_council, wave

YEAR = {"calendar": {"years": 1, "warm_up_years": 0}}
POINT = {"verdict": {"uncertainty": "point"}}


@pytest.fixture
def laboratory(tmp_path: Path) -> Laboratory:
    return Laboratory(tmp_path)


def council(laboratory: Laboratory, *trees: Mapping[str, Any]) -> ResolvedScenario:
    return laboratory.scenario(merged(part_of_council(0.05), YEAR, *trees))


def judged(scenario: ResolvedScenario, count: int, place: Pairing | None = None) -> RunResult:
    return with_verdict(run_scenario(scenario, 1, count), place or Pairing())


def test_without_a_rollout_the_gap_is_exactly_nothing_and_nothing_is_run(laboratory: Laboratory) -> None:
    scenario = council(laboratory, {"workforce": {"team_size": 7}})
    told: list[int] = []
    result = judged(scenario, 2, Pairing(on_done=told.append))
    assert told == [] and extra_runs(scenario) == 0
    assert [np.count_nonzero(gap.pence) for gap in result.gaps] == [0, 0]
    assert verdict_of(result) is None and result.summary.cell("cost_gap_gbp").mean == 0


@pytest.mark.parametrize("uncertainty", [{}, POINT])
def test_a_rollout_that_reaches_nobody_costs_exactly_nothing_more(
    laboratory: Laboratory, uncertainty: Mapping[str, Any]
) -> None:
    """The twin differs in its levers, and in nothing that happens: not even by a penny."""
    levers = {"allocation": {"panel_cases": 9}, "finance": {"visit_gbp": 100}}
    scenario = council(laboratory, wave(share_percent=0), uncertainty, levers)
    result = judged(scenario, 2)
    spent = [gap.pence.sum(axis=1) - gap.pence[:, 3] - gap.pence[:, 4] for gap in result.gaps]
    assert [np.count_nonzero(pence) for pence in spent] == [0, 0], "but for set-up and dual running"


def test_one_twin_serves_every_scenario_with_the_same_parent(laboratory: Laboratory, tmp_path: Path) -> None:
    shared, counted = Bank(tmp_path / "shared"), Counter[str]()

    def run(name: str, *trees: Mapping[str, Any]) -> RunResult:
        own = Bank(tmp_path / name)
        result = judged(council(laboratory, *trees), 2, Pairing(own=own, shared=shared))
        counted[name] = len(own.stored())
        return result

    run("first", wave())
    assert len(shared.stored()) == 2
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "shared").rglob("*.part")}
    second = run("second", wave(share_percent=50))
    assert len(shared.stored()) == 2, "the second scenario's twins are the first one's"
    assert {path: path.stat().st_mtime_ns for path in kept} == kept, "and were not written again"
    assert counted == {"first": 4, "second": 4}, "each run keeps both halves, to be resumed from"
    fresh = judged(council(laboratory, wave(share_percent=50)), 2)
    for one, other in zip(second.gaps, fresh.gaps, strict=True):
        assert np.array_equal(one.pence, other.pence)


def test_point_evidence_takes_the_runs_own_replications(laboratory: Laboratory) -> None:
    scenario = council(laboratory, wave(), POINT)
    told: list[int] = []
    result = judged(scenario, 2, Pairing(on_done=told.append))
    assert told == [1, 2] and extra_runs(scenario) == 1
    for tables, gap in zip(result.tables, result.gaps, strict=True):
        assert int(tables.ledger.sum()) == int(gap.total.sum() + gap.base.sum())
    sampled = judged(council(laboratory, wave()), 2)
    assert extra_runs(sampled.scenario) == 2
    assert not np.array_equal(sampled.gaps[0].pence, result.gaps[0].pence)


def test_the_probability_comes_from_the_evidences_own_uncertainty(laboratory: Laboratory) -> None:
    """One row is in doubt: whether final budgets come to far less or to far more than the indicative ones.

    At either end the dice alone say that the roll-out costs less, or more, in every replication.
    """
    levers = {"signoff": {"changed_percent": 100}, "setup": {"mode": "none"}, "calendar": {"years": 2}}
    council = laboratory.scenario(part_of_council(0.05), YEAR, levers, wave())
    shipped = load_evidence()
    known = shipped.with_overrides({row.key: row.value for row in shipped.rows() if row.varies})

    def probability(low: float, high: float) -> float:
        pack = known.copy()
        row = pack.row("final-gap-mean-percent")
        doubt = replace(row, low=low, high=high, value=low, distribution="uniform")
        pack.table[row.id][row.group] = doubt
        found = verdict_of(judged(load(council.path, [], pack), 6))
        assert found is not None
        return found.probability

    assert probability(-90, -89) == 1 and probability(60, 61) == 0
    assert 0 < probability(-90, 61) < 1
