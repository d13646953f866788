"""Many people with their place in deployment, a quarter of each group, and what verbs need of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.draws import Draws
from ibsim.engine.clock import Clock
from ibsim.engine.shared import Shared
from ibsim.engine.state import record
from ibsim.engine.timers import Timers
from ibsim.engine.world import World
from ibsim.policy import deployment
from ibsim.policy.deployment import DeploymentSettings
from ibsim.units import DAY_MINUTES, GROUPS
from ibsim.words import Decision, Timer
from tests.unit.policy.filling import filled
from tests.unit.policy.part import shared_with

PEOPLE = 200_000
SURE = 4.0
"""Standard errors: one test in 16,000 would fail by chance, and the seed is fixed."""


def settings(given: dict[str, Any] | None = None) -> DeploymentSettings:
    """The room's levers: what is given, and the evidence for the rest."""
    return filled(DeploymentSettings, given)


def world_of(ids: NDArray[np.int64]) -> World:
    """People of all groups in turn by their ids, not yet filled in."""
    clock = Clock(date(2006, 4, 1), 1, 0)
    columns = (*deployment.COLUMNS, ("has_package", np.bool_))
    world = World(clock, Draws(7, 0), ids, (ids % len(GROUPS)).astype(np.int8), columns)
    world.people["has_package"] = True
    return world


def ranks(world: World) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ranks of everybody's IB and conventional package, as the room of packages hands them over."""
    needs, other = (world.draws.normal(name, world.ids) for name in ("needs", "other"))
    return needs, 0.7 * needs + np.sqrt(1 - 0.49) * other


def deployed(given: dict[str, Any] | None = None, ids: NDArray[np.int64] | None = None) -> World:
    """These people with every column filled in."""
    world = world_of(np.arange(PEOPLE, dtype=np.int64) if ids is None else ids)
    deployment.fill(world, settings(given), *ranks(world))
    return world


def near(found: NDArray[Any], expected: float, *, at_least: float = 0.0) -> bool:
    """Whether the mean of a sample lies within its own standard errors (or `at_least`) of a value."""
    error = float(np.std(found)) / np.sqrt(found.size)
    return bool(abs(np.mean(found) - expected) <= max(SURE * error, at_least))


def shared(world: World, levers: DeploymentSettings) -> Shared:
    """What verbs read and write, with these levers in force, for 1,000 days."""
    named = deployment.rules(levers)
    rules = np.zeros(len(GROUPS), record([(name, np.float64) for name in named]))
    for name, value in named.items():
        rules[name] = value
    keys = np.array([world.draws.key(decision.name.lower()) for decision in Decision], np.uint64)
    counts = np.zeros((len(Decision), world.n), np.int16)
    timers = Timers(world.n, len(Timer), 1000, DAY_MINUTES)
    return shared_with(
        people=world.people,
        rules=rules,
        keys=keys,
        counts=counts,
        due=timers.due,
        timer_heads=timers.heads,
        timers=timers.entries,
        timer_free=timers.free,
        today=timers.today,
    )
