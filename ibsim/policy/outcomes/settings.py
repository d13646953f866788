"""The levers of outcomes: the level of each group with conventional support, and what an IB adds to it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from ibsim.policy.lever import ByGroup, Percent, Pounds, Settings, lever
from ibsim.units import GROUPS

Score = Annotated[float, Field(ge=0, le=100)]
Effect = Annotated[float, Field(ge=-50, le=50)]
_MORE = "how much more than that the group gains or loses"


class OutcomesSettings(Settings):
    """How people fare; nothing here changes what happens to them, so that none of it is dated."""

    group_differences_percent: Percent = lever(
        "outcome-group-differences-percent",
        "percent",
        "how far the groups' own differences are taken at their word; 0 is one effect for all",
        dated=False,
    )
    ascot_conventional: ByGroup[Score] = lever(
        "ascot-conventional", "points", "social care outcome (ASCOT) with conventional support", dated=False
    )
    ascot_ib_effect: Effect = lever(
        "ascot-ib-effect", "points", "what an IB in place adds to ASCOT", dated=False
    )
    ascot_ib_difference: ByGroup[Effect] = lever("ascot-ib-difference", "points", _MORE, dated=False)
    in_control_conventional_percent: ByGroup[Percent] = lever(
        "in-control-conventional-percent",
        "percent",
        "who feels in control of daily life with conventional support",
        dated=False,
    )
    no_control_conventional_percent: ByGroup[Percent] = lever(
        "no-control-conventional-percent",
        "percent",
        "who has high needs for control over daily life with conventional support",
        dated=False,
    )
    control_ib_effect: Effect = lever(
        "control-ib-effect", "log odds", "what an IB in place adds to the odds of more control", dated=False
    )
    control_ib_difference: ByGroup[Effect] = lever("control-ib-difference", "log odds", _MORE, dated=False)
    ghq_conventional: ByGroup[Score] = lever(
        "ghq-conventional",
        "points",
        "strain (GHQ-12, items scored 0 or 1; higher is worse) with conventional support",
        dated=False,
    )
    ghq_ib_effect: Effect = lever(
        "ghq-ib-effect", "points", "what an IB in place adds to the GHQ; below 0 is better", dated=False
    )
    ghq_ib_difference: ByGroup[Effect] = lever("ghq-ib-difference", "points", _MORE, dated=False)
    quality_of_life_conventional: ByGroup[Annotated[float, Field(ge=1, le=7)]] = lever(
        "quality-of-life-conventional",
        "points",
        "quality of life, 1 to 7, with conventional support",
        dated=False,
    )
    quality_of_life_ib_effect: Effect = lever(
        "quality-of-life-ib-effect", "points", "what an IB in place adds to quality of life", dated=False
    )
    quality_of_life_ib_difference: ByGroup[Effect] = lever(
        "quality-of-life-ib-difference", "points", _MORE, dated=False
    )
    satisfied_conventional_percent: Percent = lever(
        "satisfied-conventional-percent",
        "percent",
        "who is extremely or very satisfied with conventional support",
        dated=False,
    )
    satisfaction_ib_effect: Effect = lever(
        "satisfaction-ib-effect", "points", "what an IB in place adds to satisfaction, of 7", dated=False
    )
    health_conventional_gbp_per_week: ByGroup[Pounds] = lever(
        "health-conventional-gbp-per-week",
        "pounds a week",
        "what the health service spends on a person with conventional support",
        dated=False,
    )
    health_ib_gbp_per_week: ByGroup[Pounds] = lever(
        "health-ib-gbp-per-week", "pounds a week", "the same with an IB in place", dated=False
    )

    @model_validator(mode="after")
    def _shares_add_up(self) -> OutcomesSettings:
        for group in GROUPS:
            high = getattr(self.in_control_conventional_percent, group)
            low = getattr(self.no_control_conventional_percent, group)
            if high + low > 100:
                raise ValueError(
                    f"in_control_conventional_percent and no_control_conventional_percent are shares of the "
                    f"same people; for {group} they make {high + low:g} percent"
                )
        return self
