"""Data sheets: a tidy table as an Excel table from the first cell on, and forms laid out for the eye."""

from __future__ import annotations

from typing import Any

from ibsim.excel import BAND, HEADING, LINE, MAX_ROWS, QUIET, Book
from ibsim.results.workbook.contents import Column, Form, Table

TABLE_STYLE = "Table Style Light 1"
WIDTHS = {"text": 16.0, "number": 12.0, "whole": 12.0, "date": 11.0}
MOST_WIDTH, FITTED_ROWS = 70.0, 2_000


def write_table(book: Book, sheet: Any, table: Table) -> list[str]:
    """Write a tidy table with its heading in the first row; returns what had to be left out, in words.

    A table with more rows than a sheet holds is not cut: the sheet says where the whole of it is.
    """
    if len(table.rows) >= MAX_ROWS:
        told = (
            f"The table {table.name} has {len(table.rows):,} rows, and a sheet holds {MAX_ROWS - 1:,} below "
            f"its heading: it is left out here and stands whole in {table.instead}."
        )
        book.put(sheet, 0, 0, told)
        return [told]
    forms = [_format(book, column) for column in table.columns]
    for number, row in enumerate(table.rows, start=1):
        for place, (value, form) in enumerate(zip(row, forms, strict=True)):
            book.put(sheet, number, place, value, form)
    sheet.add_table(
        0,
        0,
        max(len(table.rows), 1),
        len(table.columns) - 1,
        {
            "name": table.name,
            "style": TABLE_STYLE,
            "columns": [
                {"header": column.name, "header_format": _heading(book, column)} for column in table.columns
            ],
        },
    )
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _width(table, place, column))
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    return []


def _heading(book: Book, column: Column) -> Any:
    align = "left" if column.kind in ("text", "date") else "right"
    return book.format(bold=True, font_color="#FFFFFF", bg_color=HEADING, valign="vcenter", align=align)


def _format(book: Book, column: Column) -> Any:
    if column.kind == "date":
        return book.format(num_format="yyyy-mm-dd", align="left")
    if column.kind == "whole":
        return book.format(num_format="#,##0")
    return book.format(text_wrap=True) if column.width > MOST_WIDTH / 2 else book.format()


def _width(table: Table, place: int, column: Column) -> float:
    """The column's own width, or one that fits its heading and the texts of the first rows."""
    if column.width:
        return column.width
    texts = [len(str(row[place])) for row in table.rows[:FITTED_ROWS] if isinstance(row[place], str)]
    return min(max([WIDTHS[column.kind] - 4, len(column.name) + 4, *(n + 2 for n in texts)]), MOST_WIDTH)


def write_forms(book: Book, sheet: Any, forms: tuple[Form, ...]) -> None:
    """Write forms below one another: a heading, then measures down and groups across."""
    title = book.format(bold=True, font_size=16, font_color=HEADING)
    quiet = book.format(italic=True, font_color=QUIET)
    sheet.set_column(0, 0, 2)
    sheet.set_row(0, 26)
    sheet.set_row(1, 18)
    sheet.set_column(1, 1, 62)
    sheet.set_column(2, 2, 12)
    sheet.set_column(3, 12, 11)
    book.put(sheet, 0, 1, "National returns", title)
    words = "Means over replications, ready to copy; with intervals in the table national_returns."
    book.put(sheet, 1, 1, words, quiet)
    row, breaks = 3, []
    for form in forms:
        row = _write_form(book, sheet, form, row) + 2
        breaks.append(row)
    sheet.set_h_pagebreaks(breaks[:-1])
    sheet.freeze_panes(2, 2)


def _write_form(book: Book, sheet: Any, form: Form, row: int) -> int:
    head = book.format(bold=True, font_color="#FFFFFF", bg_color=HEADING, valign="vcenter")
    head_right = book.format(
        bold=True, font_color="#FFFFFF", bg_color=HEADING, align="right", valign="vcenter"
    )
    band = book.format(bold=True, bg_color=BAND)
    sheet.set_row(row, 18)
    book.put(sheet, row, 1, form.title, head)
    book.put(sheet, row, 2, "unit", head)
    for place, column in enumerate(form.columns, start=3):
        book.put(sheet, row, place, column, head_right)
    for label, unit, values in form.rows:
        row += 1
        if not values:
            for place in range(1, 3 + len(form.columns)):
                book.put(sheet, row, place, label if place == 1 else "", band)
            continue
        pattern = "#,##0.0" if unit.startswith(("percent", "per ")) else "#,##0"
        number = book.format(num_format=pattern, bottom=7, bottom_color=LINE)
        text = book.format(bottom=7, bottom_color=LINE)
        book.put(sheet, row, 1, label, text)
        book.put(sheet, row, 2, unit, book.format(bottom=7, bottom_color=LINE, font_color=QUIET))
        for place, value in enumerate(values, start=3):
            book.put(sheet, row, place, value, number)
    return row
