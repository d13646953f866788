"""What a check found: a figure of the engine beside what theory says, and how sure the comparison is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
NORMAL_95, NORMAL_95_ONE_SIDED = 1.96, 1.645
MOST_Z = 4.0
"""Standard errors from theory at which a figure is wrong: by chance once in sixteen thousand."""
NEAR = 0.05
"""Half the width of the 95 percent interval, as a share of the theory, within which it has to be known."""


@dataclass(frozen=True)
class Finding:
    """One comparison: `half_width` of the 95 percent interval, 0 where theory has to be met exactly.

    `most_half_width` is how well the figure has to be known; one that is known less well counts as
    failed, since it could hide an error.
    """

    check: str
    theory: float
    model: float
    half_width: float = 0.0
    most_half_width: float = 0.0

    @property
    def z(self) -> float:
        """Standard errors from theory; 0 where it is met exactly, infinite where exactness is missed."""
        off = self.model - self.theory
        if off == 0:
            return 0.0
        error = self.half_width / NORMAL_95
        return off / error if error > 0 else float(np.copysign(np.inf, off))

    @property
    def ok(self) -> bool:
        """Whether the figure is that of theory, and known well enough to say so."""
        return abs(self.z) <= MOST_Z and self.half_width <= self.most_half_width

    @property
    def finds(self) -> float:
        """Power: the error that is found 95 times in 100, as a share of the theory; 0 for exact figures."""
        error = self.half_width / NORMAL_95
        return (MOST_Z + NORMAL_95_ONE_SIDED) * error / abs(self.theory) if self.theory else 0.0


def exactly(check: str, theory: float, model: float) -> Finding:
    """A figure that has to be met to the last unit."""
    return Finding(check, theory, model)


@dataclass(frozen=True)
class Estimate:
    """The mean at pass length 0 over independent pools, with its standard error."""

    mean: float
    error: float

    @staticmethod
    def at_length_0(lengths: Sequence[int], by_pool: Sequence[Floats], degree: int = 2) -> Estimate:
        """From each pool's value at each pass length: the intercept of a polynomial through them."""
        x = np.asarray(lengths, dtype=np.float64) / max(lengths)
        weights = np.linalg.pinv(np.vander(x, degree + 1, increasing=True))[0]
        return Estimate.of(np.asarray(weights @ np.asarray(by_pool)))

    @staticmethod
    def of(by_pool: Floats) -> Estimate:
        """From one value of each pool."""
        return Estimate(float(by_pool.mean()), float(by_pool.std(ddof=1) / np.sqrt(by_pool.size)))

    def beside(self, check: str, theory: float, near: float = NEAR) -> Finding:
        """The comparison with theory, known to within `near` of it.

        Power: an error of (4 + 1.645) / 1.96 times `near` is found 95 times in 100: 14.4 percent with 5,
        5.8 with 2.
        """
        return Finding(check, theory, self.mean, NORMAL_95 * self.error, near * abs(theory))
