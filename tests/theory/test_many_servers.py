"""Many servers and two classes that wait for one another: Kella and Yechiali.

A worker in the middle of ordinary work is not free for pressing work: were the pass to hand it out by the
minutes left after *more pressing* work alone, the first class would wait for busy workers while others idle.
Power: see `Estimate.agrees_with`.
"""

from __future__ import annotations

import numpy as np

from tests.theory import formulas, pools
from tests.theory.pools import SERVICE, Estimate

SERVERS, LOADS, POOLS, UNTIL = 5, (0.4, 0.4), 150, 2000.0
LENGTHS = (1_000, 2_000, 3_000, 4_000)


def test_two_classes_that_do_not_interrupt() -> None:
    rng = np.random.default_rng(1985)
    streams = [
        pools.poisson(rng, POOLS, SERVERS * load, UNTIL, pools.exponential, level, count_from=100)
        for level, load in enumerate(LOADS, start=1)
    ]
    ended_at = [pools.run(streams, POOLS, SERVERS, length) for length in LENGTHS]
    theory = formulas.kella_yechiali(SERVERS, LOADS)
    for stream, ended, expected in zip(streams, zip(*ended_at, strict=True), theory, strict=True):
        waits = [stream.mean_by_pool(stream.wait(one)) / SERVICE for one in ended]
        Estimate.at_length_0(LENGTHS, waits).agrees_with(expected)
