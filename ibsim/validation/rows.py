"""One row of a printed table beside the model's law: difference, sampling interval, inside or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Key = tuple[str, str, str]
SURE = 2.576
"""Standard errors of a 99 percent interval."""


@dataclass(frozen=True)
class Row:
    """A printed figure and the law's: `error` is the sampling error of the printed one under the law.

    `n` people stand behind the printed figure; `rounding` is half of its last printed digit;
    `tolerance` a share of the printed figure by which the law may differ from it, where one is asked for.
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

    @property
    def key(self) -> Key:
        """What the row is about: table, group and name."""
        return self.table, self.group, self.name

    @property
    def difference(self) -> float:
        """The law against the report."""
        return self.model - self.report

    @property
    def interval(self) -> tuple[float, float]:
        """Where 99 percent of samples of `n` people from the law lie."""
        half = SURE * self.error + self.rounding
        return self.model - half, self.model + half

    @property
    def inside(self) -> bool:
        """Whether the printed figure is one that the law would give, and close enough where asked."""
        low, high = self.interval
        close = self.tolerance is None or abs(self.difference) <= self.tolerance * abs(self.report)
        return low <= self.report <= high and close

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
    """Rows of one table and group from a sample of the law."""

    table: str
    group: str

    def mean(
        self, name: str, report: float, values: Floats, n: float, rounding: float = 0.0,
        tolerance: float | None = None,
    ) -> Row:  # fmt: skip
        """A mean over `n` people."""
        error = float(values.std()) / np.sqrt(n)
        return self._row(name, report, float(values.mean()), n, error, rounding, tolerance)

    def median(self, name: str, report: float, values: Floats, n: float, tolerance: float | None) -> Row:
        """A median of `n` people: its error comes from the law's density there."""
        middle, width = float(np.median(values)), 0.05 * float(values.std())
        density = float((np.abs(values - middle) < width).mean()) / (2 * width)
        return self._row(name, report, middle, n, 0.5 / density / np.sqrt(n), 0.0, tolerance)

    def spread(self, name: str, report: float, values: Floats, n: float, tolerance: float | None) -> Row:
        """A standard deviation of `n` people: its error comes from the law's fourth moment."""
        far = (values - values.mean()) ** 2
        variance = float(far.mean())
        error = np.sqrt((float((far**2).mean()) - variance**2) / (4 * variance * n))
        return self._row(name, report, float(np.sqrt(variance)), n, error, 0.0, tolerance)

    def percent(
        self, name: str, report: float, has: NDArray[np.bool_], n: float, rounding: float = 0.0
    ) -> Row:
        """A percentage of `n` people; where the law has next to none, half a person among them is allowed."""
        share = float(has.mean())
        error = 100 * np.sqrt(max(share, 0.5 / n) * (1 - share) / n)
        return self._row(name, report, 100 * share, n, error, rounding, None)

    def _row(
        self, name: str, report: float, model: float, n: float, error: float, rounding: float,
        tolerance: float | None,
    ) -> Row:  # fmt: skip
        return Row(self.table, self.group, name, report, model, int(n), float(error), rounding, tolerance)


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
