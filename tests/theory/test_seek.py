"""The search for the least number of workers finds what Erlang's formula says of the engine's own pools."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from ibsim.experiment.samples import Floats, Point
from ibsim.experiment.seek.least import least
from ibsim.experiment.seek.targets import Target
from ibsim.experiment.seek.trials import Trials, usual_rule
from ibsim.verification import formulas, pools
from ibsim.verification.pools import SERVICE

POOLS, UNTIL, FROM = 8, 250.0, 50.0
LENGTHS = (round(0.2 * SERVICE), round(0.4 * SERVICE))


def mean_wait(offered: float, servers: int, number: int) -> float:
    """Mean wait, in services, of eight M/M/c team trays in one replication, at a pass of length 0."""
    rng = np.random.default_rng((1917, number))
    stream = pools.poisson(rng, POOLS, offered, UNTIL, pools.exponential, count_from=FROM)
    short, long = (
        float(stream.wait(pools.run([stream], POOLS, servers, length)[0])[stream.counted].mean())
        for length in LENGTHS
    )
    return (2 * short - long) / SERVICE


@pytest.mark.parametrize(("offered", "answer"), [(3.2, 5), (7.0, 9)])
def test_the_least_number_of_workers_is_erlangs(offered: float, answer: int) -> None:
    """The limit lies between the theoretical waits of the answer and of one worker fewer."""
    waits = [formulas.mean_wait_mmc(servers, offered / servers) for servers in (answer - 1, answer)]
    target = Target("wait", at_least=False, limit=float(np.sqrt(waits[0] * waits[1])))

    def evaluate(point: Point, numbers: Sequence[int]) -> Floats:
        return np.array([[mean_wait(offered, int(point[0]), number)] for number in numbers])

    trials = Trials(evaluate, [target], usual_rule(0.95, [target], 24))
    found = least(trials, [float(servers) for servers in range(int(offered) + 1, 21)])
    assert found.found is not None and found.is_monotone
    assert abs(found.found.point[0] - answer) <= 1
