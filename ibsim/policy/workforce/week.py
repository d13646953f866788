"""The working week: how many minutes each worker has today, and what the week is made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ibsim.compiled import compiled, entry
from ibsim.engine.clock import Clock
from ibsim.engine.state import I64, Records, record
from ibsim.engine.verbs import minutes_of
from ibsim.engine.workday import Workday
from ibsim.policy.workforce.posts import Posts, Rota
from ibsim.policy.workforce.settings import WorkforceSettings
from ibsim.units import GROUPS
from ibsim.words import IB, Desk

PER_DAY = 60 / 5
"""Minutes a day of an hour a week."""
SUMS = record(
    [
        ("days", np.float64),  # worked by co-ordinators, in full posts
        ("capacity", np.float64),  # minutes for cases
        ("support", np.float64),  # minutes of these that follow open cases
        ("overtime", np.float64),  # minutes paid on top
        ("recorded", np.float64),  # hours at work, overtime left out
        ("extra", np.float64),  # hours recorded above the contract, unpaid
        ("organisational", np.float64),  # minutes
        ("travel", np.float64),  # minutes
    ]
)
"""What a year of co-ordinators' weeks was made of, by with or without IB cases and by group."""
SUPPORT, CONTACT, ORGANISATIONAL, TRAVEL = 0, 1, 2, 3
N_BESIDE = 4
"""What time at work goes for beside tasks."""
DAY_RULES = record(
    [
        (name, np.float64)
        for name in (
            "case_minutes", "organisational_minutes", "travel", "extra_hours", "hours", "support_minutes",
            "overtime_minutes", "desk_minutes", "manager_minutes",
        )
    ]
)  # fmt: skip
"""The levers of a working day, without (0) and with (1) IB cases."""


def case_minutes(settings: WorkforceSettings, with_ib: bool) -> float:
    """A co-ordinator's minutes a day for cases: the week less organisational time and travel."""
    hours = settings.hours_per_week - settings.organisational_hours_per_week
    travel = settings.travel_hours_per_case_hour
    if with_ib:
        hours += settings.ib_extra_hours_per_week - settings.ib_organisational_hours_per_week
        travel = settings.ib_travel_hours_per_case_hour
    return max(hours, 0.0) / (1 + travel) * PER_DAY


def _day_rules(s: WorkforceSettings) -> Records:
    rules = np.zeros(2, dtype=DAY_RULES)
    rules["case_minutes"] = case_minutes(s, False), case_minutes(s, True)
    organisational = s.organisational_hours_per_week
    with_ib = organisational + s.ib_organisational_hours_per_week
    rules["organisational_minutes"] = organisational * PER_DAY, with_ib * PER_DAY
    rules["travel"] = s.travel_hours_per_case_hour, s.ib_travel_hours_per_case_hour
    rules["extra_hours"] = 0.0, s.ib_extra_hours_per_week / 5
    rules["hours"] = s.hours_per_week / 5
    rules["support_minutes"] = s.support_hours_per_case_per_week * PER_DAY
    rules["overtime_minutes"] = s.overtime_hours_per_week_max * PER_DAY
    # nobody works on cases for longer than the week that is paid
    rules["desk_minutes"] = min(s.desk_hours_per_week, s.hours_per_week) * PER_DAY
    rules["manager_minutes"] = min(s.manager_case_hours_per_week, s.hours_per_week) * PER_DAY
    return rules


class Week:
    """Today's capacity, and the year's sums of what it was made of.

    `sums` are records of `SUMS` [year, with IB cases, group], `desk_minutes` float64[year, desk],
    `cases` float64[year, group, with IB arm] and `in_post` float64[year, group] summed over working
    days.  The last place on the year axis is the warm-up's.
    """

    def __init__(self, clock: Clock, posts: Posts, rota: Rota) -> None:
        self._clock, self._posts, self._rota = clock, posts, rota
        years, groups = clock.n_years + 1, len(GROUPS)
        self.sums: Records = np.zeros((years, 2, groups), dtype=SUMS)
        self.desk_minutes = np.zeros((years, len(Desk)))
        self.cases = np.zeros((years, groups, 2))
        self.in_post = np.zeros((years, groups))
        self._hours = np.zeros((len(Desk), 3))
        self._beside = np.zeros((len(Desk), N_BESIDE, groups, 2))
        self._available = np.zeros(1, dtype=np.int64)
        self._settings: WorkforceSettings | None = None

    def start(self, day: int, settings: WorkforceSettings, work: Workday, contact_minutes: int) -> None:
        """Set every worker's capacity for the day and add the day to the sums."""
        if settings is not self._settings:
            self._settings, self._rules = settings, _day_rules(settings)
        year, posts = int(self._clock.year[day]), self._posts
        present = posts.share * self._rota.present(day, settings)
        _start(
            work.tables.workers,
            (posts.desk, posts.group, posts.share, posts.agency, present, work.tables.committed),
            self._rules,
            contact_minutes,
            (self.sums[year], self.desk_minutes[year], self.cases[year], self.in_post[year]),
            (self._hours, self._beside),
            self._available,
        )

    @property
    def minutes_available(self) -> int:
        """Minutes given to everybody for tasks so far, overtime included."""
        return int(self._available[0])

    def take_hours(self, settings: WorkforceSettings) -> tuple[Floats, Floats]:
        """Time at work since the last call: hours by desk (ordinary, overtime, agency), and beside tasks.

        The latter are minutes, float64[desk, use, group, arm] with the names above for the uses; those of
        co-ordinators go with their open cases, those of the other desks stand in the first group and arm.
        Team managers count with the hours that they give to approvals and sign-off.
        """
        hours, beside = self._hours.copy(), self._beside.copy()
        self._hours[:] = self._beside[:] = 0
        if settings.hours_per_week > 0:
            part = settings.manager_case_hours_per_week / settings.hours_per_week
            hours[Desk.MANAGER] *= min(part, 1.0)
        return hours, beside


Floats = NDArray[np.float64]
Staff = tuple[NDArray[np.int8], NDArray[np.int8], Floats, NDArray[np.bool_], Floats, I64]
Totals = tuple[Records, Floats, Floats, Floats]


@compiled
def _follow_cases(beside: Floats, of_ib: float, support: float, organisational: float, travel: float) -> None:
    """Minutes of a co-ordinator beside tasks go with the arms of the cases; `beside` is [use, arm]."""
    for arm in range(2):
        part = of_ib if arm == IB else 1.0 - of_ib
        beside[SUPPORT, arm] += support * part
        beside[ORGANISATIONAL, arm] += organisational * part
        beside[TRAVEL, arm] += travel * part


@entry
def _start(
    workers: Records,
    staff: Staff,
    rules: Records,
    contact_minutes: int,
    totals: Totals,
    pay: tuple[Floats, Floats],
    available: I64,
) -> None:
    """Go through all workers: contacts come off the access team's minutes, shared by who is there."""
    desk, group, share, agency, present, committed = staff
    sums, desk_minutes, cases, in_post = totals
    hours, beside = pay
    access = 0.0
    for row in range(workers.size):
        if desk[row] == Desk.ACCESS and workers[row].active:
            access += present[row]
    for row in range(workers.size):
        worker = workers[row]
        there = present[row] if worker.active else 0.0
        flag = 1 if worker.flagged_cases > 0 else 0
        rule = rules[flag]
        at_work = rule.hours * there
        minutes = 0
        if desk[row] == Desk.COORDINATOR:
            whole = minutes_of(rule.case_minutes * there)
            support = min(minutes_of(worker.cases * rule.support_minutes), whole) if there > 0 else 0
            minutes = whole - support
            waiting = np.int64(0)
            for level in range(committed.shape[1]):
                waiting += committed[row, level]
            most = minutes_of(rule.overtime_minutes * there)
            overtime = max(min(int(waiting) - minutes, most), 0)
            minutes += overtime
            at_work += rule.extra_hours * there
            total = sums[flag, group[row]]
            total.days += there
            total.capacity += whole
            total.support += support
            total.overtime += overtime
            total.recorded += at_work
            total.extra += rule.extra_hours * there
            total.organisational += rule.organisational_minutes * there
            total.travel += whole * rule.travel
            cases[group[row], 0] += worker.cases - worker.flagged_cases
            cases[group[row], 1] += worker.flagged_cases
            in_post[group[row]] += share[row] if worker.active else 0.0
            hours[Desk.COORDINATOR, 1] += overtime / 60
            of_ib = worker.flagged_cases / worker.cases if worker.cases > 0 else 0.0
            extra = max(rule.organisational_minutes - rules[0].organisational_minutes, 0.0) * there
            others = rule.organisational_minutes * there - extra
            mine = beside[Desk.COORDINATOR, :, group[row]]
            _follow_cases(mine, of_ib, float(support), others, whole * rule.travel)
            mine[ORGANISATIONAL, IB] += extra
        else:
            own = rule.manager_minutes if desk[row] == Desk.MANAGER else rule.desk_minutes
            left = own * there
            if desk[row] != Desk.MANAGER:
                beside[desk[row], ORGANISATIONAL, 0, 0] += max(at_work * 60 - left, 0.0)
            if desk[row] == Desk.ACCESS and access > 0:
                contacts = min(contact_minutes * there / access, left)
                beside[desk[row], CONTACT, 0, 0] += contacts
                left -= contacts
            minutes = minutes_of(left)
        hours[desk[row], 2 if agency[row] else 0] += at_work
        worker.capacity = minutes
        desk_minutes[desk[row]] += minutes
        available[0] += minutes
