"""Outcomes: what people's lives are like with either support, and what it costs the health service."""

from ibsim.policy.outcomes.room import (
    HEALTH_SERVICES,
    OUTCOMES,
    Outcomes,
    Typical,
    health_shares,
    hospital_days,
)
from ibsim.policy.outcomes.settings import OutcomesSettings

__all__ = [
    "HEALTH_SERVICES",
    "OUTCOMES",
    "Outcomes",
    "OutcomesSettings",
    "Typical",
    "health_shares",
    "hospital_days",
]
