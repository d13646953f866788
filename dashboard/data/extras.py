"""The tables that only some result folders have: providers, cost-effectiveness, winners and losers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ibsim.results.guarded import damaged, number, read_rows

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider in one financial year, means over replications; NaN where a cell is empty.

    Volumes are a week's, in `unit`, which is not hours for each service though the names say so.
    """

    provider: str
    name: str
    service: str
    size: str
    unit: str
    year: str
    council_hours_block: float
    council_hours_spot: float
    ib_hours: float
    private_hours: float
    price_gbp: float
    unit_cost_gbp: float
    margin_percent: float
    reserves_gbp: float
    void_gbp: float
    people: float
    open_share: float
    closure_probability: float
    displaced_people: float

    @property
    def is_firm(self) -> bool:
        """Whether it is a provider with books of its own: the pool of assistants and cover are none."""
        return self.service not in NO_FIRMS

    @property
    def volume(self) -> float:
        """All that it sells a week, in its unit."""
        parts = (self.council_hours_block, self.council_hours_spot, self.ib_hours, self.private_hours)
        return sum(part for part in parts if part == part)


@dataclass(frozen=True, slots=True)
class CostEffect:
    """A group's difference in cost (pounds a week) and in one outcome, IB less conventional support."""

    group: str
    outcome: str
    cost: float
    cost_low: float
    cost_high: float
    effect: float
    effect_low: float
    effect_high: float
    icer: float
    quadrants: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw of the plane: what an IB costs more a week, and what the outcome gains."""

    group: str
    outcome: str
    cost: float
    effect: float


@dataclass(frozen=True, slots=True)
class Acceptability:
    """The probability that IBs are worth their cost at one willingness to pay."""

    group: str
    outcome: str
    willingness: float
    probability: float


@dataclass(frozen=True, slots=True)
class Winners:
    """Of people alike in one respect: how many, and how many have more or less than before."""

    by: str
    value: str
    people: float
    winners: float
    losers: float
    change: float


NO_FIRMS = ("personal_assistance", "cover")
_PROVIDER_TEXT = ("provider", "name", "service", "size", "year")
_PROVIDER_NUMBERS = (
    *("council_hours_block", "council_hours_spot", "ib_hours", "private_hours", "price_gbp"),
    *("unit_cost_gbp", "margin_percent", "reserves_gbp", "void_gbp", "people", "open_share"),
    *("closure_probability", "displaced_people"),
)
_COST = {
    "cost": "cost_difference_gbp_per_week",
    "cost_low": "cost_ci_low",
    "cost_high": "cost_ci_high",
    "effect": "outcome_difference",
    "effect_low": "outcome_ci_low",
    "effect_high": "outcome_ci_high",
    "icer": "icer_gbp",
}
QUADRANTS = ("ne", "nw", "se", "sw")


def read_providers(path: Path) -> tuple[Provider, ...]:
    """providers.csv, a row a provider and year."""

    def row(cells: dict[str, str]) -> Provider:
        text = {name: cells[name] for name in _PROVIDER_TEXT}
        numbers = {name: number(cells[name]) for name in _PROVIDER_NUMBERS}
        return Provider(unit=cells.get("unit") or "hours", **text, **numbers)  # type: ignore[arg-type]

    return _rows(path, (*_PROVIDER_TEXT, *_PROVIDER_NUMBERS), row)


def read_cost_effects(path: Path) -> tuple[CostEffect, ...]:
    """cost_effectiveness.csv, a row a group and outcome."""

    def row(cells: dict[str, str]) -> CostEffect:
        shares = {name: number(cells.get(f"quadrant_{name}")) for name in QUADRANTS}
        numbers = {field: number(cells[name]) for field, name in _COST.items()}
        return CostEffect(cells["group"], cells["outcome"], quadrants=shares, **numbers)

    return _rows(path, ("group", "outcome", *_COST.values()), row)


def read_plane(path: Path) -> tuple[Draw, ...]:
    """plane.csv, a row a draw of each group and outcome."""
    cost, gain = "cost_difference_gbp_per_week", "outcome_difference"
    return _rows(
        path,
        ("group", "outcome", cost, gain),
        lambda cells: Draw(cells["group"], cells["outcome"], number(cells[cost]), number(cells[gain])),
    )


def read_acceptability(path: Path) -> tuple[Acceptability, ...]:
    """acceptability.csv, a row a group, outcome and willingness to pay."""
    columns = ("group", "outcome", "willingness_gbp", "probability")
    return _rows(
        path,
        columns,
        lambda cells: Acceptability(
            cells["group"], cells["outcome"], number(cells["willingness_gbp"]), number(cells["probability"])
        ),
    )


def read_winners(path: Path) -> tuple[Winners, ...]:
    """winners.csv, a row a value of each thing by which people are told apart."""
    numbers = ("people", "winners_percent", "losers_percent", "mean_change_gbp_per_week")
    return _rows(
        path,
        ("by", "value", *numbers),
        lambda cells: Winners(cells["by"], cells["value"], *(number(cells[name]) for name in numbers)),
    )


def _rows(path: Path, columns: tuple[str, ...], make: Callable[[dict[str, str]], _Row]) -> tuple[_Row, ...]:
    try:
        return tuple(make(cells) for cells in read_rows(path, columns))
    except ValueError as error:
        raise damaged(path, "a row has a cell that is no number") from error
