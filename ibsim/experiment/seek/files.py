"""The result folder of a search: every point tried, and the manifest."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ibsim.experiment.seek.asking import Answer
from ibsim.experiment.seek.trials import Tried
from ibsim.experiment.seek.words import conclusion, cost
from ibsim.results import manifest as manifests
from ibsim.results.seal import write_manifest
from ibsim.results.textfiles import csv_text, number, text_cell

COLUMNS = (
    "target", "metric", "group", "arm", "year", "unit", "mean", "ci_low", "ci_high", "percent_meeting",
    "bound_low", "bound_high", "replications", "verdict", "point_verdict", "on_front",
)  # fmt: skip
DECIMALS = 4


def write_seek(folder: Path, answer: Answer, seconds: float, jobs: int) -> None:
    """Write seek.csv and manifest.json into a folder that exists."""
    names = [lever.name for lever in answer.asked.levers]
    head = ("point", *names, *(["cost_gbp"] if answer.asked.costs else []), *COLUMNS)
    (folder / "seek.csv").write_bytes(csv_text(head, _rows(answer)).encode("utf-8"))
    metrics = dict.fromkeys(target.output.metric for target in answer.asked.targets if target.output)
    tree = manifests.study_manifest(folder, _what(answer), metrics, jobs, seconds)
    write_manifest(folder, tree)


def _what(answer: Answer) -> dict[str, Any]:
    """What was sought, by which rule, and what came out, as JSON-ready values."""
    asked = answer.asked
    return {
        "study": "seek",
        "name": asked.scenario.name,
        "scenario": asked.name,
        "sets": asked.sets,
        "scenario_hash": asked.scenario.hash,
        "seed": asked.seed,
        "levers": [vars(lever) | {"base": dict(lever.base)} for lever in asked.levers],
        "targets": [target.name for target in asked.targets],
        "cost_gbp": dict(zip([lever.name for lever in asked.levers], asked.costs, strict=bool(asked.costs))),
        "confidence_percent": round(100 * asked.rule.confidence, 6),
        "looks": asked.rule.looks,
        "replications": answer.replications,
        "answer": _found(answer),
        "words": conclusion(answer),
    }


def _found(answer: Answer) -> dict[str, Any]:
    """The answer for programs."""
    names = [lever.name for lever in answer.asked.levers]

    def point(tried: Tried | None) -> dict[str, float] | None:
        return dict(zip(names, tried.point, strict=True)) if tried is not None else None

    if answer.least is not None:
        one = answer.least
        return {
            "met": one.found is not None,
            "found": point(one.found),
            "one_step_before": point(one.before),
            "verdict_one_step_before": one.before.verdict if one.before else None,
            "nearest": point(one.best),
            "monotone": one.is_monotone,
        }
    assert answer.front is not None
    front = answer.front
    return {
        "met": bool(front.points),
        "front": [point(tried) for tried in front.points],
        "cheapest": point(front.points[0]) if front.points and answer.asked.costs else None,
        "nearest": point(front.best),
        "monotone": not front.contradictions,
        "complete": front.is_complete,
    }


def essentials(answer: Answer, where: Path) -> dict[str, Any]:
    """What a program needs to know: where the results are, the answer, its words."""
    return {
        "results": str(where),
        "name": answer.asked.scenario.name,
        "seed": answer.asked.seed,
        "targets": [target.name for target in answer.asked.targets],
        "replications": answer.replications,
        **_found(answer),
        "words": conclusion(answer),
    }


def _rows(answer: Answer) -> Iterator[list[str]]:
    asked = answer.asked
    chosen = answer.front.points if answer.front else (answer.least.found,) if answer.least else ()
    for n, tried in enumerate(answer.tried, 1):
        levers = [number(value, 10) for value in tried.point]
        price = [number(cost(asked, tried.point), 2)] if asked.costs else []
        for target, found in zip(asked.targets, tried.findings, strict=True):
            output = target.output
            labels = (
                [output.metric, output.group, output.arm, output.year, output.about.unit]
                if output
                else [""] * 5
            )
            share = found.value if target.percent is not None else math.nan
            figures = (found.mean, found.ci_low, found.ci_high, share, found.low, found.high)
            yield [
                str(n), *levers, *price, text_cell(target.name), *labels,
                *(_finite(value) for value in figures),
                str(found.replications), found.verdict, tried.verdict, "yes" if tried in chosen else "no",
            ]  # fmt: skip


def _finite(value: float) -> str:
    return number(value if math.isfinite(value) else math.nan, DECIMALS)
