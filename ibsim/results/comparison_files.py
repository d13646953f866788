"""The files of a comparison: every difference, why they arise, and a manifest that says how."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from ibsim.results import manifest as manifests
from ibsim.results.budget_metrics import STREAM_QUEUES
from ibsim.results.metrics import ARM_LABELS, GROUP_LABELS, REGISTRY
from ibsim.results.paired import Comparison, Waterfall
from ibsim.results.seal import write_manifest
from ibsim.results.statistics import Statistics, summarise
from ibsim.results.textfiles import csv_text, number, text_cell

COMPARISON_COLUMNS = (
    *("scenario", "metric", "group", "arm", "year", "unit", "first", "other"),
    *("difference", "sd", "ci_low", "ci_high", "replications", "replications_needed"),
)
WATERFALL_COLUMNS = (
    *("scenario", "metric", "unit", "step", "levers", "part", "ci_low", "ci_high", "level", "changes"),
)
MAX_NEEDED = 1_000_000


def write_comparison(folder: Path, comparison: Comparison) -> None:
    """Write the files of a comparison into a folder that exists."""
    texts = {"comparison.csv": comparison_csv(comparison)}
    if comparison.waterfalls:
        texts["waterfall.csv"] = waterfall_csv(comparison)
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode("utf-8"))
    tree = comparison_manifest(comparison, manifests.file_sums(folder))
    write_manifest(folder, tree)


def comparison_csv(comparison: Comparison) -> str:
    """A row a scenario after the first, metric, group, arm and year in which somebody counts in both.

    `first` and `other` are the means of the replications that count in both, so that `difference` is theirs.
    """
    return csv_text(COMPARISON_COLUMNS, _difference_rows(comparison))


def _difference_rows(comparison: Comparison) -> Iterator[list[str]]:
    for other in range(1, len(comparison.results)):
        found = comparison.differences(other)
        needed = comparison.needed(found)
        first, second = comparison.means(other)
        for at in zip(*np.nonzero(found.replications), strict=True):
            metric = REGISTRY[comparison.metrics[at[0]]]
            year = comparison.results[0].summary.years[at[3]]
            yield [
                text_cell(comparison.labels[other]),
                text_cell(metric.name),
                GROUP_LABELS[at[1]],
                ARM_LABELS[at[2]],
                year,
                text_cell(metric.unit),
                number(float(first[at]), metric.decimals),
                number(float(second[at]), metric.decimals),
                *_cells(found, at, metric.decimals),
                str(found.replications[at]),
                needed_cell(float(needed[at])),
            ]


def _cells(found: Statistics, at: tuple[Any, ...], decimals: int) -> list[str]:
    columns = (found.mean, found.sd, found.ci_low, found.ci_high)
    return [number(float(column[at]), decimals) for column in columns]


def needed_cell(value: float) -> str:
    """A number of replications; empty where it is not known or no number will do."""
    if math.isnan(value) or math.isinf(value):
        return ""
    return f"over {MAX_NEEDED}" if value > MAX_NEEDED else f"{value:.0f}"


def waterfall_csv(comparison: Comparison) -> str:
    """A row a scenario, metric and step: what changing those levers adds, and the level after it.

    Step 0 is the first scenario.  The printed parts add up exactly: each is the difference of two printed
    levels.
    """
    rows = [
        row
        for waterfall in comparison.waterfalls
        for column in range(len(waterfall.metrics))
        for row in _waterfall_rows(comparison.labels[0], waterfall, column)
    ]
    return csv_text(WATERFALL_COLUMNS, rows)


def _waterfall_rows(first: str, waterfall: Waterfall, column: int) -> Iterator[list[str]]:
    metric = REGISTRY[waterfall.metrics[column]]
    head = [text_cell(waterfall.label), text_cell(metric.name), text_cell(metric.unit)]
    level = _printed(waterfall.levels(column)[0], metric.decimals)
    yield [*head, "0", text_cell(first), "", "", "", _text(level), ""]
    before = waterfall.start
    for step, part in enumerate(waterfall.parts, start=1):
        found = summarise(part.values[:, column] - before[:, column])
        after = _printed(waterfall.levels(column)[step], metric.decimals)
        added = None if level is None or after is None else after - level
        interval = [number(float(end), metric.decimals) for end in (found.ci_low, found.ci_high)]
        levers, changes = text_cell("; ".join(part.levers)), text_cell("; ".join(part.changes))
        yield [*head, str(step), levers, _text(added), *interval, _text(after), changes]
        level, before = after, part.values


def _printed(value: float, decimals: int) -> Decimal | None:
    text = number(value, decimals)
    return Decimal(text) if text else None


def _text(value: Decimal | None) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if value else "0"


def comparison_manifest(comparison: Comparison, files: dict[str, str]) -> dict[str, Any]:
    """How the comparison was made, what it found in short, and what is needed to make it again."""
    first = comparison.results[0]
    return {
        "format": manifests.FORMAT,
        "kind": "comparison",
        "scenarios": [
            {"label": label, "name": result.scenario.name, **manifests.scenario_tree(result)}
            for label, result in zip(comparison.labels, comparison.results, strict=True)
        ],
        "evidence": [manifests.evidence_tree(result) for result in comparison.results],
        "seed": first.seed,
        "replications": comparison.replications,
        "years": list(first.summary.years[:-1]),
        "digest": manifests.digest(files),
        "files": dict(sorted(files.items())),
        "objective": asdict(comparison.objective),
        "ranking": [asdict(rank) for rank in comparison.ranking],
        "precision_percent": comparison.percent,
        "precision": [asdict(reached) for reached in comparison.precision],
        "waterfall_order": {waterfall.label: waterfall.order for waterfall in comparison.waterfalls},
        "binding": binding(comparison),
        "run": manifests.circumstances(first.seconds, first.jobs),
    }


def binding(comparison: Comparison) -> list[dict[str, Any]]:
    """What people wait for in each scenario, longest first; `kind` says what it is."""
    of_streams = set(STREAM_QUEUES.values())
    return [
        {"scenario": label, "kind": "stream" if queue.name in of_streams else "queue", **vars(queue)}
        for label, result in zip(comparison.labels, comparison.results, strict=True)
        for queue in result.summary.queues
    ]
