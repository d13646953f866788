"""One replication: build the council, run it, check the books, hand back tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from ibsim.draws import Draws
from ibsim.engine.clock import Clock
from ibsim.engine.history import History
from ibsim.engine.ledger import Ledger
from ibsim.engine.stages import Stages
from ibsim.engine.timers import Timers
from ibsim.engine.world import Columns, World
from ibsim.errors import BooksError
from ibsim.pathway import Pathway, Rooms
from ibsim.policy.access import Access
from ibsim.policy.allocation import Allocation
from ibsim.policy.assessment import Assessment
from ibsim.policy.brokerage import Brokerage
from ibsim.policy.finance import Category, Finance
from ibsim.policy.packages import Packages
from ibsim.policy.planning import Planning
from ibsim.policy.population import Population, Roll, enrol
from ibsim.policy.review import Review
from ibsim.policy.rollout import Rollout
from ibsim.policy.safeguarding import Safeguarding
from ibsim.policy.signoff import Signoff
from ibsim.policy.workforce.posts import Funded
from ibsim.policy.workforce.room import Workforce
from ibsim.results.measure import PANEL, QUEUES, measure
from ibsim.results.snapshots import Snapshots
from ibsim.scenario.model import Levers, ResolvedScenario
from ibsim.units import ARMS, DAY_MINUTES, GROUPS
from ibsim.words import CONVENTIONAL_SUPPORT, Event, Stage, Timer

PANEL_SITS_AT = 14 * 60


@dataclass(frozen=True)
class Keep:
    """What to keep beside the metrics: one row a person, one row an event."""

    people: bool = False
    events: bool = False


@dataclass(frozen=True)
class Tables:
    """What a replication hands back (see `ibsim.results.tables`)."""

    metrics: dict[str, NDArray[np.float64]]
    series: dict[str, NDArray[np.float64]]
    diary: NDArray[np.float64]
    people: dict[str, NDArray[Any]] | None
    events: dict[str, NDArray[Any]] | None
    books: dict[str, int]
    timing: dict[str, float]
    binding: dict[str, NDArray[np.float64]]


@dataclass
class Stopwatch:
    """Seconds by part of the run."""

    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, part: str, since: float) -> float:
        """Book the time since a moment; returns the moment now."""
        now = perf_counter()
        self.seconds[part] = self.seconds.get(part, 0.0) + now - since
        return now


def run(scenario: ResolvedScenario, seed: int, number: int, keep: Keep | None = None) -> Tables:
    """Run replication `number` of a scenario with a seed; the same three give the same tables anywhere.

    Raises BooksError if people, hours or pounds do not add up.
    """
    council = Council(scenario, seed, number)
    council.run()
    return council.tables(keep or Keep())


class Council:
    """The council of one replication: its world, its rooms, and the institutions that run on SimPy's clock."""

    def __init__(self, scenario: ResolvedScenario, seed: int, number: int) -> None:
        began = perf_counter()
        self.stopwatch = Stopwatch()
        self.scenario = scenario
        calendar, levers = scenario.calendar, scenario.timeline[0][1]
        clock = Clock(calendar.start, calendar.years, calendar.warm_up_years)
        draws = Draws(seed, number)
        roll = enrol(levers.population, clock, draws)
        self.world = _world(clock, draws, roll)
        self.rooms = _rooms(self.world, scenario, levers, roll)
        self.pathway = Pathway(self.world, self.rooms)
        self.snapshots = Snapshots(self.world)
        self._stock(roll)
        self.stopwatch.add("building the council", began)

    def _stock(self, roll: Roll) -> None:
        """The people who have support when the run starts."""
        people = np.flatnonzero(roll.stock).astype(np.int32)
        rooms, at = self.rooms, np.zeros(int(roll.stock.sum()), dtype=np.int64)
        self.world.stages.move(people, Stage.IN_PLACE, at, np.zeros(people.size, np.int8))
        rooms.brokerage.put_in_place(people, CONVENTIONAL_SUPPORT, at)
        support = self.world.columns["support"][people]
        rooms.finance.start_spell(people, at, rooms.packages.cost(people, support))
        rooms.population.set_exit(people, at)
        rooms.population.set_needs_change(people, at)
        rooms.review.start_crises(people, at)
        rooms.review.schedule_stock(people)
        rooms.safeguarding.watch(people, at)
        rooms.workforce.take_stock(people[rooms.review.kept_open(people)])

    def run(self) -> None:
        """Let the institutions run on one SimPy clock, in minutes, and check the books at the end."""
        env = simpy.Environment()
        for process in (self._policy(env), self._months(env), self._days(env), self._panel(env)):
            env.process(process)
        end = self.world.clock.n_days * DAY_MINUTES
        env.run(until=end)
        began = perf_counter()
        self._month_end(end)
        self.snapshots.month_end(self.world.clock.n_months - 1)
        self.snapshots.year_end(self.world.clock.n_years - 1, end)
        self._check_books(end)
        self.stopwatch.add("checking the books", began)

    def _month_end(self, until: int) -> None:
        """Support and pay of the month are posted."""
        self.rooms.finance.month_end(until)
        self.rooms.finance.staff(until, *self.rooms.workforce.payroll())

    def _policy(self, env: simpy.Environment) -> Iterator[simpy.Event]:
        """The policy calendar: at each date of change the rooms get their new rules."""
        for day, levers in self.scenario.timeline[1:]:
            # a minute past midnight: after month ends, before anybody works
            moment = self.world.clock.day_of(day) * DAY_MINUTES + 1
            if moment > env.now:
                yield env.timeout(moment - env.now)
            r = self.rooms
            for name in (
                "access", "assessment", "allocation", "planning", "signoff", "brokerage", "review",
                "safeguarding", "rollout", "finance",
            ):  # fmt: skip
                getattr(r, name).change(getattr(levers, name))
            r.workforce.change(levers.workforce, levers.access.access_team_fte)

    def _months(self, env: simpy.Environment) -> Iterator[simpy.Event]:
        """Month ends: support is posted, posts change hands, and stocks are counted."""
        clock = self.world.clock
        firsts = [d for d in range(1, clock.n_days) if clock.date_of(d).day == 1]
        for number, day in enumerate(firsts):
            yield env.timeout(day * DAY_MINUTES - env.now)
            began = perf_counter()
            self._month_end(day * DAY_MINUTES)
            began = self.stopwatch.add("finance", began)
            self.rooms.workforce.month(day, number)
            began = self.stopwatch.add("workforce: posts", began)
            if clock.month[day - 1] >= 0:
                self.snapshots.month_end(int(clock.month[day - 1]))
                self._count_queues()
            if clock.year[day] > clock.year[day - 1] >= 0:
                self.snapshots.year_end(int(clock.year[day - 1]), day * DAY_MINUTES)
            self.stopwatch.add("snapshots", began)

    def _count_queues(self) -> None:
        """How many tasks are ready and not begun, by queue, and how many cases lie before the panel."""
        waiting = self.rooms.workforce.work.waiting()
        queues = {name: int(waiting[work]) for work, name in QUEUES.items()}
        self.snapshots.queue(queues | {PANEL: int(self.pathway.panel.people.size)})

    def _days(self, env: simpy.Environment) -> Iterator[simpy.Event]:
        """The working days: what is due, roll-out once a week, then the work itself."""
        clock, rollout = self.world.clock, self.rooms.rollout
        last, week = -1, -1
        for day in np.flatnonzero(clock.working):
            today = int(day)
            yield env.timeout(today * DAY_MINUTES + 9 * 60 - env.now)
            began = perf_counter()
            self.pathway.morning(last + 1, today)
            began = self.stopwatch.add("pathway: what falls due", began)
            if rollout.weekly and today // 7 != week and today >= clock.start_day:
                self.pathway.approach_caseload(today)
                began = self.stopwatch.add("roll-out", began)
            last, week = today, today // 7
            self.pathway.work(today)
            self.stopwatch.add("working day", began)

    def _panel(self, env: simpy.Environment) -> Iterator[simpy.Event]:
        """The panel sits on a working day, every so many weeks."""
        clock, allocation = self.world.clock, self.rooms.allocation
        day = 2
        while day < clock.n_days:
            while day < clock.n_days and not clock.working[day]:
                day += 1
            if day >= clock.n_days:
                return
            moment = day * DAY_MINUTES + PANEL_SITS_AT
            yield env.timeout(moment - env.now)
            began = perf_counter()
            self.pathway.meet(moment)
            self.stopwatch.add("panel", began)
            day += allocation.panel_interval_days

    def _check_books(self, end: int) -> None:
        """People, hours and pounds add up, exactly; raises BooksError."""
        world, rooms = self.world, self.rooms
        stages = world.stages.check_books(end)
        spent = int(world.columns["spent_pence"].sum()) + rooms.finance.staff_pence
        if spent != world.ledger.posted:
            raise BooksError(
                f"the ledger has {world.ledger.posted} pence, people's own sums and pay make {spent}"
            )
        hours = rooms.workforce.check_books()
        self.books = {"stages": stages, "pence": world.ledger.posted, "task minutes": hours}

    def tables(self, keep: Keep) -> Tables:
        """Everything that results need, and nothing that ties it to this process."""
        began = perf_counter()
        measured = measure(
            self.world,
            self.rooms.workforce.week,
            self.snapshots,
            self.rooms.review.grace,
            self.pathway.contacts[: self.world.clock.n_years].tolist(),
        )
        self.stopwatch.add("measuring", began)
        people = None
        if keep.people:
            columns = self.world.columns
            people = {"person": self.world.ids, "group": np.array(GROUPS)[self.world.groups]}
            people |= {name: columns[name].copy() for name in columns.names()}
        events = None
        if keep.events:
            from ibsim.results.eventlog import event_log

            events = event_log(self.world)
        return Tables(
            metrics=measured.metrics,
            series=measured.series,
            diary=measured.diary,
            people=people,
            events=events,
            books=self.books,
            timing=self.stopwatch.seconds,
            binding=measured.binding,
        )


def _world(clock: Clock, draws: Draws, roll: Roll) -> World:
    """The world before anybody has moved."""
    n, history = roll.ids.size, History(len(Event))
    return World(
        clock=clock,
        draws=draws,
        columns=Columns(n),
        timers=Timers(n, len(Timer), clock.n_days, DAY_MINUTES),
        stages=Stages(n, len(Stage), history, Event.SOJOURN),
        history=history,
        ledger=Ledger(clock.n_months, len(Category), len(GROUPS), len(ARMS)),
        ids=roll.ids,
        groups=roll.groups,
    )


def _rooms(world: World, scenario: ResolvedScenario, levers: Levers, roll: Roll) -> Rooms:
    """The rooms, in the order in which their columns build on one another."""
    evidence = scenario.evidence
    funded = [Funded.of(s.workforce, s.access.access_team_fte) for _, s in scenario.timeline]
    most = Funded(
        np.max([f.coordinators for f in funded], axis=0),
        {desk: max(f.desks[desk] for f in funded) for desk in funded[0].desks},
    )
    population = Population(world, levers.population, evidence, roll)
    brokerage = Brokerage(world, levers.brokerage)
    workforce = Workforce(world, levers.workforce, levers.access.access_team_fte, most)
    workforce.work.entities["tie"] = population.tie
    rooms = Rooms(
        population=population,
        access=Access(world, levers.access, roll.stock),
        workforce=workforce,
        assessment=Assessment(world, levers.assessment),
        allocation=Allocation(world, levers.allocation),
        planning=Planning(world, levers.planning),
        signoff=Signoff(world, levers.signoff),
        brokerage=brokerage,
        review=Review(world, levers.review),
        safeguarding=Safeguarding(world, levers.safeguarding),
        rollout=Rollout(world, levers.rollout),
        packages=Packages(world, levers.packages, evidence),
        finance=Finance(world, levers.finance),
    )
    return rooms
