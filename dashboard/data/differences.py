"""How a run differs from another: paired where a comparison was made, otherwise from what the runs tell."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dashboard.data.comparison import Comparison
from dashboard.data.pairs import paired
from dashboard.data.run import ALL, Run
from ibsim.results.metrics import REGISTRY

PAIRED = "paired, same dice"
APART = "from two runs, dice not paired: the interval is wider than a comparison's"
ALONE = "one replication: no interval"


@dataclass(frozen=True, slots=True)
class Change:
    """A metric in two runs: both means, `other` less `first`, its 95 percent interval, and how it was got."""

    first: float
    other: float
    difference: float
    low: float
    high: float
    how: str

    @property
    def told_apart(self) -> bool:
        """Whether the interval leaves out nought."""
        return self.low > 0 or self.high < 0


def change(
    metric: str, first: Run, other: Run, pairing: Comparison | None = None, *, year: str = ALL, arm: str = ALL
) -> Change | None:
    """The change of a metric from `first` to `other`; None where nobody counts in one of them.

    Runs with the same seed are paired replication by replication; others give a Welch interval, which takes
    no advantage of common dice.
    """
    if pairing is not None:
        label = _label(pairing, other)
        found = pairing.difference(label, metric, arm=arm, year=year) if label else None
        if found is not None:
            return Change(found.first, found.other, found.difference, found.low, found.high, PAIRED)
    a, b = first.cell(metric, arm=arm, year=year), other.cell(metric, arm=arm, year=year)
    if not a.replications or not b.replications:
        return None
    if (same := paired(first, other, metric, arm, year)) is not None and not math.isnan(same[1]):
        return Change(a.mean, b.mean, *same, PAIRED)
    difference, half = b.mean - a.mean, _welch(a.sd, a.replications, b.sd, b.replications)
    how = ALONE if math.isnan(half) else APART
    return Change(a.mean, b.mean, difference, difference - half, difference + half, how)


def _label(pairing: Comparison, other: Run) -> str | None:
    for label, hash in zip(pairing.labels, pairing.hashes, strict=True):
        if hash == other.scenario_hash:
            return label
    return None


def _welch(sd_a: float, n_a: int, sd_b: float, n_b: int) -> float:
    """Half the 95 percent interval of a difference of two means whose spreads differ."""
    from scipy.special import stdtrit

    if n_a < 2 or n_b < 2 or math.isnan(sd_a) or math.isnan(sd_b):
        return math.nan
    a, b = sd_a**2 / n_a, sd_b**2 / n_b
    if a + b == 0:
        return 0.0
    freedom = (a + b) ** 2 / (a**2 / (n_a - 1) + b**2 / (n_b - 1))
    return float(stdtrit(freedom, 0.975)) * math.sqrt(a + b)


def judgement(metric: str, difference: float) -> str:
    """`better`, `worse`, or nothing where the metric has no good direction or nothing differs."""
    known = REGISTRY.get(metric)
    if known is None or known.direction == "neutral" or not difference or math.isnan(difference):
        return ""
    return "better" if (known.direction == "higher_is_better") == (difference > 0) else "worse"
