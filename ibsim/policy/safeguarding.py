"""Adult protection: urgent referrals about people with support, and the work that they bring."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import hazard
from ibsim.engine.world import Columns, Rules
from ibsim.policy.lever import Factor, Hours, Settings, lever
from ibsim.units import HOUR_MINUTES
from ibsim.words import IB_SUPPORT, Decision, Timer


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


COLUMNS: Columns = ()


def rules(settings: SafeguardingSettings) -> Rules:
    """The levers that compiled verbs read."""
    return {
        "protection_rate": settings.referrals_per_1000_per_year / 1000,
        "protection_ib_factor": settings.ib_factor,
        "protection_minutes": settings.hours * HOUR_MINUTES,
    }


@compiled
def watch(w: Shared, p: int, at: int) -> None:
    """Draw the next referral about the person, from this moment on."""
    rule, person = w.rules[w.people[p].group], w.people[p]
    factor = rule.protection_ib_factor if person.support == IB_SUPPORT else 1.0
    hazard(w, Timer.PROTECTION, Decision.PROTECTION, p, at, rule.protection_rate * factor)
