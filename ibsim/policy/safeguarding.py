"""Adult protection: urgent referrals about people with support, and the work that they bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ibsim.policy.lever import Factor, Hours, Settings, lever
from ibsim.units import HOUR_MINUTES
from ibsim.words import IB_SUPPORT, Timer

if TYPE_CHECKING:
    from ibsim.engine.world import World

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


class SafeguardingSettings(Settings):
    """How often an adult-protection referral comes, and what it takes."""

    referrals_per_1000_per_year: Annotated[float, Field(ge=0, le=5_000)] = lever(
        "protection-referrals-per-1000-per-year",
        "per 1,000 a year",
        "adult-protection referrals about clients",
    )
    hours: Hours = lever("protection-hours", "hours", "co-ordinator's time for an adult-protection referral")
    ib_factor: Factor = lever(
        "protection-ib-factor", "times", "how much likelier a referral is about an IB holder"
    )


class Safeguarding:
    """The room of adult protection."""

    def __init__(self, world: World, settings: SafeguardingSettings) -> None:
        self._world = world
        self._settings = settings

    def change(self, settings: SafeguardingSettings) -> None:
        """New rules hold from now on."""
        self._settings = settings

    def watch(self, people: I32, at: I64) -> None:
        """Draw the next referral about each of these people, from these moments on."""
        factor = np.where(self._world.columns["support"][people] == IB_SUPPORT, self._settings.ib_factor, 1.0)
        rate = self._settings.referrals_per_1000_per_year / 1000 * factor
        self._world.hazard(Timer.PROTECTION, "protection referral", people, at, rate)

    def minutes(self, n: int) -> I64:
        """The co-ordinator's minutes for a referral."""
        return np.full(n, round(self._settings.hours * HOUR_MINUTES), dtype=np.int64)
