"""Rules of budgets, person by person: the same people under two rules, without waits between.

Nobody refuses, disputes or is adjusted here, so that each sum can be worked out from the points.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ibsim.policy.allocation.settings import AllocationSettings
from ibsim.units import GROUPS, WEEKS_PER_YEAR
from ibsim.validation.law import Law, population_law
from tests.councils import Laboratory, Tree, merged
from tests.validation.crowd import crowd

Floats = NDArray[np.float64]
CALM: Tree = merged(
    crowd(1_500),
    {
        "allocation": {
            "refusal_if_lower_percent": 0,
            "dispute_percent": 0,
            "adjusted_percent": 0,
            "returned_percent": 0,
        },
        "signoff": {"changed_percent": 0, "returned_percent": 0},
        "rollout": {"refusal_percent": 0},
        "funding": {"ilf": {"mode": "excluded"}},
    },
)


class Pair:
    """The same people under two rules."""

    def __init__(self, one: Law, other: Law) -> None:
        assert np.array_equal(one.people["id"], other.people["id"])
        self.one, self.other = one, other
        self.group = one.people["group"]

    def ratio(self, column: str) -> list[float]:
        """The second rule's sum over the first's, by group."""
        sums = [np.bincount(self.group, weights=law.people[column]) for law in (self.one, self.other)]
        ratios: list[float] = (sums[1] / sums[0]).tolist()
        return ratios


@pytest.fixture(scope="module")
def calm(lab: Laboratory) -> Law:
    return population_law(lab.scenario(CALM))


def pair(lab: Laboratory, calm: Law, *levers: Tree) -> Pair:
    return Pair(calm, population_law(lab.scenario(CALM, *levers)))


def settings(lab: Laboratory) -> AllocationSettings:
    return lab.scenario(CALM).timeline[0][1].allocation


def present_sums(law: Law, content: Floats) -> NDArray[np.int64]:
    """What would be worth each package in place, pence a year."""
    sums = law.people["services_pence"] * WEEKS_PER_YEAR / content[law.people["group"]]
    whole: NDArray[np.int64] = np.floor(sums + 0.5).astype(np.int64)
    return whole


# --- points and prices -------------------------------------------------------------------------------


def test_a_budget_is_points_times_the_groups_price(lab: Laboratory, calm: Law) -> None:
    people, ras = calm.people, settings(lab).ras
    limits = ras.floor_gbp_per_year * 100, ras.ceiling_gbp_per_year * 100
    inside = (people["indicative_budget"] > limits[0]) & (people["indicative_budget"] < limits[1])
    for group in range(len(GROUPS)):
        here = inside & (people["group"] == group)
        prices = people["indicative_budget"][here] / people["points"][here]
        # whole pence: one price explains everybody's sum to half a penny
        price = float(prices[np.argmax(people["points"][here])])
        assert np.abs(people["points"][here] * price - people["indicative_budget"][here]).max() < 2
    assert people["indicative_budget"].min() >= limits[0] and people["indicative_budget"].max() <= limits[1]
    assert np.array_equal(people["final_budget"], people["indicative_budget"])


def test_more_held_back_lowers_budgets_in_proportion(lab: Laboratory, calm: Law) -> None:
    tight = pair(lab, calm, {"allocation": {"ras": {"contingency_percent": 24}}})
    # 5 percent is held back by default; the floor and the ceiling hold a few
    assert tight.ratio("indicative_budget") == pytest.approx([0.76 / 0.95] * 4, rel=2e-3)


def test_a_single_price_moves_money_between_groups_as_the_points_say(lab: Laboratory, calm: Law) -> None:
    single = pair(lab, calm, {"allocation": {"ras": {"prices": "single"}}})
    points = np.bincount(single.group, weights=calm.people["points"])
    money = np.bincount(single.group, weights=calm.people["indicative_budget"])
    # each group's share of the money becomes its share of the points
    assert single.ratio("indicative_budget") == pytest.approx(
        money.sum() * points / points.sum() / money, rel=0.02
    )
    after = single.other.people["indicative_budget"].sum(dtype=np.int64)
    assert after == pytest.approx(money.sum(), rel=0.01)
    ratio = single.ratio("indicative_budget")
    assert ratio[GROUPS.index("LD")] < 0.9 and ratio[GROUPS.index("MH")] > 1.2


def test_outcome_focused_plans_have_no_indicative_sum_and_no_gap(lab: Laboratory, calm: Law) -> None:
    changed: Tree = {"signoff": {"changed_percent": 100, "gap_percent": -30}}
    people = population_law(
        lab.scenario(CALM, changed, {"allocation": {"ras": {"method": "outcome"}}})
    ).people
    assert people["id"].size == calm.people["id"].size
    assert not people["indicative_budget"].any() and not people["budget_gap"].any()
    assert (people["final_budget"] > 0).all() and not people["disputed"].any()
    gaps = population_law(lab.scenario(CALM, changed)).people["budget_gap"]
    assert np.mean(gaps) == pytest.approx(-0.3, abs=0.02)


# --- protection --------------------------------------------------------------------------------------


def test_no_losers_costs_what_the_losers_would_have_lost(lab: Laboratory, calm: Law) -> None:
    kept: Tree = {"allocation": {"ras": {"protection_percent": 100, "protection_years": 3}}}
    protected = pair(lab, calm, kept)
    levers = lab.scenario(CALM).timeline[0][1]
    present = present_sums(calm, levers.packages.plan_content_factor.array())
    ceiling = round(levers.allocation.ras.ceiling_gbp_per_year * 100)
    points = calm.people["final_budget"].astype(np.int64)
    lost = np.maximum(np.minimum(present, ceiling) - points, 0)
    cost = protected.other.people["final_budget"].astype(np.int64) - points
    assert np.array_equal(cost, lost) and 0.2 < (lost > 0).mean() < 0.8
    assert np.array_equal(protected.other.people["unprotected_budget"], points)
    # and what the council pays a week rises by what that is worth, to a penny a person
    content = levers.packages.plan_content_factor.array()[protected.group]
    weekly = protected.other.people["rate_asc"] - calm.people["rate_asc"].astype(np.int64)
    assert np.abs(weekly - cost * content / WEEKS_PER_YEAR).max() <= 1


def test_part_protection_costs_less(lab: Laboratory, calm: Law) -> None:
    some, all_ = (
        pair(lab, calm, {"allocation": {"ras": {"protection_percent": share, "protection_years": 3}}})
        for share in (60, 100)
    )
    assert all(1 < part < whole for part, whole in zip(
        some.ratio("final_budget"), all_.ratio("final_budget"), strict=True))  # fmt: skip


# --- streams -----------------------------------------------------------------------------------------


def test_the_cap_on_sp_limits_who_takes_it_up(lab: Laboratory, calm: Law) -> None:
    wanted = int(calm.people["sp_budget"].sum(dtype=np.int64))
    grant, cap = wanted / 100 / 10, 4  # four percent of ten times less: 40 percent of what is wanted
    capped = pair(lab, calm, {"funding": {"sp": {"budget_gbp_per_year": grant * 100, "cap_percent": cap}}})
    joined = capped.other.people["sp_budget"]
    most = grant * 100 * cap
    assert most - calm.people["sp_budget"].max() < joined.sum() <= most
    assert (joined > 0).sum() < 0.6 * (calm.people["sp_budget"] > 0).sum()
    # whoever joins brings the whole sum
    assert np.array_equal(joined[joined > 0], capped.other.people["sp_sum"][joined > 0])


def test_streams_add_up_to_what_is_paid_a_week(lab: Laboratory) -> None:
    people = population_law(lab.scenario(CALM, {"funding": {"ilf": {"mode": "aligned"}}})).people
    content = lab.scenario(CALM).timeline[0][1].packages.plan_content_factor.array()[people["group"]]
    for payer, budget, apart in (
        ("asc", people["final_budget"], 0),
        ("sp", people["sp_budget"], people["sp_apart"]),
        ("ilf", people["ilf_budget"], people["ilf_apart"] / WEEKS_PER_YEAR),
        ("atw", people["atw_budget"], 0),
    ):
        assert np.abs(people[f"rate_{payer}"] - budget * content / WEEKS_PER_YEAR - apart).max() <= 1.01
    assert (people["ilf_budget"] > 0).any() and (people["atw_budget"] > 0).any()


def test_equipment_from_the_shops_costs_more(lab: Laboratory, calm: Law) -> None:
    shops = pair(lab, calm, {"funding": {"ices": {"mode": "integrated", "high_street_factor": 2}}})
    assert shops.ratio("rate_ices") == pytest.approx([2] * 4, rel=1e-3)
