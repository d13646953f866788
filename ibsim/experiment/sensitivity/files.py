"""The files of a study: its tables, a tornado for each output, a manifest; same results, same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ibsim.experiment.outputs import Output
from ibsim.experiment.sensitivity.designs import Estimate
from ibsim.experiment.sensitivity.factors import Factor
from ibsim.experiment.sensitivity.study import Sensitivity
from ibsim.experiment.sensitivity.tornado import tornado
from ibsim.results.manifest import study_manifest
from ibsim.results.seal import write_manifest
from ibsim.results.textfiles import csv_text, number, text_cell

_MEASURES = tuple(
    f"{measure}{end}"
    for measure in ("mu", "mu_star", "sigma", "first_order", "total_order")
    for end in ("", "_low", "_high")
)
COLUMNS = (
    "metric", "group", "arm", "year", "unit", "rank", "factor", "kind",
    "as_it_stands", "at_low", "at_high", "swing", "noise", *_MEASURES,
)  # fmt: skip
FACTOR_COLUMNS = ("factor", "kind", "moves", "row", "unit", "low", "in_use", "high")
DECISION_COLUMNS = (
    "target", "met", "as_it_stands", "factor", "end", "value_at_end", "share_of_replications", "turns_at",
)  # fmt: skip
SHARE_DECIMALS = 4


def write_sensitivity(folder: Path, found: Sensitivity, replications: int) -> None:
    """Write the files of a study into a folder that exists."""
    texts = {
        "sensitivity.csv": csv_text(COLUMNS, _rows(found)),
        "factors.csv": csv_text(FACTOR_COLUMNS, _factor_rows(found)),
    }
    if found.decisions:
        texts["decisions.csv"] = csv_text(DECISION_COLUMNS, _decision_rows(found))
    for at, output in enumerate(found.ask.outputs):
        texts[f"tornado-{file_name(output)}.svg"] = tornado(found, at)
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    metrics = list(dict.fromkeys(output.metric for output in found.ask.outputs))
    tree = study_manifest(folder, _what(found, replications), metrics, found.jobs, found.seconds)
    write_manifest(folder, tree)


def file_name(output: Output) -> str:
    """An output as part of a file's name; what is `all` is left out."""
    return "-".join(part for part in (output.metric, output.group, output.arm, output.year) if part != "all")


def _rows(found: Sensitivity) -> Iterator[list[str]]:
    """A row an output and factor, the most influential first."""
    means, base = found.ends.mean(axis=2), found.base.mean(axis=0)
    for o, output in enumerate(found.ask.outputs):
        swing, noise, decimals = found.swing(o), found.noise(o), output.about.decimals
        for rank, f in enumerate(found.ranking(o), 1):
            factor = found.ask.factors[f]
            values = (base[o], means[0, f, o], means[1, f, o], swing[f], noise[f])
            yield [
                output.metric, output.group, output.arm, output.year, output.about.unit, str(rank),
                text_cell(factor.name), factor.kind, *(number(value, decimals) for value in values),
                *_measures(found, f, o, decimals),
            ]  # fmt: skip


def _measures(found: Sensitivity, factor: int, output: int, decimals: int) -> Iterator[str]:
    """Morris's measures and Sobol indices with their intervals; empty where the factor was left out."""
    walked, sampled = found.screening, found.indices
    for estimates, factors, places in (
        ((walked.mu, walked.mu_star, walked.sigma) if walked else (None,) * 3, found.moving, decimals),
        ((sampled.first, sampled.total) if sampled else (None,) * 2, found.sampled, SHARE_DECIMALS),
    ):
        at = np.flatnonzero(factors == factor)
        for estimate in estimates:
            yield from _three(estimate, int(at[0]), output, places) if estimate and at.size else ("", "", "")


def _three(estimate: Estimate, factor: int, output: int, decimals: int) -> Iterator[str]:
    for values in (estimate.value, estimate.low, estimate.high):
        yield number(float(values[factor, output]), decimals)


def _factor_rows(found: Sensitivity) -> Iterator[list[str]]:
    """A row an evidence row or lever that was moved, with its range."""
    moving = set(found.moving.tolist())
    for at, factor in enumerate(found.ask.factors):
        head = [text_cell(factor.name), factor.kind, "yes" if at in moving else "no"]
        if factor.lever:
            yield [*head, text_cell(factor.name), factor.unit, factor.told(0), "", factor.told(1)]
        for row in factor.rows:
            low, high = (number(value, 10) for value in (row.low or 0.0, row.high or 0.0))
            yield [*head, row.key, row.unit, low, row.printed, high]


def _decision_rows(found: Sensitivity) -> Iterator[list[str]]:
    """A row a target and factor that flips it alone; one with no factor where none does."""
    for decision in found.decisions:
        output = decision.target.output
        decimals = output.about.decimals if output else SHARE_DECIMALS
        head = [text_cell(decision.target.name), "yes" if decision.met else "no"]
        head.append(number(decision.value, decimals))
        if not decision.flips:
            yield [*head, "", "", "", "", ""]
        for flip in decision.flips:
            factor = found.ask.factors[flip.factor]
            turns = "" if flip.turns is None else factor.told(flip.turns)
            yield [
                *head, text_cell(factor.name), factor.told(flip.place), number(flip.value, decimals),
                number(flip.share, SHARE_DECIMALS), turns,
            ]  # fmt: skip


def _what(found: Sensitivity, replications: int) -> dict[str, Any]:
    """What the manifest says of the study itself."""
    ask = found.ask
    scenario = ask.base.loaded([], {})
    return {
        "study": "sensitivity",
        "name": scenario.name,
        "why": scenario.why,
        "scenario": ask.base.scenario,
        "sets": ask.base.sets,
        "scenario_hash": scenario.hash,
        "seed": ask.seed,
        "replications": replications,
        "points": found.points,
        "walks": ask.walks,
        "sobol_points": ask.points,
        "outputs": [output.label for output in ask.outputs],
        "targets": [target.name for target in ask.targets],
        "factors": [_described(factor) for factor in ask.factors],
    }


def _described(factor: Factor) -> dict[str, str]:
    return {"name": factor.name, "kind": factor.kind, "low": factor.told(0), "high": factor.told(1)}
