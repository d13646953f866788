"""Package holders with every column that budgets hang on filled in, and the levers that filled them."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np

from ibsim.council import COLUMNS
from ibsim.draws import Draws
from ibsim.engine.clock import Clock
from ibsim.engine.shared import Shared
from ibsim.engine.state import record
from ibsim.engine.timers import Timers
from ibsim.engine.world import TALLIES, World
from ibsim.evidence import Evidence
from ibsim.evidence import load as load_evidence
from ibsim.policy import deployment, finance, packages, signoff
from ibsim.policy.allocation import AllocationSettings
from ibsim.policy.allocation import room as allocation
from ibsim.policy.deployment import DeploymentSettings
from ibsim.policy.finance import FinanceSettings
from ibsim.policy.funding import FundingSettings
from ibsim.policy.funding import room as funding
from ibsim.policy.lever import Settings
from ibsim.policy.packages import PackagesSettings
from ibsim.policy.signoff import SignoffSettings
from ibsim.units import ARMS, DAY_MINUTES, GROUPS
from ibsim.words import BOUGHT, SOLD, Category, Decision, Stream, Timer
from tests.unit.policy.filling import filled
from tests.unit.policy.part import shared_with

AGE = (40, 40, 40, 80)
"""Of everybody in a group."""
KINDS: dict[str, type[Settings]] = {
    "packages": PackagesSettings,
    "allocation": AllocationSettings,
    "signoff": SignoffSettings,
    "deployment": DeploymentSettings,
    "funding": FundingSettings,
    "finance": FinanceSettings,
}
"""The rooms whose levers a small world knows."""


@cache
def evidence() -> Evidence:
    """The shipped evidence, read once."""
    return load_evidence()


class Small:
    """As many package holders in each group, in turn by their ids; `levers` by the name of their room."""

    def __init__(
        self,
        in_each_group: int = 50,
        levers: dict[str, Any] | None = None,
        *,
        package: bool = True,
        first: int = 0,
    ) -> None:
        given = levers or {}
        self.levers: dict[str, Any] = {
            room: filled(kind, given.get(room), evidence()) for room, kind in KINDS.items()
        }
        ids = np.arange(first, first + in_each_group * len(GROUPS), dtype=np.int64)
        groups = (ids % len(GROUPS)).astype(np.int8)
        self.world = World(Clock(date(2006, 4, 1), 3, 0), Draws(7, 0), ids, groups, COLUMNS)
        people = self.world.people
        people["has_package"], people["age"] = package, np.array(AGE)[groups]
        packages.fill(self.world, self.levers["packages"], evidence())
        allocation.fill(self.world)
        signoff.fill(self.world)
        ranks = (people[name].astype(np.float64) for name in ("needs_rank", "services_rank"))
        deployment.fill(self.world, self.levers["deployment"], *ranks)
        funding.fill(self.world, self.levers["funding"])

    def prices(self, kind_shares: tuple[float, float, float] = (0.1, 0.75, 0.15)) -> allocation.PriceList:
        """The price list of the desk-top exercise."""
        return allocation.PriceList(self.world, self.levers["allocation"].ras, np.array(kind_shares))

    def shared(self, prices: allocation.PriceList | None = None, *, first_threshold: float = 200.0) -> Shared:
        """What the verbs of these rooms read and write, with no draw made and nothing posted."""
        given = self.levers
        rooms = [
            packages.rules(given["packages"]),
            allocation.rules(given["allocation"], 0, prices or self.prices()),
            signoff.rules(given["signoff"]),
            funding.rules(given["funding"], first_threshold),
            finance.rules(given["finance"]),
        ]
        rules = np.zeros(len(GROUPS), record([(name, np.float64) for room in rooms for name in room]))
        for room in rooms:
            for name, value in room.items():
                rules[name] = value
        world, clock = self.world, self.world.clock
        timers = Timers(world.n, len(Timer), clock.n_days, DAY_MINUTES)
        sizes = clock.n_months + 1, len(Stream), len(Category), len(GROUPS), len(ARMS)
        return shared_with(
            people=world.people,
            rules=rules,
            keys=np.array([world.draws.key(decision.name.lower()) for decision in Decision], np.uint64),
            counts=np.zeros((len(Decision), world.n), np.int16),
            due=timers.due,
            timer_heads=timers.heads,
            timers=timers.entries,
            timer_free=timers.free,
            today=timers.today,
            ledger=np.zeros(sizes, np.int64),
            tally=np.zeros((len(GROUPS), TALLIES), np.int64),
            committed=np.zeros(len(Stream), np.int64),
            bought=np.zeros((world.n, BOUGHT), np.int32),
            placed=np.zeros((world.n, len(SOLD)), np.int16),
            accounts=np.zeros((1, clock.n_months + 1, len(ARMS)), np.int64),
            posted=np.zeros(1, np.int64),
            months=clock.month.astype(np.int16),
        )
