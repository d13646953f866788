"""Allocation: from an assessment to an indicative budget, and who agrees it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ibsim.policy.lever import Hours, Percent, Settings, choice, lever
from ibsim.units import DAY_MINUTES, HOUR_MINUTES

if TYPE_CHECKING:
    from ibsim.engine.world import World

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]

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
        "indicative-spread", "log units", "spread of the indicative budget round the cost of the person's IB"
    )


class Allocation:
    """The room that turns an assessment into an agreed indicative budget."""

    def __init__(self, world: World, settings: AllocationSettings) -> None:
        self._world = world
        self._settings = settings
        self.indicative_budget = world.columns.own("indicative_budget", np.zeros(world.n, dtype=np.int64))
        self.indicative_at = world.columns.own("indicative_at", np.full(world.n, -1, dtype=np.int64))
        self._error = settings.indicative_spread * world.draws.normal("indicative", world.ids)

    def change(self, settings: AllocationSettings) -> None:
        """New rules hold from now on."""
        self._settings = settings

    @property
    def by_panel(self) -> bool:
        """Whether a panel agrees indicative budgets; a team manager does otherwise."""
        return self._settings.agreed_by == "panel"

    @property
    def panel_cases(self) -> int:
        """Cases that one meeting decides."""
        return self._settings.panel_cases

    @property
    def panel_interval_days(self) -> int:
        """Days from one meeting to the next."""
        return self._settings.panel_interval_weeks * 7

    def usable_at(self, at: I64) -> I64:
        """The moments from which these assessments can be scored: not before the RAS can be used."""
        start = self._settings.ras_usable_from
        if start is None:
            return at
        return np.maximum(at, self._world.clock.day_of(start) * DAY_MINUTES)

    def scoring_minutes(self, n: int) -> I64:
        """Minutes to score an assessment and enter it."""
        return np.full(n, round(self._settings.scoring_hours * HOUR_MINUTES), dtype=np.int64)

    def agreement_minutes(self, n: int) -> I64:
        """A manager's minutes to agree a budget."""
        return np.full(n, round(self._settings.agreement_hours * HOUR_MINUTES), dtype=np.int64)

    def returned(self, people: I32) -> Bools:
        """Whose scores are sent back."""
        return self._world.chance("indicative returned", people, self._settings.returned_percent / 100)

    def allocate(self, people: I32, at: I64, cost_pence_per_week: I64) -> None:
        """Set the indicative budget, a week in pence, round what the person's IB will cost."""
        amount = cost_pence_per_week * np.exp(self._error[people])
        self.indicative_budget[people] = np.rint(amount).astype(np.int64)
        self.indicative_at[people] = at

    def refuses(self, people: I32, present_pence_per_week: I64) -> Bools:
        """Who refuses because the indicative budget lies below the support in place."""
        lower = self.indicative_budget[people] < present_pence_per_week
        share = self._settings.refusal_if_lower_percent / 100
        return lower & self._world.chance("refuses lower budget", people, share)
