"""Queues with known answers: team trays, single servers, classes of work, backlogs and stocks.

Each function runs many independent pools at several pass lengths with the same arrivals and services, and
takes the means back to a pass of length 0.  Times are in mean services.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ibsim.verification import formulas, pools
from ibsim.verification.finding import NEAR, NORMAL_95, Estimate, Finding
from ibsim.verification.pools import SERVICE, Floats, Services, Stream

LENGTHS = (0.3, 0.6, 0.9, 1.2)
"""Of the pass, in services, for a single server."""
RARE = 0.02
"""Where the mean wait is a smaller share of a service, P(wait) and throughput are compared instead."""
SELDOM, NEAR_SELDOM = 0.001, 0.75
"""A P(wait) below the first is known to within the second: three times as many waits would be found."""


@dataclass(frozen=True)
class Tray:
    """A team tray: workers, load of each, independent pools, services of each pool's run, pass lengths."""

    servers: int
    load: float
    pools: int
    until: float
    lengths: tuple[float, ...]

    @property
    def minutes(self) -> list[int]:
        """The pass lengths in minutes."""
        return [round(length * SERVICE) for length in self.lengths]

    def streams(self, seed: int) -> list[Stream]:
        """Tasks there at the start, drawn from the stationary distribution, and those that come."""
        rng = np.random.default_rng(seed)
        shares = formulas.stationary_mmc(self.servers, self.load)
        numbers = rng.choice(shares.size, self.pools, p=shares)
        return [
            pools.there_at_the_start(numbers, rng.exponential(1.0, int(numbers.sum()))),
            pools.poisson(rng, self.pools, self.servers * self.load, self.until, pools.exponential),
        ]

    def __str__(self) -> str:
        return f"{self.servers} worker{'s' * (self.servers > 1)}, load {self.load:g}"


def erlang_c(tray: Tray, seed: int = 1917) -> list[Finding]:
    """A team tray is M/M/c: its mean wait, or P(wait) and throughput where hardly anybody waits."""
    wait = formulas.mean_wait_mmc(tray.servers, tray.load)
    if wait < RARE:
        return _rare_waits(tray, seed)
    here = tray.streams(seed)
    by_pool = [
        here[1].mean_by_pool(here[1].wait(pools.run(here, tray.pools, tray.servers, length)[1])) / SERVICE
        for length in tray.minutes
    ]
    estimate = Estimate.at_length_0(tray.minutes, by_pool)
    return [estimate.beside(f"Erlang-C: mean wait, {tray}", wait)]


def _rare_waits(tray: Tray, seed: int) -> list[Finding]:
    """Who is begun on the first morning has not waited; throughput is counted at the longest pass."""
    here = tray.streams(seed)
    shares, served = [], np.zeros(0)
    for length in tray.minutes:
        before, ended_at = pools.run(here, tray.pools, tray.servers, length)
        morning = -(-here[1].at // length) * length
        shares.append(here[1].mean_by_pool(ended_at - here[1].minutes > morning))
        served = np.zeros(tray.pools)
        for stream, ended in zip(here, (before, ended_at), strict=True):
            served += np.bincount(stream.pool[ended <= tray.until * SERVICE], minlength=tray.pools)
    theory, rate = formulas.erlang_c(tray.servers, tray.load), tray.servers * tray.load
    throughput = Estimate.of(served / tray.until).beside(f"Throughput a service, {tray}", rate, near=0.02)
    return [_share_who_wait(tray, shares, theory), throughput]


def _share_who_wait(tray: Tray, shares: Sequence[Floats], theory: float) -> Finding:
    """P(wait): where one in a thousand waits, in clusters, it cannot be known better than by its size."""
    seldom = theory < SELDOM
    estimate = Estimate.at_length_0(tray.minutes, shares, degree=1 if seldom else 2)
    return estimate.beside(f"Erlang-C: P(wait), {tray}", theory, near=NEAR_SELDOM if seldom else NEAR)


def constant(rng: np.random.Generator, n: int) -> Floats:
    """Services of 1."""
    return np.ones(n)


def uniform_residual(rng: np.random.Generator, n: int) -> Floats:
    """What is left of a constant service at a random moment."""
    return rng.uniform(0, 1, n)


def lognormal(rng: np.random.Generator, n: int) -> Floats:
    """Mean 1, coefficient of variation 1: its second moment is 2 and its residual a tilted lognormal."""
    return rng.lognormal(-np.log(2) / 2, np.sqrt(np.log(2)), n)


def lognormal_residual(rng: np.random.Generator, n: int) -> Floats:
    """What is left of a lognormal service at a random moment."""
    return rng.uniform(0, 1, n) * rng.lognormal(np.log(2) / 2, np.sqrt(np.log(2)), n)


SHAPES: dict[str, tuple[Services, Services, float, int]] = {
    "exponential": (pools.exponential, pools.exponential, 2.0, 6000),
    "constant": (constant, uniform_residual, 1.0, 4000),
    "lognormal": (lognormal, lognormal_residual, 2.0, 6000),
}
"""Shapes of service: drawn, what is left of one, second moment, services of each pool's run."""


def _mean_wait(streams: Sequence[Stream], n_pools: int, servers: int, which: int) -> Estimate:
    """Mean wait of one stream at pass length 0."""
    scale = 1 if servers == 1 else 3
    lengths = [round(length * SERVICE / scale) for length in LENGTHS]
    waits = []
    for length in lengths:
        ended_at = pools.run(streams, n_pools, servers, length)[which]
        waits.append(streams[which].mean_by_pool(streams[which].wait(ended_at)) / SERVICE)
    return Estimate.at_length_0(lengths, waits)


def pollaczek_khinchine(shape: str, seed: int = 1930) -> list[Finding]:
    """M/G/1 at a load of 0.8.

    The work found at the start is a geometric number of residual services: stationary from minute 0.
    """
    services, residual, second_moment, until = SHAPES[shape]
    n_pools, load = 100, 0.8
    rng = np.random.default_rng(seed)
    found = rng.geometric(1 - load, n_pools) - 1
    streams = [
        pools.there_at_the_start(found, residual(rng, int(found.sum()))),
        pools.poisson(rng, n_pools, load, until, services),
    ]
    theory = formulas.pollaczek_khinchine(load, second_moment)
    name = f"Pollaczek-Khinchine: mean wait, {shape} services"
    return [_mean_wait(streams, n_pools, 1, 1).beside(name, theory)]


def _two_classes(first_level: int, n_pools: int, servers: int, until: float, warm: float) -> list[Stream]:
    """Loads of 0.4 a worker each; what comes in the first `warm` services does not count."""
    rng = np.random.default_rng(1954 if servers == 1 else 1985)
    return [
        pools.poisson(rng, n_pools, 0.4 * servers, until, pools.exponential, level, count_from=warm)
        for level in (first_level, 2)
    ]


def cobham() -> list[Finding]:
    """One server and two classes that wait for one another (the queue needs 90 services to settle)."""
    streams, theory = _two_classes(1, 150, 1, 6000, 500), formulas.cobham((0.4, 0.4), 2.0)
    return [
        _mean_wait(streams, 150, 1, which).beside(f"Cobham: mean wait, {words}, one worker", theory[which])
        for which, words in enumerate(("pressing work", "other work"))
    ]


def kella_yechiali() -> list[Finding]:
    """Five servers and two classes that wait for one another.

    A worker in the middle of ordinary work is not free for pressing work: were the pass to hand it out by
    the minutes left after *more pressing* work alone, the first class would wait for busy workers while
    others idle.
    """
    streams, theory = _two_classes(1, 150, 5, 2000, 100), formulas.kella_yechiali(5, (0.4, 0.4))
    return [
        _mean_wait(streams, 150, 5, which).beside(
            f"Kella-Yechiali: mean wait, {words}, five workers", theory[which]
        )
        for which, words in enumerate(("pressing work", "other work"))
    ]


def preemptive_resume() -> list[Finding]:
    """Urgent work interrupts and the rest is resumed; urgent work knows no mornings, to the minute."""
    streams = _two_classes(0, 150, 1, 6000, 500)
    urgent, ordinary = formulas.preemptive_resume((0.4, 0.4), 2.0)
    lengths = [round(length * SERVICE) for length in LENGTHS]
    ended_at = [pools.run(streams, 150, 1, length) for length in lengths]
    other = sum(int((ended[0] != ended_at[0][0]).sum()) for ended in ended_at[1:])
    sojourns = [
        [stream.mean_by_pool(stream.sojourn(ended)) / SERVICE for ended in column]
        for stream, column in zip(streams, zip(*ended_at, strict=True), strict=True)
    ]
    name = "Preemptive-resume: mean time in system"
    return [
        Finding("Urgent work that another pass length would move", 0, other),
        Estimate.of(sojourns[0][0]).beside(f"{name}, urgent work", urgent),
        Estimate.at_length_0(lengths, sojourns[1]).beside(f"{name}, other work", ordinary),
    ]


def overload(load: float) -> list[Finding]:
    """Two servers who are never idle: the backlog grows by arrivals less services."""
    n_pools, servers, until, known = 200, 2, 1500.0 if load < 2 else 200.0, 60
    rng = np.random.default_rng(int(load * 10))
    streams = [
        pools.there_at_the_start(np.full(n_pools, known), rng.exponential(1.0, known * n_pools)),
        pools.poisson(rng, n_pools, servers * load, until, pools.exponential),
    ]
    lengths, growth = (5_000, 10_000, 20_000, 40_000), []
    for length in lengths:
        left = np.zeros(n_pools)
        for stream, ended in zip(streams, pools.run(streams, n_pools, servers, length), strict=True):
            left += np.bincount(stream.pool[ended > until * SERVICE], minlength=n_pools)
        growth.append((left - known) / until)
    estimate = Estimate.at_length_0(lengths, growth)
    name = f"Backlog's growth a service, two workers, load {load:g}"
    return [estimate.beside(name, servers * (load - 1), near=0.02)]


def stock() -> list[Finding]:
    """M/G/infinity: with more workers than anybody needs the stock is Poisson, whatever the services' shape.

    Services are uniform on 0 to 2: only their mean counts.  A stock has the variance of its mean; the
    sample variance of a Poisson number of mean m has itself one of about (2 m^2 + m) / n.
    """
    n_pools, mean, servers, until = 400, 20.0, 60, 12.0
    rng = np.random.default_rng(1955)

    def even(dice: np.random.Generator, n: int) -> Floats:
        return dice.uniform(0, 2, n)

    stream = pools.poisson(rng, n_pools, mean, until, even)
    lengths, sizes = (500, 1_000, 2_000, 2_500), []
    moment = round((until - 1.0) * SERVICE)  # a morning at every length
    for length in lengths:
        (ended_at,) = pools.run([stream], n_pools, servers, length)
        there = (stream.at <= moment) & (ended_at > moment)
        sizes.append(np.bincount(stream.pool[there], minlength=n_pools).astype(np.float64))
    spread = float(np.sqrt((2 * mean**2 + mean) / n_pools))
    variance = float(sizes[0].var(ddof=1))
    half = NORMAL_95 * spread
    return [
        Estimate.at_length_0(lengths, sizes).beside("M/G/infinity: mean stock", mean),
        Finding("M/G/infinity: variance of the stock", mean, variance, half, 0.15 * mean),
    ]
