"""Brokerage: arranging what the plan says, and the days until it is in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import chance, elapsed, minutes_of
from ibsim.engine.world import Columns, Rules
from ibsim.policy.lever import ByGroup, Days, Hours, Percent, Settings, Sigma, lever
from ibsim.units import DAY_MINUTES, HOUR_MINUTES
from ibsim.words import NOTHING, Decision

if TYPE_CHECKING:
    from ibsim.engine.world import World


class BrokerageSettings(Settings):
    """Arranging services in both arms; recruiting a personal assistant is on the person's side."""

    conventional_hours: ByGroup[Hours] = lever(
        "arranging-hours", "hours", "co-ordinator's time to arrange conventional services"
    )
    ib_hours: Hours = lever("ib-arranging-hours", "hours", "co-ordinator's time to arrange an IB's services")
    hours_sigma: Sigma = lever(
        "arranging-hours-sigma", "log units", "spread of arranging hours between people", dated=False
    )
    start_days_median: Days = lever(
        "service-start-days-median", "days", "median days until an arranged service starts"
    )
    start_sigma: Sigma = lever("service-start-sigma", "log units", "spread of those days")
    personal_assistant_percent: ByGroup[Percent] = lever(
        "personal-assistant-percent", "percent", "IB holders who recruit a personal assistant", dated=False
    )
    recruiting_days_median: Days = lever(
        "recruiting-days-median", "days", "median days to recruit an assistant"
    )
    recruiting_sigma: Sigma = lever("recruiting-sigma", "log units", "spread of those days")
    criminal_record_check_days: Days = lever(
        "criminal-record-check-days", "days", "days that a criminal record check adds, where one is made"
    )
    criminal_record_check_percent: Percent = lever(
        "criminal-record-check-percent", "percent", "assistants for whom a criminal record check is made"
    )
    paused_percent: Percent = lever(
        "arranging-paused-percent", "percent", "people whose IB start is put off on their side"
    )


COLUMNS: Columns = (
    ("arranging_spread", np.float32),
    ("recruits_assistant", np.bool_),
    ("support", np.int8),
    ("supported_since", np.int32),
)


def fill(world: World, settings: BrokerageSettings) -> None:
    """Fill in what arranging takes for each person, and who will recruit an assistant."""
    world.people["arranging_spread"] = world.spread("arranging hours", settings.hours_sigma)
    wants = settings.personal_assistant_percent.array()[world.groups] / 100
    world.people["recruits_assistant"] = world.draws.uniform("personal assistant", world.ids) < wants
    world.people["supported_since"] = -1


def rules(settings: BrokerageSettings) -> Rules:
    """The levers that compiled verbs read."""
    s = settings
    return {
        "arranging_minutes": s.conventional_hours.array() * HOUR_MINUTES,
        "ib_arranging_minutes": s.ib_hours * HOUR_MINUTES,
        "start_days": s.start_days_median,
        "start_sigma": s.start_sigma,
        "recruiting_days": s.recruiting_days_median,
        "recruiting_sigma": s.recruiting_sigma,
        "check_delay": s.criminal_record_check_days * DAY_MINUTES,
        "check_share": s.criminal_record_check_percent / 100,
        "arranging_paused": s.paused_percent / 100,
    }


@compiled
def arranging_minutes(w: Shared, p: int, ib: bool) -> int:
    """The co-ordinator's minutes to arrange what a plan says."""
    rule = w.rules[w.people[p].group]
    return minutes_of(
        (rule.ib_arranging_minutes if ib else rule.arranging_minutes) * w.people[p].arranging_spread
    )


@compiled
def start_delay(w: Shared, p: int) -> int:
    """Minutes until an arranged service starts."""
    rule = w.rules[w.people[p].group]
    return elapsed(w, Decision.SERVICE_START, p, rule.start_days, rule.start_sigma)


@compiled
def ib_start_delay(w: Shared, p: int, recruiting_factor: float) -> int:
    """Minutes until all of an IB's support is in place: services, and an assistant where one is wanted.

    Recruiting takes so many times as long as in the labour market of the start.
    """
    rule = w.rules[w.people[p].group]
    wait = start_delay(w, p)
    if not w.people[p].recruits_assistant:
        return wait
    days = rule.recruiting_days * recruiting_factor
    recruiting = elapsed(w, Decision.RECRUITING, p, days, rule.recruiting_sigma)
    if chance(w, Decision.CRIMINAL_RECORD_CHECK, p, rule.check_share):
        recruiting += minutes_of(rule.check_delay)
    return max(wait, recruiting)


@compiled
def put_in_place(w: Shared, p: int, support: int, at: int) -> None:
    """Support is in place from this moment on."""
    if w.people[p].support == NOTHING:
        w.people[p].supported_since = at
    w.people[p].support = support


@compiled
def end_support(w: Shared, p: int) -> None:
    """Support has ended."""
    w.people[p].support = NOTHING
