"""The calendar of a run: days counted from its first day, working days, bank holidays, months, years."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from ibsim.units import add_years, financial_year


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Anonymous algorithm, as printed by Meeus)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    ell = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * ell) // 451
    month, day = divmod(h + ell - 7 * m + 114, 31)
    return date(year, month, day + 1)


def bank_holidays(year: int) -> set[date]:
    """The eight bank holidays of England in a year, moved to the next weekday from a weekend."""

    def monday(start: date) -> date:
        return start + timedelta(days=-start.weekday() % 7)

    easter = _easter(year)
    days = {
        easter - timedelta(days=2),
        easter + timedelta(days=1),
        monday(date(year, 5, 1)),
        monday(date(year, 5, 25)),
        monday(date(year, 8, 25)),
    }
    for month, day in ((1, 1), (12, 25), (12, 26)):
        holiday = date(year, month, day)
        while holiday.weekday() >= 5 or holiday in days:
            holiday += timedelta(days=1)
        days.add(holiday)
    return days


class Clock:
    """Days 0 to `n_days` - 1 from `first_day`; the counted run starts at `start`, after the warm-up.

    Arrays, all over days: `working` (bool), `month` (months since the counted start, -1
    before it), `year` (financial years since the counted start, -1 before it).
    """

    def __init__(self, start: date, years: int, warm_up_years: int) -> None:
        self.start = start
        self.first_day = add_years(start, -warm_up_years)
        self.end = add_years(start, years)
        self.n_days = (self.end - self.first_day).days
        self.start_day = (start - self.first_day).days
        days = [self.first_day + timedelta(days=i) for i in range(self.n_days)]
        holidays: set[date] = set()
        for year in range(self.first_day.year, self.end.year + 1):
            holidays |= bank_holidays(year)
        self.working = np.array([d.weekday() < 5 and d not in holidays for d in days], dtype=bool)
        self.month = np.array([(d.year - start.year) * 12 + d.month - start.month for d in days])
        first_year = financial_year(start)
        self.year = np.array([financial_year(d) - first_year for d in days])
        before = np.arange(self.n_days) < self.start_day
        self.year[before] = -1
        self.month[before] = -1
        self.n_months = int(self.month[-1]) + 1
        self.n_years = int(self.year[-1]) + 1

    def day_of(self, moment: date) -> int:
        """The day number of a calendar date."""
        return (moment - self.first_day).days

    def date_of(self, day: int) -> date:
        """The calendar date of a day number."""
        return self.first_day + timedelta(days=day)
