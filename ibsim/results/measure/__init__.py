"""From a finished replication to its tables: every metric, computed from the history and the columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.world import Machine, World
from ibsim.policy.workforce.output import Output
from ibsim.policy.workforce.room import Workforce
from ibsim.results.budget_metrics import STREAM_QUEUES
from ibsim.results.measure.budgets import budgets
from ibsim.results.measure.cubes import Cubes
from ibsim.results.measure.flows import flows
from ibsim.results.measure.gained import gained, winners
from ibsim.results.measure.gains import Asked, Fared, Health, gains
from ibsim.results.measure.market import market
from ibsim.results.measure.money import money
from ibsim.results.measure.queues import queues
from ibsim.results.measure.waits import waits
from ibsim.results.measure.work import diary, work
from ibsim.results.snapshots import Snapshots
from ibsim.units import DAY_MINUTES
from ibsim.words import Event, Stream, Work

Cube = NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """The metrics of one replication (see `ibsim.results.tables`)."""

    metrics: dict[str, Cube]
    series: dict[str, Cube]
    diary: Cube
    binding: dict[str, Cube]
    gains: dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Told:
    """What results need to know of a council beside what happened in it."""

    contacts: list[int]
    """of each counted year"""
    grace: int
    """minutes after its due date in which a review is on time"""
    prices: Cube
    """pence a point at each year's end, float64[year, group]"""
    visits: Cube
    """pounds a week of care-management visits as the report counts them, float64[group, arm]"""
    outcomes: Asked
    """how some people fare with either support"""
    health: Health
    """what health costs go for"""
    content: Cube
    """the plan-content factors, float64[group]"""
    providers: Mapping[str, NDArray[Any]]
    """what the market tells of its providers (`Market.table`)"""


QUEUES = {
    Work.NEW_ASSESSMENT: "community care assessments",
    Work.SIMPLE_ASSESSMENT: "simple assessments by the access team",
    Work.IB_ASSESSMENT: "IB assessments",
    Work.CARE_PLAN: "care plans",
    Work.SUPPORT_PLAN: "support plans by co-ordinators",
    Work.PLANNER_PLAN: "support planners",
    Work.ARRANGING: "arranging services",
    Work.REASSESSMENT: "reassessments",
    Work.EMERGENCY: "emergency reassessments",
    Work.FIRST_REVIEW: "first reviews",
    Work.ANNUAL_REVIEW: "annual reviews",
    Work.APPROVAL: "managers' approval of care plans",
    Work.SIGN_OFF: "managers' sign-off of support plans",
    Work.AGREEMENT: "managers' agreement of budgets",
    Work.OT_ASSESSMENT: "OTs' assessments for adaptations",
    Work.OT_EQUIPMENT: "OTs' assessments for equipment",
}
"""The queues that people wait in, in words."""
PANEL = "the panel"
STREAMS = {Stream[stream.upper()]: name for stream, name in STREAM_QUEUES.items()}
"""The queues for the streams' own staff."""


def _finished(cubes: Cubes, output: Output) -> dict[str, int]:
    """How many tasks each queue let through in the counted years."""
    counts = output.finished[: cubes.n_months].sum(axis=0)
    through = {name: int(counts[work]) for work, name in QUEUES.items()}
    start = cubes.world.clock.start_day * DAY_MINUTES
    history = cubes.history
    through[PANEL] = int((history.at(Event.PANEL) >= start).sum())
    decided = history.value(Event.DECIDED, 1)[history.at(Event.DECIDED) >= start]
    through |= {name: int((decided == stream).sum()) for stream, name in STREAMS.items()}
    return through


def measure(world: World, machine: Machine, staff: Workforce, snapshots: Snapshots, told: Told) -> Measured:
    """Compute all metrics."""
    cubes = Cubes(world, machine.history, told.grace)
    cubes.metrics["contacts"] = _contacts(cubes, told.contacts)
    flows(cubes, snapshots)
    waits(cubes)
    queues(cubes, snapshots)
    work(cubes, staff)
    money(cubes, machine.ledger, told.visits)
    market(cubes, machine.ledger, told.providers)
    budgets(cubes, staff.output, snapshots, told.prices)
    fared = Fared(cubes, told.outcomes, told.content)
    gains(cubes, fared, told.health)
    binding = snapshots.binding(_finished(cubes, staff.output))
    kept = gained(cubes, fared, told.visits) | winners(cubes)
    return Measured(cubes.metrics, cubes.series, diary(cubes, staff), binding, kept)


def _contacts(cubes: Cubes, by_year: list[int]) -> Cube:
    """Contacts are counted for the council as a whole: most of them never become somebody's case."""
    cube = np.full((5, 3, cubes.n_years + 1), np.nan)
    cube[4, 2, :] = [*by_year, sum(by_year)]
    return cube
