"""How providers fare: costs, margins, prices, cuts, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ibsim.policy.market.blocks import blocks
from ibsim.policy.market.books import alive
from ibsim.policy.market.comings import closures_due, exits, newcomers
from ibsim.policy.market.providers import LARGE, LISTED, MEDIUM, NEWCOMER, SMALL
from ibsim.policy.market.settings import MarketSettings
from ibsim.policy.market.standing import YEAR_MONTHS, Floats, Ints, Standing, Turn, When
from ibsim.policy.market.verbs import (
    ASKED,
    CLOSED,
    CLOSING,
    COVER,
    MOST_PRICE,
    OPEN,
    REFUSED,
)
from ibsim.units import DAYS_PER_MONTH
from ibsim.words import Category

if TYPE_CHECKING:
    pass

HOME_CARE = int(Category.HOME_CARE)


class Month(Standing):
    """The monthly round of all providers."""

    def close(self, settings: MarketSettings, paid: Ints, days: int, when: When) -> Turn:
        """Close a month's books.

        `paid` int64[provider, arm] is what people's support has paid each, `days` the month's length.
        """
        month, year, day, ends_year = when
        turn = Turn()
        closures_due(self, turn, day)
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
        exits(self, settings, turn, when)
        newcomers(self, settings, when)
        blocks(self, settings.contracts, turn, when)
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
        losing = self.outside & (income < cost)
        losing &= (self.granted < support.transition_grant_months) & (self.taken() < self.first_volume)
        grant = np.where(losing, np.rint((cost - income) * support.transition_grant_percent / 100), 0.0)
        income += grant
        self.granted += losing
        self.books.grant_pence[:, month] = grant.astype(np.int64)
        turn.grants_pence = int(grant.sum())

    def _adapt(self, settings: MarketSettings, weekly_cost: Floats) -> None:
        """Fixed cost is shed slowly, lost hours are replaced elsewhere, capacity is cut in trouble."""
        market, fortunes = self.market, settings.fortunes
        outside = self.outside
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
        kept = np.minimum(np.maximum(smaller, self.committed()), market["capacity"])
        market["capacity"] = np.where(cut, kept, market["capacity"]).astype(np.int64)
        self.in_trouble = trouble

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
        outside = self.outside & (self.year_volume > 0)
        cost = (
            np.divide(self.year_cost, self.year_volume, out=np.zeros(market.size), where=outside) * self.unit
        )
        wanted = (
            np.divide(cost * (1 + self.margin), market["price"], out=np.ones(market.size), where=outside) - 1
        )
        most = fortunes.price_rise_most_percent / 100
        step = np.clip(fortunes.price_response_share * wanted, -most, most)
        new = np.clip(np.rint(market["price"] * (1 + step)), 1, MOST_PRICE)
        market["price"] = np.where(outside, new, market["price"]).astype(np.int32)
        self.year_cost[:] = self.year_volume[:] = 0.0
        self.pool.new_wage()
