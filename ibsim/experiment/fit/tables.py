"""Reading a small table of a council's figures from CSV or Excel; what is no such table is refused."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from ibsim.errors import InputError
from ibsim.evidence.rows import parse_number, plain
from ibsim.scenario.hints import correction, nearest
from ibsim.scenario.problems import quote

MAX_BYTES = 10_000_000
MAX_EXPANDED = 60_000_000
"""What an Excel file may hold unpacked: one of a few hundred KB can unpack to gigabytes."""
MAX_ROWS = 10_000
MAX_COLUMNS = 100
_RULE = "the figures stand in a CSV file (.csv) or an Excel workbook (.xlsx), one row a figure"

IGNORED = ("unit", "definition", "note", "notes", "source", "comment")
"""Columns for people."""

Row = tuple[str, list[str]]
"""Where a row stands, and its cells as text."""


def read_rows(path: Path) -> list[Row]:
    """The rows of a CSV file or of a workbook's first sheet that are not empty; the first is the heading.

    Cells come as text without outer blanks; numbers of a workbook as plain digits.  Raises InputError for a
    file that is missing, too large, no such table, or empty.
    """
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".xlsx"):
        _refuse(path, f"a file named {path.name!r}", "save it as .csv or .xlsx")
    try:
        if path.stat().st_size > MAX_BYTES:
            _refuse(path, f"a file of more than {MAX_BYTES // 1_000_000} MB", "keep only the figures in it")
        content = path.read_bytes()
    except OSError as error:
        _refuse(path, error.strerror or "it cannot be read", "check the file's name")
    found = list(_csv(path, content) if suffix == ".csv" else _xlsx(path, content))
    rows = [(where, cells) for where, cells in found if any(cells)]
    if len(rows) < 2:
        _refuse(path, "no figure" if rows else "an empty file", "write a heading and a row a figure")
    return rows


def named_columns(
    where: str, heading: Sequence[str], known: Sequence[str], required: Sequence[str], remedy: str
) -> list[str]:
    """The names of the columns that a heading gives; a missing, repeated or unknown one is told.

    `remedy` says how to mend a heading in which a required column is missing.
    """
    names = [name.lower().replace(" ", "_").replace("-", "_") for name in heading]
    while names and not names[-1]:
        names.pop()
    rule = f"the heading names {', '.join(known)}; {', '.join(required[:-1])} and {required[-1]} are needed"
    for name in names:
        if name not in (*known, *IGNORED) or names.count(name) > 1:
            found = f"the column {quote(name)}" + (" twice" if names.count(name) > 1 else "")
            near = nearest(name, known)
            raise InputError(where, found, rule, f"did you mean `{near}`?" if near else "take it out")
    for name in required:
        if name not in names:
            raise InputError(where, f"no column `{name}`", rule, remedy)
    return names


def named_cells(where: str, columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """A row's cells by the names of their columns, empty where the row is short.

    Raises InputError for a row that goes on beyond the heading, as a number written with a comma does.
    """
    beyond = next((text for text in cells[len(columns) :] if text), "")
    if beyond:
        rule = f"every row has at most the {len(columns)} cells of the heading"
        remedy = "write numbers without commas (1250.50), or put a text that holds one in double quotes"
        raise InputError(where, f"{quote(beyond)} beyond them", rule, remedy)
    return dict(zip(columns, [*cells, *[""] * len(columns)], strict=False))


def number(where: str, column: str, text: str) -> float:
    """The number in a cell; InputError if it is none."""
    found = parse_number(text)
    if found is None:
        rule = f"{column} is a finite number in digits, without unit or separators"
        raise InputError(where, f"{column} {quote(text)}", rule, correction(text, float))
    return found


def standard_error(where: str, cells: Mapping[str, str]) -> float:
    """What stands in the column `uncertainty`: a standard error, 0 where the cell is empty."""
    found = number(where, "uncertainty", cells.get("uncertainty") or "0")
    if found < 0:
        rule = "an uncertainty is a standard error in the metric's unit, not negative"
        raise InputError(where, f"uncertainty {found:g}", rule, "write its size")
    return found


def _csv(path: Path, content: bytes) -> Iterator[Row]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse(path, "text that is not UTF-8", "save it as 'CSV UTF-8'")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for number, cells in enumerate(reader, 1):
            _check_size(path, number, len(cells))
            yield f"{path}, line {reader.line_num}", [cell.strip() for cell in cells]
    except csv.Error as error:
        _refuse(f"{path}, line {reader.line_num}", str(error), "save the table as plain CSV again")


def _xlsx(path: Path, content: bytes) -> Iterator[Row]:
    import openpyxl

    _check_zip(path, content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a workbook has besides its cells is of no matter here
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            lines = [list(cells) for cells in _limited(path, sheet.iter_rows(values_only=True))]
    except InputError:
        raise
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, OSError, SyntaxError) as error:
        _refuse(path, f"no workbook that can be read ({type(error).__name__})", "save it again as .xlsx")
    for number, line in enumerate(lines, 1):
        where = f"{path}, row {number}"
        yield where, [_text(where, value) for value in line]


def _limited(path: Path, lines: Iterator[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    for number, line in enumerate(lines, 1):
        _check_size(path, number, len(line))
        yield line


def _check_zip(path: Path, content: bytes) -> None:
    """Refuse a workbook that unpacks to too much, before anything of it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
    except zipfile.BadZipFile:
        _refuse(path, "no Excel workbook", "save it again as .xlsx")
    if size > MAX_EXPANDED:
        found = f"a workbook of {size / 1e6:,.0f} MB unpacked"
        _refuse(path, found, "copy only the figures into a new workbook")


def _check_size(path: Path, rows: int, columns: int) -> None:
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        found = f"more than {MAX_ROWS:,} rows or {MAX_COLUMNS} columns"
        _refuse(path, found, "keep only the figures in it; delete empty rows and columns that are formatted")


def _text(where: str, value: Any) -> str:
    """A cell of a workbook as text; a date is told, because Excel makes one of 2006-07."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return plain(float(value))
    if isinstance(value, date):
        remedy = "format the column as text and write the year like 2006-07"
        raise InputError(where, f"the date {value:%Y-%m-%d}", "no cell of the table is a date", remedy)
    return str(value).strip()


def _refuse(where: object, found: str, remedy: str) -> NoReturn:
    raise InputError(str(where), found, _RULE, remedy)
