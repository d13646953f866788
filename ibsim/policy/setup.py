"""Set-up: what introducing IBs costs beside support, what two systems' administration costs, and grants.

Amounts and lines are those of the report's appendix D.  Everything begins with the first wave of the
roll-out; without one nothing is posted.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log2
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ibsim.engine.state import I64
from ibsim.policy.lever import Factor, Percent, Pounds, Settings, choice, lever
from ibsim.units import ARMS, GROUPS, split_pence
from ibsim.words import IB, SETUP, Category

Mode = Literal["dedicated_team", "own_resources", "none"]
Months = Annotated[float, Field(ge=0, le=480)]
Floats = NDArray[np.float64]
YEAR = 12
POSTED = (*SETUP, Category.DUAL_ADMINISTRATION, Category.PILOT_GRANT)
"""The categories of the ledger in which nobody else posts."""


class DedicatedTeam(Settings):
    """What differs where a dedicated team sets IBs up."""

    team_gbp: Pounds = lever("setup-team-dedicated-gbp", "pounds", "the project team", dated=False)
    systems_gbp: Pounds = lever(
        "setup-systems-dedicated-gbp",
        "pounds",
        "assessment, resource allocation, finance and information systems",
        dated=False,
    )
    other_gbp: Pounds = lever(
        "setup-other-dedicated-gbp", "pounds", "equipment, publicity and the like", dated=False
    )


class OwnResources(Settings):
    """What differs where present staff set IBs up beside their work."""

    team_gbp: Pounds = lever("setup-team-own-gbp", "pounds", "hours of present staff", dated=False)
    systems_gbp: Pounds = lever(
        "setup-systems-own-gbp",
        "pounds",
        "assessment, resource allocation, finance and information systems",
        dated=False,
    )
    other_gbp: Pounds = lever(
        "setup-other-own-gbp", "pounds", "equipment, publicity and the like", dated=False
    )


class SetupSettings(Settings):
    """What introducing IBs costs; it begins with the first wave and is the plan of that day."""

    mode: Mode = choice(
        "dedicated_team",
        "who sets IBs up: a dedicated team, present staff (own_resources), or none for no set-up at all",
        dated=False,
    )
    dedicated_team: DedicatedTeam = Field(description="first year, with a dedicated team")
    own_resources: OwnResources = Field(description="first year, with present staff")
    workforce_gbp: Pounds = lever("setup-workforce-gbp", "pounds", "first year: training staff", dated=False)
    planning_gbp: Pounds = lever(
        "setup-planning-gbp", "pounds", "first year: setting up support planning and brokerage", dated=False
    )
    peer_support_gbp: Pounds = lever(
        "setup-peer-support-gbp", "pounds", "first year: users' support for each other", dated=False
    )
    market_gbp: Pounds = lever(
        "setup-market-gbp",
        "pounds",
        "first year: market management, such as a contracts officer",
        dated=False,
    )
    level_factor: Factor = lever(
        "setup-level-factor", "times", "first year: what this council needs against the mean", dated=False
    )
    groups_at_mean: Annotated[float, Field(ge=0, le=5)] = lever(
        "setup-groups-at-mean", "groups", "groups that start together where the first year costs the mean",
        dated=False,
    )  # fmt: skip
    rise_per_group_percent: Percent = lever(
        "setup-rise-per-group-percent",
        "percent",
        "rise with each group more that starts at once",
        dated=False,
    )
    later_group_factor: Factor = lever(
        "setup-later-group-factor",
        "times",
        "what a group that starts later adds in its first year, against one that starts with the others",
        dated=False,
    )
    holders_at_mean: Annotated[float, Field(ge=1, le=100_000)] = lever(
        "setup-holders-at-mean",
        "people",
        "planned IB holders where the first year costs the mean",
        dated=False,
    )
    rise_per_doubling_percent: Percent = lever(
        "setup-rise-per-doubling-percent", "percent", "rise each time as many IB holders are planned",
        dated=False,
    )  # fmt: skip
    leader_gbp_per_year: Pounds = lever(
        "setup-leader-gbp-per-year", "pounds a year", "a project leader after the first year", dated=False
    )
    further_years: Annotated[float, Field(ge=0, le=40)] = lever(
        "setup-further-years", "years", "how long the leader stays after the first year of the last group",
        dated=False,
    )  # fmt: skip
    dual_administration_gbp_per_year: Pounds = lever(
        "dual-administration-gbp-per-year",
        "pounds a year",
        "administration and accounts of two systems side by side",
        dated=False,
    )
    dual_after_months: Months = lever(
        "dual-administration-after-months", "months", "after the first wave, from when it is paid for",
        dated=False,
    )  # fmt: skip
    dual_until_percent: Percent = lever(
        "dual-administration-until-percent",
        "percent",
        "package holders of a group with an IB from which one system is enough for it",
        dated=False,
    )
    grant_year_one_gbp: Pounds = lever(
        "setup-grant-year-one-gbp", "pounds", "a grant in the year from the first wave, income", dated=False
    )
    grant_year_two_gbp: Pounds = lever(
        "setup-grant-year-two-gbp", "pounds", "a grant in the year after that, income", dated=False
    )


class SetUp:
    """What is to be paid for in each month, from the plan of the roll-out.

    `starts` says in which counted month each group of the roll-out starts (people in transition are one);
    `holders` float64[group] how many IB holders are planned.
    """

    def __init__(self, settings: SetupSettings, starts: Mapping[str, int], holders: Floats) -> None:
        self.settings = settings
        self._starts = dict(starts)
        self._first = min(self._starts.values(), default=0)
        together = sum(start == self._first for start in self._starts.values())
        self._scale = self._size(float(holders.sum()))
        rise = settings.rise_per_group_percent / 100
        self._at_start = self._scale * max(1 + rise * (together - settings.groups_at_mean), 0.0)
        self._each_later = self._scale * rise * settings.later_group_factor
        whose = holders if holders.sum() > 0 else np.ones(len(GROUPS))
        self._shares = np.zeros((len(GROUPS), len(ARMS)))
        self._shares[:, IB] = whose / whose.sum()
        self._two_systems = {group for name in self._starts for group in _codes(name)}
        self._so_far: dict[Category, tuple[float, int]] = {}

    def month(self, month: int, ib_share: Floats) -> I64:
        """Pence of a counted month, int64[category, group, arm]; `ib_share` float64[group] at its end.

        The share is that of package holders who have an IB; once it has reached the level at which one system
        is enough, the group never again needs two.
        """
        due: dict[Category, float] = {}
        if self._starts and month >= self._first:
            due = self._first_years(month)
            due[Category.SETUP_TEAM] = due.get(Category.SETUP_TEAM, 0.0) + self._leader(month)
            due[Category.DUAL_ADMINISTRATION] = self._dual(month, ib_share)
            due[Category.PILOT_GRANT] = -self._grant(month)
        pence = np.zeros((len(Category), *self._shares.shape), dtype=np.int64)
        for category, pounds in due.items():
            # what is due so far in whole pence, less what has been posted: a year adds up to its sum
            owed, posted = self._so_far.get(category, (0.0, 0))
            owed += pounds * 100
            whole = round(owed) - posted
            self._so_far[category] = owed, posted + whole
            parts = split_pence(abs(whole), self._shares.ravel()).reshape(self._shares.shape)
            pence[category] = parts if whole >= 0 else -parts
        return pence

    def lines(self) -> dict[Category, float]:
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

    def _size(self, holders: float) -> float:
        """What the number of planned holders and the council's own level make of the mean."""
        s = self.settings
        doublings = log2(max(holders, 1.0) / s.holders_at_mean)
        return s.level_factor * float((1 + s.rise_per_doubling_percent / 100) ** doublings)

    def _first_years(self, month: int) -> dict[Category, float]:
        """The first year of those that start together, and of each group that comes later."""
        factor = self._at_start if month < self._first + YEAR else 0.0
        for start in self._starts.values():
            if self._first < start <= month < start + YEAR:
                factor += self._each_later
        return {category: pounds * factor / YEAR for category, pounds in self.lines().items()}

    def _leader(self, month: int) -> float:
        s = self.settings
        until = max(self._starts.values()) + YEAR * (1 + s.further_years)
        there = s.mode != "none" and self._first + YEAR <= month < until
        return s.leader_gbp_per_year / YEAR if there else 0.0

    def _dual(self, month: int, ib_share: Floats) -> float:
        s = self.settings
        self._two_systems -= {
            group
            for group in self._two_systems
            if ib_share[group] >= s.dual_until_percent / 100 and month >= self._begins(group)
        }
        there = self._two_systems and month >= self._first + s.dual_after_months
        return s.dual_administration_gbp_per_year / YEAR if there else 0.0

    def _begins(self, group: int) -> int:
        return min(start for name, start in self._starts.items() if group in _codes(name))

    def _grant(self, month: int) -> float:
        s, year = self.settings, (month - self._first) // YEAR
        return (s.grant_year_one_gbp, s.grant_year_two_gbp)[year] / YEAR if year < 2 else 0.0


def _codes(name: str) -> tuple[int, ...]:
    """The codes of a group of the roll-out; people in transition have a learning or physical disability."""
    return (GROUPS.index("LD"), GROUPS.index("PD")) if name == "transitions" else (GROUPS.index(name),)
