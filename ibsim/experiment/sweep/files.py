"""The files of a sweep: one tidy table and a manifest, the same bytes for the same results."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ibsim.experiment.sweep.plan import Plan
from ibsim.experiment.sweep.result import SweepResult
from ibsim.experiment.varying import LEVER, UNCERTAINTY, shown
from ibsim.results.manifest import study_manifest
from ibsim.results.metrics import ARM_LABELS, GROUP_LABELS, REGISTRY
from ibsim.results.seal import write_manifest
from ibsim.results.textfiles import csv_text, number, text_cell

STATISTIC_COLUMNS = ("mean", "sd", "ci_low", "ci_high")


def write_sweep(folder: Path, result: SweepResult) -> None:
    """Write `sweep.csv` and `manifest.json` into a folder that exists."""
    (folder / "sweep.csv").write_bytes(sweep_csv(result).encode())
    tree = study_manifest(folder, _what(result), result.plan.metrics, result.jobs, result.seconds)
    write_manifest(folder, tree)


def sweep_csv(result: SweepResult) -> str:
    """A row a point, metric, group, arm and year in which anybody counts; the point's settings beside it.

    Levers stand by their path; uncertainties by `evidence.` and the row's key, so that none is taken for
    the other.
    """
    settings = [*columns(result.plan)]
    heads = ("point", *settings, "metric", "group", "arm", "year", "unit", *STATISTIC_COLUMNS, "replications")
    return csv_text([text_cell(head) for head in heads], _rows(result))


def columns(plan: Plan) -> list[str]:
    """The columns of what varies: lever paths, then `evidence.` and row keys."""
    return [
        f"evidence.{column}" if dimension.is_uncertainty else column
        for dimension in plan.dimensions
        for column in dimension.columns
    ]


def _rows(result: SweepResult) -> Iterator[list[str]]:
    for at, (point, found) in enumerate(zip(result.plan.points, result.statistics, strict=True), 1):
        cells = [text_cell(shown(cell)) for cells in point for cell in cells]
        for m, name in enumerate(result.plan.metrics):
            metric = REGISTRY[name]
            for g, group in enumerate(GROUP_LABELS):
                for a, arm in enumerate(ARM_LABELS):
                    for y, year in enumerate(result.years):
                        if not found.replications[m, g, a, y]:
                            continue
                        values = [
                            number(getattr(found, column)[m, g, a, y], metric.decimals)
                            for column in STATISTIC_COLUMNS
                        ]
                        labels = [name, group, arm, year, metric.unit]
                        yield [
                            str(at), *cells, *labels, *values, str(found.replications[m, g, a, y]),
                        ]  # fmt: skip


def _what(result: SweepResult) -> dict[str, Any]:
    """What the manifest says of the sweep itself."""
    plan = result.plan
    return {
        "study": "sweep",
        "name": plan.name,
        "why": plan.why,
        "sweep": plan.path,
        "scenario": plan.base.scenario,
        "sets": plan.base.sets,
        "scenario_hash": result.base_hash,
        "design": plan.design,
        "points": len(plan.points),
        "seed": plan.seed,
        "replications": plan.replications,
        "levers": _dimensions(plan, LEVER),
        "uncertainties": _dimensions(plan, UNCERTAINTY),
    }


def _dimensions(plan: Plan, kind: str) -> dict[str, Any]:
    """Each dimension of a kind: its columns, and its listed values or ranges by column."""
    return {
        dimension.name: {
            "columns": dimension.columns,
            "values": [[shown(cell) for cell in cells] for cells in dimension.levels],
            "ranges": [[span.low, span.high] for span in dimension.spans],
        }
        for dimension in plan.dimensions
        if dimension.kind == kind
    }
