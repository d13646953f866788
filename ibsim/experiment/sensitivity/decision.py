"""What would change the decision: which factors alone, within their range, carry a target over its limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ibsim.experiment.seek.targets import Target
from ibsim.results.statistics import Floats

if TYPE_CHECKING:
    from ibsim.experiment.sensitivity.factors import Factor

HALVINGS = 4
"""The turning point is found to a sixteenth of the range at most."""
MOST_TURNS = 8
"""It is looked for with the factors that carry the output furthest, if all replications agree."""


@dataclass(frozen=True)
class Flip:
    """A factor that alone flips a target at an end of its range (`place` 0 or 1).

    `value` is the output there; `turns` the place beyond which the answer is the other one, where it was
    found; `share` the share of replications that agree with the answer at the end.
    """

    factor: int
    place: float
    value: float
    turns: float | None
    share: float


@dataclass(frozen=True)
class Decision:
    """Whether the scenario as it stands meets a target, and what alone would turn that round.

    `value` is the output as it stands; `points` were run for the turning points.
    """

    target: Target
    met: bool
    value: float
    flips: tuple[Flip, ...]
    points: int


def decide(
    target: Target,
    output: int,
    factors: Sequence[Factor],
    base: Floats,
    ends: Floats,
    evaluate: Callable[..., Floats],
) -> Decision:
    """The decision on one target; `base` and `ends` as in `Sensitivity`."""
    met = _met(target, base[:, output])
    flipping = [
        (factor, place)
        for factor in range(len(factors))
        for place in (0, 1)
        if _met(target, ends[place, factor, :, output]) != met
    ]
    value = float(base[:, output].mean())
    flips = []
    for factor, place in flipping:
        values = ends[place, factor, :, output]
        agree = float((target.meets(values) != met).mean())
        flips.append(Flip(factor, float(place), float(values.mean()), None, agree))
    flips.sort(key=lambda flip: (-flip.share, -abs(flip.value - value), flip.factor))
    sure = [(flip.factor, int(flip.place)) for flip in flips if flip.share == 1][:MOST_TURNS]
    between = {key: start for key in sure if (start := _from_where(*key, factors, flipping)) is not None}
    turns = _turning_points(target, output, met, between, len(factors), evaluate)
    told = tuple(replace(flip, turns=turns.get((flip.factor, int(flip.place)))) for flip in flips)
    return Decision(target, met, value, told, HALVINGS * len(turns))


def _from_where(
    factor: int, place: int, factors: Sequence[Factor], flipping: Sequence[tuple[int, int]]
) -> float | None:
    """A place of the factor at which the answer is as it stands: the value in use, if it is a place.

    A lever's is not known as a place; then it is the other end, if that agrees.
    """
    in_use = factors[factor].place_in_use
    if in_use is None and (factor, 1 - place) not in flipping:
        return 1.0 - place
    return in_use


def _met(target: Target, values: Floats) -> bool:
    """Whether replications meet a target: on their mean, or in its percentage of them."""
    if target.percent is None:
        return bool(target.meets(np.array([values.mean()]))[0])
    return 100 * float(target.meets(values).mean()) >= target.percent


def _turning_points(
    target: Target,
    output: int,
    met: bool,
    starts: Mapping[tuple[int, int], float],
    count: int,
    evaluate: Callable[..., Floats],
) -> dict[tuple[int, int], float]:
    """For factors and ends the place at which the answer turns, by halving from the start to the end.

    `count` is the number of all factors.
    """
    between = {key: (start, float(key[1])) for key, start in starts.items()}
    for _ in range(HALVINGS if between else 0):
        middles = {key: (here + there) / 2 for key, (here, there) in between.items()}
        places = np.full((len(middles), count), np.nan)
        for row, (key, middle) in enumerate(middles.items()):
            places[row, key[0]] = middle
        found = evaluate(places, "turning points")
        for row, (key, middle) in enumerate(middles.items()):
            here, there = between[key]
            turned = _met(target, found[row, :, output]) != met
            between[key] = (here, middle) if turned else (middle, there)
    return {key: (here + there) / 2 for key, (here, there) in between.items()}
