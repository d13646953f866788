"""Packages: what a person's support costs a week in either arm, from the expenditure functions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ibsim.policy.lever import ByGroup, Factor, Pounds, Settings, lever


class PackagesSettings(Settings):
    """Means by group and arm, the spread, and how far one person's two costs go together."""

    conventional_gbp_per_week: ByGroup[Pounds] = lever(
        "package-conventional-gbp-per-week", "pounds a week", "mean conventional package, care management left out",
        dated=False,
    )  # fmt: skip
    ib_gbp_per_week: ByGroup[Pounds] = lever(
        "package-ib-gbp-per-week", "pounds a week", "mean cost of an IB in place, care management left out",
        dated=False,
    )  # fmt: skip
    gamma_shape: Annotated[float, Field(gt=0, le=100)] = lever(
        "package-gamma-shape",
        "shape",
        "shape of the Gamma spread round the expenditure function",
        dated=False,
    )
    arm_correlation: Annotated[float, Field(ge=-1, le=1)] = lever(
        "arm-cost-correlation", "rank correlation", "how far one person's two costs go together", dated=False
    )
    other_clients_gbp_per_week: ByGroup[Pounds] = lever(
        "other-clients-gbp-per-week",
        "pounds a week",
        "mean cost of clients without an ongoing package",
        dated=False,
    )
    council_factor: Factor = lever(
        "council-cost-factor", "times", "the council's people against the evaluation's sample", dated=False
    )
