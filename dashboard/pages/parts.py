"""Pieces that pages share: the grid of charts, the sentence at the top, what stands where nothing is."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.charts.chart import Absent, Chart, Shown
from dashboard.charts.frame import frame


def grid(shown: Sequence[Shown | Component]) -> Component:
    """Charts side by side where there is room, one below the other on a phone."""
    return html.Div(
        [frame(one) if isinstance(one, (Chart, Absent)) else one for one in shown], className="grid"
    )


def lead(text: str) -> Component:
    """What the page answers, in one sentence."""
    return html.P(text, className="lead")


def nothing() -> Component:
    """What a page says where there is no result to show."""
    return html.Section(
        [
            html.H2("There is no result to show"),
            html.P(
                [
                    "None was found below the folders that the dashboard was started with. Run a scenario, "
                    "for example with ",
                    html.Code("ibsim run metropolitan-pilot"),
                    ", or choose one under Results above.",
                ]
            ),
        ],
        className="problem",
    )
