"""Charges: what users pay towards their support, the council's income."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.state import I64
from ibsim.policy.lever import ByGroup, Factor, Percent, Settings, lever
from ibsim.words import IB, PACKAGE, Category

FREE = (Category.EQUIPMENT, Category.BRIDGING)
"""Equipment cannot be charged for (section 8.7), and cover after a closure is the council's own affair."""
CHARGED = tuple(category for category in PACKAGE if category not in FREE)
"""What users are charged for: packages that the council pays for."""
CHARGES = (Category.USER_CHARGES,)
"""The categories of the ledger in which nobody else posts."""


class ChargesSettings(Settings):
    """The share of their support that users pay for."""

    percent_of_package: ByGroup[Percent] = lever(
        "charges-percent", "percent", "of the council's spend on packages, paid by the users as charges"
    )
    ib_factor: Factor = lever(
        "charges-ib-factor", "times", "charges for support from an IB against those for conventional support"
    )


class Charges:
    """The income from charges, month by month, as a share of what was spent since the month before."""

    def __init__(self, settings: ChargesSettings) -> None:
        self.settings = settings
        self._spent: I64 | None = None

    def month(self, spent: I64) -> I64:
        """What users owe for a month: int64[category, group, arm], income as negative pence.

        `spent` int64[group, arm] is the council's spend on packages since the counted start.
        """
        before = np.zeros_like(spent) if self._spent is None else self._spent
        self._spent = spent.copy()
        pence = np.zeros((len(Category), *spent.shape), dtype=np.int64)
        owed = (spent - before) * self._shares()
        pence[Category.USER_CHARGES] = -np.rint(owed).astype(np.int64)
        return pence

    def _shares(self) -> NDArray[np.float64]:
        """The share that is charged, float64[group, arm]; nobody pays more than all."""
        shares = np.repeat(self.settings.percent_of_package.array()[:, None] / 100, 2, axis=1)
        shares[:, IB] *= self.settings.ib_factor
        capped: NDArray[np.float64] = np.minimum(shares, 1.0)
        return capped
