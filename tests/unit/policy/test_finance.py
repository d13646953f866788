"""Finance: what is due adds up to the whole pence of a spell, whoever pays and however it is cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibsim.engine.shared import Shared
from ibsim.policy import finance
from ibsim.policy.finance import WEEK_MINUTES, FinanceSettings, Payroll, Weekly, visits_weekly
from ibsim.units import DAY_MINUTES, GROUPS
from ibsim.words import (
    CARE_MANAGEMENT_TIME,
    CONVENTIONAL_SUPPORT,
    IB_SUPPORT,
    PAID_TIME,
    Category,
    Desk,
    Stream,
)
from tests.unit.engine.python_calls import open_to_python
from tests.unit.policy.filling import filled
from tests.unit.policy.small import Small, evidence

verbs = open_to_python(finance)
PAYERS = (Stream.ASC, Stream.SP, Stream.ILF, Stream.ATW, Stream.ICES)
"""The payers of weekly prices, in the order of `Weekly`; payment support comes last and is the council's."""
BUYS = dict.fromkeys(PAYERS, Category.OTHER_SERVICES) | {Stream.ICES: Category.EQUIPMENT}
"""What each buys for somebody whose services nobody has told apart."""
PENCE = st.integers(0, 10_000_000)
WEEKLY = st.tuples(*[PENCE] * 6)
END = 1_000 * DAY_MINUTES


def weekly(prices: tuple[int, ...]) -> Weekly:
    return Weekly(*(np.int64(price) for price in prices))


def posted(prices: tuple[int, ...], cuts: list[int], begins: int = 0) -> Shared:
    """What stands in the books of one person's IB at these prices, posted at each of the moments."""
    small = Small(1)
    w = small.shared()
    small.world.people["support"] = IB_SUPPORT
    verbs.start_spell(w, 0, begins, weekly(prices))
    for moment in cuts:
        verbs.accrue(w, 0, moment)
    return w


@settings(max_examples=60, deadline=None)
@given(WEEKLY, st.lists(st.integers(0, END), max_size=12), st.integers(0, 20_000))
def test_a_spell_cut_at_any_moments_posts_the_same_pence_as_one_uncut(
    prices: tuple[int, ...], cuts: list[int], begins: int
) -> None:
    moments = [begins + cut for cut in sorted(cuts)] + [begins + END]
    cut, uncut = posted(prices, moments, begins), posted(prices, moments[-1:], begins)
    assert cut.people[0].spent_pence == uncut.people[0].spent_pence
    by_payer = cut.ledger.sum(axis=(0, 3, 4))
    assert np.array_equal(by_payer, uncut.ledger.sum(axis=(0, 3, 4)))
    # each payer pays whole weeks at the weekly price and the minutes of the last one, in whole pence
    for payer, price in zip(PAYERS, prices, strict=False):
        assert by_payer[payer, BUYS[payer]] == END * price // WEEK_MINUTES
    assert by_payer[Stream.ASC, Category.PAYMENT_SUPPORT] == END * prices[-1] // WEEK_MINUTES
    assert cut.ledger.sum() == cut.people[0].spent_pence == cut.posted[0]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(WEEKLY, st.integers(0, 60 * DAY_MINUTES)), min_size=1, max_size=5))
def test_spells_one_after_the_other_add_up(spells: list[tuple[tuple[int, ...], int]]) -> None:
    small = Small(1)
    w = small.shared()
    small.world.people["support"] = IB_SUPPORT
    at, due = 0, 0
    for prices, lasts in spells:
        verbs.start_spell(w, 0, at, weekly(prices))
        at += lasts
        verbs.accrue(w, 0, at)
        due += sum(lasts * price // WEEK_MINUTES for price in prices)
    assert w.people[0].spent_pence == due == w.ledger.sum()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 3_000), min_size=3, max_size=3),
    st.lists(st.integers(0, 3_000), min_size=3, max_size=3),
    st.lists(st.integers(1, 40 * DAY_MINUTES), min_size=1, max_size=6),
)
def test_services_bought_from_several_purses_leave_each_payer_its_whole_pence(
    streams: list[int], services: list[int], lasts: list[int]
) -> None:
    small = Small(1)
    w = small.shared()
    small.world.people["support"] = IB_SUPPORT
    # the council pays what the streams' money does not reach
    prices = (sum(services), *streams, 0, 0)
    for category, pence in zip(
        (Category.LEISURE, Category.MAINSTREAM, Category.UNSPENT), services, strict=True
    ):
        w.bought[0, category] = pence
    verbs.start_spell(w, 0, 0, weekly(prices))
    at = 0
    for minutes in lasts:
        at += minutes
        verbs.accrue(w, 0, at)
    for payer, price in zip(PAYERS, prices, strict=False):
        assert w.ledger[:, payer].sum() == at * price // WEEK_MINUTES


def test_the_ledger_is_the_sum_over_people_and_payers() -> None:
    small = Small(25)
    people, w = small.world.people, small.shared()
    people["support"] = np.where(np.arange(people.size) % 3 == 0, IB_SUPPORT, CONVENTIONAL_SUPPORT)
    people["has_package"] = np.arange(people.size) % 5 > 0
    dice = np.random.default_rng(3)
    prices = dice.integers(0, 90_000, (people.size, 6))
    for p in range(people.size):
        verbs.start_spell(w, p, int(dice.integers(0, 9_000)), weekly(tuple(prices[p])))
    verbs.accrue_all(w, 400 * DAY_MINUTES, np.arange(people.size, dtype=np.int32))
    length = 400 * DAY_MINUTES - people["spell_since"].astype(np.int64)
    own = (length[:, None] * prices) // WEEK_MINUTES
    assert np.array_equal(people["spent_pence"], own.sum(axis=1))
    for arm, support in ((0, CONVENTIONAL_SUPPORT), (1, IB_SUPPORT)):
        for group in range(4):
            here = (people["support"] == support) & (people["group"] == group)
            for place, payer in enumerate(PAYERS):
                for category, chosen in (
                    (BUYS[payer], here & people["has_package"]),
                    (Category.OTHER_SUPPORT, here & ~people["has_package"]),
                ):
                    assert w.ledger[:, payer, category, group, arm].sum() == own[chosen, place].sum()
            support_pence = w.ledger[:, Stream.ASC, Category.PAYMENT_SUPPORT, group, arm].sum()
            assert support_pence == own[here, 5].sum()
    assert w.ledger.sum() == people["spent_pence"].sum() == w.posted[0]
    assert not w.ledger[:, Stream.DFG].any()


def test_nobody_pays_for_support_that_is_not_there() -> None:
    small = Small(1)
    w = small.shared()
    verbs.start_spell(w, 0, 0, weekly((1, 2, 3, 4, 5, 6)))
    verbs.accrue(w, 0, END)
    assert not w.ledger.any()
    assert small.world.people["posted_until"][0] == 0


def test_a_sum_and_a_fee_go_to_their_payer_and_arm() -> None:
    small = Small(1)
    people, w = small.world.people, small.shared()
    people["support"], people["arm"] = CONVENTIONAL_SUPPORT, 1
    verbs.pay(w, 2, DAY_MINUTES, Stream.DFG, Category.ADAPTATION, 700_001)
    verbs.fee(w, 2, DAY_MINUTES, Category.PANEL, 99)
    # a sum goes with the support in place, a fee with the way that the person is on
    assert w.ledger[:, Stream.DFG, Category.ADAPTATION, 2, 0].sum() == 700_001
    assert w.ledger[:, Stream.ASC, Category.PANEL, 2, 1].sum() == 99
    assert people["spent_pence"][2] == w.ledger.sum() == 700_100


def test_visits_cost_what_table_7_2_prints_for_them() -> None:
    printed = {"IB": (16, 20, 24, 16), "conventional": (8, 10, 25, 10)}
    found = visits_weekly(filled(FinanceSettings, None, evidence()))
    assert found[:, 1] == pytest.approx(printed["IB"], abs=1e-4)
    assert found[:, 0] == pytest.approx(printed["conventional"], abs=1e-4)


def test_pay_is_posted_to_the_penny_with_its_premiums() -> None:
    levers = filled(FinanceSettings, {"overtime_premium_percent": 50.0, "agency_premium_percent": 20.0})
    hours = np.zeros((len(Desk), 3))
    hours[Desk.OT] = 10, 2, 5
    ledger = Payroll(levers).month(hours, np.ones((len(Desk), len(PAID_TIME), 4, 2)))
    rate = 100 * evidence().value("occupational-therapist-gbp-per-hour")
    assert ledger.sum() == round(rate * (10 + 2 * 1.5 + 5 * 1.2))
    assert ledger[list(CARE_MANAGEMENT_TIME)].sum() == ledger.sum()
    for category, hours_paid in ((Category.OVERTIME_PREMIUM, 2 * 0.5), (Category.AGENCY_PREMIUM, 5 * 0.2)):
        assert ledger[category].sum() == pytest.approx(rate * hours_paid, abs=4), category.name
        assert np.ptp(ledger[category]) <= 1
    for category in PAID_TIME:
        assert ledger[category].sum() == pytest.approx(rate * 17 / len(PAID_TIME), abs=4), category.name


def test_pay_follows_the_minutes_and_planners_have_a_category_of_their_own() -> None:
    levers = filled(
        FinanceSettings, {"care_coordinator_gbp_per_hour": 10.0, "support_planner_gbp_per_hour": 8.0}
    )
    hours, minutes = np.zeros((len(Desk), 3)), np.zeros((len(Desk), len(PAID_TIME), 4, 2))
    hours[Desk.COORDINATOR, 0], hours[Desk.PLANNER, 0] = 3.0, 2.0
    minutes[Desk.COORDINATOR, 0, 3, 0] = 60.0
    minutes[Desk.COORDINATOR, 7, 1, 1] = 120.0
    minutes[Desk.PLANNER, 1, 2, 1] = minutes[Desk.PLANNER, 8, 2, 1] = 60.0
    ledger = Payroll(levers).month(hours, minutes)
    wanted = np.zeros_like(ledger)
    wanted[Category.ASSESSMENT_TIME, 3, 0] = 1_000
    wanted[Category.TRAVEL_TIME, 1, 1] = 2_000
    wanted[Category.SUPPORT_PLANNERS, 2, 1] = 1_600
    assert np.array_equal(ledger, wanted)


def test_every_desk_has_its_own_price() -> None:
    prices = {
        "care_coordinator": 1.0, "access_team": 2.0, "support_planner": 4.0,
        "reviewing_officer": 8.0, "team_manager": 16.0, "occupational_therapist": 32.0,
    }  # fmt: skip
    levers = filled(FinanceSettings, {f"{desk}_gbp_per_hour": price for desk, price in prices.items()})
    minutes = np.ones((len(Desk), len(PAID_TIME), len(GROUPS), 2))
    for desk, price in zip(Desk, (1, 2, 4, 8, 16, 32), strict=True):
        hours = np.zeros((len(Desk), 3))
        hours[desk, 0] = 1.0
        assert Payroll(levers).month(hours, minutes).sum() == 100 * price, desk.name
