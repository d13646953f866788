"""One row of `parameters.csv`: a default value, its range, its status and where it comes from."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ibsim.errors import EvidenceError
from ibsim.evidence.csvfile import read_table

COLUMNS = (
    "id", "group", "value", "unit", "low", "high", "distribution", "status", "source", "formula", "reasoning",
)  # fmt: skip
STATUSES = ("measured", "derived", "assumed")
DISTRIBUTIONS = ("point", "uniform", "triangular", "normal", "lognormal")
CHOICE = "choice"
"""The unit of a row whose value is a word."""
CEILINGS = {"percent": 100.0, "share": 1.0, "probability": 1.0}
"""Units that have a largest value."""

_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,119}")
_GROUP = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter as the pack states it.

    `value` is a float, or a word where `unit` is `choice`; `printed` is the cell as written
    (its digits say how far it is rounded).  `low` and `high` are both numbers or both None.
    `file` and `line` say where the row stands, for messages.  `origin` says whether the value is the
    `pack`'s own, an `override`, a `draw`, or follows its `formula` after one of these.
    """

    id: str
    group: str
    value: float | str
    printed: str
    unit: str
    low: float | None
    high: float | None
    distribution: str
    status: str
    source: str
    formula: str
    reasoning: str
    file: str = ""
    line: int = 0
    origin: str = "pack"

    @property
    def key(self) -> str:
        """The row's name in overrides and draws: `id`, or `id/GROUP`."""
        return f"{self.id}/{self.group}" if self.group else self.id

    @property
    def where(self) -> str:
        """File, line and key, as a message names them."""
        return f"{self.file}, line {self.line}, {self.key}"

    @property
    def varies(self) -> bool:
        """Whether `Evidence.sampled` redraws the row: it has a range and a distribution over it."""
        return self.distribution != "point" and self.low is not None and self.low != self.high


def read_parameters(path: Path) -> list[Row]:
    """Read a parameters.csv and check each row on its own; EvidenceError names file and line."""
    rows = list(_rows(path))
    lines: dict[str, int] = {}
    for row in rows:
        if row.key in lines:
            raise EvidenceError(
                row.where,
                f"the same id and group as in line {lines[row.key]}",
                "each pair of id and group stands once",
                "delete one of the two rows",
            )
        lines[row.key] = row.line
    return rows


def parse_number(text: str) -> float | None:
    """A finite plain number (no separators, no NaN), or None where `text` is not one."""
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def plain(number: float) -> str:
    """A number as people write it: whole ones whole, others to ten digits, without exponent if possible."""
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.10g}"


def is_choice_word(text: str) -> bool:
    """Whether `text` can be the value of a choice."""
    return bool(_WORD.fullmatch(text))


def _rows(path: Path) -> Iterator[Row]:
    for line, cells in read_table(path, COLUMNS):
        where = f"{path}, line {line}, {cells['id'] or 'no id'}"
        _check_names(where, cells)
        low, high = _number(where, "low", cells["low"]), _number(where, "high", cells["high"])
        row = Row(
            id=cells["id"],
            group=cells["group"],
            value=_value(where, cells["value"], cells["unit"]),
            printed=cells["value"],
            unit=cells["unit"],
            low=low,
            high=high,
            distribution=cells["distribution"] or "point",
            status=cells["status"],
            source=cells["source"],
            formula=cells["formula"],
            reasoning=cells["reasoning"],
            file=str(path),
            line=line,
        )
        check_range(row)
        _check_standing(row)
        yield row


def _check_names(where: str, cells: dict[str, str]) -> None:
    if not _ID.fullmatch(cells["id"]):
        rule = "an id has lower-case letters, digits, hyphens and dots"
        raise EvidenceError(where, f"id {cells['id']!r}", rule, "write it like hours-per-review")
    if cells["group"] and not _GROUP.fullmatch(cells["group"]):
        rule = "a group is blank or one word such as PD, LD, MH, OP or IB"
        raise EvidenceError(where, f"group {cells['group']!r}", rule, "name one group a row")
    if not cells["unit"]:
        remedy = "write the unit, or 'ratio' or 'choice' where there is none"
        raise EvidenceError(where, "no unit", "every row has a unit", remedy)


def _value(where: str, text: str, unit: str) -> float | str:
    if unit == CHOICE:
        if is_choice_word(text):
            return text
        raise EvidenceError(where, f"value {text!r}", "a choice's value is one word", "write the word")
    number = _number(where, "value", text)
    if number is None:
        raise EvidenceError(where, "no value", "every row has a value", "write the number")
    return number


def _number(where: str, column: str, text: str) -> float | None:
    if not text:
        return None
    number = parse_number(text)
    if number is None:
        rule = f"{column} is a finite plain number such as 0.5 or 1200"
        raise EvidenceError(where, f"{column} {text!r}", rule, "leave out signs, separators and units")
    return number


def check_range(row: Row) -> None:
    """Raise EvidenceError unless the row's range and distribution make sense together."""
    if row.distribution not in DISTRIBUTIONS:
        rule = f"a distribution is one of {', '.join(DISTRIBUTIONS)}"
        raise EvidenceError(row.where, f"distribution {row.distribution!r}", rule, "choose one of them")
    if row.low is None or row.high is None:
        if row.low is not None or row.high is not None:
            found = "only one end of a range"
            raise EvidenceError(row.where, found, "low and high stand together", "give both or neither")
        if row.distribution != "point":
            rule = f"{row.distribution} needs low and high"
            raise EvidenceError(row.where, "no range", rule, "give both, or write point")
        return
    if isinstance(row.value, str):
        raise EvidenceError(row.where, "a range", "a choice has no range", "leave low and high blank")
    if not row.low <= row.value <= row.high:
        found = f"low {plain(row.low)}, value {plain(row.value)}, high {plain(row.high)}"
        raise EvidenceError(row.where, found, "low <= value <= high", "correct the one that is wrong")
    if row.distribution == "lognormal" and row.low <= 0:
        found = f"low {plain(row.low)}"
        rule = "a lognormal range starts above 0"
        raise EvidenceError(row.where, found, rule, "choose another distribution")


def _check_standing(row: Row) -> None:
    """A row must say what it stands on: a source, a formula or a reason."""
    if row.status not in STATUSES:
        rule = f"a status is one of {', '.join(STATUSES)}"
        raise EvidenceError(row.where, f"status {row.status!r}", rule, "choose one of them")
    needs = {"measured": "source", "derived": "formula", "assumed": "reasoning"}[row.status]
    if not getattr(row, needs):
        rule = f"a row that is {row.status} has its {needs}"
        raise EvidenceError(row.where, f"no {needs}", rule, f"fill the column {needs}, or change the status")
