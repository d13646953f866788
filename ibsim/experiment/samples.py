"""A model as experiments see it: points in, one value a replication and output back; nothing is run twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Point = tuple[float, ...]


class Evaluate(Protocol):
    """A model with levers: a scenario, or anything else that is simulated."""

    def __call__(self, point: Point, numbers: Sequence[int], /) -> Floats:
        """The outputs at a point: float64[len(numbers), outputs]; NaN where nobody counts.

        Replication `number` throws the same dice at every point (common random numbers).
        """


class Samples:
    """What has been evaluated: at each point the outputs of replications 1 to n, in that order."""

    def __init__(
        self, evaluate: Evaluate, on_point: Callable[[Point, int], None] = lambda point, n: None
    ) -> None:
        """`on_point(point, replications)` is called after each evaluation, in this thread."""
        self._evaluate, self._on_point = evaluate, on_point
        self.at: dict[Point, Floats] = {}

    def first(self, point: Point, n: int) -> Floats:
        """The outputs of at least the first `n` replications at a point: float64[n or more, outputs]."""
        have = self.at.get(point)
        done = 0 if have is None else len(have)
        if done < n:
            more = self._evaluate(point, range(done + 1, n + 1))
            self.at[point] = more if have is None else np.concatenate([have, more])
            self._on_point(point, n)
        return self.at[point]

    @property
    def replications(self) -> int:
        """How many replications there are over all points."""
        return sum(len(values) for values in self.at.values())
