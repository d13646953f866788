"""England's results: the nation's metrics, a row for each council, and the returns beside them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ibsim.evidence.facts import Statistic
from ibsim.results.metrics import ARM_LABELS, GROUP_LABELS, REGISTRY
from ibsim.results.statistics import Floats, Statistics
from ibsim.results.summary import Cell
from ibsim.units import financial_year, year_label

if TYPE_CHECKING:
    from ibsim.evidence import Evidence
    from ibsim.results.tables import Tables
    from ibsim.scenario.england import Council
    from ibsim.scenario.model import CalendarSettings

HEADLINES = (
    "people_supported", "referrals", "first_assessments_new_clients", "reviews_completed",
    "review_compliance_percent", "reviews_overdue", "assessed_within_4_weeks_percent",
    "services_within_4_weeks_percent", "wait_days_referral_to_in_place", "people_waiting", "caseload_mean",
    "coordinator_utilisation_percent", "ib_holders", "gross_cost_gbp",
)  # fmt: skip
"""What `councils.csv` says of each council."""


@dataclass(frozen=True)
class Published:
    """A figure of the national returns and the metric that stands beside it.

    `basis` says how the model comes by it: `put in`, `derived`, `fitted` or `predicted`.
    """

    label: str
    measure_id: str
    year: str
    metric: str
    group: str
    basis: str


PUBLISHED = (
    Published("Clients in the year", "rap-clients-in-year", "2006-07", "people_supported", "all", "put in"),
    Published("New contacts", "rap-new-contacts", "2006-07", "contacts", "all", "put in"),
    Published(
        "First assessments, new clients", "rap-first-assessments-new-clients", "2006-07",
        "first_assessments_new_clients", "all", "put in",
    ),
    Published("Reviews completed", "rap-reviews", "2004-05", "reviews_completed", "all", "derived"),
    *(
        Published(
            f"65+ assessed within {words}, %", f"rap-assessed-65plus-within-{measure}", "2006-07",
            f"assessed_within_{metric}_percent", "OP", "fitted",
        )
        for words, measure, metric in (
            ("2 days", "2-days", "2_days"),
            ("2 weeks", "2-weeks", "2_weeks"),
            ("4 weeks", "4-weeks", "4_weeks"),
        )
    ),
    *(
        Published(
            f"65+ in place within {weeks} weeks, %", f"rap-services-65plus-within-{weeks}-weeks", "2006-07",
            f"services_within_{weeks}_weeks_percent", "OP", "fitted",
        )
        for weeks in (2, 4)
    ),
    Published(
        "Gross spend, £ million", "ex1-adult-gross-expenditure", "2007-08", "gross_cost_gbp", "all",
        "derived",
    ),
)  # fmt: skip
"""In the order of the terminal's table."""
MILLIONS = {"gross_cost_gbp": 1e-6}


@dataclass(frozen=True)
class Beside:
    """A published figure, the model's for the year that is nearest, and the difference.

    `difference` is in percentage points for percentages, else in percent of the published figure.
    """

    published: Published
    figure: float
    year: str
    model: Cell
    factor: float

    @property
    def in_points(self) -> bool:
        """Whether the difference is in percentage points."""
        return REGISTRY[self.published.metric].kind == "percent"

    @property
    def difference(self) -> float:
        """The model's figure against the published one."""
        model = self.model.mean * self.factor
        return model - self.figure if self.in_points else 100 * (model / self.figure - 1)


@dataclass
class CouncilRow:
    """What is kept of one council: its headline metrics and its queues, replication by replication."""

    council: Council
    values: list[Floats] = field(default_factory=list)  # float64[headline, year], all groups and arms
    queues: list[dict[str, float]] = field(default_factory=list)  # people waiting for staff

    def add(self, tables: Tables) -> None:
        """Take in one replication."""
        n_years = tables.diary.shape[0] - 1
        nobody = np.full((len(GROUP_LABELS), len(ARM_LABELS), n_years + 1), np.nan)
        self.values.append(np.stack([tables.metrics.get(name, nobody)[-1, -1, :-1] for name in HEADLINES]))
        self.queues.append({name: float(found[0]) for name, found in tables.binding.items()})

    @property
    def means(self) -> Floats:
        """Means over the replications in which somebody counted: float64[headline, year]."""
        stacked = np.stack(self.values)
        counted = (~np.isnan(stacked)).sum(axis=0)
        with np.errstate(invalid="ignore"):
            return np.asarray(np.nansum(stacked, axis=0) / np.where(counted, counted, np.nan))

    @property
    def binding_queue(self) -> str:
        """The queue in which most people wait for staff; empty where nobody does."""
        names = dict.fromkeys(name for found in self.queues for name in found)
        people = {name: sum(found.get(name, 0.0) for found in self.queues) for name in names}
        name = min(people, key=lambda queue: (-np.nan_to_num(people[queue]), queue), default="")
        return name if name and people[name] > 0 else ""


@dataclass(frozen=True)
class EnglandResult:
    """What a run of all councils hands to those who write or show it.

    `metrics` names the first axis of `yearly` [metric, 5, 3, years + 1]; `hashes` are of the councils'
    scenarios.
    """

    calendar: CalendarSettings
    evidence: Evidence
    hashes: tuple[str, ...]
    seed: int
    replications: int
    sets: tuple[str, ...]
    rows: tuple[CouncilRow, ...]
    metrics: tuple[str, ...]
    yearly: Statistics
    books: dict[str, int]
    jobs: int
    seconds: float

    @cached_property
    def years(self) -> tuple[str, ...]:
        """Labels of the last axis, `all` at the end."""
        first = financial_year(self.calendar.start)
        return (*(year_label(first + year) for year in range(self.calendar.years)), "all")

    def cell(self, metric: str, group: str = "all", arm: str = "all", year: str = "all") -> Cell:
        """One number of the nation by its labels."""
        at = (
            self.metrics.index(metric), GROUP_LABELS.index(group), ARM_LABELS.index(arm),
            self.years.index(year),
        )  # fmt: skip
        found = self.yearly
        low, high = float(found.ci_low[at]), float(found.ci_high[at])
        return Cell(float(found.mean[at]), low, high, int(found.replications[at]))

    def beside_returns(self) -> Iterator[Beside]:
        """The published figures, each with the model's for its year, or for the first if that is not run."""
        statistics: Mapping[str, Statistic] = self.evidence.statistics
        for published in PUBLISHED:
            figure = statistics[f"{published.measure_id}|{published.year}"].value
            if published.metric in MILLIONS:  # the return's pounds are those of the evidence
                figure *= self.evidence.prices.pound
            year = published.year if published.year in self.years else self.years[0]
            factor = MILLIONS.get(published.metric, 1.0)
            cell = self.cell(published.metric, published.group, year=year)
            if not math.isnan(cell.mean):
                yield Beside(published, figure * factor, year, cell, factor)

    def by_kind(self) -> dict[str, list[CouncilRow]]:
        """The councils of each kind."""
        kinds: dict[str, list[CouncilRow]] = {}
        for row in self.rows:
            kinds.setdefault(row.council.kind, []).append(row)
        return kinds

    def spread(self, metric: str) -> NDArray[Any]:
        """A headline metric over the councils in the last year: 10th, 50th and 90th percentile of them."""
        values = np.array([row.means[HEADLINES.index(metric), -1] for row in self.rows])
        values = values[~np.isnan(values)]
        return np.percentile(values, [10, 50, 90]) if values.size else np.full(3, np.nan)
