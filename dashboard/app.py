"""The application: pages over result folders, everything served from this machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dash import Dash

from dashboard import shell
from dashboard.charts import frame
from dashboard.data.library import Library
from dashboard.pages import PAGES
from dashboard.runs import desk
from dashboard.runs.manager import Runs
from dashboard.service import access, guard, report
from dashboard.settings import Settings
from dashboard.whatif import routes

ASSETS = Path(__file__).parent / "assets"
INDEX = """<!DOCTYPE html>
<html lang="en-GB">
<head>
{%metas%}
<title>{%title%}</title>
<link rel="icon" type="image/svg+xml" href="/assets/icon.svg">
{%css%}
</head>
<body>
<noscript><p>This dashboard needs JavaScript; the numbers are in each result folder too.</p></noscript>
{%app_entry%}
{%config%}
{%scripts%}
{%renderer%}
</body>
</html>
"""
METAS = (
    {"name": "viewport", "content": "width=device-width, initial-scale=1"},
    {"name": "robots", "content": "noindex"},
)


def create_app(folders: Sequence[Path], settings: Settings, runs: Runs) -> Dash:
    """The dashboard over result folders, or folders of them, as a WSGI application in `.server`.

    `runs` starts what is asked for on its pages; who made it closes it.
    """
    library = Library(roots(folders, settings.runs))
    app = Dash(
        __name__,
        assets_folder=str(ASSETS),
        serve_locally=True,
        suppress_callback_exceptions=True,
        index_string=INDEX,
        meta_tags=list(METAS),
        title="ibsim",
        update_title="",
        health_endpoint="health",
        add_log_handler=False,
        enable_mcp=False,
        include_pages_meta=False,
        on_error=guard.note_fault,
    )
    app.layout = shell.layout()
    shell.register(app, library)
    frame.register(app)
    for page in PAGES:
        page.register(app, library)
    desk.keep(app.server, runs)
    routes.install(app.server)
    report.install(app.server, library)
    guard.install(app, settings.hosts)
    access.install(app.server, settings.gate)
    return app


def roots(folders: Sequence[Path], runs: Path) -> list[Path]:
    """Where results are looked for: the folders, and that of the runs if it is in none of them."""
    inside = any(runs.resolve().is_relative_to(folder.resolve()) for folder in folders)
    return [*folders] if inside else [*folders, runs]
