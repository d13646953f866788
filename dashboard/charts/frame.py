"""The one frame of every chart: its finding, picture, words, table, CSV and PNG."""

from __future__ import annotations

from typing import Any

from dash import MATCH, ClientsideFunction, Dash, Input, Output, State, dcc, html

from dashboard.aria import aria
from dashboard.charts.chart import Absent, Chart, Shown

CONFIG: Any = {"displayModeBar": False, "displaylogo": False, "responsive": True, "doubleClick": False}
"""No toolbar of Plotly's: the frame has its own buttons, which a keyboard reaches and a reader names."""


def part(kind: str, key: Any) -> dict[str, Any]:
    """The id of a part of a frame."""
    return {"part": kind, "chart": key}


def frame(shown: Shown) -> html.Figure:
    """A chart in its frame, or the reason why there is none."""
    if isinstance(shown, Absent):
        return absent(shown)
    return html.Figure(
        [
            html.Figcaption(
                [
                    html.H3(shown.title, id=part("title", shown.key)),
                    html.P(shown.subtitle, id=part("subtitle", shown.key), className="units"),
                ]
            ),
            html.Div(
                dcc.Graph(
                    id=part("graph", shown.key),
                    figure=dict(shown.figure),
                    config=CONFIG,
                    style={"height": f"{shown.height}px"},
                ),
                id=part("picture", shown.key),
                className="picture",
                role="img",
                **aria(label=shown.alt),
            ),
            html.Details([html.Summary("In words"), html.P(shown.alt, id=part("words", shown.key))]),
            html.Div(id=part("table", shown.key), className="table-view", hidden=True),
            _tools(shown),
            dcc.Store(id=part("data", shown.key), data=data(shown)),
        ],
        className="chart",
    )


def absent(shown: Absent) -> html.Figure:
    """What stands in place of a chart whose numbers the result folder does not hold."""
    return html.Figure(
        [html.Figcaption(html.H3(shown.title)), html.P(shown.reason, className="absent")],
        className="chart",
    )


def data(shown: Chart) -> dict[str, Any]:
    """The numbers of a chart as the table view and the CSV download take them."""
    return {
        "name": shown.key,
        "title": shown.title,
        "columns": list(shown.columns),
        "rows": [list(row) for row in shown.rows],
    }


def outputs(key: str) -> list[Output]:
    """What a callback writes that puts another chart into a frame; see `values`."""
    return [
        Output(part("title", key), "children"),
        Output(part("subtitle", key), "children"),
        Output(part("graph", key), "figure"),
        Output(part("picture", key), "aria-label"),
        Output(part("words", key), "children"),
        Output(part("data", key), "data"),
    ]


def values(shown: Chart) -> list[Any]:
    """The values for `outputs`."""
    return [shown.title, shown.subtitle, dict(shown.figure), shown.alt, shown.alt, data(shown)]


def register(app: Dash) -> None:
    """Register what the buttons of all frames do; all of it happens in the browser."""
    app.clientside_callback(
        ClientsideFunction("charts", "table"),
        Output(part("table", MATCH), "children"),
        Output(part("table", MATCH), "hidden"),
        Output(part("show-table", MATCH), "aria-expanded"),
        Input(part("show-table", MATCH), "n_clicks"),
        Input(part("data", MATCH), "data"),
    )
    for kind in ("csv", "png"):
        app.clientside_callback(
            ClientsideFunction("charts", kind),
            Output(part(f"{kind}-done", MATCH), "data"),
            Input(part(kind, MATCH), "n_clicks"),
            State(part("data", MATCH), "data"),
            State(part("graph", MATCH), "id"),
            prevent_initial_call=True,
        )


def _tools(shown: Chart) -> html.Div:
    """The buttons; what each does to which chart is said to those who cannot see it."""

    def button(kind: str, words: str, **more: Any) -> html.Button:
        label = aria(label=f"{words}: {shown.title}")
        return html.Button(words, id=part(kind, shown.key), type="button", n_clicks=0, **label, **more)

    return html.Div(
        [
            button("show-table", "Table", **aria(expanded="false")),
            button("csv", "CSV"),
            button("png", "PNG"),
            html.Span(f"from {shown.source}", className="source"),
            dcc.Store(id=part("csv-done", shown.key)),
            dcc.Store(id=part("png-done", shown.key)),
        ],
        className="tools",
    )
