"""Allocation: points to pounds, the price list, and the indicative budget that is agreed."""

from __future__ import annotations

from ibsim.policy.allocation.settings import AllocationSettings, PointsSettings

__all__ = ["AllocationSettings", "PointsSettings"]
