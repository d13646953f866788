"""A target, and what replications say about it at one confidence: met, not met, or undecided."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ibsim.errors import InputError
from ibsim.experiment.outputs import Output, parse_output
from ibsim.experiment.samples import Floats
from ibsim.scenario.problems import quote

Verdict = Literal["met", "not met", "undecided"]
MET: Verdict = "met"
NOT_MET: Verdict = "not met"
UNDECIDED: Verdict = "undecided"

_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
_FORM = re.compile(
    rf"(.+?)(>=|<=)\s*({_NUMBER})(?:\s+in\s+({_NUMBER})\s*(?:percent|%)(?:\s+of\s+replications)?)?\s*",
    re.ASCII,
)
RULE = (
    "a target is written METRIC[GROUP,ARM,YEAR]>=NUMBER or <=NUMBER, on the mean over replications, "
    "or with `in 95 percent of replications` after it"
)


@dataclass(frozen=True)
class Target:
    """A limit on one number: of its mean over replications, or in `percent` of them where that is given.

    `limit` is in the metric's unit.  `name` is the target as users write it.
    """

    name: str
    at_least: bool
    limit: float
    percent: float | None = None
    output: Output | None = None

    def meets(self, values: Floats) -> Floats:
        """1 where a value meets the limit, else 0; nobody counted meets nothing."""
        good = values >= self.limit if self.at_least else values <= self.limit
        return good.astype(np.float64)

    def better(self, values: Floats) -> Floats:
        """The values with the sign turned where small ones are wanted."""
        return values if self.at_least else -values


@dataclass(frozen=True)
class Finding:
    """What `replications` values say about a target.

    `value` is their mean, or the percent of replications that meet the limit; `low` and `high` are the
    one-sided bounds that the verdict rests on; `mean`, `ci_low` and `ci_high` the mean with its 95 percent
    interval.
    """

    value: float
    low: float
    high: float
    mean: float
    ci_low: float
    ci_high: float
    replications: int
    verdict: Verdict


def parse_target(text: str, years: tuple[str, ...]) -> Target:
    """The target that a text names; InputError, saying what is wrong, if it names none."""
    where = f"--target {quote(text)[1:-1]}"
    match = _FORM.fullmatch(text)
    if match is None:
        remedy = 'write for instance "review_compliance_percent[OP,all,2007-08]>=90"'
        raise InputError(where, quote(text), RULE, remedy)
    output = parse_output(match.group(1), where, years)
    sign, limit, percent = match.group(2), float(match.group(3)), match.group(4)
    if percent is not None and not 0 < float(percent) < 100:
        raise InputError(
            where, f"{percent} percent", "the share lies above 0 and below 100", "write 95 percent"
        )
    name = f"{output.label} {sign} {limit:g}" + (
        f" in {float(percent):g} percent of replications" if percent else ""
    )
    return Target(name, sign == ">=", limit, float(percent) if percent else None, output)


def find(target: Target, values: Floats, doubt: float) -> Finding:
    """What the values of n replications say: float64[n]; each bound is wrong with a chance of `doubt`.

    A replication in which nobody counts (NaN) meets no limit; where fewer than two count, the target on a
    mean is not met.
    """
    from ibsim.results.statistics import summarise

    about = summarise(values)
    mean, ci_low, ci_high = float(about.mean), float(about.ci_low), float(about.ci_high)
    if target.percent is not None:
        value, low, high = _share(target, values, doubt)
        verdict = _verdict(low, high, target.percent, at_least=True)
    elif about.replications < min(2, len(values)):
        value, low, high, verdict = math.nan, math.nan, math.nan, NOT_MET
    else:
        value, half = mean, _half_width(values[~np.isnan(values)], doubt)
        low, high = value - half, value + half
        verdict = _verdict(low, high, target.limit, target.at_least)
    return Finding(value, low, high, mean, ci_low, ci_high, len(values), verdict)


def fewest(percent: float, doubt: float) -> int:
    """Replications that it takes to show a share, when the limit is met in all of them."""
    return math.ceil(math.log(doubt) / math.log(percent / 100))


def _verdict(low: float, high: float, limit: float, at_least: bool) -> Verdict:
    if at_least:
        return MET if low >= limit else NOT_MET if high < limit else UNDECIDED
    return MET if high <= limit else NOT_MET if low > limit else UNDECIDED


def _half_width(values: Floats, doubt: float) -> float:
    """Student's t for a one-sided bound of the mean; none can be given from one value."""
    from scipy.special import stdtrit

    if values.size < 2:
        return math.inf
    spread = float(values.std(ddof=1)) if np.ptp(values) > 0 else 0.0
    return float(stdtrit(values.size - 1, 1 - doubt)) * spread / math.sqrt(values.size)


def _share(target: Target, values: Floats, doubt: float) -> tuple[float, float, float]:
    """The percent of replications that meet the limit, with one-sided bounds (Clopper and Pearson 1934)."""
    from scipy.special import betaincinv

    n, hits = len(values), int(target.meets(values).sum())
    low = float(betaincinv(hits, n - hits + 1, doubt)) if hits else 0.0
    high = float(betaincinv(hits + 1, n - hits, 1 - doubt)) if hits < n else 1.0
    return 100 * hits / n, 100 * low, 100 * high
