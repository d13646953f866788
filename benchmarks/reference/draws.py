"""Random numbers for the engines that take them one at a time.

NumPy makes them in blocks: a call of the generator for every number would be charged to the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from .network import Lognormal, Network

BLOCK = 4096


def _endless(block: Callable[[], NDArray[np.float64]]) -> Iterator[float]:
    """Numbers one after the other from ever new blocks."""

    def blocks() -> Iterator[list[float]]:
        while True:
            yield block().tolist()

    return chain.from_iterable(blocks())


class Draws:
    """One endless iterator for each kind of draw of the network, each with a generator of its own."""

    def __init__(self, network: Network, seed: int) -> None:
        n_kinds = 7 + len(network.service)
        generators = iter([np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(n_kinds)])

        def lognormal(duration: Lognormal) -> Iterator[float]:
            rng = next(generators)
            return _endless(lambda: rng.lognormal(duration.mu, duration.sigma, BLOCK))

        def exponential(mean: float) -> Iterator[float]:
            rng = next(generators)
            return _endless(lambda: rng.exponential(mean, BLOCK))

        def uniform(low: float, high: float) -> Iterator[float]:
            rng = next(generators)
            return _endless(lambda: rng.uniform(low, high, BLOCK))

        spread = network.review_spread
        self.referral_gap = exponential(1.0 / network.referrals_per_day)
        self.service = tuple(lognormal(duration) for duration in network.service)
        self.returned = uniform(0.0, 1.0)
        self.brokerage = lognormal(network.brokerage)
        self.stay = exponential(network.mean_stay)
        self.review_gap = uniform(network.review_every * (1 - spread), network.review_every * (1 + spread))
        self.first_review = uniform(0.0, network.review_every)
