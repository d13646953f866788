"""The market of one council: who its people's services come from, week by week, and what that costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.account import Account
from ibsim.engine.world import Columns, Rules
from ibsim.errors import BooksError
from ibsim.policy.market import starting
from ibsim.policy.market.books import Books, alive
from ibsim.policy.market.fortunes import Month
from ibsim.policy.market.providers import UNITS, Made, make, pence_of
from ibsim.policy.market.settings import MarketSettings
from ibsim.policy.market.standing import When
from ibsim.policy.market.verbs import ASSISTANTS, DOORS, N_SOLD, UNIT, Terms
from ibsim.units import DAY_MINUTES, split_pence
from ibsim.words import CONVENTIONAL, NOTHING, SOLD, Category, Stream

if TYPE_CHECKING:
    from ibsim.engine.world import Machine, World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
I32 = NDArray[np.int32]
COLUMNS: Columns = (
    ("day_care", np.int8),  # 1 with a package, 2 with an IB
    ("supported_living", np.int8),  # likewise
    ("service_fund", np.bool_),  # the provider would hold the budget
    ("pooled", np.bool_),  # would buy together with others
    ("assistant_lost", np.bool_),
    ("asked_for_room_at", np.int32),
    ("displaced_at", np.int32),
)
POSTED = (Category.VOID, Category.IN_HOUSE, Category.MARKET_SUPPORT)
"""What the council pays to providers beside people's own support."""
BLOCK_FIRST, LIST_FIRST = 20.0, 10.0
"""Appeal that puts unused block hours, then listed providers, before anybody else."""
WEEK_DAYS = 7
USED = ("block_used", "spot", "budget", "covered")
"""What of a provider is taken, in the order of the terms from 1 on."""
AMOUNTS = ("price", "capacity", "block", *USED, "private", "holders")
"""What a provider's record counts, and has of each at least none."""


def fill(world: World, settings: MarketSettings) -> None:
    """Fill in who would attend a day centre or live in supported living, and how budgets buy."""
    people, draws, ids, groups = world.people, world.draws, world.ids, world.groups
    own = settings.unlisted
    for column in ("day_care", "supported_living"):
        place = draws.uniform(column.replace("_", " "), ids) * 100
        for bit, arm in ((1, "conventional"), (2, "ib")):
            share: Floats = getattr(own, f"{column}_{arm}_percent").array()
            people[column] |= (place < share[groups]) * np.int8(bit)
    funds = settings.contracts.individual_service_fund_percent.array()
    people["service_fund"] = draws.uniform("service fund", ids) * 100 < funds[groups]
    people["pooled"] = draws.uniform("pooled budget", ids) * 100 < settings.contracts.pooled_percent
    people["asked_for_room_at"] = people["displaced_at"] = -1


def rules(settings: MarketSettings) -> Rules:
    """The levers that compiled verbs read."""
    contracts, matching, assistants = settings.contracts, settings.matching, settings.assistants
    on_list = contracts.preferred_list == "on"
    return {
        "price_sensitivity": matching.price_sensitivity,
        "stay_share": matching.stay_with_provider_percent / 100,
        "bridging": matching.bridging_premium_percent / 100,
        "block_first": BLOCK_FIRST,
        "list_first": LIST_FIRST if on_list else 0.0,
        "list_discount": contracts.preferred_list_discount_percent / 100 if on_list else 0.0,
        "pool_discount": contracts.pooled_discount_percent / 100,
        "day_care_part": settings.unlisted.day_care_part_percent / 100,
        "living_part": settings.unlisted.supported_living_part_percent / 100,
        "recruiting_failure": assistants.recruiting_failure_percent / 100,
        "assistant_waits": assistants.lost_after_weeks * 7 * DAY_MINUTES,
        "assistant_lost_share": assistants.lost_percent / 100,
    }


def sold(settings: MarketSettings, money: Floats) -> Floats:
    """What packages hold of each service that is sold, float64[service] pence a week.

    `money` float64[group, service of deployment] is what they hold of those that deployment tells apart; day
    care and supported living are parts of what it does not list.
    """
    own = settings.unlisted
    out = np.zeros(N_SOLD)
    named = (Category.PERSONAL_ASSISTANCE, Category.HOME_CARE, Category.MEALS)
    for category, place in zip(named, (0, 1, 2), strict=True):
        out[category] = money[:, place].sum()
    for category, share, percent in (
        (Category.DAY_CARE, own.day_care_conventional_percent, own.day_care_part_percent),
        (
            Category.SUPPORTED_LIVING,
            own.supported_living_conventional_percent,
            own.supported_living_part_percent,
        ),
    ):
        out[category] = (money[:, -1] * share.array()).sum() / 100 * percent / 100
    return out


class Market:
    """The providers of a council and their books; `settings` are the levers in force."""

    def __init__(
        self, world: World, settings: MarketSettings, money: Floats, in_house_ib_share: float
    ) -> None:
        """Set the providers up for people at the start who have `money`, float64[service] pence a week."""
        prices = np.array([pence_of(pounds) for pounds in settings.prices.array()])
        demand = money / prices * np.array(UNITS)
        self.made: Made = make(settings, demand, world.draws, in_house_ib_share)
        self.settings, self._world = settings, world
        self._clock = world.clock
        self.market, self.shops = self.made.market, self.made.shops
        n = self.market.size
        self.books = Books.empty(n, world.clock.n_years, world.clock.n_months)
        self.months = Month(self.made, self.books, world.draws)
        firsts = np.searchsorted(world.clock.month, np.arange(world.clock.n_months))
        self._year_of = world.clock.year[firsts].astype(np.int64)
        self._group_share = np.full(4, 0.25)
        self.account: Account | None = None

    def _used(self) -> Floats:
        return np.sum([self.market[name] for name in USED], axis=0).astype(np.float64)

    def set_prices(self, machine: Machine) -> None:
        """Counting starts: providers have prices of their own, at which people's money stands for hours."""
        starting.set_prices(self.months, self.settings, self._used())
        machine.base[:] = 0

    def start(self, machine: Machine) -> None:
        """Capacity, costs, blocks and reserves are set for what people have at these prices."""
        starting.calibrate(self.months, self.settings, self._used())
        self._assign_blocks(machine)
        self.shops[:, DOORS] = 0
        self._group_share = self._by_group(machine)

    def _assign_blocks(self, machine: Machine) -> None:
        """Part of each provider's people are on its block, in an order of chance; blocks have headroom."""
        contracts = self.settings.contracts
        shares = np.array(contracts.block_percent.array())
        place = self._world.draws.uniform("on a block", self._world.ids)
        for service in range(1, N_SOLD):
            placed, terms, volume = (
                table[:, service] for table in (machine.placed, machine.terms, machine.volume)
            )
            here = np.flatnonzero(terms == Terms.SPOT)
            here = here[np.lexsort((place[here], placed[here]))]
            providers, amounts = placed[here].astype(np.int64), volume[here].astype(np.int64)
            total = np.bincount(providers, weights=amounts, minlength=self.market.size)
            before = np.cumsum(amounts) - amounts
            first = np.searchsorted(providers, np.arange(self.market.size))
            since = before - before[np.minimum(first[providers], before.size - 1)] if here.size else before
            wanted = shares[service] * total
            wanted[self.market["in_house"]] = 0.0
            for row, own in self.made.listed.items():
                if own.service == SOLD[service].name.lower():
                    wanted[row] = min(own.block_per_week * UNITS[service], total[row])
            chosen = since + amounts <= wanted[providers]
            terms[here[chosen]] = Terms.BLOCK
            on_block = np.bincount(providers[chosen], weights=amounts[chosen], minlength=self.market.size)
            mine = self.market["service"] == service
            self.market["block_used"][mine] = on_block[mine]
            self.market["spot"][mine] -= on_block[mine].astype(np.int64)
            size = np.rint(on_block * (1 + contracts.block_headroom_percent / 100))
            self.market["block"][mine] = size[mine]
        for row, own in self.made.listed.items():
            self.market["block"][row] = round(own.block_per_week * UNITS[int(self.market["service"][row])])
        taken = self.market["private"] + np.maximum(self.market["block"], self.market["block_used"])
        taken += self.market["spot"] + self.market["budget"] + self.market["covered"]
        self.market["capacity"] = np.maximum(self.market["capacity"], taken)
        starting.set_block_ends(self.months, contracts)

    def _by_group(self, machine: Machine) -> Floats:
        """The groups' shares of what is placed with providers, for costs that belong to nobody."""
        # what somebody bought who has left stays written down, and is placed with nobody
        placed = machine.terms[:, 1:] != Terms.NONE
        pence = np.where(placed, machine.bought[:, 1:N_SOLD], 0).sum(axis=1).astype(np.float64)
        total = np.bincount(self._world.groups, weights=pence, minlength=4)
        return total / total.sum() if total.sum() > 0 else np.full(4, 0.25)

    def week(self, machine: Machine, day: int) -> None:
        """A week's volumes go into the books, and unused block hours are paid, of the last week in part."""
        month, year = int(self._clock.month[day]), int(self._clock.year[day])
        if month < 0 or year < 0:
            return
        market = self.market
        void = np.maximum(market["block"] - market["block_used"], 0)
        days = min(WEEK_DAYS, self._clock.n_days - day)
        pence = void * market["price"] * days // (self.shops[market["service"], UNIT] * WEEK_DAYS)
        pence[~alive(market)] = 0
        self.books.note_week(market, year, void, self.settings)
        self.books.void_pence[:, month] += pence
        self._post(machine, month, Category.VOID, int(pence.sum()))

    def _post(self, machine: Machine, month: int, category: Category, pence: int) -> None:
        if pence and self.account is not None:
            table = np.zeros(machine.ledger.shape[2:], dtype=np.int64)
            table[category, :, CONVENTIONAL] = split_pence(pence, self._group_share)
            self.account.post(month, Stream.ASC, table)

    def month_end(self, machine: Machine, month: int, year: int, day: int) -> Any:
        """A month's books are closed; returns what follows for people (`Month.close`)."""
        days = int((self._clock.month == month).sum())
        when = When(month, year, day, month + 1 == self._year_of.size or self._year_of[month + 1] > year)
        turn = self.months.close(self.settings, machine.accounts[:, month], days, when)
        self._post(machine, month, Category.IN_HOUSE, turn.in_house_pence)
        self._post(machine, month, Category.MARKET_SUPPORT, turn.grants_pence)
        for row, size in turn.renewed.items():
            self._renew(machine, row, size)
        return turn

    def _renew(self, machine: Machine, row: int, size: int) -> None:
        """A block is renewed at a size; who is on it and does not fit goes on as spot."""
        market, service = self.market, int(self.market["service"][row])
        market["block"][row] = size
        over = int(market["block_used"][row]) - size
        if over <= 0:
            return
        here = np.flatnonzero(
            (machine.placed[:, service] == row) & (machine.terms[:, service] == Terms.BLOCK)
        )
        amounts = machine.volume[here, service].astype(np.int64)
        leaves = here[np.cumsum(amounts) - amounts < over]
        machine.terms[leaves, service] = Terms.SPOT
        moved = int(machine.volume[leaves, service].sum())
        market["block_used"][row] -= moved
        market["spot"][row] += moved

    def clients(self, machine: Machine, rows: Ints) -> tuple[I32, I32]:
        """Who has services with these providers, and which of them: int32[k] each."""
        placed, terms = machine.placed[:, 1:], machine.terms[:, 1:]
        people, service = np.nonzero(np.isin(placed, rows) & (terms != Terms.NONE))
        first = np.unique(people, return_index=True)[1]
        return people[first].astype(np.int32), placed[people[first], service[first]].astype(np.int32)

    def note_displaced(self, providers: I32, year: int, notice: bool) -> None:
        """Count who is told that they lose their provider, or loses it without notice."""
        if notice or self.settings.fortunes.closure_notice_weeks == 0:
            self.books.displaced[:, year] += np.bincount(providers, minlength=self.market.size)

    def year_end(self, machine: Machine, year: int) -> None:
        """Count the people of each provider."""
        for service in range(N_SOLD):
            held = machine.terms[:, service] != Terms.NONE
            self.books.people[:, year] += np.bincount(
                machine.placed[held, service], minlength=self.market.size
            )

    def check_books(self, machine: Machine) -> int:
        """What providers hold is what people have there, and what they are paid what was posted."""
        market, place = self.market, np.arange(self.market.size)
        held = np.flatnonzero(machine.terms)  # of services in turn, person by person
        kind, place_of = machine.terms.ravel()[held] - 1, machine.placed.ravel()[held]
        cell = (held % N_SOLD * len(USED) + kind) * market.size + place_of
        parts = np.bincount(
            cell, machine.volume.ravel()[held], minlength=N_SOLD * len(USED) * market.size
        ).reshape(N_SOLD, len(USED), market.size)
        for service in range(N_SOLD):
            mine = (market["service"] == service) if service else place == ASSISTANTS
            for name, own in zip(USED, parts[service], strict=True):
                wrong = np.flatnonzero(mine & (own != market[name]))
                if wrong.size:
                    row = int(wrong[0])
                    raise BooksError(
                        f"{self.made.names[row]} counts {int(market[name][row])} parts a week of {name}, "
                        f"its people have {int(own[row])}"
                    )
        paid = machine.accounts.sum(axis=0)
        posted = machine.ledger[:, :, :N_SOLD].sum(axis=(1, 2, 3))
        if not np.array_equal(paid, posted):
            raise BooksError(
                f"providers are due {int(paid.sum())} pence, {int(posted.sum())} were posted for them"
            )
        idle = self._world.people["support"] == NOTHING
        if machine.volume[idle].any():
            raise BooksError("somebody without support holds hours with a provider")
        return int(market.size)

    def table(self) -> dict[str, NDArray[Any]]:
        """What results tell of each provider and year."""
        out: dict[str, NDArray[Any]] = {
            "name": np.array(self.made.names),
            "service": self.market["service"].copy(),
            "size": self.market["size"].copy(),
            "in_house": self.market["in_house"].copy(),
        }
        return out | self.books.yearly(self.market, self.shops, self._year_of)
