"""Networks: two stages in tandem with people sent back (Jackson), and Little's law as an equality."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ibsim.engine import state
from ibsim.engine.workday import Job, Workday
from ibsim.verification import formulas
from ibsim.verification.finding import Estimate, Finding, exactly
from ibsim.verification.pools import I64, SERVICE, whole

POOLS, LOAD, UNTIL = 150, 0.7, 2500.0
LENGTHS = (2_000, 4_000, 6_000, 8_000)


@dataclass(frozen=True)
class People:
    """Everybody's pool, first stage, moment of arrival, number of rounds and services [visit, person]."""

    pool: I64
    first_stage: I64
    at: I64
    rounds: I64
    services: I64


def _drawn(returned: float, seed: int) -> People:
    """The numbers at the start come from the stationary distribution, which is a product."""
    rng = np.random.default_rng(seed)
    there = rng.geometric(1 - LOAD, (2, POOLS)) - 1
    arrivals = rng.poisson(LOAD * (1 - returned) * UNTIL, POOLS)
    numbers = np.concatenate([there[0], there[1], arrivals])
    pool = np.repeat(np.tile(np.arange(POOLS), 3), numbers)
    waiting = int(there.sum())
    at = np.zeros(pool.size, np.int64)
    at[waiting:] = rng.uniform(0, UNTIL, pool.size - waiting) * SERVICE
    rounds = rng.geometric(1 - returned, pool.size)
    first_stage = np.zeros(pool.size, np.int64)
    first_stage[there[0].sum() : waiting] = 1
    services = whole(rng.exponential(1.0, (2 * int(rounds.max()), pool.size)))
    return People(pool, first_stage, at, rounds, services)


def _mean_times(people: People, length: int) -> NDArray[np.float64]:
    """Mean time of a visit, [stage, pool], in mean services; each stage of a pool is a team of one."""
    n, end = people.pool.size, int(UNTIL * SERVICE)
    kinds = np.zeros(2, state.KIND)
    kinds["level"] = kinds["activity"] = 1
    work = Workday([1] * (2 * POOLS), kinds, n, 4 * end // length, length)
    work.workers["capacity"] = length
    work.entities["tie"] = np.arange(n)
    visit, came_at = people.first_stage.copy(), people.at.copy()
    sums, visits = np.zeros((2, POOLS)), np.zeros((2, POOLS))

    def ask(stage: int, who: state.I32) -> None:
        teams = (2 * people.pool[who] + stage).astype(np.int16)
        work.open(Job(stage, who, teams, people.services[visit[who], who], came_at[who]))

    for stage in (0, 1):
        ask(stage, np.flatnonzero(people.first_stage == stage).astype(np.int32))
    n_there, number = n, 0
    while n_there:
        done = work.run(number, number * length, length)
        for stage in (0, 1):
            ended = done.kind == stage
            who, at = done.entity[ended], done.at[ended]
            counted = (came_at[who] < end) & ((came_at[who] > 0) | (visit[who] > 1))
            sums[stage] += np.bincount(people.pool[who[counted]], (at - came_at[who])[counted], POOLS)
            visits[stage] += np.bincount(people.pool[who[counted]], minlength=POOLS)
            visit[who] += 1
            came_at[who] = at
            on = visit[who] < 2 * people.rounds[who]
            ask(1 - stage, who[on])
            n_there -= int(who.size - on.sum())
        number += 1
    return sums / visits / SERVICE


def jackson(returned: float) -> list[Finding]:
    """Two single servers in tandem, a share of the people sent back from the second to the first.

    Every visit to a stage lasts as in M/M/1 at the rate with which people come to it, those sent back
    included.  Visits that begin before the end count; services and returns are drawn beforehand, the same
    at every pass length.
    """
    people = _drawn(returned, 1957)
    means = [_mean_times(people, length) for length in LENGTHS]
    return [
        Estimate.at_length_0(LENGTHS, [mean[stage] for mean in means]).beside(
            f"Jackson: time of a visit to stage {stage + 1}, {returned:.0%} sent back",
            formulas.mean_visit(LOAD),
        )
        for stage in (0, 1)
    ]


def little() -> list[Finding]:
    """Two stages in tandem, a fifth of the people sent back: evenings in a stage are counted twice.

    Once by the engine's own table each evening, once from the moments at which each task came and ended.
    """
    rng, length, passes, n = np.random.default_rng(6), 50, 400, 600
    kinds = np.zeros(2, state.KIND)
    kinds["level"], kinds["activity"] = [1, 2], 1
    work = Workday([4], kinds, n, passes, length)
    work.workers["capacity"] = length
    work.workers["tie"] = np.arange(4)
    people = np.arange(n, dtype=np.int32)
    came_at = np.zeros((2, n), np.int64)
    census, evenings = np.zeros(2, np.int64), np.zeros(2, np.int64)

    def ask(stage: int, who: state.I32, at: state.I64) -> None:
        came_at[stage, who] = at
        minutes = rng.integers(1, 60, who.size)
        work.open(Job(stage, who, np.zeros(who.size, np.int16), minutes, at))

    ask(0, people, np.sort(rng.integers(0, length * passes // 2, n)))
    for number in range(passes):
        done = work.run(number, number * length, length)
        evening = (number + 1) * length
        for stage in (0, 1):
            ended = done.kind == stage
            who, at = done.entity[ended], done.at[ended]
            # evenings strictly after coming and before ending
            evenings[stage] += ((at - 1) // length - came_at[stage, who] // length).sum()
            back = rng.random(who.size) < 0.2
            ask(1 - stage, who[back] if stage else who, at[back] if stage else at)
        tasks = work.tables.tasks
        # who comes in the evening itself, or ends in it, is not there before it
        there = (tasks["state"] != state.FREE) & (tasks["ready_at"] < evening)
        census += np.bincount(tasks["kind"][there], minlength=2)
    open_tasks = int((work.tables.tasks["state"] != state.FREE).sum())
    return [
        exactly("Little's law: tasks still open when all are done", 0, open_tasks),
        *(
            exactly(f"Little's law: evenings in stage {stage + 1}", int(evenings[stage]), int(census[stage]))
            for stage in (0, 1)
        ),
    ]
