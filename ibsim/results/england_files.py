"""England's result folder: national.csv, councils.csv manifest.json; the same results, the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ibsim.results import manifest as manifests
from ibsim.results.england import HEADLINES, EnglandResult
from ibsim.results.metrics import ARM_LABELS, GROUP_LABELS, REGISTRY
from ibsim.results.national import combined
from ibsim.results.seal import write_manifest
from ibsim.results.textfiles import csv_text, number, text_cell

NATIONAL_COLUMNS = ("metric", "group", "arm", "year", "unit", "value", "ci_low", "ci_high", "replications")
COUNCIL_COLUMNS = (
    "council", "kind", "scenario", "clients_in_year_assumed", "clients_at_start_assumed",
    "referrals_per_year_assumed", "care_coordinators_fte_assumed",
)  # fmt: skip


def write_england(folder: Path, result: EnglandResult) -> None:
    """Write the files of a run of England into a folder that exists."""
    _write(folder / "national.csv", csv_text(NATIONAL_COLUMNS, _national_rows(result)))
    _write(folder / "councils.csv", csv_text(_council_columns(result), _council_rows(result)))
    tree = _manifest(result, manifests.file_sums(folder))
    write_manifest(folder, tree)


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


def _national_rows(result: EnglandResult) -> Iterator[list[str]]:
    """A row a metric, group, arm and year in which anybody counts."""
    found = result.yearly
    for row, g, a, y in np.argwhere(found.replications):
        metric, at = REGISTRY[result.metrics[row]], (row, g, a, y)
        labels = (
            text_cell(metric.name),
            GROUP_LABELS[g],
            ARM_LABELS[a],
            result.years[y],
            text_cell(metric.unit),
        )
        values = (found.mean[at], found.ci_low[at], found.ci_high[at])
        cells = (number(float(value), metric.decimals) for value in values)
        yield [*labels, *cells, str(found.replications[at])]


def _shown_years(result: EnglandResult) -> list[int]:
    """The first year and the last, by their places."""
    return sorted({0, len(result.years) - 2})


def _council_columns(result: EnglandResult) -> list[str]:
    years = [result.years[y] for y in _shown_years(result)]
    return [*COUNCIL_COLUMNS, *(f"{name} {year}" for name in HEADLINES for year in years), "queue_that_binds"]


def _council_rows(result: EnglandResult) -> Iterator[list[str]]:
    """A row a council: its sizes, its headline metrics (means over the replications), its longest queue."""
    years = _shown_years(result)
    for row in result.rows:
        council, means = row.council, row.means
        sizes = (council.clients_in_year, council.clients_at_start, council.referrals_per_year)
        yield [
            text_cell(council.name), text_cell(council.kind), text_cell(council.scenario),
            *map(str, sizes), number(council.care_coordinators_fte, 1),
            *(
                number(float(means[h, y]), REGISTRY[name].decimals)
                for h, name in enumerate(HEADLINES)
                for y in years
            ),
            text_cell(row.binding_queue),
        ]  # fmt: skip


def _manifest(result: EnglandResult, files: dict[str, str]) -> dict[str, Any]:
    kinds = {
        kind: {
            "councils": len(rows),
            "clients_in_year_assumed": sum(row.council.clients_in_year for row in rows),
        }
        for kind, rows in result.by_kind().items()
    }
    return {
        "format": manifests.FORMAT,
        "name": "England, council by council",
        "seed": result.seed,
        "replications": result.replications,
        "years": list(result.years[:-1]),
        "digest": manifests.digest(files),
        "files": dict(sorted(files.items())),
        "kinds": kinds,
        "calendar": result.calendar.model_dump(mode="json"),
        "sets": list(result.sets),
        "evidence": {"digest": result.evidence.digest, "overrides": result.evidence.overrides},
        "councils": [
            {
                "council": row.council.name,
                "scenario": row.council.scenario,
                "sets": row.council.sets,
                "hash": hash,
            }
            for row, hash in zip(result.rows, result.hashes, strict=True)
        ],
        "books_checked": result.books,
        "metrics": {
            name: manifests.metric_entry(name) | {"of_councils": combined(REGISTRY[name])}
            for name in result.metrics
        },
        "beside_returns": [
            {
                "figure": beside.published.label,
                "source": f"{beside.published.measure_id}|{beside.published.year}",
                "published": beside.figure,
                "model": beside.model.mean * beside.factor,
                "model_year": beside.year,
                "difference": beside.difference,
                "difference_in": "percentage points" if beside.in_points else "percent",
                "basis": beside.published.basis,
            }
            for beside in result.beside_returns()
        ],
        "run": manifests.circumstances(result.seconds, result.jobs),
    }
