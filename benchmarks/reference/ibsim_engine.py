"""The reference network on ibsim's engine: people in columns, and a day of work at a time under SimPy.

All draws are made at the start, each belonging to a person and a decision.  The engine hands out what came
in during a day on the next morning, so that people wait up to a day longer than for an engine that goes
from event to event.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from math import ceil, exp, log, nan
from typing import Any, NamedTuple, cast

import numpy as np
import simpy
from numpy.typing import NDArray

from ibsim.compiled import entry
from ibsim.draws import Draws
from ibsim.engine import state, verbs
from ibsim.engine.shared import Shared
from ibsim.engine.timers import Timers
from ibsim.engine.workday import Job, Workday

from .network import ASSESSMENT, PLANNING, REVIEW, STAGES, Lognormal, Network, ReferenceResult

DAY_MINUTES = 300  # five productive hours
REVIEW_OR_EXIT = 0  # the timer: whichever comes first

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Floats = NDArray[np.float64]


def _whole(days: Floats) -> I64:
    return np.rint(days * DAY_MINUTES).astype(np.int64)


@dataclass(frozen=True)
class Lives:
    """What chance has in store for everybody; people 0 to `starting_stock` - 1 are in place at the start.

    Moments and durations in minutes.  `plans` are the services of all plans, person after person, from
    `first_plan` on, `plans_left` how many; `reviews` and `review_gaps` are [occurrence, person].
    """

    referred_at: I64
    assessment: I64
    plans: I64
    first_plan: I64
    plans_left: I64
    brokerage: I64
    stay: I64
    first_review: I64
    reviews: I64
    review_gaps: I64
    tie: I32

    @staticmethod
    def drawn(network: Network, seed: int) -> Lives:
        """Everybody who is there at the start or is referred before the horizon."""
        draws = Draws(seed, 0)
        referred_at = _referrals(network, draws)
        n = network.starting_stock + referred_at.size
        ids = np.arange(n)

        def lognormal(decision: str, duration: Lognormal, who: I64, occurrence: int | I64 = 0) -> I64:
            days = draws.lognormal(decision, who, exp(duration.mu), duration.sigma, occurrence)
            return np.maximum(_whole(days), 1)

        # A plan is returned again and again with the same probability: their number is geometric.
        n_plans = 1 + (draws.exponential("plans", ids) / -log(network.returned_share)).astype(np.int64)
        first_plan = np.cumsum(n_plans) - n_plans
        planned = np.repeat(ids, n_plans)
        spread = network.review_spread
        rounds = 2 + ceil(network.horizon / (network.review_every * (1 - spread)))
        gaps = [draws.uniform("gap", ids, k) * 2 * spread + 1 - spread for k in range(rounds)]
        return Lives(
            referred_at=np.concatenate([np.zeros(network.starting_stock, np.int64), referred_at]),
            assessment=lognormal("assessment", network.service[ASSESSMENT], ids),
            plans=lognormal(
                "plan", network.service[PLANNING], planned, np.arange(planned.size) - first_plan[planned]
            ),
            first_plan=first_plan,
            plans_left=n_plans,
            brokerage=lognormal("brokerage", network.brokerage, ids),
            stay=_whole(draws.exponential("stay", ids) * network.mean_stay),
            first_review=_whole(
                draws.uniform("first review", ids[: network.starting_stock]) * network.review_every
            ),
            reviews=np.stack([lognormal("review", network.service[REVIEW], ids, k) for k in range(rounds)]),
            review_gaps=np.stack([_whole(gap * network.review_every) for gap in gaps]),
            tie=(draws.uniform("tie", ids) * 2**30).astype(np.int32),
        )


def _referrals(network: Network, draws: Draws) -> I64:
    """The moments of a Poisson stream up to the horizon, by adding up exponential gaps."""
    expected = network.horizon * network.referrals_per_day
    gaps = draws.exponential("referral", np.arange(int(expected + 10 * expected**0.5 + 100)))
    moments = np.cumsum(gaps) / network.referrals_per_day * DAY_MINUTES
    return moments[moments < network.horizon * DAY_MINUTES].astype(np.int64)


class Diary(NamedTuple):
    """The part of what compiled verbs share that timers need."""

    due: I32
    timer_heads: I32
    timers: state.Records
    timer_free: I64
    today: I64


@entry
def remind(diary: Shared, people: I32, due_at: I64) -> None:
    """Sets the timer of each of these people."""
    for i in range(people.size):
        verbs.set_timer(diary, REVIEW_OR_EXIT, people[i], due_at[i])


@dataclass
class Served:
    """The services of one stage in the order in which they ended, a list entry a day."""

    asked_at: list[I64] = field(default_factory=list)
    ended_at: list[I64] = field(default_factory=list)
    minutes: list[I32] = field(default_factory=list)


class Council:
    """One replication: who is where, and what a day brings."""

    def __init__(self, network: Network, seed: int) -> None:
        self.network = network
        self.lives = lives = Lives.drawn(network, seed)
        n, days = lives.tie.size, int(network.horizon)
        kinds = np.zeros(len(STAGES), state.KIND)
        kinds["level"], kinds["activity"] = [1, 2, 3], 1
        self.work = Workday([network.coordinators], kinds, n, days, DAY_MINUTES)
        self.work.entities["tie"] = lives.tie
        self.work.workers["capacity"] = DAY_MINUTES
        self.work.workers["tie"] = np.arange(network.coordinators)
        self.timers = Timers(n, 1, days, DAY_MINUTES)
        self.timers.reserve(n)  # nobody has two
        made = Diary(
            self.timers.due, self.timers.heads, self.timers.entries, self.timers.free, self.timers.today
        )
        self.diary = cast(Shared, made)
        self.served = [Served() for _ in STAGES]
        self.asked_at = np.zeros(n, np.int64)
        self.exit_at = np.zeros(n, np.int64)
        self.n_plans, self.n_reviews = np.zeros(n, np.int64), np.zeros(n, np.int64)
        self.placed_at = np.full(n, 2**62)
        self.exits = 0
        self._teams = np.zeros(n, np.int16)
        stock = np.arange(network.starting_stock, dtype=np.int32)
        self.exit_at[stock] = lives.stay[stock]
        remind(self.diary, stock, np.minimum(lives.first_review, lives.stay[stock]))
        referred = np.arange(network.starting_stock, n, dtype=np.int32)
        self.ask(ASSESSMENT, referred, lives.assessment[referred], lives.referred_at[referred])

    def run(self) -> ReferenceResult:
        """Runs to the horizon."""
        env = simpy.Environment()
        env.process(self.days(env))
        env.run(until=self.network.horizon)
        return self.result()

    def days(self, env: simpy.Environment) -> Generator[simpy.Event, Any, None]:
        """Every morning what falls due today is asked for, then the day is worked."""
        steps = (self.assessed, self.planned, self.reviewed)
        while True:
            day = int(env.now)
            people, _, due_at = self.timers.pop(day)
            self.fall_due(people, due_at.astype(np.int64))
            done = self.work.run(day, day * DAY_MINUTES, DAY_MINUTES)
            cuts = np.searchsorted(done.kind, range(len(STAGES) + 1)).tolist()
            for stage, step in enumerate(steps):
                a, b = cuts[stage], cuts[stage + 1]
                if a == b:
                    continue
                people, ended_at, served = done.entity[a:b], done.at[a:b], self.served[stage]
                served.asked_at.append(self.asked_at[people])
                served.ended_at.append(ended_at)
                served.minutes.append(done.minutes[a:b])
                step(people, ended_at)
            yield env.timeout(1)

    def ask(self, stage: int, people: I32, minutes: I64, at: I64) -> None:
        """These people ask the pool for a service."""
        self.asked_at[people] = at
        self.work.open(Job(stage, people, self._teams[: people.size], minutes, at))

    def fall_due(self, people: I32, due_at: I64) -> None:
        """A review falls due, unless the exit comes first."""
        stays = self.exit_at[people] > due_at
        reviewed = people[stays]
        self.exits += people.size - reviewed.size
        nth = self.n_reviews[reviewed]
        self.n_reviews[reviewed] = nth + 1
        self.ask(REVIEW, reviewed, self.lives.reviews[nth, reviewed], due_at[stays])

    def assessed(self, people: I32, at: I64) -> None:
        """The next panel lets all go on to planning."""
        every = int(self.network.panel_every * DAY_MINUTES)
        self.ask(PLANNING, people, self.lives.plans[self.lives.first_plan[people]], (at // every + 1) * every)

    def planned(self, people: I32, at: I64) -> None:
        """Sign-off returns some plans; for the others support is arranged."""
        lives = self.lives
        nth = self.n_plans[people] + 1
        self.n_plans[people] = nth
        returned = nth < lives.plans_left[people]
        again, placed = people[returned], people[~returned]
        self.ask(PLANNING, again, lives.plans[lives.first_plan[again] + nth[returned]], at[returned])
        placed_at = at[~returned] + lives.brokerage[placed]
        self.placed_at[placed] = placed_at
        self.exit_at[placed] = placed_at + lives.stay[placed]
        self.next_review(placed, placed_at)

    def reviewed(self, people: I32, at: I64) -> None:
        """Who has not left meanwhile is reviewed again in about a year."""
        stays = self.exit_at[people] > at
        stayed = people[stays]
        self.exits += people.size - stayed.size
        self.next_review(stayed, at[stays])

    def next_review(self, people: I32, now: I64) -> None:
        """Sets the clock to the next review or the exit, whichever comes first."""
        due_at = now + self.lives.review_gaps[self.n_reviews[people], people]
        remind(self.diary, people, np.minimum(due_at, self.exit_at[people]))

    def result(self) -> ReferenceResult:
        """The statistics; services in hand at the horizon count with those that have ended."""
        network, lives = self.network, self.lives
        horizon = int(network.horizon * DAY_MINUTES)
        window_from = int(network.window_from * DAY_MINUTES)
        tasks = self.work.tables.tasks
        asked = (tasks["state"] == state.IN_CALENDAR) & (tasks["ready_at"] < horizon)
        waiting = self.work.waiting() + np.bincount(tasks["kind"][asked], minlength=len(STAGES))
        waits, busy = [nan] * len(STAGES), 0
        for stage, served in enumerate(self.served):
            begun = tasks[(tasks["state"] == state.BEGUN) & (tasks["kind"] == stage)]
            asked_at = np.concatenate([*served.asked_at, self.asked_at[begun["entity"]]])
            minutes = np.concatenate([*served.minutes, begun["done"] + begun["left"]])
            started_at = np.concatenate([*served.ended_at, horizon + begun["left"]]) - minutes
            counted = started_at >= window_from
            busy += int(minutes[counted].sum())
            if counted.any():
                waits[stage] = float((started_at - asked_at)[counted].mean()) / DAY_MINUTES
        placed = self.placed_at < horizon
        counted = placed & (self.placed_at >= window_from)
        in_place = (self.placed_at - lives.referred_at)[counted]
        ended = [sum(at.size for at in served.ended_at) for served in self.served]
        return ReferenceResult(
            completions=(ended[0], ended[1], ended[2]),
            mean_wait_days=(waits[0], waits[1], waits[2]),
            utilisation=busy / (network.coordinators * (horizon - window_from)),
            placed=int(placed.sum()),
            exits=self.exits,
            mean_days_to_in_place=float(in_place.mean()) / DAY_MINUTES if in_place.size else nan,
            waiting_at_end=(int(waiting[0]), int(waiting[1]), int(waiting[2])),
        )


def run(network: Network, seed: int) -> ReferenceResult:
    """One replication on ibsim's engine."""
    return Council(network, seed).run()
