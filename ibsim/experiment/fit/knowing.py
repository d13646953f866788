"""What a fit knows: each lever's interval, which cannot be told apart, how well each figure agrees."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ibsim.experiment.fit.fitting import Found, Problem, whitened
from ibsim.experiment.samples import Floats

Z95 = 1.959963984540054
PART = 0.3
"""A lever takes part in a direction that the data leave open if it has so much of it (of 1)."""
CLOSE = 0.9
"""Levers whose errors correlate by more than this are hard to tell apart."""
DOUBT = 0.01


@dataclass(frozen=True)
class Known:
    """The interval of one lever as places of its range; `found` is False where it covers the whole range."""

    low: float
    high: float
    found: bool
    at_edge: bool


@dataclass(frozen=True)
class Tangle:
    """Levers of which only a combination is known; `shares` says how a direction without effect runs.

    One lever alone means that the figures say nothing about it.  `open` is False for levers that are
    known, but whose errors go together.
    """

    levers: tuple[int, ...]
    shares: tuple[float, ...]
    open: bool


@dataclass(frozen=True)
class Knowledge:
    """What is known of all levers; `stretch` widens the intervals where the figures fit worse than chance."""

    levers: tuple[Known, ...]
    tangles: tuple[Tangle, ...]
    singular_values: tuple[float, ...]
    stretch: float
    chance: float
    covariance: Floats


@dataclass(frozen=True)
class Agreement:
    """A figure beside the model: `difference` is model minus figure in standard errors of that difference."""

    model: float
    error: float
    difference: float


def knowledge(problem: Problem, found: Found) -> Knowledge:
    """Intervals of 95 percent from the slopes at the best point, and the directions that stay open.

    A direction is open where its interval would be wider than the ranges themselves: then nothing was
    learnt.  Slopes are in the whitened figures' standard errors a range.
    """
    from scipy.special import chdtrc

    use = np.flatnonzero(problem.fitted)
    slopes = whitened(found.slopes[use], found.spread[np.ix_(use, use)])
    _, values, directions = np.linalg.svd(slopes, full_matrices=True)
    values = np.concatenate([values, np.zeros(len(problem.home) - len(values))])
    chance = float(chdtrc(found.freedom, found.misfit)) if found.freedom > 0 else 1.0
    stretch = math.sqrt(found.misfit / found.freedom) if chance < DOUBT else 1.0
    # A direction cannot be less known than that it lies in the box; this keeps the sums finite.
    errors = np.minimum(stretch / np.maximum(values, 1e-12), 1e3)
    covariance = (directions.T * errors**2) @ directions
    open_directions = [k for k in range(len(problem.home)) if Z95 * errors[k] > 0.5]
    half = Z95 * np.sqrt(np.diag(covariance))
    levers = tuple(_known(place, width) for place, width in zip(found.place, half, strict=True))
    tangles = [_tangle(directions[k]) for k in open_directions]
    closed = _close(covariance, {lever for tangle in tangles for lever in tangle.levers})
    return Knowledge(
        levers, (*_merged(tangles), *closed), tuple(map(float, values)), stretch, chance, covariance
    )


def agreements(problem: Problem, found: Found, known: Knowledge) -> list[Agreement]:
    """Each figure beside the model; those held back carry the levers' uncertainty too."""
    capped = _within_box(known.covariance)
    out = []
    for place, (value, model) in enumerate(zip(problem.values, found.model, strict=True)):
        variance = found.spread[place, place]
        if not problem.fitted[place]:
            variance += float(found.slopes[place] @ capped @ found.slopes[place])
        error = math.sqrt(variance)
        out.append(Agreement(float(model), error, float(model - value) / error))
    return out


def _within_box(covariance: Floats) -> Floats:
    """The covariance with no lever less known than anywhere in its range."""
    most = 1 / math.sqrt(12)
    scale = np.minimum(1.0, most / np.sqrt(np.diag(covariance)))
    return np.asarray(covariance * np.outer(scale, scale))


def _known(place: float, half: float) -> Known:
    low, high = max(0.0, place - half), min(1.0, place + half)
    return Known(float(low), float(high), bool(half < 0.5), at_edge=not 1e-6 <= place <= 1 - 1e-6)


def _tangle(direction: Floats) -> Tangle:
    parts = [lever for lever in range(len(direction)) if abs(direction[lever]) >= PART]
    parts = parts or [int(np.argmax(np.abs(direction)))]
    return Tangle(tuple(parts), tuple(float(direction[lever]) for lever in parts), open=True)


def _merged(tangles: list[Tangle]) -> list[Tangle]:
    """Open directions that share levers are one tangle; its shares are those of the first."""
    out: list[Tangle] = []
    for tangle in tangles:
        twins = [other for other in out if set(other.levers) & set(tangle.levers)]
        for twin in twins:
            out.remove(twin)
        levers = sorted({lever for one in (*twins, tangle) for lever in one.levers})
        shares = tangle.shares if not twins else ()
        out.append(Tangle(tuple(levers), shares, open=True))
    return out


def _close(covariance: Floats, told: set[int]) -> list[Tangle]:
    sd = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(sd, sd)
    pairs = [(a, b) for a in range(len(sd)) for b in range(a + 1, len(sd)) if not {a, b} <= told]
    return [
        Tangle((a, b), (1.0, -float(np.sign(correlation[a, b]))), open=False)
        for a, b in pairs
        if abs(correlation[a, b]) > CLOSE
    ]
