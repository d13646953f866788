"""How providers fare: costs, margins, prices, blocks, cuts, closures and newcomers, month by month."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ibsim.policy.market.assistants import Pool
from ibsim.policy.market.books import Books, alive
from ibsim.policy.market.providers import LARGE, LISTED, MEDIUM, NEWCOMER, SMALL, UNITS, Made
from ibsim.policy.market.settings import Contracts, Fortunes, MarketSettings
from ibsim.policy.market.verbs import (
    ASKED,
    CLOSED,
    CLOSING,
    COVER,
    FIRST,
    LAST,
    N_SOLD,
    NOT_YET,
    OPEN,
    REF,
    REFUSED,
    UNIT,
)
from ibsim.units import DAYS_PER_MONTH
from ibsim.words import Category

if TYPE_CHECKING:
    from ibsim.draws import Draws

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
YEAR_MONTHS = 12
NEVER = 10**6
LEAST_PART = 0.05
"""Part of a provider's usual volume that it has at least: one that nobody chose needs a cost too."""
MOST_PRIVATE = 0.95
"""Private customers' largest share: at all of it the volume that goes with a council's hours has no bound."""
HOME_CARE = int(Category.HOME_CARE)


@dataclass
class Turn:
    """What follows from a month's books: money to post, blocks renewed, who gives notice, who closes."""

    in_house_pence: int = 0
    grants_pence: int = 0
    renewed: dict[int, int] = field(default_factory=dict)
    gives_notice: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    closes: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    repriced: bool = False


class When(NamedTuple):
    """A month's number and year, the day on which it is closed, and whether a financial year ends with it."""

    month: int
    year: int
    day: int
    ends_year: bool


class Month:
    """The monthly round of all providers.  Costs are pence a week, volumes parts of a unit a week."""

    def __init__(self, made: Made, books: Books, draws: Draws) -> None:
        self.made, self.books, self.draws = made, books, draws
        self.market, self.shops = made.market, made.shops
        n = self.market.size
        self.ids = np.arange(n, dtype=np.int64)
        self.fixed, self.variable = np.zeros(n), np.zeros(n)  # pence a week; pence a part
        self.first_fixed, self.first_volume = np.zeros(n), np.zeros(n)
        self.first_private, self.first_reserves = np.zeros(n), np.zeros(n)
        self.margin, self.reserves, self.owed = np.zeros(n), np.zeros(n), np.zeros(n)
        self.block_ends, self.closes_on = np.full(n, NEVER), np.full(n, NEVER)
        self.used_in_block, self.months_in_block = np.zeros(n), np.zeros(n)
        self.granted, self.in_trouble = np.zeros(n), np.zeros(n, dtype=np.bool_)
        self.releases: list[tuple[int, Ints]] = []
        self.opens: list[tuple[int, int]] = []
        self.year_cost, self.year_volume = np.zeros(n), np.zeros(n)
        self.rundown, self.was_short = np.zeros(n), np.zeros(N_SOLD, dtype=np.bool_)
        self.pool = Pool(made, books)

    @property
    def unit(self) -> Ints:
        """Parts of a unit, by provider."""
        return self.shops[self.market["service"], UNIT]

    def taken(self) -> Floats:
        """What of each provider is taken a week, private customers and all."""
        m = self.market
        used = m["block_used"] + m["spot"] + m["budget"] + m["covered"] + m["private"]
        return used.astype(np.float64)

    # --- the start --------------------------------------------------------------------------------

    def calibrate(self, settings: MarketSettings, used: Floats) -> None:
        """Set prices, costs, capacity and reserves for what is `used` at the start (parts a week)."""
        own, market = settings.providers, self.market
        service = market["service"]
        real = (self.ids > COVER) & (market["state"] == OPEN)
        volume = np.maximum(used, LEAST_PART * self.made.nominal)
        volume[~real] = 0.0
        share = (
            np.where(service == HOME_CARE, own.agency_private_percent, own.day_centre_private_percent) / 100
        )
        share[market["in_house"]] = 0.0
        for row, given in self.made.listed.items():
            share[row] = given.private_percent / 100
        share = np.minimum(share, MOST_PRIVATE)
        market["private"] = np.rint(volume * share / (1 - share))
        total = volume + market["private"]
        market["capacity"] = np.rint(total * (1 + own.capacity_headroom_percent / 100))
        spread = own.margin_sigma_percent * self.draws.normal("provider margin", self.ids)
        self.margin = np.maximum(own.margin_percent + spread, 0.0) / 100
        self.margin[market["in_house"]] = 0.0
        cost = total * market["price"] / self.unit / (1 + self.margin)
        fixed = np.array(own.fixed_cost_percent.array())[service]
        fixed[market["in_house"]] = own.in_house_fixed_cost_percent / 100
        weeks = own.reserve_weeks * np.exp(
            own.reserve_weeks_sigma * self.draws.normal("provider reserves", self.ids)
        )
        self.reserves = np.where(market["in_house"], 0.0, weeks * cost)
        for row, given in self.made.listed.items():
            market["capacity"][row] = round(given.capacity_per_week * UNITS[int(service[row])])
            if given.fixed_cost_percent is not None:
                fixed[row] = given.fixed_cost_percent / 100
            if given.reserves_gbp is not None:
                self.reserves[row] = given.reserves_gbp * 100
        self.fixed = self.first_fixed = fixed * cost
        self.variable = np.divide((1 - fixed) * cost, total, out=np.zeros_like(cost), where=total > 0)
        self.first_reserves = self.reserves.copy()
        self.first_volume, self.first_private = total, market["private"].astype(np.float64)
        self._choose_list(settings.contracts)
        self.pool.calibrate(settings.assistants)

    def set_prices(self, settings: MarketSettings, used: Floats) -> None:
        """Independent and in-house prices such that an hour costs the council's average over all."""
        market = self.market
        multiple = settings.providers.in_house_price_multiple
        for service in range(1, N_SOLD):
            here = (market["service"] == service) & (self.ids > COVER)
            inside, all_of = used[here & market["in_house"]].sum(), used[here].sum()
            # `used` counts hours at the price of the start: their money buys fewer of the dearer ones
            part = inside / all_of if all_of > 0 else 0.0
            price = self.shops[service, REF] * (part / max(multiple, 1e-9) + 1 - part)
            market["price"][here] = max(round(price), 1)
            market["price"][here & market["in_house"]] = max(round(price * multiple), 1)
        for row, given in self.made.listed.items():
            market["price"][row] = round(given.price_gbp * 100)
        market["first_price"] = market["price"]

    def _choose_list(self, contracts: Contracts) -> None:
        """The council's list where it does not say who is on it: the best-liked with part of all capacity."""
        market, share = self.market, contracts.preferred_list_volume_percent / 100
        for service in range(1, N_SOLD):
            here = np.flatnonzero(
                (market["service"] == service) & ~market["in_house"] & (market["state"] == OPEN)
            )
            if market["listed"][here].any():
                continue
            order = here[np.argsort(-market["quality"][here], kind="stable")]
            before = np.cumsum(market["capacity"][order]) - market["capacity"][order]
            market["listed"][order] = before < share * market["capacity"][here].sum()

    def set_block_ends(self, contracts: Contracts) -> None:
        """Blocks at the start end at any time within a term; listed ones when the council says."""
        place = self.draws.uniform("block ends", self.ids)
        term = contracts.block_term_years * YEAR_MONTHS
        self.block_ends = np.where(self.market["block"] > 0, 1 + np.floor(place * term), NEVER).astype(
            np.int64
        )
        for row, own in self.made.listed.items():
            if own.block_per_week > 0:
                self.block_ends[row] = max(round(own.block_ends_months), 1)

    # --- a month ----------------------------------------------------------------------------------

    def close(self, settings: MarketSettings, paid: Ints, days: int, when: When) -> Turn:
        """Close a month's books.

        `paid` int64[provider, arm] is what people's support has paid each, `days` the month's length.
        """
        month, year, day, ends_year = when
        turn = Turn()
        self._closures_due(turn, day)
        cost, income, volume = self._results(settings, paid, days / 7, month)
        self._in_house(settings, turn, cost, income, month)
        self._grants(settings, turn, cost, income, month)
        outside = (self.ids > COVER) & ~self.market["in_house"] & alive(self.market)
        # what goes beyond the reserves that a provider means to hold is its owners'
        after = np.minimum(self.reserves + income - cost, np.maximum(self.first_reserves, self.reserves))
        self.reserves = np.where(outside, after, self.reserves)
        # block hours that are paid and idle carry their part of the costs: prices need not
        idle = (
            np.where(outside, np.maximum(self.market["block"] - self.market["block_used"], 0), 0) * days / 7
        )
        self.year_cost += cost + self.variable * idle
        self.year_volume += volume + idle
        books = self.books
        books.income[:, year] += income
        books.cost[:, year] += cost
        books.volume[:, year] += volume
        books.reserves[:, year] = self.reserves
        books.price[:, year] = self.market["price"]
        books.asked[:, month], books.refused[:, month] = self.shops[:, ASKED], self.shops[:, REFUSED]
        self._adapt(settings, cost / np.maximum(days / 7, 1e-9))
        self._exits(settings, turn, when)
        self._newcomers(settings, when)
        self._blocks(settings.contracts, turn, when)
        self.shops[:, ASKED] = self.shops[:, REFUSED] = 0
        moved = self.pool.month(settings.assistants, month)
        self._lose_staff(settings, moved)
        if ends_year:
            self._review_prices(settings)
            turn.repriced = True
        books.state[:, year] = self.market["state"]
        return turn

    def _results(
        self, settings: MarketSettings, paid: Ints, weeks: float, month: int
    ) -> tuple[Floats, Floats, Floats]:
        """Cost, income (pence) and volume (parts) of a month."""
        market, matching = self.market, settings.matching
        here = alive(market) & (self.ids > COVER)
        volume = np.where(here, self.taken(), 0.0) * weeks
        short = market["budget"] * weeks * matching.short_notice_percent / 100
        cost = self.fixed * weeks + self.variable * volume
        cost += self.variable * short * matching.short_notice_cost_percent / 100
        cost += market["holders"] * matching.ib_invoices_per_month * matching.invoice_gbp * 100
        from_budgets = paid[:, 1].astype(np.float64)
        unpaid = from_budgets * matching.unpaid_percent / 100
        owed = from_budgets / max(weeks, 1e-9) * matching.late_payment_weeks
        private = market["private"] * weeks * market["price"] / self.unit
        income = paid.sum(axis=1) + self.books.void_pence[:, month] + private - unpaid - (owed - self.owed)
        self.owed = np.where(here, owed, 0.0)
        return np.where(here, cost, 0.0), np.where(here, income, 0.0), volume

    def _in_house(
        self, settings: MarketSettings, turn: Turn, cost: Floats, income: Floats, month: int
    ) -> None:
        """The council meets what in-house services' hours do not cover, until the overheads have run down."""
        own = self.market["in_house"]
        if not own.any():
            return
        support = settings.support
        run_down = own & (self.market["state"] == CLOSED) & (self.rundown > 0)
        step = self.first_fixed / max(support.in_house_rundown_months, 1.0)
        cost[run_down] += self.fixed[run_down] * DAYS_PER_MONTH / 7
        self.fixed[run_down] = np.maximum(self.fixed - step, 0.0)[run_down]
        self.rundown[run_down] = self.fixed[run_down] > 0
        open_ones = own & (self.market["state"] == OPEN)
        if support.in_house != "keep" and open_ones.any():
            self.market["state"][open_ones] = CLOSING
            self.closes_on[open_ones] = 0
            self.rundown[open_ones] = support.in_house == "close"
        met = np.where(own, np.rint(cost - income), 0.0)
        income += met
        self.books.in_house_pence[:, month] = met.astype(np.int64)
        turn.in_house_pence = int(met.sum())

    def _grants(self, settings: MarketSettings, turn: Turn, cost: Floats, income: Floats, month: int) -> None:
        """Transitional grants meet part of a loss, for so many months a provider."""
        support = settings.support
        if support.transition_grant_percent <= 0:
            return
        losing = (
            (income < cost) & ~self.market["in_house"] & (self.market["state"] == OPEN) & (self.ids > COVER)
        )
        losing &= (self.granted < support.transition_grant_months) & (self.taken() < self.first_volume)
        grant = np.where(losing, np.rint((cost - income) * support.transition_grant_percent / 100), 0.0)
        income += grant
        self.granted += losing
        self.books.grant_pence[:, month] = grant.astype(np.int64)
        turn.grants_pence = int(grant.sum())

    def _adapt(self, settings: MarketSettings, weekly_cost: Floats) -> None:
        """Fixed cost is shed slowly, lost hours are replaced elsewhere, capacity is cut in trouble."""
        market, fortunes = self.market, settings.fortunes
        outside = ~market["in_house"] & (market["state"] == OPEN) & (self.ids > COVER)
        taken = self.taken()
        fits = self.first_fixed * np.minimum(taken / np.maximum(self.first_volume, 1.0), 1.0)
        shed = (
            np.maximum(self.fixed - fits, 0.0) * fortunes.fixed_cost_shed_percent_per_year / 100 / YEAR_MONTHS
        )
        self.fixed = np.where(outside, self.fixed - shed, self.fixed)
        council = self.first_volume - self.first_private
        lost = np.maximum(council - (taken - market["private"]), 0.0) - (
            market["private"] - self.first_private
        )
        more = np.maximum(lost, 0.0) * fortunes.diversification_percent_per_year / 100 / YEAR_MONTHS
        market["private"] += np.where(outside, np.rint(more), 0).astype(np.int64)
        trouble = outside & (self.reserves < fortunes.capacity_cut_trigger_weeks * weekly_cost)
        cut = trouble & ~self.in_trouble
        smaller = np.rint(market["capacity"] * (1 - fortunes.capacity_cut_percent / 100))
        # what is promised is kept, and nobody who cuts takes staff on
        kept = np.minimum(np.maximum(smaller, self._committed()), market["capacity"])
        market["capacity"] = np.where(cut, kept, market["capacity"]).astype(np.int64)
        self.in_trouble = trouble

    def _committed(self) -> Ints:
        """What of each provider is promised a week."""
        m = self.market
        block = np.maximum(m["block"], m["block_used"])
        committed: Ints = block + m["spot"] + m["budget"] + m["covered"] + m["private"]
        return committed

    def _exits(self, settings: MarketSettings, turn: Turn, when: When) -> None:
        """Providers without reserves close, and a few for reasons of their own; they give notice first."""
        month, year, day = when.month, when.year, when.day
        market, fortunes = self.market, settings.fortunes
        outside = ~market["in_house"] & (market["state"] == OPEN) & (self.ids > COVER)
        monthly = 1 - (1 - fortunes.base_exit_percent_per_year / 100) ** (1 / YEAR_MONTHS)
        own_reasons = self.draws.uniform("provider closes", self.ids, month) < monthly
        leaving = outside & ((self.reserves <= 0) | own_reasons)
        market["state"][leaving] = CLOSING
        notice = round(fortunes.closure_notice_weeks * 7)
        self.closes_on[leaving] = day + notice
        self.books.exits[leaving, year] += 1
        in_house = market["in_house"] & (self.closes_on == 0)
        self.closes_on[in_house] = day + notice
        turn.gives_notice = np.flatnonzero(leaving | in_house).astype(np.int64)
        if notice == 0:
            self._closures_due(turn, day)

    def _closures_due(self, turn: Turn, day: int) -> None:
        """Those whose notice has run out close; nobody pays their blocks any longer."""
        due = (self.market["state"] == CLOSING) & (self.closes_on > 0) & (self.closes_on <= day)
        self.market["state"][due] = CLOSED
        self.market["block"][due] = 0
        self.market["private"][due] = 0
        self.block_ends[due] = NEVER
        self.fixed[due & ~self.market["in_house"]] = 0.0
        turn.closes = np.concatenate([turn.closes, np.flatnonzero(due)]).astype(np.int64)

    def _newcomers(self, settings: MarketSettings, when: When) -> None:
        """Where searches are in vain a newcomer opens some months later."""
        fortunes, month = settings.fortunes, when.month
        for service in range(1, N_SOLD):
            asked, refused = int(self.shops[service, ASKED]), int(self.shops[service, REFUSED])
            short = refused > asked * fortunes.entry_trigger_percent / 100
            # one bad month may be chance: two in a row bring a newcomer
            coming = any(where == service for _, where in self.opens)
            if short and self.was_short[service] and not coming:
                self.opens.append((month + max(round(fortunes.entry_months), 1), service))
            self.was_short[service] = short
            if short:
                self._expand(fortunes, service)
        for due, service in [one for one in self.opens if one[0] <= month]:
            self.opens.remove((due, service))
            self._open_one(settings, service, when.year)

    def _expand(self, fortunes: Fortunes, service: int) -> None:
        """Providers that are not in trouble take on staff where people wait."""
        market = self.market
        able = (market["service"] == service) & (market["state"] == OPEN) & ~self.in_trouble
        able &= ~market["in_house"] & (self.ids > COVER)
        more = market["capacity"] * fortunes.capacity_growth_percent_per_year / 100 / YEAR_MONTHS
        market["capacity"] += np.where(able, np.rint(more), 0).astype(np.int64)

    def _open_one(self, settings: MarketSettings, service: int, year: int) -> None:
        market, own = self.market, settings.providers
        slots = np.arange(self.shops[service, FIRST], self.shops[service, LAST])
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
        price = float(market["price"][rivals].mean()) if rivals.size else float(self.shops[service, REF])
        fixed = own.fixed_cost_percent.array()[service]
        self.margin[row] = own.margin_percent / 100
        expected = max(settings.fortunes.newcomer_use_percent / 100, LEAST_PART) * capacity
        cost = expected * price / UNITS[service] / (1 + self.margin[row])
        market["price"][row] = market["first_price"][row] = round(price)
        market["capacity"][row] = round(capacity)
        market["weight"][row] = market["budget_weight"][row] = np.log(capacity)
        self.fixed[row] = self.first_fixed[row] = fixed * cost
        self.variable[row] = (1 - fixed) * cost / expected
        self.first_volume[row] = expected
        self.reserves[row] = self.first_reserves[row] = own.reserve_weeks * cost
        market["state"][row] = OPEN
        self.books.entries[row, year] += 1

    def _blocks(self, contracts: Contracts, turn: Turn, when: When) -> None:
        """Blocks end and are renewed on their use; unused hours may be handed back after notice."""
        market, month = self.market, when.month
        live = (market["block"] > 0) & (market["state"] == OPEN)
        self.used_in_block += np.where(live, market["block_used"], 0)
        self.months_in_block += live
        ending = live & (self.block_ends <= month + 1)
        use = self.used_in_block / np.maximum(self.months_in_block, 1)
        for row in np.flatnonzero(ending):
            # the last year's use counts, and of a shorter time what there is
            turn.renewed[int(row)] = round(use[row] * contracts.block_renewal_percent / 100)
            self.block_ends[row] = month + 1 + round(contracts.block_term_years * YEAR_MONTHS)
        yearly = ending | when.ends_year
        self.used_in_block[yearly], self.months_in_block[yearly] = 0.0, 0.0
        for amount in [amount for due, amount in self.releases if due <= month]:
            unused = np.maximum(market["block"] - market["block_used"], 0)
            market["block"] -= np.minimum(amount, unused)
        self.releases = [one for one in self.releases if one[0] > month]
        if contracts.block_release_percent > 0:
            pending = sum((amount for _, amount in self.releases), np.zeros(market.size, dtype=np.int64))
            unused = np.maximum(market["block"] - market["block_used"] - pending, 0)
            handed = np.where(live & ~ending, np.rint(unused * contracts.block_release_percent / 100), 0)
            self.releases.append(
                (month + max(round(contracts.block_notice_months), 1), handed.astype(np.int64))
            )

    def _lose_staff(self, settings: MarketSettings, hours: float) -> None:
        """Some of the hours that assistants gain are those of staff who leave agencies."""
        market = self.market
        lost = hours * settings.assistants.from_agencies_percent / 100
        agencies = (market["service"] == HOME_CARE) & np.isin(
            market["size"], (SMALL, MEDIUM, LARGE, LISTED, NEWCOMER)
        )
        agencies &= market["state"] == OPEN
        all_of = market["capacity"][agencies].sum()
        if lost > 0 and all_of > 0:
            part = np.minimum(lost / all_of, 1.0) * market["capacity"][agencies]
            market["capacity"][agencies] -= np.rint(part).astype(np.int64)

    def _review_prices(self, settings: MarketSettings) -> None:
        """Once a year prices follow unit cost, part of the way and not beyond the largest rise."""
        market, fortunes = self.market, settings.fortunes
        outside = (
            ~market["in_house"] & (market["state"] == OPEN) & (self.ids > COVER) & (self.year_volume > 0)
        )
        cost = (
            np.divide(self.year_cost, self.year_volume, out=np.zeros(market.size), where=outside) * self.unit
        )
        wanted = (
            np.divide(cost * (1 + self.margin), market["price"], out=np.ones(market.size), where=outside) - 1
        )
        most = fortunes.price_rise_most_percent / 100
        step = np.clip(fortunes.price_response_share * wanted, -most, most)
        market["price"] = np.where(outside, np.rint(market["price"] * (1 + step)), market["price"]).astype(
            np.int32
        )
        self.year_cost[:] = self.year_volume[:] = 0.0
        self.pool.new_wage()
