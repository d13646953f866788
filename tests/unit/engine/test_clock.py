"""Working days, bank holidays, months and financial years."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from ibsim.engine.clock import Clock, bank_holidays

# As the government published them for England and Wales.
HOLIDAYS = {
    2006: ["01-02", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"],
    2007: ["01-01", "04-06", "04-09", "05-07", "05-28", "08-27", "12-25", "12-26"],
    2008: ["01-01", "03-21", "03-24", "05-05", "05-26", "08-25", "12-25", "12-26"],
    2009: ["01-01", "04-10", "04-13", "05-04", "05-25", "08-31", "12-25", "12-28"],
    2010: ["01-01", "04-02", "04-05", "05-03", "05-31", "08-30", "12-27", "12-28"],
}


@pytest.mark.parametrize("year", HOLIDAYS)
def test_bank_holidays_are_those_that_were_published(year: int) -> None:
    assert sorted(f"{day:%m-%d}" for day in bank_holidays(year)) == HOLIDAYS[year]


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        (2000, 4, 23), (2008, 3, 23), (2011, 4, 24), (2038, 4, 25),
        (1954, 4, 18), (1981, 4, 19), (2049, 4, 18), (2076, 4, 19),  # a week before what the moon alone says
    ],
)  # fmt: skip
def test_easter_is_on_its_sunday(year: int, month: int, day: int) -> None:
    assert {date(year, month, day) - timedelta(days=2), date(year, month, day) + timedelta(days=1)} <= (
        bank_holidays(year)
    )


def test_every_year_has_eight_bank_holidays_on_weekdays() -> None:
    for year in range(1990, 2060):
        days = bank_holidays(year)
        assert len(days) == 8
        assert all(day.weekday() < 5 for day in days)


def test_days_are_counted_from_the_warm_up() -> None:
    clock = Clock(date(2006, 4, 1), years=2, warm_up_years=1)
    assert clock.first_day == date(2005, 4, 1)
    assert clock.start_day == 365
    assert clock.n_days == 365 + 365 + 366
    assert clock.date_of(clock.start_day) == date(2006, 4, 1)
    assert clock.day_of(date(2008, 3, 31)) == clock.n_days - 1
    assert clock.end == date(2008, 4, 1)


def test_working_days_are_neither_weekends_nor_bank_holidays() -> None:
    clock = Clock(date(2006, 4, 1), years=4, warm_up_years=0)
    for text, works in {
        "2006-04-01": False,  # a Saturday
        "2006-04-03": True,
        "2006-04-14": False,  # Good Friday
        "2008-02-29": True,
        "2009-12-28": False,  # for Boxing Day on a Saturday
        "2009-12-29": True,
    }.items():
        assert clock.working[clock.day_of(date.fromisoformat(text))] == works
    # 1,461 days, 1,044 of them Mondays to Fridays, 32 bank holidays and Easters of 2006 to 2009
    weekdays = sum((clock.first_day + timedelta(days=i)).weekday() < 5 for i in range(clock.n_days))
    holidays = [day for days in HOLIDAYS.values() for day in days]
    within = sum(
        date(2006, 4, 1) <= date.fromisoformat(f"{year}-{day}") < date(2010, 4, 1)
        for year, days in HOLIDAYS.items()
        for day in days
    )
    assert len(holidays) == 40
    assert clock.working.sum() == weekdays - within


def test_months_count_from_the_start_and_are_minus_one_before() -> None:
    clock = Clock(date(2006, 4, 1), years=2, warm_up_years=1)
    assert clock.n_months == 24
    assert clock.month[clock.start_day] == 0
    assert clock.month[clock.start_day - 1] == -1
    assert (clock.month[: clock.start_day] == -1).all()
    assert np.bincount(clock.month[clock.start_day :]).tolist()[:4] == [30, 31, 30, 31]
    leap = np.count_nonzero(clock.month == 22)
    assert leap == 29  # February 2008


def test_financial_years_count_from_the_start() -> None:
    clock = Clock(date(2006, 4, 1), years=3, warm_up_years=2)
    assert clock.n_years == 3
    assert clock.year[clock.day_of(date(2007, 3, 31))] == 0
    assert clock.year[clock.day_of(date(2007, 4, 1))] == 1
    assert clock.year[clock.start_day - 1] == -1
    assert (clock.year[: clock.start_day] == -1).all()
    assert np.bincount(clock.year[clock.start_day :]).tolist() == [365, 366, 365]


def test_a_start_within_a_month_and_year_does_not_count_what_was_before() -> None:
    clock = Clock(date(2006, 10, 16), years=1, warm_up_years=1)
    assert clock.month[clock.start_day] == 0
    assert clock.month[clock.start_day - 1] == -1  # October before the start is not month 0
    assert clock.year[clock.start_day - 1] == -1
    assert clock.n_years == 2


def test_the_29th_of_february_comes_back_as_the_first_of_march() -> None:
    clock = Clock(date(2008, 2, 29), years=1, warm_up_years=1)
    assert clock.first_day == date(2007, 3, 1)
    assert clock.end == date(2009, 3, 1)
