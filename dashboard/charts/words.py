"""Numbers and labels as people say them: pounds, percent and days with their intervals, months by name."""

from __future__ import annotations

import math
from collections.abc import Iterable

from dashboard.data.run import Cell
from ibsim.results.terminal import plain_number

GROUPS = {
    "PD": "Physical disability",
    "LD": "Learning disability",
    "MH": "Mental health",
    "OP": "Older people",
    "all": "All groups",
}
ARMS = {"conventional": "Conventional", "IB": "Individual budgets", "all": "Both systems"}
STAGES = {
    "assessment": "Assessment",
    "allocation": "Allocation",
    "planning": "Planning",
    "sign_off": "Sign-off",
    "arranging": "Arranging",
}
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
INTERVAL = "95 percent interval of the mean"
NEVER = "–"
MINUS = "\u2212"
"""A minus that no line is broken at."""


def figure(value: float, unit: str = "") -> str:
    """A number with its unit, to the precision that a reader wants: `£1.2m`, `52.5%`, `39.5 days`."""
    if math.isnan(value):
        return NEVER
    if unit.startswith("pounds"):
        return _pounds(value) + unit.removeprefix("pounds")
    decimals = 0 if abs(value) >= 100 or value == int(value) else 1
    number = plain_number(value, decimals).replace("-", MINUS)
    if unit.startswith("percent"):
        return f"{number}%"
    return f"{number} {unit}".rstrip()


def _pounds(value: float) -> str:
    sign, size = (MINUS if value < 0 else ""), abs(value)
    if size >= 999_500:
        return f"{sign}£{plain_number(size / 1e6, 1 if size < 99.95e6 else 0)}m"
    if size >= 10_000:
        return f"{sign}£{plain_number(size / 1e3, 0)}k"
    return f"{sign}£{plain_number(size, 0 if size >= 100 else 2)}"


def span(low: float, high: float, unit: str = "") -> str:
    """An interval: `£1.1m to £1.3m`; a dash where there is none."""
    if math.isnan(low) or math.isnan(high):
        return NEVER
    plain = unit.split(" ")[0] if unit.startswith("pounds") else unit if unit == "percent" else ""
    return f"{figure(low, plain)} to {figure(high, plain)}"


def with_interval(cell: Cell, unit: str = "") -> str:
    """A mean with its interval in brackets: `39.5 days (38.1 to 40.9)`."""
    text = figure(cell.mean, unit)
    return text if math.isnan(cell.low) else f"{text} ({span(cell.low, cell.high, unit)})"


def month_name(month: str) -> str:
    """`2006-04` as `April 2006`; a text that is no month stays as it is."""
    year, _, number = month.partition("-")
    if number.isdecimal() and 1 <= int(number) <= len(MONTHS):
        return f"{MONTHS[int(number) - 1]} {year}"
    return month


def year_name(year: str) -> str:
    """A financial year for the middle of a sentence: `2006-07`, or `all years`."""
    return "all years" if year == "all" else year


def listed(parts: Iterable[str]) -> str:
    """`a, b and c`."""
    found = list(parts)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}" if found else ""


def readable(name: str) -> str:
    """A code such as `HOME_CARE` or `la_care_manager` in words: `Home care`, `La care manager`."""
    words = name.replace("_", " ").replace("-", " ").strip().lower()
    return words[:1].upper() + words[1:]


def percent(part: float, whole: float) -> str:
    """A part in percent of the whole; a dash where the whole is nothing."""
    return figure(100 * part / whole, "percent") if whole else NEVER


def plural(count: float, one: str, more: str = "") -> str:
    """`1 person`, `2 people`: the number with its noun."""
    return f"{plain_number(count, 0)} {one if round(count) == 1 else more or one + 's'}"
