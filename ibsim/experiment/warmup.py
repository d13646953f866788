"""The council of a scenario from the first day of its warm-up, with every month counted."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from ibsim.errors import InputError
from ibsim.experiment.bank import Bank
from ibsim.experiment.runs import replications
from ibsim.results.warmup import Settling
from ibsim.scenario.model import ResolvedScenario
from ibsim.scenario.resolve import content_hash

METRICS = (
    "people_supported_31_march",
    "people_waiting",
    "wait_days_referral_to_in_place",
    "reviews_completed",
    "reviews_overdue",
)
"""Stocks and waits that have a way to go from an empty office to a working one."""
YEARS_AFTER = 8
"""How many years after the warm-up are looked at, as a trend shows only over years."""


@dataclass(frozen=True)
class WarmUpCheck:
    """Where the check's replications run and how many."""

    count: int
    seed: int
    executor: Executor | None = None
    jobs: int = 1
    bank: Bank | None = None
    on_done: Callable[[int], None] = lambda number: None


def conventional(scenario: ResolvedScenario) -> ResolvedScenario:
    """The same council without roll-out or later changes, counted from the first day of the warm-up on.

    Raises InputError where the scenario has no warm-up.
    """
    calendar = scenario.calendar
    if not calendar.warm_up_years:
        rule = "the check asks whether the warm-up is long enough"
        raise InputError(f"{scenario.path}, calendar.warm_up_years", "0", rule, "give it some years")
    years = calendar.warm_up_years + YEARS_AFTER
    whole = calendar.model_copy(update={"start": calendar.first_day, "years": years, "warm_up_years": 0})
    levers = scenario.timeline[0][1]
    plain = levers.model_copy(update={"rollout": levers.rollout.model_copy(update={"waves": []})})
    timeline = ((whole.start, plain),)
    hash = content_hash(whole, timeline, scenario.evidence)
    return replace(scenario, calendar=whole, timeline=timeline, hash=hash)


def check_warm_up(scenario: ResolvedScenario, check: WarmUpCheck) -> tuple[Settling, ...]:
    """Run the conventional council and see when each metric settles."""
    tables = replications(
        conventional(scenario), check.seed, range(1, check.count + 1),
        executor=check.executor, jobs=check.jobs, bank=check.bank, on_done=check.on_done,
    )  # fmt: skip
    months = 12 * scenario.calendar.warm_up_years
    return tuple(
        Settling.of(name, np.array([one.series[name][-1, -1] for one in tables]), months) for name in METRICS
    )
