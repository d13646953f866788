"""A team tray is M/M/c: Poisson arrivals, exponential services, first come, first served.

Each pool starts with a number of tasks drawn from the stationary distribution, so nothing is discarded.
Power: see `Estimate.agrees_with`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from tests.theory import formulas, pools
from tests.theory.pools import SERVICE, Estimate, Stream


@dataclass(frozen=True)
class Case:
    servers: int
    load: float
    pools: int
    until: float  # service times of each pool
    lengths: tuple[float, ...]  # of the pass, in service times


def streams(case: Case, seed: int) -> list[Stream]:
    rng = np.random.default_rng(seed)
    shares = formulas.stationary_mmc(case.servers, case.load)
    numbers = rng.choice(shares.size, case.pools, p=shares)
    return [
        pools.there_at_the_start(numbers, rng.exponential(1.0, int(numbers.sum()))),
        pools.poisson(rng, case.pools, case.servers * case.load, case.until, pools.exponential),
    ]


def mean_waits(case: Case, seed: int) -> Estimate:
    here = streams(case, seed)
    lengths = [round(length * SERVICE) for length in case.lengths]
    by_pool = [
        here[1].mean_by_pool(here[1].wait(pools.run(here, case.pools, case.servers, length)[1])) / SERVICE
        for length in lengths
    ]
    return Estimate.at_length_0(lengths, by_pool)


@pytest.mark.parametrize(
    "case",
    [
        Case(1, 0.5, 100, 2800, (0.15, 0.3, 0.45, 0.6)),
        Case(1, 0.8, 100, 5600, (0.3, 0.6, 0.9, 1.2)),
        Case(1, 0.9, 200, 9000, (0.6, 1.2, 1.8, 2.4)),
        Case(5, 0.5, 100, 1300, (0.06, 0.12, 0.18, 0.24)),
        Case(5, 0.8, 100, 900, (0.15, 0.3, 0.45, 0.6)),
        Case(5, 0.9, 200, 1500, (0.3, 0.6, 0.9, 1.2)),
        pytest.param(Case(1, 0.95, 300, 30_000, (1.2, 2.4, 3.6, 4.8)), marks=pytest.mark.slow),
        pytest.param(Case(5, 0.95, 300, 6000, (0.6, 1.2, 1.8, 2.4)), marks=pytest.mark.slow),
        pytest.param(Case(37, 0.9, 200, 300, (0.04, 0.08, 0.12, 0.16)), marks=pytest.mark.slow),
        pytest.param(Case(37, 0.95, 300, 800, (0.1, 0.2, 0.3, 0.4)), marks=pytest.mark.slow),
    ],
    ids=str,
)
def test_mean_wait(case: Case) -> None:
    mean_waits(case, 1917).agrees_with(formulas.mean_wait_mmc(case.servers, case.load))


@pytest.mark.slow
def test_share_who_wait_where_hardly_anybody_does() -> None:
    """37 servers at a load of 0.8: the mean wait is 1.5 percent of a service, so P(wait) is tested.

    Who is begun on the first morning has not waited.  Power: see `Estimate.agrees_with`.
    """
    case = Case(37, 0.8, 100, 220, (0.005, 0.01, 0.015, 0.02))
    assert formulas.mean_wait_mmc(37, 0.8) < 0.02
    here = streams(case, 1920)
    lengths = [round(length * SERVICE) for length in case.lengths]
    shares = []
    for length in lengths:
        ended_at = pools.run(here, case.pools, case.servers, length)[1]
        morning = -(-here[1].at // length) * length
        shares.append(here[1].mean_by_pool(ended_at - here[1].minutes > morning))
    Estimate.at_length_0(lengths, shares).agrees_with(formulas.erlang_c(37, 0.8))
