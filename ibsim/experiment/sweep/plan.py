"""What a sweep file says, checked: what varies over which values, by which design, and what is measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ibsim.evidence import Row
from ibsim.evidence.sampling import quantile
from ibsim.experiment.varying import UNCERTAINTY, Base, Kind
from ibsim.scenario.scalars import Scalar
from ibsim.scenario.varied import Span, tidy

Design = Literal["grid", "latin_hypercube", "sobol"]
DESIGNS: tuple[Design, ...] = ("grid", "latin_hypercube", "sobol")
MAX_POINTS = 10_000
HEADLINES = (
    "people_supported",
    "ib_holders",
    "people_waiting",
    "wait_days_referral_to_assessment",
    "wait_days_referral_to_in_place",
    "review_compliance_percent",
    "coordinator_utilisation_percent",
    "gross_cost_gbp",
    "care_management_gbp",
)
"""The metrics of a study that names none."""

Cells = tuple[Scalar, ...]


@dataclass(frozen=True)
class Dimension:
    """One thing that varies: a lever, or an evidence id; the id's rows by group move together.

    `columns` are lever paths or row keys, one for each number that moves.  `levels` are the listed values,
    one cell a column; where it is empty, `spans` (and `rows`, for evidence over its own distribution)
    say what lies between.  `where` names the place in the file.
    """

    name: str
    kind: Kind
    columns: tuple[str, ...]
    levels: tuple[Cells, ...] = ()
    spans: tuple[Span, ...] = ()
    rows: tuple[Row, ...] = ()
    where: str = ""

    def drawn(self, place: float) -> Cells:
        """The cells at a place strictly between 0 and 1 of a sample."""
        if self.levels:
            return self.levels[min(int(place * len(self.levels)), len(self.levels) - 1)]
        pairs = zip(self.spans, self.rows or (None,) * len(self.spans), strict=True)
        return tuple(
            span.drawn(place) if row is None or span.whole else tidy(quantile(row, place))
            for span, row in pairs
        )

    @property
    def is_uncertainty(self) -> bool:
        """Whether nobody decides it."""
        return self.kind == UNCERTAINTY


@dataclass(frozen=True)
class Plan:
    """A sweep: the base scenario, the dimensions, the points (cells by dimension), dice and metrics."""

    name: str
    why: str
    path: Path
    base: Base
    design: Design
    seed: int
    replications: int
    dimensions: tuple[Dimension, ...]
    metrics: tuple[str, ...]
    points: tuple[tuple[Cells, ...], ...] = field(default=(), repr=False)

    def settings(self, point: Sequence[Cells], kind: Kind) -> dict[str, Scalar]:
        """What a point sets of one kind, by lever path or row key."""
        pairs = zip(self.dimensions, point, strict=True)
        return {
            column: cell
            for dimension, cells in pairs
            if dimension.kind == kind
            for column, cell in zip(dimension.columns, cells, strict=True)
        }
