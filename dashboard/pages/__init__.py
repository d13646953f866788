"""The pages, in the order of the menu.  A page is a module with what `Page` lists."""

from __future__ import annotations

from typing import Protocol

from dash import Dash
from dash.development.base_component import Component

from dashboard.context import Context
from dashboard.data.library import Library
from dashboard.pages import assumptions, compare, decision, flow, market, method, money, people, staff, whatif


class Page(Protocol):
    """A page: its name in the menu and its place, what it shows, and what answers to its controls.

    `layout` gets the results of the link; it may raise ResultFolderError, which is shown in its place.
    It stands under the page's heading of the first level.  A control that changes the picture without a new
    page is answered by a callback that `register` registers; `dashboard.charts.frame.outputs` names what
    such a callback writes, and the clientside function `view.remember` keeps the control's value in the link.
    """

    NAME: str
    PATH: str
    TITLE: str

    def layout(self, context: Context) -> Component:
        """The page's content for the view of a link."""

    def register(self, app: Dash, library: Library) -> None:
        """Register the page's callbacks."""


PAGES: tuple[Page, ...] = (
    *(decision, flow, staff, money, market, people),
    *(compare, whatif, assumptions, method),
)
