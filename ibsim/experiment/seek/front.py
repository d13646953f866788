"""Several levers: the combinations that meet the targets and cannot be bettered in every lever at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ibsim.experiment.samples import Point
from ibsim.experiment.seek.targets import MET, NOT_MET
from ibsim.experiment.seek.trials import Trials, Tried

Place = tuple[int, ...]
"""A point by its places in the grids; lower places are preferred."""
SOBOL_SHARE = 0.4
"""Of the points that may be tried, those that are spread over the whole box before any is refined."""


@dataclass(frozen=True)
class Front:
    """The answer of a search over several grids.

    `points` are those shown to meet that no other such point betters, cheapest first; `best` is the
    point nearest to meeting; `contradictions` are pairs of which the first meets and the second, at the
    same or a later place of every grid, is shown not to.  `is_complete` says that, if more of a lever never
    harms, no step of a single lever betters a point and, with two levers, that no point is missing.
    """

    points: tuple[Tried, ...]
    best: Tried
    contradictions: tuple[tuple[Tried, Tried], ...]
    is_complete: bool


def front(
    trials: Trials, grids: Sequence[Sequence[float]], costs: Sequence[float], most: int, seed: int
) -> Front:
    """Search the box of the grids with at most `most` points.

    The last corner and a scrambled Sobol sequence come first, then steps towards the preferred end of
    one lever at a time from the points of the front, halving what is left.  `costs` (a unit of each
    lever; any may be 0) say which points are refined first.
    """
    search = _Search(trials, tuple(tuple(grid) for grid in grids), tuple(costs))
    search.decide(tuple(len(grid) - 1 for grid in grids))
    for place in _sobol(grids, max(2, round(most * SOBOL_SHARE)), seed):
        search.decide(place)
    while len(search.found) < most and (better := next(search.open_places(), None)) is not None:
        search.decide(better)
    best = min(search.found.values(), key=trials.shortfall)
    points = tuple(search.found[place] for place in search.front())
    return Front(points, best, tuple(search.contradictions()), next(search.open_places(), None) is None)


def _sobol(grids: Sequence[Sequence[float]], count: int, seed: int) -> list[Place]:
    """Places spread evenly over the box; as many as the power of two at or below `count`."""
    from scipy.stats import qmc

    sizes = np.array([len(grid) for grid in grids])
    spots = qmc.Sobol(len(grids), rng=np.random.default_rng(seed)).random_base2(int(np.log2(count)))
    places = np.minimum((spots * sizes).astype(np.int64), sizes - 1)
    return [tuple(int(place) for place in row) for row in places]


class _Search:
    """The points tried by place, and what they leave open."""

    def __init__(
        self, trials: Trials, grids: tuple[tuple[float, ...], ...], costs: tuple[float, ...]
    ) -> None:
        self.trials, self.grids, self.costs = trials, grids, costs
        self.found: dict[Place, Tried] = {}

    def point(self, place: Place) -> Point:
        return tuple(grid[at] for grid, at in zip(self.grids, place, strict=True))

    def decide(self, place: Place) -> None:
        self.found[place] = self.trials.decide(self.point(place))

    def cost(self, place: Place) -> float:
        return float(np.dot(self.costs, self.point(place)))

    def front(self) -> list[Place]:
        """The places that meet and that no other one betters, cheapest first."""
        met = [place for place, tried in self.found.items() if tried.verdict == MET]
        kept = [place for place in met if not any(_below(other, place) for other in met if other != place)]
        return sorted(kept, key=lambda place: (self.cost(place), place))

    def open_places(self) -> Iterator[Place]:
        """Where a point better than the front's could lie, the most promising first."""
        best = self.front()
        yield from self._steps_down(best)
        if len(self.grids) == 2:
            yield from self._gaps(best)

    def _steps_down(self, best: Sequence[Place]) -> Iterator[Place]:
        """From each point halfway to the nearest place of each lever that is not shown to meet."""
        refused = [place for place, tried in self.found.items() if tried.verdict != MET]
        for place in best:
            for lever in range(len(place)):
                others = [i for i in range(len(place)) if i != lever]
                floors = [
                    bad[lever] + 1
                    for bad in refused
                    if bad[lever] < place[lever] and all(bad[i] >= place[i] for i in others)
                ]
                floor = max(floors, default=0)
                if floor < place[lever]:
                    yield (*place[:lever], (floor + place[lever]) // 2, *place[lever + 1 :])

    def _gaps(self, best: Sequence[Place]) -> Iterator[Place]:
        """With two levers: the largest place between neighbours of the front; if it fails, all there do.

        Beyond the ends of the front the box itself is the neighbour.
        """
        ends = (-1, len(self.grids[1])), (len(self.grids[0]), -1)
        for one, two in pairwise([ends[0], *sorted(best), ends[1]]) if best else ():
            corner = (two[0] - 1, one[1] - 1)
            if corner[0] > one[0] and corner[1] > two[1] and corner not in self.found:
                refused = [place for place, tried in self.found.items() if tried.verdict != MET]
                if not any(_below(corner, place) for place in refused):
                    yield corner

    def contradictions(self) -> Iterator[tuple[Tried, Tried]]:
        """Pairs that speak against 'more never harms'."""
        for place, tried in self.found.items():
            for other, beyond in self.found.items():
                if (
                    place != other
                    and _below(place, other)
                    and (tried.verdict, beyond.verdict) == (MET, NOT_MET)
                ):
                    yield tried, beyond


def _below(one: Place, other: Place) -> bool:
    """Whether a place is at or before another in every grid."""
    return all(a <= b for a, b in zip(one, other, strict=True))
