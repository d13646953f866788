"""Funding: the five streams beside the council's own money, and how each joins an IB."""

from __future__ import annotations

from ibsim.policy.funding.settings import FundingSettings

__all__ = ["FundingSettings"]
