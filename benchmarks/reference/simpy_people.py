"""The reference network as SimPy users mostly write it: a process per person, one PriorityResource.

Twice: with SimPy's own queue, which sorts at every request, and with a queue kept sorted by bisection.
Both give the same result for the same seed, to the last bit.
"""

from __future__ import annotations

from bisect import insort_right
from collections.abc import Generator
from operator import attrgetter
from typing import Any

import simpy
from simpy.resources.resource import PriorityRequest, SortedQueue

from .draws import Draws
from .network import ASSESSMENT, PLANNING, REVIEW, Network, ReferenceResult
from .tally import Tally

Steps = Generator[simpy.Event, Any, None]


class BisectedQueue(SortedQueue):
    """A queue of requests in order of priority and time, into which a request is bisected."""

    def append(self, item: Any) -> None:
        insort_right(self, item, key=attrgetter("key"))


class BisectedPriorityResource(simpy.PriorityResource):
    """A PriorityResource that does not sort its queue anew at each request."""

    PutQueue = BisectedQueue


class Council:
    """One replication: the pool, the panel and everybody's process."""

    def __init__(self, network: Network, seed: int, pool: type[simpy.PriorityResource]) -> None:
        self.network = network
        self.draws = Draws(network, seed)
        self.tally = Tally(network)
        self.env = simpy.Environment()
        self.pool = pool(self.env, network.coordinators)
        self.panel_meets = self.env.event()

    def run(self) -> ReferenceResult:
        """Runs to the horizon (events at the horizon are not processed)."""
        env, draws = self.env, self.draws
        for _ in range(self.network.starting_stock):
            env.process(self.in_place(next(draws.stay), next(draws.first_review)))
        env.process(self.referrals())
        env.process(self.panel())
        env.run(until=self.network.horizon)
        waiting = [0, 0, 0]
        for request in self.pool.queue:
            assert isinstance(request, PriorityRequest)
            waiting[request.priority] += 1
        return self.tally.result((waiting[0], waiting[1], waiting[2]))

    def referrals(self) -> Steps:
        gaps = self.draws.referral_gap
        while True:
            yield self.env.timeout(next(gaps))
            self.env.process(self.referred())

    def panel(self) -> Steps:
        """Every week all who have been assessed go on, in the order in which they came."""
        while True:
            yield self.env.timeout(self.network.panel_every)
            decided, self.panel_meets = self.panel_meets, self.env.event()
            decided.succeed()

    def served(self, stage: int) -> Steps:
        """Waits for a co-ordinator and is served; the stage is the priority."""
        env, pool = self.env, self.pool
        asked_at = env.now
        request = pool.request(priority=stage)
        yield request
        days = next(self.draws.service[stage])
        self.tally.start(stage, asked_at, env.now, days)
        yield env.timeout(days)
        self.tally.completions[stage] += 1
        # The release is waited for, so that the queue is served before this person is routed.
        yield pool.release(request)

    def referred(self) -> Steps:
        env, draws, network = self.env, self.draws, self.network
        referred_at = env.now
        yield from self.served(ASSESSMENT)
        yield self.panel_meets
        yield from self.served(PLANNING)
        while next(draws.returned) < network.returned_share:
            yield from self.served(PLANNING)
        yield env.timeout(next(draws.brokerage))
        self.tally.place(referred_at, env.now)
        yield from self.in_place(env.now + next(draws.stay), env.now + next(draws.review_gap))

    def in_place(self, exit_at: float, review_due_at: float) -> Steps:
        env, gaps = self.env, self.draws.review_gap
        while review_due_at < exit_at:
            yield env.timeout(review_due_at - env.now)
            yield from self.served(REVIEW)
            if env.now >= exit_at:
                break
            review_due_at = env.now + next(gaps)
        else:
            yield env.timeout(exit_at - env.now)
        self.tally.exits += 1


def run_own_queue(network: Network, seed: int) -> ReferenceResult:
    """One replication with SimPy's PriorityResource as it is."""
    return Council(network, seed, simpy.PriorityResource).run()


def run_bisected_queue(network: Network, seed: int) -> ReferenceResult:
    """One replication with the same resource and a bisected queue."""
    return Council(network, seed, BisectedPriorityResource).run()
