"""A quadratic through simulated points: what the model would give at points that were not run."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np

from ibsim.experiment.samples import Floats

SPARE = 1.5
"""A quadratic is taken where there are so many times more points than it has terms; else a plane."""


@dataclass(frozen=True)
class Emulator:
    """Outputs as polynomials of places in the unit box, centred on `centre`.

    `terms` are the places multiplied in each term; `weights` float64[terms, outputs]; `error` is what the
    polynomial leaves unexplained, a standard deviation for each output.
    """

    centre: Floats
    terms: tuple[tuple[int, ...], ...]
    weights: Floats
    error: Floats

    def at(self, places: Floats) -> Floats:
        """Outputs at places float64[n, levers]: float64[n, outputs]."""
        return np.asarray(_columns(places - self.centre, self.terms) @ self.weights)

    def slopes(self, place: Floats) -> Floats:
        """How the outputs change with each lever over the whole of its range: float64[outputs, levers]."""
        steps = place - self.centre
        out = np.zeros((self.weights.shape[1], len(steps)))
        for term, weights in zip(self.terms, self.weights, strict=True):
            for position, lever in enumerate(term):
                others = [steps[other] for other in (*term[:position], *term[position + 1 :])]
                out[:, lever] += weights * float(np.prod(others))
        return out


def emulate(places: Floats, outputs: Floats) -> Emulator:
    """The polynomial of least squares through float64[n, levers] and float64[n, outputs]."""
    n, levers = places.shape
    plane = ((), *((lever,) for lever in range(levers)))
    curved = (*plane, *combinations_with_replacement(range(levers), 2))
    terms = curved if n >= SPARE * len(curved) else plane
    centre = places.mean(axis=0)
    columns = _columns(places - centre, terms)
    weights = np.asarray(np.linalg.lstsq(columns, outputs, rcond=None)[0], dtype=np.float64)
    left = outputs - columns @ weights
    error = np.sqrt((left**2).sum(axis=0) / max(n - len(terms), 1))
    return Emulator(np.asarray(centre), terms, weights, np.asarray(error))


def _columns(steps: Floats, terms: tuple[tuple[int, ...], ...]) -> Floats:
    return np.column_stack([np.prod(steps[:, list(term)], axis=1) for term in terms])
