"""A backtest in words: a table of figures, a table of scores, and what they come to."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ibsim.experiment.backtest.scoring import EVERYTHING, Score, Scored, scores
from ibsim.experiment.sweep.telling import figure
from ibsim.scenario import ResolvedScenario

NONE = "–"


@dataclass(frozen=True)
class Backtest:
    """What was scored: the scenario as it was run, the name of the table, and every figure."""

    scenario: ResolvedScenario
    data: str
    replications: int
    known_to: str
    rows: tuple[Scored, ...]

    @property
    def scores(self) -> tuple[Score, ...]:
        """A score for each metric, and the one in all last."""
        return tuple(scores(self.rows))

    @property
    def has_forecasts(self) -> bool:
        """Whether the table says what somebody else foretold."""
        return any(row.observed.forecast is not None for row in self.rows)


def figures_table(test: Backtest) -> list[tuple[str, ...]]:
    """A row a figure under a heading: value, model, error, percent, z, no change, skill and the forecast."""
    heading = ("figure", "value", "model", "error", "percent", "z", "no change", "skill")
    rows = [heading + (("forecast",) if test.has_forecasts else ())]
    for row in test.rows:
        one = row.observed
        cells = (
            _label(row), figure(one.value), figure(row.model), _signed(row.error),
            _signed(row.percent), _signed(row.z), _known(row.naive), _skill(row.skill),
        )  # fmt: skip
        forecast = (_known(math.nan if one.forecast is None else one.forecast),)
        rows.append(cells + (forecast if test.has_forecasts else ()))
    return rows


def scores_table(test: Backtest) -> list[tuple[str, ...]]:
    """A row a metric under a heading: figures, mean absolute errors, skill."""
    heading = ("mean absolute error", "figures", "model", "no change", "skill")
    rows = [heading + (("forecast", "its skill") if test.has_forecasts else ())]
    for score in test.scores:
        name = "all, in percent of each figure" if score.metric == EVERYTHING else score.metric
        cells = (name, str(score.compared), _known(score.model), _known(score.naive), _skill(score.skill))
        more = (_known(score.forecast), _skill(score.forecast_skill))
        rows.append(cells + (more if test.has_forecasts else ()))
    return rows


def sentences(test: Backtest) -> Iterator[str]:
    """What the scores come to."""
    *_, whole = test.scores
    n = len(test.rows)
    if whole.compared:
        yield (
            f"Over {whole.compared} figures the model is {whole.model:.1f} percent off on average, no "
            f"change {whole.naive:.1f} percent: {_judged(whole.skill)}"
        )
    else:
        yield "No earlier figure and no earlier year of the model: there is nothing to set no change against."
    if whole.with_forecast:
        yield (
            f"Over the {whole.with_forecast} figures that have a forecast in the table: the forecast is "
            f"{whole.forecast:.1f} percent off, the model {whole.model_beside:.1f}; the forecast's skill "
            f"against no change is {_skill(whole.forecast_skill)}, the model's against the forecast "
            f"{_skill(whole.against_forecast)}."
        )
    told = [row for row in test.rows if row.inside is not None]
    if told:
        inside = sum(bool(row.inside) for row in told)
        yield (
            f"{inside} of {len(told)} figures lie within 95 percent of what the model's replications and "
            "the figures' own uncertainty allow."
        )
    outside = [_label(row) for row in told if not row.inside]
    if outside:
        yield f"Outside: {', '.join(outside)}."
    alone = n - whole.compared
    if alone and whole.compared:
        yield f"{alone} of {n} figures have nothing before them and are left out of the skill."
    yield "Skill: 1 is no error at all, 0 as good as no change, below 0 worse than no change."


def _label(row: Scored) -> str:
    output = row.observed.output
    labels = [label for label in (output.group, output.arm) if label != "all"]
    return " ".join((output.metric, output.year, *labels))


def _judged(value: float) -> str:
    if math.isnan(value):
        return "no change made no error, so that no skill can be given."
    word = "better than" if value > 0 else "worse than" if value < 0 else "as good as"
    return f"skill {_skill(value)}, {word} no change."


def aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Rows as lines of text, the first column to the left and numbers to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for first, *numbers in rows:
        cells = [cell.rjust(width) for cell, width in zip(numbers, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells]).rstrip()


def _known(value: float) -> str:
    return NONE if math.isnan(value) else figure(value)


def _signed(value: float) -> str:
    return NONE if math.isnan(value) else f"{value:+,.1f}"


def _skill(value: float) -> str:
    return NONE if math.isnan(value) else f"{value:.2f}"
