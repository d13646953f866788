"""Result folders read back: what `ibsim run` wrote, checked against its own checksums."""

from __future__ import annotations

import csv
import json
import os.path
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.errors import ResultFolderError
from ibsim.results.guarded import MANIFEST, check_sums, read_manifest
from ibsim.results.metrics import ARM_LABELS, DIARY_TASKS, GROUP_LABELS, IB_CASES, REGISTRY
from ibsim.results.parquet import REPLICATIONS
from ibsim.results.statistics import Floats, Statistics
from ibsim.results.summary import Queue, Summary
from ibsim.results.textfiles import STATISTIC_COLUMNS
from ibsim.units import add_years, month_starts

REMEDY = "name a folder that `ibsim run` wrote, or run the scenario again"


@dataclass(frozen=True, eq=False)
class StoredFolder:
    """A result folder of any command: its place, its manifest, the files that the manifest vouches for."""

    path: Path
    manifest: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The name of the scenario, or of the folder where it is about several."""
        return str(self.manifest.get("name") or self.path.name)

    @property
    def kind(self) -> str:
        """What made it: run, comparison, sensitivity and so on."""
        return str(self.manifest.get("kind") or self.manifest.get("study") or "run")

    def has(self, name: str) -> bool:
        """Whether the folder holds a file that its manifest vouches for."""
        return name in self.manifest["files"]

    def table(self, name: str) -> list[dict[str, str]]:
        """The rows of a CSV file as texts by column; none where the folder has no such file."""
        if not self.has(name):
            return []
        with (self.path / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def json(self, name: str) -> dict[str, Any]:
        """A JSON file; empty where the folder has none."""
        if not self.has(name):
            return {}
        tree: dict[str, Any] = json.loads((self.path / name).read_text(encoding="utf-8"))
        return tree

    def columns(self, name: str) -> dict[str, NDArray[Any]]:
        """The columns of a Parquet file; empty where the folder has none."""
        if not self.has(name):
            return {}
        from pyarrow import parquet

        table = parquet.read_table(self.path / name)
        return {column: table[column].to_numpy() for column in table.column_names}


@dataclass(frozen=True, eq=False)
class StoredRun(StoredFolder):
    """The folder of one run, with the statistics that were written of it."""

    @property
    def why(self) -> str:
        """The question that the scenario asks."""
        return str(self.manifest["why"])

    @property
    def start(self) -> date:
        """The first day that is counted."""
        return date.fromisoformat(self.manifest["scenario"]["calendar"]["start"])

    @property
    def replications(self) -> int:
        """How often the scenario was run."""
        return int(self.manifest["replications"])

    @property
    def has_rollout(self) -> bool:
        """Whether anybody is offered an individual budget at any time."""
        steps = self.manifest["scenario"]["resolved"]
        return any(step["levers"].get("rollout", {}).get("waves") for step in steps)

    @property
    def months(self) -> list[date]:
        """The first day of each month of the run."""
        end = add_years(self.start, int(self.manifest["scenario"]["calendar"]["years"]))
        count = (end.year - self.start.year) * 12 + end.month - self.start.month + (end.day > 1)
        return month_starts(self.start, count)

    @cached_property
    def summary(self) -> Summary:
        """The statistics as they were when they were written, to the decimals of the files."""
        rows = self.table("summary.csv")
        years = (*(str(year) for year in self.manifest["years"]), "all")
        named = {row["metric"] for row in rows if row["replications"] != "0"}
        metrics = tuple(name for name in REGISTRY if name in named)
        found = _nobody((len(metrics), len(GROUP_LABELS), len(ARM_LABELS), len(years)))
        labels = {"metric": metrics, "group": GROUP_LABELS, "arm": ARM_LABELS, "year": years}
        places = {column: {label: n for n, label in enumerate(known)} for column, known in labels.items()}
        for row in rows:
            if row["replications"] != "0" and row["metric"] in places["metric"]:
                at = tuple(places[column][row[column]] for column in labels)
                for column in STATISTIC_COLUMNS:
                    getattr(found, column)[at] = float(row[column] or "nan")
                found.replications[at] = int(row["replications"])
        series, monthly = self._series()
        queues = tuple(Queue(**queue) for queue in self.manifest["queues"])
        return Summary(metrics, series, years, found, monthly, self._diary(years), queues)

    @cached_property
    def each(self) -> Mapping[tuple[str, str, str], Floats]:
        """The value of each replication, all groups together, by metric, arm and year; NaN for nobody.

        Empty for a folder that does not hold its replications one by one.
        """
        columns = self.columns(REPLICATIONS)
        found: dict[tuple[str, str, str], Floats] = {}
        for metric, arm, year, number, value in zip(
            *(columns.get(name, ()) for name in ("metric", "arm", "year", "replication", "value")),
            strict=True,
        ):
            key = str(metric), str(arm), str(year)
            found.setdefault(key, np.full(self.replications, np.nan))[int(number) - 1] = value
        return found

    def _series(self) -> tuple[tuple[str, ...], Statistics]:
        columns = self.columns("series.parquet")
        there = set(columns["metric"])
        series = tuple(name for name in REGISTRY if name in there)
        months = {month: n for n, month in enumerate(self.months)}
        found = _nobody((len(series), len(GROUP_LABELS), len(ARM_LABELS), len(months)))
        kept = np.isin(columns["metric"], series)
        labels = [
            [places.index(label) for label in columns[name][kept]]
            for name, places in (("metric", series), ("group", GROUP_LABELS), ("arm", ARM_LABELS))
        ]
        days = columns["month"][kept].astype("datetime64[D]").astype(object)
        at = (*labels, [months[day] for day in days])
        for name in ("mean", "ci_low", "ci_high", "replications"):
            getattr(found, name)[at] = columns[name][kept]
        return series, found

    def _diary(self, years: tuple[str, ...]) -> Statistics:
        found = _nobody((len(years), len(DIARY_TASKS), len(IB_CASES)))
        tasks = {task.task_number: n for n, task in enumerate(DIARY_TASKS)}
        for row in self.table("diary.csv"):
            at = years.index(row["year"]), tasks[row["task_number"]], IB_CASES.index(row["ib_cases"])
            found.mean[at] = float(row["hours_a_week"] or "nan")
        return found


def _nobody(shape: tuple[int, ...]) -> Statistics:
    """Statistics of a shape in which nobody counts yet."""

    def empty() -> Floats:
        return np.full(shape, np.nan)

    columns = {name: empty() for name in STATISTIC_COLUMNS}
    return Statistics(**columns, replications=np.zeros(shape, dtype=np.int64))


def read_folder(path: Path) -> StoredFolder:
    """A result folder of any command; ResultFolderError where it is none, or differs from its checksums."""
    if not os.path.isdir(path):
        what = "no such folder that may be opened"
        raise ResultFolderError(str(path), what, "a result folder is wanted here", REMEDY)
    manifest = read_manifest(path)
    check_sums(path, manifest)
    folder = StoredFolder(path, manifest)
    return StoredRun(path, manifest) if folder.kind == "run" else folder


def read_run(path: Path) -> StoredRun:
    """The folder of one run; ResultFolderError where it is none."""
    found = read_folder(path)
    if not isinstance(found, StoredRun) or not found.has("summary.csv"):
        raise ResultFolderError(
            str(path), f"the folder of a {found.kind}", "a run's folder is wanted here", REMEDY
        )
    try:
        found.summary  # noqa: B018  # read now, so that what is wrong is told before anything is written
    except (KeyError, ValueError, TypeError, IndexError) as error:
        what = f"tables that cannot be read ({type(error).__name__}: {error})"
        rule = "the tables have the columns of this version of ibsim"
        raise ResultFolderError(str(path), what, rule, REMEDY) from error
    return found


def run_folders(path: Path) -> Iterator[Path]:
    """The folder itself if it is a result, or else the results that lie in it, by name."""
    if not os.path.isdir(path) or (path / MANIFEST).exists():
        yield path
        return
    inside = sorted(folder for folder in path.iterdir() if (folder / MANIFEST).is_file())
    if not inside:
        rule = f"a result folder holds a {MANIFEST}, or folders that do"
        raise ResultFolderError(str(path), "a folder without results", rule, REMEDY)
    yield from inside
