"""The treasury: what the council's institutions, not its people, bring to the ledger at each month's end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.account import Account, check_ledger
from ibsim.engine.world import Machine, World
from ibsim.policy.charges import CHARGED, CHARGES, Charges
from ibsim.policy.finance import PAY, Payroll
from ibsim.policy.rollout.room import Rollout
from ibsim.policy.setup import POSTED, SetUp
from ibsim.scenario.model import Levers
from ibsim.units import GROUPS
from ibsim.words import IB_SUPPORT, NOTHING, Stream

Floats = NDArray[np.float64]


class Treasury:
    """Payroll, set-up and charges, each with an account and a sum of its own.

    Another institution that posts opens an account here, and its sum is checked with theirs.
    """

    def __init__(self, world: World, machine: Machine, levers: Levers, rollout: Rollout) -> None:
        self._world, self._machine = world, machine
        self._accounts: list[Account] = []
        self._payroll = Payroll(levers.finance)
        self._charges = Charges(levers.charges)
        starts = {name: int(world.clock.month[day]) for name, day in rollout.starts().items()}
        self._set_up = SetUp(levers.setup, starts, rollout.planned_holders())
        self._pay = self.open("the payroll", PAY)
        self._introducing = self.open("set-up", POSTED)
        self._income = self.open("charges", CHARGES)

    def open(self, name: str, categories: Sequence[int]) -> Account:
        """An account for an institution, the only one to post in these categories."""
        account = Account(name, categories, self._machine.ledger, self._machine.posted)
        self._accounts.append(account)
        return account

    def change(self, levers: Levers) -> None:
        """New prices hold from now on; set-up keeps to its plan."""
        self._payroll.settings, self._charges.settings = levers.finance, levers.charges

    def month_end(self, month: int, worked: tuple[Floats, Floats], here: NDArray[np.int32]) -> None:
        """Post a month (-1: of the warm-up, when only pay is posted) after people's own spend.

        `worked` is what the workforce hands over (`Workforce.payroll`), `here` is who is known.
        """
        self._pay.post(month, Stream.ASC, self._payroll.month(*worked))
        if month < 0:
            return
        self._introducing.post(month, Stream.ASC, self._set_up.month(month, self._ib_shares(here)))
        spent = self._machine.ledger[: month + 1, Stream.ASC][:, list(CHARGED)].sum(axis=(0, 1))
        self._income.post(month, Stream.ASC, self._charges.month(spent))

    def check(self) -> int:
        """All pence, if the ledger is what people and institutions posted; raises BooksError otherwise."""
        people_pence = int(self._world.people["spent_pence"].sum())
        machine = self._machine
        return check_ledger(machine.ledger, int(machine.posted[0]), people_pence, self._accounts)

    def _ib_shares(self, here: NDArray[np.int32]) -> Floats:
        """The share of package holders who have an IB, float64[group]."""
        people = self._world.people
        support, group = people["support"][here], people["group"][here]
        holds = people["has_package"][here] & (support != NOTHING)
        holders = np.bincount(group[holds], minlength=len(GROUPS))
        with_ib = np.bincount(group[holds & (support == IB_SUPPORT)], minlength=len(GROUPS))
        shares: Floats = with_ib / np.maximum(holders, 1)
        return shares
