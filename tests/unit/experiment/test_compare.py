"""Comparisons: nothing where nothing differs, parts that add up, and words that are true."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from ibsim.errors import InputError
from ibsim.experiment.compare import compare
from ibsim.experiment.runs import replications
from ibsim.experiment.waterfall import _between, _differing, steps
from ibsim.results.comparison_files import comparison_csv, waterfall_csv
from ibsim.results.comparison_words import sentences
from ibsim.results.paired import Comparison, Objective, rank
from ibsim.results.precision import Wanted
from ibsim.results.statistics import summarise
from ibsim.scenario import ResolvedScenario, load
from ibsim.units import GROUPS
from tests.councils import Laboratory, part_of_council, wave

WAIT = Objective.of("wait_days_referral_to_in_place")
SHORT = {"calendar": {"years": 1, "warm_up_years": 0}}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    return Laboratory(tmp_path_factory.mktemp("councils"))


@pytest.fixture(scope="module")
def first(lab: Laboratory) -> ResolvedScenario:
    return lab.scenario(part_of_council(0.1), SHORT)


@pytest.fixture(scope="module")
def other(lab: Laboratory) -> ResolvedScenario:
    """A roll-out, two levers and a piece of evidence that another lever follows."""
    changes = {
        "workforce": {"support_planners_fte": 2},
        "planning": {"who_plans": {"coordinator_percent": 40, "support_planner_percent": 60,
                                   "external_broker_percent": 0, "user_or_family_percent": 0}},
        "evidence": {"refusal-percent": 30},
    }  # fmt: skip
    return lab.scenario(part_of_council(0.1), SHORT, wave(), changes)


@pytest.fixture(scope="module")
def comparison(first: ResolvedScenario, other: ResolvedScenario) -> Comparison:
    return compare([first, other], ["first", "other"], 1, 4, WAIT)


def test_a_scenario_does_not_differ_from_itself_at_all(first: ResolvedScenario) -> None:
    """The same council under another name: with common dice each difference is exactly nought."""
    twin = replace(first, name="twin", path=Path("twin.yaml"))
    found = compare([first, twin], ["first", "twin"], 1, 3, WAIT)
    differences = found.differences(1)
    counted = differences.replications > 0
    assert counted.any()
    for values in (differences.mean, differences.sd, differences.ci_low, differences.ci_high):
        assert (values[counted & (differences.replications > 1)] == 0).all()
    assert {one.probability_best for one in found.ranking} == {0.5}
    assert found.waterfalls[0].parts == ()
    text = "\n".join(sentences(found))
    assert "more" not in text and "less" not in text


def test_differences_are_those_of_each_replication(comparison: Comparison) -> None:
    one, two = ([t.metrics["gross_cost_gbp"][3, 2, 0] for t in r.tables] for r in comparison.results)
    expected = summarise(np.array(two) - np.array(one))
    at = comparison.at("gross_cost_gbp", group="OP", year="2006-07")
    found = comparison.differences(1)
    assert (found.mean[at], found.ci_low[at]) == (expected.mean, expected.ci_low)
    (row,) = [
        row
        for row in csv.DictReader(io.StringIO(comparison_csv(comparison)))
        if (row["metric"], row["group"], row["arm"], row["year"])
        == ("gross_cost_gbp", "OP", "all", "2006-07")
    ]
    assert float(row["difference"]) == pytest.approx(float(row["other"]) - float(row["first"]), abs=0.011)
    assert row["replications"] == "4" and int(row["replications_needed"]) >= 3


def test_the_parts_of_a_waterfall_add_up_to_the_whole_exactly(comparison: Comparison) -> None:
    parts: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(waterfall_csv(comparison))):
        parts[row["metric"]].append(row)
    assert WAIT.metric in parts and len(parts) >= 4
    for rows in parts.values():
        assert [row["step"] for row in rows] == [str(k) for k in range(len(rows))]
        whole = Decimal(rows[-1]["level"]) - Decimal(rows[0]["level"])
        assert sum(Decimal(row["part"]) for row in rows[1:]) == whole
    # The ends are the two scenarios as they were run.
    waterfall = comparison.waterfalls[0]
    place = waterfall.metrics.index("gross_cost_gbp")
    for values, result in ((waterfall.start, 0), (waterfall.parts[-1].values, 1)):
        ran = [t.metrics["gross_cost_gbp"][-1, -1, -1] for t in comparison.results[result].tables]
        assert values[:, place].tolist() == ran


def test_a_waterfall_changes_one_lever_at_a_time(first: ResolvedScenario, other: ResolvedScenario) -> None:
    order, way = steps(first, other)
    assert order.startswith("evidence, population and roll-out first")
    assert [step.levers for step in way] == [
        ("evidence.refusal-percent",),
        ("rollout.waves",),
        ("workforce.support_planners_fte",),
        ("planning.who_plans",),
    ]
    assert way[-1].scenario is other
    assert len({first.hash, *(step.scenario.hash for step in way)}) == 5
    # What follows the evidence goes with it, and nothing else does.
    start, after = first.levers, way[0].scenario.levers
    assert after.rollout.refusal_percent == other.levers.rollout.refusal_percent
    assert after.workforce == start.workforce and after.planning == start.planning
    assert after.rollout.waves == start.rollout.waves == []


def test_all_levers_taken_are_the_other_scenario(first: ResolvedScenario, other: ResolvedScenario) -> None:
    """Nothing that a result depends on is left behind on the way."""
    everything = frozenset({*_differing(first, other), ("evidence", "")})
    last, none = _between(first, other, everything), _between(first, other, frozenset())
    assert last is not None and last.hash == other.hash
    assert none is not None and none.hash == first.hash


def test_levers_that_need_each_other_are_changed_together(lab: Laboratory, first: ResolvedScenario) -> None:
    """The roll-out in locality 2 cannot stand before there is one, so the order does not matter."""
    two = lab.scenario(part_of_council(0.1), SHORT, {"population": {"localities": 2}}, wave(localities=[2]))
    _, forth = steps(first, two)
    assert [step.levers for step in forth] == [("population.localities",), ("rollout.waves",)]
    _, back = steps(two, first)
    assert [step.levers for step in back] == [("population.localities", "rollout.waves")]


def test_many_levers_are_taken_section_by_section() -> None:
    county, changed = load("county"), load("metropolitan-total-transformation")
    order, way = steps(county, changed)
    assert "section by section" in order and len(way) <= 12
    sections = [{lever.partition(".")[0] for lever in step.levers} for step in way]
    assert len(sections) == len({name for names in sections for name in names})


def test_other_years_are_refused(first: ResolvedScenario, lab: Laboratory) -> None:
    longer = lab.scenario(part_of_council(0.1), {"calendar": {"years": 3, "warm_up_years": 0}})
    with pytest.raises(InputError, match="years differ"):
        compare([first, longer], ["a", "b"], 1, 2, WAIT)


def test_a_precision_decides_how_often(first: ResolvedScenario, other: ResolvedScenario) -> None:
    wanted = Wanted(("gross_cost_gbp", "people_supported"), percent=2, most=30)
    found = compare([first, other], ["first", "other"], 1, wanted, WAIT, waterfalls=False)
    assert [one.metric for one in found.precision] == list(wanted.metrics)
    assert all(one.enough and one.percent <= 2 for one in found.precision)
    same = compare([first, other], ["first", "other"], 1, found.replications, WAIT, waterfalls=False)
    assert comparison_csv(replace(same, percent=2)) == comparison_csv(found)


def test_ranking_against_hand_arithmetic() -> None:
    """Three replications: b is lower by 1, 1 and -3. Its mean is lower in 8 of 27 draws, equal in none."""
    values = np.array([[5.0, 4.0], [7.0, 6.0], [1.0, 4.0]])
    best, worst = rank(values, ["a", "b"], "lower", 1)
    assert (best.label, best.mean, worst.mean) == ("a", 13 / 3, 14 / 3)
    assert best.best_in_share == pytest.approx(1 / 3) and worst.best_in_share == pytest.approx(2 / 3)
    assert worst.probability_best == pytest.approx(8 / 27, abs=4 * np.sqrt(8 * 19 / 27**2 / 3_000))
    assert [one.label for one in rank(values, ["a", "b"], "higher", 1)] == ["b", "a"]
    assert np.isnan(rank(np.full((3, 2), np.nan), ["a", "b"], "lower", 1)[0].probability_best)


def test_an_objective_without_a_direction_is_refused() -> None:
    assert Objective.of("reviews_overdue").better == "lower"
    assert Objective.of("ib_holders", "higher").better == "higher"
    for arguments in (("referrals",), ("reviews_overdue", "sideways"), ("reviews_overdu",)):
        with pytest.raises(InputError):
            Objective.of(*arguments)


def test_the_words_say_what_differs_and_what_binds(comparison: Comparison) -> None:
    lines = list(sentences(comparison))
    text = "\n".join(lines)
    assert "4 replications each, the same dice in all" in text
    assert any(
        line.startswith("    Holders at the year's end: 0.0 -> ") and " more" in line for line in lines
    )
    assert "Ranked by wait_days_referral_to_in_place, lower is better:" in lines
    for label in ("first", "other"):
        assert any(line.startswith(f"  {label}: The queue that binds: ") for line in lines)
    assert {row["group"] for row in csv.DictReader(io.StringIO(comparison_csv(comparison)))} == {
        *GROUPS,
        "all",
    }


@pytest.mark.slow
def test_common_dice_cut_the_variance_of_a_small_effect_tenfold(lab: Laboratory) -> None:
    """A small change of policy: the difference with the same dice against that with other dice."""
    council = (part_of_council(0.5), SHORT, wave(share_percent=20))
    base = lab.scenario(*council)
    changed = lab.scenario(*council, {"evidence": {"refusal-percent": 15}})
    objective = Objective.of("gross_cost_gbp")
    same = compare([base, changed], ["a", "b"], 1, 20, objective, waterfalls=False)
    apart = replications(changed, 2, range(1, 21))
    metric = same.at("gross_cost_gbp")
    independent = [
        two.metrics["gross_cost_gbp"][-1, -1, -1] - one.metrics["gross_cost_gbp"][-1, -1, -1]
        for one, two in zip(same.results[0].tables, apart, strict=True)
    ]
    ratio = np.var(independent, ddof=1) / same.differences(1).sd[metric] ** 2
    print(f"variance with other dice over variance with the same: {ratio:.0f}")
    assert ratio >= 10
