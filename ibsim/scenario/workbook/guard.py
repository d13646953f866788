"""Opening a workbook that anybody may have made: sizes are checked before anything is unpacked."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ibsim.excel import cell_name
from ibsim.scenario.problems import quote, refuse
from ibsim.scenario.workbook.layout import SHEETS

MAX_BYTES = 10_000_000
"""Size of the file."""


@dataclass(frozen=True)
class Limits:
    """How large a kind of workbook may be once unpacked, in bytes, and what to do where it is larger."""

    noun: str
    whole: int
    sheet: int
    texts: int
    remedy: str
    parts: int = 2_000
    part: int = 500_000


INPUT = Limits(
    noun="an input workbook",
    whole=64_000_000,
    sheet=4_000_000,
    texts=4_000_000,
    remedy="keep data and pictures in another workbook; `ibsim workbook` writes one to begin with",
)
MOST_ROWS, MOST_COLUMNS = 10_000, 60
_UNREAD = ("xl/media/", "xl/drawings/", "xl/charts/", "xl/printerSettings/", "xl/pivotCache/")
_RULE = "a workbook is an .xlsx file as Excel and LibreOffice write it"
# What openpyxl and zipfile raise on files that are damaged or made by hand; none of them is a fault of ours.
_DAMAGED = (
    LookupError, ValueError, TypeError, AttributeError, ArithmeticError, SyntaxError, RuntimeError, EOFError,
    AssertionError, OSError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """One cell that holds something: its value, Excel's letter for its kind, and its number format."""

    value: Any
    kind: str
    number_format: str


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet that hold something, by row and column from 0, and where formulas stand."""

    name: str
    cells: dict[tuple[int, int], Found]
    formulas: frozenset[tuple[int, int]]


def read_grids(content: bytes, shown: str) -> dict[str, Grid]:
    """The sheets of an input workbook, by name.

    Raises `ScenarioError` for a file that is no workbook or damaged, that is too large when unpacked, that
    lacks a sheet or hides one.
    """
    check_sizes(content, shown, INPUT)
    formulas: dict[str, frozenset[tuple[int, int]]] = {}
    with opened(content, shown, values=False) as book:
        _check_sheets(book, shown)
        for name in SHEETS:
            kinds = _cells(book[name], name, shown)
            formulas[name] = frozenset(place for place, found in kinds.items() if found.kind == "f")
    with opened(content, shown, values=True) as book:
        return {name: Grid(name, _cells(book[name], name, shown), formulas[name]) for name in SHEETS}


def check_sizes(content: bytes, shown: str, limits: Limits) -> None:
    """Refuse what is no workbook, and one that unpacks to too much, before anything of it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, *_DAMAGED):
        kind = (
            "a file in the old format or with a password"
            if content[:4] == b"\xd0\xcf\x11\xe0"
            else "no workbook"
        )
        refuse(shown, kind, _RULE, "save it anew as .xlsx, without a password")
    rule = f"{limits.noun} unpacks to at most {limits.whole:,} bytes in {limits.parts:,} parts"
    total = sum(part.file_size for part in parts)
    if len(parts) > limits.parts or total > limits.whole:
        refuse(shown, f"a workbook of {total:,} bytes in {len(parts):,} parts", rule, limits.remedy)
    for part in parts:
        most = limits.part
        if part.filename.startswith("xl/worksheets/"):
            most = limits.sheet
        elif part.filename == "xl/sharedStrings.xml":
            most = limits.texts
        if part.file_size > most and not part.filename.startswith(_UNREAD):
            rule = f"this part of {limits.noun} unpacks to at most {most:,} bytes"
            refuse(shown, f"{quote(part.filename)} of {part.file_size:,} bytes", rule, limits.remedy)


@contextmanager
def opened(content: bytes, shown: str, *, values: bool) -> Iterator[Any]:
    """The workbook, read row by row; what openpyxl says of a damaged one becomes a `ScenarioError`."""
    import openpyxl

    from ibsim.errors import ScenarioError

    try:
        with warnings.catch_warnings():
            # openpyxl warns of what it leaves out (validation, styles): none of that is read here.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=values, keep_links=False
            )
            try:
                yield book
            finally:
                book.close()
    except ScenarioError:
        raise
    except _DAMAGED as error:
        refuse(
            shown, f"a damaged workbook ({type(error).__name__})", _RULE, "open it and save it anew as .xlsx"
        )


def _check_sheets(book: Any, shown: str) -> None:
    missing = [name for name in SHEETS if name not in book.sheetnames]
    if missing:
        rule = f"an input workbook has the sheets {', '.join(SHEETS)}"
        remedy = "give the sheet its name back; `ibsim workbook SCENARIO --out FILE.xlsx` writes one anew"
        refuse(shown, f"no sheet {quote(missing[0])}", rule, remedy)
    for sheet in map(book.__getitem__, book.sheetnames):  # a chart sheet is no worksheet
        if getattr(sheet, "sheet_state", "visible") != "visible":
            rule = "every sheet of an input workbook is visible, so that nothing that counts is hidden"
            refuse(f"{shown}, {sheet.title}", "a hidden sheet", rule, "show the sheet, or delete it")
        if sheet.title in SHEETS and not hasattr(sheet, "iter_rows"):
            refuse(f"{shown}, {sheet.title}", "a chart sheet", _RULE, "delete it and write the workbook anew")


def _cells(sheet: Any, name: str, shown: str) -> dict[tuple[int, int], Found]:
    """The cells of a sheet that hold something."""
    # What a file says of its own size may be wrong, and cells beyond it would be lost.
    sheet.reset_dimensions()
    found: dict[tuple[int, int], Found] = {}
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS)):
        for place, cell in enumerate(row):
            value = cell.value
            if value is None or (isinstance(value, str) and not value.strip()):
                continue
            if number >= MOST_ROWS:
                rule = f"a sheet of an input workbook has at most {MOST_ROWS:,} rows"
                where = f"{shown}, {name}!{cell_name(number, place)}"
                refuse(where, "a cell below them", rule, "keep data in another workbook")
            found[number, place] = Found(value, cell.data_type, cell.number_format or "")
    return found
