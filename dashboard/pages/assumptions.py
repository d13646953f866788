"""The evidence that the results stand on: each number with its status, range, source and what replaced it."""

from __future__ import annotations

import csv
import io
from functools import lru_cache
from typing import Any

import dash_ag_grid as dag
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard.charts.assuming import drivers, standing
from dashboard.charts.words import plural
from dashboard.context import Context
from dashboard.data.library import OTHER, Library
from dashboard.data.run import Run
from dashboard.pages.parts import grid, lead
from ibsim.errors import EvidenceError, ResultFolderError
from ibsim.evidence import Evidence
from ibsim.evidence import load as load_evidence
from ibsim.evidence.listing import span
from ibsim.evidence.rows import Row
from ibsim.results.guarded import read_text

NAME = "assumptions"
PATH = "/assumptions"
TITLE = "Assumptions"
STUDY = "sensitivity.csv"
COLUMNS = (
    ("id", "Number", 230), ("group", "Group", 90), ("value", "Value", 110), ("unit", "Unit", 130),
    ("range", "Range", 170), ("status", "Status", 110), ("replaced", "Replaced by the scenario", 150),
    ("basis", "Source, sum and reasoning", 560),
)  # fmt: skip


def layout(context: Context) -> Component:
    """What the scenario replaced, how the numbers are known, what drives the results, and every number."""
    run = context.run
    evidence, same = _evidence(run)
    said = "These are the very numbers that the run used." if same else (
        "The run used another edition of the evidence, or one that cannot be read here: these are the "
        "numbers of the ibsim that shows them."
    )  # fmt: skip
    return html.Div(
        [
            lead("What the results stand on, and how well each number is known."),
            html.P(said, className="note") if run is not None else None,
            grid([standing(evidence), *_studies(context.library)]),
            *([_overrides(run), _changed(run)] if run is not None else []),
            html.H2("Every number", id="every-number"),
            html.Div(
                [
                    html.Label("Find", htmlFor="assumptions-find"),
                    dcc.Input(
                        id="assumptions-find", type="search", placeholder="words, for example: review hours"
                    ),
                    html.Button("CSV", id="assumptions-csv", type="button", n_clicks=0),
                ],
                className="tools",
            ),
            dag.AgGrid(
                id="assumptions-grid",
                rowData=[_cells(evidence, row) for row in evidence.rows()],
                columnDefs=[_column(*column) for column in COLUMNS],
                defaultColDef={"sortable": True, "filter": True, "resizable": True},
                dashGridOptions={"pagination": True, "paginationPageSize": 50, "ensureDomOrder": True},
                csvExportParams={"fileName": "evidence.csv"},
                className="ag-theme-alpine evidence",
            ),
        ]
    )


def register(app: Dash, library: Library) -> None:
    """Have the words filter the numbers, and the button download them."""
    app.clientside_callback(
        ClientsideFunction("view", "filter"),
        Output("assumptions-grid", "dashGridOptions"),
        Input("assumptions-find", "value"),
        State("assumptions-grid", "dashGridOptions"),
    )
    app.clientside_callback(
        ClientsideFunction("view", "clicked"),
        Output("assumptions-grid", "exportDataAsCsv"),
        Input("assumptions-csv", "n_clicks"),
        prevent_initial_call=True,
    )


def _evidence(run: Run | None) -> tuple[Evidence, bool]:
    """The evidence with what the run replaced in it, and whether it is surely what the run used."""
    told = run.manifest.get("evidence") if run is not None else None
    if not isinstance(told, dict):
        return load_evidence(), False
    try:
        evidence = load_evidence().with_overrides(told.get("overrides") or {})
    except EvidenceError:
        return load_evidence(), False
    return evidence, evidence.digest == told.get("digest")


def _overrides(run: Run) -> Component:
    replaced = (run.manifest.get("evidence") or {}).get("overrides") or {}
    items = [html.Li([html.Code(str(key)), f" = {value}"]) for key, value in replaced.items()]
    words = f"{plural(len(items), 'number')} of evidence replaced by the scenario" if items else (
        "The scenario replaces no number of evidence"
    )  # fmt: skip
    return html.Section([html.H2(words), html.Ul(items)] if items else [html.H2(words)], className="section")


def _changed(run: Run) -> Component:
    """What the scenario and its parents state, by section; all else is the default of its evidence."""
    tree = (run.manifest.get("scenario") or {}).get("tree") or {}
    sections = {name: part for name, part in tree.items() if name not in ("name", "why", "evidence")}
    items = [
        html.Details([html.Summary(name), html.Pre("\n".join(_told(part)))], open=len(sections) < 4)
        for name, part in sections.items()
    ]
    return html.Section(
        [html.H2("What the scenario and its parents set"), *items], className="section levers-set"
    )


def _told(part: Any, above: str = "") -> list[str]:
    """Lines like `who_plans.coordinator_percent: 40`."""
    if isinstance(part, dict) and part:
        return [
            line
            for key, below in part.items()
            for line in _told(below, f"{above}.{key}" if above else str(key))
        ]
    if isinstance(part, list) and any(isinstance(item, dict) for item in part):
        return [
            line for place, item in enumerate(part, 1) for line in (f"{above} {place}:", *_indented(item))
        ]
    shown = ", ".join(map(str, part)) if isinstance(part, list) else part
    return [f"{above}: {shown}"]


def _indented(item: Any) -> list[str]:
    return [f"    {line}" for line in _told(item)]


def _studies(library: Library) -> list[Any]:
    """The newest sensitivity study among the results, as a picture of its first output."""
    for entry in library.entries():
        if entry.kind != OTHER or not (entry.path / STUDY).is_file():
            continue
        try:
            rows = _study(entry.path / STUDY, entry.stamp)
        except (ResultFolderError, csv.Error):
            continue
        if rows:
            return [drivers(rows, rows[0].get("metric", ""), entry.name)]
    return []


@lru_cache(maxsize=8)
def _study(path: Any, stamp: tuple[int, int]) -> tuple[dict[str, str], ...]:
    return tuple(csv.DictReader(io.StringIO(read_text(path)), strict=True))


def _cells(evidence: Evidence, row: Row) -> dict[str, Any]:
    basis = "; ".join(
        part for part in (row.source, row.formula and f"= {row.formula}", row.reasoning) if part
    )
    return {
        "id": row.id, "group": row.group, "value": row.value, "unit": row.unit, "range": span(row),
        "status": row.status, "replaced": "yes" if row.origin == "override" else "", "basis": basis,
    }  # fmt: skip


def _column(field: str, heading: str, width: int) -> dict[str, Any]:
    return {
        "field": field, "headerName": heading, "width": width, "tooltipField": field,
        "wrapText": field == "basis", "autoHeight": field == "basis",
    }  # fmt: skip
