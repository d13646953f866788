"""Charges: users pay a share of what was spent on them, and never more than that."""

from __future__ import annotations

import numpy as np

from ibsim.policy.charges import Charges, ChargesSettings
from ibsim.words import IB, Category
from tests.unit.policy.filling import filled


def test_each_month_charges_what_was_spent_in_it_at_the_share_in_force() -> None:
    levers = {"percent_of_package": {"PD": 10.0, "LD": 0.0, "MH": 50.0, "OP": 100.0}, "ib_factor": 1.5}
    charges = Charges(filled(ChargesSettings, levers))
    spent = np.full((4, 2), 10_000, dtype=np.int64)
    first = charges.month(spent)
    assert first[Category.USER_CHARGES].tolist() == [
        [-1_000, -1_500],
        [0, 0],
        [-5_000, -7_500],
        [-10_000, -10_000],
    ]
    assert first.sum() == first[Category.USER_CHARGES].sum()
    assert not charges.month(spent).any(), "nothing more was spent"
    charges.settings = filled(ChargesSettings, levers | {"ib_factor": 1.0})
    assert charges.month(spent + 100)[Category.USER_CHARGES, 0].tolist() == [-10, -10]
    assert IB == 1
