"""What people get, how they hold it, what they buy, how they fare, and who gains and loses."""

from __future__ import annotations

from dataclasses import replace

from dash import Dash, dcc, html
from dash.development.base_component import Component

from dashboard.aria import aria
from dashboard.charts.outcomes import gains, outcomes, winners
from dashboard.charts.people import bought, budgets, changed, held, led
from dashboard.charts.words import readable
from dashboard.charts.worth import NAMES, acceptability, measured, plane
from dashboard.context import Context
from dashboard.data.library import Library
from dashboard.pages.parts import grid, lead, nothing

NAME = "people"
PATH = "/people"
TITLE = "People"
CHOICE = "outcome"
"""The part of a link that says by which outcome cost-effectiveness is judged."""


def layout(context: Context) -> Component:
    """Budgets, then what is done with them, then outcomes and their worth."""
    run = context.run
    if run is None:
        return nothing()
    group, year = context.view.group, context.year
    found = measured(run)
    outcome = context.view.more.get(CHOICE, "")
    outcome = outcome if outcome in found else found[0] if found else ""
    return html.Div(
        [
            lead("What people get and what becomes of it, group by group."),
            html.H2("Budgets"),
            grid([budgets(run, year), changed(run, year)]),
            html.H2("How budgets are used"),
            grid([held(run, group, year), led(run, group, year), bought(run, group, year)]),
            html.H2("How people fare"),
            grid([outcomes(run, group, year), gains(run, year), winners(run)]),
            html.H2("Is the gain worth its cost?"),
            *([_choice(context, found, outcome)] if found else []),
            grid([plane(run, outcome), acceptability(run, outcome)]),
        ]
    )


def register(app: Dash, library: Library) -> None:
    """Nothing on this page answers to controls: the outcome is chosen by links."""


def _choice(context: Context, found: tuple[str, ...], chosen: str) -> Component:
    """Links to the same view by each outcome."""
    return html.Nav(
        [
            html.Span("Judged by: "),
            *(
                dcc.Link(
                    NAMES.get(outcome, readable(outcome)),
                    href=PATH + replace(context.view, more={CHOICE: outcome}).search,
                    className="button current" if outcome == chosen else "button",
                )
                for outcome in found
            ),
        ],
        className="choices no-print",
        **aria(label="Outcome"),
    )
