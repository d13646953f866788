"""What an IB costs more, and what people gain by it: plane, ratio and acceptability (section 7.7).

Each holder is compared with the same person on conventional support.  In trial mode there is also what the
evaluators would find: the arms as they were randomised, at the interview, with the cost of the IB arm from
the plans, as in the report.  Both by bootstrap: people are drawn again within replications.  What
replications differ by beyond that (sampled evidence) is kept: the means of replications are drawn in by the
part of their spread that the chance of people explains.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ibsim.draws import Draws
from ibsim.results.metrics import GROUP_LABELS
from ibsim.units import GROUPS
from ibsim.words import CONVENTIONAL, IB

if TYPE_CHECKING:
    from ibsim.results.tables import Tables

Floats = NDArray[np.float64]
DRAWS = 3_000
OUTCOMES = ("ascot", "control", "ghq", "quality_of_life", "satisfied")
"""What people gain, each so that higher is better: the GHQ is turned round, as in Table 7.9."""
COST, HEALTH, FIRST = 0, 1, 2
"""The columns of a sample: pounds a week of support, of the health service, then the outcomes."""
WILLINGNESS = (0, 10, 20, 50, 100, 150, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000)
"""Pounds a week that one more point may cost."""
QUADRANTS = ("ne", "nw", "se", "sw")
"""As in Figure 7.3 of the report: north is a better outcome, west a lower cost."""
ENDS = (2.5, 97.5)


@dataclass(frozen=True)
class Interval:
    """A number with its 95 percent interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Effect:
    """What an IB does for one outcome of a group, pounds a week and points.

    `quadrants` are shares of the draws by `QUADRANTS`, `acceptable` the probability at each of
    `WILLINGNESS` that the gain is worth its cost; `points` float64[draws, 2] are cost and gain.
    """

    group: str
    outcome: str
    people: float
    cost: Interval
    gain: Interval
    ratio: Interval
    health: Interval
    quadrants: tuple[float, ...]
    acceptable: tuple[float, ...]
    points: Floats

    @property
    def quadrant(self) -> str:
        """Where the means lie: `nw` is better and cheaper."""
        return ("n" if self.gain.value > 0 else "s") + ("e" if self.cost.value > 0 else "w")


@dataclass(frozen=True)
class Sample:
    """People of one arm (or differences of the same people): values float64[n, 7], weights float64[n].

    `mean` is that of all of whom they are a sample, `people` how many these are and `weight` their weight.
    """

    values: Floats
    weights: Floats
    mean: Floats
    people: int
    weight: float


def effects(tables: Sequence[Tables], seed: int) -> tuple[Effect, ...]:
    """What an IB does for its holders, by group (and all) and outcome; none where there are none."""
    return _of_all([_of_holders(t) for t in tables], seed)


def trial_effects(tables: Sequence[Tables], seed: int) -> tuple[Effect, ...]:
    """What the evaluators of a trial would find; none outside trial mode."""
    return _of_all([_of_trial(t) for t in tables], seed)


def _of_all(samples: Sequence[list[list[Sample]]], seed: int) -> tuple[Effect, ...]:
    draws = Draws(seed, 0)
    groups = {name: group for g, name in enumerate(GROUPS) if (group := _group(samples, g, draws))}
    if groups:
        groups[GROUP_LABELS[-1]] = _together(list(groups.values()))
    return tuple(effect for name, group in groups.items() for effect in _effects(name, group))


def _of_holders(tables: Tables) -> list[list[Sample]]:
    """[group][one arm]: differences between an IB and conventional support for the same people."""
    kept = tables.gains
    if not kept:
        return [[] for _ in GROUPS]
    out = []
    for g in range(len(GROUPS)):
        mine = kept["group"] == g
        values = kept["difference"][mine].astype(np.float64)
        weights = kept["weight"][mine].astype(np.float64)
        people, weeks = int(kept["all_people"][g]), float(kept["all_weeks"][g])
        out.append([Sample(values, weights, kept["all_difference"][g], people, weeks)])
    return out


def _of_trial(tables: Tables) -> list[list[Sample]]:
    """[group][IB, conventional]: everybody whom the evaluators saw."""
    trial = tables.trial
    if trial is None:
        return [[] for _ in GROUPS]
    columns = [
        trial["support_gbp_per_week"], trial["health"], trial["ascot"], trial["control"] == 2,
        -trial["ghq"], trial["quality_of_life"], trial["satisfied"],
    ]  # fmt: skip
    values = np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)
    values[:, COST] += tables.gains["visits"][trial["group"], trial["trial"]]
    out = []
    for g in range(len(GROUPS)):
        arms = []
        for arm in (IB, CONVENTIONAL):
            mine = values[(trial["group"] == g) & (trial["trial"] == arm)]
            weights = np.ones(mine.shape[0])
            arms.append(Sample(mine, weights, _mean(mine, weights), mine.shape[0], float(mine.shape[0])))
        out.append(arms)
    return out


def _mean(values: Floats, weights: Floats) -> Floats:
    """Weighted means of columns; what is not known of somebody (NaN) does not count."""
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        mean: Floats = (weights @ np.where(known, values, 0.0)) / (weights @ known)
    return mean


@dataclass(frozen=True)
class _Group:
    """A group's means float64[7] and draws float64[DRAWS, 7]; `people` in the mean replication."""

    people: float
    weight: float
    mean: Floats
    draws: Floats


def _group(samples: Sequence[list[list[Sample]]], g: int, draws: Draws) -> _Group | None:
    """One group over the replications in which it has people in each arm; None if there is none."""
    arms = [groups[g] for groups in samples if groups[g]]
    arms = [each for each in arms if all(sample.values.shape[0] for sample in each)]
    if not arms:
        return None
    means = np.array([_less([sample.mean for sample in each]) for each in arms])
    mean = _less([_pooled(column) for column in zip(*arms, strict=True)])
    which = (draws.uniform(f"replication {g}", np.arange(DRAWS)) * len(arms)).astype(np.int64)
    noise = np.empty((DRAWS, mean.size))
    for number, each in enumerate(arms):
        mine = np.flatnonzero(which == number)
        noise[mine] = _less([_drawn_again(s, draws, f"person {g} {arm}", mine) for arm, s in enumerate(each)])
    beyond = np.nan_to_num(_beyond_chance(means, noise) * (means - mean))
    people = sum(each[0].people for each in arms) / len(samples)
    weight = sum(sample.weight for each in arms for sample in each)
    return _Group(people, weight, mean, mean + noise + beyond[which])


def _less(parts: Sequence[Floats]) -> Floats:
    """The only part, or the first less the second."""
    return parts[0] if len(parts) == 1 else parts[0] - parts[1]


def _pooled(samples: Iterable[Sample]) -> Floats:
    """The mean over replications, each by its weight."""
    each = [(sample.mean, sample.weight) for sample in samples]
    return _mean(np.array([mean for mean, _ in each]), np.array([weight for _, weight in each]))


def _drawn_again(sample: Sample, draws: Draws, name: str, numbers: NDArray[np.int64]) -> Floats:
    """How far the mean of people drawn again lies from that of the sample: float64[numbers, 7].

    A sample of few stands for many: its chance is drawn in accordingly.
    """
    n = sample.values.shape[0]
    places = np.tile(np.arange(n), numbers.size)
    who = (draws.uniform(name, np.repeat(numbers, n), places) * n).astype(np.int64).reshape(-1, n)
    counts = np.zeros((numbers.size, n))
    np.add.at(counts, (np.arange(numbers.size)[:, None], who), 1.0)
    weights = counts * sample.weights
    known = ~np.isnan(sample.values)
    with np.errstate(invalid="ignore"):
        means = (weights @ np.where(known, sample.values, 0.0)) / (weights @ known)
    away: Floats = (means - _mean(sample.values, sample.weights)) * np.sqrt(n / sample.people)
    return np.nan_to_num(away)


def _beyond_chance(means: Floats, noise: Floats) -> Floats:
    """The part of the replications' spread that the chance of people does not explain, 0 to 1."""
    part: Floats = np.zeros(means.shape[1])
    # a spread takes two replications in which anybody was asked
    known = (~np.isnan(means)).sum(axis=0) >= 2
    between, within = np.nanvar(means[:, known], axis=0, ddof=1), noise.var(axis=0)[known]
    with np.errstate(invalid="ignore", divide="ignore"):
        part[known] = np.sqrt(np.clip(1 - within / between, 0.0, 1.0))
    return np.nan_to_num(part)


def _together(groups: Sequence[_Group]) -> _Group:
    """All groups, each by its weight."""
    weights = np.array([group.weight for group in groups])
    mean = _mean(np.array([group.mean for group in groups]), weights)
    draws = np.average([group.draws for group in groups], axis=0, weights=weights)
    return _Group(sum(group.people for group in groups), float(weights.sum()), mean, draws)


def _effects(name: str, group: _Group) -> list[Effect]:
    """The effects of one group on each outcome."""
    cost = group.draws[:, COST]
    found = []
    for place, outcome in enumerate(OUTCOMES, start=FIRST):
        gain = group.draws[:, place]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = cost / gain
            ratio = group.mean[COST] / group.mean[place]
        better, dearer = gain > 0, cost > 0
        in_quadrant = (better & dearer, better & ~dearer, ~better & dearer, ~better & ~dearer)
        found.append(
            Effect(
                group=name,
                outcome=outcome,
                people=group.people,
                cost=_interval(group.mean[COST], cost),
                gain=_interval(group.mean[place], gain),
                ratio=_interval(ratio, ratios),
                health=_interval(group.mean[HEALTH], group.draws[:, HEALTH]),
                quadrants=tuple(float(where.mean()) for where in in_quadrant),
                acceptable=tuple(float((pounds * gain - cost > 0).mean()) for pounds in WILLINGNESS),
                points=np.stack([cost, gain], axis=1),
            )
        )
    return found


def _interval(value: float, draws: Floats) -> Interval:
    finite = draws[np.isfinite(draws)]
    low, high = np.percentile(finite, ENDS) if finite.size else (np.nan, np.nan)
    return Interval(float(value) if np.isfinite(value) else np.nan, float(low), float(high))
