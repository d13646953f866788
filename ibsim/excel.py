"""Excel files as ibsim writes them: text is always text, equal content gives equal bytes, limits are told."""

from __future__ import annotations

import io
import math
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ibsim.errors import InputError

Value = str | int | float | bool | date | None

SUFFIX = ".xlsx"
MAX_CHARACTERS = 32_767
"""Characters that a cell holds."""
MAX_ROWS = 1_048_576
"""Rows that a sheet holds, its heading among them."""
MAX_EXACT = 10**15
"""Whole numbers from here on lose digits in a spreadsheet, and are written as text."""
CREATED = datetime(2008, 10, 1)
"""Stands in every file in the place of the moment at which it was made, so that bytes can be compared."""
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

INK, HEADING, ACCENT, BAND, LINE, QUIET = "#1B2A3A", "#1F3A5F", "#2A7F8E", "#E8EEF4", "#C9D3DD", "#5F6B78"
CHANGED, INPUT = "#FFD98A", "#FFF8E6"
"""Cells that differ from what they would otherwise be, and cells that wait for an entry."""
COLOURS = ("#1F3A5F", "#2A9D8F", "#E08E2B", "#9B5094", "#8A97A6", "#C8483F", "#B9C7D6")
"""Series of a chart, in order; told apart by lightness too."""
FONT = "Calibri"


class Book:
    """An Excel file that is being written; `content` closes it and gives its bytes.

    `cut` lists what did not fit into a cell, for whoever tells the user.
    """

    def __init__(self, title: str, *, comments: str = "") -> None:
        import xlsxwriter

        self._bytes = io.BytesIO()
        self.book: Any = xlsxwriter.Workbook(self._bytes, _OPTIONS)
        self.book.set_properties(
            {"title": _short(title), "author": "ibsim", "comments": comments, "created": CREATED}
        )
        self.book.set_calc_mode("auto")
        self.cut: list[str] = []
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def sheet(self, name: str, colour: str = HEADING) -> Any:
        """A new sheet without grid lines, printed on A4 across, one page wide."""
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_tab_color(colour)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.set_footer("&L&8&A&R&8&P of &N")
        return sheet

    def format(self, **properties: Any) -> Any:
        """A cell format with the house's font; the same one for the same properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "top"}
            self._formats[key] = self.book.add_format(base | properties)
        return self._formats[key]

    def put(self, sheet: Any, row: int, column: int, value: Value, form: Any = None) -> None:
        """Write one value as what it is; a NaN and an empty text leave the cell empty.

        Text that is longer than a cell holds is cut, ends in a word that says so, and is noted in `cut`.
        """
        if value is None or value == "" or (isinstance(value, float) and not math.isfinite(value)):
            sheet.write_blank(row, column, None, form)
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value, form)
        elif isinstance(value, str):
            sheet.write_string(row, column, self._fitting(sheet, row, column, value), form)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), form)
        elif abs(value) >= MAX_EXACT:
            sheet.write_string(row, column, str(value), form)
        else:
            sheet.write_number(row, column, value, form)

    def content(self) -> bytes:
        """Close the file and hand over its bytes."""
        self.book.close()
        return self._bytes.getvalue()

    def _fitting(self, sheet: Any, row: int, column: int, text: str) -> str:
        if utf16_length(text) <= MAX_CHARACTERS:
            return text
        note = f" ... [cut here: the text has {len(text):,} characters, and a cell holds {MAX_CHARACTERS:,}]"
        self.cut.append(f"{sheet.get_name()}!{cell_name(row, column)}: {note.strip(' .[]')}")
        kept = text[: MAX_CHARACTERS - len(note)]
        while utf16_length(kept) + len(note) > MAX_CHARACTERS:
            kept = kept[:-100]
        return kept + note


def cell_name(row: int, column: int) -> str:
    """A cell as people name it: row 0 and column 4 are `E1`."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def utf16_length(text: str) -> int:
    """The length of a text as Excel counts it: a character beyond the first 65,536 counts twice."""
    return len(text) + sum(character > "\uffff" for character in text)


def refuse_target(path: Path, option: str) -> None:
    """Raise InputError unless `path` is an Excel file that is not there yet; messages name the `option`."""
    where = f"{option} {path}"
    if path.suffix.lower() != SUFFIX:
        remedy = f"call it {path.stem or 'results'}{SUFFIX}"
        raise InputError(where, f"a file named {path.name!r}", f"a workbook ends in {SUFFIX}", remedy)
    if os.path.lexists(path):
        remedy = f"name another {option}, or move it away"
        raise InputError(where, "it is there already", "files are never written over", remedy)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that does not exist yet, whole or not at all; folders above it are made.

    Raises InputError where it exists or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.part")
        try:
            beside.write_bytes(content)
            # A link, unlike a rename, never replaces what somebody has put there meanwhile.
            os.link(beside, path)
        finally:
            beside.unlink(missing_ok=True)
    except FileExistsError:
        rule, remedy = "files are never written over", "name another file, or move it away"
        raise InputError(str(path), "it is there already", rule, remedy) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        rule = "the file goes into a folder that you may write to"
        raise InputError(
            str(path), f"a file that cannot be written ({reason})", rule, "name another"
        ) from None


def _short(text: str) -> str:
    return " ".join(text.split())[:250]
