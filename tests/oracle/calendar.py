"""The council's calendar in plain dates: working days, bank holidays, counted months and years."""

from __future__ import annotations

from datetime import date, timedelta

DAY = 24 * 60
HOUR = 60
WEEK = 7 * DAY
YEAR = 365.25 * DAY
WEEKS_A_YEAR = 365.25 / 7


def easter_sunday(year: int) -> date:
    """Easter Sunday: the Sunday after the full moon on or after 21 March (Gauss's rule, 1816)."""
    century = year // 100
    moon = (15 + century - century // 4 - (13 + 8 * century) // 25) % 30
    sunday = (4 + century - century // 4) % 7
    day = (19 * (year % 19) + moon) % 30
    day -= day == 29 or (day == 28 and year % 19 > 10)
    shift = (2 * (year % 4) + 4 * (year % 7) + 6 * day + sunday) % 7
    return date(year, 3, 22) + timedelta(days=day + shift)


def bank_holidays(year: int) -> set[date]:
    """The eight of England; one that falls on a weekend is taken on the next free weekday."""
    easter = easter_sunday(year)
    found = {easter - timedelta(days=2), easter + timedelta(days=1)}
    may = [date(year, 5, day) for day in range(1, 32)]
    august = [date(year, 8, day) for day in range(1, 32)]
    found.add(next(day for day in may if day.weekday() == 0))
    found.add([day for day in may if day.weekday() == 0][-1])
    found.add([day for day in august if day.weekday() == 0][-1])
    for day in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        while day.weekday() >= 5 or day in found:
            day += timedelta(days=1)
        found.add(day)
    return found


class Calendar:
    """Days are counted from the first day of the warm-up; what counts begins on `start`."""

    def __init__(self, start: date, first_day: date, end: date) -> None:
        self.start, self.first_day, self.end = start, first_day, end
        self.n_days = (end - first_day).days
        self.start_day = (start - first_day).days
        self.holidays = {day for year in range(first_day.year, end.year + 1) for day in bank_holidays(year)}
        self._months = [self._month(day) for day in range(self.n_days)]
        self.n_months = self._months[-1] + 1
        self.n_years = self.year(self.n_days - 1) + 1

    def date_of(self, day: int) -> date:
        return self.first_day + timedelta(days=day)

    def day_of(self, day: date) -> int:
        return (day - self.first_day).days

    def works(self, day: int) -> bool:
        """Whether the council works on a day."""
        on = self.date_of(day)
        return on.weekday() < 5 and on not in self.holidays

    def month(self, day: int) -> int:
        """Months since the counted start; -1 in the warm-up."""
        return self._months[day]

    def _month(self, day: int) -> int:
        if day < self.start_day:
            return -1
        on = self.date_of(day)
        return (on.year - self.start.year) * 12 + on.month - self.start.month

    def year(self, day: int) -> int:
        """Financial years (from 1 April) since the one of the counted start; -1 in the warm-up."""
        if day < self.start_day:
            return -1
        on = self.date_of(day)
        return on.year - (on.month < 4) - (self.start.year - (self.start.month < 4))

    def month_of(self, at: int) -> int:
        """The counted month of the minute before a moment: midnight belongs to the day that ends."""
        return self.month(min((max(at, 1) - 1) // DAY, self.n_days - 1))
