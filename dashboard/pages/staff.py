"""The co-ordinators' week, what they can carry, and whether they keep up with the work that comes."""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.charts.load import caseloads, extra_hours, learning, utilisation, work_coming
from dashboard.charts.staff import tasks, week
from dashboard.context import Context
from dashboard.data.library import Library
from dashboard.pages.parts import grid, lead, nothing

NAME = "staff"
PATH = "/staff"
TITLE = "Staff"


def layout(context: Context) -> Component:
    """The week first, then what there is to carry."""
    run = context.run
    if run is None:
        return nothing()
    group, year = context.view.group, context.year
    return html.Div(
        [
            lead("What care co-ordinators do with their week, and whether they keep up."),
            html.H2("The week"),
            grid([week(run, year), tasks(run, year)]),
            html.H2("What they carry"),
            grid(
                [utilisation(run), caseloads(run), work_coming(run, group), extra_hours(run), learning(run)]
            ),
        ]
    )


def register(app: Dash, library: Library) -> None:
    """Nothing on this page answers to controls."""
