"""The decision on one screen: the verdict, what is reached of what is wanted, why, and what binds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.dependencies import ALL
from dash.development.base_component import Component

from dashboard.aria import aria
from dashboard.charts.chart import Chart, Shown
from dashboard.charts.frame import frame
from dashboard.charts.verdict import NO_VERDICT, fan, interval, ranked_causes, signed
from dashboard.charts.words import NEVER, figure, month_name, plural, span
from dashboard.context import Context
from dashboard.data.differences import ALONE, Change, change, judgement
from dashboard.data.library import Library
from dashboard.data.measures import Measure, measures
from dashboard.data.pairs import pairable
from dashboard.data.run import Run
from dashboard.data.targets import MET, MISSED, UNKNOWN, Target, targets
from dashboard.data.verdict import Verdict
from dashboard.pages.beside import beside, interval_text, value_text
from dashboard.pages.parts import nothing

NAME = "decision"
PATH = "/"
TITLE = "Decision"
TOLD_CAUSES = 2
FAN_HEIGHT = 230
SIGNS = {MET: "✓", MISSED: "✗", UNKNOWN: "–"}
"""What stands beside the words of a target's state, so that colour is not alone; otherwise `?`."""


def layout(context: Context) -> Component:
    """One screen for the result in front; below it the same measures of the others."""
    run = context.run
    if run is None:
        return nothing()
    baseline = context.baseline or context.library.parent(run)
    wanted = targets(context.library.roots, context.view.more)
    return html.Div(
        [
            html.Div([_verdict(run), frame(_low(fan(run)))], className="decision-top"),
            html.H2("Against what is wanted", id="measures"),
            html.Div(
                [
                    _card(measure, wanted.get(measure.key), _against(context.library, baseline, run, measure))
                    for measure in measures(run)
                ],
                className="cards",
            ),
            html.P(_how(context, baseline, run), className="note"),
            html.Div([_causes(run), _binds(run)], className="grid"),
            beside(context, baseline),
            html.P(NEVER, id="decision-said", hidden=True),
        ],
        className="decision",
    )


def register(app: Dash, library: Library) -> None:
    """Have a target that is changed go into the link, which shows the page anew."""
    app.clientside_callback(
        ClientsideFunction("decision", "target"),
        Output("place", "search", allow_duplicate=True),
        Input({"target": ALL}, "value"),
        State({"target": ALL}, "id"),
        prevent_initial_call=True,
    )


def _low(shown: Shown) -> Shown:
    """The chart as low as one screen wants it."""
    return replace(shown, height=FAN_HEIGHT) if isinstance(shown, Chart) else shown


def headline(verdict: Verdict) -> str:
    """The verdict in a few words."""
    gap, probability = verdict.gap.mean, verdict.probability
    if gap is None or probability is None:
        return "No verdict"
    more = "more" if gap > 0 else "less"
    neutral = "Cost-neutral" if gap <= 0 or probability >= 0.5 else "Not cost-neutral"
    return f"{neutral}: {figure(abs(gap), 'pounds')} {more} than carrying on"


def _verdict(run: Run) -> Component:
    verdict = run.verdict
    if verdict is None:
        return html.Section(
            [html.H2(run.name), html.P(run.why, className="lead"), html.P(NO_VERDICT, className="absent")],
            className="panel",
        )
    start = run.years[0] if run.years else ""
    end = run.years[-1] if run.years else ""
    facts = (
        ("Probability of being cost-neutral by the end", _probability(verdict)),
        ("Pays for itself", _pays(verdict)),
        ("Gap, set-up included", f"{signed(verdict.gap.mean)} ({interval(verdict.gap) or 'no interval'})"),
        ("Gap without set-up", signed(verdict.without_setup.gap_gbp.mean)),
        ("Of it the council's own", signed(verdict.council_only.gap_gbp.mean)),
        ("For each person supported", signed(verdict.per_person_gbp.mean)),
    )
    return html.Section(
        [
            html.P(f"{run.name}, {start} to {end}", className="label"),
            html.H2(headline(verdict), className="headline"),
            html.P(verdict.sentence),
            html.Dl(
                [part for name, text in facts for part in (html.Dt(name), html.Dd(text))], className="facts"
            ),
        ],
        className="panel verdict",
    )


def _probability(verdict: Verdict) -> str:
    if verdict.probability is None:
        return "not known"
    text = f"{verdict.probability:.2f}"
    if verdict.probability_low is not None and verdict.probability_high is not None:
        text += f" ({verdict.probability_low:.2f} to {verdict.probability_high:.2f})"
    return text


def _pays(verdict: Verdict) -> str:
    found = verdict.break_even
    if found.date is None:
        return "not within these years, on average"
    if verdict.months and found.date == verdict.months[0].month:
        return "never dearer, on average"
    early = month_name(found.p10) if found.p10 else ""
    late = month_name(found.p90) if found.p90 else "later than the end"
    return f"{month_name(found.date)} on average" + (f" (eight in ten: {early} to {late})" if early else "")


def _against(library: Library, baseline: Run | None, run: Run, measure: Measure) -> Change | None:
    if baseline is None or baseline is run or not measure.metric or not run.years:
        return None
    pairing = library.pairing(baseline, run)
    return change(measure.metric, baseline, run, pairing, year=measure.year(run), arm=measure.arm)


def _card(measure: Measure, target: Target | None, against: Change | None) -> Component:
    cell, unit = measure.cell, measure.unit
    body: list[Component] = [
        html.P(measure.label, className="label"),
        html.P(value_text(cell, unit), className="value"),
        html.P(interval_text(cell, unit), className="note"),
    ]
    if target is not None:
        state = target.met(cell)
        sign = SIGNS.get(state, "?")
        body.append(
            html.P([html.Span(sign, **aria(hidden="true")), f" Target {state}"], className=_state(state))
        )
        body.append(_wanted(measure, target))
    if against is not None:
        body.append(_change(measure, against))
    body.append(html.P(measure.reason, className="reason"))
    return html.Article(body, className="card", **aria(label=measure.label))


def _state(state: str) -> str:
    return f"state {'better' if state == MET else 'worse' if state == MISSED else ''}".strip()


def _wanted(measure: Measure, target: Target) -> Component:
    """The target, to be changed where it stands; its reasoning is what a pointer and a reader get."""
    box = dcc.Input(id={"target": target.key}, type="number", value=target.value, debounce=True, step="any")
    shown: dict[str, Any] = {"data-value": f"{target.value:g}"}
    hidden = html.Span(f"Target for {measure.label}: ", className="visually-hidden")
    return html.Label(
        [hidden, html.Span(target.words), box],
        className="target",
        title=f"{target.reasoning} ({target.status})",
        **shown,
    )


def _change(measure: Measure, found: Change) -> Component:
    word = judgement(measure.metric, found.difference)
    if not word and found.difference:
        word = "better" if (found.difference > 0) == measure.higher_is_better else "worse"
    if found.how != ALONE and not found.told_apart:
        return html.P("No clear difference to the baseline", className="note")
    arrow = "▲" if found.difference > 0 else "▼" if found.difference < 0 else "="
    size = figure(abs(found.difference), "points" if measure.unit == "percent" else measure.unit)
    return html.P(
        [
            html.Span(arrow, **aria(hidden="true")),
            f" {size} {'more' if found.difference > 0 else 'less'}: {word}",
        ],
        className=f"change {word}",
        title=f"{figure(found.first, measure.unit)} before; difference {span(found.low, found.high)}",
    )


def _how(context: Context, baseline: Run | None, run: Run) -> str:
    told = f"Intervals are 95 percent, from {plural(run.replications, 'replication')}. "
    if baseline is None or baseline is run:
        return told + "Choose a result under Compared with to see what changes against it."
    pairing = context.library.pairing(baseline, run)
    if pairing:
        how = f"the differences are paired, from the comparison {pairing.id}"
    elif pairable(baseline, run):
        how = "the differences are paired, as both runs have the same dice"
    else:
        how = "the two cannot be paired, which hides small differences: run both anew with one seed"
    return f"{told}The baseline is {baseline.name} ({baseline.id}); {how}."


def _causes(run: Run) -> Component:
    verdict = run.verdict
    if verdict is None or not ranked_causes(verdict):
        content: list[Component] = [html.P(NO_VERDICT if verdict is None else "Nothing makes a difference.")]
    else:
        content = [
            html.Ol(
                [
                    html.Li(
                        [
                            html.Strong(
                                f"{cause.cause[:1].upper()}{cause.cause[1:]}: {signed(cause.gbp.mean)}"
                            ),
                            f" ({interval(cause.gbp)})" if interval(cause.gbp) else "",
                        ]
                    )
                    for cause in ranked_causes(verdict)[:TOLD_CAUSES]
                ]
            ),
            html.P(
                "Against carrying on without a roll-out, all years together. Money has all causes.",
                className="note",
            ),
        ]
    return html.Section([html.H2("The two causes that matter most"), *content], className="panel")


def _binds(run: Run) -> Component:
    waiting = [queue for queue in run.queues if queue.people >= 0.05]
    if not waiting:
        return html.Section(
            [html.H2("What binds"), html.P("Nobody waits long for staff.")], className="panel"
        )
    whole = sum(queue.people for queue in waiting)
    lines = [
        html.Li(
            [
                html.Strong(f"{queue.name[:1].upper()}{queue.name[1:]}: "),
                f"{plural(queue.people, 'person', 'people')} wait, {figure(queue.days, 'days')} each, "
                f"{figure(100 * queue.people / whole, 'percent')} of all waiting for staff",
            ]
        )
        for queue in waiting[:TOLD_CAUSES]
    ]
    return html.Section(
        [
            html.H2("What binds"),
            html.Ol(lines),
            html.P("On an average day. Flow and Staff show more.", className="note"),
        ],
        className="panel",
    )
