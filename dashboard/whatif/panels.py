"""The panels of the what-if page: where it starts, its levers and waves, what changes, and its run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.aria import aria
from dashboard.whatif import ordering
from dashboard.whatif.change import Change
from dashboard.whatif.checking import NO_REASON, UNNAMED
from dashboard.whatif.form import lever_rows, wave_rows
from dashboard.whatif.parent import Parent, names, title_of
from ibsim.scenario.workbook.layout import WAVES_KEY


def start_panel(start: Parent) -> Component:
    """The choice of the scenario to start from."""
    options = [{"label": f"{words} ({name})", "value": name} for name, words in names().items()]
    return html.Section(
        [
            html.H2("Start from", id="whatif-start"),
            dcc.Dropdown(options=options, value=start.id, id="whatif-parent", clearable=False),
            html.P(" ".join(start.scenario.why.split()), className="note"),
        ],
        className="panel", **aria(labelledby="whatif-start"),
    )  # fmt: skip


def levers_panel(start: Parent, changes: Sequence[Change]) -> Component:
    """A row for each lever that is changed, and the search for others."""
    options = [
        {"label": title_of(row), "value": name, "search": f"{title_of(row)} {row.meaning} {row.key}"}
        for name, row in start.rows.items()
    ]
    return html.Section(
        [
            html.H2("Levers"),
            html.Label(f"Find one of {len(options)} levers", htmlFor="whatif-find"),
            dcc.Dropdown(
                options=options, id="whatif-find", placeholder="planners, price, wage, review, sickness …"
            ),
            html.Div(lever_rows(start, changes), id="whatif-levers"),
        ],
        className="panel",
    )


def rollout_panel(start: Parent, changes: Sequence[Change]) -> Component:
    """The waves of the roll-out: the link's, or the parent's."""
    own = next((change.value for change in changes if change.lever == WAVES_KEY), None)
    waves = start.waves if own is None else ordering.waves_of(start, own)
    return html.Section(
        [
            html.H2("Roll-out"),
            html.P("Who is offered a budget, from when, and at which point of their way.", className="note"),
            html.Div(wave_rows(waves), id="whatif-waves"),
            html.Button("Add a wave", id="whatif-add-wave", type="button", n_clicks=0),
        ],
        className="panel",
    )


def changes_panel() -> Component:
    """What changes against the parent, and the files to save."""
    return html.Section(
        [
            html.H2("What changes against the parent"),
            html.Div(id="whatif-changes"),
            html.Div(
                [
                    html.A("Save as YAML", id="whatif-yaml", className="button", download="what-if.yaml"),
                    html.A("Save as Excel", id="whatif-excel", className="button", download="what-if.xlsx"),
                ],
                className="tools",
            ),
        ],
        className="panel",
    )


def order_panel() -> Component:
    """What the run is called, how often it is made, and the button that starts it."""

    def field(words: str, name: str, **more: Any) -> Component:
        id = f"whatif-{name}"
        return html.Div([html.Label(words, htmlFor=id), dcc.Input(id=id, **more)], className="field")

    also = {"both": "run its parent too, with the same dice", "alone": "run this alone"}
    both = html.Div(
        [
            html.Label("And", htmlFor="whatif-both"),
            dcc.Dropdown(options=also, value="both", id="whatif-both", clearable=False, searchable=False),
        ],
        className="field",
    )
    return html.Section(
        [
            html.H2("Run it"),
            field("Name", "name", type="text", placeholder=UNNAMED, debounce=True, maxLength=200),
            field("Why", "why", type="text", placeholder=NO_REASON, debounce=True, maxLength=1000),
            field("Replications", "replications", type="number", value=20, min=1, max=ordering.MOST, step=1),
            field("Seed", "seed", type="number", value=1, min=0, max=2**31, step=1),
            both,
            html.Button("Run", id="whatif-run", type="button", n_clicks=0, className="main"),
        ],
        className="panel",
    )
