"""Errors and skill of the model, of no change and of another's forecast, figure by figure and in all."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ibsim.errors import InputError
from ibsim.experiment.backtest.observing import Observed
from ibsim.experiment.fit.knowing import Z95
from ibsim.experiment.outputs import make_output
from ibsim.results.statistics import Floats, summarise
from ibsim.results.tables import Tables
from ibsim.units import year_label

EVERYTHING = "all"
MODEL_YEAR = "the model's"
"""Where no change starts from when the table has no earlier figure: the model's first year."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A figure beside the model's mean, and beside what no change and the table's forecast say.

    `low` and `high` hold what the model says of one council in one year in 95 of 100 replications; `z` is
    the error in standard deviations of replications and figure together.  NaN stands for what there is not.
    """

    observed: Observed
    model: float
    low: float
    high: float
    z: float
    naive: float
    naive_from: str

    @property
    def error(self) -> float:
        """The model less the figure, in the metric's unit."""
        return self.model - self.observed.value

    @property
    def naive_error(self) -> float:
        """No change less the figure."""
        return self.naive - self.observed.value

    @property
    def forecast_error(self) -> float:
        """The table's forecast less the figure."""
        forecast = self.observed.forecast
        return math.nan if forecast is None else forecast - self.observed.value

    @property
    def percent(self) -> float:
        """The error in percent of the figure; NaN where that is nought."""
        return percent_of(self.error, self.observed.value)

    @property
    def skill(self) -> float:
        """How much of no change's error the model takes away: 1 all of it, 0 none, below 0 it adds to it."""
        return skill(abs(self.error), abs(self.naive_error))

    @property
    def inside(self) -> bool | None:
        """Whether the figure lies within 95 percent of what the model and the figure's uncertainty allow."""
        return None if math.isnan(self.z) else abs(self.z) <= Z95


@dataclass(frozen=True, slots=True)
class Score:
    """Mean absolute errors over the figures of a metric that no change has a word on, and skills.

    In all, the errors are in percent of each figure, since metrics have different units.  `compared` counts
    the figures; `forecast` and the model's error beside it are over those with a forecast.
    """

    metric: str
    figures: int
    compared: int
    model: float
    naive: float
    with_forecast: int
    forecast: float
    model_beside: float
    naive_beside: float

    @property
    def skill(self) -> float:
        """The model's skill against no change."""
        return skill(self.model, self.naive)

    @property
    def forecast_skill(self) -> float:
        """The forecast's skill against no change, over the figures that have both."""
        return skill(self.forecast, self.naive_beside)

    @property
    def against_forecast(self) -> float:
        """The model's skill against the forecast."""
        return skill(self.model_beside, self.forecast)


def skill(error: float, other: float) -> float:
    """1 less the ratio of two errors; NaN where the other is nought and this one is not, 0 where both are."""
    if other == 0:
        return 0.0 if error == 0 else math.nan
    return 1 - error / other


def percent_of(error: float, value: float) -> float:
    """An error in percent of a figure."""
    return 100 * error / abs(value) if value else math.nan


def to_score(observed: Sequence[Observed], first: int, known_to: int | None, path: str) -> list[Observed]:
    """The figures that are scored: of the model's years, and after those that count as known."""
    found = [one for one in observed if one.year >= first and (known_to is None or one.year > known_to)]
    if not found:
        rule = f"at least one figure is of {year_label(max(first, (known_to or 0) + 1))} or later"
        raise InputError(path, "no figure to score", rule, "give later figures, or an earlier calendar.start")
    return found


def scored(
    observed: Sequence[Observed], tables: Sequence[Tables], years: tuple[str, ...], known_to: int | None
) -> list[Scored]:
    """Every figure of the model's years beside the model; InputError where nobody counts in it."""
    first = int(years[0][:4])
    series: dict[tuple[str, str, str], list[Observed]] = {}
    for one in observed:
        series.setdefault(one.series, []).append(one)
    return [
        _scored(one, series[one.series], tables, years, known_to)
        for one in observed
        if one.year >= first and (known_to is None or one.year > known_to)
    ]


def _scored(
    one: Observed,
    series: Sequence[Observed],
    tables: Sequence[Tables],
    years: tuple[str, ...],
    known_to: int | None,
) -> Scored:
    found = summarise(_values(one, one.output.year, tables, years))
    model, n = float(found.mean), int(found.replications)
    if not n:
        rule = "a figure is about people who are there"
        told = f"nobody counts for {one.output.label} in the model"
        raise InputError(one.where, told, rule, "take the figure out, or change the scenario")
    # One council's year is one more replication: its spread, and that of the mean.
    wider = math.sqrt(1 + n)
    half = float(found.ci_high - found.mean) * wider
    spread = float(found.sd) / math.sqrt(n) * wider
    both = math.hypot(0.0 if math.isnan(spread) else spread, one.uncertainty)
    z = (model - one.value) / both if both else math.nan
    naive, since = _no_change(one, series, tables, years, known_to)
    return Scored(one, model, model - half, model + half, z, naive, since)


def _values(one: Observed, year: str, tables: Sequence[Tables], years: tuple[str, ...]) -> Floats:
    metric, group, arm = one.series
    output = make_output((metric, group, arm, year), one.where, years)
    return np.array([output.of(table) for table in tables])


def _no_change(
    one: Observed,
    series: Iterable[Observed],
    tables: Sequence[Tables],
    years: tuple[str, ...],
    known_to: int | None,
) -> tuple[float, str]:
    """The last figure that was known before, or the model's first year; NaN in that year itself."""
    before = [
        other for other in series if other.year < one.year and (known_to is None or other.year <= known_to)
    ]
    if before:
        last = max(before, key=lambda other: other.year)
        return last.value, last.output.year
    if one.output.year == years[0]:
        return math.nan, ""
    first = summarise(_values(one, years[0], tables, years))
    return float(first.mean), f"{MODEL_YEAR} {years[0]}"


def scores(rows: Sequence[Scored]) -> Iterator[Score]:
    """A score for each metric in the order of the table, and one in all."""
    by_metric: dict[str, list[Scored]] = {}
    for row in rows:
        by_metric.setdefault(row.observed.output.metric, []).append(row)
    for metric, some in by_metric.items():
        yield _score(metric, some, {id(row): 1.0 for row in some})
    scales = {id(row): percent_of(1.0, row.observed.value) for row in rows}
    yield _score(EVERYTHING, [row for row in rows if not math.isnan(scales[id(row)])], scales)


def _score(metric: str, rows: Sequence[Scored], scales: Mapping[int, float]) -> Score:
    compared = [row for row in rows if not math.isnan(row.naive_error)]
    beside = [row for row in compared if not math.isnan(row.forecast_error)]

    def mean(some: Sequence[Scored], name: str) -> float:
        errors = [abs(getattr(row, name)) * scales[id(row)] for row in some]
        return math.fsum(errors) / len(errors) if errors else math.nan

    return Score(
        metric,
        len(rows),
        len(compared),
        mean(compared, "error"),
        mean(compared, "naive_error"),
        len(beside),
        mean(beside, "forecast_error"),
        mean(beside, "error"),
        mean(beside, "naive_error"),
    )
