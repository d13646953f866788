"""Evidence: every default of the model is a row with value, unit, range, source and status."""

from __future__ import annotations

from ibsim.evidence.registry import Evidence, load
from ibsim.evidence.rows import Row

__all__ = ["Evidence", "Row", "load"]
