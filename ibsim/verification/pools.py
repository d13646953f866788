"""Many independent pools of workers side by side in one pass of the engine, and what chance brings to them.

A service has a mean of `SERVICE` minutes, so that whole minutes are fine enough to stand for continuous time.
The engine hands out in the morning what came in the day before; theory knows no mornings.  Every pool is
therefore run at several pass lengths *with the same arrivals and services*, and its mean wait is taken back
to a pass of length 0 by a quadratic through them.  The pools are independent, so the standard error of the
mean of those intercepts is known without any assumption about the correlation within a pool.

The mode that converges is the one that ibsim uses: a worker with free minutes today takes the first task of
the tray, the freest worker first.  Within a pass that is first come, first served by whoever is free first,
so the pass is *exactly* the queue with arrivals put off to the next morning (a test shows it), and
nobody waits longer than without passes by more than one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ibsim.engine import state
from ibsim.engine.workday import Job, Workday

SERVICE = 10_000
I64 = NDArray[np.int64]
Floats = NDArray[np.float64]
Services = Callable[[np.random.Generator, int], Floats]


def exponential(rng: np.random.Generator, n: int) -> Floats:
    """Exponential services of mean 1."""
    return rng.exponential(1.0, n)


@dataclass(frozen=True)
class Stream:
    """Tasks of one kind: pool, arrival and minutes of each; `counted` are those that theory speaks of."""

    level: int
    pool: I64
    at: I64
    minutes: I64
    counted: NDArray[np.bool_]

    def sojourn(self, ended_at: I64) -> I64:
        """Minutes from coming to going."""
        return ended_at - self.at

    def wait(self, ended_at: I64) -> I64:
        """Minutes of it that are not service."""
        return ended_at - self.at - self.minutes

    def mean_by_pool(self, values: NDArray[np.int64] | NDArray[np.bool_]) -> Floats:
        """Mean over each pool's counted tasks."""
        pools = self.pool[self.counted]
        sums = np.bincount(pools, weights=values[self.counted].astype(np.float64))
        return np.asarray(sums / np.bincount(pools), dtype=np.float64)


def whole(services: Floats) -> I64:
    """Services in whole minutes, at least one."""
    return np.maximum(np.rint(services * SERVICE), 1).astype(np.int64)


def poisson(
    rng: np.random.Generator, pools: int, rate: float, until: float, services: Services, level: int = 1,
    count_from: float = 0.0,
) -> Stream:  # fmt: skip
    """Poisson arrivals at each pool, `rate` in a service time, `until` and `count_from` in service times."""
    numbers = rng.poisson(rate * until, pools)
    pool = np.repeat(np.arange(pools), numbers)
    at = (rng.uniform(0, until, pool.size) * SERVICE).astype(np.int64)
    return Stream(level, pool, at, whole(services(rng, pool.size)), at >= count_from * SERVICE)


def there_at_the_start(numbers: I64, services: Floats, level: int = 1) -> Stream:
    """Tasks that each pool has at moment 0; they do not count."""
    pool = np.repeat(np.arange(numbers.size), numbers)
    nobody = np.zeros(pool.size, dtype=bool)
    return Stream(level, pool, np.zeros(pool.size, np.int64), whole(services), nobody)


def run(streams: Sequence[Stream], pools: int, servers: int, length: int) -> list[I64]:
    """When each task of each stream ends; level 0 is urgent work.  `length` is that of a pass."""
    kinds = np.zeros(len(streams), dtype=state.KIND)
    kinds["level"] = [max(stream.level, 1) for stream in streams]
    kinds["activity"] = 1
    sizes = [stream.pool.size for stream in streams]
    most = sum(int(np.bincount(stream.pool, stream.minutes).max(initial=0)) for stream in streams)
    last = max(int(stream.at.max(initial=0)) for stream in streams)
    passes = (last + most) // length + 2
    work = Workday([servers] * pools, kinds, sum(sizes), passes, length)
    work.workers["capacity"] = length
    work.workers["tie"] = np.arange(work.workers.size)
    work.entities["tie"] = np.arange(sum(sizes))
    first = 0
    for kind, stream in enumerate(streams):
        entities = np.arange(first, first + stream.pool.size, dtype=np.int32)
        first += stream.pool.size
        work.open(
            Job(
                kind, entities, stream.pool.astype(np.int16), stream.minutes, stream.at,
                urgent=stream.level == 0,
            )
        )  # fmt: skip
    ended_at, open_tasks, number = np.full(sum(sizes), -1, np.int64), sum(sizes), 0
    while open_tasks:
        done = work.run(number, number * length, length)
        ended_at[done.entity] = done.at
        open_tasks -= done.entity.size
        number += 1
    return np.split(ended_at, np.cumsum(sizes)[:-1])
