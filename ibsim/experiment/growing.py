"""As many replications as a precision takes, by the algorithm of Hoad, Robinson and Davies (2010)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ibsim.results.precision import Reached, Wanted, reached
from ibsim.results.statistics import Floats

FEWEST = 3
LOOK_AHEAD = 5
"""Up to 100 replications the precision must hold for so many more; beyond, for that many in a hundred."""

Sample = tuple[Floats, Floats]
"""One replication's values of the wanted metrics, and what their precision is measured against."""


def grow(
    wanted: Wanted, width: int, more: Callable[[range], Sequence[Sample]]
) -> tuple[int, tuple[Reached, ...]]:
    """How many replications the wanted precision takes, and the precision with that many.

    `more(numbers)` runs the replications of those numbers, in that order; `width` is how many it runs at
    once.  The precision is looked at after each replication from the third on.  Once every metric is
    precise enough, it must stay so for the look-ahead, as the first few may agree by luck.  The number found
    depends on the replications alone, not on `width`; it includes those looked ahead to, and never exceeds
    `wanted.most`.
    """
    samples: list[Sample] = []
    since = 0
    for n in range(FEWEST, wanted.most + 1):
        if n > len(samples):
            first = len(samples) + 1
            last = min(max(n, first + max(width, LOOK_AHEAD) - 1), wanted.most)
            samples.extend(more(range(first, last + 1)))
        found = _reached(wanted, samples[:n])
        if not all(metric.enough for metric in found):
            since = 0
            continue
        since = since or n
        if n - since >= LOOK_AHEAD * max(since, 100) // 100:
            return n, found
    n = wanted.most
    if n < FEWEST:
        samples.extend(more(range(1, n + 1)))
    return n, _reached(wanted, samples[:n])


def _reached(wanted: Wanted, samples: Sequence[Sample]) -> tuple[Reached, ...]:
    return tuple(reached(wanted, [value for value, _ in samples], [scale for _, scale in samples]))
