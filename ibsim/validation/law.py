"""The population law: everybody's IB by the rooms' own rules, without waits and without staff.

All package holders of a council's first day are handed through the journey step by step, each step to
everybody at once.  What comes out is what the rules alone make of the people: budgets, streams, holding,
services and weekly cost, each beside the same person's conventional package.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ibsim import pathway
from ibsim.council import Council
from ibsim.engine.state import Records
from ibsim.pathway import Batch
from ibsim.policy.deployment.services import service_split
from ibsim.policy.finance import visits_weekly
from ibsim.scenario.model import ResolvedScenario
from ibsim.units import WEEKS_PER_YEAR
from ibsim.words import IB, IB_SUPPORT, Matter, Stage, Stream, Timer, Work

Floats = NDArray[np.float64]
AT_ONCE = 20_000
MOST_ROUNDS = 200
"""A budget or plan is returned so often at most; at a half it comes back ten times in a thousand people."""
PAYERS = ("asc", "sp", "ilf", "atw", "ices")


@dataclass(frozen=True)
class Law:
    """One row a person who takes up an IB, in pounds; `people` are their columns in all rooms.

    `conventional` are the columns of everybody, as they stood with conventional packages.
    `services` are pounds a week float64[n, service] by arm, of plan or package alone; `visits` pounds a
    week float64[group, arm].
    """

    people: Records
    conventional: Records
    services: tuple[Floats, Floats]
    visits: Floats

    def pounds(self, column: str) -> Floats:
        """A column of pence as pounds."""
        pounds: Floats = self.people[column] / 100
        return pounds

    @property
    def budget(self) -> Floats:
        """Everybody's whole budget, pounds a year: the council's money and what has joined it."""
        return sum((self.pounds(f"{s}_budget") for s in ("sp", "ilf", "atw")), self.pounds("final_budget"))

    @property
    def one_off(self) -> Floats:
        """The part of the council's money that is paid once, pounds."""
        return np.minimum(self.pounds("one_off_pence"), self.pounds("final_budget"))

    def weekly(self, arm: int) -> Floats:
        """Pounds a week of all payers, without care management: float64[n] of that arm's people."""
        columns = self.people if arm == IB else self.conventional
        total: Floats = sum((columns[f"rate_{payer}"] for payer in PAYERS), np.zeros(columns.size)) / 100
        return total


def population_law(scenario: ResolvedScenario, seed: int = 1) -> Law:
    """Take every package holder of a scenario's first day to an IB, by the levers of that day.

    The larger the council, the closer the sample to the law.  Who refuses on the way (the offer, a
    budget below the package, a sum that has fallen) is left out of the IBs, as in the run.
    """
    council = Council(scenario, seed, 0)
    people = council.world.people
    holders = people["has_package"] & (people["stage"] == Stage.IN_PLACE)
    before = people[holders].copy()
    walk = _Walk(council, np.flatnonzero(holders).astype(np.int32))
    walk.to_the_end()
    took = holders & (people["support"] == IB_SUPPORT)
    d, p = council.levers.deployment, council.levers.packages
    split = service_split(d, p.needs_sigma.array(), p.conventional_sigma.array())
    content = p.plan_content_factor.array()[council.world.groups[took]]
    law = Law(people[took].copy(), before, (np.zeros(0), np.zeros(0)), visits_weekly(council.levers.finance))
    plans = law.budget * content / WEEKS_PER_YEAR
    money = (before["services_pence"] / 100, plans)
    rows = (split.shares(council.world, arm)[who] for arm, who in enumerate((holders, took)))
    spent = tuple(pounds[:, None] * shares for pounds, shares in zip(money, rows, strict=True))
    return replace(law, services=(spent[0], spent[1]))


class _Walk:
    """The steps from an offer to an IB in place, at the run's first minute."""

    def __init__(self, council: Council, people: NDArray[np.int32]) -> None:
        self._council, self._people = council, people

    def to_the_end(self) -> None:
        """Hand everybody on until all have an IB or have refused, and all applications are decided."""
        self._act(Batch.DUE, Timer.ANSWER, self._people)
        self._act(Batch.DUE, Timer.FORMS, self._at(Stage.ASSESSMENT))
        self._act(Batch.FINISHED, Work.IB_ASSESSMENT, self._at(Stage.ASSESSMENT))
        for _ in self._rounds(Stage.ALLOCATION):
            here = self._at(Stage.ALLOCATION)
            heard = self._council.world.people["disputed"][here] == 1
            self._act(Batch.FINISHED, Work.REWORK, here[heard])
            self._act(Batch.DECIDED, Matter.AGREE_BUDGET, here[~heard])
        self._act(Batch.FINISHED, Work.SUPPORT_PLAN, self._at(Stage.PLANNING))
        for _ in self._rounds(Stage.SIGN_OFF):
            self._act(Batch.DECIDED, Matter.DECIDE_PLAN, self._at(Stage.SIGN_OFF))
        self._act(Batch.FINISHED, Work.ARRANGING, self._at(Stage.ARRANGING))
        self._act(Batch.DUE, Timer.START, self._at(Stage.ARRANGING))
        for stream in (Stream.SP, Stream.ILF, Stream.ATW):
            self._act(Batch.AWARDED, stream, self._people)

    def _at(self, stage: Stage) -> NDArray[np.int32]:
        """Those on their way to an IB who are at a stage."""
        known = self._council.world.people[self._people]
        there: NDArray[np.int32] = self._people[(known["stage"] == stage) & (known["arm"] == IB)]
        return there

    def _rounds(self, stage: Stage) -> Iterable[int]:
        """Rounds of decisions, until nobody is left at a stage."""
        for number in range(MOST_ROUNDS):
            if self._at(stage).size == 0:
                return
            yield number

    def _act(self, batch: Batch, code: int, people: NDArray[np.int32]) -> None:
        machine = self._council.machine
        for start in range(0, people.size, AT_ONCE):
            some = people[start : start + AT_ONCE]
            codes, at = np.full(some.size, int(code), np.int32), np.zeros(some.size, np.int64)
            if batch == Batch.DUE:
                machine.timers.due[code, some] = at  # now, and not when it would have been
            pathway.act(machine.ready(some.size), int(batch), some, codes, at)
