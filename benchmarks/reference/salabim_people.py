"""The reference network in salabim: a component per person, one Resource that they claim by priority.

Written with `yield`, as salabim's models for plain CPython are; its monitors, traces and animation are off.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import nextafter
from typing import Any

import salabim

from .draws import Draws
from .network import ASSESSMENT, PLANNING, REVIEW, Network, ReferenceResult
from .tally import Tally

Steps = Iterator[Any]


class Council:
    """One replication: the pool, the panel, the draws and the tally that all people share."""

    def __init__(self, network: Network, seed: int) -> None:
        self.network = network
        self.draws = Draws(network, seed)
        self.tally = Tally(network)
        self.env = salabim.Environment(trace=False, random_seed=seed, yieldless=False)
        self.pool = salabim.Resource("pool", network.coordinators, env=self.env, monitor=False)
        self.panel = salabim.State("panel", env=self.env, monitor=False)
        self.waiting = [0, 0, 0]

    def run(self) -> ReferenceResult:
        """Runs to the horizon."""
        draws = self.draws
        for _ in range(self.network.starting_stock):
            Resident(self, next(draws.stay), next(draws.first_review))
        Referrals(self)
        Panel(self)
        self.env.run(till=nextafter(self.network.horizon, 0.0))  # events at the horizon are not processed
        waiting = self.waiting
        return self.tally.result((waiting[0], waiting[1], waiting[2]))


class Actor(salabim.Component):  # type: ignore[misc]  # salabim has no types
    """Whoever lives in a council."""

    def __init__(self, council: Council) -> None:
        self.council = council
        super().__init__("", env=council.env, suppress_trace=True)


class Referrals(Actor):
    """New people, one after the other."""

    def process(self) -> Steps:
        gaps = self.council.draws.referral_gap
        while True:
            yield self.hold(next(gaps))
            Referred(self.council)


class Panel(Actor):
    """Every week all who have been assessed go on, in the order in which they came."""

    def process(self) -> Steps:
        while True:
            yield self.hold(self.council.network.panel_every)
            self.council.panel.trigger()


class Person(Actor):
    """What a person can do: be served, and live with support."""

    def served(self, stage: int) -> Steps:
        """Waits for a co-ordinator and is served; the stage is the priority."""
        council = self.council
        asked_at = council.env.now()
        council.waiting[stage] += 1
        yield self.request((council.pool, 1, stage))
        council.waiting[stage] -= 1
        days = next(council.draws.service[stage])
        council.tally.start(stage, asked_at, council.env.now(), days)
        yield self.hold(days)
        council.tally.completions[stage] += 1
        self.release()

    def in_place(self, exit_at: float, review_due_at: float) -> Steps:
        env, gaps = self.council.env, self.council.draws.review_gap
        while review_due_at < exit_at:
            yield self.hold(till=review_due_at)
            yield from self.served(REVIEW)
            if env.now() >= exit_at:
                break
            review_due_at = env.now() + next(gaps)
        else:
            yield self.hold(till=exit_at)
        self.council.tally.exits += 1


class Resident(Person):
    """Somebody who has support when the run begins."""

    def __init__(self, council: Council, exit_at: float, review_due_at: float) -> None:
        self.exit_at, self.review_due_at = exit_at, review_due_at
        super().__init__(council)

    def process(self) -> Steps:
        yield from self.in_place(self.exit_at, self.review_due_at)


class Referred(Person):
    """Somebody new, from referral to the end of support."""

    def process(self) -> Steps:
        council = self.council
        env, draws = council.env, council.draws
        referred_at = env.now()
        yield from self.served(ASSESSMENT)
        yield self.wait(council.panel)
        yield from self.served(PLANNING)
        while next(draws.returned) < council.network.returned_share:
            yield from self.served(PLANNING)
        yield self.hold(next(draws.brokerage))
        now = env.now()
        council.tally.place(referred_at, now)
        yield from self.in_place(now + next(draws.stay), now + next(draws.review_gap))


def run(network: Network, seed: int) -> ReferenceResult:
    """One replication."""
    return Council(network, seed).run()
