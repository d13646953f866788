"""The reference network in Ciw: a pool of servers with three priority classes, and three nodes to stay at.

A person's class is what they ask the pool for; the router changes it on the way.  People whom the panel lets
go at the same moment ask for planning in an order of Ciw's choosing.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

import ciw

from .draws import Draws
from .network import ASSESSMENT, PLANNING, REVIEW, STAGES, Network, ReferenceResult
from .tally import Tally

POOL, PANEL, BROKERAGE, IN_PLACE = 1, 2, 3, 4
LEAVES = -1


class Duration(ciw.dists.Distribution):  # type: ignore[misc]  # Ciw has no types
    """How long a person stays at a node, as a function of the moment and the person."""

    def __init__(self, of: Callable[[float, Any], float]) -> None:
        self.of = of

    def sample(self, t: float | None = None, ind: Any = None) -> float:
        return self.of(t or 0.0, ind)

    def __deepcopy__(self, memo: object) -> Duration:
        """Ciw copies distributions node by node; the draws and the tally are one for all."""
        return self


class Council:
    """One replication: what happens to a person at each node, and where the person goes next."""

    def __init__(self, network: Network, seed: int) -> None:
        self.network = network
        self.draws = Draws(network, seed)
        self.tally = Tally(network)
        ciw.seed(seed)

    def run(self) -> ReferenceResult:
        """Runs to the horizon."""
        simulation = ciw.Simulation(self._ciw_network())
        simulation.simulate_until_max_time(self.network.horizon)
        pool = simulation.transitive_nodes[POOL - 1]
        waiting = [sum(not person.server for person in queue) for queue in pool.individuals]
        return self.tally.result((waiting[0], waiting[1], waiting[2]))

    def _ciw_network(self) -> Any:
        network, draws = self.network, self.draws
        everywhere = [Duration(self._decided), Duration(self._brokered), Duration(self._supported)]
        router = Router(self)
        nobody = [None] * 4
        at_start = ciw.dists.Sequential([0.0, inf])
        referrals = Duration(lambda t, ind: next(draws.referral_gap))
        one = ciw.dists.Deterministic(1)
        return ciw.create_network(
            number_of_servers=[network.coordinators, inf, inf, inf],
            priority_classes={name: stage for stage, name in enumerate(STAGES)},
            arrival_distributions={
                STAGES[ASSESSMENT]: [referrals, None, None, None],
                STAGES[PLANNING]: nobody,
                STAGES[REVIEW]: [None, None, None, at_start],
            },
            batching_distributions={
                STAGES[ASSESSMENT]: [one] * 4,
                STAGES[PLANNING]: [one] * 4,
                STAGES[REVIEW]: [one, one, one, ciw.dists.Deterministic(network.starting_stock)],
            },
            service_distributions={
                name: [Duration(self._serve(stage)), *everywhere] for stage, name in enumerate(STAGES)
            },
            routing={name: router for name in STAGES},
        )

    def _serve(self, stage: int) -> Callable[[float, Any], float]:
        def days(now: float, person: Any) -> float:
            service = next(self.draws.service[stage])
            if stage == ASSESSMENT:
                person.referred_at = person.arrival_date
            self.tally.start(stage, person.arrival_date, now, service)
            return service

        return days

    def _decided(self, now: float, person: Any) -> float:
        """Until the panel's next meeting."""
        every = self.network.panel_every
        return every - now % every

    def _brokered(self, now: float, person: Any) -> float:
        return next(self.draws.brokerage)

    def _supported(self, now: float, person: Any) -> float:
        """Until the next review or the exit, whichever comes first."""
        draws = self.draws
        if not hasattr(person, "exit_at"):
            is_new = hasattr(person, "referred_at")
            if is_new:
                self.tally.place(person.referred_at, now)
            person.exit_at = now + next(draws.stay)
            review_at = now + next(draws.review_gap if is_new else draws.first_review)
        else:
            review_at = now + next(draws.review_gap)
        person.leaves = review_at >= person.exit_at
        return float(min(review_at, person.exit_at)) - now

    def next_stop(self, person: Any, node: int, now: float) -> tuple[int, int]:
        """The next node of a person who is done at one, and what the person will ask the pool for."""
        if node == PANEL:
            return POOL, PLANNING
        if node == BROKERAGE:
            return IN_PLACE, REVIEW
        if node == IN_PLACE:
            self.tally.exits += person.leaves
            return (LEAVES if person.leaves else POOL), REVIEW
        stage = STAGES.index(person.customer_class)
        self.tally.completions[stage] += 1
        if stage == ASSESSMENT:
            return PANEL, ASSESSMENT
        if stage == PLANNING:
            returned = next(self.draws.returned) < self.network.returned_share
            return (POOL if returned else BROKERAGE), PLANNING
        left = now >= person.exit_at
        self.tally.exits += left
        return (LEAVES if left else IN_PLACE), REVIEW


class Router(ciw.routing.NetworkRouting):  # type: ignore[misc]  # Ciw has no types
    """Sends a person on, in the class that counts at the next node."""

    def __init__(self, council: Council) -> None:
        super().__init__([])
        self.council = council

    def next_node(self, ind: Any, node_id: int) -> Any:
        node, stage = self.council.next_stop(ind, node_id, self.simulation.current_time)
        ind.prev_priority_class = ind.priority_class
        ind.customer_class, ind.priority_class = STAGES[stage], stage
        return self.simulation.nodes[node]


def run(network: Network, seed: int) -> ReferenceResult:
    """One replication."""
    return Council(network, seed).run()
