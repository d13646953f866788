"""An input workbook laid out: headings, bands, cells that wait for an entry, validation, colours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from ibsim.excel import ACCENT, BAND, CHANGED, HEADING, INPUT, LINE, QUIET, Book, Value, cell_name
from ibsim.scenario.catalogue import catalogue
from ibsim.scenario.hints import allowed
from ibsim.scenario.model import Levers
from ibsim.scenario.workbook.layout import (
    DATED,
    DATED_HEADINGS,
    EVIDENCE,
    GROUP,
    HEADINGS,
    KEY,
    LEVERS,
    LISTINGS,
    OTHERWISE,
    PROVIDERS,
    SCENARIO,
    WAVES,
    YOURS,
    Listing,
    known_levers,
)
from ibsim.scenario.workbook.rows import (
    Own,
    Row,
    dated_rows,
    evidence_rows,
    item_rows,
    lever_rows,
    scenario_rows,
    validation,
)
from ibsim.units import GROUPS

HEAD = 3
"""Row of the headings; a title and two lines of advice stand above them."""
WIDTHS = (34, 7, 18, 18, 15, 28, 52, 28, 10, 44, 60)
SCENARIO_WIDTHS = (18, 7, 18, 64, 10, 34, 52, 10, 8, 10, 24)
"""Widths of the columns; the scenario's own texts need room."""
PRINTED = 7
"""So many columns are printed; evidence and keys are for the screen."""
LINE_HEIGHT, MOST_LINES = 13.0, 6
SPARE_ROWS = 30
"""Empty rows that wait for an entry below what a list already has."""
PROTECTION = {
    "format_cells": True, "format_columns": True, "format_rows": True, "sort": True, "autofilter": True,
}  # fmt: skip
ADVICE = {
    SCENARIO: "Fill in the column 'Your value'. What is left empty is as in the parent.",
    LEVERS: "Write into 'Your value' only what differs: what is left empty is as in the column before.",
    WAVES: "A row is a wave of the roll-out. Lists are written with commas: OP, PD.",
    PROVIDERS: "A row is a provider. A service that has one here has no others than those listed.",
    DATED: "A row is a change of one lever from a day on. Leave the lever's cell on the sheet Levers empty. "
    "Without a group a change goes for all of them.",
    EVIDENCE: "The numbers behind the defaults. A value here replaces one; the range is what is plausible.",
}


def workbook_of(own: Own, title: str) -> bytes:
    """The bytes of the input workbook of a scenario; the same scenario gives the same bytes."""
    book = Book(title, comments="An ibsim input workbook: ibsim run FILE.xlsx")
    _rows_sheet(book, SCENARIO, f"{title}: an ibsim scenario", scenario_rows(own), ACCENT)
    _rows_sheet(book, LEVERS, "Levers", lever_rows(own), HEADING, banded=True)
    for listing in LISTINGS:
        _list_sheet(book, own, listing)
    _dated_sheet(book, own)
    extra = (Row("", "") for _ in range(SPARE_ROWS))
    _rows_sheet(book, EVIDENCE, "Evidence", [*evidence_rows(own), *extra], QUIET)
    return book.content()


def _head(book: Book, sheet: Any, name: str, title: str, headings: Sequence[str]) -> None:
    book.put(sheet, 0, 0, title, book.format(bold=True, font_size=16, font_color=HEADING))
    sheet.set_row(0, 26)
    book.put(sheet, 1, 0, ADVICE[name], book.format(font_color=QUIET, italic=True))
    head = book.format(bold=True, font_color="#FFFFFF", bg_color=HEADING, valign="vcenter", text_wrap=True)
    sheet.set_row(HEAD, 20)
    for place, heading in enumerate(headings):
        book.put(sheet, HEAD, place, heading, head)
    sheet.repeat_rows(HEAD)


def _rows_sheet(
    book: Book, name: str, title: str, rows: Iterable[Row], colour: str, *, banded: bool = False
) -> None:
    """A sheet with a row a lever, locked but for the user's values."""
    sheet = book.sheet(name, colour)
    _head(book, sheet, name, title, HEADINGS)
    widths = SCENARIO_WIDTHS if name == SCENARIO else WIDTHS
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    row = HEAD + 1
    for section, below in groupby(rows, key=lambda row: row.key.partition(".")[0] if banded else ""):
        if banded:
            words = Levers.model_fields[section].description or ""
            band = book.format(bold=True, bg_color=BAND, font_color=HEADING)
            for place in range(len(HEADINGS)):
                book.put(sheet, row, place, f"{section}: {words}" if place == 0 else "", band)
            row += 1
        for one in below:
            _row(book, sheet, row, one, widths)
            row += 1
    yours, otherwise = HEADINGS.index(YOURS), HEADINGS.index(OTHERWISE)
    mine, other = cell_name(HEAD + 1, yours), cell_name(HEAD + 1, otherwise)
    # Relative to the first row: filled and other than it would be.  A rule of the sheet, not of a cell.
    criteria = f"=AND(LEN({mine})>0,{mine}<>{other})"
    form = book.book.add_format({"bg_color": CHANGED, "bold": True})
    sheet.conditional_format(
        HEAD + 1, yours, row - 1, yours, {"type": "formula", "criteria": criteria, "format": form}
    )
    if banded or name == EVIDENCE:
        sheet.autofilter(HEAD, 0, row - 1, len(HEADINGS) - 1)
    sheet.freeze_panes(HEAD + 1, yours + 1)
    sheet.print_area(0, 0, row - 1, PRINTED - 1)
    sheet.protect("", PROTECTION)


def _row(book: Book, sheet: Any, row: int, one: Row, widths: Sequence[float]) -> None:
    line = {"bottom": 7, "bottom_color": LINE, "text_wrap": True}
    plain, quiet = book.format(**line), book.format(font_color=QUIET, font_size=9, **line)
    spilling = book.format(font_color=QUIET, font_size=9, bottom=7, bottom_color=LINE)
    fixed = book.format(font_color=QUIET, align="left", num_format=_pattern(one.otherwise), **line)
    spare = not one.key
    values: dict[str, Value] = dict(
        zip(
            HEADINGS,
            (
                one.label, one.group, one.otherwise, one.yours, one.unit, one.allowed, one.meaning,
                one.evidence, one.status, one.key, one.source,
            ),
            strict=True,
        )
    )  # fmt: skip
    seen = list(zip(values.values(), widths, strict=True))[:PRINTED]
    lines = max(-(-len(str(value)) // int(width * 1.1)) for value, width in seen)
    sheet.set_row(row, LINE_HEIGHT * min(lines, MOST_LINES) + 3)
    for place, (heading, value) in enumerate(values.items()):
        form = plain if place < 2 else quiet
        if place >= PRINTED:
            form = spilling
        if heading == OTHERWISE:
            form = fixed
        elif heading == YOURS:
            form = _input(book, one.yours if one.yours is not None else one.otherwise)
        elif heading == KEY and spare:
            form = _input(book, None)
        book.put(sheet, row, place, value, form)
    if one.validation:
        _validate(sheet, row, HEADINGS.index(YOURS), row, one.validation, one.label, one.allowed)


def _pattern(value: Value) -> str:
    return "yyyy-mm-dd" if hasattr(value, "isoformat") else "General"


def _input(book: Book, value: Value) -> Any:
    """The format of a cell that waits for an entry of the kind of `value`."""
    return book.format(
        bg_color=INPUT, border=1, border_color=LINE, locked=False, align="left", text_wrap=True,
        num_format=_pattern(value),
    )  # fmt: skip


def _validate(
    sheet: Any, row: int, column: int, last: int, rule: tuple[tuple[str, Any], ...], label: str, words: str
) -> None:
    """Have Excel refuse what the reader would refuse, and say why."""
    told = f"{label}: {words}"[:250]
    options = dict(rule) | {
        "ignore_blank": True, "error_title": "Not allowed", "error_message": told,
        "input_title": label[:32], "input_message": words[:250],
    }  # fmt: skip
    sheet.data_validation(row, column, last, column, options)


def _list_sheet(book: Book, own: Own, listing: Listing) -> None:
    sheet, keys = book.sheet(listing.sheet, ACCENT), listing.keys
    _head(book, sheet, listing.sheet, listing.title, keys)
    known = catalogue(listing.item)
    sheet.set_row(HEAD - 1, 64)
    rows = list(item_rows(own, listing))
    last = HEAD + len(rows) + SPARE_ROWS
    for place, key in enumerate(keys):
        lever = known[(key,)]
        book.put(
            sheet, HEAD - 1, place, lever.help, book.format(font_color=QUIET, font_size=9, text_wrap=True)
        )
        sheet.set_column(place, place, 18)
        if rule := validation(lever):
            _validate(sheet, HEAD + 1, place, last, rule, key, allowed(lever.kind, lever.bounds, ""))
    dates = {key for key in keys if "date" in allowed(known[(key,)].kind, (), "")}
    for row in range(HEAD + 1, last + 1):
        values = rows[row - HEAD - 1] if row - HEAD - 1 < len(rows) else (None,) * len(keys)
        for place, (key, value) in enumerate(zip(keys, values, strict=True)):
            form = book.format(
                bg_color=CHANGED if value is not None else INPUT, border=1, border_color=LINE, align="left",
                num_format="yyyy-mm-dd" if key in dates else "General",
            )  # fmt: skip
            book.put(sheet, row, place, value, form)
    sheet.freeze_panes(HEAD + 1, 0)


def _dated_sheet(book: Book, own: Own) -> None:
    sheet = book.sheet(DATED, ACCENT)
    _head(book, sheet, DATED, "Dated changes", DATED_HEADINGS)
    for place, width in enumerate((46, 10, 14, 24)):
        sheet.set_column(place, place, width)
    rows = list(dated_rows(own))
    last = HEAD + len(rows) + SPARE_ROWS
    for row in range(HEAD + 1, last + 1):
        values = rows[row - HEAD - 1] if row - HEAD - 1 < len(rows) else (None,) * len(DATED_HEADINGS)
        for place, value in enumerate(values):
            form = book.format(
                bg_color=CHANGED if values[0] else INPUT, border=1, border_color=LINE, align="left",
                num_format="yyyy-mm-dd" if place == 2 else _pattern(value),
            )  # fmt: skip
            book.put(sheet, row, place, value, form)
    group = DATED_HEADINGS.index(GROUP)
    choice = (("validate", "list"), ("source", list(GROUPS)))
    _validate(sheet, HEAD + 1, group, last, choice, GROUP, "one of the groups; empty for all")
    keys = [".".join(path) for path, lever in known_levers().items() if lever.dated]
    column = len(DATED_HEADINGS) + 1
    sheet.set_column(column, column, 46)
    book.put(sheet, HEAD, column, "Keys that can be dated", book.format(bold=True, font_color=QUIET))
    for place, key in enumerate(keys, start=HEAD + 1):
        book.put(sheet, place, column, key, book.format(font_color=QUIET, font_size=9))
    letter = cell_name(0, column)[:-1]
    source = f"=${letter}${HEAD + 2}:${letter}${HEAD + 1 + len(keys)}"
    from_list = (("validate", "list"), ("source", source))
    _validate(sheet, HEAD + 1, DATED_HEADINGS.index(KEY), last, from_list, KEY, "a lever that can be dated")
    sheet.freeze_panes(HEAD + 1, 0)
