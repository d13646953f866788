"""One lever: the first value of its grid that meets the targets, by a coarse look and then bisection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ibsim.experiment.seek.targets import MET, NOT_MET, Target
from ibsim.experiment.seek.trials import Trials, Tried

COARSE = 5
"""Values spread over the whole grid that are tried first, so that a response that turns is seen."""


@dataclass(frozen=True)
class Turn:
    """Two values between which a target's number goes against its general direction, beyond chance."""

    target: Target
    before: Tried
    after: Tried


@dataclass(frozen=True)
class Least:
    """The answer of a search over `grid`, whose earlier values are preferred.

    `found` is the first value shown to meet, `before` the grid's value just before it (None at the start
    of the grid); `best` is the point nearest to meeting; `turns` say that the response is not monotone,
    `relapses` are later values at which it is shown not to meet although `found` does.
    """

    grid: tuple[float, ...]
    found: Tried | None
    before: Tried | None
    best: Tried
    turns: tuple[Turn, ...]
    relapses: tuple[Tried, ...]

    @property
    def is_monotone(self) -> bool:
        """Whether nothing that was tried speaks against a response that only rises or only falls."""
        return not self.turns and not self.relapses


def least(trials: Trials, grid: Sequence[float]) -> Least:
    """Search the grid: five values over all of it, then bisection below the first that meets.

    Each is run until it is decided (see `Trials`); an undecided value counts as not shown to meet.
    Bisection looks only where the coarse values leave room, so a response that turns twice between two of
    them goes unseen; what is seen is told in `turns` and `relapses`.
    """
    last = len(grid) - 1
    coarse = sorted({round(last * part / (COARSE - 1)) for part in range(COARSE)})
    shown = [trials.decide((grid[at],)).verdict == MET for at in coarse]
    found = before = None
    if any(shown):
        first = shown.index(True)
        high, low = coarse[first], coarse[first - 1] if first else -1
        while high - low > 1:
            middle = (low + high) // 2
            if trials.decide((grid[middle],)).verdict == MET:
                high = middle
            else:
                low = middle
        found = trials.tried[grid[high],]
        before = trials.tried[grid[low],] if low >= 0 else None
    line = [trials.tried[value,] for value in grid if (value,) in trials.tried]
    after = line[line.index(found) + 1 :] if found else []
    return Least(
        grid=tuple(grid),
        found=found,
        before=before,
        best=min(line, key=trials.shortfall),
        turns=tuple(turn for turn in _turns(trials, line) if turn is not None),
        relapses=tuple(tried for tried in after if tried.verdict == NOT_MET),
    )


def _turns(trials: Trials, line: Sequence[Tried]) -> list[Turn | None]:
    """For each target the clearest step against its general direction, None where chance explains all.

    Steps are paired by replication (the dice are the same).  The general direction is that from the first
    value to the last; the confidence is shared among the steps.
    """
    turns: list[Turn | None] = []
    for column, target in enumerate(trials.targets):
        whole, _ = _step(line[0], line[-1], column)
        doubt = (1 - trials.rule.confidence) / max(len(line) - 1, 1)
        steps = [(one, two, *_step(one, two, column)) for one, two in pairwise(line)]
        against = [
            (_t(mean * -np.sign(whole), error), one, two)
            for one, two, mean, error in steps
            if mean * whole < 0
        ]
        worst = max(against, key=lambda item: item[0], default=None)
        if worst is None or worst[0] < _quantile(min(len(worst[1].values), len(worst[2].values)), doubt):
            turns.append(None)
        else:
            turns.append(Turn(target, worst[1], worst[2]))
    return turns


def _step(one: Tried, two: Tried, column: int) -> tuple[float, float]:
    """Mean and standard error of the paired difference of two points; zeros where nobody counts."""
    n = min(len(one.values), len(two.values))
    steps = two.values[:n, column] - one.values[:n, column]
    steps = steps[~np.isnan(steps)]
    if steps.size < 2:
        return 0.0, 0.0
    return float(steps.mean()), float(steps.std(ddof=1) / np.sqrt(steps.size))


def _t(mean: float, error: float) -> float:
    return mean / error if error > 0 else float(np.inf) if mean > 0 else 0.0


def _quantile(n: int, doubt: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(max(n - 1, 1), 1 - doubt))
