"""The marketplace: the providers of one council on its calendar, and what their fortunes do to people."""

from __future__ import annotations

from collections.abc import Callable, Generator
from time import perf_counter
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from ibsim.engine.world import Machine, World
from ibsim.pathway import Batch
from ibsim.policy.deployment.services import ServiceSplit
from ibsim.policy.market import room as market
from ibsim.scenario.model import Levers
from ibsim.treasury import Treasury
from ibsim.units import DAY_MINUTES, GROUPS
from ibsim.words import NOTHING

COUNTED_AT = 23 * 60
"""The minute of a week's first day at which what is placed counts for the week."""
People = NDArray[np.int32]
Act = Callable[[Batch, People, NDArray[Any], NDArray[Any]], None]
"""Hands people over to their pathway: what happens, who, with what code, when."""


Stopwatch = Callable[[str, float], float]
"""Books the seconds of a part of the run, since a moment."""


class Marketplace:
    """Sets the market up for a council and lets it turn: weeks, months, and prices once a year."""

    def __init__(
        self, world: World, machine: Machine, levers: Levers, split: ServiceSplit, pence: NDArray[np.float64]
    ) -> None:
        """`pence` float64[group] is what packages at the start come to a week (`packages_at_start`)."""
        self._world, self._machine = world, machine
        shares = levers.deployment.conventional_services.table()[1]
        money = market.sold(levers.market, (pence * shares / shares.sum(axis=0)).T)
        self.room = market.Market(world, levers.market, money, split.in_house_share)
        machine.keep_market(self.room.market, self.room.shops)

    def open_account(self, treasury: Treasury) -> None:
        """The council pays providers, beside people's own support, from an account of theirs."""
        self.room.account = treasury.open("providers", market.POSTED)

    def weeks(
        self,
        env: simpy.Environment,
        act: Act,
        here: Callable[[], People],
        spent: Callable[[str, float], float],
    ) -> Generator[simpy.Event, Any, None]:
        """The market opens with the first day that counts; then each week's volumes go into its books.

        `here()` are the people on the council's books, `spent` books the seconds.
        """
        clock = self._world.clock
        yield env.timeout(clock.start_day * DAY_MINUTES + 1)
        began = perf_counter()
        self.room.set_prices(self._machine)
        self._reprice(clock.start_day, act, here())
        self.room.start(self._machine)
        spent("market", began)
        for day in range(clock.start_day, clock.n_days, 7):
            yield env.timeout(day * DAY_MINUTES + COUNTED_AT - env.now)
            began = perf_counter()
            self.room.week(self._machine, day)
            spent("market", began)

    def month_end(self, month: int, year: int, day: int, act: Act, here: People) -> None:
        """Providers close their month: some give notice or close, and once a year prices move."""
        turn = self.room.month_end(self._machine, month, year, day)
        if day == self._world.clock.n_days:
            return
        for batch, rows in ((Batch.NOTICE, turn.gives_notice), (Batch.CLOSED, turn.closes)):
            if rows.size:
                people, providers = self.room.clients(self._machine, rows)
                self.room.note_displaced(providers, year, batch == Batch.NOTICE)
                act(batch, people, providers, np.full(people.size, day * DAY_MINUTES))
        if turn.repriced:
            self._reprice(day, act, here)

    def _reprice(self, day: int, act: Act, here: People) -> None:
        """Everybody's package or budget has the prices of today."""
        people = self._world.people
        held = here[(people["support"][here] != NOTHING) & people["has_package"][here]]
        act(Batch.REPRICED, held, held, np.full(held.size, day * DAY_MINUTES))


def packages_at_start(world: World, levers: Levers, stock: NDArray[np.bool_] | None) -> NDArray[np.float64]:
    """What packages at the start come to, float64[group] pence a week.

    The levers say it, so that providers are the same in every replication; with a council's own caseload
    its people do (`stock`, who they are), and they are the same anyhow.
    """
    people, own = world.people, levers.packages
    if stock is not None:
        weekly = np.where(stock & people["has_package"], people["services_pence"], 0)
        return np.bincount(world.groups, weights=weekly, minlength=len(GROUPS)).astype(np.float64)
    holders = levers.population.clients_at_start.array()
    holders = holders * levers.population.package_at_start_percent.array() / 100
    return holders * own.conventional_services_gbp_per_week.array() * own.council_factor * 100
