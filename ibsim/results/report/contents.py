"""What a report is made of: the results that it tells of, and what is laid beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ibsim.results.reading import StoredFolder, StoredRun
from ibsim.results.report.markup import Markup


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target and what one run says of it: met, not met or undecided."""

    run: str
    target: str
    found: str
    verdict: str


@dataclass(frozen=True, slots=True)
class ValidationRow:
    """A figure of the evaluation's report, or of the returns, beside the model's.

    `basis` says how the model came by its own: fitted, predicted, or put in as it is.
    """

    table: str
    place: str
    group: str
    arm: str
    quantity: str
    report: float
    model: float
    low: float
    high: float
    inside: bool
    basis: str
    unit: str = ""
    note: str = ""

    @property
    def words(self) -> str:
        """What the figure is."""
        table = f"Table {self.table}:" if self.table[:1].isdecimal() else self.table
        unit = f"({self.unit})" if self.unit else ""
        return " ".join(part for part in (table, self.group, self.arm, self.quantity, unit) if part)


@dataclass(frozen=True)
class Contents:
    """The runs, first the one that the others are set against, and what is known beside them.

    `comparisons` are folders of `ibsim compare`, `sensitivity` one of `ibsim sensitivity`; `validation`
    is the table of `ibsim validate`, with the name of its file.
    """

    runs: tuple[StoredRun, ...]
    comparisons: tuple[StoredFolder, ...] = ()
    sensitivity: StoredFolder | None = None
    validation: tuple[ValidationRow, ...] = ()
    validation_file: str = ""
    targets: Sequence[TargetRow] = field(default_factory=tuple)

    def __post_init__(self) -> None:
        """Number runs that have a name in common, so that every heading is one run's own."""
        seen: Counter[str] = Counter()
        runs = []
        for run in self.runs:
            seen[run.name] += 1
            n = seen[run.name]
            runs.append(run if n == 1 else StoredRun(run.path, {**run.manifest, "name": f"{run.name} ({n})"}))
        object.__setattr__(self, "runs", tuple(runs))

    @property
    def first(self) -> StoredRun:
        """The run that the report is about, or that others are set against."""
        return self.runs[0]

    def id(self, run: StoredRun, name: str) -> str:
        """The id of a part that each run has."""
        place = next(n for n, other in enumerate(self.runs) if other is run)
        return name if place == 0 else f"{name}-{place + 1}"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the report: its id, its heading, and what stands under it."""

    id: str
    title: str
    body: Markup
