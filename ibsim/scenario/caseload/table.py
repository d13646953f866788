"""The file as a table of texts: CSV or the first sheet of a workbook, guarded, column by column."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import repeat
from pathlib import Path
from typing import Any

from ibsim.evidence.rows import plain
from ibsim.excel import SUFFIX, cell_name
from ibsim.scenario.problems import quote, refuse
from ibsim.scenario.reading import Kind

MAX_BYTES = 200_000_000
MAX_ROWS = 1_000_000
MAX_COLUMNS = 100
KIND = Kind("a caseload", "a .csv or .xlsx file", "leave out the columns that ibsim does not read")
MOST_EXPANDED, MOST_SHEET, MOST_TEXTS, MOST_PART = 700_000_000, 600_000_000, 64_000_000, 4_000_000
"""What a workbook may unpack to: a million rows make some 400 MB."""
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
_CHUNK = 1 << 20

Cells = Sequence[str]


@dataclass
class Table:
    """The heading with the place where it stands, and below it the texts of each column.

    `numbers` are the lines or rows of the file; `unit` says which of the two they are.
    """

    shown: str
    unit: str
    heading: list[str] = field(default_factory=list)
    heading_at: str = ""
    columns: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    def where(self, row: int, column: str) -> str:
        """The place of a cell, as a message names it; rows of the table count from 0."""
        return f"{self.shown}, {self.unit} {self.numbers[row]}, {column}"

    def add(self, number: int, cells: Cells) -> None:
        """Take the next row of the file; the first that holds anything is the heading."""
        if not any(cells):
            return
        place = f"{self.shown}, {self.unit} {number}"
        if not self.heading:
            self._head(place, cells)
            return
        width = len(self.heading)
        if len(self.numbers) == MAX_ROWS:
            rule = (
                f"a caseload has at most {MAX_ROWS:,} rows; people who are alike share one, with their count"
            )
            refuse(place, "one row more", rule, "put people who are alike into one row")
        beyond = next((text for text in cells[width:] if text), "")
        if beyond:
            rule = f"every row has at most the {width} cells of the heading"
            remedy = "give the column its name, or write numbers without commas (1250.50)"
            refuse(place, f"{quote(beyond)} beyond them", rule, remedy)
        for column, text in zip(self.columns, [*cells[:width], *repeat("", width - len(cells))], strict=True):
            column.append(text)
        self.numbers.append(number)

    def _head(self, place: str, cells: Cells) -> None:
        heading = [text.lower().replace(" ", "_").replace("-", "_") for text in cells]
        while not heading[-1]:
            heading.pop()
        if len(heading) > MAX_COLUMNS:
            refuse(place, f"{len(heading)} columns", f"at most {MAX_COLUMNS} columns", KIND.slimmer)
        self.heading, self.heading_at = heading, place
        self.columns = [[] for _ in heading]


def read_table(content: bytes, shown: str) -> Table:
    """The table in a file of this content; `shown` names the file, and by its ending says what it is.

    Raises `ScenarioError` for what is no such file, is too large, or holds a formula that was never worked
    out.  Texts have no outer blanks; numbers are plain digits and dates like 2006-04-01.
    """
    workbook = Path(shown).suffix.lower() == SUFFIX
    table = Table(shown, "row" if workbook else "line")
    for number, cells in _xlsx(content, shown) if workbook else _csv(content, shown):
        table.add(number, cells)
    if not table.numbers:
        rule = "a caseload has a heading and a row a person, or for so many people who are alike"
        found = "a heading and no row" if table.heading else "an empty file"
        refuse(shown, found, rule, "`ibsim caseload --template FILE.csv` writes the heading")
    return table


def _csv(content: bytes, shown: str) -> Iterator[tuple[int, Cells]]:
    rule = "a caseload is UTF-8 text with commas between cells, or an Excel workbook"
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"the byte 0x{content[error.start]:02x}, which is not UTF-8"
        refuse(f"{shown}, line {line}", found, rule, "save it as 'CSV UTF-8'")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        refuse(f"{shown}, line {reader.line_num}", str(error), rule, "save the table as plain CSV again")


def _xlsx(content: bytes, shown: str) -> Iterator[tuple[int, Cells]]:
    from ibsim.scenario.workbook.guard import Limits, check_sizes, opened

    noun, remedy = (
        "a workbook of a caseload",
        "copy the caseload alone into a new workbook, or save it as CSV",
    )
    limits = Limits(noun, MOST_EXPANDED, MOST_SHEET, MOST_TEXTS, remedy, part=MOST_PART)
    check_sizes(content, shown, limits)
    with opened(content, shown, values=True) as book:
        if not book.worksheets:
            refuse(shown, "no sheet with cells", "the caseload is the first sheet", "put it there")
        rows = _rows(book)
        if not _has_formulas(content):
            for number, line in enumerate(rows, 1):
                yield number, [_text(value) for value in line]
            return
        with opened(content, shown, values=False) as written:
            for number, (line, formulas) in enumerate(zip(rows, _rows(written), strict=False), 1):
                for place, (value, formula) in enumerate(zip(line, formulas, strict=False)):
                    if value is None and formula is not None:
                        where = f"{shown}, {cell_name(number - 1, place)}"
                        found = f"the formula {quote(str(formula))}, which was never worked out"
                        remedy = (
                            "open the workbook in Excel and save it, or put the values in place of formulas"
                        )
                        refuse(where, found, "every cell holds its value", remedy)
                yield number, [_text(value) for value in line]


def _rows(book: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of the first sheet."""
    sheet = book.worksheets[0]
    # What a file says of its own size may be wrong, and cells beyond it would be lost.
    sheet.reset_dimensions()
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
    return rows


def _has_formulas(content: bytes) -> bool:
    """Whether any sheet holds one: a second reading, which finds those without a value, is slow."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for name in book.namelist():
            if not name.startswith("xl/worksheets/"):
                continue
            with book.open(name) as part:
                tail = b""
                while chunk := part.read(_CHUNK):
                    if _FORMULA.search(tail + chunk):
                        return True
                    tail = chunk[-20:]
    return False


def _text(value: Any) -> str:
    """A cell's value as a person would write it into a CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return plain(float(value)) if abs(value) < 1e300 else str(value)
    if isinstance(value, datetime):
        midnight = value.time() == datetime.min.time()
        return value.date().isoformat() if midnight else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()
