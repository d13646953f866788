"""The RAS on its own, in words, as tables on the terminal and as tidy rows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ibsim.policy.allocation import PointsSettings
from ibsim.results.statistics import Floats, Statistics, summarise
from ibsim.results.terminal import GAP, LABEL_WIDTH, plain_number
from ibsim.results.textfiles import csv_text, number, text_cell
from ibsim.units import GROUPS

if TYPE_CHECKING:
    from rich.console import Console

GROUP_COLUMNS = (*GROUPS, "all")
CSV_COLUMNS = ("table", "item", "group", "unit", "mean", "sd", "ci_low", "ci_high", "replications")
DECIMALS = 4
MILLION = 1e-6


@dataclass(frozen=True)
class Row:
    """One number of the RAS: `values` float64[replications, 5] over the groups and all of them."""

    table: str
    item: str
    unit: str
    values: Floats

    @cached_property
    def statistics(self) -> Statistics:
        """Over replications; float64[5]."""
        return summarise(self.values)


@dataclass(frozen=True)
class RasAlone:
    """What `ibsim ras` found: `settings` of the RAS that was tried, and every number as a row."""

    name: str
    settings: PointsSettings
    seed: int
    rows: tuple[Row, ...]

    @property
    def replications(self) -> int:
        """How many councils the numbers are over."""
        return int(self.rows[0].values.shape[0])

    def row(self, table: str, item: str, unit: str = "") -> Row | None:
        """The row of an item, by its unit where it has several; None if the method has no such row."""
        found = (row for row in self.rows if row.table == table and row.item == item)
        return next((row for row in found if unit in ("", row.unit)), None)

    def mean(self, table: str, item: str, unit: str = "", group: str = "all") -> float:
        """A mean over replications; NaN where there is none."""
        row = self.row(table, item, unit)
        return math.nan if row is None else float(row.statistics.mean[GROUP_COLUMNS.index(group)])


# --- tidy rows --------------------------------------------------------------------------------------------


def ras_csv(found: RasAlone) -> str:
    """A row an item and group in which anybody counts."""
    return csv_text(CSV_COLUMNS, ([text_cell(cell) for cell in row] for row in _cells(found)))


def ras_tree(found: RasAlone) -> dict[str, Any]:
    """The same for a program, with the sentences."""
    rows = [
        {"table": row.table, "item": row.item, "unit": row.unit}
        | dict(zip(GROUP_COLUMNS, row.statistics.mean.tolist(), strict=True))
        for row in found.rows
    ]
    return {
        "name": found.name,
        "seed": found.seed,
        "replications": found.replications,
        "sentences": list(sentences(found)),
        "rows": rows,
    }


def _cells(found: RasAlone) -> Iterator[list[str]]:
    for row in found.rows:
        s = row.statistics
        for place, group in enumerate(GROUP_COLUMNS):
            if s.replications[place]:
                values = [number(float(x[place]), DECIMALS) for x in (s.mean, s.sd, s.ci_low, s.ci_high)]
                yield [row.table, row.item, group, row.unit, *values, str(s.replications[place])]


# --- words --------------------------------------------------------------------------------------------------


def sentences(found: RasAlone) -> Iterator[str]:
    """What the numbers mean, in a few sentences."""
    people = plain_number(found.mean("price list", "people"), 0)
    promised = _millions(found.mean("money", "promised"))
    included = "" if found.settings.method == "outcome" else ", adjustments and disputes included"
    yield (
        f"The RAS promises £{promised} million of council money a year to {people} people with a package"
        f"{included}: {_against_money(found)}."
    )
    yield from _chance(found)
    worse = _changed(found, "losers", "loss", "less", " of the people have less than their package is worth")
    yield f"{worse}; {_changed(found, 'winners', 'gain', 'more', ' have more')}."
    pound = found.mean("what if", "one_pound", "pounds a year")
    if not math.isnan(pound):
        what = "a point" if found.settings.method == "points" else "an hour"
        yield f"One more pound {what} costs £{plain_number(pound, 0)} a year if everybody takes a budget."
    yield from _losing(found)


def _against_money(found: RasAlone) -> str:
    shared, money = found.mean("money", "to_share_out"), found.mean("money", "money")
    if not money:
        return "there is no money to share out"
    over = _more_or_less(found.mean("money", "over_money"))
    if not shared:
        return f"all the money is held back as contingency, and this is {over} it"
    return (
        f"{_more_or_less(found.mean('money', 'over_shared'))} the £{_millions(shared)} million that it has "
        f"to share out, and {over} that and the contingency together"
    )


def _more_or_less(percent: float) -> str:
    return f"{abs(percent):.1f} percent {'more' if percent > 0 else 'less'} than"


def _changed(found: RasAlone, share: str, by: str, way: str, what: str) -> str:
    """How many have less (or more) than now, and by how much, if there are any."""
    pounds = found.mean("against packages", by)
    much = "" if math.isnan(pounds) else f", on the mean £{pounds:.0f} a week {way}"
    return f"{found.mean('against packages', share):.0f} percent{what}{much}"


def _chance(found: RasAlone) -> Iterator[str]:
    """How far the draw of the sample, and of the people, moves the total."""
    row = found.row("money", "over_shared")
    spread = float(row.statistics.sd[-1]) if row is not None else math.nan
    if math.isnan(spread) or found.settings.method == "outcome":
        return
    why = f"the price stands on {found.settings.sample_people} people a group, and "
    why = why if found.settings.method == "points" else ""
    yield f"By chance: {why}one council's total differs from another's by some {spread:.1f} percent (sd)."


def _losing(found: RasAlone) -> Iterator[str]:
    row = found.row("against packages", "losers")
    shares = row.statistics.mean[: len(GROUPS)] if row is not None else np.zeros(1)
    if np.isnan(shares).any() or np.ptp(shares) < 1:
        return
    most, least = GROUPS[int(np.argmax(shares))], GROUPS[int(np.argmin(shares))]
    yield f"Most often {most} lose ({shares.max():.0f} percent), least often {least} ({shares.min():.0f})."


def _millions(pounds: float) -> str:
    return plain_number(pounds * MILLION, 1)


# --- tables ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Line:
    label: str
    item: str
    unit: str = ""
    decimals: int = 0
    factor: float = 1.0


def _budget_lines() -> tuple[_Line, ...]:
    percentiles = (("One in ten below", "p10"), ("A quarter below", "p25"), ("Median", "p50"))
    upper = (("A quarter above", "p75"), ("One in ten above", "p90"))
    return (
        _Line("Mean", "mean"),
        _Line("Standard deviation", "sd"),
        *(_Line(label, item) for label, item in (*percentiles, *upper)),
        _Line("At the floor, %", "at_floor", decimals=1),
        _Line("At the ceiling, %", "at_ceiling", decimals=1),
    )


def _money_line(label: str, item: str) -> _Line:
    return _Line(label, item, "pounds a year", 2, MILLION)


WHAT_IF = {
    "one_pound": "One more pound a point (or hour)",
    "one_percent": "One percent more a point (or hour)",
    "single_prices": "A single price for all groups",
    "group_prices": "A price for each group",
    "points_method": "Points times a price",
    "outcome_method": "The cost of the plan (outcomes)",
    "hours_method": "Hours of care",
    "no_protection": "Without protection",
    "full_protection": "Nobody below the old package",
}
TABLES: tuple[tuple[str, str, tuple[_Line, ...]], ...] = (
    (
        "price list",
        "Price list",
        (
            _Line("People with a package", "people"),
            _Line("Price, £ a year a point", "price", "pounds a year", 1),
            _Line("Price, £ an hour", "price", "pounds an hour", 2),
            _Line("Points on the form, mean", "points", decimals=1),
        ),
    ),
    ("budgets", "Budgets, £ a year", _budget_lines()),
    (
        "against packages",
        "Against the present package",
        (
            _Line("Less than now, %", "losers", decimals=1),
            _Line("  by how much, £ a week", "loss"),
            _Line("More than now, %", "winners", decimals=1),
            _Line("  by how much, £ a week", "gain"),
            _Line("Worth, % of the packages", "worth", decimals=1),
        ),
    ),
    (
        "money",
        "The total, £ million a year",
        (
            _money_line("Money for the RAS", "money"),
            _money_line("Contingency", "contingency"),
            _money_line("To share out", "to_share_out"),
            _money_line("Points times price (or hours, plan)", "formula"),
            _money_line("Changed as it is agreed", "adjustments"),
            _money_line("Floor and ceiling", "floor_and_ceiling"),
            _money_line("Protection", "protection"),
            _money_line("Disputes upheld", "disputes"),
            _money_line("Promised", "promised"),
            _Line("Promised over shared out, %", "over_shared", decimals=1),
            _Line("Promised over all the money, %", "over_money", decimals=1),
        ),
    ),
    (
        "what if",
        "What if: more a year, £ million",
        tuple(_money_line(label, item) for item, label in WHAT_IF.items()),
    ),
    (
        "what if",
        "What if: less than now, %",
        tuple(_Line(label, item, "percent", 1) for item, label in WHAT_IF.items()),
    ),
)


def show_ras(found: RasAlone, console: Console) -> None:
    """Print the tables, with the groups side by side; figures are means over replications."""
    from rich.text import Text

    for table, title, lines in TABLES:
        rows = [(line.label, cells) for line in lines if (cells := _figures(found, table, line))]
        if not rows:
            continue
        width = (console.width - LABEL_WIDTH) // len(GROUP_COLUMNS) - GAP
        width = max(width, *(len(cell) for _, cells in rows for cell in cells))
        console.print()
        for label, cells in ((title, list(GROUP_COLUMNS)), *rows):
            text = label.ljust(LABEL_WIDTH) + "".join(cell.rjust(GAP + width) for cell in cells)
            console.print(Text(text, style="bold" if label == title else ""), soft_wrap=True)


def _figures(found: RasAlone, table: str, line: _Line) -> list[str]:
    """A line's cells; none where the method has no such row, or where it is nought for everybody."""
    row = found.row(table, line.item, line.unit)
    if row is None:
        return []
    means = row.statistics.mean * line.factor
    if line.item in ("protection", "floor_and_ceiling") and not np.nan_to_num(means).any():
        return []
    return ["" if math.isnan(mean) else plain_number(mean, line.decimals) for mean in means.tolist()]
