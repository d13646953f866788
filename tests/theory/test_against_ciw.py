"""Ciw, a simulator that shares nothing with ibsim, on twenty networks: every end of work, to the minute."""

from __future__ import annotations

import numpy as np
import pytest

from ibsim.verification.pools import Floats, exponential
from ibsim.verification.queues import constant, lognormal
from tests.theory.networks_in_ciw import Network, by_ciw, by_ibsim, people


def uniform(rng: np.random.Generator, n: int) -> Floats:
    """Between half a service and one and a half."""
    return rng.uniform(0.5, 1.5, n)


NETWORKS = [
    Network("M/M/1", (1,), 0.8, exponential),
    Network("M/M/1, short passes", (1,), 0.9, exponential, length=0.1),
    Network("M/M/1, passes of four services", (1,), 0.7, exponential, length=4.0),
    Network("M/M/2", (2,), 0.9, exponential),
    Network("M/M/5", (5,), 0.95, exponential),
    Network("M/M/37", (37,), 0.9, exponential),
    Network("M/M/3 with more work than workers", (3,), 1.5, exponential),
    Network("M/D/1", (1,), 0.9, constant),
    Network("M/D/4", (4,), 0.9, constant, length=0.7),
    Network("M/G/1, lognormal", (1,), 0.8, lognormal),
    Network("M/G/6, uniform", (6,), 0.95, uniform),
    Network("two classes, one server", (1,), 0.9, exponential, classes=2),
    Network("two classes, five servers", (5,), 0.95, lognormal, classes=2),
    Network("four classes, two servers", (2,), 0.95, exponential, classes=4, length=0.5),
    Network("urgent work interrupts", (1,), 0.8, exponential, classes=2, urgent=True),
    Network("urgent work interrupts, more work than time", (1,), 1.1, lognormal, classes=2, urgent=True),
    Network("a tandem", (1, 1), 0.8, exponential),
    Network("a tandem of three", (2, 1, 4), 0.85, uniform, length=0.6),
    Network("a tandem with a fifth sent back", (1, 1), 0.7, exponential, returned=0.2),
    Network("two classes, three stages, a third sent back", (3, 2, 3), 0.6, lognormal, 2, returned=1 / 3),
]


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
def test_every_piece_of_work_ends_when_ciw_says(network: Network) -> None:
    them = people(network, seed=1909 + NETWORKS.index(network))
    ours, theirs = by_ibsim(network, them), by_ciw(network, them)
    assert ours == theirs
    # and somebody waited, or this would prove nothing
    waits = [end[0] - at - visit[0][1] for end, at, visit in zip(ours, them.at, them.visits, strict=True)]
    assert min(waits) >= 0 and np.mean(waits) > 0
