"""The council of one replication: its people, staff, rooms of policy, market and books."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim import books, pathway
from ibsim.draws import Draws
from ibsim.engine.clock import Clock
from ibsim.engine.world import Machine, World
from ibsim.errors import ScenarioError
from ibsim.institutions import Institutions
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
    safeguarding,
    signoff,
)
from ibsim.policy.allocation import room as allocation
from ibsim.policy.deployment import room as deployment
from ibsim.policy.deployment.services import service_split
from ibsim.policy.funding import room as funding
from ibsim.policy.market import room as market
from ibsim.policy.rollout import room as rollout
from ibsim.policy.workforce import WorkforceSettings
from ibsim.policy.workforce import room as staff
from ibsim.policy.workforce.posts import Funded
from ibsim.results.cohorts import Interviews
from ibsim.results.snapshots import Snapshots
from ibsim.scenario.model import Levers, ResolvedScenario
from ibsim.treasury import Treasury
from ibsim.units import ARMS, DAY_MINUTES, GROUPS
from ibsim.words import (
    BOUGHT,
    SOLD,
    Category,
    Decision,
    Desk,
    Event,
    Stage,
    Stream,
    Timer,
)

STOCK_AT_ONCE = 1000
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


@dataclass
class Stopwatch:
    """Seconds by part of the run."""

    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, part: str, since: float) -> float:
        """Book the time since a moment; returns the moment now."""
        now = perf_counter()
        self.seconds[part] = self.seconds.get(part, 0.0) + now - since
        return now


class Council:
    """The council of one replication: its world, its rooms, and what is in force in them."""

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
        self.planners_from = rollout.first_day(levers.rollout, self.clock)
        self.workforce = staff.Workforce(
            self.world, self.staff_on(levers, 0), levers.access.access_team_fte, self._most()
        )
        self.rollout = rollout.Rollout(self.world, levers.rollout)
        a = levers.assessment
        shares = np.array([a.self_percent, a.supported_percent, a.professional_percent]) / 100
        self.prices = allocation.PriceList(self.world, levers.allocation.ras, shares)
        names = [decision.name.lower() for decision in Decision]
        self.machine = Machine(self.world, self.workforce.work, names, SIZES)
        self.treasury = Treasury(self.world, self.machine, levers, self.rollout)
        self.price_list = np.zeros((self.clock.n_years, len(GROUPS)))
        self.contacts = np.zeros(self.clock.n_years + 1, dtype=np.int64)
        p = levers.packages
        split = service_split(levers.deployment, p.needs_sigma.array(), p.conventional_sigma.array())
        self.content = p.plan_content_factor.array()
        self.snapshots = Snapshots(self.world, split, self.content)
        self.interviews = Interviews(self.world, split, self.content)
        self.in_trial = any(levers.rollout.trial.enabled for _, levers in scenario.timeline)
        self.machine.keep_lists(self.rollout.lists, self.rollout.places)
        self.machine.keep_splits(np.cumsum(split.table, axis=-1))
        stock = None if scenario.caseload is None else roll.stock
        pence = packages_at_start(self.world, levers, stock)
        try:
            self.marketplace = Marketplace(self.world, self.machine, levers, split, pence)
        except ScenarioError as error:
            raise error.within(scenario.path.name) from None
        self.marketplace.open_account(self.treasury)
        self.market = self.marketplace.room
        self._first_threshold = levers.funding.ilf.threshold_gbp_per_week
        self.put_in_force(levers)
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
        with self._sums_of("packages"):
            packages.fill(world, levers.packages, evidence, self.known)
        allocation.fill(world)
        signoff.fill(world)
        ranks = world.people["needs_rank"], world.people["services_rank"]
        with self._sums_of("deployment"):
            deployment.fill(world, levers.deployment, *(rank.astype(np.float64) for rank in ranks))
        with self._sums_of("funding"):
            funding.fill(world, levers.funding)
        market.fill(world, levers.market)

    def _sums_of(self, section: str) -> AbstractContextManager[None]:
        return books.sums_of(f"{self.scenario.path.name}, {section}", self.world.people)

    def _most(self) -> Funded:
        """The most posts that the run will ever fund."""
        last = self.clock.n_days
        funded = [
            Funded.of(self.staff_on(levers, last), levers.access.access_team_fte)
            for _, levers in self.scenario.timeline
        ]
        return Funded(
            np.max([f.coordinators for f in funded], axis=0),
            {desk: max(f.desks[desk] for f in funded) for desk in funded[0].desks},
        )

    def staff_on(self, levers: Levers, day: int) -> WorkforceSettings:
        """The staff that is funded on a day: planners have no post before the first wave, or without one."""
        there = self.planners_from is not None and day >= self.planners_from
        return levers.workforce if there else levers.workforce.without_planners()

    def put_in_force(self, levers: Levers, day: int = 0) -> None:
        """The levers of all rooms hold from this day on."""
        self.levers = levers
        self.set_rules()
        self.rollout.change(levers.rollout)
        self.market.settings = levers.market
        self.treasury.change(levers)
        self.workforce.change(self.staff_on(levers, day), levers.access.access_team_fte)
        self.workforce.staff_desks(self.machine)

    def set_rules(self) -> None:
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
        self.here = np.concatenate([backlog, stock])
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
            self.act(batch, people[some], codes[some], at[some])

    def act(self, batch: Batch, people: NDArray[Any], codes: NDArray[Any], at: NDArray[Any]) -> None:
        """Hand people over to their pathway, with room in the tables for what they set off."""
        if people.size:
            shared = self.machine.ready(people.size)
            persons, whats = people.astype(np.int32, copy=False), codes.astype(np.int32, copy=False)
            pathway.act(shared, int(batch), persons, whats, at.astype(np.int64, copy=False))

    def run(self) -> None:
        """Let the institutions run to the end, and check the books."""
        Institutions(self).run()
        began = perf_counter()
        self.check_books(self.clock.n_days * DAY_MINUTES)
        self.stopwatch.add("checking the books", began)

    def check_books(self, end: int) -> None:
        """People, hours and pounds add up, exactly; raises BooksError."""
        rooms = self.treasury, self.workforce, self.market
        self.books = books.check(self.world.people, self.machine, rooms, end)

    def check_fits(self) -> None:
        """Nobody's week and no price has outgrown its place; raises ScenarioError."""
        books.check_fits(self.scenario.path.name, self.machine, self.market)

    def outcomes_of(self, world: World, people: People) -> outcomes.Outcomes:
        """How some people would fare with either support."""
        evidence, (uniforms, places) = self.scenario.evidence, outcomes.Typical.places()
        usual = evidence.by_group("outcome-sample-gbp-per-week")
        typical = outcomes.Typical(
            population.typical_ages(evidence, places),
            packages.typical_adl(evidence, uniforms),
            packages.typical_spend(self.levers.packages, usual, places),
        )
        return outcomes.Outcomes(world, people, self.levers.outcomes, evidence, typical)
