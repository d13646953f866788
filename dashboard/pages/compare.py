"""Results set against one of them: what differs, side by side and as a difference, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.dependencies import ClientsideFunction
from dash.development.base_component import Component

from dashboard.aria import aria
from dashboard.charts.comparing import Line, by_year, differences, lines, side_by_side, waterfall
from dashboard.charts.words import NEVER, figure, span, year_name
from dashboard.context import Context
from dashboard.data.library import Library
from dashboard.data.run import Run
from dashboard.pages.parts import grid, lead, nothing
from dashboard.runs.desk import queue
from dashboard.whatif.cards import cards
from dashboard.whatif.ordering import source_of, submit_comparison
from ibsim.errors import InputError, ResultFolderError
from ibsim.results.metrics import REGISTRY

NAME = "compare"
PATH = "/compare"
TITLE = "Compare"
FIRST_METRIC = "wait_days_referral_to_in_place"
LOOK_MILLISECONDS = 1_000


def layout(context: Context) -> Component:
    """The differences to the baseline: a table of the headline metrics, and one metric in pictures."""
    if context.run is None:
        return nothing()
    first = baseline(context)
    others = [run for run in context.runs if run is not first]
    if first is None or not others:
        return html.Div(
            [
                lead("Set results against one another."),
                html.P(
                    "Choose a second result under Results, or one under Compared with: the differences come "
                    "with their intervals, paired by replication where the same dice fell in both.",
                    className="panel",
                ),
            ]
        )
    metric = context.view.more.get("metric", "")
    metric = metric if metric in REGISTRY else FIRST_METRIC
    pairings = [context.library.pairing(first, other) for other in others]
    tables = []
    for other, pairing in zip(others, pairings, strict=True):
        found = lines(first, other, pairing, context.year)
        tables.append(grid([differences(first, other, found, context.year)]))
        tables.append(_table(first, other, found, context.year))
    whys = [waterfall(pairing, other) for other, pairing in zip(others, pairings, strict=True) if pairing]
    return html.Div(
        [
            lead(f"What changes against {first.name}."),
            *tables,
            html.H2("One metric"),
            _chooser(metric, first),
            grid(
                [
                    side_by_side([first, *others], metric, context.view.group),
                    by_year(first, others, metric, pairings),
                ]
            ),
            html.H2("Why"),
            grid(whys)
            if whys
            else html.P("No comparison of these says yet which lever made the difference."),
            _ask(first, others),
        ]
    )


def baseline(context: Context) -> Run | None:
    """What the others are set against: the chosen baseline, else the parent, else the last result named."""
    if context.baseline is not None:
        return context.baseline
    if len(context.runs) > 1:
        return context.runs[-1]
    return context.library.parent(context.run) if context.run else None


def register(app: Dash, library: Library) -> None:
    """Have the metric go into the link, and comparisons be started and watched."""
    app.clientside_callback(
        ClientsideFunction("view", "put"),
        Output("place", "search", allow_duplicate=True),
        Input("compare-metric", "value"),
        State("compare-metric", "id"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output("compare-runs", "children"),
        Output("compare-clock", "disabled"),
        Input("compare-ask", "n_clicks"),
        Input("compare-clock", "n_intervals"),
        State("compare-what", "data"),
        prevent_initial_call=True,
    )
    def compare(clicks: Any, ticks: Any, what: Any) -> Any:
        if ctx.triggered_id == "compare-ask" and clicks:
            try:
                _start(library, what)
            except (InputError, ResultFolderError) as problem:
                said = f"Not started: {problem.found}; {problem.rule}. {problem.remedy.capitalize()}."
                return html.P(said, role="alert"), no_update
        found = [status for status in queue().look(fresh=bool(clicks)) if status.job.kind == "compare"]
        return cards(found[:2], library), not any(status.active for status in found)


def _start(library: Library, what: Any) -> None:
    ids = what.get("runs") if isinstance(what, dict) else None
    if not isinstance(ids, list) or not 2 <= len(ids) <= 6:
        raise InputError("Compare", "no such results", "two to six results are compared", "choose them above")
    runs = [library.run(str(id)) for id in ids]
    scenarios = [source_of(queue(), run) for run in runs]
    missing = [run.name for run, source in zip(runs, scenarios, strict=True) if not source]
    if missing:
        rule = "a comparison needs the scenario's file: one that comes with ibsim, or a what-if from here"
        raise InputError("Compare", f"no file of {missing[0]}", rule, "run `ibsim compare` on the files")
    name = f"{runs[1].name} against {runs[0].name}"
    often = min(min(run.replications for run in runs), 20)
    submit_comparison(queue(), [source for source in scenarios if source], name, often, runs[0].seed)


def _table(first: Run, other: Run, found: Sequence[Line], year: str) -> Component:
    """The headline metrics of both, and what differs, in words too."""
    heads = ("Metric", first.name, other.name, "Difference", "95 percent interval", "So it is")
    rows: list[Component] = []
    section = ""
    for line in found:
        if line.section != section:
            section = line.section
            rows.append(html.Tr(html.Th(section, colSpan=len(heads), scope="colgroup", className="section")))
        rows.append(_row(line))
    how = sorted({line.change.how for line in found})
    return html.Section(
        [
            html.H2(f"{other.name} against {first.name}"),
            html.P(f"{year_name(year).capitalize()}. Differences are {'; '.join(how)}.", className="note"),
            html.Div(
                html.Table(
                    [html.Thead(html.Tr([html.Th(words, scope="col") for words in heads])), html.Tbody(rows)]
                ),
                className="scroll tall",
                tabIndex=0,
                role="region",
                **aria(label=f"{other.name} against {first.name}"),
            ),
        ],
        className="panel",
    )


def _row(line: Line) -> Component:
    made, unit = line.change, line.unit
    words = line.judged or ("different" if made.told_apart else "may be chance")
    difference = figure(made.difference, unit)
    return html.Tr(
        [
            html.Th(line.label, scope="row"),
            html.Td(figure(made.first, unit), className="number"),
            html.Td(figure(made.other, unit), className="number"),
            html.Td(difference if made.difference <= 0 else f"+{difference}", className="number"),
            html.Td(span(made.low, made.high, unit) or NEVER, className="number"),
            html.Td(words, className=line.judged),
        ]
    )


def _chooser(metric: str, first: Run) -> Component:
    options = [
        {"label": f"{name.replace('_', ' ')} ({about.unit})", "value": name}
        for name, about in REGISTRY.items()
        if first.has(name)
    ]
    return html.Div(
        [
            html.Label("Metric", htmlFor="compare-metric"),
            dcc.Dropdown(options=options, value=metric, id="compare-metric", clearable=False),
        ],
        className="field metric",
    )


def _ask(first: Run, others: Sequence[Run]) -> Component:
    query = urlencode([("results", run.id) for run in (first, *others)])
    return html.Section(
        [
            html.P(
                "A comparison runs the steps between the scenarios as well, with the same dice, and says "
                "which lever makes which part of the difference."
            ),
            html.Div(
                [
                    html.Button("Say why", id="compare-ask", type="button", n_clicks=0, className="main"),
                    html.A(
                        "The report of these results",
                        href=f"/report?{query}",
                        className="button",
                        target="_blank",
                    ),
                ],
                className="tools",
            ),
            html.Div(id="compare-runs", className="jobs"),
            dcc.Store(id="compare-what", data={"runs": [run.id for run in (first, *others)]}),
            dcc.Interval(id="compare-clock", interval=LOOK_MILLISECONDS),
        ],
        className="panel no-print",
    )
