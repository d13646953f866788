"""Deployment: who helps to plan, how budgets are held, what they buy, and what is left of them."""

from __future__ import annotations

from ibsim.policy.deployment.room import (
    COLUMNS,
    Held,
    clawed_back,
    fill,
    paid_out,
    part,
    rules,
    set_plan_change,
    underspend,
)
from ibsim.policy.deployment.services import ServiceSplit, service_split
from ibsim.policy.deployment.settings import PARTIES, SERVICES, DeploymentSettings

__all__ = [
    "COLUMNS",
    "PARTIES",
    "SERVICES",
    "DeploymentSettings",
    "Held",
    "ServiceSplit",
    "clawed_back",
    "fill",
    "paid_out",
    "part",
    "rules",
    "service_split",
    "set_plan_change",
    "underspend",
]
