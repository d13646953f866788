"""Prices: the financial year whose pounds the numbers are in, and what a pound of another year is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ibsim.errors import EvidenceError
from ibsim.units import year_label

PACK_PRICES = "2007-08"
"""The financial year in whose prices a pack's pounds are."""


@dataclass(frozen=True, slots=True)
class Prices:
    """A financial year, and what a pound of `PACK_PRICES` comes to in its prices."""

    year: str
    pound: float


OF_THE_PACK = Prices(PACK_PRICES, 1.0)


def rise_id(label: str) -> str:
    """The row with the rise of prices from the year before to a financial year, in percent."""
    return f"price-rise-to-{label}-percent"


def prices_of(label: str, rise: Callable[[str], float | None]) -> Prices:
    """The prices of a financial year.

    `rise` gives the percent by which prices rose to a year since the one before, or None where nobody
    knows.  Raises EvidenceError for a year that no unbroken line of rises reaches.
    """
    own, wanted = int(PACK_PRICES[:4]), int(label[:4])
    pound = 1.0
    for year in range(min(own, wanted) + 1, max(own, wanted) + 1):
        percent = rise(year_label(year))
        if percent is None:
            rule = f"each year between it and {PACK_PRICES} has its row {rise_id(year_label(year))}"
            remedy = f"write a nearer year, or {PACK_PRICES}"
            raise EvidenceError(f"prices of {label}", "a year without an inflator", rule, remedy)
        pound *= 1 + percent / 100
    return Prices(label, pound if wanted > own else 1 / pound)


def power_of_pounds(unit: str) -> int:
    """How often pounds stand in a unit: 1 in `pounds a week`, -1 in `points a pound`, 0 elsewhere."""
    if unit.startswith("pounds"):
        return 1
    if unit.endswith(" a pound"):
        return -1
    return -2 if unit.endswith(" a squared pound") else 0
