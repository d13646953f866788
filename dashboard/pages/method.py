"""How the figures came about: what was run, when, with which versions, and what was checked."""

from __future__ import annotations

from collections.abc import Iterable

from dash import Dash, html
from dash.development.base_component import Component

from dashboard.context import Context
from dashboard.data.library import Library
from dashboard.data.run import Run

NAME = "method"
PATH = "/method"
TITLE = "Method"


def layout(context: Context) -> Component:
    """The manifest of each result that is shown."""
    return html.Div([_manifest(run) for run in context.runs])


def register(app: Dash, library: Library) -> None:
    """Nothing on this page answers to controls."""


def _manifest(run: Run) -> Component:
    made = run.manifest.get("run") or {}
    versions = made.get("versions") or {}
    facts = (
        ("Result folder", run.id),
        ("Scenario", run.name),
        ("Why", run.why),
        ("Replications", str(run.replications)),
        ("Seed", str(run.seed)),
        ("Written", str(made.get("written_at", ""))),
        ("Versions", ", ".join(f"{name} {version}" for name, version in versions.items())),
        ("Digest of the results", str(run.manifest.get("digest", ""))),
    )
    return html.Section([html.H2(run.name), _facts(facts)])


def _facts(facts: Iterable[tuple[str, str]]) -> Component:
    return html.Dl(
        [part for name, text in facts for part in (html.Dt(name), html.Dd(text))], className="facts"
    )
