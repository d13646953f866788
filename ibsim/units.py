"""The units everyone uses: whole minutes, whole pence, calendar days, financial years.

Moments are whole minutes since midnight of a run's first day; money is whole pence.
Scenario files speak days, weeks, hours and pounds: they are converted once, on reading.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

DAY_MINUTES = 24 * 60
HOUR_MINUTES = 60
DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / 12
WEEKS_PER_YEAR = DAYS_PER_YEAR / 7

GROUPS = ("PD", "LD", "MH", "OP")
"""Service user groups, in the order of their codes 0 to 3."""
ARMS = ("conventional", "IB")
"""The two systems, in the order of their codes 0 and 1."""


def split_pence(total_pence: int, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Split a sum of money so that the parts add up to it exactly (largest remainder).

    `weights` is a vector of non-negative numbers with a positive sum; the result has its
    shape, in pence.  Ties of remainders go to the earlier part; remainders that differ by less than a
    millionth of a penny are such a tie, or rounding would choose.
    """
    shares = total_pence * (weights / weights.sum())
    parts: NDArray[np.int64] = np.floor(shares).astype(np.int64)
    missing = int(total_pence - parts.sum())
    order = np.argsort(np.round(parts - shares, 6), kind="stable")
    parts[order[:missing]] += 1
    return parts


def financial_year(day: date) -> int:
    """The calendar year in which the financial year (from 1 April) of `day` starts."""
    return day.year if day.month >= 4 else day.year - 1


def year_label(start_year: int) -> str:
    """A financial year as the results print it: 2006 becomes `2006-07`."""
    return f"{start_year}-{(start_year + 1) % 100:02d}"


def add_years(day: date, years: int) -> date:
    """The same day of the year, `years` later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def month_starts(day: date, n: int) -> list[date]:
    """The first days of `n` months, from the month of `day` on."""
    months = range(day.year * 12 + day.month - 1, day.year * 12 + day.month - 1 + n)
    return [date(month // 12, month % 12 + 1, 1) for month in months]


def day_of(start: date, offset: int) -> date:
    """The calendar day `offset` days after `start`."""
    return start + timedelta(days=offset)
