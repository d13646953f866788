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
    settings, of = made(levers)
    months = Month(of, Books.empty(of.market.size, 3, 36), Draws(7, 0))
    starting.set_prices(months, settings, of.nominal)
    starting.calibrate(months, settings, of.nominal)
    return of


def test_an_hour_costs_the_average_though_the_councils_own_are_dearer() -> None:
    of = started({"providers": IN_HOUSE})
    here = (of.market["service"] == HOME_CARE) & (of.nominal > 0)
    own = of.market["in_house"][here]
    prices, money = of.market["price"][here].astype(float), of.nominal[here]
    assert prices[own] / prices[~own][0] == pytest.approx(1.8, rel=1e-3)
    # `nominal` is what money bought at the average price: it buys fewer of the dearer hours
    average = of.shops[HOME_CARE, REF]
    assert money.sum() * average / (money * average / prices).sum() == pytest.approx(average, rel=1e-3)


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
