"""Tables C.5 and D.1: what services cost when the market starts, and what setting IBs up costs a site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ibsim.evidence import Evidence
from ibsim.validation.rows import EITHER, PUT_IN, Row, Sample
from ibsim.words import SETUP, Category

if TYPE_CHECKING:
    from ibsim.results.tables import Tables

RANGE_IN_SDS = 3.0
"""The least and the most of some ten figures lie about so many standard deviations apart."""
SITES_PRICED = 10
"""How many sites Table C.5 speaks of is not printed."""
SITES_WITH_TEAM = 7
"""Of twelve: seven means of a dedicated team and five of own resources make the printed mean of all."""
YEAR = 12
PRICES = (
    ("home care, council's own included", Category.HOME_CARE, "home-care", "pounds an hour"),
    ("day centre", Category.DAY_CARE, "day-centre", "pounds an attendance"),
    ("meals", Category.MEALS, "meal", "pounds a meal"),
)
"""Table C.5: words, the service, the fact, the unit."""
NOTE = "no spread is printed: the interval comes from the least and the most that a site had"


def start(sites: Sequence[Tables], evidence: Evidence) -> Iterator[Row]:
    """Prices of the first year, over what is sold; and set-up in the year from the first wave on."""
    for words, service, fact, unit in PRICES:
        pounds = volume = 0.0
        for tables in sites:
            market = tables.providers
            mine = market["service"] == service
            sold = market["volume"][mine, 0]
            pounds += float((market["price_gbp"][mine, 0] * sold).sum())
            volume += float(sold.sum())
        sample = Sample("C.5", "all", EITHER, unit, PUT_IN)
        model = pounds / volume if volume else np.nan
        yield _row(sample, words, f"unit-cost-{fact}-pilot", model, SITES_PRICED, evidence)
    spent = [_set_up(tables) for tables in sites]
    sample = Sample("D.1", "all", EITHER, "pounds", PUT_IN)
    yield _row(
        sample,
        "set-up in the first year, dedicated team",
        "setup-year1-dedicated-team",
        float(np.mean(spent)),
        SITES_WITH_TEAM,
        evidence,
    )


def _set_up(tables: Tables) -> float:
    """Pounds of set-up in the twelve months from the first in which any was spent."""
    monthly = tables.ledger[:, :, list(SETUP)].sum(axis=(1, 2, 3, 4))
    first = int(np.argmax(monthly > 0))
    return float(monthly[first : first + YEAR].sum()) / 100


def _row(sample: Sample, words: str, fact: str, model: float, n: int, evidence: Evidence) -> Row:
    least, mean, most = (evidence.facts[f"{fact}-{end}"].value for end in ("min", "mean", "max"))
    error = (most - least) / RANGE_IN_SDS / float(np.sqrt(n))
    return replace(sample.row(words, mean, model, n, error), note=NOTE)
