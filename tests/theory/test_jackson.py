"""Two single servers in tandem, a fifth of the people sent back: Jackson's network of 1957.

Every visit to a stage lasts as in M/M/1 at the rate with which people come to it, those sent back included.
The numbers at the start are drawn from the stationary distribution, which is a product.  Visits that begin
before the end count; services and returns are drawn beforehand, the same at every pass length.
Power: see `Estimate.agrees_with`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ibsim.engine import state
from ibsim.engine.workday import Job, Workday
from tests.theory.pools import I64, SERVICE, Estimate, whole

POOLS, LOAD, RETURNED, UNTIL = 150, 0.7, 0.2, 2500.0


@dataclass(frozen=True)
class People:
    """Everybody's pool, first stage, moment of arrival, number of rounds and services [visit, person]."""

    pool: I64
    first_stage: I64
    at: I64
    rounds: I64
    services: I64


def drawn(seed: int) -> People:
    rng = np.random.default_rng(seed)
    there = rng.geometric(1 - LOAD, (2, POOLS)) - 1
    arrivals = rng.poisson(LOAD * (1 - RETURNED) * UNTIL, POOLS)
    numbers = np.concatenate([there[0], there[1], arrivals])
    pool = np.repeat(np.tile(np.arange(POOLS), 3), numbers)
    waiting = int(there.sum())
    at = np.zeros(pool.size, np.int64)
    at[waiting:] = rng.uniform(0, UNTIL, pool.size - waiting) * SERVICE
    rounds = rng.geometric(1 - RETURNED, pool.size)
    first_stage = np.zeros(pool.size, np.int64)
    first_stage[there[0].sum() : waiting] = 1
    services = whole(rng.exponential(1.0, (2 * int(rounds.max()), pool.size)))
    return People(pool, first_stage, at, rounds, services)


def mean_times(people: People, length: int) -> NDArray[np.float64]:
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


def test_each_stage_is_a_queue_of_its_own() -> None:
    people = drawn(1957)
    lengths = [2_000, 4_000, 6_000, 8_000]
    means = [mean_times(people, length) for length in lengths]
    for stage in (0, 1):
        estimate = Estimate.at_length_0(lengths, [mean[stage] for mean in means])
        estimate.agrees_with(1 / (1 - LOAD))
