"""How a provider fares when its volume falls, against arithmetic by hand."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibsim.policy.market.verbs import CLOSED, OPEN
from tests.unit.policy.market_alone import DAYS, FIXED_SHARE, PLACES, PRICE, WEEKLY, Alone, when

LOST = 25
"""Attendances a week that leave: a quarter of the centre's."""
WEEKLY_LOSS = FIXED_SHARE * PRICE * LOST
"""Their income goes, and the part of the cost that follows attendances with it: 600 pounds a week."""


def month_of_ruin(reserves: float, weekly_loss: float) -> int:
    """The first month by whose end the losses have eaten the reserves; -1 if none has."""
    days = accumulate(DAYS)
    return next((month for month, past in enumerate(days) if past / 7 * weekly_loss >= reserves), -1)


def test_losing_a_quarter_of_its_users_raises_a_centres_unit_cost_as_fixed_costs_say() -> None:
    centre = Alone(1e6)
    assert centre.unit_cost(0) == pytest.approx(PRICE, abs=0.005)
    centre.attend(PLACES - LOST)
    # 2,400 pounds a week stay, spread over 75 attendances instead of 100, and 16 go with each: 48 for 40
    assert centre.unit_cost(1) == pytest.approx(
        FIXED_SHARE * WEEKLY / 75 + (1 - FIXED_SHARE) * PRICE, abs=0.01
    )
    centre.attend(PLACES / 2)
    # the centre left half full (section 15.4.5): 48 of fixed cost a head instead of 24
    assert centre.unit_cost(2) == pytest.approx(64, abs=0.01)


def test_a_provider_alone_closes_at_the_month_end_at_which_its_reserves_are_gone() -> None:
    # 10,000 pounds last 16.7 weeks at 600 a week: April to June have 13 weeks, July ends after 17.4
    assert month_of_ruin(10_000, WEEKLY_LOSS) == 3
    centre = Alone(10_000)
    assert centre.last_month(PLACES - LOST) == 3
    assert centre.market["state"][centre.row] == CLOSED  # there was no notice to give
    assert centre.books.exits[centre.row].tolist() == [1, 0, 0]


@settings(max_examples=60, deadline=None)
@given(st.integers(500, 60_000), st.integers(1, 60))
def test_reserves_are_gone_when_arithmetic_says(reserves: int, lost: int) -> None:
    loss = FIXED_SHARE * PRICE * lost
    found = Alone(float(reserves)).last_month(PLACES - lost)
    # whole pence each month: a reserve that is gone to within a pound may last one month end longer
    assert found in {month_of_ruin(reserves - 1, loss), month_of_ruin(reserves + 1, loss)}


def test_a_provider_that_keeps_its_users_lives() -> None:
    centre = Alone(1_000)
    assert centre.last_month(PLACES) == -1
    assert centre.market["state"][centre.row] == OPEN
    assert centre.reserves == pytest.approx(1_000, abs=1)


def test_a_grant_delays_the_closure_at_its_price_and_a_whole_one_prevents_it() -> None:
    ends = {}
    for percent in (0.0, 0.5, 50.0, 100.0):
        support = {"transition_grant_percent": percent, "transition_grant_months": 36.0}
        centre = Alone(10_000, {"support": support})
        ends[percent] = centre.last_month(PLACES - LOST)
        lived = sum(DAYS[: ends[percent] + 1] if ends[percent] >= 0 else DAYS) / 7
        grants = centre.books.grant_pence[centre.row].sum() / 100
        assert grants == pytest.approx(lived * WEEKLY_LOSS * percent / 100, abs=1)
    # half of the loss is left: the reserves last twice as long
    assert ends == {0.0: 3, 0.5: 3, 50.0: month_of_ruin(10_000, WEEKLY_LOSS / 2), 100.0: -1}


def test_a_grant_ends_with_its_months() -> None:
    support = {"transition_grant_percent": 100.0, "transition_grant_months": 6.0}
    centre = Alone(10_000, {"support": support})
    last = centre.last_month(PLACES - LOST)
    # six months without loss, and then the same 16.7 weeks from October on
    assert sum(DAYS[6:last]) / 7 * WEEKLY_LOSS < 10_000 <= sum(DAYS[6 : last + 1]) / 7 * WEEKLY_LOSS


@pytest.mark.parametrize(("share", "most"), [(1.0, 50.0), (0.5, 50.0), (1.0, 5.0)])
def test_a_price_follows_unit_cost_part_of_the_way_and_not_beyond_its_limit(
    share: float, most: float
) -> None:
    centre = Alone(1e6, {"fortunes": {"price_response_share": share, "price_rise_most_percent": most}})
    centre.attend(PLACES - LOST)
    for month in range(12):
        assert centre.market["price"][centre.row] == PRICE * 100
        centre.close(month)
    # unit cost is 48, a fifth above the price
    assert centre.market["price"][centre.row] / 100 == pytest.approx(
        PRICE * (1 + min(share * 0.2, most / 100))
    )


def test_a_loss_in_sight_of_its_end_makes_a_provider_cut_its_capacity_once() -> None:
    levers = {"fortunes": {"capacity_cut_percent": 20.0, "capacity_cut_trigger_weeks": 3.0}}
    centre = Alone(20_000, levers)
    centre.attend(PLACES - LOST)
    capacity = [int(centre.market["capacity"][centre.row]) / 1000]
    for month in range(7):
        centre.close(month)
        capacity.append(int(centre.market["capacity"][centre.row]) / 1000)
    # reserves fall below three weeks of 3,600 pounds after 15.3 weeks, in July
    assert capacity == [120.0] * 4 + [96.0] * 4


def test_a_cut_takes_on_no_staff_where_more_is_promised_than_staff_can_give() -> None:
    levers = {"fortunes": {"capacity_cut_percent": 20.0, "capacity_cut_trigger_weeks": 500.0}}
    centre = Alone(20_000, levers)
    # half of the staff have left meanwhile; whoever attends still does
    centre.market["capacity"][centre.row] = PLACES // 2 * 1000
    centre.close(0)
    assert centre.market["capacity"][centre.row] == PLACES // 2 * 1000


def test_fixed_cost_is_shed_slowly_and_other_customers_are_found() -> None:
    levers = {
        "fortunes": {"fixed_cost_shed_percent_per_year": 24.0, "diversification_percent_per_year": 12.0}
    }
    centre = Alone(1e6, levers)
    centre.attend(PLACES - LOST)
    first = centre.months.fixed[centre.row]
    centre.close(0)
    # a quarter of the fixed cost could go: 2 percent of that in a month; and 1 percent of lost hours return
    assert centre.months.fixed[centre.row] == pytest.approx(first * (1 - 0.25 * 0.02), rel=1e-9)
    assert centre.market["private"][centre.row] == round(0.01 * LOST * 1000)


def test_late_and_missing_payment_invoices_and_short_notice_cost_what_the_levers_say() -> None:
    levers = {
        "matching": {
            "invoice_gbp": 2.0, "ib_invoices_per_month": 2.0, "unpaid_percent": 5.0,
            "late_payment_weeks": 4.0, "short_notice_percent": 10.0, "short_notice_cost_percent": 50.0,
        }
    }  # fmt: skip
    centre = Alone(1e6, levers)
    row, weeks = centre.row, DAYS[0] / 7
    centre.market["spot"][row], centre.market["budget"][row] = 0, PLACES * 1000
    centre.market["holders"][row] = 40
    paid = np.zeros((centre.market.size, 2), np.int64)
    paid[row, 1] = round(WEEKLY * 100 * weeks)
    for month in (0, 1):
        centre.months.close(centre.settings, paid, DAYS[0], when(month))
    income, cost = centre.books.income[row, 0] / 100, centre.books.cost[row, 0] / 100
    # in two months: 5 percent never paid; four weeks' income always outstanding, not paid yet
    assert income == pytest.approx(2 * weeks * WEEKLY * 0.95 - 4 * WEEKLY, abs=1)
    variable = (1 - FIXED_SHARE) * WEEKLY
    assert cost == pytest.approx(2 * (weeks * (WEEKLY + variable * 0.1 * 0.5) + 40 * 2 * 2), abs=1)
