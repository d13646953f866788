"""The working week: who is there today, what a day leaves for tasks, and what the rest of it goes for."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ibsim.policy.workforce import WorkforceSettings
from ibsim.words import Activity, Desk, Work
from tests.oracle.draws import whole
from tests.oracle.kinds import ACTIVITY_OF
from tests.oracle.people import Done

if TYPE_CHECKING:
    from tests.oracle.council import Council
    from tests.oracle.staff import Post

MINUTES_A_DAY = 60 / 5
"""Minutes a day of an hour a week."""
WORKING_DAYS = 365.25 * 5 / 7 - 8
"""A year's weekdays less the bank holidays."""
ROTA_DAYS = 366
"""The rota is drawn for so many days at a time."""
Pay = Literal["ordinary", "overtime", "agency"]
Use = Literal["support", "contact", "organisational", "travel"]


def nothing_yet() -> dict[Any, float]:
    return defaultdict(float)


@dataclass
class Paid:
    """What was worked since the last pay day, by desk; groups by name, True for the IB arm."""

    hours: dict[tuple[Desk, Pay], float] = field(default_factory=nothing_yet)
    tasks: dict[tuple[Desk, Activity, str, bool], float] = field(default_factory=nothing_yet)
    """minutes of finished tasks"""
    beside: dict[tuple[Desk, Use, str, bool], float] = field(default_factory=nothing_yet)
    """minutes of all else; those of desks other than co-ordinators stand with PD, conventional"""


@dataclass(frozen=True)
class Diary:
    """Where minutes of the diary stand: who worked on what, for whom."""

    month: int
    work: Work
    desk: Desk
    has_ib_cases: bool
    in_ib_arm: bool
    group: str


class Hours:
    """Everybody's hours."""

    def __init__(self, council: Council, posts: list[Post]) -> None:
        self.council, self.posts = council, posts
        self.paid = Paid()
        self.diary: Counter[Diary] = Counter()
        """minutes of finished tasks"""
        self.week: dict[tuple[int, bool, str, str], float] = nothing_yet()
        """sums of co-ordinators' days, by year, with IB cases, group and what it is"""
        self._leave: dict[tuple[int, int], float] = {}
        self._drawn = -1
        self._on_leave = self._sick = 0.0

    def at_work(self, post: Post, day: int, settings: WorkforceSettings) -> bool:
        """Leave comes in whole weeks, sickness by the day; how much of both is settled a rota ahead."""
        if day // ROTA_DAYS != self._drawn:
            self._drawn = day // ROTA_DAYS
            working = max(WORKING_DAYS - settings.leave_days_per_year, 1.0)
            self._on_leave = min(settings.leave_days_per_year / WORKING_DAYS, 1.0)
            self._sick = min(settings.sickness_days_per_year / working, 1.0)
        draws, row = self.council.draws, post.worker.number
        week = row, day // 7
        if week not in self._leave:
            self._leave[week] = draws.uniform("leave", *week)
        return self._leave[week] >= self._on_leave and draws.uniform("sickness", row, day) >= self._sick

    def set_capacities(self, day: int, settings: WorkforceSettings, contact_minutes: int) -> None:
        """What each worker has for tasks today; contacts come off the access team's day."""
        there = {}
        for post in self.posts:
            works = post.worker.active and self.at_work(post, day, settings)
            there[post] = post.share if works else 0.0
        access = sum(there[post] for post in self.posts if post.desk == Desk.ACCESS)
        cases: dict[int, list[int]] = {}
        for case, owner in self.council.office.owner_of.items():
            cases.setdefault(owner, []).append(case)
        for post in self.posts:
            if post.desk == Desk.COORDINATOR:
                mine = cases.get(post.worker.number, [])
                post.worker.capacity = self._coordinator(post, there[post], day, mine)
            else:
                shared = there[post] / access if post.desk == Desk.ACCESS and access > 0 else 0.0
                post.worker.capacity = self._at_desk(post, there[post], settings, contact_minutes * shared)

    def _coordinator(self, post: Post, there: float, day: int, cases: list[int]) -> int:
        """The week less organisational time, travel and what follows open cases; overtime if need be."""
        s = self.council.staff.settings
        ib_cases = [case for case in cases if case in self.council.office.flagged]
        case_hours = s.hours_per_week - s.organisational_hours_per_week
        organisational, extra, travel = s.organisational_hours_per_week, 0.0, s.travel_hours_per_case_hour
        if ib_cases:
            case_hours += s.ib_extra_hours_per_week - s.ib_organisational_hours_per_week
            organisational += s.ib_organisational_hours_per_week
            extra, travel = s.ib_extra_hours_per_week / 5 * there, s.ib_travel_hours_per_case_hour
        for_cases = whole(max(case_hours, 0.0) / (1 + travel) * MINUTES_A_DAY * there)
        follows = whole(len(cases) * (s.support_hours_per_case_per_week * MINUTES_A_DAY))
        support = min(follows, for_cases) if there > 0 else 0
        waiting = sum(task.minutes_left for task in post.worker.everything())
        most = whole(s.overtime_hours_per_week_max * MINUTES_A_DAY * there)
        overtime = max(min(waiting - (for_cases - support), most), 0)
        at_work = s.hours_per_week / 5 * there + extra
        self._pay(post, at_work, overtime)
        organised = organisational * MINUTES_A_DAY * there
        usual = s.organisational_hours_per_week * MINUTES_A_DAY * there
        for_ib = max(organised - usual, 0.0)
        ib_part = len(ib_cases) / len(cases) if cases else 0.0
        group = str(post.group)
        for in_ib, part in ((False, 1 - ib_part), (True, ib_part)):
            self.paid.beside[post.desk, "support", group, in_ib] += support * part
            self.paid.beside[post.desk, "organisational", group, in_ib] += (organised - for_ib) * part
            self.paid.beside[post.desk, "travel", group, in_ib] += for_cases * travel * part
        self.paid.beside[post.desk, "organisational", group, True] += for_ib
        year = self.council.calendar.year(day)
        for name, value in {
            "days": there, "capacity": for_cases, "support": support, "overtime": overtime,
            "recorded": at_work, "extra": extra, "organisational": organised, "travel": for_cases * travel,
        }.items():  # fmt: skip
            self.week[year, bool(ib_cases), group, name] += value
        return for_cases - support + overtime

    def _pay(self, post: Post, hours: float, overtime_minutes: int) -> None:
        self.paid.hours[post.desk, "agency" if post.by_agency else "ordinary"] += hours
        self.paid.hours[post.desk, "overtime"] += overtime_minutes / 60

    def _at_desk(self, post: Post, there: float, s: WorkforceSettings, contacts: float) -> int:
        """The desk's own hours; what they leave of the working week is organisational."""
        at_work = s.hours_per_week / 5 * there
        own = s.manager_case_hours_per_week if post.desk == Desk.MANAGER else s.desk_hours_per_week
        own = min(own, s.hours_per_week)  # nobody has more hours than are paid
        left = own * MINUTES_A_DAY * there
        if post.desk != Desk.MANAGER:
            self.paid.beside[post.desk, "organisational", "PD", False] += max(at_work * 60 - left, 0.0)
        contacts = min(contacts, left)
        self.paid.beside[post.desk, "contact", "PD", False] += contacts
        self._pay(post, at_work, 0)
        return whole(left - contacts)

    def finished(self, done: Done, day: int) -> None:
        """Count a finished task: for the arm in which the person is by then, or the worker's group."""
        post = self.posts[done.worker]
        in_ib, group = False, post.group or "PD"
        if done.person >= 0:
            person = self.council.people[done.person]
            in_ib, group = person.in_ib_arm, person.group
        with_ib = self.council.office.has_flagged_case(post.worker)
        month = self.council.calendar.month(day)
        self.diary[Diary(month, done.work, post.desk, with_ib, in_ib, group)] += done.minutes
        self.paid.tasks[post.desk, ACTIVITY_OF[done.work], group, in_ib] += done.minutes
        if done.work == Work.SUPPORT_PLAN and post.desk == Desk.COORDINATOR:
            post.plans_written += 1

    def payday(self, settings: WorkforceSettings) -> Paid:
        """What was worked since the last pay day; of managers, the hours for approvals and sign-off."""
        paid, self.paid = self.paid, Paid()
        if settings.hours_per_week > 0:
            part = min(settings.manager_case_hours_per_week / settings.hours_per_week, 1.0)
            for desk, kind in paid.hours:
                paid.hours[desk, kind] *= part if desk == Desk.MANAGER else 1.0
        return paid
