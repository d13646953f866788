"""The verbs of the workforce: open work, run the day, close cases, and the people who come and go."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ibsim.engine import state
from ibsim.engine.workday import Finished, Job, Workday
from ibsim.engine.world import Columns, Machine, World
from ibsim.errors import BooksError
from ibsim.policy.workforce.output import LEARNT, REPORTED, Output, set_factors
from ibsim.policy.workforce.paysheet import pay_sheet
from ibsim.policy.workforce.posts import Funded, Posts, Rota
from ibsim.policy.workforce.settings import WorkforceSettings
from ibsim.policy.workforce.week import Week
from ibsim.units import DAY_MINUTES, GROUPS
from ibsim.words import JOURNEY, LIFE, REVIEWING, Activity, Desk, Work

I16 = NDArray[np.int16]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Floats = NDArray[np.float64]

DAY_STARTS, DAY_SPAN = 9 * 60, 8 * 60
"""The working day runs from nine to five."""

_ACTIVITY = {
    Work.NEW_ASSESSMENT: Activity.ASSESSMENT,
    Work.SIMPLE_ASSESSMENT: Activity.ASSESSMENT,
    Work.IB_ASSESSMENT: Activity.ASSESSMENT,
    Work.REASSESSMENT: Activity.ASSESSMENT,
    Work.CARER_ASSESSMENT: Activity.ASSESSMENT,
    Work.SCREENING: Activity.ASSESSMENT,
    Work.PROTECTION: Activity.ASSESSMENT,
    Work.CARE_PLAN: Activity.PLANNING,
    Work.SUPPORT_PLAN: Activity.PLANNING,
    Work.PLANNER_PLAN: Activity.PLANNING,
    Work.ARRANGING: Activity.PLANNING,
    Work.REWORK: Activity.PLANNING,
    Work.REPLAN: Activity.PLANNING,
    Work.MONITORING: Activity.REVIEW,
    Work.FIRST_REVIEW: Activity.REVIEW,
    Work.ANNUAL_REVIEW: Activity.REVIEW,
    Work.UNPLANNED_REVIEW: Activity.REVIEW,
    Work.APPROVAL: Activity.DECISION,
    Work.SIGN_OFF: Activity.DECISION,
    Work.AGREEMENT: Activity.DECISION,
    Work.APPLICATION: Activity.PLANNING,
    Work.PLAN_CHANGE: Activity.PLANNING,
    Work.OT_ASSESSMENT: Activity.ASSESSMENT,
    Work.OT_EQUIPMENT: Activity.ASSESSMENT,
    Work.EMERGENCY: Activity.ASSESSMENT,
}
_LIKE = {
    Work.REWORK: Work.SUPPORT_PLAN,
    Work.REPLAN: Work.REASSESSMENT,
    Work.APPLICATION: Work.SUPPORT_PLAN,
    Work.PLAN_CHANGE: Work.REASSESSMENT,
    Work.UNPLANNED_REVIEW: Work.REASSESSMENT,
    Work.PROTECTION: Work.NEW_ASSESSMENT,
    Work.EMERGENCY: Work.NEW_ASSESSMENT,
}
"""Work that takes the priority of another kind."""
_OPENS_CASE = (
    Work.NEW_ASSESSMENT,
    Work.IB_ASSESSMENT,
    Work.CARE_PLAN,
    Work.SUPPORT_PLAN,
    Work.ARRANGING,
    Work.REASSESSMENT,
    Work.EMERGENCY,
)
IB_WORK = (Work.IB_ASSESSMENT, Work.SUPPORT_PLAN, Work.REWORK)
"""Work that is learnt, and that only co-ordinators trained for IBs do."""
_TRACK = {
    Work.FIRST_REVIEW: REVIEWING,
    Work.ANNUAL_REVIEW: REVIEWING,
    Work.UNPLANNED_REVIEW: LIFE,
    Work.PROTECTION: LIFE,
    Work.REASSESSMENT: LIFE,
    Work.REPLAN: LIFE,
    Work.CARER_ASSESSMENT: LIFE,
    Work.PLAN_CHANGE: LIFE,
    Work.OT_ASSESSMENT: LIFE,
    Work.OT_EQUIPMENT: LIFE,
    Work.EMERGENCY: LIFE,
}
"""Work that outlives the journey; everything else is dropped when the person leaves it."""


def _kinds(settings: WorkforceSettings) -> state.Records:
    """The engine's table of kinds: level from the priorities, activity, and the rules of each."""
    kinds = np.zeros(len(Work), dtype=state.KIND)
    level = {Work[name.upper()]: place for place, name in enumerate(settings.priorities, start=1)}
    for work in Work:
        kinds["level"][work] = level.get(_LIKE.get(work, work), 1)
        kinds["activity"][work] = _ACTIVITY[work]
        kinds["track"][work] = _TRACK.get(work, JOURNEY)
    kinds["opens_case"][list(_OPENS_CASE)] = 1
    kinds["flagged_only"][list(IB_WORK)] = 1
    kinds["learnt"][list(IB_WORK)] = 1
    return kinds


COLUMNS: Columns = (("team", np.int16), ("team_number", np.int16), ("case_open", np.bool_))


class Workforce:
    """The room of the staff."""

    def __init__(self, world: World, settings: WorkforceSettings, access_fte: float, most: Funded) -> None:
        self._world = world
        self._settings = settings
        localities = int(world.people["locality"].max(initial=0)) + 1
        self.posts = Posts(most, localities, settings.team_size)
        n = self.posts.desk.size
        self.work = Workday(self.posts.sizes, _kinds(settings), world.n, world.clock.n_days, DAY_MINUTES)
        self.team = self._teams()
        world.people["team"], world.people["team_number"] = self.team, self._team_numbers()
        teams = [[team for locality in group for team in locality] for group in self.posts.teams_of]
        self._first_team = np.array([numbers[0] for numbers in teams])
        self._n_teams = np.array([len(numbers) for numbers in teams])
        self.experience = np.zeros(n)
        draws, rows = world.draws, np.arange(n, dtype=np.int64)
        self.work.entities["tie"] = (draws.uniform("tie", world.ids) * 2**30).astype(np.int32)
        self.work.workers["tie"] = (draws.uniform("worker tie", rows) * 2**40).astype(np.int64)
        self._keen = draws.uniform("ib co-ordinator", rows)
        champion = draws.uniform("champion", self.posts.team) < settings.champion_teams_percent / 100
        self._champion = champion
        self.output = Output(world.clock.n_months, activity_of())
        self._orphans: dict[int, I32] = {}
        self.week = Week(world.clock, self.posts, Rota(world.clock, draws, n))
        self.change(settings, access_fte)

    def _teams(self) -> I16:
        """Everybody's team: by group and locality, in proportion to the teams' sizes."""
        world, posts = self._world, self.posts
        place = world.draws.uniform("team", world.ids)
        localities = world.people["locality"]
        team = np.zeros(world.n, dtype=np.int16)
        for group in range(len(GROUPS)):
            members = np.flatnonzero(world.groups == group)
            for locality, numbers in enumerate(posts.teams_of[group]):
                here = members[localities[members] == locality]
                edges = np.cumsum([posts.sizes[number] for number in numbers])
                picked = np.searchsorted(edges / edges[-1], place[here], side="right")
                team[here] = np.array(numbers)[np.minimum(picked, len(numbers) - 1)]
        return team

    def _team_numbers(self) -> I16:
        """The number of everybody's team within its group and locality, from 1."""
        numbers = np.zeros(len(self.posts.sizes), dtype=np.int16)
        for group in self.posts.teams_of:
            for teams in group:
                numbers[teams] = np.arange(1, len(teams) + 1)
        own: I16 = numbers[self.team]
        return own

    def change(self, settings: WorkforceSettings, access_fte: float) -> None:
        """New posts and rules hold from now on."""
        self._settings = settings
        posts, work = self.posts, self.work
        posts.fund(Funded.of(settings, access_fte))
        funded = posts.share > 0
        work.leave(np.flatnonzero(~funded & (work.workers["active"] > 0)))
        work.workers["active"] = funded & posts.in_post
        keen = self._keen < settings.ib_coordinators_percent / 100
        # somebody in each team can take an IB case
        lowest = np.minimum.reduceat(self._keen, np.searchsorted(posts.team, np.unique(posts.team)))
        keen |= self._keen == lowest[posts.team]
        work.workers["may_flagged"] = keen
        work.caseload_limit = settings.caseload_limit
        reserved, capped = settings.protected_hours_per_week, settings.capped_hours_per_week
        tables = work.tables
        for activity in (Activity.ASSESSMENT, Activity.PLANNING, Activity.REVIEW):
            name = activity.name.lower()
            tables.reserved[activity] = round(getattr(reserved, name) * 12)
            tables.capped[activity] = round(getattr(capped, name) * 12)
        self._learn()

    def _learn(self) -> None:
        """Put everybody's experience into the factor on IB work."""
        s = self._settings
        saving = 1 - s.champion_saving_percent / 100
        learning = s.learning_first_case_factor - 1, s.learning_cases, saving
        set_factors(self.work.workers, self.experience, self._champion, learning)

    def staff_desks(self, machine: Machine) -> None:
        """Tell the compiled verbs where the desks are, and which have posts."""
        for desk, team in self.posts.desk_team.items():
            machine.desk_team[desk] = team
            machine.desk_open[desk] = (self.posts.share[self.posts.desk == desk] > 0).any()

    def screen(self, days: I64, contacts: I64, minutes: float) -> None:
        """Open the work of contacts that end at screening: int64[day, group], in mean `minutes` each."""
        draws, sigma = self._world.draws, self._settings.screening_sigma
        day = np.repeat(np.repeat(days, len(GROUPS)), contacts.ravel())
        group = np.repeat(np.tile(np.arange(len(GROUPS)), days.size), contacts.ravel())
        first = np.searchsorted(day, day)  # numbered within the day
        ids = np.arange(day.size) - first + (day << np.int64(20))
        spread = np.exp(sigma * draws.normal("screening", ids) - sigma * sigma / 2)
        place = draws.uniform("screening team", ids) * self._n_teams[group]
        teams = (self._first_team[group] + place.astype(np.int64)).astype(np.int16)
        nobody = np.full(day.size, state.NOBODY, dtype=np.int32)
        work_minutes = np.rint(minutes * spread).astype(np.int64)
        self.work.open(Job(int(Work.SCREENING), nobody, teams, work_minutes, day * DAY_MINUTES))

    def day(self, day: int, contact_minutes: int) -> Finished:
        """Work through one day: returns the finished tasks, sorted by kind, parts of joins left out."""
        self.week.start(day, self._settings, self.work, contact_minutes)
        done = self.work.run(day, day * DAY_MINUTES + DAY_STARTS, DAY_SPAN)
        if done.kind.size == 0:
            return done
        people, posts, output = self._world.people, self.posts, self.output
        staff = posts.desk, posts.group, self.experience
        done = output.take(done, int(self._world.clock.month[day]), people, self.work.workers, staff)
        if output.totals[LEARNT]:
            output.totals[LEARNT] = 0
            self._learn()
        return done

    def month(self, day: int, month: int) -> None:
        """Once a month: posts are filled, and some co-ordinators leave."""
        posts = self.posts
        rows = np.arange(posts.desk.size)
        back = rows[(~posts.in_post | posts.agency) & (posts.vacant_until <= day)]
        self._fill(back)
        s = self._settings
        chance = s.turnover_percent_per_year / 1200
        ids = rows + (posts.holder << np.int64(32))
        goes = self._world.draws.uniform("leaver", ids, month) < chance
        leavers = rows[goes & posts.in_post & (posts.desk == Desk.COORDINATOR) & (posts.share > 0)]
        people, whose = self.work.leave(leavers)
        edges = np.searchsorted(whose, [leavers, leavers + 1])
        for worker, start, end in zip(leavers, *edges, strict=True):
            self._orphans[int(worker)] = people[start:end]
        posts.holder[leavers] += 1
        posts.vacant_until[leavers] = day + round(s.weeks_to_fill_a_post * 7)
        covered = (
            self._world.draws.uniform("agency cover", ids[leavers], month) < s.agency_cover_percent / 100
        )
        posts.in_post[leavers[~covered]] = False
        posts.agency[leavers[covered]] = True
        self.experience[leavers] = 0
        self.work.workers["active"][leavers[covered]] = 1
        self._learn()

    def _fill(self, rows: I64) -> None:
        """Newcomers take up their posts, without experience, and the cases that nobody has taken up."""
        self.posts.in_post[rows] = True
        self.posts.agency[rows] = False
        self.work.workers["active"][rows] = self.posts.share[rows] > 0
        for worker in rows:
            people = self._orphans.pop(int(worker), np.empty(0, np.int32))
            people = people[
                (self.work.entities["owner"][people] < 0) & self._world.people["case_open"][people]
            ]
            if self.posts.share[worker] > 0:
                self.work.give_cases(people, np.full(people.size, worker, dtype=np.int16))

    def payroll(self) -> tuple[Floats, Floats]:
        """What was worked since the last call: see `paysheet.pay_sheet`."""
        tasks = self.output.since_payday.copy()
        self.output.since_payday[:] = 0
        hours, beside = self.week.take_hours(self._settings)
        return hours, pay_sheet(hours, tasks, beside)

    def check_books(self) -> int:
        """Check that hours worked are all on tasks, and never above hours paid plus extra hours."""
        total = self.work.check_books(int(self.output.totals[REPORTED]))
        room = self.week.minutes_available
        if total > room:
            raise BooksError(f"{total} minutes were worked on tasks, and only {room} were available")
        return total

    def take_stock(self, people: I32) -> None:
        """At the start, give these people's open cases to the members of their teams in turn, by hash."""
        self._world.people["case_open"][people] = True
        order = people[np.lexsort((self.work.entities["tie"][people], self.team[people]))]
        posts = self.posts
        for team in np.unique(self.team[order]):
            members = np.flatnonzero((posts.team == team) & (posts.share > 0))
            mine = order[self.team[order] == team]
            if members.size:
                turn = np.arange(mine.size) % members.size
                self.work.give_cases(mine, members[turn].astype(np.int16))


def activity_of() -> I64:
    """The activity of each kind of work, int64[kinds]."""
    return np.array([_ACTIVITY[work] for work in Work], dtype=np.int64)
