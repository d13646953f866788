"""What is round every page: heading, menu, choice of results, group and year, and the place for the page."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, dcc, html
from dash.dependencies import ClientsideFunction
from dash.development.base_component import Component

from dashboard.aria import aria
from dashboard.context import Context
from dashboard.data.library import DAMAGED, Library
from dashboard.pages import PAGES, Page
from dashboard.view import View
from ibsim import __version__
from ibsim.errors import ResultFolderError
from ibsim.results.metrics import GROUP_LABELS

GROUPS = {
    "all": "All groups",
    "PD": "PD: physical or sensory disability",
    "LD": "LD: learning disability",
    "MH": "MH: mental health",
    "OP": "OP: older people",
}
CHOICES = ("results", "against", "group", "year")
"""What is chosen at the head of every page, by its name in the link."""


def layout() -> Component:
    """The frame of all pages; `register` fills it."""
    return html.Div(
        [
            dcc.Location(id="place", refresh="callback-nav"),
            dcc.Store(id="title"),
            dcc.Store(id="titled"),
            html.A("Skip to the content", href="#main", className="skip"),
            html.Header(
                [
                    html.Div([html.Span("ibsim", className="brand"), _chooser()], className="band"),
                    html.Nav(id="menu", **aria(label="Pages")),
                ]
            ),
            html.Main(id="main", tabIndex=-1),
            html.Footer(html.P(f"ibsim {__version__}. Simulated figures, not a record of what happened.")),
        ],
        className="shell",
    )


def register(app: Dash, library: Library) -> None:
    """Have links show pages, and the choice at the head change the link."""

    @app.callback(
        Output("main", "children"),
        Output("menu", "children"),
        Output("title", "data"),
        *(Output(f"choice-{name}", "options") for name in CHOICES),
        *(Output(f"choice-{name}", "value") for name in CHOICES),
        Input("place", "pathname"),
        Input("place", "search"),
    )
    def show(path: Any, search: Any) -> tuple[Any, ...]:
        view = View.parse(search)
        context = Context.of(view, library)
        page = page_at(path)
        title = page.TITLE if page else "No such page"
        return (
            [html.H1(title), *_content(page, context)],
            menu(page, view),
            f"{title} · {context.run.name} · ibsim" if context.run else f"{title} · ibsim",
            *_options(context),
            *_chosen(context),
        )

    app.clientside_callback(
        ClientsideFunction("view", "choose"),
        Output("place", "search"),
        *(Input(f"choice-{name}", "value") for name in CHOICES),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("view", "entitle"), Output("titled", "data"), Input("title", "data")
    )


def page_at(path: Any) -> Page | None:
    """The page at a path of the address; None where there is none."""
    wanted = (path.rstrip("/") or "/") if isinstance(path, str) else "/"
    return next((page for page in PAGES if wanted == page.PATH), PAGES[0] if wanted == "/" else None)


def menu(current: Page | None, view: View) -> Component:
    """Links to all pages with the same view."""
    return html.Ul(
        [
            html.Li(
                dcc.Link(page.TITLE, href=view.link(page.PATH)),
                **(aria(current="page") if page is current else {}),
            )
            for page in PAGES
        ]
    )


def problem(error: ResultFolderError) -> Component:
    """What is wrong with a result folder, and what to do."""
    return html.Section(
        [
            html.H2(f"{error.where} cannot be shown"),
            html.Dl(
                [
                    *(html.Dt("Found"), html.Dd(error.found)),
                    *(html.Dt("Rule"), html.Dd(error.rule)),
                    *(html.Dt("What to do"), html.Dd(error.remedy)),
                ]
            ),
        ],
        className="problem",
        role="alert",
    )


def _content(page: Page | None, context: Context) -> list[Component]:
    told = [problem(error) for error in context.problems]
    if page is None:
        return [
            *told,
            html.P(["There is no page at this address. ", dcc.Link("To the first page", href="/")]),
        ]
    try:
        return [*told, page.layout(context)]
    except ResultFolderError as error:
        return [*told, problem(error)]


def _chooser() -> Component:
    several, other = {"multi": True, "placeholder": "the newest"}, {"placeholder": "nothing"}
    fixed = {"clearable": False, "searchable": False}
    return html.Form(
        [
            _choice("results", "Results", **several),
            _choice("against", "Compared with", **other),
            _choice("group", "Group", **fixed),
            _choice("year", "Year", **fixed),
        ],
        className="chooser",
        role="search",
        **aria(label="What is shown"),
    )


def _choice(name: str, words: str, **more: Any) -> Component:
    control = dcc.Dropdown(id=f"choice-{name}", **more)
    return html.Div([html.Label(words, htmlFor=f"choice-{name}"), control], className=f"choice {name}")


def _options(context: Context) -> tuple[list[dict[str, Any]], ...]:
    runs = [{"label": f"{run.name} ({run.id})", "value": run.id} for run in context.library.runs()]
    damaged = [
        {"label": f"{entry.id}: damaged", "value": entry.id}
        for entry in context.library.entries()
        if entry.kind == DAMAGED
    ]
    years = context.run.years if context.run else ()
    return (
        runs + damaged,
        runs,
        [{"label": GROUPS[group], "value": group} for group in ("all", *GROUP_LABELS) if group in GROUPS][:5],
        [*({"label": year, "value": year} for year in years), {"label": "All years", "value": "all"}],
    )


def _chosen(context: Context) -> tuple[Any, ...]:
    view = context.view
    shown = [run.id for run in context.runs]
    return shown, view.against or None, view.group, context.year
