"""Colours that people with any colour vision can tell apart, each with one meaning throughout.

They are Okabe and Ito's set, darkened where needed so that lines stand out from white by 3 to 1 (WCAG 2.2,
1.4.11).  No meaning is carried by colour alone: lines differ by dash, bars by label, arms by marker too.
"""

from __future__ import annotations

INK = "#1b2733"
"""Text and axes."""
MUTED = "#52606d"
"""Notes and units."""
RULE = "#d5dbe1"
"""Grid lines."""
PAPER = "#ffffff"

BLUE, ORANGE, GREEN, PURPLE = "#0068a8", "#c75000", "#007a5a", "#a34a85"
SKY, AMBER, BLACK, GREY = "#3a8fc4", "#b07900", "#22272e", "#6b7785"
SERIES = (BLUE, ORANGE, GREEN, PURPLE, SKY, AMBER, BLACK, GREY)
"""For things without a meaning of their own, in this order."""
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid", "dash")
"""The dash of each of `SERIES`."""

ARM = {"IB": BLUE, "conventional": ORANGE, "all": BLACK}
ARM_DASH = {"IB": "solid", "conventional": "dash", "all": "dot"}
ARM_SYMBOL = {"IB": "circle", "conventional": "square", "all": "diamond"}
GROUP = {"PD": BLUE, "LD": ORANGE, "MH": GREEN, "OP": PURPLE, "all": BLACK}
BETTER, WORSE, NEITHER = GREEN, "#b3261e", MUTED
"""A difference in the wanted direction, in the other, and one without direction; words say which, too."""
SCENARIO, BASELINE = BLUE, GREY
"""The scenario that is shown, and what it is compared with."""
BAND_OPACITY = 0.18
"""How strongly an interval's band is filled."""


def tinted(colour: str, opacity: float = BAND_OPACITY) -> str:
    """A colour as `rgba(...)` for fills, from its `#rrggbb`."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"
