"""RAS arithmetic: sums that add up to the penny, prices that share out the money, limits that hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ibsim.engine.verbs import YEAR
from ibsim.policy.allocation import ras, room
from ibsim.policy.allocation.room import FEWEST, MONEY, PEOPLE, STATED
from ibsim.units import GROUPS, WEEKS_PER_YEAR
from ibsim.words import FilledIn
from tests.unit.engine.python_calls import open_to_python
from tests.unit.policy.deployed import near
from tests.unit.policy.signing import signing
from tests.unit.policy.small import Small, evidence

verbs = open_to_python(room)
Tree = dict[str, Any]
NO_MISS: Tree = {
    "self_bias_percent": 0.0, "supported_bias_percent": 0.0, "professional_bias_percent": 0.0,
    "self_noise": 0.0, "supported_noise": 0.0, "professional_noise": 0.0,
}  # fmt: skip
"""Forms that state the needs as they are."""
AS_PRICED: Tree = {"adjusted_percent": 0.0, "dispute_percent": 0.0}
"""Budgets that nobody changes."""
EXACT = 1e-12


def of(ras_levers: Tree, **more: Any) -> Tree:
    """Levers of a small world with these of allocation."""
    return {"allocation": {"ras": ras_levers} | more}


def money(small: Small) -> NDArray[np.float64]:
    """What the desk-top exercise has to share out by group, pence a year, before anything is held back."""
    people, s = small.world.people, small.levers["allocation"].ras
    packages = np.bincount(people["group"], weights=people["services_pence"], minlength=4) * WEEKS_PER_YEAR
    shared: NDArray[np.float64] = packages * s.money_percent_of_package.array() / 100
    return shared


# --- prices share out the money ----------------------------------------------------------------------


@pytest.mark.parametrize("contingency", [0.0, 5.0, 12.5])
def test_price_times_points_is_the_money_less_contingency_after_the_desk_top_exercise(
    contingency: float,
) -> None:
    small = Small(300, of({"sample_people": 300, "contingency_percent": contingency}))
    prices = small.prices((0.0, 1.0, 0.0))
    people = small.world.people
    points = ras.state_points(
        small.levers["allocation"].ras, people["group"], people["needs"].astype(float),
        np.full(people.size, FilledIn.SUPPORTED), people["points_normal"],
    )  # fmt: skip
    stated = np.bincount(people["group"], weights=points, minlength=4)
    left = money(small) * (1 - contingency / 100)
    assert prices.prices * stated == pytest.approx(left, rel=EXACT)

    single = Small(300, of({"sample_people": 300, "contingency_percent": contingency, "prices": "single"}))
    assert single.prices((0.0, 1.0, 0.0)).prices == pytest.approx(left.sum() / stated.sum(), rel=EXACT)


def test_a_group_of_one_counts_as_one_in_a_single_price() -> None:
    small = Small(20, of({"sample_people": 300, "contingency_percent": 0.0, "prices": "single"}))
    people = small.world.people
    people["has_package"] = (people["group"] != 0) | (people["id"] == 0)
    prices = small.prices((0.0, 1.0, 0.0))
    points = ras.state_points(
        small.levers["allocation"].ras, people["group"], people["needs"].astype(float),
        np.full(people.size, FilledIn.SUPPORTED), people["points_normal"],
    )  # fmt: skip
    there = people["has_package"]
    worth = small.levers["allocation"].ras.money_percent_of_package.array()[people["group"]] / 100
    spent = (people["services_pence"] * WEEKS_PER_YEAR * worth)[there].sum()
    assert prices.prices == pytest.approx(spent / points[there].sum(), rel=EXACT)


def test_the_desk_top_exercise_takes_no_more_people_than_its_sample() -> None:
    small = Small(300, of(NO_MISS | {"sample_people": 40}))
    people = small.world.people
    people["needs"] = 1.0
    people["services_pence"] = np.where(np.arange(people.size) < 400, 10_000, 30_000)
    turn = small.world.draws.uniform("desk-top sample", small.world.ids)
    for group, price in enumerate(small.prices().prices):
        here = np.flatnonzero(people["group"] == group)
        sample = here[np.argsort(turn[here])[:40]]
        s = small.levers["allocation"].ras
        share = s.money_percent_of_package.array()[group] / 100 * 0.95
        a_year = people["services_pence"][sample].mean() * WEEKS_PER_YEAR * share
        assert price * s.points.array()[group] == pytest.approx(a_year, rel=EXACT)


def test_a_single_price_is_that_of_the_councils_mix_of_groups_not_of_the_samples() -> None:
    small = Small(200, of(NO_MISS | {"sample_people": 20, "prices": "single"}))
    people = small.world.people
    stock = np.array([39, 83, 127, 199])
    people["needs"], people["arrives_at"] = 1.0, np.arange(people.size) // 4 >= stock[people["group"]]
    people["services_pence"] = np.array([25_000, 30_000, 10_000, 19_000])[people["group"]]
    s = small.levers["allocation"].ras
    a_year = np.array([25_000, 30_000, 10_000, 19_000]) * WEEKS_PER_YEAR
    left = 0.95 * (stock * a_year * s.money_percent_of_package.array() / 100).sum()
    assert small.prices().prices == pytest.approx(left / (stock * s.points.array()).sum(), rel=EXACT)


def test_people_who_come_later_are_in_no_sample() -> None:
    small = Small(100, of({"sample_people": 50}))
    small.world.people["arrives_at"][200:] = 1
    before = small.prices().prices.copy()
    small.world.people["services_pence"][200:] *= 3
    assert np.array_equal(small.prices().prices, before)


def test_a_group_without_packages_at_the_start_has_the_price_of_the_closed_form() -> None:
    small = Small(100)
    mh = GROUPS.index("MH")
    small.world.people["arrives_at"][small.world.groups == mh] = 1
    prices = small.prices().prices
    # pounds a point: the evidence works it out from Table 5.2 and the points of the same people
    assert prices[mh] / 100 == pytest.approx(evidence().value("ras-price-gbp-per-point", "MH"), rel=1e-5)
    assert (prices[:mh] != 100 * evidence().by_group("ras-price-gbp-per-point")[:mh]).all()
    small.world.people["arrives_at"] = 1
    assert small.prices().prices / 100 == pytest.approx(
        evidence().by_group("ras-price-gbp-per-point"), rel=1e-5
    )
    single = Small(10, of({"prices": "single"}))
    single.world.people["arrives_at"] = 1
    assert np.ptp(single.prices().prices) == 0 < single.prices().prices[0]


@pytest.mark.parametrize("single", [False, True])
def test_price_times_points_is_the_money_less_contingency_after_each_recalibration(single: bool) -> None:
    small = Small(30, of({"prices": "single" if single else "group", "recalibration_weeks": 26}))
    prices, s = small.prices(), small.levers["allocation"].ras
    for turn in (1, 2):
        tally = np.zeros((4, 4), np.int64)
        tally[:, STATED] = np.array([900, 2_000, 700, 3_100]) * turn
        tally[:, MONEY] = np.array([40_000_000, 90_000_000, 15_000_001, 70_000_000]) + turn
        tally[:, PEOPLE] = FEWEST + turn
        stated, packages = tally[:, STATED].copy(), tally[:, MONEY].copy()
        prices.recalibrate(tally, s)
        left = packages * s.money_percent_of_package.array() / 100 * 0.95
        if single:
            assert prices.prices == pytest.approx(left.sum() / stated.sum(), rel=EXACT)
        else:
            assert prices.prices * stated == pytest.approx(left, rel=EXACT)
        assert not tally.any(), "the next price counts from here on"


def test_a_few_people_move_no_price() -> None:
    small = Small(30)
    prices, s = small.prices(), small.levers["allocation"].ras
    before = prices.prices.copy()
    tally = np.zeros((4, 4), np.int64)
    tally[0, [STATED, MONEY, PEOPLE]] = 100, 10**9, FEWEST - 1
    tally[1, [STATED, MONEY, PEOPLE]] = 100, 10**9, FEWEST
    prices.recalibrate(tally, s)
    assert np.array_equal(np.delete(prices.prices, 1), np.delete(before, 1))
    assert prices.prices[1] != before[1]
    assert tally[0, PEOPLE] == FEWEST - 1, "they count for the next price"
    assert tally[1, PEOPLE] == 0
    # together they are enough for a single price
    single = Small(30, of({"prices": "single"}))
    one = single.prices()
    tally[1] = tally[0]
    one.recalibrate(tally, single.levers["allocation"].ras)
    assert not tally.any()
    assert np.ptp(one.prices) == 0


# --- the expected budget ------------------------------------------------------------------------------


def test_the_mean_budget_is_the_closed_form_to_the_penny() -> None:
    # needs of half, one and one and a half in turn: points are whole, so the price is known exactly
    small = Small(300, of(NO_MISS | {"sample_people": 300, "floor_gbp_per_year": 0.0}, **AS_PRICED))
    people = small.world.people
    people["needs"] = np.array([0.5, 1.0, 1.5])[np.arange(people.size) // 4 % 3]
    prices = small.prices()
    w = small.shared(prices)
    for p in range(people.size):
        verbs.state(w, p, 0, FilledIn.PROFESSIONAL, 0)
        verbs.allocate(w, p, 0, 0)
    true = small.levers["allocation"].ras.points.array()
    mean = 0.95 * money(small) / 300
    for group in range(4):
        here = people["group"] == group
        assert set(people["points"][here] / true[group]) == {0.5, 1.0, 1.5}
        assert prices.prices[group] == pytest.approx(mean[group] / true[group], rel=EXACT)
        # a budget is whole pence, so a mean is within half a penny of its expectation
        assert people["indicative_budget"][here].mean() == pytest.approx(mean[group], abs=0.5)
        for needs in (0.5, 1.0, 1.5):
            of_need = people["indicative_budget"][here & (people["needs"] == needs)]
            assert (np.abs(of_need - needs * mean[group]) <= 0.5 + 1e-6).all()


def test_stated_points_have_the_mean_of_the_closed_form() -> None:
    small = Small(40_000)
    people, s = small.world.people, small.levers["allocation"].ras
    shares = np.array([0.1, 0.75, 0.15])
    kinds = np.random.default_rng(1).choice(3, people.size, p=shares)
    points = ras.state_points(
        s, people["group"], people["needs"].astype(float), kinds, people["points_normal"]
    )
    for group, mean in enumerate(ras.expected_points(s, shares)):
        # whole points, at least one: under a thousandth
        assert near(points[people["group"] == group], mean, at_least=mean / 1000)


@pytest.mark.parametrize("kind", list(FilledIn))
def test_a_verb_states_what_the_desk_top_exercise_states(kind: FilledIn) -> None:
    small = Small(50)
    people, w = small.world.people, small.shared()
    expected = ras.state_points(
        small.levers["allocation"].ras, people["group"], people["needs"].astype(float),
        np.full(people.size, kind), people["points_normal"],
    )  # fmt: skip
    for p in range(people.size):
        verbs.state(w, p, 0, kind, 1000 + p)
    assert np.array_equal(people["points"], expected)
    for group in range(4):
        here = people["group"] == group
        sums = (expected[here].sum(), (1000 + np.flatnonzero(here)).sum(), 50)
        assert tuple(w.tally[group, [STATED, MONEY, PEOPLE]]) == sums


def test_points_drift_by_their_percentage_a_year() -> None:
    small = Small(5, of(NO_MISS | {"points": 1000.0, "drift_percent_per_year": 3.0}))
    people, w = small.world.people, small.shared()
    people["needs"] = 1.0
    for years in (0, 1, 2):
        verbs.state(w, 0, round(years * YEAR), FilledIn.SUPPORTED, 0)
        assert people["points"][0] == round(1000 * 1.03**years)


def test_nobody_has_less_than_a_point() -> None:
    small = Small(5, of(NO_MISS))
    small.world.people["needs"] = 1e-6
    verbs.state(small.shared(), 0, 0, FilledIn.SELF, 0)
    assert small.world.people["points"][0] == 1


# --- other methods ------------------------------------------------------------------------------------


def test_hours_are_whole_and_worth_their_price() -> None:
    small = Small(200, of(NO_MISS | {"method": "hours", "ceiling_gbp_per_year": 1e6}, **AS_PRICED))
    people = small.world.people
    w = small.shared()
    for p in range(people.size):
        verbs.state(w, p, 0, FilledIn.SUPPORTED, 0)
        verbs.allocate(w, p, 0, 0)
    rate = evidence().value("hours-based-gbp-per-hour") * 100 * WEEKS_PER_YEAR
    s = small.levers["allocation"].ras
    hours = np.rint(people["indicative_budget"] / rate)
    assert (np.abs(people["indicative_budget"] - hours * rate) <= 0.5 + 1e-6).all()
    per_point = (s.hours_per_week.array() / s.points.array())[people["group"]]
    assert (np.abs(hours - np.maximum(per_point * people["points"], 1)) <= 0.5 + 1e-6).all()


def test_outcome_focused_plans_cost_the_mean_and_spread_of_their_law() -> None:
    small = Small(10_000, of({"method": "outcome", "floor_gbp_per_year": 0.0, "ceiling_gbp_per_year": 1e7}))
    people, w = small.world.people, small.shared()
    people["needs"] = 1.0
    cost = np.array([verbs.plan_cost(w, p) for p in range(people.size)])
    for group, name in enumerate(GROUPS):
        here = cost[people["group"] == group]
        assert near(here, 100 * evidence().value("asc-budget-gbp-per-year", name))
        assert near(np.log(here) - np.log(here).mean(), 0.0)
        assert np.log(here).std() == pytest.approx(0.25, rel=0.03)


# --- changes, and limits ------------------------------------------------------------------------------


def test_some_budgets_are_changed_by_those_who_agree_them() -> None:
    small = Small(10_000, of(NO_MISS | {"floor_gbp_per_year": 0.0, "ceiling_gbp_per_year": 1e7}))
    people, settings_, prices = small.world.people, small.levers["allocation"], small.prices()
    w = small.shared(prices)
    people["needs"] = 1.0
    for p in range(people.size):
        verbs.state(w, p, 0, FilledIn.SUPPORTED, 0)
        verbs.allocate(w, p, 0, 0)
    ratio = people["indicative_budget"] / (people["points"] * prices.prices[people["group"]])
    changed = np.abs(ratio - 1) > 1e-5
    assert near(changed, settings_.adjusted_percent / 100)
    assert near(ratio[changed], 1 + settings_.adjustment_percent / 100)
    assert np.log(ratio[changed]).std() == pytest.approx(settings_.adjustment_sigma, rel=0.05)


def test_disputes_are_heard_once_and_raise_a_share_of_budgets() -> None:
    small = Small(5_000)
    people, w, s = small.world.people, small.shared(), small.levers["allocation"]
    people["indicative_budget"] = people["unprotected_budget"] = 500_000
    disputed = np.array([verbs.disputes(w, p) for p in range(people.size)])
    assert near(disputed, s.dispute_percent / 100)
    for p in np.flatnonzero(disputed):
        assert verbs.in_dispute(w, p)
        verbs.hear(w, p, 60)
        assert not verbs.in_dispute(w, p)
        assert not any(verbs.disputes(w, p) for _ in range(20))
    raised = people["indicative_budget"] > 500_000
    assert near(raised[disputed], s.dispute_upheld_percent / 100)
    assert not raised[~disputed].any()
    assert set(people["indicative_budget"][raised]) == {round(500_000 * (1 + s.dispute_uplift_percent / 100))}


POUNDS = st.floats(0, 200_000)


@settings(max_examples=40, deadline=None)
@given(
    limits=st.tuples(POUNDS, POUNDS).map(sorted),
    protection=st.floats(0, 100),
    adjustment=st.floats(-90, 500),
    uplift=st.floats(0, 500),
    gap=st.floats(-95, 500),
    added=st.integers(0, 50_000_000),
    method=st.sampled_from(("points", "hours")),
)
def test_no_budget_passes_floor_or_ceiling_whatever_the_levers(
    limits: list[float],
    protection: float,
    adjustment: float,
    uplift: float,
    gap: float,
    added: int,
    method: str,
) -> None:
    floor, ceiling = limits
    small = Small(
        3,
        of(
            {
                "floor_gbp_per_year": floor, "ceiling_gbp_per_year": ceiling, "method": method,
                "protection_percent": protection, "protection_years": 2.0,
            },
            adjusted_percent=100.0, adjustment_percent=adjustment, adjustment_sigma=1.0,
            dispute_percent=100.0, dispute_upheld_percent=100.0, dispute_uplift_percent=uplift,
        ) | {"signoff": {"changed_percent": 100.0, "gap_percent": gap, "gap_sigma": 1.0}},
    )  # fmt: skip
    people, w = small.world.people, small.shared()

    def kept(*columns: str) -> bool:
        within = [(people[c] >= 100 * floor - 0.5) & (people[c] <= 100 * ceiling + 0.5) for c in columns]
        return bool(np.all(within))

    both = "indicative_budget", "unprotected_budget"
    for p in range(people.size):
        verbs.state(w, p, 0, FilledIn.SELF, 0)
        verbs.allocate(w, p, 0, int(people["services_pence"][p] * WEEKS_PER_YEAR))
    assert kept(*both)
    for p in range(people.size):
        assert verbs.disputes(w, p)
        verbs.hear(w, p, 0)
    assert kept(*both)
    for p in range(people.size):
        verbs.add(w, p, added)
    assert kept(*both)
    rule = w.rules[0]
    for p in range(people.size):
        signing.settle(w, p, int(people["indicative_budget"][p]), rule.budget_floor, rule.budget_ceiling)
    assert kept("final_budget")
    for p in range(people.size):
        signing.add(w, p, added)
    assert kept("final_budget")
    for p in range(people.size):
        final = int(people["final_budget"][p])
        signing.add(w, p, verbs.without_protection(w, p, final) - final)
    assert kept("final_budget")


def test_protection_keeps_its_share_of_the_old_package_and_then_lets_go() -> None:
    small = Small(
        100,
        of(
            NO_MISS | {"protection_percent": 90.0, "protection_years": 2.0, "floor_gbp_per_year": 0.0},
            **AS_PRICED,
        ),
    )
    people, w = small.world.people, small.shared()
    present = 1_000_000
    for p in range(people.size):
        verbs.state(w, p, 0, FilledIn.SUPPORTED, 0)
        verbs.allocate(w, p, 0, present)
    own = np.floor(people["points"] * small.prices().prices[people["group"]] + 0.5)
    assert np.array_equal(people["unprotected_budget"], own)
    assert np.array_equal(people["indicative_budget"], np.maximum(own, 900_000))
    back = [verbs.without_protection(w, p, int(people["indicative_budget"][p])) for p in range(people.size)]
    assert np.array_equal(back, own)
