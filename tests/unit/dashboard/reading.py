"""What a page says, read off its components."""

from __future__ import annotations

from dash.development.base_component import Component


def words(component: object) -> str:
    """All text that a component shows."""
    if isinstance(component, Component):
        return words(getattr(component, "children", None))
    if isinstance(component, (list, tuple)):
        return " ".join(words(part) for part in component)
    return "" if component is None else str(component)
