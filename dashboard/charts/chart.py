"""What a page shows: a chart with its finding, its table and its words, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Value = str | float | int | None
"""A cell of a chart's table; None where nobody counts."""


@dataclass(frozen=True, eq=False)
class Chart:
    """A picture of some numbers, with everything that one needs who cannot see it or wants the numbers.

    `key` names it on its page and in downloads.  `title` says what it shows, found from the numbers;
    `subtitle` what is drawn, its unit and its intervals.  `figure` is Plotly's JSON as plain dicts, `columns`
    and `rows` the same numbers as a table, `alt` the text alternative.  `height` is in pixels; `source` names
    the file of the result folder.
    """

    key: str
    title: str
    subtitle: str
    figure: Mapping[str, Any]
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    alt: str
    source: str = "summary.csv"
    height: int = 360


@dataclass(frozen=True)
class Absent:
    """In place of a chart: what would be shown, and why the result folder does not hold it."""

    key: str
    title: str
    reason: str


Shown = Chart | Absent
"""A place on a page: a chart, or the reason why there is none."""
