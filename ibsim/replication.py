"""One replication: build the council, run it, check the books, hand back tables."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from operator import itemgetter
from time import perf_counter
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from ibsim import pathway
from ibsim.draws import Draws
from ibsim.engine.clock import Clock
from ibsim.engine.meeting import Meeting
from ibsim.engine.stages import check_stages
from ibsim.engine.world import Machine, World
from ibsim.marketplace import Marketplace, packages_at_start
from ibsim.pathway import Batch
from ibsim.policy import (
    access,
    assessment,
    brokerage,
    finance,
    outcomes,
    packages,
    planning,
    population,
    review,
    rollout,
    safeguarding,
    signoff,
)
from ibsim.policy.allocation import room as allocation
from ibsim.policy.deployment import room as deployment
from ibsim.policy.deployment.services import service_split
from ibsim.policy.funding import room as funding
from ibsim.policy.market import room as market
from ibsim.policy.workforce import WorkforceSettings
from ibsim.policy.workforce import room as staff
from ibsim.policy.workforce.posts import Funded
from ibsim.results.cohorts import Interviews
from ibsim.results.eventlog import event_log
from ibsim.results.measure import PANEL, QUEUES, STREAMS, Told, measure
from ibsim.results.measure.gains import Health, interviewed
from ibsim.results.snapshots import Snapshots
from ibsim.scenario.model import Levers, ResolvedScenario
from ibsim.scenario.variants import in_replication
from ibsim.treasury import Treasury
from ibsim.units import ARMS, DAY_MINUTES, GROUPS
from ibsim.words import (
    BOUGHT,
    CONVENTIONAL_SUPPORT,
    SOLD,
    Category,
    Decision,
    Desk,
    Event,
    Matter,
    Stage,
    Stream,
    Timer,
)

PANEL_SITS_AT = 14 * 60
WORK_STARTS_AT = 9 * 60
STOCK_AT_ONCE = 1000
STREAM_OF = {
    int(Matter.APPLY_SP): Stream.SP,
    int(Matter.APPLY_ILF): Stream.ILF,
    int(Matter.APPLY_ATW): Stream.ATW,
    int(Matter.APPLY_DFG): Stream.DFG,
}
BODIES = tuple(STREAM_OF.values())
BODIES_SIT_ON = 4
"""The day of the run's first week on which the streams' staff decide."""
COLUMNS = [
    column
    for room in (
        population, access, assessment, allocation, planning, signoff, brokerage, review, safeguarding,
        rollout, packages, deployment, funding, market, finance, staff,
    )
    for column in room.COLUMNS
]  # fmt: skip
SIZES = {
    "timers": len(Timer),
    "events": len(Event),
    "stages": len(Stage),
    "categories": len(Category),
    "streams": len(Stream),
    "groups": len(GROUPS),
    "arms": len(ARMS),
    "desks": len(Desk),
    "bought": BOUGHT,
    "sold": len(SOLD),
}


People = NDArray[np.int32]


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
    ledger: NDArray[np.int64]
    trial: dict[str, NDArray[Any]] | None
    gains: dict[str, NDArray[Any]]
    providers: dict[str, NDArray[Any]]


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
    council = Council(in_replication(scenario, seed, number), seed, number)
    council.run()
    return council.tables(keep or Keep())


class Council:
    """The council of one replication: its world, its rooms, and the institutions on SimPy's clock."""

    def __init__(self, scenario: ResolvedScenario, seed: int, number: int) -> None:
        began = perf_counter()
        self.stopwatch = Stopwatch()
        self.scenario = scenario
        calendar, levers = scenario.calendar, scenario.timeline[0][1]
        self.clock = Clock(calendar.start, calendar.years, calendar.warm_up_years)
        draws = Draws(seed, number)
        roll = population.enrol(levers.population, self.clock, draws, scenario.caseload)
        self.known = population.known(scenario.caseload, self.clock, roll)
        self.world = World(self.clock, draws, roll.ids, roll.groups, COLUMNS)
        self.front_door = population.FrontDoor(self.clock, levers.population, roll)
        self._fill(levers, roll)
        self._planners_from = rollout.first_day(levers.rollout, self.clock)
        self.workforce = staff.Workforce(
            self.world, self._staff(levers, 0), levers.access.access_team_fte, self._most()
        )
        self.rollout = rollout.Rollout(self.world, levers.rollout)
        a = levers.assessment
        shares = np.array([a.self_percent, a.supported_percent, a.professional_percent]) / 100
        self.prices = allocation.PriceList(self.world, levers.allocation.ras, shares)
        names = [decision.name.lower() for decision in Decision]
        self.machine = Machine(self.world, self.workforce.work, names, SIZES)
        self.treasury = Treasury(self.world, self.machine, levers, self.rollout)
        self.panel = Meeting()
        self.price_list = np.zeros((self.clock.n_years, len(GROUPS)))
        self.bodies = {stream: Meeting() for stream in BODIES}
        self.contacts = np.zeros(self.clock.n_years + 1, dtype=np.int64)
        p = levers.packages
        split = service_split(levers.deployment, p.needs_sigma.array(), p.conventional_sigma.array())
        self._content = p.plan_content_factor.array()
        self.snapshots = Snapshots(self.world, split, self._content)
        self.interviews = Interviews(self.world, split, self._content)
        self._in_trial = any(levers.rollout.trial.enabled for _, levers in scenario.timeline)
        self.machine.keep_lists(self.rollout.lists, self.rollout.places)
        self.machine.keep_splits(np.cumsum(split.table, axis=-1))
        stock = None if scenario.caseload is None else roll.stock
        pence = packages_at_start(self.world, levers, stock)
        self.marketplace = Marketplace(self.world, self.machine, levers, split, pence)
        self.marketplace.open_account(self.treasury)
        self.market = self.marketplace.room
        self._first_threshold = levers.funding.ilf.threshold_gbp_per_week
        self._put_in_force(levers)
        self._take_stock(roll)
        self.stopwatch.add("building the council", began)

    def _fill(self, levers: Levers, roll: population.Roll) -> None:
        """Fill in everybody's columns, room by room."""
        world, evidence = self.world, self.scenario.evidence
        population.fill(world, levers.population, evidence, roll, self.known)
        access.fill(world, levers.access, roll.stock)
        access.wait(world, np.flatnonzero(roll.backlog).astype(np.int32), self._named())
        assessment.fill(world, levers.assessment)
        planning.fill(world, levers.planning)
        brokerage.fill(world, levers.brokerage)
        review.fill(world, levers.review, self.known)
        packages.fill(world, levers.packages, evidence, self.known)
        allocation.fill(world)
        signoff.fill(world)
        ranks = world.people["needs_rank"], world.people["services_rank"]
        deployment.fill(world, levers.deployment, *(rank.astype(np.float64) for rank in ranks))
        funding.fill(world, levers.funding)
        market.fill(world, levers.market)

    def _most(self) -> Funded:
        """The most posts that the run will ever fund."""
        last = self.clock.n_days
        funded = [
            Funded.of(self._staff(levers, last), levers.access.access_team_fte)
            for _, levers in self.scenario.timeline
        ]
        return Funded(
            np.max([f.coordinators for f in funded], axis=0),
            {desk: max(f.desks[desk] for f in funded) for desk in funded[0].desks},
        )

    def _staff(self, levers: Levers, day: int) -> WorkforceSettings:
        """The staff that is funded on a day: planners have no post before the first wave, or without one."""
        there = self._planners_from is not None and day >= self._planners_from
        return levers.workforce if there else levers.workforce.without_planners()

    def _put_in_force(self, levers: Levers, day: int = 0) -> None:
        """The levers of all rooms hold from this day on."""
        self.levers = levers
        self._set_rules()
        self.rollout.change(levers.rollout)
        self.market.settings = levers.market
        self.treasury.change(levers)
        self.workforce.change(self._staff(levers, day), levers.access.access_team_fte)
        self.workforce.staff_desks(self.machine)

    def _set_rules(self) -> None:
        """Put the levers of all rooms where compiled verbs read them."""
        levers = self.levers
        start = levers.allocation.ras_usable_from
        usable_at = 0 if start is None else max(self.clock.day_of(start), 0) * DAY_MINUTES
        rules = [
            population.rules(levers.population),
            access.rules(levers.access),
            assessment.rules(levers.assessment),
            allocation.rules(levers.allocation, usable_at, self.prices),
            planning.rules(levers.planning),
            signoff.rules(levers.signoff),
            brokerage.rules(levers.brokerage),
            review.rules(levers.review),
            safeguarding.rules(levers.safeguarding),
            rollout.rules(levers.rollout, self.rollout),
            packages.rules(levers.packages),
            deployment.rules(levers.deployment),
            funding.rules(levers.funding, self._first_threshold),
            market.rules(levers.market),
            finance.rules(levers.finance),
        ]
        self.machine.set_rules(rules, len(GROUPS))

    def _named(self) -> People:
        """Those of the backlog whose case the council's file says is open to a co-ordinator by name."""
        waiting, is_open = self.known.said("case_open", waiting=True)
        return waiting[is_open > 0]

    def _take_stock(self, roll: population.Roll) -> None:
        """Those known when the run starts: who has support, and a backlog.

        Reviews fall due over the coming interval, unless the council's file says when.
        """
        world = self.world
        stock, backlog = (np.flatnonzero(who).astype(np.int32) for who in (roll.stock, roll.backlog))
        self._here = np.concatenate([backlog, stock])
        self.workforce.take_stock(np.concatenate([stock[world.people["kept_open"][stock]], self._named()]))
        booked, due_at, first = review.booked(self.levers.review, self.known)
        drawn = stock[~np.isin(stock, booked)]
        share = world.draws.uniform("first due", world.ids[drawn])
        self._take(Batch.STOCK, drawn, np.rint(share * 1e6), np.zeros(drawn.size))
        self._take(Batch.BOOKED, booked, first, due_at)
        self._take(Batch.WAITING, backlog, np.zeros(backlog.size), roll.arrives_at[backlog])

    def _take(self, batch: Batch, people: People, codes: NDArray[Any], at: NDArray[Any]) -> None:
        """Hand over a few at once: tables keep room for all that so many may open."""
        for start in range(0, people.size, STOCK_AT_ONCE):
            some = slice(start, start + STOCK_AT_ONCE)
            self._act(batch, people[some], codes[some], at[some])

    # --- institutions on SimPy's clock ------------------------------------------------------------

    def run(self) -> None:
        """Let the institutions run on one SimPy clock, in minutes, and check the books at the end."""
        env = simpy.Environment()
        processes = [self._policy(env), self._months(env), self._days(env), self._panel(env)]
        processes += [
            self._prices(env),
            self.marketplace.weeks(env, self._act, lambda: self._here, self.stopwatch.add),
            *(self._body(env, stream) for stream in BODIES),
        ]
        if self._in_trial:
            processes.append(self._evaluation(env))
        for process in processes:
            env.process(process)
        end = self.clock.n_days * DAY_MINUTES
        env.run(until=end)
        for process in processes:
            process.close()  # what waits for ever would keep the whole council in memory
        began = perf_counter()
        self._month_end(self.clock.n_days)
        self._check_books(end)
        self.stopwatch.add("checking the books", began)

    def _policy(self, env: simpy.Environment) -> Generator[simpy.Event, Any, None]:
        """The policy calendar: at each date of change the rooms get their new rules."""
        changes = {self.clock.day_of(day): levers for day, levers in self.scenario.timeline[1:]}
        if day := self._planners_from or 0:
            then = self.scenario.levers_at(self.clock.date_of(day))
            if self._staff(then, day) != self._staff(then, day - 1):
                changes[day] = then
        for day, levers in sorted(changes.items(), key=itemgetter(0)):
            # a minute past midnight: after month ends, before anybody works
            moment = day * DAY_MINUTES + 1
            if moment > env.now:
                yield env.timeout(moment - env.now)
            self._put_in_force(levers, day)

    def _months(self, env: simpy.Environment) -> Generator[simpy.Event, Any, None]:
        """Month ends: support and pay are posted, stocks are counted, posts change hands."""
        clock = self.clock
        firsts = [day for day in range(1, clock.n_days) if clock.date_of(day).day == 1]
        for number, day in enumerate(firsts):
            yield env.timeout(day * DAY_MINUTES - env.now)
            self._month_end(day)
            began = perf_counter()
            self.workforce.month(day, number)
            self.stopwatch.add("workforce: posts", began)

    def _month_end(self, day: int) -> None:
        """What is due up to the start of a day is posted, and stocks are counted."""
        began, clock = perf_counter(), self.clock
        month, year = int(clock.month[day - 1]), int(clock.year[day - 1])
        self._here = self._here[self.world.people["stage"][self._here] != Stage.GONE]
        if month >= 0 or clock.month[min(day, clock.n_days - 1)] >= 0:
            # a month of the warm-up counts in no month: its money is posted together, at its end
            finance.accrue_all(self.machine.ready(0), day * DAY_MINUTES, self._here)
        self.treasury.month_end(month, self.workforce.payroll(), self._here)
        began = self.stopwatch.add("finance", began)
        if month >= 0:
            self.marketplace.month_end(month, year, day, self._act, self._here)
            began = self.stopwatch.add("market", began)
            waiting = self.workforce.work.waiting()
            self._take_requests()
            queues = {name: int(waiting[work]) for work, name in QUEUES.items()}
            self.snapshots.month_end(month, self._here)
            queues |= {name: int(self.bodies[stream].people.size) for stream, name in STREAMS.items()}
            self.snapshots.queue(queues | {PANEL: int(self.panel.people.size)})
        if year >= 0 and (day == clock.n_days or clock.year[day] > year):
            self.snapshots.year_end(year, day * DAY_MINUTES, self._here)
            self.price_list[year] = self.prices.prices
            self.market.year_end(self.machine, year)
        self.stopwatch.add("snapshots", began)

    def _days(self, env: simpy.Environment) -> Generator[simpy.Event, Any, None]:
        """The working days: what is due, roll-out once a week, then the work itself."""
        last, week = -1, -1
        for day in np.flatnonzero(self.clock.working):
            today = int(day)
            yield env.timeout(today * DAY_MINUTES + WORK_STARTS_AT - env.now)
            began = perf_counter()
            self._morning(last + 1, today)
            began = self.stopwatch.add("pathway: what falls due", began)
            if today // 7 != week:
                self._open_screening(today)
                if self.rollout.weekly and today >= self.clock.start_day:
                    self._approach_caseload(today)
                began = self.stopwatch.add("roll-out", began)
            last, week = today, today // 7
            self._work(today)
            self.stopwatch.add("working day", began)

    def _panel(self, env: simpy.Environment) -> Generator[simpy.Event, Any, None]:
        """The panel sits on a working day, every so many weeks."""
        day = 2
        while day < self.clock.n_days:
            while day < self.clock.n_days and not self.clock.working[day]:
                day += 1
            if day >= self.clock.n_days:
                return
            moment = day * DAY_MINUTES + PANEL_SITS_AT
            yield env.timeout(moment - env.now)
            began = perf_counter()
            self._meet(moment)
            self.stopwatch.add("panel", began)
            day += self.levers.allocation.panel_interval_weeks * 7

    def _prices(self, env: simpy.Environment) -> Generator[simpy.Event, Any, None]:
        """The price per point is set anew every so many weeks from the start on."""
        weeks = self.levers.allocation.ras.recalibration_weeks
        day = self.clock.start_day + weeks * 7
        while weeks and day < self.clock.n_days:
            yield env.timeout(day * DAY_MINUTES + 2 - env.now)
            self.prices.recalibrate(self.machine.tally, self.levers.allocation.ras)
            self._set_rules()
            day += weeks * 7

    def _body(self, env: simpy.Environment, stream: Stream) -> Generator[simpy.Event, Any, None]:
        """A stream's own staff decide once a week on as many applications as they can, oldest first."""
        body, could = self.bodies[stream], 0.0
        for day in range(BODIES_SIT_ON, self.clock.n_days, 7):
            moment = day * DAY_MINUTES + PANEL_SITS_AT
            yield env.timeout(moment - env.now)
            self._take_requests()
            could += getattr(self.levers.funding, stream.name.lower()).decisions_per_week
            now, could = int(could), could % 1.0  # a part of a decision counts next week; idle time is gone
            if body.people.size == 0:
                continue
            body.keep(self.world.people["stage"][body.people] != Stage.GONE)
            people, _ = body.sit(now)
            if people.size:
                self._act(
                    Batch.AWARDED, people, np.full(people.size, int(stream)), np.full(people.size, moment)
                )

    def _evaluation(self, env: simpy.Environment) -> Generator[simpy.Event, Any, None]:
        """In trial mode: the evaluators see people once a week, on its last evening."""
        for day in range(6, self.clock.n_days, 7):
            yield env.timeout(day * DAY_MINUTES + PANEL_SITS_AT - env.now)
            self.interviews.visit(int(env.now))

    def _act(self, batch: Batch, people: NDArray[Any], codes: NDArray[Any], at: NDArray[Any]) -> None:
        """Hand people over to their pathway, with room in the tables for what they set off."""
        if people.size:
            shared = self.machine.ready(people.size)
            persons, whats = people.astype(np.int32, copy=False), codes.astype(np.int32, copy=False)
            pathway.act(shared, int(batch), persons, whats, at.astype(np.int64, copy=False))

    # --- what they do -------------------------------------------------------------------------------

    def _morning(self, first_day: int, day: int) -> None:
        """All that falls due, and who arrives, from `first_day` (after the last working day) to `day`."""
        self.rollout.open(day)
        people, timers, due_at = self.machine.timers.pop(day)
        newcomers = self.front_door.arrivals(first_day, day)
        self._act(Batch.DUE, people, timers, due_at)
        if newcomers.size:
            self._here = np.concatenate([self._here, newcomers])
            on_offer = self.rollout.comes_forward(day)[self.world.groups[newcomers]]
            self._act(Batch.REFERRED, newcomers, on_offer, self.front_door.arrives_at(newcomers))

    def _open_screening(self, day: int) -> None:
        """Once a week: the week's contacts that end at screening become work, each on its own day."""
        days = np.arange(day, min((day // 7 + 1) * 7, self.clock.n_days))
        minutes = self.levers.assessment.screening_hours * 60
        self.workforce.screen(days, self.front_door.screened[days], minutes)

    def _work(self, day: int) -> None:
        """The working day: tasks are done, and what comes next is set off."""
        contacts = int(self.front_door.contacts[day])
        self.contacts[self.clock.year[day]] += contacts
        minutes = round(contacts * self.levers.access.minutes_per_contact)
        done = self.workforce.day(day, minutes)
        if done.kind.size:
            self._act(Batch.FINISHED, done.entity, done.kind, done.at)

    def _meet(self, at: int) -> None:
        """The panel sits: cases whose people have left, or given up, are off its list."""
        self._take_requests()
        stage = self.world.people["stage"][self.panel.people]
        change = (self.panel.matters == Matter.CHANGE_PLAN) & (stage == Stage.IN_PLACE)
        self.panel.keep((stage == Stage.ALLOCATION) | (stage == Stage.SIGN_OFF) | change)
        people, matters = self.panel.sit(self.levers.allocation.panel_cases)
        if people.size:
            self._act(Batch.DECIDED, people, matters, np.full(people.size, at))

    def _take_requests(self) -> None:
        """Put what people have asked on the list of the panel, or of the stream's staff."""
        if not self.machine.has_requests:
            return
        asked = self.machine.take_requests()
        to_streams = asked["matter"] >= min(STREAM_OF)
        self.panel.join(asked[~to_streams])
        if to_streams.any():
            for matter, stream in STREAM_OF.items():
                self.bodies[stream].join(asked[asked["matter"] == matter])

    def _approach_caseload(self, day: int) -> None:
        """Once a week: waves to everyone approach the next people of the caseload."""
        people = self.world.people
        free = (people["stage"] == Stage.IN_PLACE) & (people["support"] == CONVENTIONAL_SUPPORT)
        chosen = self.rollout.approach_caseload(day, free)
        self._act(Batch.APPROACHED, chosen, chosen, np.full(chosen.size, day * DAY_MINUTES))

    def _check_books(self, end: int) -> None:
        """People, hours and pounds add up, exactly; raises BooksError."""
        people, machine = self.world.people, self.machine
        stages = check_stages(machine.flows, people["stage"], people["stage_since"], end)
        posted = self.treasury.check()
        minutes = self.workforce.check_books()
        providers = self.market.check_books(machine)
        self.books = {"stages": stages, "pence": posted, "task minutes": minutes, "providers": providers}

    def tables(self, keep: Keep) -> Tables:
        """Everything that results need, and nothing that ties it to this process."""
        began, evidence = perf_counter(), self.scenario.evidence
        providers = self.market.table()
        told = Told(
            self.contacts[: self.clock.n_years].tolist(),
            round(self.levers.review.grace_days * DAY_MINUTES),
            self.price_list[: self.clock.n_years],
            finance.visits_weekly(self.levers.finance),
            self._outcomes,
            Health(outcomes.health_shares(evidence), outcomes.hospital_days(evidence)),
            self._content,
            providers,
        )
        measured = measure(self.world, self.machine, self.workforce, self.snapshots, told)
        tables = Tables(
            metrics=measured.metrics,
            series=measured.series,
            diary=measured.diary,
            people=self._everybody() if keep.people else None,
            events=event_log(self.machine.history, self.clock) if keep.events else None,
            books=self.books,
            timing=self.stopwatch.seconds,
            binding=measured.binding,
            ledger=self.machine.ledger[: self.clock.n_months].copy(),
            trial=self._trial(),
            gains=measured.gains,
            providers=providers,
        )
        self.stopwatch.add("measuring", began)
        return tables

    def _outcomes(self, world: World, people: People) -> outcomes.Outcomes:
        """How some people would fare with either support."""
        evidence, (uniforms, places) = self.scenario.evidence, outcomes.Typical.places()
        usual = evidence.by_group("outcome-sample-gbp-per-week")
        typical = outcomes.Typical(
            population.typical_ages(evidence, places),
            packages.typical_adl(evidence, uniforms),
            packages.typical_spend(self.levers.packages, usual, places),
        )
        return outcomes.Outcomes(world, people, self.levers.outcomes, evidence, typical)

    def _trial(self) -> dict[str, NDArray[Any]] | None:
        """The trial's people as the evaluators saw them, and what they heard."""
        trial = self.interviews.table(self.machine.history)
        if trial is None:
            return None
        who = self.interviews.people
        return trial | interviewed(trial, who, self.world, self._outcomes, self._content)

    def _everybody(self) -> dict[str, NDArray[Any]]:
        """One row a person, with every column."""
        people = self.world.people
        columns = {name: people[name].copy() for name in people.dtype.names or ()}
        return columns | {"group": np.array(GROUPS)[self.world.groups]}
