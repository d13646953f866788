"""What a results workbook is made of: a front sheet's words and figures, tables, charts, the manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ibsim.excel import Value

Kind = Literal["text", "number", "whole", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a tidy table: its name, what it holds and, for the heading's note, its meaning."""

    name: str
    kind: Kind = "text"
    meaning: str = ""
    width: float = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A tidy table on a sheet of its own; `name` is the Excel table's, a promise to queries and pivots.

    `rows` have one value a column; a NaN is an empty cell.  `instead` says where the table is found when
    it has more rows than a sheet holds.
    """

    name: str
    sheet: str
    about: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Value]]
    instead: str = "the result folder"


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of key figures: its words, unit and, for each column, the mean and half its interval."""

    label: str
    unit: str
    values: tuple[tuple[float, float], ...]
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """Key figures that belong together; `columns` are the headings over their values."""

    title: str
    columns: tuple[str, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """A figure against what the scenario wants of it; `met` is the share of replications that meet it."""

    label: str
    unit: str
    wanted: str
    found: float
    half: float
    met: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart: the values of each series by category, drawn from the sheet `Chart data`.

    `faint` names series that are drawn as thin broken lines (the ends of an interval), and in a waterfall
    those that are not drawn (what its steps stand on).  `words` say what it shows, for those who read with
    their ears.
    """

    title: str
    kind: Literal["line", "column", "stacked", "waterfall"]
    unit: str
    heading: str
    categories: Sequence[Value]
    series: Mapping[str, Sequence[float]]
    words: str
    faint: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A block of figures laid out as a return asks for them: measures down, groups across."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[float, ...]], ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a results workbook holds, in the order in which it is written.

    `facts` are short pairs under the title (years, replications, seed); `statements` are the sentences
    of the answer; `manifest` is the tree that makes the run again, without what differs between two equal
    runs (times, machine).
    """

    title: str
    why: str
    facts: tuple[tuple[str, str], ...]
    statements: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...] = ()
    forms: tuple[Form, ...] = ()
    targets: tuple[Target, ...] = ()
    notes: tuple[str, ...] = ()
    manifest: Mapping[str, Any] = field(default_factory=dict)
