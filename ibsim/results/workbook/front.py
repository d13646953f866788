"""The front sheet: what was asked, the answer in a sentence, key figures by year, what the file holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ibsim.excel import ACCENT, BAND, HEADING, INK, LINE, QUIET, Book
from ibsim.results.workbook.contents import Contents, Figure, Section

LABEL, UNIT, FIRST = 1, 2, 3
"""Columns: the words, the unit, the first value; each value has its interval in the column after it."""
LABEL_WIDTH, UNIT_WIDTH, MEAN_WIDTH, HALF_WIDTH = 38, 13, 12, 9.5
PAIRS = 4
"""So many values wide are the texts above and below the figures."""
CHARACTERS = LABEL_WIDTH + UNIT_WIDTH + PAIRS * (MEAN_WIDTH + HALF_WIDTH)
LINE_HEIGHT = 14.5


def write_front(
    book: Book, sheet: Any, contents: Contents, listed: Sequence[tuple[str, str]], told: tuple[str, ...]
) -> None:
    """Fill the front sheet; `listed` are the other sheets with what they hold, `told` what did not fit."""
    pairs = max([PAIRS, *(len(section.columns) for section in contents.sections)])
    sheet.set_column(0, 0, 2)
    sheet.set_column(LABEL, LABEL, LABEL_WIDTH)
    sheet.set_column(UNIT, UNIT, UNIT_WIDTH)
    for pair in range(pairs):
        sheet.set_column(FIRST + 2 * pair, FIRST + 2 * pair, MEAN_WIDTH)
        sheet.set_column(FIRST + 2 * pair + 1, FIRST + 2 * pair + 1, HALF_WIDTH)
    sheet.set_row(0, 8)
    row = _head(book, sheet, contents)
    row = _statements(book, sheet, row, contents)
    row = _targets(book, sheet, row, contents)
    for section in contents.sections:
        row = _section(book, sheet, row, section)
    row = _list(book, sheet, row, "What this file holds", listed, linked=True)
    if told:
        _list(book, sheet, row, "What did not fit, and notes", [("", words) for words in told], linked=False)


def _wide(book: Book, sheet: Any, row: int, text: str, form: Any, first: int = LABEL) -> int:
    """A text across the page in a merged row as high as it needs; returns the next row."""
    last = FIRST + 2 * PAIRS - 1
    room = CHARACTERS - (LABEL_WIDTH if first > LABEL else 0)
    lines = sum(-(-max(len(part), 1) // int(room * 1.1)) for part in text.split("\n"))
    sheet.merge_range(row, first, row, last, "", form)
    book.put(sheet, row, first, text, form)
    sheet.set_row(row, max(lines, 1) * LINE_HEIGHT + 2)
    return row + 1


def _head(book: Book, sheet: Any, contents: Contents) -> int:
    title = book.format(bold=True, font_size=20, font_color=HEADING, valign="vcenter")
    book.put(sheet, 1, LABEL, contents.title, title)
    sheet.set_row(1, 30)
    row = _wide(book, sheet, 2, contents.why, book.format(text_wrap=True, font_size=11, font_color=INK))
    row += 1
    for label, words in contents.facts:
        book.put(sheet, row, LABEL, label, book.format(font_color=QUIET))
        book.put(sheet, row, UNIT, words, book.format())
        row += 1
    return row + 1


def _statements(book: Book, sheet: Any, row: int, contents: Contents) -> int:
    for label, words in contents.statements:
        head = book.format(bold=True, font_color="#FFFFFF", bg_color=ACCENT, valign="vcenter", indent=1)
        row = _wide(book, sheet, row, label, head)
        body = book.format(text_wrap=True, font_size=11, bg_color=BAND, valign="vcenter", indent=1)
        row = _wide(book, sheet, row, words, body) + 1
    return row


def _targets(book: Book, sheet: Any, row: int, contents: Contents) -> int:
    """Figures against what the scenario wants of them; nothing where it wants nothing."""
    if not contents.targets:
        return row
    row = _headings(book, sheet, row, "Against the targets", ("wanted", "found", "met in"), ())
    for target in contents.targets:
        text, number, half = _cells(book, 1)
        book.put(sheet, row, LABEL, target.label, text)
        book.put(sheet, row, UNIT, target.unit, book.format(bottom=7, bottom_color=LINE, font_color=QUIET))
        book.put(sheet, row, FIRST, target.wanted, text)
        book.put(sheet, row, FIRST + 1, "", text)
        book.put(sheet, row, FIRST + 2, target.found, number)
        book.put(sheet, row, FIRST + 3, target.half, half)
        book.put(sheet, row, FIRST + 4, target.met, book.format(num_format="0%", bottom=7, bottom_color=LINE))
        row += 1
    return row + 1


def _headings(
    book: Book, sheet: Any, row: int, title: str, columns: Sequence[str], halves: Sequence[str]
) -> int:
    head = book.format(bold=True, font_color="#FFFFFF", bg_color=HEADING, valign="vcenter")
    right = book.format(bold=True, font_color="#FFFFFF", bg_color=HEADING, valign="vcenter", align="right")
    faint = book.format(font_color="#C9D3DD", bg_color=HEADING, valign="vcenter", font_size=8)
    sheet.set_row(row, 18)
    book.put(sheet, row, LABEL, title, head)
    book.put(sheet, row, UNIT, "", head)
    for place, column in enumerate(columns):
        book.put(sheet, row, FIRST + 2 * place, column, right)
        book.put(sheet, row, FIRST + 2 * place + 1, halves[place] if halves else "", faint)
    return row + 1


def _section(book: Book, sheet: Any, row: int, section: Section) -> int:
    some = any(half == half for figure in section.figures for _, half in figure.values)
    halves = ["95 %"] * len(section.columns) if some else []
    row = _headings(book, sheet, row, section.title, section.columns, halves)
    for figure in section.figures:
        _figure(book, sheet, row, figure)
        row += 1
    return row + 1


def _figure(book: Book, sheet: Any, row: int, figure: Figure) -> None:
    text, number, half = _cells(book, figure.decimals)
    book.put(sheet, row, LABEL, figure.label, text)
    book.put(sheet, row, UNIT, figure.unit, book.format(bottom=7, bottom_color=LINE, font_color=QUIET))
    for place, (mean, spread) in enumerate(figure.values):
        book.put(sheet, row, FIRST + 2 * place, mean, number)
        book.put(sheet, row, FIRST + 2 * place + 1, spread, half)


def _cells(book: Book, decimals: int) -> tuple[Any, Any, Any]:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    line = {"bottom": 7, "bottom_color": LINE}
    return (
        book.format(**line),
        book.format(num_format=pattern, **line),
        book.format(num_format=f'"± "{pattern}', font_color=QUIET, align="left", font_size=9, **line),
    )


def _list(
    book: Book, sheet: Any, row: int, title: str, entries: Sequence[tuple[str, str]], *, linked: bool
) -> int:
    row = _headings(book, sheet, row, title, ("",) * PAIRS, ())
    link = book.format(font_color=ACCENT, underline=1)
    for name, words in entries:
        if linked:
            sheet.write_url(row, LABEL, f"internal:'{name}'!A1", link, name)
            row = _wide(book, sheet, row, words, book.format(text_wrap=True), first=UNIT)
        else:
            row = _wide(book, sheet, row, words, book.format(text_wrap=True))
    return row + 1
