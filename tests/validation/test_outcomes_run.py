"""The run in trial mode: how its two arms fare is what the tables print, within the run's own intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import t as students

from ibsim.evidence import Evidence
from ibsim.evidence import load as load_evidence
from ibsim.replication import Tables
from ibsim.units import GROUPS
from tests.councils import Laboratory
from tests.validation.test_tables_run import REPLICATIONS, SECOND_YEAR, TRIAL

pytestmark = pytest.mark.slow
Floats = NDArray[np.float64]
Columns = dict[str, NDArray[Any]]


@pytest.fixture(scope="module")
def runs(lab: Laboratory) -> Sequence[Tables]:
    return [lab.tables(TRIAL, number=number) for number in range(REPLICATIONS)]


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return load_evidence()


def asked(evidence: Evidence, base: str) -> list[float]:
    """The people of each group of whom a table is printed: the trial's mix."""
    facts = evidence.facts
    return [sum(facts[f"{base}-{g.lower()}-{arm}-n"].value for arm in ("ib", "comparison")) for g in GROUPS]


def within(values: Sequence[float], printed: float) -> tuple[float, float]:
    """How far the mean over replications lies from a printed number, and half its 99 percent interval."""
    found = np.array(values)
    half = found.std(ddof=1) / np.sqrt(found.size) * students.ppf(0.995, found.size - 1)
    return abs(float(found.mean()) - printed), float(half)


@pytest.mark.parametrize(("arm", "name"), [(0, "comparison"), (1, "ib")])
def test_health_costs_in_the_trials_mix(
    runs: Sequence[Tables], evidence: Evidence, arm: int, name: str
) -> None:
    """59 and 83 pounds a week (section 7.4)."""
    mix = asked(evidence, "health-self-rated")
    cells = [t.metrics["health_gbp_per_person_week"][:4, arm, SECOND_YEAR] for t in runs]
    off, half = within(
        [float(np.average(cell, weights=mix)) for cell in cells],
        evidence.facts[f"health-total-weekly-cost-{name}-mean"].value,
    )
    assert off < half


def differences(
    runs: Sequence[Tables], mix: Sequence[float], of: Callable[[Columns, NDArray[np.bool_]], float]
) -> list[float]:
    """By replication: those of the IB arm with support in place less the comparison arm, in the mix."""
    found = []
    for tables in runs:
        trial = tables.trial or {}
        placed, other = (trial["trial"] == 1) & (trial["placed_at"] >= 0), trial["trial"] == 0
        each = [of(trial, placed & (trial["group"] == g)) - of(trial, other & (trial["group"] == g))
                for g in range(4)]  # fmt: skip
        found.append(float(np.average(each, weights=mix)))
    return found


def mean_of(column: str) -> Callable[[Columns, NDArray[np.bool_]], float]:
    return lambda trial, who: float(trial[column][who].mean())


def odds_of_control(trial: Columns, who: NDArray[np.bool_]) -> float:
    """The mean of both cut points, in log odds."""
    shares = [(trial["control"][who] >= level).mean() for level in (1, 2)]
    return float(np.mean([np.log(share / (1 - share)) for share in shares]))


@pytest.mark.parametrize(
    ("row", "base", "of"),
    [
        ("ascot-ib-effect", "ascot", mean_of("ascot")),
        ("ghq-ib-effect", "ghq12", mean_of("ghq")),
        ("control-ib-effect", "qol", odds_of_control),
    ],
)
def test_differences_with_support_in_place(
    runs: Sequence[Tables],
    evidence: Evidence,
    row: str,
    base: str,
    of: Callable[[Columns, NDArray[np.bool_]], float],
) -> None:
    """Tables 6.12 to 6.14, whose own 95 percent intervals are far wider than the run's."""
    found = differences(runs, asked(evidence, base), of)
    printed = evidence.row(row)
    assert printed.low is not None and printed.high is not None
    assert printed.low < np.mean(found) < printed.high
    off, half = within(found, evidence.value(row))
    # those who refuse or withdraw differ a little from those who take an IB up
    assert off < half + 0.05 * (printed.high - printed.low)
