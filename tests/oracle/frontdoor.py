"""The front door: contacts by the day, and those that end at screening, by group."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from ibsim.words import Work
from tests.oracle.calendar import DAY
from tests.oracle.draws import spread_factor
from tests.oracle.people import GROUPS

if TYPE_CHECKING:
    from tests.oracle.council import Council

WORKING_DAYS = 365.25 * 5 / 7 - 8
"""A year's weekdays less the bank holidays."""


class FrontDoor:
    """Contacts come evenly over the working days; a part of one waits for the next day."""

    def __init__(self, council: Council) -> None:
        self.council = council
        calendar, s = council.calendar, council.first_levers.population
        referrals = {group: getattr(s.referrals_per_year, group) for group in GROUPS}
        known = float(sum(referrals.values()))
        ended = max(s.contacts_per_year * s.contacts_going_further_percent / 100 - known, 0.0)
        shares = {group: many / known if known else 1 / len(GROUPS) for group, many in referrals.items()}
        self.contacts: list[int] = []
        self.screened: list[dict[str, int]] = []
        """by day and group"""
        before, worked = 0.0, 0
        for day in range(calendar.n_days):
            worked += calendar.works(day)
            now = worked / WORKING_DAYS
            self.contacts.append(floor(s.contacts_per_year * now) - floor(s.contacts_per_year * before))
            self.screened.append({
                group: floor(share * ended * now) - floor(share * ended * before)
                for group, share in shares.items()
            })  # fmt: skip
            before = now

    def open_screening(self, day: int) -> None:
        """Once a week: the week's contacts that end at screening become work, each on its own day."""
        council = self.council
        minutes = council.levers.assessment.screening_hours * 60
        sigma = council.levers.workforce.screening_sigma
        for on in range(day, min((day // 7 + 1) * 7, council.calendar.n_days)):
            number = 0
            for group, many in self.screened[on].items():
                for _ in range(many):
                    contact = number + (on << 20)  # numbered within the day
                    number += 1
                    factor = spread_factor(council.draws.normal("screening", contact), sigma)
                    teams = council.staff.teams_of[group]
                    place = council.draws.uniform("screening team", contact)
                    team = teams[floor(place * len(teams))]
                    council.office.open(int(Work.SCREENING), -1, team, round(minutes * factor), on * DAY)
