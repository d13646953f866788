"""One row of a printed table beside the model: difference, sampling interval, inside or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Key = tuple[str, str, str]
SURE = 2.576
"""Standard errors of a 99 percent interval."""


FITTED, PUT_IN, PREDICTED = "fitted", "put in", "predicted"
"""How the model comes by a figure: chosen with it in view, taken from it, or neither."""
IB_ARM, COMPARISON = "IB", "conventional"
EITHER = "all"


@dataclass(frozen=True)
class Row:
    """A printed figure and the model's: `error` is the sampling error of the printed one under the model.

    `n` people stand behind the printed figure; `rounding` is half of its last printed digit, or how near
    the model has to come where no sample stands behind it; `tolerance` a share of the printed figure by
    which the model may differ from it, where one is asked for.  `own` is the model's own standard error.
    """

    table: str
    group: str
    name: str
    report: float
    model: float
    n: int
    error: float
    rounding: float = 0.0
    tolerance: float | None = None
    arm: str = IB_ARM
    unit: str = ""
    basis: str = FITTED
    note: str = ""
    own: float = 0.0

    @property
    def key(self) -> Key:
        """What the row is about: table, group and name."""
        return self.table, self.group, self.name

    @property
    def quantity(self) -> str:
        """The name without the arm that some names begin with."""
        return self.name.removeprefix("comparison: ").removeprefix("ib: ")

    @property
    def difference(self) -> float:
        """The model against the report."""
        return self.model - self.report

    @property
    def interval(self) -> tuple[float, float]:
        """Where 99 percent of samples of `n` people from the model lie, its own error allowed for.

        Nothing that the report prints is below nought.
        """
        half = SURE * float(np.hypot(self.error, self.own)) + self.rounding
        return max(self.model - half, 0.0), self.model + half

    @property
    def inside(self) -> bool:
        """Whether the printed figure is one that the model would give, and close enough where asked."""
        low, high = self.interval
        close = self.tolerance is None or abs(self.difference) <= self.tolerance * abs(self.report)
        return bool(low <= self.report <= high and close)

    def line(self) -> str:
        """The row as text, under `HEADING`."""
        low, high = self.interval
        asked = "" if self.tolerance is None else f"{self.tolerance:.0%}"
        return (
            f"{self.table:5}{self.group:4}{self.name:39}{self.report:10,.1f}{self.model:10,.1f}"
            f"{self.difference:+10,.1f}  {low:9,.1f} to {high:9,.1f}{asked:>6}  "
            f"{'inside' if self.inside else 'OUTSIDE'}"
        )


HEADING = (
    f"{'table':5}{'':4}{'row':39}{'report':>10}{'model':>10}{'differs':>10}"
    f"  {'sampling interval of 99 percent':24}"
)


@dataclass(frozen=True)
class Sample:
    """Rows of one table, group and arm from a sample of the model.

    Where nobody is in the sample the model's figure is NaN, which is inside no interval.
    """

    table: str
    group: str
    arm: str = IB_ARM
    unit: str = "pounds a year"
    basis: str = FITTED

    def mean(
        self, name: str, report: float, values: Floats, n: float, rounding: float = 0.0,
        tolerance: float | None = None, weights: Floats | None = None,
    ) -> Row:  # fmt: skip
        """A mean over `n` people, each of the sample with their weight."""
        if values.size == 0:
            return self.row(name, report, np.nan, n, np.nan, rounding, tolerance)
        mean = float(np.average(values, weights=weights))
        spread = float(np.sqrt(np.average((values - mean) ** 2, weights=weights)))
        return self.row(name, report, mean, n, spread / np.sqrt(n), rounding, tolerance)

    def median(self, name: str, report: float, values: Floats, n: float, tolerance: float | None) -> Row:
        """A median of `n` people: its error comes from the model's density there."""
        if values.size == 0:
            return self.row(name, report, np.nan, n, np.nan, 0.0, tolerance)
        middle, width = float(np.median(values)), 0.05 * float(values.std())
        # one person alone is as dense as can be told
        density = max(float((np.abs(values - middle) < width).mean()), 1 / values.size) / max(2 * width, 1e-9)
        return self.row(name, report, middle, n, 0.5 / density / np.sqrt(n), 0.0, tolerance)

    def spread(self, name: str, report: float, values: Floats, n: float, tolerance: float | None) -> Row:
        """A standard deviation of `n` people: its error comes from the model's fourth moment."""
        far = (values - values.mean()) ** 2 if values.size else values
        variance = float(far.mean()) if values.size else 0.0
        if variance == 0:
            return self.row(name, report, np.nan, n, np.nan, 0.0, tolerance)
        error = np.sqrt((float((far**2).mean()) - variance**2) / (4 * variance * n))
        return self.row(name, report, float(np.sqrt(variance)), n, error, 0.0, tolerance)

    def percent(
        self, name: str, report: float, has: NDArray[np.bool_], n: float, rounding: float = 0.0,
        weights: Floats | None = None,
    ) -> Row:  # fmt: skip
        """A percentage of `n` people; where the model has next to none, half a person is allowed."""
        sample = replace(self, unit="percent")
        if has.size == 0:
            return sample.row(name, report, np.nan, n, np.nan, rounding, None)
        share = float(np.average(has, weights=weights))
        error = 100 * np.sqrt(max(share, 0.5 / n) * (1 - share) / n)
        return sample.row(name, report, 100 * share, n, error, rounding, None)

    def row(
        self, name: str, report: float, model: float, n: float, error: float, rounding: float = 0.0,
        tolerance: float | None = None,
    ) -> Row:  # fmt: skip
        """A figure whose error is known otherwise."""
        return Row(
            self.table, self.group, name, report, model, int(n), float(error), rounding, tolerance,
            self.arm, self.unit, self.basis,
        )  # fmt: skip


def listed(rows: list[Row], reasons: Mapping[Key, str], remarks: Mapping[Key, str]) -> Iterator[str]:
    """The rows as text, and below them what is known of those that do not fit, or only just."""
    yield HEADING
    yield from (row.line() for row in rows)
    outside = [row for row in rows if not row.inside]
    yield f"{len(rows) - len(outside)} of {len(rows)} rows inside; outside:"
    yield from (_note(row, reasons.get(row.key, "no reason known")) for row in outside)
    yield "Inside, with a known difference:"
    yield from (_note(row, remarks[row.key]) for row in rows if row.inside and row.key in remarks)


def _note(row: Row, words: str) -> str:
    return f"  Table {row.table}, {row.group} {row.name}: {words}"
