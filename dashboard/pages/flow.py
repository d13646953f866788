"""The two pathways month by month, how far people get, how long they wait, and what piles up."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboard.aria import aria
from dashboard.charts import frame
from dashboard.charts.backlog import ages, by_age, overdue, queues
from dashboard.charts.chart import Absent, Shown
from dashboard.charts.funnel import funnel
from dashboard.charts.pathway import KEY, months, pathway
from dashboard.charts.waits import bands, waits
from dashboard.charts.words import month_name
from dashboard.context import Context
from dashboard.data.library import Library
from dashboard.data.run import Run
from dashboard.pages.parts import grid, lead, nothing
from dashboard.view import View
from ibsim.errors import ResultFolderError

NAME = "flow"
PATH = "/flow"
TITLE = "Flow"
STEP_MILLISECONDS = 700
"""How long a month stands when the roll-out is played."""


def layout(context: Context) -> Component:
    """The pathways with their slider, then the funnel, waits and backlog of the chosen group and year."""
    run = context.run
    if run is None:
        return nothing()
    group, year = context.view.group, context.year
    return html.Div(
        [
            lead("How people move, where they wait, and how that changes as the roll-out goes on."),
            html.H2("The two pathways"),
            grid(
                [
                    _film(run, group, context.view.month),
                    _column([funnel(run, group, year), queues(run, group)]),
                ]
            ),
            html.H2("Waits"),
            grid([waits(run, year), bands(run, "assessed", year), bands(run, "services", year)]),
            html.H2("Backlog"),
            grid([by_age(run, group, year), ages(run, group, year), overdue(run, group)]),
        ]
    )


def register(app: Dash, library: Library) -> None:
    """Have the slider choose the month, and the button play the months one after the other."""

    @app.callback(
        *frame.outputs(KEY),
        Output("flow-said", "children"),
        Input("flow-month", "value"),
        State("flow-what", "data"),
        prevent_initial_call=True,
    )
    def show(place: Any, what: Any) -> Any:
        shown = film_at(library, place, what)
        if shown is None or isinstance(shown, Absent):
            return [no_update] * (len(frame.outputs(KEY)) + 1)
        return [*frame.values(shown), shown.title]

    app.clientside_callback(
        ClientsideFunction("flow", "play"),
        Output("flow-clock", "disabled"),
        Output("flow-play", "children"),
        Output("flow-play", "aria-pressed"),
        Input("flow-play", "n_clicks"),
        Input("flow-month", "value"),
        State("flow-month", "max"),
        State("flow-clock", "disabled"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("flow", "step"),
        Output("flow-month", "value"),
        Input("flow-clock", "n_intervals"),
        Input("flow-play", "n_clicks"),
        State("flow-month", "value"),
        State("flow-month", "max"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("flow", "remember"),
        Output("flow-linked", "data"),
        Input("flow-month", "value"),
        State("flow-what", "data"),
    )


def film_at(library: Library, place: Any, what: Any) -> Shown | None:
    """The pathways at a place of the slider; None for what no slider of ours asks for."""
    if not isinstance(what, dict) or isinstance(place, bool) or not isinstance(place, int):
        return None
    id, group = what.get("run"), what.get("group")
    if not isinstance(id, str) or not isinstance(group, str):
        return None
    try:
        run = library.run(id)
    except ResultFolderError:
        return None
    known = months(run)
    if not 0 <= place < len(known):
        return None
    return pathway(run, known[place], View.parse(f"?group={group[:4]}").group)


def _film(run: Run, group: str, month: str) -> Component:
    known = months(run)
    if not known:
        return frame.frame(pathway(run, month, group))
    at = known.index(month) if month in known else len(known) - 1
    marks = {
        place: {"label": known[place][:4]} for place in range(len(known)) if known[place].endswith("-04")
    }
    what = {
        "run": run.id,
        "group": group,
        "months": list(known),
        "names": [month_name(one) for one in known],
    }
    return html.Div(
        [
            html.Div(
                [
                    html.Button("Play", id="flow-play", type="button", n_clicks=0, **aria(pressed="false")),
                    html.Span("Month of the roll-out", id="flow-month-label"),
                    dcc.Slider(
                        id="flow-month",
                        min=0,
                        max=len(known) - 1,
                        step=1,
                        value=at,
                        marks=marks,
                        included=True,
                        allow_direct_input=False,
                        updatemode="mouseup",
                    ),
                    html.P(month_name(known[at]), id="flow-said", className="visually-hidden", role="status"),
                ],
                className="player",
            ),
            frame.frame(pathway(run, known[at], group)),
            dcc.Interval(id="flow-clock", interval=STEP_MILLISECONDS, disabled=True),
            dcc.Store(id="flow-what", data=what),
            dcc.Store(id="flow-linked"),
        ],
        className="film",
    )


def _column(charts: list[Shown]) -> Component:
    return html.Div([frame.frame(chart) for chart in charts], className="column")
