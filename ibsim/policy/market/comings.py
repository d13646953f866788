"""Providers that come and go: who gives notice, who closes, who opens, who takes on staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ibsim.policy.market.providers import NEWCOMER, UNITS
from ibsim.policy.market.settings import Fortunes, MarketSettings
from ibsim.policy.market.standing import NEVER, YEAR_MONTHS, Standing, Turn, When
from ibsim.policy.market.starting import LEAST_PART
from ibsim.policy.market.verbs import (
    ASKED,
    CLOSED,
    CLOSING,
    FIRST,
    LAST,
    N_SOLD,
    NOT_YET,
    OPEN,
    REF,
    REFUSED,
)

if TYPE_CHECKING:
    pass


def exits(of: Standing, settings: MarketSettings, turn: Turn, when: When) -> None:
    """Providers without reserves close, and a few for reasons of their own; they give notice first."""
    month, year, day = when.month, when.year, when.day
    market, fortunes = of.market, settings.fortunes
    outside = of.outside
    monthly = 1 - (1 - fortunes.base_exit_percent_per_year / 100) ** (1 / YEAR_MONTHS)
    own_reasons = of.draws.uniform("provider closes", of.ids, month) < monthly
    leaving = outside & ((of.reserves <= 0) | own_reasons)
    market["state"][leaving] = CLOSING
    notice = round(fortunes.closure_notice_weeks * 7)
    of.closes_on[leaving] = day + notice
    of.books.exits[leaving, year] += 1
    in_house = market["in_house"] & (of.closes_on == 0)
    of.closes_on[in_house] = day + notice
    turn.gives_notice = np.flatnonzero(leaving | in_house).astype(np.int64)
    if notice == 0:
        closures_due(of, turn, day)


def closures_due(of: Standing, turn: Turn, day: int) -> None:
    """Those whose notice has run out close; nobody pays their blocks any longer."""
    due = (of.market["state"] == CLOSING) & (of.closes_on > 0) & (of.closes_on <= day)
    of.market["state"][due] = CLOSED
    of.market["block"][due] = 0
    of.market["private"][due] = 0
    of.block_ends[due] = NEVER
    of.fixed[due & ~of.market["in_house"]] = 0.0
    turn.closes = np.concatenate([turn.closes, np.flatnonzero(due)]).astype(np.int64)


def newcomers(of: Standing, settings: MarketSettings, when: When) -> None:
    """Where searches are in vain a newcomer opens some months later."""
    fortunes, month = settings.fortunes, when.month
    for service in range(1, N_SOLD):
        asked, refused = int(of.shops[service, ASKED]), int(of.shops[service, REFUSED])
        short = refused > asked * fortunes.entry_trigger_percent / 100
        # one bad month may be chance: two in a row bring a newcomer
        coming = any(where == service for _, where in of.opens)
        if short and of.was_short[service] and not coming:
            of.opens.append((month + max(round(fortunes.entry_months), 1), service))
        of.was_short[service] = short
        if short:
            expand(of, fortunes, service)
    for due, service in [one for one in of.opens if one[0] <= month]:
        of.opens.remove((due, service))
        open_one(of, settings, service, when.year)


def expand(of: Standing, fortunes: Fortunes, service: int) -> None:
    """Providers that are not in trouble take on staff where people wait."""
    market = of.market
    able = of.outside & (market["service"] == service) & ~of.in_trouble
    more = market["capacity"] * fortunes.capacity_growth_percent_per_year / 100 / YEAR_MONTHS
    market["capacity"] += np.where(able, np.rint(more), 0).astype(np.int64)


def open_one(of: Standing, settings: MarketSettings, service: int, year: int) -> None:
    """A newcomer opens with the usual margin and reserves, at its rivals' price."""
    market, own = of.market, settings.providers
    slots = np.arange(of.shops[service, FIRST], of.shops[service, LAST])
    free = slots[(market["state"][slots] == NOT_YET) & (market["size"][slots] == NEWCOMER)]
    rivals = slots[(market["state"][slots] == OPEN) & ~market["in_house"][slots]]
    if free.size == 0:
        return
    row = int(free[0])
    sizes = (
        own.agency_small_hours,
        own.day_centre_places,
        own.supported_living_hours,
        own.meals_per_week,
    )
    capacity = sizes[service - 1] * UNITS[service]
    price = float(market["price"][rivals].mean()) if rivals.size else float(of.shops[service, REF])
    fixed = own.fixed_cost_percent.array()[service]
    of.margin[row] = own.margin_percent / 100
    expected = max(settings.fortunes.newcomer_use_percent / 100, LEAST_PART) * capacity
    cost = expected * price / UNITS[service] / (1 + of.margin[row])
    market["price"][row] = market["first_price"][row] = round(price)
    market["capacity"][row] = round(capacity)
    market["weight"][row] = market["budget_weight"][row] = np.log(capacity)
    of.fixed[row] = of.first_fixed[row] = fixed * cost
    of.variable[row] = (1 - fixed) * cost / expected
    of.first_volume[row] = expected
    of.reserves[row] = of.first_reserves[row] = own.reserve_weeks * cost
    market["state"][row] = OPEN
    of.books.entries[row, year] += 1
