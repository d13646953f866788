"""The staff: posts in teams, who is there today, what a day leaves for tasks, who leaves, what is learnt."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp, floor
from typing import TYPE_CHECKING

from ibsim.policy.workforce import WorkforceSettings
from ibsim.words import Desk
from tests.oracle.calendar import DAY
from tests.oracle.hours import Hours
from tests.oracle.kinds import all_kinds
from tests.oracle.office import Office
from tests.oracle.paysheet import PaySheet, pay_sheet
from tests.oracle.people import GROUPS
from tests.oracle.work import Worker

if TYPE_CHECKING:
    from tests.oracle.council import Council

DESKS = {
    Desk.ACCESS: None,  # funded by the room of access
    Desk.PLANNER: "support_planners_fte",
    Desk.OFFICER: "reviewing_officers_fte",
    Desk.MANAGER: "team_managers_fte",
    Desk.OT: "occupational_therapists_fte",
}


@dataclass(eq=False)
class Post:
    """One post and who holds it, at the place of `worker` in the office."""

    worker: Worker
    desk: Desk
    group: str | None
    place_in_team: int
    share: float = 0.0  # of a full post that is funded
    filled: bool = True
    by_agency: bool = False
    vacant_until: int = 0
    holders_gone: int = 0
    plans_written: int = 0
    keen: float = 0.0
    champion: bool = False
    left_behind: tuple[int, ...] = ()
    """people whose cases the last holder left open"""


def even_parts(total: int, parts: int) -> list[int]:
    """A whole number in parts as even as can be, the larger ones first."""
    return [total // parts + (i < total % parts) for i in range(parts)]


class Staff:
    """Everybody who works for the council."""

    def __init__(self, council: Council) -> None:
        self.council = council
        self.posts: list[Post] = []
        self.team_of_desk: dict[Desk, int] = {}
        self.teams_of: dict[str, list[int]] = {}
        """by group: of all localities, one after the other"""
        sizes = self._lay_out()
        levers = council.first_levers.workforce
        ties = [person.tie for person in council.people]
        self.office = Office(sizes, all_kinds(levers.priorities), ties, DAY)
        draws = council.draws
        for post, worker in zip(self.posts, self.office.workers, strict=True):
            post.worker = worker
            worker.tie = floor(draws.uniform("worker tie", worker.number) * 2**40)
            post.keen = draws.uniform("ib co-ordinator", worker.number)
            champions = levers.champion_teams_percent / 100
            post.champion = draws.uniform("champion", worker.team) < champions
        self.settings = levers
        self.hours = Hours(council, self.posts)

    # --- posts ----------------------------------------------------------------------------------------

    def _funded(self, day: int) -> tuple[WorkforceSettings, float]:
        """The staff that is funded on a day: planners have no post before the first wave."""
        levers = self.council.scenario.levers_at(self.council.calendar.date_of(day))
        first = self.council.first_wave_day
        workforce = levers.workforce
        if first is None or day < first:
            workforce = workforce.model_copy(update={"support_planners_fte": 0.0})
        return workforce, levers.access.access_team_fte

    def _lay_out(self) -> list[int]:
        """Teams for the most posts that the run ever funds: by group and locality, then desks."""
        council = self.council
        all_levers = [levers for _, levers in council.scenario.timeline]
        localities = 1 + max((person.born.locality for person in council.people), default=0)
        team_size = council.first_levers.workforce.team_size
        sizes: list[int] = []
        for group in GROUPS:
            most = max(ceil(getattr(levers.workforce.care_coordinators_fte, group)) for levers in all_levers)
            self.teams_of[group] = []
            for locality, part in enumerate(even_parts(most, localities)):
                teams = even_parts(max(part, 1), max(1, round(part / team_size)))
                self._assign(group, locality, len(sizes), teams)
                for size in teams:
                    self.teams_of[group].append(len(sizes))
                    self._new_team(len(sizes), size, Desk.COORDINATOR, group)
                    sizes.append(size)
        for desk, lever in DESKS.items():
            if lever is None:
                most_fte = max(levers.access.access_team_fte for levers in all_levers)
            else:
                most_fte = max(getattr(levers.workforce, lever) for levers in all_levers)
            if desk == Desk.PLANNER and council.first_wave_day is None:
                most_fte = 0.0
            self.team_of_desk[desk] = len(sizes)
            self._new_team(len(sizes), max(1, ceil(most_fte)), desk, None)
            sizes.append(max(1, ceil(most_fte)))
        return sizes

    def _assign(self, group: str, locality: int, first: int, sizes: list[int]) -> None:
        """Each person of a group and locality has one of its teams, in proportion to their sizes."""
        for person in self.council.people:
            if person.group == group and person.born.locality == locality:
                place = self.council.draws.uniform("team", person.id)
                below = sum(place >= sum(sizes[:n]) / sum(sizes) for n in range(1, len(sizes)))
                person.team, person.team_number = first + below, below + 1

    def _new_team(self, team: int, size: int, desk: Desk, group: str | None) -> None:
        for place in range(size):
            self.posts.append(Post(Worker(len(self.posts), team), desk, group, place))

    def _fund(self, posts: list[Post], fte: float) -> None:
        """The first posts in full, the last one in part."""
        for place, post in enumerate(posts):
            post.share = min(max(fte - place, 0.0), 1.0)

    def has_post(self, desk: Desk) -> bool:
        return any(post.share > 0 for post in self.posts if post.desk == desk)

    def change(self, day: int) -> None:
        """New posts and rules hold from a day on."""
        settings, access_fte = self._funded(day)
        self.settings = settings
        for group in GROUPS:
            mine = [post for post in self.posts if post.group == group]
            # spread over the teams, so that a cut falls on all of them
            mine.sort(key=lambda post: (post.place_in_team, post.worker.number))
            self._fund(mine, getattr(settings.care_coordinators_fte, group))
        for desk, lever in DESKS.items():
            fte = access_fte if lever is None else getattr(settings, lever)
            self._fund([post for post in self.posts if post.desk == desk], fte)
        for post in self.posts:
            if post.share == 0 and post.worker.active:
                self.office.leave(post.worker.number)
        for post in self.posts:
            post.worker.active = post.share > 0 and post.filled
            team = [other.keen for other in self.posts if other.worker.team == post.worker.team]
            # somebody in each team can take an IB case
            keen = post.keen < settings.ib_coordinators_percent / 100 or post.keen == min(team)
            post.worker.may_flagged = keen
        self.office.caseload_limit = settings.caseload_limit
        for activity, name in ((1, "assessment"), (2, "planning"), (3, "review")):
            self.office.reserved[activity] = round(getattr(settings.protected_hours_per_week, name) * 12)
            self.office.capped[activity] = round(getattr(settings.capped_hours_per_week, name) * 12)
        self.learn()

    def learn(self) -> None:
        """Everybody's experience makes the factor on IB work, per mille; a champion saves a part of it."""
        s = self.settings
        for post in self.posts:
            extra = (s.learning_first_case_factor - 1) * exp(-post.plans_written / s.learning_cases)
            if post.champion:
                extra *= 1 - s.champion_saving_percent / 100
            post.worker.factor = floor(1000 * (1 + extra) + 0.5)

    # --- the stock's cases ----------------------------------------------------------------------------

    def share_out_cases(self) -> None:
        """At the start open cases go to the members of their teams in turn, ties by hash."""
        for team in range(len(self.office.team_trays)):
            members = [post.worker for post in self.posts if post.worker.team == team and post.share > 0]
            people = [person for person in self.council.here if person.team == team and person.case_open]
            people.sort(key=lambda person: person.tie)
            if members:
                for turn, person in enumerate(people):
                    self.office.owner_of[person.number] = members[turn % len(members)].number

    def payroll(self) -> PaySheet:
        """The pay sheet of what was worked since the last pay day."""
        return pay_sheet(self.hours.payday(self.settings))

    # --- comings and goings ---------------------------------------------------------------------------

    def month(self, day: int, number: int) -> None:
        """Once a month posts are filled, and some co-ordinators leave; agency staff cover some posts."""
        s, draws = self.settings, self.council.draws
        for post in self.posts:
            if (not post.filled or post.by_agency) and post.vacant_until <= day:
                self._take_up(post)
        leavers = []
        for post in self.posts:
            owner = post.worker.number + (post.holders_gone << 32)
            if post.desk == Desk.COORDINATOR and post.filled and post.share > 0:
                goes = draws.uniform("leaver", owner, number) < s.turnover_percent_per_year / 1200
                if goes:
                    leavers.append((post, owner))
        for post, owner in leavers:
            post.left_behind = tuple(self.office.leave(post.worker.number))
            post.holders_gone += 1
            post.vacant_until = day + round(s.weeks_to_fill_a_post * 7)
            covered = draws.uniform("agency cover", owner, number) < s.agency_cover_percent / 100
            post.filled, post.by_agency = covered, covered
            post.worker.active = covered
            post.plans_written = 0
        self.learn()

    def _take_up(self, post: Post) -> None:
        """A newcomer, without experience, takes over the cases that nobody has taken up."""
        post.filled, post.by_agency = True, False
        post.worker.active = post.share > 0
        if post.share > 0:
            for number in post.left_behind:
                if number not in self.office.owner_of and self.council.people[number].case_open:
                    self.office.owner_of[number] = post.worker.number
        post.left_behind = ()
