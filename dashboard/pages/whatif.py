"""What if: change levers, see what that changes, run it, and watch the answer get narrower."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.dependencies import ClientsideFunction
from dash.development.base_component import Component

from dashboard.context import Context
from dashboard.data.library import Library
from dashboard.pages.parts import lead
from dashboard.runs.desk import queue
from dashboard.runs.job import Status
from dashboard.whatif import ordering
from dashboard.whatif.cards import cards
from dashboard.whatif.change import Change, parse_all, texts, waves_change
from dashboard.whatif.checking import Checked, check
from dashboard.whatif.form import lever_rows, wave_rows
from dashboard.whatif.panels import changes_panel, levers_panel, order_panel, rollout_panel, start_panel
from dashboard.whatif.parent import FIRST, Parent, names, parent
from ibsim.errors import InputError
from ibsim.scenario.check import tell

NAME = "what-if"
PATH = "/what-if"
TITLE = "What if"
LOOK_MILLISECONDS = 1_000
LEVER = {"lever": ALL, "field": "value"}
SINCE = {"lever": ALL, "field": "since"}
CELL = {"wave": ALL, "cell": ALL}


def layout(context: Context) -> Component:
    """The form, what it changes, and the runs."""
    more = context.view.more
    start = _parent(more.get("parent"))
    changes = parse_all(more.get("sets", ""), start.rows)
    return html.Div(
        [
            lead(
                "Change a lever, see what else that changes, and run it: the first estimate comes in seconds."
            ),
            html.Div(
                [
                    html.Div(
                        [start_panel(start), levers_panel(start, changes), rollout_panel(start, changes)],
                        className="form",
                    ),
                    html.Div([changes_panel(), order_panel(), *_runs(context)], className="side"),
                ],
                className="whatif",
            ),
            dcc.Interval(id="whatif-clock", interval=LOOK_MILLISECONDS),
            dcc.Store(id="whatif-sets"),
            dcc.Store(id="whatif-linked"),
            dcc.Store(id="whatif-signature"),
        ]
    )


def register(app: Dash, library: Library) -> None:
    """Have the form answer, the run start and be cancelled, and the runs be told as they go on."""
    _register_form(app)
    _register_runs(app, library)


def _register_form(app: Dash) -> None:
    @app.callback(
        Output("whatif-levers", "children"),
        Output("whatif-find", "value"),
        Input("whatif-find", "value"),
        State("whatif-parent", "value"),
        State(LEVER, "id"),
        State(LEVER, "value"),
        State(SINCE, "value"),
        prevent_initial_call=True,
    )
    def add(found: Any, start: Any, ids: Any, values: Any, dates: Any) -> Any:
        if not isinstance(found, str):
            return no_update, no_update
        changes = [*_typed(ids, values, dates), Change(found, "")]
        return lever_rows(_parent(start), changes), None

    @app.callback(
        Output("whatif-waves", "children"),
        Input("whatif-add-wave", "n_clicks"),
        Input({"remove-wave": ALL}, "n_clicks"),
        State(CELL, "id"),
        State(CELL, "value"),
        prevent_initial_call=True,
    )
    def rearrange(added: Any, removed: Any, ids: Any, values: Any) -> Any:
        waves = _waves(ids, values)
        if ctx.triggered_id == "whatif-add-wave" and added:
            waves.append(
                {**waves[-1]} if waves else {"from": "2006-10-01", "groups": ["OP"], "to": "at_review"}
            )
        elif isinstance(ctx.triggered_id, dict) and any(removed):
            number = ctx.triggered_id.get("remove-wave")
            waves = [wave for place, wave in enumerate(waves) if place != number]
        else:
            return no_update
        return wave_rows(waves)

    @app.callback(
        Output("whatif-changes", "children"),
        Output("whatif-sets", "data"),
        Output("whatif-run", "disabled"),
        Output("whatif-yaml", "href"),
        Output("whatif-excel", "href"),
        Input("whatif-parent", "value"),
        Input(LEVER, "value"),
        Input(SINCE, "value"),
        Input(CELL, "value"),
        Input("whatif-name", "value"),
        Input("whatif-why", "value"),
        State(LEVER, "id"),
        State(CELL, "id"),
    )
    def read(
        start: Any, values: Any, dates: Any, cells: Any, name: Any, why: Any, ids: Any, cell_ids: Any
    ) -> Any:
        chosen = _parent(start)
        changes = _asked(chosen, _typed(ids, values, dates), _waves(cell_ids, cells))
        checked = check(chosen, changes)
        sets = "\n".join(texts(changes))
        query = urlencode({"parent": chosen.id, "sets": sets, "name": name or "", "why": why or ""})
        files = [f"/what-if/scenario.{kind}?{query}" for kind in ("yaml", "xlsx")]
        return told(checked), sets, checked.problem is not None, *files

    app.clientside_callback(
        ClientsideFunction("view", "remember"),
        Output("whatif-linked", "data"),
        Input("whatif-sets", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("view", "restart"),
        Output("place", "search", allow_duplicate=True),
        Input("whatif-parent", "value"),
        prevent_initial_call=True,
    )


def _register_runs(app: Dash, library: Library) -> None:
    @app.callback(
        Output("whatif-said", "children"),
        Output("whatif-clock", "n_intervals"),
        Input("whatif-run", "n_clicks"),
        State("whatif-parent", "value"),
        State("whatif-sets", "data"),
        State("whatif-name", "value"),
        State("whatif-why", "value"),
        State("whatif-replications", "value"),
        State("whatif-seed", "value"),
        State("whatif-both", "value"),
        prevent_initial_call=True,
    )
    def start(clicks: Any, id: Any, sets: Any, name: Any, why: Any, often: Any, seed: Any, both: Any) -> Any:
        if not clicks:
            return no_update, no_update
        try:
            chosen = _parent(id)
            changes = parse_all(sets if isinstance(sets, str) else "", chosen.rows)
            order = ordering.Order(chosen, changes, name, why, ordering.whole(often), ordering.whole(seed))
            ordering.submit(queue(), order, with_parent=both == "both")
        except InputError as problem:
            return f"Not started: {problem.found}; {problem.rule}. {problem.remedy.capitalize()}.", 0
        return "Asked for; it stands among the runs below.", 0

    @app.callback(
        Output("whatif-runs", "children"),
        Output("whatif-signature", "data"),
        Input("whatif-clock", "n_intervals"),
        Input({"cancel": ALL}, "n_clicks"),
        State("whatif-signature", "data"),
    )
    def look(ticks: Any, cancelled: Any, before: Any) -> Any:
        if isinstance(ctx.triggered_id, dict) and any(cancelled):
            queue().cancel(ctx.triggered_id.get("cancel"))
        found = queue().look()
        now = f"{len(library.entries())} {_signature(found)}"
        return (no_update, no_update) if now == before else (cards(found, library), now)


def told(checked: Checked) -> Component:
    """What changes, lever by lever; or which rule is broken, and the remedy."""
    if checked.problem is not None:
        where = checked.problem.where.removeprefix("--set ")
        return html.Div(
            [html.P([html.Strong(where), f": {checked.problem.found}."]),
             html.P(f"{checked.problem.rule.capitalize()}. {checked.problem.remedy.capitalize()}.")],
            className="problem", role="alert",
        )  # fmt: skip
    if not checked.differences:
        return html.P("Nothing yet: this is the parent as it is.", className="note")
    return html.Ul([html.Li(tell(difference).replace(" -> ", " → ")) for difference in checked.differences])


def _parent(id: Any) -> Parent:
    return parent(id if isinstance(id, str) and id in names() else FIRST)


def _typed(ids: Any, values: Any, dates: Any) -> list[Change]:
    """The changes as the form has them, those without a value among them."""
    found = []
    for id, value, since in zip(ids or (), values or (), dates or (), strict=False):
        if isinstance(id, dict) and isinstance(id.get("lever"), str):
            shown = "" if value is None else str(value)
            found.append(Change(id["lever"], shown, since.strip() if isinstance(since, str) else ""))
    return found


def _waves(ids: Any, values: Any) -> list[dict[str, Any]]:
    """The waves as the form has them, in their order."""
    waves: dict[int, dict[str, Any]] = {}
    for id, value in zip(ids or (), values or (), strict=False):
        if isinstance(id, dict) and isinstance(id.get("wave"), int) and isinstance(id.get("cell"), str):
            field = id["cell"]
            listed = [part.strip() for part in str(value or "").split(",") if part.strip()]
            waves.setdefault(id["wave"], {})[field] = listed if field == "groups" else value
    return [waves[number] for number in sorted(waves)]


def _asked(start: Parent, typed: Sequence[Change], waves: Sequence[dict[str, Any]]) -> list[Change]:
    """The changes that have a value, and the waves where they are not the parent's."""
    changes = [change for change in typed if change.value.strip() and change.lever in start.rows]
    asked = waves_change(waves)
    return [*changes, *([asked] if asked != waves_change(start.waves) else [])]


def _signature(found: Sequence[Status]) -> str:
    """A text that changes when a card would."""
    return " ".join(f"{one.job.id}{one.state}{one.place}{one.progress.get('done', '')}" for one in found[:40])


def _runs(context: Context) -> list[Component]:
    told = html.Div(cards(queue().look(), context.library), id="whatif-runs", className="jobs")
    return [html.P(id="whatif-said", role="status"), html.H2("Runs"), told]
