"""Queues that grow, stocks without queues, and Little's law as an equality."""

from __future__ import annotations

import numpy as np
import pytest

from ibsim.engine import state
from ibsim.engine.workday import Job, Workday
from tests.theory import pools
from tests.theory.pools import SERVICE, Estimate
from tests.unit.engine.diary import Diary


@pytest.mark.parametrize("load", [1.2, 2.0, 3.0])
def test_at_overload_the_backlog_grows_by_what_is_too_much(load: float) -> None:
    """Two servers who are never idle: arrivals less services, load by load.

    Power: the 95 percent interval is within 2 percent of the slope, so that an error of 6 percent is found
    95 times in 100.
    """
    n_pools, servers, until = 200, 2, 1500.0 if load < 2 else 200.0
    rng = np.random.default_rng(int(load * 10))
    backlog = np.full(n_pools, 60)
    streams = [
        pools.there_at_the_start(backlog, rng.exponential(1.0, 60 * n_pools)),
        pools.poisson(rng, n_pools, servers * load, until, pools.exponential),
    ]
    growth = []
    for length in (5_000, 10_000, 20_000, 40_000):
        ended_at = pools.run(streams, n_pools, servers, length)
        left = np.zeros(n_pools)
        for stream, ended in zip(streams, ended_at, strict=True):
            left += np.bincount(stream.pool[ended > until * SERVICE], minlength=n_pools)
        growth.append((left - 60) / until)
    estimate = Estimate.at_length_0((5_000, 10_000, 20_000, 40_000), growth)
    estimate.agrees_with(servers * (load - 1), half_width=0.02)


def test_a_stock_without_a_queue_is_poisson() -> None:
    """M/G/infinity by timers: the stock's mean and variance are rate times mean stay, whatever its shape.

    Power: 400 stocks of mean 100 have a standard error of 0.5; an error of 3 percent is found 98 times in
    100.  A variance 1.5 times as large is found as often.
    """
    n_stocks, rate, mean_stay, until, day = 400, 10.0, 10.0, 60, 1000
    rng = np.random.default_rng(5)
    numbers = rng.poisson(rate * until, n_stocks)
    stock = np.repeat(np.arange(n_stocks), numbers)
    arrived_at = rng.uniform(0, until, stock.size)
    stays = rng.choice([2.0, 18.0], stock.size)  # never longer than a third of the run
    in_at = (arrived_at * day).astype(np.int64)
    out_at = in_at + (stays * day).astype(np.int64)
    people = np.arange(stock.size, dtype=np.int32)
    timers = Diary(stock.size, 2, until, day)
    timers.set(0, people, in_at)
    there = np.zeros(stock.size, dtype=bool)
    for number in range(until):
        comes: list[int] = []
        for kind, who, at in timers.pop(number):
            there[who] = kind == 0
            if kind == 0:
                comes.append(who)
            else:
                assert at == out_at[who]
        timers.set(1, np.array(comes, np.int32), out_at[comes])
    expected = (in_at < until * day) & (out_at >= until * day)
    assert (there == expected).all()
    sizes = np.bincount(stock[there], minlength=n_stocks).astype(np.float64)
    Estimate.of(sizes).agrees_with(rate * mean_stay, half_width=0.02)
    # the sample variance of a Poisson number of mean m has a variance of about (2 m^2 + m) / n
    error = np.sqrt((2 * 100.0**2 + 100.0) / n_stocks)
    assert abs(sizes.var(ddof=1) - 100.0) <= 4 * error


def test_littles_law_is_an_equality_at_each_stage() -> None:
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
    assert work.waiting().sum() == 0
    assert (work.tables.tasks["state"] == state.FREE).all()
    assert census.tolist() == evenings.tolist()
    assert census.min() > 1000
