"""Is the warm-up long enough?  When the months of a run settle, in numbers, in words and as a picture."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from ibsim.results.metrics import REGISTRY
from ibsim.results.statistics import Floats, summarise
from ibsim.results.textfiles import csv_text, number, text_cell

MONTHS_A_BATCH = 3
WINDOW_MONTHS = 12
"""The moving average takes in a whole year, so that seasons cancel."""
TOLERANCE_PERCENT = 5.0
"""A first counted year that lies so close to those after it is settled, whatever trend is left."""
CSV_COLUMNS = ("metric", "unit", "month", "mean", "ci_low", "ci_high", "moving_average")


@dataclass(frozen=True)
class Settling:
    """How one metric settles: monthly values of a council that works conventionally from its first day.

    `values` is [replications, months].  `settled_months` is the truncation that MSER finds, None where it
    would cut off half of the run or more: then the metric has not settled.  `gap_percent` sets the first
    year after the warm-up against all later ones.
    """

    metric: str
    values: Floats
    warm_up_months: int
    settled_months: int | None
    gap_percent: float

    @classmethod
    def of(cls, metric: str, values: Floats, warm_up_months: int) -> Settling:
        """Measure a metric's months, NaN where nobody counts."""
        mean = summarise(values).mean
        first = mean[warm_up_months : warm_up_months + 12]
        later = mean[warm_up_months + 12 :]
        with np.errstate(invalid="ignore", divide="ignore"):
            gap = float(100 * (np.nanmean(first) / np.nanmean(later) - 1)) if later.size else math.nan
        return cls(metric, values, warm_up_months, settled_after(mean), gap)

    @property
    def suffices(self) -> bool:
        """Whether the warm-up is long enough for this metric."""
        early = self.settled_months is not None and self.settled_months <= self.warm_up_months
        return early or abs(self.gap_percent) <= TOLERANCE_PERCENT

    def sentence(self) -> str:
        """The finding in words."""
        years = f"{self.values.shape[1] / 12:.0f} years"
        if self.settled_months is None:
            when = f"goes on changing through {years}"
        elif self.settled_months == 0:
            when = "is settled from the start"
        else:
            when = f"settles after {self.settled_months} months"
        gap = f"its first counted year lies {abs(self.gap_percent):.1f} percent "
        gap += "above" if self.gap_percent > 0 else "below"
        return f"{self.metric} {when}; {gap} the later ones: {'enough' if self.suffices else 'TOO SHORT'}"


def mser(values: Floats) -> int:
    """How many of the first values to leave out by the marginal standard error rule; up to half of them.

    Of all truncations the one after which the mean of the rest has the smallest standard error.
    """
    n = len(values)
    errors = [float(values[cut:].var()) / (n - cut) for cut in range(n // 2 + 1)]
    return int(np.argmin(errors))


def settled_after(months: Floats) -> int | None:
    """After how many months a mean series is settled, by MSER on batches; None if not by half-way."""
    n = len(months) // MONTHS_A_BATCH
    batches = np.array([_mean(months[k * MONTHS_A_BATCH : (k + 1) * MONTHS_A_BATCH]) for k in range(n)])
    if n < 2 or np.isnan(batches).any():
        return None
    cut = mser(batches)
    return None if cut >= n // 2 else cut * MONTHS_A_BATCH


def _mean(values: Floats) -> float:
    counted = values[~np.isnan(values)]
    return float(counted.mean()) if counted.size else math.nan


def moving_average(months: Floats, window: int = WINDOW_MONTHS) -> Floats:
    """Welch's moving average: each month with as many on either side as there are, up to half a window."""
    half = window // 2
    spans = [min(k, len(months) - 1 - k, half) for k in range(len(months))]
    return np.array([_mean(months[k - span : k + span + 1]) for k, span in enumerate(spans)])


def verdict(found: Sequence[Settling]) -> str:
    """One sentence on the whole."""
    years = found[0].warm_up_months / 12
    short = [one.metric for one in found if not one.suffices]
    if not short:
        return f"The warm-up of {years:.0f} years suffices."
    return (
        f"The warm-up of {years:.0f} years does not suffice for {', '.join(short)}: "
        "read the first counted years of these with care, or set calendar.warm_up_years higher."
    )


def warmup_csv(found: Sequence[Settling]) -> str:
    """A row a metric and month, counted from the first day of the warm-up."""
    return csv_text(CSV_COLUMNS, _rows(found))


def _rows(found: Sequence[Settling]) -> Iterator[list[str]]:
    for one in found:
        metric, statistics = REGISTRY[one.metric], summarise(one.values)
        smooth = moving_average(statistics.mean)
        columns = (statistics.mean, statistics.ci_low, statistics.ci_high, smooth)
        for month in range(one.values.shape[1]):
            cells = [number(float(column[month]), metric.decimals) for column in columns]
            yield [text_cell(metric.name), text_cell(metric.unit), str(month + 1), *cells]


def picture(found: Sequence[Settling], title: str) -> str:
    """A page of HTML that needs nothing else: each metric's months, their moving average, the dashed end."""
    from plotly.io import to_html
    from plotly.subplots import make_subplots

    figure = make_subplots(
        rows=len(found), cols=1, shared_xaxes=True, vertical_spacing=0.06,
        subplot_titles=[f"{one.metric} ({REGISTRY[one.metric].unit})" for one in found],
    )  # fmt: skip
    for row, one in enumerate(found, start=1):
        mean = summarise(one.values).mean
        months = list(range(1, len(mean) + 1))
        thin = {"color": "#7f8c8d", "width": 1}
        thick = {"color": "#1f4e79", "width": 3}
        for name, line, values in (
            ("mean of replications", thin, mean),
            ("moving average over a year", thick, moving_average(mean)),
        ):
            figure.add_scatter(
                x=months, y=values.tolist(), name=name, line=line, showlegend=row == 1, row=row, col=1
            )
        figure.add_vline(x=one.warm_up_months, line_dash="dash", line_color="#c0392b", row=row, col=1)
    figure.update_yaxes(rangemode="tozero")
    figure.update_xaxes(title_text="month since the first day of the warm-up", row=len(found), col=1)
    told = "<br>".join([escape(title), "dashed: the end of the warm-up"])
    figure.update_layout(title=told, height=260 * len(found) + 120, template="plotly_white")
    return str(to_html(figure, include_plotlyjs=True, full_html=True, div_id="warm-up"))
