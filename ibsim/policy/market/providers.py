"""Providers at the start: the council's own list, or as many of each kind as its demand takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.state import Records, record
from ibsim.errors import ScenarioError
from ibsim.policy.market.settings import PLACED_NAMES, ListedProvider, MarketSettings, Providers
from ibsim.policy.market.verbs import (
    COVER,
    DOORS,
    FIRST,
    LAST,
    N_SHOP,
    N_SOLD,
    OPEN,
    REF,
    UNIT,
)
from ibsim.units import HOUR_MINUTES

if TYPE_CHECKING:
    from ibsim.draws import Draws

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PROVIDER = record(
    [
        ("service", np.int8),
        ("size", np.int8),
        ("state", np.int8),
        ("listed", np.bool_),
        ("in_house", np.bool_),
        ("area", np.int16),
        ("price", np.int32),  # pence a unit
        ("first_price", np.int32),  # the same at the start
        # a week, in parts of the unit
        ("capacity", np.int64),
        ("block", np.int64),
        ("block_used", np.int64),
        ("spot", np.int64),
        ("budget", np.int64),
        ("covered", np.int64),
        ("private", np.int64),
        ("holders", np.int64),  # people who pay from a budget of their own
        ("weight", np.float64),
        ("budget_weight", np.float64),
        ("quality", np.float64),
    ]
)
THOUSANDTHS = 1000
UNITS = (HOUR_MINUTES, HOUR_MINUTES, THOUSANDTHS, HOUR_MINUTES, THOUSANDTHS)
"""Parts in which volumes are kept: minutes of hours, thousandths of attendances and meals."""
SIZES = ("pool", "cover", "in-house", "small", "medium", "large", "single", "listed", "newcomer")
POOL, COVERING, IN_HOUSE, SMALL, MEDIUM, LARGE, SINGLE, LISTED, NEWCOMER = range(len(SIZES))
MOST_MADE = 5_000
"""Providers of one service at the start at most: everybody who looks for one asks each of them."""
SPARE_PLACES, SPARE_SHARE = 4, 0.25
"""Room kept for newcomers of each service: so many, and so many for each provider at the start."""
MOST_PRIVATE = 0.95
"""Private customers' largest share: at all of it the volume that goes with a council's hours has no bound."""
LEAST_MULTIPLE = 0.01
"""What an in-house hour costs at least against an independent one: free hours would have no bound."""
_LABELS = ("Assistant", "Agency", "Day centre", "Supported living", "Meals")


def _few(number: int, service: int) -> int:
    """As many providers of a service as there may be; raises ScenarioError for more."""
    if number > MOST_MADE:
        raise ScenarioError(
            "market.providers",
            f"{number:,} providers of {PLACED_NAMES[service - 1]}",
            f"a service has at most {MOST_MADE:,} providers at the start",
            "make them larger, or list the council's own providers",
        )
    return number


@dataclass
class Made:
    """The providers of one council: records, names, nominal volumes a week (parts), and their services."""

    market: Records
    shops: Ints
    names: list[str]
    nominal: Floats
    listed: dict[int, ListedProvider]


class _Maker:
    def __init__(self, settings: MarketSettings) -> None:
        self.settings = settings
        self.rows: list[tuple[int, int, str, float, ListedProvider | None]] = []
        self.shops = np.zeros((N_SOLD, N_SHOP), dtype=np.int64)

    def add(
        self, service: int, size: int, name: str, nominal: float, own: ListedProvider | None = None
    ) -> None:
        self.rows.append((service, size, name, nominal, own))

    def service(self, service: int, demand: float) -> None:
        """All providers of one service that sells `demand` parts a week to the council."""
        self.shops[service, FIRST] = len(self.rows)
        own = [p for p in self.settings.providers.listed if p.service == PLACED_NAMES[service - 1]]
        for provider in own:
            nominal = provider.capacity_per_week * UNITS[service] * for_council(provider.private_percent)
            self.add(service, IN_HOUSE if provider.in_house else LISTED, provider.name, nominal, provider)
        if not own:
            self._generate(service, demand)
        spare = SPARE_PLACES + int(SPARE_SHARE * (len(self.rows) - self.shops[service, FIRST]))
        for number in range(spare):
            self.add(service, NEWCOMER, f"{_LABELS[service]}, newcomer {number + 1}", 0.0)
        self.shops[service, LAST] = len(self.rows)

    def _generate(self, service: int, demand: float) -> None:
        own: Providers = self.settings.providers
        unit, label = UNITS[service], _LABELS[service]
        if service > 1:
            nominal = (own.day_centre_places, own.supported_living_hours, own.meals_per_week)[
                service - 2
            ] * unit
            council = max(nominal * for_council(own.day_centre_private_percent), 1.0)
            for number in range(_few(max(1, round(demand / council)), service)):
                self.add(service, SINGLE, f"{label} {number + 1}", council)
            return
        # people are placed with their money, of which dearer hours take more
        hours, multiple = (
            own.in_house_home_care_percent / 100,
            max(own.in_house_price_multiple, LEAST_MULTIPLE),
        )
        share = hours * multiple / (1 - hours + hours * multiple) if hours > 0 else 0.0
        if share > 0:
            self.add(service, IN_HOUSE, "In-house home care", max(demand * share, 1.0))
        outside, left = demand * (1 - share), for_council(own.agency_private_percent)
        kinds = (
            (SMALL, own.agency_small_percent, own.agency_small_hours),
            (MEDIUM, own.agency_medium_percent, own.agency_medium_hours),
            (LARGE, own.agency_large_percent, own.agency_large_hours),
        )
        number, whole = 0, sum(percent for _, percent, _ in kinds)
        for size, percent, hours in kinds:
            part = outside * percent / max(whole, 1e-9)
            for _ in range(_few(round(part / max(hours * unit * left, 1.0)), service)):
                number += 1
                self.add(service, size, f"{label} {number} ({SIZES[size]})", hours * unit * left)
        if number == 0 and share < 1:
            self.add(service, SMALL, f"{label} 1 (small)", max(outside, 1.0))


def pence_of(pounds: float) -> int:
    """A price in whole pence: a penny at least."""
    return max(round(pounds * 100), 1)


def for_council(private_percent: float) -> float:
    """The part of a provider's volume that the council and its people can have."""
    return 1 - min(private_percent / 100, MOST_PRIVATE)


def make(settings: MarketSettings, demand: Floats, draws: Draws, in_house_ib_share: float) -> Made:
    """Set up the providers for a council that buys `demand` (float64[service], parts a week) at the start."""
    maker = _Maker(settings)
    maker.add(0, POOL, "Personal assistants", float(demand[0]))
    maker.add(0, COVERING, "Emergency cover", 0.0)
    for service in range(1, N_SOLD):
        maker.service(service, float(demand[service]))
    shops = maker.shops
    shops[0, FIRST], shops[0, LAST] = 0, 1
    shops[:, UNIT] = UNITS
    shops[:, REF] = [pence_of(pounds) for pounds in settings.prices.array()]
    shops[:, DOORS] = 1
    n = len(maker.rows)
    market: Records = np.zeros(n, dtype=PROVIDER)
    market["service"] = [row[0] for row in maker.rows]
    market["size"] = [row[1] for row in maker.rows]
    nominal = np.array([row[3] for row in maker.rows])
    market["in_house"] = market["size"] == IN_HOUSE
    market["area"] = -1
    market["price"] = market["first_price"] = shops[market["service"], REF]
    market["state"] = np.where((nominal > 0) | (np.arange(n) <= COVER), OPEN, 0)
    market["quality"] = settings.providers.quality_sigma * draws.normal("provider quality", np.arange(n))
    listed = {row: own for row, (*_, own) in enumerate(maker.rows) if own is not None}
    for row, own in listed.items():
        market["area"][row] = -1 if own.locality is None else own.locality - 1
        market["listed"][row] = own.preferred
    _weigh(market, nominal, in_house_ib_share)
    return Made(market, shops, [row[2] for row in maker.rows], nominal, listed)


def _weigh(market: Records, nominal: Floats, in_house_ib_share: float) -> None:
    """Draw people in proportion to size; budgets go to in-house services as Table 5.6 says they do."""
    market["weight"] = np.log(np.maximum(nominal, 1.0))
    market["budget_weight"] = market["weight"]
    for service in range(1, N_SOLD):
        here = market["service"] == service
        own = here & market["in_house"]
        inside, outside = nominal[own].sum(), nominal[here & ~market["in_house"]].sum()
        if inside <= 0 or outside <= 0:
            continue
        share = min(max(in_house_ib_share, 1e-6), 1 - 1e-6)
        parts = nominal[own] / inside
        market["budget_weight"][own] = np.log(np.maximum(parts * outside * share / (1 - share), 1e-9))
