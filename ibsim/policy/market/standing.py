"""How providers stand: what they cost, hold, are owed and have promised, and what a month changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ibsim.policy.market.assistants import Pool
from ibsim.policy.market.books import Books
from ibsim.policy.market.providers import Made
from ibsim.policy.market.verbs import (
    COVER,
    N_SOLD,
    OPEN,
    UNIT,
)

if TYPE_CHECKING:
    from ibsim.draws import Draws

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
YEAR_MONTHS = 12
NEVER = 10**6


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


class Standing:
    """How all providers stand.  Costs are pence a week, volumes parts of a unit a week."""

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

    def committed(self) -> Ints:
        """What of each provider is promised a week."""
        m = self.market
        block = np.maximum(m["block"], m["block_used"])
        committed: Ints = block + m["spot"] + m["budget"] + m["covered"] + m["private"]
        return committed

    @property
    def outside(self) -> NDArray[np.bool_]:
        """Which providers are open and not the council's own."""
        market = self.market
        open_ones: NDArray[np.bool_] = (market["state"] == OPEN) & ~market["in_house"] & (self.ids > COVER)
        return open_ones
