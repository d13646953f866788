"""A scenario as an Excel workbook: written for planners, read back to the same scenario."""

from __future__ import annotations

from ibsim.scenario.workbook.converting import convert

__all__ = ["convert"]
