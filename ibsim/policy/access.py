"""First contact: the access team, urgent work, simple assessments, and eligibility (FACS)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import minutes_of
from ibsim.engine.world import Columns, Rules
from ibsim.policy.lever import ByGroup, Hours, Minutes, Percent, Posts, Settings, Sigma, choice, lever
from ibsim.units import GROUPS, HOUR_MINUTES

if TYPE_CHECKING:
    from ibsim.engine.world import World

FacsBand = Literal["critical", "substantial", "moderate", "low"]
FACS_BANDS: tuple[FacsBand, ...] = ("critical", "substantial", "moderate", "low")


class AccessSettings(Settings):
    """The front door."""

    access_team_fte: Posts = lever("access-team-fte", "posts", "filled posts in the access team")
    minutes_per_contact: Minutes = lever(
        "minutes-per-contact", "minutes", "access team's time for one contact"
    )
    simple_assessment_percent: ByGroup[Percent] = lever(
        "simple-assessment-percent",
        "percent",
        "first assessments that the access team does itself",
        dated=False,
    )
    simple_assessment_hours: Hours = lever(
        "simple-assessment-hours", "hours", "access team's time for a simple assessment and its plan"
    )
    simple_assessment_sigma: Sigma = lever(
        "simple-assessment-sigma", "log units", "spread of those hours between people", dated=False
    )
    urgent_percent: ByGroup[Percent] = lever(
        "urgent-percent",
        "percent",
        "other referrals that are urgent (hospital discharge, crisis, duty)",
        dated=False,
    )
    facs_threshold: FacsBand = choice("moderate", "the lowest FACS band that the council supports")
    critical_percent: ByGroup[Percent] = lever(
        "facs-critical-percent", "percent", "people assessed whose needs are critical", dated=False
    )
    substantial_percent: ByGroup[Percent] = lever(
        "facs-substantial-percent", "percent", "people assessed whose needs are substantial", dated=False
    )
    moderate_percent: ByGroup[Percent] = lever(
        "facs-moderate-percent", "percent", "people assessed whose needs are moderate", dated=False
    )
    low_percent: ByGroup[Percent] = lever(
        "facs-low-percent",
        "percent",
        "people assessed whose needs are low, or who need no support",
        dated=False,
    )

    @model_validator(mode="after")
    def _bands_add_up(self) -> AccessSettings:
        for group in GROUPS:
            total = sum(getattr(getattr(self, f"{band}_percent"), group) for band in FACS_BANDS)
            if abs(total - 100) > 0.01:
                raise ValueError(
                    f"the four FACS shares of {group} must add up to 100; they add up to {total:g}"
                )
        return self


COLUMNS: Columns = (
    ("simple", np.bool_),
    ("urgent", np.bool_),
    ("band", np.int8),
    ("simple_spread", np.float32),
)


def fill(world: World, settings: AccessSettings, stock: NDArray[np.bool_]) -> None:
    """Fill in how everybody comes to the council, and the band of their needs."""
    people, draws, ids, groups = world.people, world.draws, world.ids, world.groups
    simple = draws.uniform("simple", ids) < settings.simple_assessment_percent.array()[groups] / 100
    urgent = draws.uniform("urgent", ids) < settings.urgent_percent.array()[groups] / 100
    people["simple"], people["urgent"] = simple, urgent & ~simple
    people["band"] = _bands(world, settings, stock)
    people["simple_spread"] = world.spread("simple hours", settings.simple_assessment_sigma)


def _bands(world: World, settings: AccessSettings, stock: NDArray[np.bool_]) -> NDArray[np.int8]:
    """FACS bands 0 (critical) to 3 (low); the stock's lie at or above the threshold at the start."""
    shares = np.stack([getattr(settings, f"{band}_percent").array() / 100 for band in FACS_BANDS], axis=1)
    cumulative = np.cumsum(shares, axis=1)
    eligible = cumulative[:, FACS_BANDS.index(settings.facs_threshold)]
    place = world.draws.uniform("band", world.ids)
    place = np.where(stock, place * eligible[world.groups], place)
    bands: NDArray[np.int8] = (place[:, None] >= cumulative[world.groups, :3]).sum(axis=1).astype(np.int8)
    return bands


def wait(world: World, waiting: NDArray[np.int32], with_a_name: NDArray[np.int32]) -> None:
    """Nobody who waits is urgent, or would not wait; a case with a co-ordinator's name is not simple."""
    world.people["urgent"][waiting] = False
    world.people["simple"][with_a_name] = False


def rules(settings: AccessSettings) -> Rules:
    """The levers that compiled verbs read."""
    return {
        "lowest_band": float(FACS_BANDS.index(settings.facs_threshold)),
        "simple_minutes": settings.simple_assessment_hours * HOUR_MINUTES,
    }


@compiled
def eligible(w: Shared, p: int) -> bool:
    """Whether needs reach the threshold that holds now."""
    return w.people[p].band <= w.rules[w.people[p].group].lowest_band


@compiled
def simple_minutes(w: Shared, p: int) -> int:
    """The access team's minutes for the person's simple assessment and its plan."""
    return minutes_of(w.rules[w.people[p].group].simple_minutes * w.people[p].simple_spread)
