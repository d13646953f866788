"""The staff: co-ordinators one by one in teams, their week from the diary, and the other desks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibsim.policy.workforce.settings import DEFAULT_PRIORITIES, HoursByActivity, WorkforceSettings

if TYPE_CHECKING:
    from ibsim.policy.workforce.room import Workforce as Workforce

__all__ = ["DEFAULT_PRIORITIES", "HoursByActivity", "WorkforceSettings"]
