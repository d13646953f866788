"""The verdict: is the roll-out cost-neutral, from when, how likely, and which causes decide it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.results.gap import CAUSES, Gap, Ints
from ibsim.results.statistics import QUANTILES, Statistics, summarise
from ibsim.results.summary import Queue, RunResult
from ibsim.scenario.variants import has_rollout
from ibsim.units import financial_year, month_starts, year_label

Bools = NDArray[np.bool_]
BINDING = 2
"""So many queues are told of: the one that binds, and the next."""


@dataclass(frozen=True)
class Verdict:
    """What the pairs of a run come to; `uncertainty` says whether they drew their evidence."""

    gaps: tuple[Gap, ...]
    uncertainty: str
    queues: tuple[Queue, ...] = ()

    @cached_property
    def months(self) -> tuple[str, ...]:
        """The counted months, like 2006-04."""
        first = self.gaps[0]
        return tuple(f"{month:%Y-%m}" for month in month_starts(first.start, first.pence.shape[0]))

    @cached_property
    def years(self) -> tuple[str, ...]:
        """The counted financial years, like 2006-07."""
        first = financial_year(self.gaps[0].start)
        return tuple(year_label(first + year) for year in range(int(self.gaps[0].year[-1]) + 1))

    @cached_property
    def cumulative(self) -> Statistics:
        """Pounds of the gap since the start, by month: statistics of [month]."""
        return summarise([np.cumsum(gap.total) / 100 for gap in self.gaps])

    @cached_property
    def over(self) -> NDArray[np.float64]:
        """Pence by which a cumulative gap is over what is tolerated: float64[replication, month]."""
        return np.array([gap.over_tolerance(gap.total, gap.base.sum(axis=1)) for gap in self.gaps])

    @property
    def probability(self) -> float:
        """The share of replications that are cost-neutral at the end, set-up included."""
        return float((self.over[:, -1] <= 0).mean())

    @property
    def causes(self) -> Statistics:
        """Pounds that each cause contributes over the whole run: statistics of [cause]."""
        return summarise([gap.by_cause / 100 for gap in self.gaps])

    @property
    def support_weeks(self) -> Statistics:
        """Percent by which people had more weeks of their packages than in the twin, at place 0."""
        return _alone([gap.weeks.percent for gap in self.gaps])

    @property
    def support_worth(self) -> Statistics:
        """Pounds that those weeks come to at the twin's price, at place 0."""
        return _alone([gap.weeks.worth for gap in self.gaps])

    @property
    def break_even(self) -> int | None:
        """The first month from which the mean cumulative gap is tolerated to the end; None if none is."""
        return lasting(self.over.mean(axis=0) <= 0)

    def tree(self, sentence: str) -> dict[str, Any]:
        """The verdict as verdict.json holds it, ready for JSON; `sentence` tells it in words."""
        return {
            "sentence": sentence,
            "tolerance_percent": self.gaps[0].tolerance_percent,
            "replications": len(self.gaps),
            "uncertainty": self.uncertainty,
            "probability": self.probability,
            **dict(zip(("probability_low", "probability_high"), self.probability_interval(), strict=True)),
            "break_even": self._break_even(),
            "years": self._by_year(),
            "months": self._by_month(),
            "causes": _by_name(self.causes, CAUSES),
            "without_setup": self._part([g.without_setup for g in self.gaps], [g.base for g in self.gaps]),
            "council_only": self._part([g.council for g in self.gaps], [g.council_base for g in self.gaps]),
            "support": {
                "weeks_percent": _mean(self.support_weeks, 0),
                "worth_gbp": _mean(self.support_worth, 0),
            },
            "per_person_gbp": _mean(_alone([self._per_person(gap) for gap in self.gaps]), 0),
            "binds": [
                {
                    "queue": queue.name,
                    "people_waiting": _rounded(queue.people_waiting),
                    "wait_days": _rounded(queue.wait_days),
                }
                for queue in self.queues[:BINDING]
            ],
        }

    def probability_interval(self) -> tuple[float, float]:
        """Wilson's 95 percent interval of the probability, for so many replications."""
        n, p, z = len(self.gaps), self.probability, 1.959963984540054
        centre, spread = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        low, high = ((centre + sign * spread) / (1 + z * z / n) for sign in (-1, 1))
        return round(max(low, 0.0), 4), round(min(high, 1.0), 4)

    def _break_even(self) -> dict[str, Any]:
        """The month at the mean, and the months by which a tenth, half and nine tenths have broken even."""
        never = len(self.months)
        firsts = [lasting(row <= 0) for row in self.over]
        order = sorted(never if month is None else month for month in firsts)
        found = {
            f"p{round(100 * q)}": self._month(order[max(math.ceil(q * len(order)) - 1, 0)]) for q in QUANTILES
        }
        return {"date": self._month(self.break_even), "probability_by_end": self.probability, **found}

    def _month(self, at: int | None) -> str | None:
        return None if at is None or at >= len(self.months) else self.months[at]

    def _by_year(self) -> list[dict[str, Any]]:
        year = self.gaps[0].year
        found = []
        for number, label in enumerate(self.years):
            last = int(np.flatnonzero(year == number)[-1])
            gap = _alone([gap.total[year == number].sum() / 100 for gap in self.gaps])
            found.append(
                {
                    "year": label,
                    "gap_gbp": _mean(gap, 0),
                    "cumulative_gbp": _mean(self.cumulative, last) | _spread(self.cumulative, last),
                    "probability": self._neutral_at(last),
                }
            )
        return found

    def _by_month(self) -> list[dict[str, Any]]:
        return [
            {
                "month": month,
                "cumulative_gbp": {"mean": _rounded(float(self.cumulative.mean[at]), 2)}
                | _spread(self.cumulative, at),
                "probability": self._neutral_at(at),
            }
            for at, month in enumerate(self.months)
        ]

    def _neutral_at(self, month: int) -> float:
        return float((self.over[:, month] <= 0).mean())

    def _part(self, pence: Sequence[Ints], bases: Sequence[Ints]) -> dict[str, Any]:
        """The verdict on a part of the money: its gap over the whole run, and its probability."""
        over = [
            gap.over_tolerance(part, base.sum(axis=1))[-1]
            for gap, part, base in zip(self.gaps, pence, bases, strict=True)
        ]
        statistics = _alone([part.sum() / 100 for part in pence])
        return {
            "gap_gbp": _mean(statistics, 0) | _spread(statistics, 0),
            "probability": float((np.array(over) <= 0).mean()),
        }

    def _per_person(self, gap: Gap) -> float:
        people = float(gap.supported[-1, -1])
        return float(gap.total.sum()) / 100 / people if people > 0 else math.nan


def verdict_of(result: RunResult) -> Verdict | None:
    """The verdict of a run; None where there is no roll-out to judge, or it was not asked for."""
    if not result.gaps or not has_rollout(result.scenario):
        return None
    uncertainty = result.scenario.levers.verdict.uncertainty
    return Verdict(result.gaps, uncertainty, result.summary.queues)


def lasting(neutral: Bools) -> int | None:
    """The first place from which all are true to the end; None if the last is not."""
    false = np.flatnonzero(~neutral)
    first = int(false[-1]) + 1 if false.size else 0
    return first if first < neutral.size else None


def _alone(values: Sequence[float]) -> Statistics:
    """Statistics of one number a replication, at place 0."""
    return summarise(np.array(values, dtype=np.float64)[:, np.newaxis])


def _by_name(statistics: Statistics, names: Sequence[str]) -> list[dict[str, Any]]:
    return [{"cause": name, "gbp": _mean(statistics, at)} for at, name in enumerate(names)]


def _mean(statistics: Statistics, at: int) -> dict[str, float | None]:
    return {name: _rounded(float(getattr(statistics, name)[at]), 2) for name in ("mean", "ci_low", "ci_high")}


def _spread(statistics: Statistics, at: int) -> dict[str, float | None]:
    return {name: _rounded(float(getattr(statistics, name)[at]), 2) for name in ("p10", "p50", "p90")}


def _rounded(value: float, decimals: int = 4) -> float | None:
    """A number as files keep it, because its last bits can differ between processors; None for NaN."""
    return None if math.isnan(value) else round(value, decimals) + 0.0
