"""What introducing IBs costs, month by month from the first wave on, and the grants for it."""

from __future__ import annotations

from math import log2
from typing import TYPE_CHECKING

from ibsim.words import Category, Stream
from tests.oracle.arithmetic import split
from tests.oracle.money import post
from tests.oracle.people import GROUPS

if TYPE_CHECKING:
    from tests.oracle.council import Council

YEAR = 12


def groups_of(name: str) -> tuple[str, ...]:
    """The groups of a name in a wave: people in transition have a learning or physical disability."""
    return ("LD", "PD") if name == "transitions" else (name,)


class SetUp:
    """The plan of the first day: when each group starts, and how many holders are planned."""

    def __init__(self, council: Council) -> None:
        self.settings = council.first_levers.setup
        calendar = council.calendar
        self.starts = {name: calendar.month(day) for name, day in council.rollout.starts().items()}
        self.first = min(self.starts.values(), default=0)
        self.holders = council.rollout.planned_holders()
        self.two_systems = {group for name in self.starts for group in groups_of(name)}
        self.owed: dict[Category, float] = {}
        self.posted: dict[Category, int] = {}

    def month(self, council: Council, month: int) -> None:
        """Post a counted month: what is owed so far in whole pence, less what has been posted."""
        if not self.starts or month < self.first:
            return
        due = {category: pounds * self._factor(month) / YEAR for category, pounds in self._lines().items()}
        due[Category.SETUP_TEAM] = due.get(Category.SETUP_TEAM, 0.0) + self._leader(month)
        due[Category.DUAL_ADMINISTRATION] = self._dual(council, month)
        due[Category.PILOT_GRANT] = -self._grant(month)
        planned = any(self.holders.values())
        weights = [self.holders[group] if planned else 1.0 for group in GROUPS]
        for category, pounds in due.items():
            self.owed[category] = self.owed.get(category, 0.0) + pounds * 100
            before = self.posted.get(category, 0)
            pence = round(self.owed[category]) - before
            self.posted[category] = before + pence
            sign = 1 if pence >= 0 else -1
            for group, part in zip(GROUPS, split(abs(pence), weights), strict=True):
                post(council, month, (Stream.ASC.name, category.name, group, True), sign * part)

    def _lines(self) -> dict[Category, float]:
        """The first year of an average council that starts the groups of the mean, pounds by category."""
        s = self.settings
        if s.mode == "none":
            return {}
        own = s.dedicated_team if s.mode == "dedicated_team" else s.own_resources
        return {
            Category.SETUP_TEAM: own.team_gbp,
            Category.SETUP_SYSTEMS: own.systems_gbp,
            Category.SETUP_WORKFORCE: s.workforce_gbp,
            Category.SETUP_PLANNING: s.planning_gbp + s.peer_support_gbp,
            Category.SETUP_MARKET: s.market_gbp,
            Category.SETUP_OTHER: own.other_gbp,
        }

    def _factor(self, month: int) -> float:
        """What a month of this council is of an average one: its size, and the groups in their first year."""
        s = self.settings
        doublings = log2(max(sum(self.holders.values()), 1.0) / s.holders_at_mean)
        size = s.level_factor * (1 + s.rise_per_doubling_percent / 100) ** doublings
        rise = s.rise_per_group_percent / 100
        together = sum(start == self.first for start in self.starts.values())
        factor = 0.0
        if month < self.first + YEAR:
            factor = size * max(1 + rise * (together - s.groups_at_mean), 0.0)
        for start in self.starts.values():
            if start > self.first and start <= month < start + YEAR:
                factor += size * rise * s.later_group_factor
        return factor

    def _leader(self, month: int) -> float:
        """After the first year a leader stays, for some years after the first one of the last group."""
        s = self.settings
        until = max(self.starts.values()) + YEAR * (1 + s.further_years)
        there = s.mode != "none" and self.first + YEAR <= month < until
        return s.leader_gbp_per_year / YEAR if there else 0.0

    def _dual(self, council: Council, month: int) -> float:
        """Two systems' administration, until in every group of the roll-out so many hold an IB."""
        s = self.settings
        for group in list(self.two_systems):
            begins = min(start for name, start in self.starts.items() if group in groups_of(name))
            enough = self._ib_share(council, group) >= s.dual_until_percent / 100
            if month >= begins and enough:
                self.two_systems.discard(group)
        there = self.two_systems and month >= self.first + s.dual_after_months
        return s.dual_administration_gbp_per_year / YEAR if there else 0.0

    def _ib_share(self, council: Council, group: str) -> float:
        """The share of a group's package holders who have an IB."""
        holders = [p for p in council.here if p.group == group and p.born.has_package and p.support]
        return sum(p.support == "IB" for p in holders) / max(len(holders), 1)

    def _grant(self, month: int) -> float:
        """What the pilot grant pays a month in the first two years."""
        s, year = self.settings, (month - self.first) // YEAR
        return (s.grant_year_one_gbp, s.grant_year_two_gbp)[year] / YEAR if year < 2 else 0.0
