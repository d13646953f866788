"""Providers at the start: prices, costs, capacity, reserves, the council's list and the ends of blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ibsim.policy.market.providers import LEAST_MULTIPLE, MOST_PRIVATE, UNITS, pence_of
from ibsim.policy.market.settings import Contracts, MarketSettings
from ibsim.policy.market.standing import NEVER, YEAR_MONTHS, Floats, Standing
from ibsim.policy.market.verbs import (
    COVER,
    N_SOLD,
    OPEN,
    REF,
)
from ibsim.words import Category

if TYPE_CHECKING:
    pass

LEAST_PART = 0.05
"""Part of a provider's usual volume that it has at least: one that nobody chose needs a cost too."""
HOME_CARE = int(Category.HOME_CARE)


def set_prices(of: Standing, settings: MarketSettings, used: Floats) -> None:
    """Independent and in-house prices such that an hour costs the council's average over all."""
    market = of.market
    multiple = max(settings.providers.in_house_price_multiple, LEAST_MULTIPLE)
    for service in range(1, N_SOLD):
        here = (market["service"] == service) & (of.ids > COVER)
        inside, all_of = used[here & market["in_house"]].sum(), used[here].sum()
        # `used` counts hours at the price of the start: their money buys fewer of the dearer ones
        part = inside / all_of if all_of > 0 else 0.0
        price = of.shops[service, REF] * (part / multiple + 1 - part)
        market["price"][here] = max(round(price), 1)
        market["price"][here & market["in_house"]] = max(round(price * multiple), 1)
    for row, given in of.made.listed.items():
        market["price"][row] = pence_of(given.price_gbp)
    market["first_price"] = market["price"]


def calibrate(of: Standing, settings: MarketSettings, used: Floats) -> None:
    """Set prices, costs, capacity and reserves for what is `used` at the start (parts a week)."""
    own, market = settings.providers, of.market
    service = market["service"]
    real = (of.ids > COVER) & (market["state"] == OPEN)
    volume = np.maximum(used, LEAST_PART * of.made.nominal)
    volume[~real] = 0.0
    share = np.where(service == HOME_CARE, own.agency_private_percent, own.day_centre_private_percent) / 100
    share[market["in_house"]] = 0.0
    for row, given in of.made.listed.items():
        share[row] = given.private_percent / 100
    share = np.minimum(share, MOST_PRIVATE)
    market["private"] = np.rint(volume * share / (1 - share))
    total = volume + market["private"]
    market["capacity"] = np.rint(total * (1 + own.capacity_headroom_percent / 100))
    spread = own.margin_sigma_percent * of.draws.normal("provider margin", of.ids)
    of.margin = np.maximum(own.margin_percent + spread, 0.0) / 100
    of.margin[market["in_house"]] = 0.0
    cost = total * market["price"] / of.unit / (1 + of.margin)
    fixed = np.array(own.fixed_cost_percent.array())[service]
    fixed[market["in_house"]] = own.in_house_fixed_cost_percent / 100
    weeks = own.reserve_weeks * np.exp(own.reserve_weeks_sigma * of.draws.normal("provider reserves", of.ids))
    of.reserves = np.where(market["in_house"], 0.0, weeks * cost)
    for row, given in of.made.listed.items():
        market["capacity"][row] = round(given.capacity_per_week * UNITS[int(service[row])])
        if given.fixed_cost_percent is not None:
            fixed[row] = given.fixed_cost_percent / 100
        if given.reserves_gbp is not None:
            of.reserves[row] = given.reserves_gbp * 100
    of.fixed = of.first_fixed = fixed * cost
    of.variable = np.divide((1 - fixed) * cost, total, out=np.zeros_like(cost), where=total > 0)
    of.first_reserves = of.reserves.copy()
    of.first_volume, of.first_private = total, market["private"].astype(np.float64)
    choose_list(of, settings.contracts)
    of.pool.calibrate(settings.assistants)


def choose_list(of: Standing, contracts: Contracts) -> None:
    """The council's list where it does not say who is on it: the best-liked with part of all capacity."""
    market, share = of.market, contracts.preferred_list_volume_percent / 100
    for service in range(1, N_SOLD):
        here = np.flatnonzero(
            (market["service"] == service) & ~market["in_house"] & (market["state"] == OPEN)
        )
        if market["listed"][here].any():
            continue
        order = here[np.argsort(-market["quality"][here], kind="stable")]
        before = np.cumsum(market["capacity"][order]) - market["capacity"][order]
        market["listed"][order] = before < share * market["capacity"][here].sum()


def set_block_ends(of: Standing, contracts: Contracts) -> None:
    """Blocks at the start end at any time within a term; listed ones when the council says."""
    place = of.draws.uniform("block ends", of.ids)
    term = contracts.block_term_years * YEAR_MONTHS
    of.block_ends = np.where(of.market["block"] > 0, 1 + np.floor(place * term), NEVER).astype(np.int64)
    for row, own in of.made.listed.items():
        if own.block_per_week > 0:
            of.block_ends[row] = max(round(own.block_ends_months), 1)
