"""The look that every figure shares, as Plotly's layout in plain dicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.charts.palette import INK, MUTED, PAPER, RULE, SERIES

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def layout(**more: Any) -> dict[str, Any]:
    """A layout with ibsim's look; `more` is laid over it, key by key, one level deep for dicts."""
    base: dict[str, Any] = {
        "font": {"family": FONT, "size": 13, "color": INK},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "colorway": list(SERIES),
        "margin": {"l": 56, "r": 16, "t": 8, "b": 44},
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": PAPER, "font": {"color": INK}, "bordercolor": RULE},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "title": {"text": ""}},
        "xaxis": axis(),
        "yaxis": axis(),
        "separators": ".,",
        "dragmode": False,
    }
    for key, value in more.items():
        under = base.get(key)
        base[key] = {**under, **value} if isinstance(under, dict) and isinstance(value, Mapping) else value
    return base


def axis(**more: Any) -> dict[str, Any]:
    """An axis with light grid lines, which may not be zoomed (a phone scrolls over it); `more` on top."""
    return {
        "gridcolor": RULE,
        "linecolor": RULE,
        "zerolinecolor": MUTED,
        "zerolinewidth": 1,
        "automargin": True,
        "fixedrange": True,
        "title": {"standoff": 8, "font": {"size": 12, "color": MUTED}},
        **more,
    }
