"""Package holders with every column that budgets hang on filled in, and the levers that filled them."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np

from ibsim.draws import Draws
from ibsim.engine.clock import Clock
from ibsim.engine.world import World
from ibsim.evidence import Evidence
from ibsim.evidence import load as load_evidence
from ibsim.policy import deployment, packages, signoff
from ibsim.policy.allocation import AllocationSettings
from ibsim.policy.allocation import room as allocation
from ibsim.policy.deployment import DeploymentSettings
from ibsim.policy.finance import FinanceSettings
from ibsim.policy.funding import FundingSettings
from ibsim.policy.funding import room as funding
from ibsim.policy.lever import Settings
from ibsim.policy.packages import PackagesSettings
from ibsim.policy.signoff import SignoffSettings
from ibsim.replication import COLUMNS
from ibsim.units import GROUPS
from tests.unit.policy.filling import filled

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
