"""What the market starts from: the money that packages hold, prices, costs, capacity and reserves."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, Any

from ibsim.words import Category
from tests.oracle.draws import Draws
from tests.oracle.people import GROUPS
from tests.oracle.providers import LEAST_MULTIPLE, MOST_PRIVATE, PLACED, UNIT, Provider, State
from tests.oracle.shares import table_of

if TYPE_CHECKING:
    from ibsim.scenario.model import Levers
    from tests.oracle.market import Market

LEAST_USED = 0.05
"""A provider is set up for this part of its nominal size at least."""


def money_at_start(levers: Levers) -> dict[Category, float]:
    """What packages at the start hold of each service, pence a week, as the levers say."""
    population, packages, own = levers.population, levers.packages, levers.market.unlisted
    named = (Category.PERSONAL_ASSISTANCE, Category.HOME_CARE, Category.MEALS)
    out: dict[Category, float] = dict.fromkeys((*named, Category.DAY_CARE, Category.SUPPORTED_LIVING), 0.0)
    for group in GROUPS:
        holders = getattr(population.clients_at_start, group)
        holders = holders * getattr(population.package_at_start_percent, group) / 100
        each = getattr(packages.conventional_services_gbp_per_week, group) * packages.council_factor
        _, pounds = table_of(levers.deployment.conventional_services, group)
        money = [holders * each * 100 * part / sum(pounds) for part in pounds]
        for place, service in enumerate(named):
            out[service] += money[place]
        for service, people, part in (
            (Category.DAY_CARE, own.day_care_conventional_percent, own.day_care_part_percent),
            (
                Category.SUPPORTED_LIVING,
                own.supported_living_conventional_percent,
                own.supported_living_part_percent,
            ),
        ):
            out[service] += money[-1] * getattr(people, group) / 100 * part / 100
    return out


def set_prices(market: Market, settings: Any) -> None:
    """Independent and in-house prices such that an hour costs the council's average over all.

    What is taken counts hours at the price of the start: the same money buys fewer of the dearer ones.
    """
    multiple = max(settings.providers.in_house_price_multiple, LEAST_MULTIPLE)
    for service in PLACED:
        mine = market.sellers[service]
        inside, everywhere = sum(o.bought for o in mine if o.in_house), sum(o.bought for o in mine)
        part = inside / everywhere if everywhere > 0 else 0.0
        price = market.first_prices[service] * (part / multiple + 1 - part)
        for one in mine:
            one.price = max(round(price * multiple if one.in_house else price), 1)
            if one.settings is not None:
                one.price = max(round(one.settings.price_gbp * 100), 1)
    for one in market.providers:
        one.first_price = one.price


def open_books(market: Market, settings: Any, draws: Draws) -> None:
    """Set private customers, capacity, costs and reserves for what is taken at the start."""
    for one in market.providers:
        _open(one, settings.providers, draws)
    _choose_list(market, settings.contracts.preferred_list_volume_percent / 100)
    market.pool.start(settings.assistants)


def _open(one: Provider, own: Any, draws: Draws) -> None:
    """One provider's books."""
    given = one.settings
    real = one.is_real and one.state == State.OPEN
    volume = max(float(one.bought), LEAST_USED * one.nominal) if real else 0.0
    one.private = round(volume * _others(one, own) / (1 - _others(one, own)))
    total = volume + one.private
    one.capacity = round(total * (1 + own.capacity_headroom_percent / 100))
    spread = own.margin_sigma_percent * draws.normal("provider margin", one.number)
    one.margin = 0.0 if one.in_house else max(own.margin_percent + spread, 0.0) / 100
    cost = total * one.price / UNIT[one.service] / (1 + one.margin)
    weeks = own.reserve_weeks * exp(own.reserve_weeks_sigma * draws.normal("provider reserves", one.number))
    one.reserves = 0.0 if one.in_house else weeks * cost
    fixed = fixed_share(one, own)
    if given is not None:
        one.capacity = round(given.capacity_per_week * UNIT[one.service])
        if given.fixed_cost_percent is not None:
            fixed = given.fixed_cost_percent / 100
        if given.reserves_gbp is not None:
            one.reserves = given.reserves_gbp * 100
    one.fixed = one.first_fixed = fixed * cost
    one.variable = (1 - fixed) * cost / total if total > 0 else 0.0
    one.first_reserves, one.first_volume, one.first_private = one.reserves, total, float(one.private)


def _others(one: Provider, own: Any) -> float:
    """The share of a provider's volume that private customers and other councils buy."""
    if one.settings is not None:
        share = one.settings.private_percent / 100
    elif one.in_house:
        share = 0.0
    elif one.service == Category.HOME_CARE:
        share = own.agency_private_percent / 100
    else:
        share = own.day_centre_private_percent / 100
    return float(min(share, MOST_PRIVATE))


def fixed_share(one: Provider, own: Any) -> float:
    """The share of a provider's costs that does not fall with volume."""
    if one.in_house:
        return float(own.in_house_fixed_cost_percent / 100)
    if one.service not in PLACED:
        return 0.0
    return float(getattr(own.fixed_cost_percent, one.service.name.lower()) / 100)


def _choose_list(market: Market, share: float) -> None:
    """The council's list where it does not say who is on it: the best-liked with part of all capacity."""
    for service in PLACED:
        rivals = [one for one in market.sellers[service] if one.is_independent]
        if any(one.listed for one in rivals):
            continue
        wanted, so_far = share * sum(one.capacity for one in rivals), 0
        for one in sorted(rivals, key=lambda one: -one.quality):
            one.listed = so_far < wanted
            so_far += one.capacity
