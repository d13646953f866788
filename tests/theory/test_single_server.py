"""One server: Pollaczek-Khinchine, two classes that wait for one another, and urgent work that interrupts."""

from __future__ import annotations

import numpy as np
import pytest

from tests.theory import formulas, pools
from tests.theory.pools import SERVICE, Estimate, Floats, Services, Stream

LENGTHS = (0.3, 0.6, 0.9, 1.2)  # of the pass, in service times


def constant(rng: np.random.Generator, n: int) -> Floats:
    return np.ones(n)


def uniform_residual(rng: np.random.Generator, n: int) -> Floats:
    return rng.uniform(0, 1, n)


def lognormal(rng: np.random.Generator, n: int) -> Floats:
    """Mean 1, coefficient of variation 1: its second moment is 2 and its residual a tilted lognormal."""
    return rng.lognormal(-np.log(2) / 2, np.sqrt(np.log(2)), n)


def lognormal_residual(rng: np.random.Generator, n: int) -> Floats:
    return rng.uniform(0, 1, n) * rng.lognormal(np.log(2) / 2, np.sqrt(np.log(2)), n)


def at_length_0(streams: list[Stream], n_pools: int, which: int) -> Estimate:
    """Mean wait of one stream."""
    lengths = [round(length * SERVICE) for length in LENGTHS]
    waits = []
    for length in lengths:
        ended_at = pools.run(streams, n_pools, 1, length)[which]
        waits.append(streams[which].mean_by_pool(streams[which].wait(ended_at)) / SERVICE)
    return Estimate.at_length_0(lengths, waits)


@pytest.mark.parametrize(
    ("services", "residual", "second_moment", "until"),
    [
        (pools.exponential, pools.exponential, 2.0, 6000),
        (constant, uniform_residual, 1.0, 4000),
        (lognormal, lognormal_residual, 2.0, 6000),
    ],
    ids=["exponential", "constant", "lognormal"],
)
def test_pollaczek_khinchine(
    services: Services, residual: Services, second_moment: float, until: float
) -> None:
    """The work found at the start is a geometric number of residual services: stationary from minute 0.

    Power: see `Estimate.agrees_with`.
    """
    n_pools, load = 100, 0.8
    rng = np.random.default_rng(1930)
    found = rng.geometric(1 - load, n_pools) - 1
    streams = [
        pools.there_at_the_start(found, residual(rng, int(found.sum()))),
        pools.poisson(rng, n_pools, load, until, services),
    ]
    at_length_0(streams, n_pools, 1).agrees_with(formulas.pollaczek_khinchine(load, second_moment))


def two_classes(first_level: int, n_pools: int, until: float) -> list[Stream]:
    """Loads of 0.4 each; what comes in the first 500 service times does not count (the queue needs 90)."""
    rng = np.random.default_rng(1954)
    return [
        pools.poisson(rng, n_pools, 0.4, until, pools.exponential, first_level, count_from=500),
        pools.poisson(rng, n_pools, 0.4, until, pools.exponential, 2, count_from=500),
    ]


def test_two_classes_that_do_not_interrupt() -> None:
    """Cobham.  Power: see `Estimate.agrees_with`."""
    streams, theory = two_classes(1, 150, 6000), formulas.cobham((0.4, 0.4), 2.0)
    for which in (0, 1):
        at_length_0(streams, 150, which).agrees_with(theory[which])


def test_urgent_work_interrupts_and_the_rest_is_resumed() -> None:
    """Preemptive-resume.  Power: see `Estimate.agrees_with`."""
    streams = two_classes(0, 150, 6000)
    urgent, ordinary = formulas.preemptive_resume((0.4, 0.4), 2.0)
    lengths = [round(length * SERVICE) for length in LENGTHS]
    ended_at = [pools.run(streams, 150, 1, length) for length in lengths]
    for other in ended_at[1:]:  # urgent work knows no mornings: it is the same to the minute
        assert (other[0] == ended_at[0][0]).all()
    sojourns = [
        [stream.mean_by_pool(stream.sojourn(ended)) / SERVICE for ended in column]
        for stream, column in zip(streams, zip(*ended_at, strict=True), strict=True)
    ]
    Estimate.of(sojourns[0][0]).agrees_with(urgent)
    Estimate.at_length_0(lengths, sojourns[1]).agrees_with(ordinary)
