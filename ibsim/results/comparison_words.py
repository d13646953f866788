"""A comparison in words: what differs, by how much, which is best, why, and what binds."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ibsim.results.metrics import REGISTRY
from ibsim.results.paired import Comparison, Waterfall
from ibsim.results.statistics import summarise
from ibsim.results.summary import Cell
from ibsim.results.terminal import SECTIONS, Line, binding_sentence, precision_sentences, with_interval
from ibsim.results.verdict_words import chance, more, pounds
from ibsim.scenario.variants import has_rollout

SMALLEST = 0.05
"""What rounds to nought in the tables is not told as a difference."""


def sentences(comparison: Comparison) -> Iterator[str]:
    """The comparison as lines of text; headings end in a colon."""
    first, n = comparison.results[0], comparison.replications
    yield "Compared:"
    for label, result in zip(comparison.labels, comparison.results, strict=True):
        yield f"  {label}: {result.scenario.name}"
    often = "1 replication each: no intervals" if n == 1 else f"{n} replications each, the same dice in all"
    yield f"{often}; seed {first.seed}; all years together; ± is the 95 percent interval of the difference."
    for other in range(1, len(comparison.results)):
        yield ""
        yield from _differences(comparison, other)
        yield from _why(comparison, other)
    yield ""
    yield from _ranking(comparison)
    yield from _verdicts(comparison)
    yield ""
    yield "What binds:"
    for label, result in zip(comparison.labels, comparison.results, strict=True):
        yield f"  {label}: {binding_sentence(result.summary)}"
    yield from precision_sentences(comparison.precision)


def _differences(comparison: Comparison, other: int) -> Iterator[str]:
    """The headline metrics of one scenario beside the first: where they differ, and where they may not."""
    yield f"{comparison.labels[other]} instead of {comparison.labels[0]}:"
    found = comparison.differences(other)
    first, second = comparison.means(other)
    same: list[str] = []
    for title, lines in SECTIONS:
        told = []
        for line in lines:
            if line.metric not in comparison.metrics:
                continue
            at = comparison.at(line.metric, arm=line.arm)
            n = int(found.replications[at])
            cell = Cell(float(found.mean[at]), float(found.ci_low[at]), float(found.ci_high[at]), n)
            if n and _told_apart(cell):
                told.append(f"    {_line(line, float(first[at]), float(second[at]), cell)}")
            elif n:
                same.append(line.metric)
        if told:
            yield from [f"  {_title(title)}:", *told]
    if same:
        yield f"  No difference that these replications can tell from none: {', '.join(same)}."


def _title(title: str) -> str:
    """A section's title; its lines give means alone, without what nine in ten are within."""
    return title.partition(":")[0]


def _told_apart(cell: Cell) -> bool:
    if math.isnan(cell.ci_low):
        return abs(cell.mean) >= SMALLEST
    return cell.ci_low > 0 or cell.ci_high < 0


def _line(line: Line, first: float, second: float, cell: Cell) -> str:
    factor = 1e-6 if line.millions else 1.0
    levels = f"{_plain(first * factor)} -> {_plain(second * factor)}"
    size, half = abs(cell.mean), (cell.ci_high - cell.ci_low) / 2
    by = with_interval(Cell(size, size - half, size + half, cell.replications), factor)
    way = "more" if cell.mean > 0 else "less"
    return f"{_label(line)}: {levels}, {by} {way}{judgement(line.metric, cell.mean)}"


def _label(line: Line) -> str:
    return line.label if line.arm == "all" or "IB cases" in line.label else f"{line.label} ({line.arm})"


def judgement(metric: str, difference: float) -> str:
    """Whether a difference is better or worse, in brackets; empty where the metric is neither."""
    direction = REGISTRY[metric].direction
    if direction == "neutral":
        return ""
    return " (better)" if (direction == "higher_is_better") == (difference > 0) else " (worse)"


def _plain(value: float) -> str:
    return with_interval(Cell(value, math.nan, math.nan, 1))


def _why(comparison: Comparison, other: int) -> Iterator[str]:
    label = comparison.labels[other]
    for waterfall in comparison.waterfalls:
        if waterfall.label == label and waterfall.parts:
            yield from _waterfall(comparison, waterfall)


def _waterfall(comparison: Comparison, waterfall: Waterfall) -> Iterator[str]:
    """What each lever adds to the objective; the parts add up to the whole."""
    metric = comparison.objective.metric
    if metric not in waterfall.metrics:
        return
    column = waterfall.metrics.index(metric)
    levels = waterfall.levels(column)
    if any(math.isnan(level) for level in levels):
        return
    yield f"  Why {metric} ({REGISTRY[metric].unit}) differs; {waterfall.order}:"
    yield f"    {_plain(levels[0]):>12}  {comparison.labels[0]}"
    before = waterfall.start
    for part in waterfall.parts:
        found = summarise(part.values[:, column] - before[:, column])
        cell = Cell(float(found.mean), float(found.ci_low), float(found.ci_high), len(before))
        sign = "+" if cell.mean > 0 else ""
        yield f"    {sign + with_interval(cell):>12}  {', '.join(part.levers)}"
        before = part.values
    yield f"    {_plain(levels[-1]):>12}  {waterfall.label}"


def _verdicts(comparison: Comparison) -> Iterator[str]:
    """Of each scenario whether it is cost-neutral, where the comparison was asked for the verdict."""
    if "cost_neutral_probability" not in comparison.metrics:
        return
    yield ""
    yield "Against no roll-out, set-up included:"
    for label, result in zip(comparison.labels, comparison.results, strict=True):
        gap = result.summary.cell("cost_gap_gbp")
        if not has_rollout(result.scenario):
            yield f"  {label}: has none"
            continue
        likely = chance(result.summary.cell("cost_neutral_probability").mean)
        half = pounds((gap.ci_high - gap.ci_low) / 2)
        about = "" if math.isnan(gap.ci_low) else f" (the mean ± {half})"
        yield f"  {label}: costs {more(gap.mean)}{about}; cost-neutral by the end with probability {likely}"


def _ranking(comparison: Comparison) -> Iterator[str]:
    objective = comparison.objective
    yield f"Ranked by {objective.metric}, {objective.better} is better:"
    for place, rank in enumerate(comparison.ranking, start=1):
        if math.isnan(rank.mean):
            yield f"  {rank.label}: nobody counts"
            continue
        yield (
            f"  {place}. {rank.label}: {_plain(rank.mean)}; best with probability "
            f"{rank.probability_best:.2f}, best in {100 * rank.best_in_share:.0f} percent of replications"
        )
