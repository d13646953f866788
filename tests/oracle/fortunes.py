"""How providers fare, month by month: what they earn and spend, and what they do about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf, log
from typing import TYPE_CHECKING, NamedTuple

from ibsim.units import DAYS_PER_MONTH
from ibsim.words import Category
from tests.oracle.blocks import close_blocks
from tests.oracle.opening import LEAST_USED, fixed_share
from tests.oracle.providers import PLACED, UNIT, Kind, Provider, State, Terms

if TYPE_CHECKING:
    from tests.oracle.council import Council

YEAR = 12
AGENCIES = (Kind.SMALL, Kind.MEDIUM, Kind.LARGE, Kind.LISTED, Kind.NEWCOMER)


class When(NamedTuple):
    """A counted month and its year, the day on whose morning it is closed, its length, and if a year ends."""

    month: int
    year: int
    day: int
    days: int
    ends_year: bool


@dataclass
class Turn:
    """What follows from a month: money to post, blocks renewed, who gives notice and who closes."""

    in_house_pence: int = 0
    grant_pence: int = 0
    renewed: dict[int, int] = field(default_factory=dict)
    give_notice: list[int] = field(default_factory=list)
    close: list[int] = field(default_factory=list)
    ends_year: bool = False


@dataclass
class Account:
    """A provider's month."""

    cost: float = 0.0
    income: float = 0.0
    volume: float = 0.0


def close_month(council: Council, when: When) -> Turn:
    """Close a month: the books first, then what providers do in answer to them."""
    market, turn, weeks = council.market, Turn(ends_year=when.ends_year), when.days / 7
    _closures_due(council, turn, when.day)
    accounts = {one.number: _account(council, one, when) for one in market.providers}
    for one in market.providers:
        if one.in_house:
            what, pence = "in_house", _in_house(council, one, accounts[one.number])
            turn.in_house_pence += pence
        else:
            what, pence = "grant", _grant(council, one, accounts[one.number])
            turn.grant_pence += pence
        market.books.months[what, one.number, when.month] = pence
    for one in market.providers:
        account = accounts[one.number]
        idle = 0.0
        if one.is_real and not one.in_house and one.is_alive:
            # what goes beyond the reserves that a provider means to hold is its owners'
            after = one.reserves + account.income - account.cost
            one.reserves = min(after, max(one.first_reserves, one.reserves))
            # block hours that are paid and idle carry their part of the costs: prices need not
            idle = one.idle_block * when.days / 7
        one.year_cost += account.cost + one.variable * idle
        one.year_volume += account.volume + idle
        _write_down(council, one, account, when)
    for one in market.providers:
        _adapt(council, one, accounts[one.number].cost / max(weeks, 1e-9))
    _exits(council, turn, when)
    _newcomers(council, when)
    turn.renewed = close_blocks(council, when.month, when.ends_year)
    for what, searches in (("asked", market.asked), ("refused", market.refused)):
        for service, number in searches.items():
            market.books.months[what, int(service), when.month] = number
        searches.clear()
    gained, scarcity = market.pool.month(council.levers.market.assistants)
    market.books.labour[when.month] = market.pool.wage, scarcity
    _lose_staff(council, gained)
    if when.ends_year:
        _review_prices(council)
    for one in market.providers:
        market.books.stands["state", one.number, when.year] = one.state
    return turn


def _write_down(council: Council, one: Provider, account: Account, when: When) -> None:
    """A provider's month goes into its books of the year."""
    stands, number = council.market.books.stands, one.number
    for what, value in (("income", account.income), ("cost", account.cost), ("volume", account.volume)):
        stands[what, number, when.year] = stands.get((what, number, when.year), 0.0) + value
    stands["reserves", number, when.year] = one.reserves
    stands["price", number, when.year] = one.price


def _account(council: Council, one: Provider, when: When) -> Account:
    """What a provider has sold, earned and spent in a month."""
    matching, market = council.levers.market.matching, council.market
    weeks = when.days / 7
    if not (one.is_alive and one.is_real):
        one.owed = 0.0
        return Account()
    volume = one.taken * weeks
    short = one.used[Terms.BUDGET] * weeks * matching.short_notice_percent / 100
    cost = one.fixed * weeks + one.variable * volume
    cost += one.variable * short * matching.short_notice_cost_percent / 100
    cost += one.holders * matching.ib_invoices_per_month * matching.invoice_gbp * 100
    from_budgets = market.paid[one.number, when.month, True]
    paid = from_budgets + market.paid[one.number, when.month, False]
    owed = from_budgets / max(weeks, 1e-9) * matching.late_payment_weeks
    private = one.private * weeks * one.price / UNIT[one.service]
    income = paid + market.books.months["void", one.number, when.month] + private
    income += -from_budgets * matching.unpaid_percent / 100 - (owed - one.owed)
    one.owed = owed
    return Account(cost, income, volume)


def _in_house(council: Council, one: Provider, account: Account) -> int:
    """The council meets what its own services' hours do not cover, until the overheads have run down."""
    support = council.levers.market.support
    if one.state == State.CLOSED and one.runs_down:
        account.cost += one.fixed * DAYS_PER_MONTH / 7
        one.fixed = max(one.fixed - one.first_fixed / max(support.in_house_rundown_months, 1.0), 0.0)
        one.runs_down = one.fixed > 0
    if support.in_house != "keep" and one.state == State.OPEN:
        one.state, one.closes_on, one.runs_down = State.CLOSING, 0, support.in_house == "close"
    met = round(account.cost - account.income)
    account.income += met
    return met


def _grant(council: Council, one: Provider, account: Account) -> int:
    """A transitional grant meets part of a loss where volume has fallen, for so many months a provider."""
    support = council.levers.market.support
    losing = one.is_independent and account.income < account.cost and one.taken < one.first_volume
    if support.transition_grant_percent <= 0 or not losing:
        return 0
    if one.months_granted >= support.transition_grant_months:
        return 0
    grant = round((account.cost - account.income) * support.transition_grant_percent / 100)
    account.income += grant
    one.months_granted += 1
    return grant


def _adapt(council: Council, one: Provider, weekly_cost: float) -> None:
    """Fixed cost is shed slowly, lost hours are replaced elsewhere, and who is in trouble cuts capacity."""
    if not one.is_independent:
        one.in_trouble = False
        return
    own, taken = council.levers.market.fortunes, float(one.taken)
    fits = one.first_fixed * min(taken / max(one.first_volume, 1.0), 1.0)
    one.fixed -= max(one.fixed - fits, 0.0) * own.fixed_cost_shed_percent_per_year / 100 / YEAR
    council_hours = one.first_volume - one.first_private
    lost = max(council_hours - (taken - one.private), 0.0) - (one.private - one.first_private)
    one.private += round(max(lost, 0.0) * own.diversification_percent_per_year / 100 / YEAR)
    trouble = one.reserves < own.capacity_cut_trigger_weeks * weekly_cost
    if trouble and not one.in_trouble:
        smaller = round(one.capacity * (1 - own.capacity_cut_percent / 100))
        one.capacity = min(one.capacity, max(smaller, one.promised))
    one.in_trouble = trouble


def _exits(council: Council, turn: Turn, when: When) -> None:
    """Providers without reserves close, and a few for reasons of their own; they give notice first."""
    own = council.levers.market.fortunes
    monthly = 1 - (1 - own.base_exit_percent_per_year / 100) ** (1 / YEAR)
    notice = round(own.closure_notice_weeks * 7)
    for one in council.market.providers:
        reasons = council.draws.uniform("provider closes", one.number, when.month) < monthly
        leaves = one.is_independent and (one.reserves <= 0 or reasons)
        if leaves or (one.in_house and one.closes_on == 0):
            one.state, one.closes_on = State.CLOSING, when.day + notice
            turn.give_notice.append(one.number)
            council.market.books.years["exits", one.number, when.year] += leaves
    if notice == 0:
        _closures_due(council, turn, when.day)


def _closures_due(council: Council, turn: Turn, day: int) -> None:
    """Those whose notice has run out close; nobody pays their blocks any longer."""
    for one in council.market.providers:
        if one.state == State.CLOSING and 0 < one.closes_on <= day:
            one.state, one.block, one.private, one.block_ends = State.CLOSED, 0, 0, inf
            if not one.in_house:
                one.fixed = 0.0
            turn.close.append(one.number)


def _newcomers(council: Council, when: When) -> None:
    """Where searches are in vain two months running a newcomer opens later; others take on staff at once."""
    market, own, month = council.market, council.levers.market.fortunes, when.month
    for service in PLACED:
        short = market.refused[service] > market.asked[service] * own.entry_trigger_percent / 100
        coming = any(where == service for _, where in market.opens)
        if short and market.was_short[service] and not coming:
            market.opens.append((month + max(round(own.entry_months), 1), service))
        market.was_short[service] = short
        for one in market.sellers[service] if short else []:
            if one.is_independent and not one.in_trouble:
                more = one.capacity * own.capacity_growth_percent_per_year / 100 / YEAR
                one.capacity += round(more)
    for opening in [opening for opening in market.opens if opening[0] <= month]:
        market.opens.remove(opening)
        _open_one(council, opening[1], when.year)


def _open_one(council: Council, service: Category, year: int) -> None:
    """A small provider opens at its rivals' mean price, if a name is left for it."""
    market, own = council.market, council.levers.market.providers
    free = [o for o in market.sellers[service] if o.state == State.NOT_YET and o.kind == Kind.NEWCOMER]
    rivals = [one for one in market.sellers[service] if one.is_independent]
    if not free:
        return
    one, unit = free[0], UNIT[service]
    capacity = (
        unit
        * {
            Category.HOME_CARE: own.agency_small_hours,
            Category.DAY_CARE: own.day_centre_places,
            Category.SUPPORTED_LIVING: own.supported_living_hours,
            Category.MEALS: own.meals_per_week,
        }[service]
    )
    price = sum(o.price for o in rivals) / len(rivals) if rivals else market.first_prices[service]
    reckons_with = council.levers.market.fortunes.newcomer_use_percent / 100
    expected, fixed = max(reckons_with, LEAST_USED) * capacity, fixed_share(one, own)
    one.margin = own.margin_percent / 100
    cost = expected * price / unit / (1 + one.margin)
    one.price = one.first_price = round(price)
    one.capacity, one.weight = round(capacity), log(capacity)
    one.budget_weight = one.weight
    one.fixed = one.first_fixed = fixed * cost
    one.variable, one.first_volume = (1 - fixed) * cost / expected, expected
    one.reserves = one.first_reserves = own.reserve_weeks * cost
    one.state = State.OPEN
    market.books.years["entries", one.number, year] += 1


def _lose_staff(council: Council, gained: float) -> None:
    """Some of the hours that assistants gain are those of staff who leave agencies."""
    lost = gained * council.levers.market.assistants.from_agencies_percent / 100
    agencies = [
        one
        for one in council.market.sellers[Category.HOME_CARE]
        if one.kind in AGENCIES and one.state == State.OPEN
    ]
    total = sum(one.capacity for one in agencies)
    if lost > 0 and total > 0:
        for one in agencies:
            one.capacity -= round(min(lost / total, 1.0) * one.capacity)


def _review_prices(council: Council) -> None:
    """Once a year prices follow unit cost, part of the way and not beyond the largest rise."""
    own, market = council.levers.market.fortunes, council.market
    for one in market.providers:
        if one.is_independent and one.year_volume > 0:
            cost = one.year_cost / one.year_volume * UNIT[one.service]
            wanted = cost * (1 + one.margin) / one.price - 1
            most = own.price_rise_most_percent / 100
            step = min(max(own.price_response_share * wanted, -most), most)
            one.price = max(round(one.price * (1 + step)), 1)
        one.year_cost = one.year_volume = 0.0
    market.pool.pay_new_wage()
