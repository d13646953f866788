"""The market: providers, contracts, who goes where, how providers fare, and personal assistants."""

from __future__ import annotations

from ibsim.policy.market.room import COLUMNS, Market, fill, rules
from ibsim.policy.market.settings import MarketSettings

__all__ = ["COLUMNS", "Market", "MarketSettings", "fill", "rules"]
