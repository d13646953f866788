"""The file a user writes: guarded reading with line numbers, `extends`, dated changes, schema, diff."""

from __future__ import annotations

from ibsim.scenario.model import CalendarSettings, Levers, ResolvedScenario
from ibsim.scenario.resolve import load

__all__ = ["CalendarSettings", "Levers", "ResolvedScenario", "load"]
