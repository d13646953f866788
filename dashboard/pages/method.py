"""How the figures came about: what was run, what was checked, how well the model fits, STRESS-DES."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.aria import aria
from dashboard.charts.words import plural
from dashboard.context import Context
from dashboard.data.library import OTHER, Library
from dashboard.data.run import Run
from dashboard.pages.parts import lead
from ibsim.errors import InputError
from ibsim.results.reading import read_run
from ibsim.results.report.assumptions import evidence_of
from ibsim.results.report.contents import Contents, ValidationRow
from ibsim.results.report.stress import stress_items
from ibsim.results.report.validation import read_validation

NAME = "method"
PATH = "/method"
TITLE = "Method"
VALIDATION = "validation.csv"


def layout(context: Context) -> Component:
    """The validation table, the manifest of each result that is shown, and the STRESS-DES checklist."""
    run = context.run
    return html.Div(
        [
            lead(
                "What was run and with what, how well the model fits what was measured, and how to repeat it."
            ),
            _validation(context.library),
            *(_manifest(one) for one in context.runs),
            *([_stress(run)] if run is not None else []),
        ]
    )


def register(app: Dash, library: Library) -> None:
    """Nothing on this page answers to controls."""


def _validation(library: Library) -> Component:
    """The newest table of `ibsim validate` among the results."""
    heading = html.H2("The report's tables beside the model's", id="validation")
    for entry in library.entries():
        path = entry.path / VALIDATION
        if entry.kind != OTHER or not path.is_file():
            continue
        try:
            rows = _rows(path, entry.stamp)
        except InputError as problem:
            return html.Section(
                [heading, html.P(f"{entry.id}: {problem.found}; {problem.rule}.", role="alert")]
            )
        return html.Section([heading, *_table(rows, entry.id)], className="panel")
    return html.Section(
        [
            heading,
            html.P(
                [
                    "No table of it lies among the results. Make one with ",
                    html.Code("ibsim validate --out results/validation"),
                    ".",
                ]
            ),
        ],
        className="panel",
    )


@lru_cache(maxsize=8)
def _rows(path: Path, stamp: tuple[int, int]) -> tuple[ValidationRow, ...]:
    return read_validation(path)


def _table(rows: tuple[ValidationRow, ...], id: str) -> list[Component]:
    inside, predicted = sum(row.inside for row in rows), [row for row in rows if row.basis == "predicted"]
    right = sum(row.inside for row in predicted)
    said = (
        f"{inside} of {plural(len(rows), 'figure')} lie inside what sampling allows; of the {len(predicted)} "
        f"that were predicted, not fitted, {right} do."
    )
    heads = ("Figure", "Report", "Model", "From", "To", "Inside", "How")
    body = [
        html.Tr(
            [
                html.Th(row.words, scope="row"),
                *(
                    html.Td(f"{value:,.4g}", className="number")
                    for value in (row.report, row.model, row.low, row.high)
                ),
                html.Td("yes" if row.inside else "no", className="" if row.inside else "worse"),
                html.Td(row.basis),
            ]
        )
        for row in rows
    ]
    table = html.Table(
        [
            html.Caption(f"From {id}"),
            html.Thead(html.Tr([html.Th(words, scope="col") for words in heads])),
            html.Tbody(body),
        ]
    )
    label = aria(label="Validation table")
    return [html.P(said), html.Div(table, className="scroll", tabIndex=0, role="region", **label)]


def _manifest(run: Run) -> Component:
    made = run.manifest.get("run") or {}
    scenario = run.manifest.get("scenario") or {}
    versions = made.get("versions") or {}
    books = run.manifest.get("books_checked") or {}
    facts = (
        ("Result folder", run.id),
        ("Why", run.why),
        ("Made from", " extends ".join(map(str, scenario.get("lineage") or ()))),
        ("Scenario hash", run.scenario_hash),
        ("Replications", f"{run.replications}, seed {run.seed}"),
        ("Books", "people, hours and pounds add up in every replication" if books else ""),
        ("Written", f"{made.get('written_at', '')}, in {made.get('seconds', '')} s"),
        ("Versions", ", ".join(f"{name} {version}" for name, version in versions.items())),
        ("Digest of the results", str(run.manifest.get("digest", ""))),
        ("Files", ", ".join(run.manifest.get("files") or ())),
    )
    report = html.A(
        "The whole report, to print", href=f"/report?results={run.id}", target="_blank", className="button"
    )
    return html.Section(
        [html.H2(run.name), _facts(facts), html.Div(report, className="tools no-print")], className="panel"
    )


def _facts(facts: Iterable[tuple[str, str]]) -> Component:
    parts = [part for name, text in facts if text for part in (html.Dt(name), html.Dd(text))]
    return html.Dl(parts, className="facts")


def _stress(run: Run) -> Component:
    """The checklist for reporting discrete-event simulations, filled in from the run."""
    items = _checklist(run)
    rows = [
        html.Tr([html.Th(f"{number} {title}", scope="row"), html.Td(text)]) for number, title, text in items
    ]
    heads = html.Thead(html.Tr([html.Th("Item", scope="col"), html.Th("In this study", scope="col")]))
    label = aria(label="STRESS-DES checklist")
    return html.Section(
        [
            html.H2("STRESS-DES checklist"),
            html.Div(
                html.Table([heads, html.Tbody(rows)]),
                className="scroll tall",
                tabIndex=0,
                role="region",
                **label,
            ),
        ],
        className="panel",
    )


@lru_cache(maxsize=32)
def _checklist(run: Run) -> tuple[tuple[str, str, str], ...]:
    stored = read_run(run.path)
    return tuple(stress_items(Contents((stored,)), evidence_of(stored)[0]))
