"""A measure's value and interval in words, and the measures of several results side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from dashboard.aria import aria
from dashboard.charts.words import NEVER, figure, span
from dashboard.context import Context
from dashboard.data.measures import Measure, measures
from dashboard.data.run import Cell, Run


def value_text(cell: Cell, unit: str) -> str:
    """A measure's value as the card shows it."""
    if math.isnan(cell.mean):
        return NEVER
    return f"{cell.mean:.2f}" if unit == "probability" else figure(cell.mean, unit)


def interval_text(cell: Cell, unit: str) -> str:
    """The interval under a value, or why there is none."""
    if math.isnan(cell.mean):
        return "not in this result"
    if math.isnan(cell.low):
        return "no interval"
    if unit == "probability":
        return f"{cell.low:.2f} to {cell.high:.2f}"
    return span(cell.low, cell.high, unit)


def beside(context: Context, baseline: Run | None) -> Component:
    """The same measures of all results that the link names, and of the baseline, side by side."""
    runs = list(dict.fromkeys([*context.runs, *([baseline] if baseline else [])]))
    if len(runs) < 2:
        return html.Div()
    rows = {run: {measure.key: measure for measure in measures(run)} for run in runs}
    first = next(iter(rows.values()))
    return html.Section(
        [
            html.H2("Beside the others"),
            html.Div(
                html.Table(
                    [
                        html.Thead(html.Tr([html.Th("Result", scope="col"), *_heads(first)])),
                        html.Tbody([_row(run, found, run is baseline) for run, found in rows.items()]),
                    ]
                ),
                className="scroll",
                tabIndex=0,
                role="region",
                **aria(label="The measures of all results"),
            ),
        ],
        className="panel",
    )


def _heads(measured: Mapping[str, Measure]) -> list[Component]:
    return [html.Th(measure.label, scope="col", className="number") for measure in measured.values()]


def _row(run: Run, found: Mapping[str, Measure], is_baseline: bool) -> Component:
    name = f"{run.name} (baseline)" if is_baseline else run.name
    cells = [
        html.Td(
            [
                value_text(measure.cell, measure.unit),
                html.Br(),
                html.Small(interval_text(measure.cell, measure.unit)),
            ],
            className="number",
        )
        for measure in found.values()
    ]
    return html.Tr([html.Th(name, scope="row"), *cells])
