"""A comparison folder in plain types: paired differences, the waterfall, the ranking, what binds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ibsim.results.guarded import check_sums, damaged, number, read_manifest, read_rows

_DIFFERENCES = (
    *("scenario", "metric", "group", "arm", "year", "unit", "first", "other"),
    *("difference", "sd", "ci_low", "ci_high", "replications"),
)
_STEPS = ("scenario", "metric", "unit", "step", "levers", "part", "ci_low", "ci_high", "level", "changes")


@dataclass(frozen=True, slots=True)
class Difference:
    """One number of two scenarios, and the paired difference with its 95 percent interval."""

    first: float
    other: float
    difference: float
    low: float
    high: float
    replications: int
    unit: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a waterfall: what changing these levers adds, and the level after it; step 0 is the first."""

    levers: str
    part: float
    low: float
    high: float
    level: float
    changes: str


@dataclass(frozen=True, eq=False)
class Comparison:
    """Scenarios set side by side with the same dice; the first is what the others are compared with."""

    id: str
    path: Path
    manifest: Mapping[str, Any]
    labels: tuple[str, ...]
    names: tuple[str, ...]
    hashes: tuple[str, ...]
    differences: Mapping[tuple[str, str, str, str, str], Difference]
    waterfalls: Mapping[tuple[str, str], tuple[Step, ...]]

    @classmethod
    def read(cls, folder: Path, id: str) -> Comparison:
        """Read and check a comparison's folder; ResultFolderError says what is wrong with it."""
        manifest = read_manifest(folder)
        check_sums(folder, manifest)
        scenarios = manifest.get("scenarios")
        if not isinstance(scenarios, list) or not all(isinstance(one, dict) for one in scenarios):
            raise damaged(folder / "manifest.json", "it does not list the scenarios that were compared")
        steps = folder / "waterfall.csv"
        return cls(
            id=id,
            path=folder,
            manifest=manifest,
            labels=tuple(str(one.get("label", "")) for one in scenarios),
            names=tuple(str(one.get("name", "")) for one in scenarios),
            hashes=tuple(str(one.get("hash", "")) for one in scenarios),
            differences=_differences(folder / "comparison.csv"),
            waterfalls=_waterfalls(steps) if "waterfall.csv" in manifest["files"] else {},
        )

    @property
    def years(self) -> tuple[str, ...]:
        """The financial years compared."""
        return tuple(str(year) for year in self.manifest.get("years") or ())

    @property
    def replications(self) -> int:
        """How many replications of each scenario."""
        return int(self.manifest.get("replications") or 0)

    def difference(
        self, label: str, metric: str, group: str = "all", arm: str = "all", year: str = "all"
    ) -> Difference | None:
        """A scenario's difference to the first; None where nobody counts in both."""
        return self.differences.get((label, metric, group, arm, year))


def _differences(path: Path) -> dict[tuple[str, str, str, str, str], Difference]:
    try:
        return {
            (row["scenario"], row["metric"], row["group"], row["arm"], row["year"]): Difference(
                number(row["first"]), number(row["other"]), number(row["difference"]),
                number(row["ci_low"]), number(row["ci_high"]), int(row["replications"]), row["unit"],
            )
            for row in read_rows(path, _DIFFERENCES)
        }  # fmt: skip
    except ValueError as error:
        raise damaged(path, "a row has a cell that is no number") from error


def _waterfalls(path: Path) -> dict[tuple[str, str], tuple[Step, ...]]:
    found: dict[tuple[str, str], list[Step]] = {}
    try:
        for row in read_rows(path, _STEPS):
            part, low, high, level = (number(row[name]) for name in ("part", "ci_low", "ci_high", "level"))
            step = Step(row["levers"], part, low, high, level, row["changes"])
            found.setdefault((row["scenario"], row["metric"]), []).append(step)
    except ValueError as error:
        raise damaged(path, "a row has a cell that is no number") from error
    return {key: tuple(steps) for key, steps in found.items()}
