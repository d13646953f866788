"""From a table of texts to a caseload: every cell by its column's rule, every row by rules of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.caseload import UNSAID, Caseload
from ibsim.scenario.caseload.columns import COLUMNS, IGNORED, NAMES, Column, Unfit
from ibsim.scenario.caseload.table import KIND, MAX_BYTES, Table, read_table
from ibsim.scenario.hints import nearest
from ibsim.scenario.problems import Problem, quote, refuse, refuse_all, show
from ibsim.scenario.reading import WORKBOOK, read_bytes

MAX_PEOPLE = 2_000_000
SUFFIXES = (".csv", WORKBOOK)
_FIELDS = {"status": "waiting", "sex": "female", "services_gbp_per_week": "services_pence"}
"""Columns whose values a `Caseload` calls otherwise."""

Values = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class _File:
    """A file's content; two with the same digest are the same."""

    digest: bytes
    shown: str
    start: date
    content: bytes = field(compare=False, repr=False)


def read_caseload(path: Path, shown: str, start: date) -> Caseload:
    """Read and check a council's caseload for a run that starts on a day; `shown` names it in messages.

    Raises `ScenarioError`: the first fault of each column, up to ten, each with file, row, column, what was
    found, the rule and the remedy.
    """
    if path.suffix.lower() not in SUFFIXES:
        refuse(shown, f"a file named {quote(path.name)}", "a caseload is a .csv or .xlsx file", "save it so")
    content = read_bytes(path, shown, MAX_BYTES, KIND)
    return _parsed(_File(hashlib.sha256(content).digest(), shown, start, content))


@lru_cache(maxsize=2)
def _parsed(file: _File) -> Caseload:
    """The caseload in a file: a study reads the same file for each of its points."""
    table = read_table(file.content, file.shown)
    texts = _by_name(table)
    values: Values = {}
    problems: list[tuple[int, Problem]] = []
    for column in COLUMNS:
        if column.name in texts:
            values[column.name] = _read(table, column, texts[column.name], problems)
        else:
            default = UNSAID if column.default is None else column.default
            values[column.name] = np.full(len(table.numbers), default, dtype=column.dtype)
    if not problems:
        problems += _across(table, values, file.start)
    if problems:
        refuse_all([problem for _, problem in sorted(problems, key=lambda item: item[0])])
    _check_size(table, values)
    return _caseload(values)


def _by_name(table: Table) -> dict[str, list[str]]:
    """The columns by name; one that is unknown, repeated or missing is refused."""
    rule = f"the heading names {', '.join(NAMES)}; `group` is needed"
    for name in table.heading:
        if name in (*NAMES, *IGNORED) and table.heading.count(name) == 1:
            continue
        if len(table.heading) == 1 and (";" in name or "\t" in name):
            refuse(table.heading_at, f"the heading {quote(name)}", rule, "save it with commas between cells")
        found = "a column without a name" if not name else f"the column {quote(name)}"
        if name in NAMES:
            refuse(table.heading_at, f"{found} twice", rule, "keep one of the two")
        near = nearest(name, NAMES)
        refuse(table.heading_at, found, rule, f"did you mean `{near}`?" if near else "take it out")
    if "group" not in table.heading:
        refuse(table.heading_at, "no column `group`", rule, "write PD, LD, MH or OP in a column `group`")
    return dict(zip(table.heading, table.columns, strict=True))


def _read(
    table: Table, column: Column, texts: list[str], problems: list[tuple[int, Problem]]
) -> NDArray[Any]:
    """A column's values, each different text read once; its first fault goes to the problems."""
    known: dict[str, int] = {}
    remedies: dict[str, str] = {}
    for text in set(texts):
        try:
            known[text] = column.parse(text)
        except Unfit as unfit:
            remedies[text] = str(unfit)
    if remedies:
        row = next(row for row, text in enumerate(texts) if text in remedies)
        found = show(texts[row]) if texts[row] else "an empty cell"
        where = table.where(row, column.name)
        problems.append((row, Problem(where, found, column.rule, remedies[texts[row]])))
    return np.array([known.get(text, UNSAID) for text in texts], dtype=column.dtype)


def _across(table: Table, values: Values, start: date) -> Iterator[tuple[int, Problem]]:
    """The first row that breaks each of the rules about the start and about several columns together."""
    first, waiting = start.toordinal(), values["status"]
    on_payment, without = values["direct_payment"] == 1, values["package"] == 0
    reviewed = (values["next_review"] != UNSAID) | (values["last_review"] != UNSAID)
    late = "the caseload stands as on the day before the run starts, which is "
    rules = (
        ("since", values["since"] > first, f"{late}{start}", "leave out who comes later"),
        ("last_review", values["last_review"] > first, f"{late}{start}", "name a review to come next_review"),
        ("since", waiting & (values["since"] == UNSAID), "a backlog has waited since a day", "write the day"),
        ("status", waiting & reviewed, "who waits for an assessment has no review", "empty the cell of one"),
        (
            "direct_payment", on_payment & without,
            "a direct payment is an ongoing package", "write yes for package, or no for direct_payment",
        ),
    )  # fmt: skip
    for name, broken, rule, remedy in rules:
        rows = np.flatnonzero(broken)
        if rows.size:
            row = int(rows[0])
            yield row, Problem(table.where(row, name), _found(name, int(values[name][row])), rule, remedy)


def _found(name: str, value: int) -> str:
    if name == "status":
        return "waiting_assessment with a review"
    if name == "direct_payment":
        return "yes, and no for package"
    return "an empty cell" if value == UNSAID else show(date.fromordinal(value))


def _check_size(table: Table, values: Values) -> None:
    people = int(values["count"].sum(dtype=np.int64))
    if people > MAX_PEOPLE:
        rule = f"a caseload has at most {MAX_PEOPLE:,} people"
        refuse(f"{table.shown}, count", f"{people:,} people", rule, "check the counts")


def _caseload(values: Values) -> Caseload:
    """The caseload with its digest, which says the same on every machine."""
    columns = {_FIELDS.get(name, name): values[name] for name in NAMES}
    digest = hashlib.sha256()
    for name, column in columns.items():
        digest.update(f"{name} {column.size}\n".encode())
        digest.update(column.astype(column.dtype.newbyteorder("<")).tobytes())
    for column in columns.values():
        column.flags.writeable = False
    return Caseload(digest=digest.hexdigest(), **columns)
