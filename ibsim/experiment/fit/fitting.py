"""The fit itself: waves of points that narrow the box, then steps on the model at the best point.

A figure of a council is one throw of the dice, as one replication is.  The distance of the model from
the figures is therefore measured by the covariance of replications (which figures move together), the
figure's own uncertainty and the error of the simulated mean: the method of simulated moments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ibsim.experiment.fit.emulator import Emulator, emulate
from ibsim.experiment.samples import Floats, Point, Samples
from ibsim.experiment.sweep.design import unit_sample

MARGIN, NARROWEST = 0.05, 0.15
"""A wave's box is what is plausible and so much round it, and never narrower, as shares of the range."""
TRIES = 4096
STARTS = 8
UNLIKELY = 0.999
"""What a chi-square of the levers exceeds once in a thousand is not plausible."""
PULL = 1.0
"""How weakly a lever is tied to the scenario's own value: by a whole range, which matters only where the
figures say nothing."""
SEEN = 2 * 1.96
"""A direction is seen if from one end of the ranges to the other the figures move by so many standard errors:
its 95 percent interval is then narrower than the ranges."""
LITTLE = 2.0
"""A misfit may grow by so much where a point moves towards the scenario's own values."""
NUGGET = 0.1
"""Of each figure's variance, the share that no other figure is held to foretell: councils count their figures
apart, and a few replications give small variances too small."""


@dataclass(frozen=True)
class Problem:
    """Figures (float64[F]) with their own standard errors, and which of them are fitted.

    `home` is where the scenario stands in the unit box of the levers' ranges; `point` turns places in it into
    the point that is run.
    """

    values: Floats
    errors: Floats
    fitted: Floats
    home: Floats
    point: Callable[[Floats], Point]


@dataclass(frozen=True)
class Effort:
    """How much is run: points a wave, replications of each, waves, replications at the best point."""

    points: int
    replications: int = 4
    waves: int = 3
    final: int = 40
    steps: int = 4
    seed: int = 1


@dataclass(frozen=True)
class Found:
    """The best point and what is known about it.

    `place` is in the unit box; `model` the mean outputs there and `spread` their covariance as one throw
    of the dice, with the figures' own errors; `slopes` float64[F, levers] over the ranges; `misfit` the
    distance of the fitted figures (a chi-square on `freedom` if the model is right), `objective` what is made
    least: the misfit, the size of the spread, and the pull to the scenario's own values.
    """

    place: Floats
    point: Point
    model: Floats
    spread: Floats
    slopes: Floats
    misfit: float
    freedom: int
    objective: float


def usual_effort(levers: int, seed: int) -> Effort:
    """Twice as many points a wave as a quadratic has terms, and twelve at least."""
    terms = (levers + 1) * (levers + 2) // 2
    return Effort(points=max(12, 2 * terms), seed=seed)


def fit(
    samples: Samples, problem: Problem, effort: Effort, on_wave: Callable[[str], None] = lambda text: None
) -> Found:
    """Narrow the box in waves, then step from the best point to where the model itself fits best."""
    levers = len(problem.home)
    box = np.array([np.zeros(levers), np.ones(levers)])
    places = np.empty((0, levers))
    for wave in range(effort.waves):
        unit = unit_sample(levers, "latin_hypercube", effort.points, effort.seed + wave)
        places = np.concatenate([places, box[0] + unit * (box[1] - box[0])])
        values = [samples.first(problem.point(place), effort.replications) for place in places]
        inside = _inside(places, box)
        near = [values[i] for i in np.flatnonzero(inside)]
        emulator = emulate(places[inside], np.array([means(one) for one in near]))
        spread = _spread(near, problem, effort.replications)
        best, narrower = _plausible(emulator, problem, spread, box, effort.seed)
        on_wave(f"wave {wave + 1}: {len(places)} points run; {_widths(narrower)} of the ranges left")
        if wave and (narrower[1] - narrower[0]).prod() > 0.8 * (box[1] - box[0]).prod():
            break
        box = narrower
    found = _step_on(samples, problem, effort, emulator, best)
    return _nearer_home(samples, problem, effort, emulator, found)


def means(values: Floats) -> Floats:
    """Mean over the replications in which anybody counts; NaN where in none."""
    counted = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(counted, values, 0.0).sum(axis=0) / counted.sum(axis=0))


def _inside(places: Floats, box: Floats) -> Floats:
    """Which places lie in the box, or a little outside it."""
    edge = MARGIN * (box[1] - box[0])
    return np.asarray(((places >= box[0] - edge) & (places <= box[1] + edge)).all(axis=1))


def _widths(box: Floats) -> str:
    return " x ".join(f"{100 * width:.0f}%" for width in box[1] - box[0])


def _spread(values: list[Floats], problem: Problem, replications: int) -> Floats:
    """Covariance of a figure minus the simulated mean: dice of both, and the figure's own error."""
    dice = covariance(values)
    loose = NUGGET * np.diag(np.diag(dice))
    return np.asarray(((1 - NUGGET) * dice + loose) * (1 + 1 / replications) + np.diag(problem.errors**2))


def covariance(values: list[Floats]) -> Floats:
    """Covariance of one replication's outputs, pooled over points, with correlations drawn to zero.

    By how much is estimated from the data (Schaefer and Strimmer 2005), so that a few replications give a
    matrix that can be inverted.
    """
    deviations = np.concatenate([_centred(one) for one in values if len(one) > 1])
    freedom = len(deviations) - sum(len(one) > 1 for one in values)
    sd = np.sqrt((deviations**2).sum(axis=0) / freedom)
    sd = np.where(sd > 0, sd, 1e-9 * np.maximum(1.0, np.abs(np.concatenate(values)).max(axis=0, initial=0)))
    unit = deviations / sd
    products = np.einsum("ni,nj->nij", unit, unit)
    correlation = products.sum(axis=0) / freedom
    variance = products.var(axis=0) * len(unit) / freedom**2
    off = ~np.eye(len(sd), dtype=bool)
    squares = float((correlation[off] ** 2).sum())
    shrink = min(1.0, float(variance[off].sum()) / squares) if squares > 0 else 1.0
    correlation[off] *= 1 - shrink
    np.fill_diagonal(correlation, 1.0)
    return np.asarray(correlation * np.outer(sd, sd))


def _centred(values: Floats) -> Floats:
    """Deviations from the mean; what nobody counts deviates by nothing."""
    return np.where(np.isnan(values), 0.0, values - means(values))


def whitened(matrix: Floats, spread: Floats) -> Floats:
    """A matrix or vector of outputs in standard errors that are independent of one another."""
    return np.asarray(np.linalg.solve(np.linalg.cholesky(spread), matrix))


def _plausible(
    emulator: Emulator, problem: Problem, spread: Floats, box: Floats, seed: int
) -> tuple[Floats, Floats]:
    """The emulator's best place in the box, and the box round all places that are not much worse."""
    from scipy.optimize import least_squares
    from scipy.special import chdtri

    use = np.flatnonzero(problem.fitted)
    left = (spread + np.diag(emulator.error**2))[np.ix_(use, use)]
    root = np.linalg.inv(np.linalg.cholesky(left))

    def residuals(places: Floats) -> Floats:
        there = np.atleast_2d(places)
        gaps = (emulator.at(there)[:, use] - problem.values[use]) @ root.T
        return np.concatenate([gaps, PULL * (there - problem.home)], axis=1)

    tries = box[0] + unit_sample(len(problem.home), "sobol", TRIES, seed) * (box[1] - box[0])
    misfits = (residuals(tries) ** 2).sum(axis=1)
    starts = tries[np.argsort(misfits)[:STARTS]]
    ends = [least_squares(lambda u: residuals(u)[0], start, bounds=(box[0], box[1])) for start in starts]
    best = min(ends, key=lambda end: float(end.cost))
    least = 2 * float(best.cost)
    levers = len(problem.home)
    slack = chdtri(levers, 1 - UNLIKELY) * max(1.0, least / max(len(use) - levers, 1))
    kept = np.concatenate([tries[misfits - least <= slack], [best.x]])
    low, high = kept.min(axis=0), kept.max(axis=0)
    pad = np.maximum(MARGIN * (box[1] - box[0]), (NARROWEST - (high - low)) / 2)
    return np.asarray(best.x), np.clip(np.array([low - pad, high + pad]), 0.0, 1.0)


def _step_on(samples: Samples, problem: Problem, effort: Effort, emulator: Emulator, start: Floats) -> Found:
    """Gauss-Newton on the model itself, with the emulator's slopes, as long as the figures come nearer."""
    found = _look(samples, problem, effort, emulator, start)
    for _ in range(effort.steps):
        target = np.clip(found.place + _step(problem, found), 0.0, 1.0)
        if np.abs(target - found.place).max() < 1e-3:
            break
        nearer = _look(samples, problem, effort, emulator, target)
        if nearer.objective >= found.objective:
            break
        found = nearer
    return found


def _nearer_home(
    samples: Samples, problem: Problem, effort: Effort, emulator: Emulator, found: Found
) -> Found:
    """The point as near to the scenario's own values as it can be where the figures do not mind."""
    use = np.flatnonzero(problem.fitted)
    slopes = whitened(found.slopes[use], found.spread[np.ix_(use, use)])
    _, values, directions = np.linalg.svd(slopes, full_matrices=True)
    unseen = directions[np.concatenate([values, np.zeros(len(directions) - len(values))]) < SEEN]
    target = np.clip(found.place - unseen.T @ (unseen @ (found.place - problem.home)), 0.0, 1.0)
    if np.abs(target - found.place).max() < 1e-3:
        return found
    nearer = _look(samples, problem, effort, emulator, target)
    return nearer if nearer.misfit <= found.misfit + LITTLE else found


def _look(samples: Samples, problem: Problem, effort: Effort, emulator: Emulator, place: Floats) -> Found:
    values = samples.first(problem.point(place), effort.final)
    spread = _spread([values], problem, len(values))
    model = means(values)
    use = np.flatnonzero(problem.fitted)
    left = whitened((problem.values - model)[use], spread[np.ix_(use, use)])
    pull = PULL * (place - problem.home)
    size = float(np.linalg.slogdet(spread[np.ix_(use, use)])[1])
    return Found(
        place=place,
        point=problem.point(place),
        model=model,
        spread=spread,
        slopes=emulator.slopes(place),
        misfit=float(left @ left),
        freedom=len(use) - len(problem.home),
        objective=float(left @ left + pull @ pull) + size,
    )


def _step(problem: Problem, found: Found) -> Floats:
    """The step of least squares within the ranges."""
    from scipy.optimize import lsq_linear

    use = np.flatnonzero(problem.fitted)
    spread = found.spread[np.ix_(use, use)]
    pull = PULL * np.eye(len(problem.home))
    slopes = np.concatenate([whitened(found.slopes[use], spread), pull])
    gap = np.concatenate(
        [whitened((problem.values - found.model)[use], spread), PULL * (problem.home - found.place)]
    )
    edges = (-found.place - 1e-12, 1 - found.place + 1e-12)
    return np.asarray(lsq_linear(slopes, gap, bounds=edges).x)
