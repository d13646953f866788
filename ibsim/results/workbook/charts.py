"""Native charts, and the sheet of wide blocks that they are drawn from."""

from __future__ import annotations

from typing import Any

from ibsim.excel import COLOURS, FONT, HEADING, INK, LINE, QUIET, Book
from ibsim.results.workbook.contents import Chart

ACROSS = 2
WIDTH, HEIGHT = 620, 340
ROW_PIXELS, COLUMN_PIXELS = 20, 64
TYPES = {
    "line": {"type": "line"},
    "column": {"type": "column"},
    "stacked": {"type": "column", "subtype": "stacked"},
    "waterfall": {"type": "column", "subtype": "stacked"},
}


def write_charts(book: Book, sheet: Any, data: Any, charts: tuple[Chart, ...]) -> None:
    """Draw charts two abreast on one sheet from blocks of numbers on the other."""
    book.put(sheet, 0, 1, "Charts", book.format(bold=True, font_size=16, font_color=HEADING))
    words = "Native charts: click one to change it, copy it into a document, or see what it is drawn from."
    book.put(sheet, 1, 1, words, book.format(italic=True, font_color=QUIET))
    sheet.set_column(0, 0, 2)
    sheet.set_row(0, 26)
    sheet.set_row(1, 18)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 1)
    data.set_column(0, 0, 34)
    data.set_column(1, 12, 16)
    row = 0
    for number, chart in enumerate(charts):
        drawn = _chart(book, data, chart, row)
        row += len(chart.categories) + 3
        top = 3 + number // ACROSS * (HEIGHT // ROW_PIXELS + 1)
        left = 1 + number % ACROSS * (WIDTH // COLUMN_PIXELS + 1)
        place = {"description": chart.words, "object_position": 2, "x_offset": 2, "y_offset": 2}
        sheet.insert_chart(top, left, drawn, place)


def _chart(book: Book, data: Any, chart: Chart, row: int) -> Any:
    """Write a chart's block of numbers from `row` on, and make the chart that shows it."""
    dated = hasattr(chart.categories[0], "isoformat")
    bold = book.format(bold=True, bottom=1, bottom_color=LINE)
    # Title and unit are taken from cells, where text is always text; given as words, a leading = would refer.
    book.put(data, row, 0, chart.title, book.format(bold=True, font_color=HEADING))
    book.put(data, row, 1, chart.unit, book.format(font_color=QUIET))
    book.put(data, row + 1, 0, chart.heading, bold)
    form = book.format(num_format="mmm yyyy", align="left") if dated else book.format()
    first, last = row + 2, row + 1 + len(chart.categories)
    for place, category in enumerate(chart.categories, start=first):
        book.put(data, place, 0, category, form)
    drawn = book.book.add_chart(dict(TYPES[chart.kind]))
    solid = [name for name in chart.series if name not in chart.faint]
    for column, (name, values) in enumerate(chart.series.items(), start=1):
        book.put(data, row + 1, column, name, bold)
        for place, value in enumerate(values, start=first):
            book.put(data, place, column, value, book.format(num_format="#,##0.0"))
        colour = COLOURS[solid.index(name) % len(COLOURS)] if name in solid else QUIET
        drawn.add_series(
            {
                "name": [data.get_name(), row + 1, column],
                "categories": [data.get_name(), first, 0, last, 0],
                "values": [data.get_name(), first, column, last, column],
                **_drawn_as(chart, name, colour),
            }
        )
    _dress(drawn, chart, dated, [data.get_name(), row])
    return drawn


def _drawn_as(chart: Chart, name: str, colour: str) -> dict[str, Any]:
    if chart.kind == "waterfall" and name in chart.faint:
        return {"fill": {"none": True}, "border": {"none": True}, "gap": 60, "overlap": 100}
    if chart.kind != "line":
        return {"fill": {"color": colour}, "gap": 60, "overlap": 100 if chart.kind != "column" else -5}
    if name in chart.faint:
        return {"line": {"color": colour, "width": 1, "dash_type": "dash"}}
    return {"line": {"color": colour, "width": 2.25}}


def _dress(drawn: Any, chart: Chart, dated: bool, head: list[Any]) -> None:
    """Title, axes and legend in the house's manner."""
    small = {"name": FONT, "size": 9, "color": INK, "bold": False}
    drawn.set_title(
        {"name": [*head, 0], "name_font": {"name": FONT, "size": 13, "color": HEADING}, "overlay": False}
    )
    values: dict[str, Any] = {
        "name": [*head, 1],
        "name_font": small,
        "num_font": small,
        "num_format": "#,##0",
        "line": {"none": True},
        "major_gridlines": {"visible": True, "line": {"color": LINE, "width": 0.5}},
    }
    categories: dict[str, Any] = {"num_font": small, "line": {"color": LINE}}
    if any(value < 0 for series in chart.series.values() for value in series):
        categories["label_position"] = "low"  # else they stand in the way of what is below nought
    else:
        values["min"] = 0
    if dated:
        months = max(len(chart.categories) // 8, 1)
        categories |= {
            "date_axis": True, "num_format": "mmm yy", "major_unit": months, "major_unit_type": "months",
        }  # fmt: skip
    drawn.set_x_axis(categories)
    drawn.set_y_axis(values)
    alone = len(chart.series) == 1 or chart.kind == "waterfall"
    drawn.set_legend({"none": True} if alone else {"position": "bottom", "font": small})
    drawn.set_size({"width": WIDTH, "height": HEIGHT})
    drawn.set_chartarea({"border": {"color": LINE}})
