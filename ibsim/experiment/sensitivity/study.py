"""The study itself: each factor alone, then Morris walks and Sobol samples over those that move something."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ibsim.experiment.judging import carrying
from ibsim.experiment.outputs import Output
from ibsim.experiment.points import Crew, run_points
from ibsim.experiment.seek.targets import Target
from ibsim.experiment.sensitivity.decision import Decision, decide
from ibsim.experiment.sensitivity.designs import (
    Indices,
    Screening,
    elementary_effects,
    indices,
    saltelli_places,
    screen,
    trajectories,
)
from ibsim.experiment.sensitivity.factors import Factor
from ibsim.experiment.varying import Base
from ibsim.results.statistics import Floats

if TYPE_CHECKING:
    from ibsim.results.tables import Tables
    from ibsim.scenario import ResolvedScenario

Stage = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Opens the progress of a stage, by its label and how many replications it has."""
Evaluate = Callable[..., Floats]
"""Results at places float64[point, factor] (NaN: as it stands): float64[point, replication, output]."""


@dataclass(frozen=True)
class Ask:
    """What a study is asked: factors, outputs, targets and the size of its designs.

    `walks` are Morris's trajectories and `points` the points of each Sobol sample (a power of two), over
    the `top` factors of each output; 0 leaves either out.
    """

    base: Base
    factors: tuple[Factor, ...]
    outputs: tuple[Output, ...]
    targets: tuple[Target, ...] = ()
    walks: int = 6
    points: int = 0
    top: int = 5
    seed: int = 1


@dataclass(frozen=True)
class Sensitivity:
    """What a study found.

    `base` is float64[replication, output], `ends` float64[2, factor, replication, output] at the low and
    the high end of each factor alone.  `moving` are the factors (their numbers) that move any output,
    which Morris's walks went over; `sampled` those of the Sobol sample.  `replications` were run in all.
    """

    ask: Ask
    base: Floats
    ends: Floats
    moving: NDArray[np.int64]
    screening: Screening | None
    sampled: NDArray[np.int64]
    indices: Indices | None
    decisions: tuple[Decision, ...]
    points: int
    jobs: int
    seconds: float

    def swing(self, output: int) -> Floats:
        """How far each factor alone moves an output from its low to its high end: float64[factor]."""
        mean = self.ends.mean(axis=2)[..., output]
        return np.asarray(mean[1] - mean[0])

    def reach(self, output: int) -> Floats:
        """How far apart low end, high end and the scenario as it stands are at most: float64[factor]."""
        mean = self.ends.mean(axis=2)[..., output]
        base = np.full(mean.shape[1], self.base.mean(axis=0)[output])
        return np.asarray(np.ptp(np.vstack([mean, base]), axis=0))

    def noise(self, output: int) -> Floats:
        """The standard error of each swing, from paired replications; NaN of a single one."""
        differences = self.ends[1, ..., output] - self.ends[0, ..., output]
        count = differences.shape[1]
        if count < 2:
            return np.full(differences.shape[0], np.nan)
        return np.asarray(differences.std(axis=1, ddof=1) / np.sqrt(count))

    def ranking(self, output: int) -> list[int]:
        """The factors by how much they move an output, most first: by Morris's mu* where there is one."""
        sizes = self.reach(output)
        if self.screening is not None:
            sizes = np.zeros(len(self.ask.factors))
            sizes[self.moving] = self.screening.mu_star.value[:, output]
        return sorted(range(sizes.size), key=lambda factor: (-np.nan_to_num(sizes[factor]), factor))


def run_study(ask: Ask, crew: Crew, stage: Stage) -> Sensitivity:
    """Run a study over a scenario; every point has the same dice."""
    return investigate(ask, Evaluator(ask, crew, stage), crew.jobs)


def investigate(ask: Ask, evaluate: Evaluate, jobs: int = 1) -> Sensitivity:
    """Run a study of whatever `evaluate` evaluates."""
    started, count = time.perf_counter(), len(ask.factors)
    alone = np.full((1 + 2 * count, count), np.nan)
    for factor in range(count):
        alone[1 + factor, factor], alone[1 + count + factor, factor] = 0.0, 1.0
    found = evaluate(alone, "each alone")
    base, ends = found[0], found[1:].reshape(2, count, *found.shape[1:])
    still = np.isclose(ends, base, rtol=0, atol=0, equal_nan=True).all(axis=(0, 2, 3))
    moving = np.flatnonzero(~still)
    points, screening, chosen, sobol = len(alone), None, np.zeros(0, dtype=np.int64), None
    if ask.walks and moving.size:
        screening = _morris(ask, evaluate, moving)
        points += ask.walks * (moving.size + 1)
    partly = Sensitivity(ask, base, ends, moving, screening, chosen, None, (), points, jobs, 0.0)
    if ask.points and moving.size:
        chosen = _top(partly)
        sobol = _sobol(ask, evaluate, chosen)
        points += ask.points * (chosen.size + 2)
    decisions = tuple(
        decide(target, _column(ask, target), ask.factors, base, ends, evaluate) for target in ask.targets
    )
    return replace(
        partly, sampled=chosen, indices=sobol, decisions=decisions,
        points=points + sum(decision.points for decision in decisions),
        seconds=time.perf_counter() - started,
    )  # fmt: skip


def _column(ask: Ask, target: Target) -> int:
    assert target.output is not None
    return ask.outputs.index(target.output)


def _morris(ask: Ask, evaluate: Evaluate, moving: NDArray[np.int64]) -> Screening:
    walked = trajectories(moving.size, ask.walks, ask.seed)
    results = evaluate(_spread(walked.places.reshape(-1, moving.size), moving, ask), "Morris walks")
    means = results.mean(axis=1).reshape(ask.walks, moving.size + 1, -1)
    return screen(elementary_effects(walked, means), ask.seed)


def _sobol(ask: Ask, evaluate: Evaluate, chosen: NDArray[np.int64]) -> Indices:
    places = saltelli_places(chosen.size, ask.points, ask.seed)
    flat = _spread(places.reshape(-1, chosen.size), chosen, ask)
    means = evaluate(flat, "Sobol samples", drawn=True).mean(axis=1)
    return indices(means.reshape(*places.shape[:2], -1), ask.seed)


def _spread(places: Floats, factors: NDArray[np.int64], ask: Ask) -> Floats:
    """Places of some factors among those of all; the others stay as they stand."""
    full = np.full((len(places), len(ask.factors)), np.nan)
    full[:, factors] = places
    return full


def _top(found: Sensitivity) -> NDArray[np.int64]:
    """The factors that are among the first `top` for any output and move something."""
    firsts = {f for o in range(len(found.ask.outputs)) for f in found.ranking(o)[: found.ask.top]}
    return np.array(sorted(firsts & set(found.moving.tolist())), dtype=np.int64)


class Evaluator:
    """Results of the scenario at places of the factors, run by a crew."""

    def __init__(self, ask: Ask, crew: Crew, stage: Stage) -> None:
        self._ask, self._crew, self._stage = ask, crew, stage

    def __call__(self, places: Floats, label: str, *, drawn: bool = False) -> Floats:
        """float64[point, replication, output]; `drawn` takes evidence over its own distribution.

        The ends of each factor alone are known to be scenarios (see `choose`); a combination that is none
        ends the study with its message, and what was run stays in the bank.
        """
        builds = [partial(self._scenario, tuple(row.tolist()), drawn) for row in places]
        with self._stage(label, len(builds) * self._crew.replications) as step:
            carry = carrying((output.metric for output in self._ask.outputs), drawn=False)
            found = run_points(builds, replace(self._crew, on_done=step, carry=carry), self._results)
        return np.array(found)

    def _scenario(self, places: Sequence[float], drawn: bool) -> ResolvedScenario:
        texts: list[str] = []
        evidence: dict[str, float] = {}
        for factor, place in zip(self._ask.factors, places, strict=True):
            if not np.isnan(place):
                texts += factor.sets(place)
                evidence |= factor.evidence(place, drawn=drawn)
        return self._ask.base.loaded(texts, evidence)

    def _results(self, tables: tuple[Tables, ...]) -> Floats:
        return np.array([[output.of(one) for output in self._ask.outputs] for one in tables])
