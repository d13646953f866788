"""Results as an Excel workbook: a front sheet, native charts, tidy tables with stable names, the manifest."""

from __future__ import annotations

from ibsim.results.workbook.contents import (
    Chart,
    Column,
    Contents,
    Figure,
    Form,
    Section,
    Table,
    Target,
)
from ibsim.results.workbook.writing import workbook_bytes

__all__ = [
    "Chart",
    "Column",
    "Contents",
    "Figure",
    "Form",
    "Section",
    "Table",
    "Target",
    "workbook_bytes",
]
