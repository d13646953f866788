"""Stocks counted at month ends and year ends, from the columns as they stand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ibsim.compiled import entry
from ibsim.engine.state import I32, Records
from ibsim.engine.world import World
from ibsim.policy.deployment import PARTIES, SERVICES
from ibsim.policy.deployment.room import Held
from ibsim.policy.deployment.services import COLUMN, ServiceSplit
from ibsim.results.aged import OVERDUE, WAITED, overdue_by_age, waiting_by_age
from ibsim.results.budget_metrics import JOINING
from ibsim.units import DAY_MINUTES, WEEKS_PER_YEAR
from ibsim.words import CONVENTIONAL, CONVENTIONAL_SUPPORT, IB_SUPPORT, NOTHING, Stage

Cube = NDArray[np.float64]
WAITING = (Stage.ASSESSMENT, Stage.ALLOCATION, Stage.PLANNING, Stage.SIGN_OFF, Stage.ARRANGING)
"""The stages at which people wait, in the order of `STAGES` of the results: they follow one another."""


class Snapshots:
    """Counts by group (4) and arm (2): monthly [month], yearly [year]; `joined` [year, stream, group]."""

    def __init__(self, world: World, split: ServiceSplit, plan_content: Cube) -> None:
        self._world, self._split, self._content = world, split, plan_content
        months, years = world.clock.n_months, world.clock.n_years
        self.supported_monthly = np.zeros((months, 4, 2))
        self.holders_monthly = np.zeros((months, 4))
        self.waiting_monthly = np.zeros((months, len(WAITING), 4, 2))
        self.overdue_monthly = np.zeros((months, 4, 2))
        self.supported = np.zeros((years, 4, 2))
        self.packages = np.zeros((years, 4, 2))
        self.overdue = np.zeros((years, 4, 2))
        self.overdue_days = np.zeros((years, 4, 2))
        self.waiting = np.zeros((years, len(WAITING), 4, 2))
        self.waiting_days = np.zeros((years, len(WAITING), 4, 2))
        self.joined = np.zeros((years, len(JOINING), 4))
        self.held = np.zeros((years, len(Held) + 1, 4))
        self.leads = np.zeros((years, len(PARTIES), 4))
        self.services = np.zeros((years, len(SERVICES), 4, 2))
        self._queues: list[dict[str, int]] = []
        self.way_days = np.zeros((years, 4, 2))
        self.waiting_aged = np.zeros((years, len(WAITED), 4, 2))
        self.overdue_aged = np.zeros((years, len(OVERDUE), 4, 2))

    def month_end(self, month: int, here: I32) -> None:
        """Count the stocks among the people who are on the council's books at the end of a month."""
        _count_month(
            self._world.people,
            here,
            self.supported_monthly[month],
            self.holders_monthly[month],
            self.overdue_monthly[month],
            self.waiting_monthly[month],
        )

    def queue(self, waiting: dict[str, int]) -> None:
        """Note how many tasks wait in each queue at a month end."""
        self._queues.append(waiting)

    def binding(self, finished: dict[str, int]) -> dict[str, Cube]:
        """Each queue's mean length, and the mean wait in days that it makes (Little's law).

        `finished` are the tasks done from each queue in the counted years.
        """
        days = int((self._world.clock.year >= 0).sum())
        out = {}
        for name, done in finished.items():
            mean = float(np.mean([counts[name] for counts in self._queues])) if self._queues else 0.0
            if mean > 0 or done > 0:
                out[name] = np.array([mean, mean / (done / days) if done else np.nan])
        return out

    def year_end(self, year: int, at: int, here: I32) -> None:
        """Count the stocks, and their ages in days, at the end of a financial year and of the run."""
        counts = self.supported[year], self.packages[year], self.overdue[year], self.waiting[year]
        ages = self.overdue_days[year], self.waiting_days[year], self.way_days[year]
        people = self._world.people
        _count_year(people, here, at, counts, ages)
        self.waiting_aged[year] = waiting_by_age(people, here, at)
        self.overdue_aged[year] = overdue_by_age(people, here, at)
        holders = here[people["support"][here] == IB_SUPPORT]
        for place, stream in enumerate(JOINING):
            having = holders[people[f"{stream}_budget"][holders] > 0]
            self.joined[year, place] = np.bincount(self._world.groups[having], minlength=4)
        self._holders(year, people[holders])
        self._services(year, here)

    def _holders(self, year: int, holders: Records) -> None:
        """How the budgets in place are held, and who led the plans."""
        group = holders["group"]
        for way in Held:
            self.held[year, way] = np.bincount(group[holders["held"] == way], minlength=4)
        self.held[year, len(Held)] = np.bincount(group[holders["held_mixed"]], minlength=4)
        for party in range(len(PARTIES)):
            self.leads[year, party] = np.bincount(group[holders["leads"] >> party & 1 == 1], minlength=4)

    def _services(self, year: int, here: I32) -> None:
        """What packages and IBs in place buy, pounds a week, by service."""
        people, groups = self._world.people, self._world.groups
        for arm, support in enumerate((CONVENTIONAL_SUPPORT, IB_SUPPORT)):
            there = here[(people["support"][here] == support) & people["has_package"][here]]
            group = groups[there].astype(np.int64)
            pounds = weekly_services(people[there], arm, self._content)
            # everybody in a group with the same services splits money alike
            table = self._split.table[arm]
            where = group * table.shape[1] + people[COLUMN[arm]][there]
            money = np.bincount(where, weights=pounds, minlength=table[..., 0].size).reshape(table.shape[:2])
            self.services[year, :, :, arm] = np.einsum("gs,gsn->ng", money, table)


def weekly_services(people: Records, arm: int, content: Cube) -> Cube:
    """What each of these people's package, or IB, comes to: pounds a week, float64[n].

    The IB is the one in place, or the one given up last.  `content` are the plan-content factors by group.
    """
    if arm == CONVENTIONAL:
        return np.asarray(people["services_pence"] / 100)
    parts = ("final_budget", "sp_budget", "ilf_budget", "atw_budget", "counted_on")
    held = sum(people[name].astype(np.int64) for name in parts)  # each fits 32 bits, all of them may not
    sums = np.where(people["final_budget"] >= 0, held, people["past_ib_pence"])
    return np.asarray(sums * content[people["group"]] / WEEKS_PER_YEAR / 100)


@entry
def _count_month(
    people: Records, here: I32, supported: Cube, holders: Cube, overdue: Cube, waiting: Cube
) -> None:
    for p in here:
        person = people[p]
        group, arm = person.group, 1 if person.support == IB_SUPPORT else 0
        if person.support != NOTHING:
            supported[group, arm] += 1
            holders[group] += arm
            overdue[group, arm] += person.review_overdue
        if Stage.ASSESSMENT <= person.stage <= Stage.ARRANGING:
            waiting[person.stage - Stage.ASSESSMENT, group, person.arm] += 1


@entry
def _count_year(
    people: Records,
    here: I32,
    at: int,
    counts: tuple[Cube, Cube, Cube, Cube],
    ages: tuple[Cube, Cube, Cube],
) -> None:
    supported, packages, overdue, waiting = counts
    overdue_days, waiting_days, way_days = ages
    for p in here:
        person = people[p]
        group, arm = person.group, 1 if person.support == IB_SUPPORT else 0
        if person.support != NOTHING:
            supported[group, arm] += 1
            packages[group, arm] += person.has_package
            if person.review_overdue:
                overdue[group, arm] += 1
                overdue_days[group, arm] += (at - person.review_due_at) / DAY_MINUTES
        if Stage.ASSESSMENT <= person.stage <= Stage.ARRANGING:
            stage = person.stage - Stage.ASSESSMENT
            waiting[stage, group, person.arm] += 1
            waiting_days[stage, group, person.arm] += (at - person.stage_since) / DAY_MINUTES
            began = person.consented_at if person.arm == 1 else person.arrives_at
            way_days[group, person.arm] += (at - began) / DAY_MINUTES
