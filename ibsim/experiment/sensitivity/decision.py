"""What would change the decision: which factors alone, within their range, carry a target over its limit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ibsim.experiment.seek.targets import Target
from ibsim.results.statistics import Floats

if TYPE_CHECKING:
    from ibsim.experiment.sensitivity.factors import Factor

HALVINGS = 4
"""The turning point is found to a sixteenth of the range at most."""


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
    turns = _turning_points(target, output, met, flipping, factors, evaluate)
    flips = []
    for factor, place in flipping:
        values = ends[place, factor, :, output]
        agree = float((target.meets(values) != met).mean())
        found = turns.get((factor, place))
        flips.append(Flip(factor, float(place), float(values.mean()), found, agree))
    return Decision(target, met, float(base[:, output].mean()), tuple(flips), HALVINGS * len(turns))


def _met(target: Target, values: Floats) -> bool:
    """Whether replications meet a target: on their mean, or in its percentage of them."""
    if target.percent is None:
        return bool(target.meets(np.array([values.mean()]))[0])
    return 100 * float(target.meets(values).mean()) >= target.percent


def _turning_points(
    target: Target,
    output: int,
    met: bool,
    flipping: Sequence[tuple[int, int]],
    factors: Sequence[Factor],
    evaluate: Callable[..., Floats],
) -> dict[tuple[int, int], float]:
    """For each flip the place at which the answer turns, by halving between the value in use and the end.

    A lever's value in use is not known as a place, so it is looked for from the other end, if that agrees
    with the scenario as it stands.
    """
    between: dict[tuple[int, int], tuple[float, float]] = {}
    for factor, place in flipping:
        start = factors[factor].place_in_use
        if start is None and (factor, 1 - place) not in flipping:
            start = 1.0 - place
        if start is not None:
            between[factor, place] = (start, float(place))
    for _ in range(HALVINGS):
        if not between:
            break
        middles = {key: (here + there) / 2 for key, (here, there) in between.items()}
        places = np.full((len(middles), len(factors)), np.nan)
        for row, (key, middle) in enumerate(middles.items()):
            places[row, key[0]] = middle
        found = evaluate(places, "turning points")
        for row, (key, middle) in enumerate(middles.items()):
            here, there = between[key]
            turned = _met(target, found[row, :, output]) != met
            between[key] = (here, middle) if turned else (middle, there)
    return {key: (here + there) / 2 for key, (here, there) in between.items()}
