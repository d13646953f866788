"""Each single wait, exactly: the pass is the many-server queue with arrivals put off to the next morning.

Kiefer and Wolfowitz (1955): who comes is served by whoever is free first.  No statistics: a difference of
one minute in one wait of thousands fails.
"""

from __future__ import annotations

from heapq import heapify, heapreplace

import numpy as np
import pytest

from ibsim.verification import pools


def ends(at: list[int], minutes: list[int], servers: int) -> list[int]:
    """When each service ends, of tasks in order of arrival."""
    free_at = [0] * servers
    heapify(free_at)
    ended_at = []
    for arrival, service in zip(at, minutes, strict=True):
        end = max(arrival, free_at[0]) + service
        heapreplace(free_at, end)
        ended_at.append(end)
    return ended_at


@pytest.mark.parametrize("servers", [1, 2, 5, 37])
@pytest.mark.parametrize("length", [1_000, 7_777, 40_000])
def test_every_service_ends_when_it_should(servers: int, length: int) -> None:
    rng = np.random.default_rng(servers)
    stream = pools.poisson(rng, 3, servers * 0.9, 3000 / servers, pools.exponential)
    (ended_at,) = pools.run([stream], 3, servers, length)
    mornings = -(-stream.at // length) * length
    order = np.lexsort((np.arange(stream.at.size), stream.at))
    for pool in range(3):
        here = order[stream.pool[order] == pool]
        assert here.size > 2000
        assert ended_at[here].tolist() == ends(
            mornings[here].tolist(), stream.minutes[here].tolist(), servers
        )
