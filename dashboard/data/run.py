"""One run's results in plain types: yearly cells, monthly series, the diary, and what else there is."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from dashboard.data.extras import (
    Acceptability,
    CostEffect,
    Draw,
    Provider,
    Winners,
    read_acceptability,
    read_cost_effects,
    read_plane,
    read_providers,
    read_winners,
)
from dashboard.data.ledger import Ledger
from dashboard.data.series import Series, SeriesTable, read_series
from dashboard.data.verdict import Verdict, read_verdict
from ibsim.results.guarded import check_sums, damaged, number, read_manifest, read_rows
from ibsim.results.metrics import REGISTRY

ALL = "all"
_Row = TypeVar("_Row")
_SUMMARY = (
    *("metric", "group", "arm", "year", "unit", "mean", "sd", "ci_low", "ci_high"),
    *("p10", "p50", "p90", "replications"),
)
_DIARY = ("year", "activity", "task_number", "ib_cases", "hours_a_week", "percent")
CellKey = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of summary.csv: mean over replications, spread, 95 percent interval and percentiles.

    NaN where the file has no number: the interval of a single replication.
    """

    mean: float
    sd: float
    low: float
    high: float
    p10: float
    p50: float
    p90: float
    replications: int

    @property
    def half(self) -> float:
        """Half the width of the 95 percent interval; NaN where there is none."""
        return (self.high - self.low) / 2


NOBODY = Cell(math.nan, math.nan, math.nan, math.nan, math.nan, math.nan, math.nan, 0)
"""What stands for a number that the folder does not have."""


@dataclass(frozen=True, slots=True)
class DiaryLine:
    """Hours a week that co-ordinators give to one task; `ib_cases` is `none` or `some`."""

    year: str
    activity: str
    task_number: str
    ib_cases: str
    hours: float


@dataclass(frozen=True, slots=True)
class Queue:
    """Where people wait for staff: how many at a time, and how many days each on average."""

    name: str
    people: float
    days: float


@dataclass(frozen=True, eq=False)
class Run:
    """The results of one scenario.  Optional files that the folder lacks are None or empty.

    Two runs are equal only if they are the same object: figures are kept by it.
    """

    id: str
    path: Path
    manifest: Mapping[str, Any]
    cells: Mapping[CellKey, Cell]
    units: Mapping[str, str]
    diary: tuple[DiaryLine, ...]
    series: SeriesTable
    verdict: Verdict | None = None
    ledger: Ledger | None = None
    providers: tuple[Provider, ...] = ()
    cost_effects: tuple[CostEffect, ...] = ()
    plane: tuple[Draw, ...] = ()
    acceptability: tuple[Acceptability, ...] = ()
    winners: tuple[Winners, ...] = ()
    years: tuple[str, ...] = field(default=())

    @classmethod
    def read(cls, folder: Path, id: str) -> Run:
        """Read and check a result folder; ResultFolderError says what is wrong with it."""
        manifest = read_manifest(folder)
        check_sums(folder, manifest)
        for name in ("summary.csv", "diary.csv", "series.parquet"):
            if name not in manifest["files"]:
                raise damaged(folder / name, "the manifest does not list it", "a run has this file")
        cells, units = _summary(folder / "summary.csv")
        files = manifest["files"]

        def optional(name: str, read: Callable[[Path], tuple[_Row, ...]]) -> tuple[_Row, ...]:
            return read(folder / name) if name in files else ()

        return cls(
            id=id,
            path=folder,
            manifest=manifest,
            cells=cells,
            units=units,
            diary=_diary(folder / "diary.csv"),
            series=read_series(folder / "series.parquet"),
            verdict=read_verdict(folder / "verdict.json") if "verdict.json" in files else None,
            ledger=Ledger.read(folder / "ledger.parquet") if "ledger.parquet" in files else None,
            providers=optional("providers.csv", read_providers),
            cost_effects=optional("cost_effectiveness.csv", read_cost_effects),
            plane=optional("plane.csv", read_plane),
            acceptability=optional("acceptability.csv", read_acceptability),
            winners=optional("winners.csv", read_winners),
            years=tuple(str(year) for year in manifest.get("years") or ()),
        )

    @property
    def name(self) -> str:
        """The scenario's name."""
        return str(self.manifest.get("name") or self.id)

    @property
    def why(self) -> str:
        """Why the scenario was made."""
        return " ".join(str(self.manifest.get("why") or "").split())

    @property
    def scenario_hash(self) -> str:
        """What tells this scenario from all others."""
        return str(_part(self.manifest, "scenario").get("hash", ""))

    @property
    def replications(self) -> int:
        """How many replications were run."""
        return int(self.manifest.get("replications") or 0)

    @property
    def seed(self) -> int:
        """The seed of the dice."""
        return int(self.manifest.get("seed") or 0)

    @property
    def queues(self) -> tuple[Queue, ...]:
        """Where people wait for staff, most waiting time first."""
        found = self.manifest.get("queues") or ()
        return tuple(
            Queue(str(one["name"]), number(one["people_waiting"]), number(one["wait_days"])) for one in found
        )

    def cell(self, metric: str, group: str = ALL, arm: str = ALL, year: str = ALL) -> Cell:
        """One number by its labels; `NOBODY` where nobody counts or the metric is not in the folder."""
        return self.cells.get((metric, group, arm, year), NOBODY)

    def has(self, metric: str) -> bool:
        """Whether anybody counts in this metric, in any group, arm and year."""
        return metric in self.units

    def unit(self, metric: str) -> str:
        """What the metric is in; from the folder, or from the registry if the folder has no row of it."""
        known = REGISTRY.get(metric)
        return self.units.get(metric) or (known.unit if known else "")

    def about(self, metric: str) -> Mapping[str, Any]:
        """The metric's entry in the manifest: definition, direction, unit, kind."""
        return _part(_part(self.manifest, "metrics"), metric)

    def months(self, metric: str, group: str = ALL, arm: str = ALL) -> Series:
        """A metric month by month; empty where nobody counts."""
        return self.series.get(metric, group, arm)

    def levers(self) -> Mapping[str, Any]:
        """The scenario's levers as they stand on its last dated change."""
        resolved = _part(self.manifest, "scenario").get("resolved") or ()
        return _part(resolved[-1], "levers") if resolved else {}


def _part(tree: Any, key: str) -> Mapping[str, Any]:
    found = tree.get(key) if isinstance(tree, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _summary(path: Path) -> tuple[dict[CellKey, Cell], dict[str, str]]:
    cells: dict[CellKey, Cell] = {}
    units: dict[str, str] = {}
    for row in read_rows(path, _SUMMARY):
        try:
            cell = Cell(
                number(row["mean"]), number(row["sd"]), number(row["ci_low"]), number(row["ci_high"]),
                number(row["p10"]), number(row["p50"]), number(row["p90"]), int(row["replications"]),
            )  # fmt: skip
        except ValueError as error:
            raise damaged(path, f"a row of {row['metric'][:60]} has a cell that is no number") from error
        if cell.replications:  # nobody counts in the others
            cells[row["metric"], row["group"], row["arm"], row["year"]] = cell
            units[row["metric"]] = row["unit"]
    return cells, units


def _diary(path: Path) -> tuple[DiaryLine, ...]:
    try:
        return tuple(
            DiaryLine(
                row["year"], row["activity"], row["task_number"], row["ib_cases"], number(row["hours_a_week"])
            )
            for row in read_rows(path, _DIARY)
        )
    except ValueError as error:
        raise damaged(path, "a row has a cell that is no number") from error
