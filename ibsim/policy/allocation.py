"""Allocation: from an assessment to an indicative budget, and who agrees it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field

from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import chance, minutes_of
from ibsim.engine.world import Columns, Rules
from ibsim.policy.lever import Hours, Percent, Settings, choice, lever
from ibsim.units import HOUR_MINUTES
from ibsim.words import Decision

if TYPE_CHECKING:
    from ibsim.engine.world import World


Agreed = Literal["manager", "panel"]


class AllocationSettings(Settings):
    """How an indicative budget comes about, and how long that takes."""

    ras_usable_from: date | None = Field(
        default=None,
        description="first day on which the RAS can be used; until then assessments wait for their budget",
        json_schema_extra={"unit": "date", "dated": False},
    )
    scoring_hours: Hours = lever(
        "ras-scoring-hours", "hours", "co-ordinator's time to score and enter an assessment"
    )
    agreed_by: Agreed = choice("panel", "who agrees the indicative budget")
    agreement_hours: Hours = lever("agreement-hours", "hours", "a manager's time to agree one budget or plan")
    panel_interval_weeks: Annotated[int, Field(ge=1, le=52)] = lever(
        "panel-interval-weeks", "weeks", "weeks from one panel meeting to the next", dated=False
    )
    panel_cases: Annotated[int, Field(ge=0, le=100_000)] = lever(
        "panel-cases", "cases", "cases that one panel meeting can decide"
    )
    returned_percent: Percent = lever(
        "indicative-returned-percent",
        "percent",
        "assessments returned for rescoring before the budget is agreed",
    )
    refusal_if_lower_percent: Percent = lever(
        "refusal-if-lower-percent",
        "percent",
        "people who refuse when the indicative budget is below their package",
    )
    indicative_spread: Annotated[float, Field(ge=0, le=2)] = lever(
        "indicative-spread",
        "log units",
        "spread of the indicative budget round the cost of the person's IB",
        dated=False,
    )


COLUMNS: Columns = (
    ("indicative_budget", np.int32),  # pence a week
    ("indicative_at", np.int32),
    ("indicative_error", np.float32),
)


def fill(world: World, settings: AllocationSettings) -> None:
    """Fill in how far each person's indicative budget will miss the cost of the IB."""
    error = settings.indicative_spread * world.draws.normal("indicative", world.ids)
    world.people["indicative_error"] = np.exp(error)
    world.people["indicative_at"] = -1


def rules(settings: AllocationSettings, usable_at: int) -> Rules:
    """The levers that compiled verbs read; `usable_at` is the moment from which the RAS can be used."""
    s = settings
    return {
        "budget_by_panel": float(s.agreed_by == "panel"),
        "scoring_minutes": s.scoring_hours * HOUR_MINUTES,
        "agreement_minutes": s.agreement_hours * HOUR_MINUTES,
        "indicative_returned": s.returned_percent / 100,
        "refuses_lower": s.refusal_if_lower_percent / 100,
        "ras_usable_at": float(usable_at),
    }


@compiled
def allocate(w: Shared, p: int, at: int, pence_per_week: int) -> int:
    """Set the indicative budget, pence a week, round what the person's IB will cost; returns it."""
    person = w.people[p]
    person.indicative_budget = minutes_of(pence_per_week * person.indicative_error)
    person.indicative_at = at
    return person.indicative_budget


@compiled
def score_returned(w: Shared, p: int) -> bool:
    """Whether the score is sent back this time."""
    return chance(w, Decision.INDICATIVE_RETURNED, p, w.rules[w.people[p].group].indicative_returned)


@compiled
def refuses_lower(w: Shared, p: int, present: int) -> bool:
    """Whether the person refuses because the indicative budget lies below the support in place."""
    if w.people[p].indicative_budget >= present:
        return False
    return chance(w, Decision.REFUSES_LOWER, p, w.rules[w.people[p].group].refuses_lower)
