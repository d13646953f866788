"""The verdict: when a roll-out counts as cost-neutral, and how unsure of its evidence the council is."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ibsim.policy.lever import Settings, choice, lever

Uncertainty = Literal["sampled", "point"]


class VerdictSettings(Settings):
    """What the verdict is judged by; it changes nothing that happens in the council."""

    tolerance_percent: Annotated[float, Field(ge=0, le=100)] = lever(
        "verdict-tolerance-percent",
        "percent",
        "of the cost without a roll-out: so much more still counts as cost-neutral",
        dated=False,
    )
    uncertainty: Uncertainty = choice(
        "sampled",
        "for the verdict, draw every uncertain number of the evidence anew in each replication (sampled), "
        "or leave chance to the dice alone (point)",
        dated=False,
    )
