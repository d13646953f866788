"""Providers and personal assistants: who lives on what, who may close, and what is under block."""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.charts.care import assistants, care_hours, home_care
from dashboard.charts.contracts import releases, volumes
from dashboard.charts.market import NO_PROVIDERS, closures, displaced, standing
from dashboard.context import Context
from dashboard.data.library import Library
from dashboard.pages.parts import grid, lead, nothing

NAME = "market"
PATH = "/market"
TITLE = "Market"


def layout(context: Context) -> Component:
    """The map first, then closures, blocks and assistants; one sentence where there is no market at all."""
    run = context.run
    if run is None:
        return nothing()
    if not run.providers and not run.has("provider_exits"):
        return html.Section([html.H2("No market in this result"), html.P(NO_PROVIDERS)], className="panel")
    year = context.year
    return html.Div(
        [
            lead("Which providers lose the volume that they live on, and whom that moves."),
            html.H2("Where providers stand"),
            grid([standing(run, year), closures(run, year)]),
            html.H2("Contracts and closures"),
            grid([volumes(run), releases(run), displaced(run), home_care(run)]),
            html.H2("Home care and personal assistants"),
            grid([care_hours(run), assistants(run)]),
        ]
    )


def register(app: Dash, library: Library) -> None:
    """Nothing on this page answers to controls; the year at the head moves the map."""
