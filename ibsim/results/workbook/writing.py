"""A results workbook put together: which sheets there are and in what order."""

from __future__ import annotations

from ibsim.excel import Book
from ibsim.results.workbook.charts import write_charts
from ibsim.results.workbook.contents import Contents
from ibsim.results.workbook.front import write_front
from ibsim.results.workbook.sheets import write_forms, write_table
from ibsim.results.workbook.standing import standing_tables

FRONT, CHARTS, CHART_DATA, FORMS = "Front", "Charts", "Chart data", "National returns"


def workbook_bytes(contents: Contents) -> tuple[bytes, tuple[str, ...]]:
    """The workbook's bytes, and a sentence for each thing that did not fit into it whole.

    The same contents give the same bytes.  Sheets: the front, the charts, the returns laid out as forms,
    one sheet for each tidy table, the definitions, the manifest, and last what the charts are drawn from.
    """
    book = Book(contents.title, comments="Written by ibsim from a result; every number is a value.")
    tables = (*contents.tables, *standing_tables(contents))
    listed: list[tuple[str, str]] = []
    if contents.charts:
        listed.append((CHARTS, "What the figures look like."))
    if contents.forms:
        listed.append((FORMS, "Activity and waits laid out as the national returns ask for them, by group."))
    listed += [(table.sheet, f"Table {table.name}: {table.about}") for table in tables]
    if contents.charts:
        listed.append((CHART_DATA, "The numbers behind the charts."))
    # Sheets stand in the order in which they are made, so the front is made first and filled with all known.
    front = book.sheet(FRONT)
    sheets = {name: book.sheet(name, colour) for name, colour in _colours(contents, tables)}
    told = list(contents.notes)
    if contents.forms:
        write_forms(book, sheets[FORMS], contents.forms)
    for table in tables:
        told += write_table(book, sheets[table.sheet], table)
    if contents.charts:
        write_charts(book, sheets[CHARTS], sheets[CHART_DATA], contents.charts)
    write_front(book, front, contents, listed, tuple(told))
    front.activate()
    return book.content(), (*told, *book.cut)


def _colours(contents: Contents, tables: tuple[object, ...]) -> list[tuple[str, str]]:
    """The sheets behind the front and the colours of their tabs."""
    from ibsim.excel import ACCENT, HEADING, QUIET
    from ibsim.results.workbook.contents import Table

    names = [(CHARTS, ACCENT)] if contents.charts else []
    names += [(FORMS, ACCENT)] if contents.forms else []
    names += [(table.sheet, HEADING) for table in tables if isinstance(table, Table)]
    return [*names, (CHART_DATA, QUIET)] if contents.charts else names
