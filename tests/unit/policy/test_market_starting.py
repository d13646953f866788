"""The market's first day: prices that come to the average, the council's list, newcomers, who goes where."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ibsim.draws import Draws
from ibsim.policy.market import MarketSettings, room, starting
from ibsim.policy.market.books import Books
from ibsim.policy.market.fortunes import Month
from ibsim.policy.market.providers import NEWCOMER, UNITS, Made, make
from ibsim.policy.market.standing import NEVER
from ibsim.policy.market.verbs import COVER, N_SOLD, OPEN, REF
from ibsim.units import GROUPS
from ibsim.words import Category
from tests.unit.policy.deployed import near
from tests.unit.policy.filling import filled
from tests.unit.policy.small import Small, evidence

DEMAND = np.array([4_000.0 * unit for unit in UNITS])
"""Four thousand units a week of each service: several providers of most."""
HOME_CARE = int(Category.HOME_CARE)
IN_HOUSE = {"in_house_home_care_percent": 25.0, "in_house_price_multiple": 1.8}


def made(levers: dict[str, Any], ib_share: float = 0.1) -> tuple[MarketSettings, Made]:
    """The providers that these levers make."""
    settings = filled(MarketSettings, levers, evidence())
    return settings, make(settings, DEMAND, Draws(7, 0), ib_share)


def started(levers: dict[str, Any]) -> Made:
    """The same once prices, capacity and the council's list are set, each as full as it is large."""
    return first_month(levers).made


def first_month(levers: dict[str, Any]) -> Month:
    """Those providers with their books."""
    settings, of = made(levers)
    months = Month(of, Books.empty(of.market.size, 3, 36), Draws(7, 0))
    starting.set_prices(months, settings, of.nominal)
    starting.calibrate(months, settings, of.nominal)
    return months


def test_an_hour_costs_the_average_though_the_councils_own_are_dearer() -> None:
    of = started({"providers": IN_HOUSE})
    here = (of.market["service"] == HOME_CARE) & (of.nominal > 0)
    own = of.market["in_house"][here]
    prices, money = of.market["price"][here].astype(float), of.nominal[here]
    assert prices[own] / prices[~own][0] == pytest.approx(1.8, rel=1e-3)
    # `nominal` is what money bought at the average price: it buys fewer of the dearer hours
    average = of.shops[HOME_CARE, REF]
    assert money.sum() * average / (money * average / prices).sum() == pytest.approx(average, rel=1e-3)


def test_everybody_begins_with_books_that_balance() -> None:
    money = {"margin_percent": 2.0, "margin_sigma_percent": 4.0, "reserve_weeks": 6.0}
    rest = {
        "reserve_weeks_sigma": 0.0,
        "capacity_headroom_percent": 20.0,
        "in_house_fixed_cost_percent": 70.0,
    }
    sold = {"agency_private_percent": 25.0, "day_centre_private_percent": 10.0}
    of = first_month({"providers": IN_HOUSE | money | rest | sold})
    there = (of.ids > COVER) & (of.market["state"] == OPEN)
    own, home = of.market["in_house"][there], of.market["service"][there] == HOME_CARE
    total, private = of.first_volume[there], of.market["private"][there]
    # to the part of a unit: these are thousands
    assert private / total == pytest.approx(np.where(own, 0.0, np.where(home, 0.25, 0.1)), abs=1e-3)
    assert of.market["capacity"][there] / total == pytest.approx(np.full(total.size, 1.2), rel=1e-3)
    cost = of.fixed[there] + of.variable[there] * total
    income = total * of.market["price"][there] / of.unit[there]
    margin = of.margin[there]
    assert cost * (1 + margin) == pytest.approx(income, rel=1e-9)
    # nobody begins at a loss, some with nothing over; the council's own services are to cover their cost
    assert margin.min() == 0.0 < margin.max() < 0.3 and (margin > 0).sum() > 2 and not margin[own].any()
    assert of.fixed[there][own] / cost[own] == pytest.approx(0.7)
    assert of.reserves[there] / cost == pytest.approx(np.where(own, 0.0, 6.0), rel=1e-9)
    closed = (of.ids > COVER) & (of.market["state"] != OPEN)
    assert not of.first_volume[closed].any() and not of.market["capacity"][closed].any()


def test_blocks_end_within_a_term_from_the_first_month_on() -> None:
    of = first_month({"contracts": {"block_term_years": 2.0}})
    of.market["block"][::2] = 60
    settings = filled(MarketSettings, {"contracts": {"block_term_years": 2.0}}, evidence())
    starting.set_block_ends(of, settings.contracts)
    with_block, without = of.block_ends[::2], of.block_ends[1::2]
    assert with_block.min() >= 1 and with_block.max() <= 24 and np.unique(with_block).size > 4
    assert (without == NEVER).all()


@pytest.mark.parametrize("service", range(1, N_SOLD))
def test_the_list_of_every_service_holds_its_share_of_the_capacity(service: int) -> None:
    of = started({"contracts": {"preferred_list": "on", "preferred_list_volume_percent": 50.0}})
    here = (of.market["service"] == service) & (of.market["state"] == OPEN) & ~of.market["in_house"]
    capacity, listed = of.market["capacity"][here], of.market["listed"][here]
    share = (capacity * listed).sum() / capacity.sum()
    # whoever passes the half is on the list
    assert 0.5 <= share <= 0.5 + capacity.max() / capacity.sum()
    quality = of.market["quality"][here]
    assert listed.all() or quality[listed].min() > quality[~listed].max()


@pytest.mark.parametrize(("preferred", "off"), [("on", 0.1), ("off", 0.0)])
def test_a_list_has_its_discount_where_there_is_one(preferred: str, off: float) -> None:
    contracts = {"preferred_list": preferred, "preferred_list_discount_percent": 10.0}
    settings = filled(MarketSettings, {"contracts": contracts}, evidence())
    assert room.rules(settings)["list_discount"] == off


def test_newcomers_take_nothing_before_they_come() -> None:
    share = 0.3
    _, of = made({"providers": IN_HOUSE}, share)
    here = of.market["service"] == HOME_CARE
    new = of.market["size"] == NEWCOMER
    assert (of.nominal[new] == 0).all() and (of.market["state"][new] != OPEN).all()
    # of the budgets' draw the council's own services have the share that Table 5.6 gives them
    draw, own = np.exp(of.market["budget_weight"]), of.market["in_house"]
    inside, outside = draw[here & own].sum(), draw[here & ~own & ~new].sum()
    assert inside / (inside + outside) == pytest.approx(share, rel=1e-9)


def test_as_many_use_a_day_centre_in_either_arm_as_the_levers_say() -> None:
    percents = {"conventional": 30.0, "ib": 70.0}
    columns = ("day_care", "supported_living")
    unlisted = {
        f"{c}_{arm}_percent": dict.fromkeys(GROUPS, p) for c in columns for arm, p in percents.items()
    }
    world = Small(500).world
    room.fill(world, filled(MarketSettings, {"unlisted": unlisted}, evidence()))
    for column in columns:
        bits = world.people[column]
        assert near(bits & 1, 0.3) and near(bits >> 1 & 1, 0.7), column
        # the same inclination in both arms
        assert (bits[bits & 1 == 1] == 3).all()


def test_cover_and_assistants_are_on_nobodys_list() -> None:
    of = started({"contracts": {"preferred_list": "on", "preferred_list_volume_percent": 100.0}})
    assert not of.market["listed"][: COVER + 1].any()
