"""Providers: the council's own list, or as many of each kind as what packages hold at the start takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from math import inf, log
from typing import Any

from ibsim.words import SOLD, Category

UNIT = {
    Category.PERSONAL_ASSISTANCE: 60,
    Category.HOME_CARE: 60,
    Category.DAY_CARE: 1000,
    Category.SUPPORTED_LIVING: 60,
    Category.MEALS: 1000,
}
"""Parts of a unit: minutes of an hour, thousandths of an attendance or a meal."""
PLACED = SOLD[1:]
"""The services that have providers; assistants are hired one by one."""


class State(IntEnum):
    """Where a provider stands."""

    NOT_YET = 0
    OPEN = 1
    CLOSING = 2
    CLOSED = 3


class Kind(IntEnum):
    """What a provider is."""

    POOL = 0
    COVER = 1
    IN_HOUSE = 2
    SMALL = 3
    MEDIUM = 4
    LARGE = 5
    SINGLE = 6
    LISTED = 7
    NEWCOMER = 8


class Terms(IntEnum):
    """How somebody's service is bought."""

    BLOCK = 1
    SPOT = 2
    BUDGET = 3
    COVERED = 4


@dataclass
class Provider:
    """One provider: what it can give and gives a week (in parts of its unit), and how it fares (in pence)."""

    number: int
    service: Category
    kind: Kind
    name: str
    nominal: float
    state: State
    price: int
    first_price: int
    settings: Any = None
    """its entry in the council's own list, if it has one"""
    area: int | None = None
    listed: bool = False
    weight: float = 0.0
    budget_weight: float = 0.0
    quality: float = 0.0
    capacity: int = 0
    block: int = 0
    private: int = 0
    used: dict[Terms, int] = field(default_factory=lambda: dict.fromkeys(Terms, 0))
    holders: int = 0
    # how it fares
    margin: float = 0.0
    fixed: float = 0.0  # a week
    variable: float = 0.0  # a part
    reserves: float = 0.0
    owed: float = 0.0
    first_fixed: float = 0.0
    first_volume: float = 0.0
    first_private: float = 0.0
    first_reserves: float = 0.0
    block_ends: float = inf
    closes_on: float = inf
    block_use: int = 0
    block_months: int = 0
    months_granted: int = 0
    in_trouble: bool = False
    runs_down: bool = False
    year_cost: float = 0.0
    year_volume: float = 0.0

    @property
    def in_house(self) -> bool:
        """Whether the council runs it."""
        return self.kind == Kind.IN_HOUSE

    @property
    def is_real(self) -> bool:
        """Whether it is neither the pool of assistants nor emergency cover."""
        return self.kind not in (Kind.POOL, Kind.COVER)

    @property
    def is_independent(self) -> bool:
        """Whether it is open, real and none of the council's."""
        return self.is_real and not self.in_house and self.state == State.OPEN

    @property
    def is_alive(self) -> bool:
        """Whether it still has people."""
        return self.state in (State.OPEN, State.CLOSING)

    @property
    def taken(self) -> int:
        """All that is taken of it a week."""
        return sum(self.used.values()) + self.private

    @property
    def bought(self) -> int:
        """What the council and its people take a week."""
        return sum(self.used.values())

    @property
    def idle_block(self) -> int:
        """Block hours that nobody uses."""
        return max(self.block - self.used[Terms.BLOCK], 0)

    @property
    def promised(self) -> int:
        """What is taken, with all of the block."""
        return self.taken - self.used[Terms.BLOCK] + max(self.block, self.used[Terms.BLOCK])


LABELS = {
    Category.HOME_CARE: "Agency",
    Category.DAY_CARE: "Day centre",
    Category.SUPPORTED_LIVING: "Supported living",
    Category.MEALS: "Meals",
}
MOST_PRIVATE = 0.95
"""The largest part of a provider's volume that other customers have."""
LEAST_MULTIPLE = 0.01
"""What an in-house hour costs at least against an independent one: free hours would have no bound."""
SPARE, SPARE_SHARE = 4, 0.25
"""Names kept for newcomers of a service: so many, and so many for each provider of the start."""


def for_council(private_percent: float) -> float:
    """The part of a provider's volume that the council and its people can have."""
    return 1 - min(private_percent / 100, MOST_PRIVATE)


def first_prices(settings: Any) -> dict[Category, int]:
    """Pence a unit at the start, by service: the council's average."""
    prices = settings.prices
    pounds = {
        Category.PERSONAL_ASSISTANCE: prices.assistant_gbp_per_hour,
        Category.HOME_CARE: prices.home_care_gbp_per_hour,
        Category.DAY_CARE: prices.day_centre_gbp_per_attendance,
        Category.SUPPORTED_LIVING: prices.supported_living_gbp_per_hour,
        Category.MEALS: prices.meal_gbp,
    }
    return {service: max(round(price * 100), 1) for service, price in pounds.items()}


def providers_of(
    settings: Any, money: dict[Category, float], in_house_ib_share: float, draws: Any
) -> list[Provider]:
    """The providers of a council whose packages hold `money` (pence a week) of each service."""
    prices = first_prices(settings)
    demand = {service: money[service] / prices[service] * UNIT[service] for service in SOLD}
    rows: list[tuple[Category, Kind, str, float, Any]] = [
        (SOLD[0], Kind.POOL, "Personal assistants", demand[SOLD[0]], None),
        (SOLD[0], Kind.COVER, "Emergency cover", 0.0, None),
    ]
    for service in PLACED:
        mine = _listed(settings, service) or _generated(settings.providers, service, demand[service])
        rows += mine
        for number in range(SPARE + int(SPARE_SHARE * len(mine))):
            rows.append((service, Kind.NEWCOMER, f"{LABELS[service]}, newcomer {number + 1}", 0.0, None))
    out = []
    for number, (service, kind, name, nominal, own) in enumerate(rows):
        there = nominal > 0 or kind == Kind.COVER or kind == Kind.POOL
        price = prices[service]
        one = Provider(number, service, kind, name, nominal, State(int(there)), price, price, own)
        one.quality = settings.providers.quality_sigma * draws.normal("provider quality", number)
        one.area = None if own is None or own.locality is None else own.locality - 1
        one.listed = own is not None and own.preferred
        out.append(one)
    _weigh(out, in_house_ib_share)
    return out


def _listed(settings: Any, service: Category) -> list[tuple[Category, Kind, str, float, Any]]:
    """The council's own providers of a service."""
    rows = []
    for own in settings.providers.listed:
        if own.service == service.name.lower():
            nominal = own.capacity_per_week * UNIT[service] * for_council(own.private_percent)
            rows.append((service, Kind.IN_HOUSE if own.in_house else Kind.LISTED, own.name, nominal, own))
    return rows


def _generated(own: Any, service: Category, demand: float) -> list[tuple[Category, Kind, str, float, Any]]:
    """As many providers of a service as the demand takes."""
    label, unit = LABELS[service], UNIT[service]
    if service != Category.HOME_CARE:
        sizes = {
            Category.DAY_CARE: own.day_centre_places,
            Category.SUPPORTED_LIVING: own.supported_living_hours,
            Category.MEALS: own.meals_per_week,
        }
        council = max(sizes[service] * unit * for_council(own.day_centre_private_percent), 1.0)
        count = max(1, round(demand / council))
        return [(service, Kind.SINGLE, f"{label} {n + 1}", council, None) for n in range(count)]
    # of the money the in-house service has more than of the hours, which are dearer there
    hours, multiple = own.in_house_home_care_percent / 100, max(own.in_house_price_multiple, LEAST_MULTIPLE)
    inside = hours * multiple / (1 - hours + hours * multiple) if hours > 0 else 0.0
    rows: list[tuple[Category, Kind, str, float, Any]] = []
    if inside > 0:
        rows.append((service, Kind.IN_HOUSE, "In-house home care", max(demand * inside, 1.0), None))
    outside, number = demand * (1 - inside), 0
    percents = (own.agency_small_percent, own.agency_medium_percent, own.agency_large_percent)
    each = (own.agency_small_hours, own.agency_medium_hours, own.agency_large_hours)
    for kind, percent, size in zip((Kind.SMALL, Kind.MEDIUM, Kind.LARGE), percents, each, strict=True):
        council = size * unit * for_council(own.agency_private_percent)
        for _ in range(round(outside * percent / max(sum(percents), 1e-9) / max(council, 1.0))):
            number += 1
            rows.append((service, kind, f"{label} {number} ({kind.name.lower()})", council, None))
    if number == 0 and inside < 1:
        rows.append((service, Kind.SMALL, f"{label} 1 (small)", max(outside, 1.0), None))
    return rows


def _weigh(providers: Sequence[Provider], in_house_ib_share: float) -> None:
    """Providers draw people in proportion to size; budgets go in house with the share of Table 5.6."""
    for one in providers:
        one.weight = one.budget_weight = log(max(one.nominal, 1.0))
    share = min(max(in_house_ib_share, 1e-6), 1 - 1e-6)
    for service in PLACED:
        inside = [one for one in providers if one.service == service and one.in_house]
        outside = sum(one.nominal for one in providers if one.service == service and not one.in_house)
        if not inside or outside <= 0:
            continue
        for one in inside:
            part = one.nominal / sum(other.nominal for other in inside)
            one.budget_weight = log(max(part * outside * share / (1 - share), 1e-9))
