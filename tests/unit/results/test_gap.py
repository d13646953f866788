"""The gap and the verdict on ledgers made by hand or by dice: where every penny goes, and when it is even."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from ibsim.results.gap import _CATEGORIES, CAUSE_OF, CAUSES, Gap, Weeks, cause_metric, gap_between
from ibsim.results.manifest import to_json
from ibsim.results.verdict import Verdict, lasting
from ibsim.results.verdict_words import pounds, sentence
from ibsim.scenario import load
from ibsim.units import ARMS, GROUPS
from ibsim.words import Category, Stream
from tests.unit.fake_model import fake_run, small_scenario

START = date(2006, 4, 1)


def gap_of(monthly: list[int], base: int = 1_000_00, tolerance: float = 0.0, cause: str = "packages") -> Gap:
    """A gap of so many pence a month, all of one cause, in one group and arm."""
    pence = np.zeros((len(monthly), len(CAUSES), len(GROUPS), len(ARMS)), dtype=np.int64)
    pence[:, CAUSES.index(cause), 3, 1] = monthly
    twin = np.zeros((len(monthly), len(GROUPS)), dtype=np.int64)
    twin[:, 3] = base
    people = np.full((1 + -(-len(monthly) // 12), len(GROUPS) + 1), 10.0)
    return Gap(pence, twin, twin // 2, people, START, tolerance)


def drawn_gap(folder: Path) -> Gap:
    scenario = small_scenario(folder)
    return gap_between(fake_run(scenario, 1, 1), fake_run(scenario, 1, 2), scenario.calendar.start, 0.0)


def test_every_category_has_one_cause() -> None:
    """A category without a cause would be missing from the waterfall."""
    assert set(CAUSE_OF) == set(Category)
    assert set(CAUSE_OF.values()) == set(CAUSES) - {"streams"}
    assert sum(len(categories) for categories in _CATEGORIES.values()) == len(Category), "and no other"


def test_the_causes_add_up_to_the_gap_to_the_penny(tmp_path: Path) -> None:
    scenario = small_scenario(tmp_path)
    for number in range(1, 6):
        tables, twin = fake_run(scenario, 1, number), fake_run(scenario, 2, number)
        gap = gap_between(tables, twin, START, 0.0)
        difference = tables.ledger - twin.ledger
        assert np.array_equal(gap.pence.sum(axis=1), difference.sum(axis=(1, 2)))
        assert int(gap.by_cause.sum()) == int(difference.sum()) == int(gap.total.sum())
        parts = sum(gap.metrics[cause_metric(cause)] for cause in CAUSES)
        assert np.allclose(parts, gap.metrics["cost_gap_gbp"], rtol=0, atol=1e-6)


def test_what_others_pay_is_theirs_whatever_it_is_spent_on(tmp_path: Path) -> None:
    scenario = small_scenario(tmp_path)
    tables, twin = fake_run(scenario, 1, 1), fake_run(scenario, 1, 1)
    tables.ledger[5, Stream.ILF, Category.PANEL, 0, 1] += 700
    gap = gap_between(tables, twin, START, 0.0)
    assert gap.by_cause.tolist() == [700 if cause == "streams" else 0 for cause in CAUSES]
    assert int(gap.council.sum()) == 0 and int(gap.total.sum()) == 700


def test_the_years_add_up_and_the_last_one_stands_for_all(tmp_path: Path) -> None:
    metrics = drawn_gap(tmp_path).metrics
    gap, cumulative = metrics["cost_gap_gbp"], metrics["cumulative_cost_gap_gbp"]
    assert np.allclose(gap[:, :, :-1].sum(axis=2), gap[:, :, -1])
    assert np.allclose(np.cumsum(gap[:, :, :-1], axis=2), cumulative[:, :, :-1])
    assert np.array_equal(cumulative[:, :, -1], cumulative[:, :, -2])
    assert np.allclose(cumulative[:, :, -1], gap[:, :, -1])


def test_a_run_that_starts_in_the_middle_of_a_year_has_its_months_in_the_right_years() -> None:
    pence = np.zeros((12, len(CAUSES), 4, 2), dtype=np.int64)
    pence[:, 0, 0, 0] = np.arange(12) * 100
    base = np.zeros((12, 4), dtype=np.int64)
    gap = Gap(pence, base, base, np.ones((3, 5)), date(2006, 10, 1), 0.0)
    assert gap.metrics["cost_gap_gbp"][4, 2].tolist() == [15.0, 51.0, 66.0], "six months each side of April"


@pytest.mark.parametrize(
    ("neutral", "first"),
    [
        ([True, True], 0),
        ([False, True, False, True, True], 3),
        ([True, True, False], None),
        ([False, True], 1),
    ],
)
def test_break_even_is_when_it_stays_even(neutral: list[bool], first: int | None) -> None:
    assert lasting(np.array(neutral)) == first


def test_break_even_on_a_series_made_by_hand() -> None:
    """+300 in April, then 100 back a month: even in July, and again dearer in the fourth replication."""
    even, late, never = [300, -100, -100, -100], [300, -100, -100, -50], [300, -100, -100, -99]
    found = Verdict((gap_of(even), gap_of(late), gap_of(even), gap_of(never)), "sampled").tree("")
    assert found["probability"] == 0.5
    assert found["break_even"] == {
        "date": None, "probability_by_end": 0.5, "p10": "2006-07", "p50": "2006-07", "p90": None,
    }  # fmt: skip
    assert [month["probability"] for month in found["months"]] == [0, 0, 0, 0.5]
    assert [month["cumulative_gbp"]["mean"] for month in found["months"]] == [3.0, 2.0, 1.0, 0.13]
    whole = Verdict((gap_of(even), gap_of(even)), "point").tree("")
    assert whole["break_even"]["date"] == "2006-07" and whole["probability"] == 1


def test_what_is_tolerated_is_a_share_of_what_the_twin_has_cost() -> None:
    """A gap of 10 pounds on twelve months of 1,000 pounds each: more than 0.08 percent, at most 0.09."""
    monthly = [10_00] + [0] * 11
    for tolerance, probability in ((0.0, 0), (0.08, 0), (0.09, 1)):
        gap = gap_of(monthly, tolerance=tolerance)
        assert Verdict((gap,), "point").probability == probability
        assert gap.metrics["cost_neutral_probability"][4, 2, -1] == probability
    assert Verdict((gap_of(monthly, tolerance=0.09),), "point").tree("")["break_even"]["date"] == "2007-03"


def test_neutrality_is_a_matter_of_groups_and_never_of_an_arm_alone() -> None:
    cube = gap_of([5] * 12).metrics["cost_neutral_probability"]
    assert np.isnan(cube[:, :2]).all()
    assert cube[:, 2, 0].tolist() == [1, 1, 1, 0, 0], "only older people's group costs more"


def test_parts_of_the_money_are_judged_by_themselves() -> None:
    dear, cheap = gap_of([500] * 12, cause="set-up"), gap_of([-100] * 12, cause="streams")
    both = Gap(dear.pence + cheap.pence, dear.base, dear.council_base, dear.supported, START, 0.0)
    found = Verdict((both,), "sampled").tree("")
    assert found["without_setup"]["gap_gbp"]["mean"] == -12 and found["without_setup"]["probability"] == 1
    assert found["council_only"]["gap_gbp"]["mean"] == 60 and found["council_only"]["probability"] == 0
    assert found["per_person_gbp"]["mean"] == 4.8, "48 pounds over ten people"
    assert {cause["cause"]: cause["gbp"]["mean"] for cause in found["causes"] if cause["gbp"]["mean"]} == {
        "set-up": 60, "streams": -12,
    }  # fmt: skip


@pytest.mark.parametrize(("neutral", "low", "high"), [(0, 0, 0.1611), (10, 0.2993, 0.7007), (20, 0.8389, 1)])
def test_few_replications_leave_the_probability_in_doubt(neutral: int, low: float, high: float) -> None:
    """Wilson's interval for 20 trials, as tables of it have it."""
    gaps = [gap_of([-1])] * neutral + [gap_of([1])] * (20 - neutral)
    assert Verdict(tuple(gaps), "sampled").probability_interval() == (low, high)


def test_the_verdict_is_plain_json() -> None:
    tree = json.loads(to_json(Verdict((gap_of([1] * 24), gap_of([2] * 24)), "sampled").tree("So it is.")))
    assert [year["year"] for year in tree["years"]] == ["2006-07", "2007-08"]
    assert tree["years"][1]["cumulative_gbp"]["mean"] == 0.36 and tree["years"][1]["gap_gbp"]["mean"] == 0.18
    assert len(tree["months"]) == 24 and tree["sentence"] == "So it is."


def test_the_sentence_says_how_much_how_likely_when_and_why() -> None:
    dear = gap_of([300_000_00, 0, 0], cause="set-up")
    back = gap_of([0, -100_000_00, -150_000_00])
    both = Gap(dear.pence + back.pence, dear.base, dear.base, dear.supported, START, 0.0)
    even = Gap(dear.pence + 2 * back.pence, dear.base, dear.base, dear.supported, START, 0.0)
    told = sentence(Verdict((both, both), "sampled"))
    assert told == (
        "Not cost-neutral: from April 2006 to June 2006 the roll-out costs £50,000 more than carrying on "
        "without one (in eight of ten draws of the evidence £50,000 to £50,000 more); the probability that "
        "it is cost-neutral by then, set-up included, is 0.00, and on average it does not break even; "
        "what weighs most: set-up (+£300,000) and packages (-£250,000)."
    )
    told = sentence(Verdict((even,), "point"))
    assert told.startswith("Cost-neutral: ") and "costs £200,000 less" in told
    assert "is 1.00, and on average it breaks even in June 2006" in told


def test_a_saving_on_those_who_wait_is_told_as_such() -> None:
    """90 weeks of packages instead of 100, at 200 pounds: 2,000 pounds that nobody saved by budgets."""
    less = replace(gap_of([-5_000_00]), weeks=Weeks(90.0, 100.0, 200.0))
    verdict = Verdict((less,), "sampled")
    assert sentence(verdict).endswith(
        "; people had 10 percent fewer weeks of support than without it, which alone comes to £2,000 less."
    )
    tree = verdict.tree("")["support"]
    assert (tree["weeks_percent"]["mean"], tree["worth_gbp"]["mean"]) == (-10, -2_000)
    alike = replace(less, weeks=Weeks(99.5, 100.0, 200.0))
    assert "weeks of support" not in sentence(Verdict((alike,), "sampled"))


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((-3_000_00, -1_000_00), "£1,000 to £3,000 less"),
        ((1_000_00, 3_000_00), "£1,000 to £3,000 more"),
        ((-1_000_00, 3_000_00), "£1,000 less to £3,000 more"),
    ],
)
def test_the_range_says_which_way(ends: tuple[int, int], said: str) -> None:
    gaps = [gap_of([pence]) for pence in (*[ends[0]] * 10, *[ends[1]] * 10)]
    assert f"evidence {said})" in sentence(Verdict(tuple(gaps), "sampled"))


def test_sums_are_said_as_people_say_them() -> None:
    said = [pounds(amount) for amount in (0, -0.2, 900, -1_499, 999_499, 999_500, -1.25e6, 12e6)]
    expected = ["£0", "£0", "£900", "-£1,000", "£999,000", "£1.0 million", "-£1.2 million", "£12.0 million"]
    assert said == expected


def test_a_council_is_told_its_tolerance() -> None:
    assert load("metropolitan").levers.verdict.tolerance_percent == 0
    told = sentence(Verdict((gap_of([1], tolerance=0.5),), "point"))
    assert told.startswith("Cost-neutral within 0.5 percent: ")
