"""The result folder of a backtest: every figure, the scores, a manifest; same results, same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ibsim.experiment.backtest.scoring import Score, Scored
from ibsim.experiment.backtest.telling import Backtest, sentences
from ibsim.results.manifest import study_manifest
from ibsim.results.seal import write_manifest
from ibsim.results.textfiles import csv_text, number, text_cell

DECIMALS = 6
COLUMNS = (
    "metric", "group", "arm", "year", "unit", "value", "uncertainty", "model", "low", "high", "error",
    "error_percent", "z", "inside", "no_change", "no_change_from", "no_change_error", "skill", "forecast",
    "forecast_error",
)  # fmt: skip
SCORE_COLUMNS = (
    "metric", "figures", "compared", "error", "no_change_error", "skill", "with_forecast", "forecast_error",
    "forecast_skill", "skill_against_forecast",
)  # fmt: skip


def write_backtest(folder: Path, test: Backtest, seed: int, seconds: float, jobs: int) -> None:
    """Write the files into a folder that exists."""
    texts = {
        "backtest.csv": csv_text(COLUMNS, (_row(row) for row in test.rows)),
        "scores.csv": csv_text(SCORE_COLUMNS, (_score(score) for score in test.scores)),
    }
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    metrics = dict.fromkeys(row.observed.output.metric for row in test.rows)
    tree = study_manifest(folder, what(test, seed), metrics, jobs, seconds)
    write_manifest(folder, tree)


def what(test: Backtest, seed: int) -> dict[str, Any]:
    """What was asked and what came out, as the manifest and `--json` say it."""
    scenario = test.scenario
    return {
        "study": "backtest",
        "name": scenario.name,
        "scenario_hash": scenario.hash,
        "calendar": scenario.calendar.model_dump(mode="json"),
        "data": test.data,
        "known_to": test.known_to,
        "seed": seed,
        "replications": test.replications,
        "figures": len(test.rows),
        "scores": [dict(zip(SCORE_COLUMNS, _plain(score), strict=True)) for score in test.scores],
        "words": list(sentences(test)),
    }


def _row(row: Scored) -> list[str]:
    one = row.observed
    output = one.output
    forecast = float("nan") if one.forecast is None else one.forecast
    inside = "" if row.inside is None else "yes" if row.inside else "no"
    return [
        text_cell(output.metric), output.group, output.arm, output.year, text_cell(output.about.unit),
        *_numbers(one.value, one.uncertainty, row.model, row.low, row.high, row.error, row.percent, row.z),
        inside, number(row.naive, DECIMALS), text_cell(row.naive_from),
        *_numbers(row.naive_error, row.skill, forecast, row.forecast_error),
    ]  # fmt: skip


def _score(score: Score) -> list[str]:
    return [value if isinstance(value, str) else number(float(value), DECIMALS) for value in _plain(score)]


def _plain(score: Score) -> tuple[str | float, ...]:
    return (
        score.metric, score.figures, score.compared, score.model, score.naive, score.skill,
        score.with_forecast, score.forecast, score.forecast_skill, score.against_forecast,
    )  # fmt: skip


def _numbers(*values: float) -> Iterator[str]:
    for value in values:
        yield number(value, DECIMALS)
