"""The gap: what a council with its roll-out costs more than its twin without one, to the penny.

Every posting belongs to one cause.  What other streams pay is theirs, whatever it is spent on; what the
council pays goes by its category (`CAUSE_OF`).  Income (clawback, charges, grants) is a negative posting and
belongs to the cause whose cost it meets.  So the causes add up to the gap exactly, in every month.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ibsim.units import ARMS, GROUPS, financial_year, month_starts
from ibsim.words import CARE_MANAGEMENT_TIME, PACKAGE, Category, Stream
from ibsim.words import SETUP as SETUP_CATEGORIES

if TYPE_CHECKING:
    from ibsim.results.tables import Tables

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Cube = NDArray[np.float64]

CAUSES = (
    "packages",
    "care management",
    "planning",
    "set-up",
    "dual running",
    "void",
    "market",
    "streams",
)
"""Why a roll-out costs more or less than none, in the order in which results list it."""
SETUP, STREAMS = CAUSES.index("set-up"), CAUSES.index("streams")
SPEND, PRICE = "package_gbp", "package_gbp_per_person_week"
_CATEGORIES: Mapping[str, tuple[Category, ...]] = {
    "packages": (
        *(category for category in PACKAGE if category is not Category.BRIDGING),
        Category.OTHER_SUPPORT,
        Category.PAYMENT_SUPPORT,
        Category.ADAPTATION,
        Category.CLAWBACK,
        Category.USER_CHARGES,
    ),
    "care management": (*CARE_MANAGEMENT_TIME, Category.PANEL),
    "planning": (Category.SUPPORT_PLANNERS, Category.PLANNING_FEE),
    "set-up": (*SETUP_CATEGORIES, Category.PILOT_GRANT),
    "dual running": (Category.DUAL_ADMINISTRATION,),
    "void": (Category.VOID,),
    "market": (Category.IN_HOUSE, Category.MARKET_SUPPORT, Category.BRIDGING),
}
CAUSE_OF: Mapping[Category, str] = {
    category: cause for cause, categories in _CATEGORIES.items() for category in categories
}
"""The cause of what the council itself pays, by category; each category has just one."""


@dataclass(frozen=True)
class Weeks:
    """Weeks of packages over the run, the twin's too, and pounds a week of the twin's packages."""

    own: float
    twin: float
    price: float

    @property
    def percent(self) -> float:
        """By how many percent of the twin's weeks people had more support; NaN where nobody had any."""
        return 100 * (self.own / self.twin - 1) if self.twin else math.nan

    @property
    def worth(self) -> float:
        """Pounds that the weeks more or less come to at the twin's price."""
        return (self.own - self.twin) * self.price


@dataclass(frozen=True)
class Gap:
    """One replication's gap in whole pence: its ledger less its twin's.

    `pence` int64[month, cause, group, arm]; `base` int64[month, group], what the twin cost all payers, and
    `council_base` what it cost the council.  `supported` float64[year + 1, group + 1], people supported in
    each year and in all.  `start` is the first counted day, `tolerance_percent` the verdict's lever, `weeks`
    how long people had their packages in either.
    """

    pence: Ints
    base: Ints
    council_base: Ints
    supported: Cube
    start: date
    tolerance_percent: float
    weeks: Weeks = Weeks(0.0, 0.0, 0.0)

    @cached_property
    def year(self) -> Ints:
        """Each month's financial year, counted from the first: int64[month]."""
        first = financial_year(self.start)
        months = month_starts(self.start, self.pence.shape[0])
        return np.array([financial_year(month) - first for month in months], dtype=np.int64)

    def over_tolerance(self, pence: Ints, base: Ints) -> Cube:
        """By how many pence a cumulative gap is over what is tolerated, month by month (first axis)."""
        return np.cumsum(pence, axis=0) - self.tolerance_percent / 100 * np.cumsum(base, axis=0)

    @property
    def total(self) -> Ints:
        """The gap of all payers and causes, int64[month]."""
        return self.pence.sum(axis=(1, 2, 3))

    @property
    def without_setup(self) -> Ints:
        """The gap but for set-up, int64[month]."""
        return self.total - self.pence[:, SETUP].sum(axis=(1, 2))

    @property
    def council(self) -> Ints:
        """The gap of what the council itself pays, int64[month]."""
        return self.total - self.pence[:, STREAMS].sum(axis=(1, 2))

    @property
    def by_cause(self) -> Ints:
        """Pence of each cause over the whole run, int64[cause]; they add up to the gap."""
        return self.pence.sum(axis=(0, 2, 3))

    @cached_property
    def metrics(self) -> dict[str, Cube]:
        """The gap's metrics by year (see `ibsim.results.tables`)."""
        spent = self.pence.sum(axis=1)
        metrics = {
            "cost_gap_gbp": self._yearly(spent),
            "cost_gap_without_setup_gbp": self._yearly(spent - self.pence[:, SETUP]),
            "council_cost_gap_gbp": self._yearly(spent - self.pence[:, STREAMS]),
            "cumulative_cost_gap_gbp": self._at_year_ends(_pounds(np.cumsum(spent, axis=0))),
            "cost_gap_gbp_per_person": self._per_person(self._yearly(spent)),
            "cost_neutral_probability": self._at_year_ends(self._neutral()),
        }
        for number, name in enumerate(CAUSES):
            metrics[cause_metric(name)] = self._yearly(self.pence[:, number])
        return metrics

    @cached_property
    def series(self) -> dict[str, Cube]:
        """The gap's metrics by month."""
        spent = self.pence.sum(axis=1)
        return {
            "cost_gap_gbp": _pounds(spent),
            "cumulative_cost_gap_gbp": _pounds(np.cumsum(spent, axis=0)),
            "cost_neutral_probability": self._neutral(),
        }

    def _neutral(self) -> Cube:
        """1 where the cumulative gap is tolerated, by group and month; no arm is neutral by itself."""
        spent = self.pence.sum(axis=(1, 3))
        groups = np.concatenate([spent, spent.sum(axis=1, keepdims=True)], axis=1)
        base = np.concatenate([self.base, self.base.sum(axis=1, keepdims=True)], axis=1)
        cube = np.full((len(GROUPS) + 1, len(ARMS) + 1, spent.shape[0]), np.nan)
        cube[:, -1, :] = (self.over_tolerance(groups, base) <= 0).T
        return cube

    def _yearly(self, monthly: Ints) -> Cube:
        """Pounds by year and in all of pence int64[month, group, arm]."""
        years = range(int(self.year[-1]) + 1)
        parts = [monthly[self.year == year].sum(axis=0) for year in years]
        return _pounds(np.stack([*parts, monthly.sum(axis=0)]))

    def _at_year_ends(self, monthly: Cube) -> Cube:
        """What holds in each year's last month; that of the last year stands for all."""
        last = np.flatnonzero(np.append(np.diff(self.year) > 0, True))
        return monthly[:, :, [*last, last[-1]]]

    def _per_person(self, gap: Cube) -> Cube:
        """Pounds a person supported, both arms together."""
        cube = np.full_like(gap, np.nan)
        people = self.supported.T
        with np.errstate(divide="ignore", invalid="ignore"):
            cube[:, -1] = np.where(people > 0, gap[:, -1] / people, np.nan)
        return cube


def gap_between(tables: Tables, twin: Tables, start: date, tolerance_percent: float) -> Gap:
    """The gap of one replication against the same replication of its twin."""
    base = twin.ledger.sum(axis=(2, 4))
    supported: NDArray[Any] = tables.metrics["people_supported"]
    return Gap(
        pence=_by_cause(tables.ledger - twin.ledger),
        base=base.sum(axis=1),
        council_base=base[:, Stream.ASC],
        supported=np.asarray(supported[:, -1, :], dtype=np.float64).T,
        start=start,
        tolerance_percent=tolerance_percent,
        weeks=Weeks(_package_weeks(tables), _package_weeks(twin), _whole(twin, PRICE)),
    )


def _package_weeks(tables: Tables) -> float:
    """Weeks of packages over the run; none where nobody has one."""
    price = _whole(tables, PRICE)
    return _whole(tables, SPEND) / price if price > 0 else 0.0


def _whole(tables: Tables, metric: str) -> float:
    """A metric over all groups, arms and years; nought where nobody counts."""
    value = float(tables.metrics[metric][-1, -1, -1])
    return 0.0 if math.isnan(value) else value


def cause_metric(cause: str) -> str:
    """The metric of what one cause contributes."""
    return f"cost_gap_gbp_{cause.replace('-', '').replace(' ', '_')}"


def _by_cause(ledger: Ints) -> Ints:
    """A ledger int64[month, payer, category, group, arm] by cause: int64[month, cause, group, arm]."""
    months, _, _, groups, arms = ledger.shape
    found = np.zeros((months, len(CAUSES), groups, arms), dtype=np.int64)
    for category in Category:
        found[:, CAUSES.index(CAUSE_OF[category])] += ledger[:, Stream.ASC, category]
    others = [stream for stream in Stream if stream is not Stream.ASC]
    found[:, STREAMS] += ledger[:, others].sum(axis=(1, 2))
    return found


def _pounds(pence: Ints) -> Cube:
    """Pence int64[time, group, arm] as pounds float64[group + 1, arm + 1, time], with totals."""
    whole = np.concatenate([pence, pence.sum(axis=1, keepdims=True)], axis=1)
    whole = np.concatenate([whole, whole.sum(axis=2, keepdims=True)], axis=2)
    return np.moveaxis(whole, 0, 2) / 100
