"""The ledger, the gap to carrying on and its causes, and who pays."""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.charts.costs import extras, systems, unit_costs
from dashboard.charts.money import payers, shares, spending
from dashboard.charts.verdict import fan, waterfall
from dashboard.context import Context
from dashboard.data.library import Library
from dashboard.pages.parts import grid, lead, nothing

NAME = "money"
PATH = "/money"
TITLE = "Money"


def layout(context: Context) -> Component:
    """The gap first, then the ledger, then who pays."""
    run = context.run
    if run is None:
        return nothing()
    group, year = context.view.group, context.year
    return html.Div(
        [
            lead("What the change costs against carrying on, what money goes for, and who pays."),
            html.H2("Against carrying on"),
            grid([fan(run), waterfall(run)]),
            html.H2("The ledger"),
            grid([spending(run, group), systems(run, group), extras(run), unit_costs(run, group, year)]),
            html.H2("Who pays"),
            grid([payers(run, group), shares(run, year)]),
        ]
    )


def register(app: Dash, library: Library) -> None:
    """Nothing on this page answers to controls."""
