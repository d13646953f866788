"""Runs side by side: each set against the first, replication by replication where the dice are the same."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from ibsim.results.comparison_words import judgement
from ibsim.results.metrics import ARM_LABELS, REGISTRY
from ibsim.results.reading import StoredFolder, StoredRun
from ibsim.results.report.contents import Contents, Part
from ibsim.results.report.drawing import amount
from ibsim.results.report.markup import Cells, Markup, element, grid, paragraph, together
from ibsim.results.statistics import summarise
from ibsim.results.summary import Cell
from ibsim.results.terminal import SECTIONS, Line, with_interval

PAIRED = (
    "The same dice fell in both: differences are of replication with replication, and their intervals are "
    "narrower than those of two runs on their own."
)
APART = (
    "The two were not run with the same dice and years ({why}), so that differences are of means; their "
    "intervals are those of two independent runs."
)


def comparing(contents: Contents) -> Iterator[Part]:
    """Differences of the headline metrics between the runs, and the tables of comparison folders."""
    first, *others = contents.runs
    body = [part for other in others for part in _against(first, other)]
    body += [part for folder in contents.comparisons for part in _folder(folder)]
    if body:
        yield Part("comparison", "Side by side", together(*body))


def _against(first: StoredRun, other: StoredRun) -> Iterator[Markup]:
    yield element("h3", f"{other.name}, against {first.name}")
    why = unpaired(first, other)
    yield paragraph(PAIRED if not why else APART.format(why=why))
    rows: list[Cells] = []
    for _, lines in SECTIONS:
        rows += [row for line in lines if (row := _row(line, first, other, paired=not why)) is not None]
    heads = ("all years together", "first", "this", "difference", "which is")
    yield grid(f"{other.name} against {first.name}", heads, rows, text=(0, 4))


def unpaired(first: StoredRun, other: StoredRun) -> str:
    """Why two runs cannot be set against each other replication by replication; empty where they can."""
    if first.manifest["years"] != other.manifest["years"]:
        return "other years"
    if first.manifest["seed"] != other.manifest["seed"]:
        return "another seed"
    if not (first.each and other.each):
        return "a folder without its replications"
    return ""


def _row(line: Line, first: StoredRun, other: StoredRun, *, paired: bool) -> Cells | None:
    """A headline metric of both runs and the difference; None where nobody counts in one of them."""
    one, two = (run.summary.cell(line.metric, arm=line.arm) for run in (first, other))
    if not (one.counts and two.counts) or one.mean == two.mean == 0:
        return None
    found = _paired(line, first, other) if paired else _apart(one, two)
    factor = 1e-6 if line.millions else 1.0
    told = math.isnan(found.ci_low) or found.ci_low > 0 or found.ci_high < 0
    word = judgement(line.metric, found.mean).strip(" ()") if told and found.mean else "no difference told"
    size, half = abs(found.mean), (found.ci_high - found.ci_low) / 2
    by = with_interval(Cell(size, size - half, size + half, found.replications), factor)
    sign = "+" if found.mean > 0 else "-" if found.mean < 0 else ""
    arm = f" ({line.arm})" if line.arm in ARM_LABELS[:2] and "IB cases" not in line.label else ""
    said = "£ million" if line.millions else REGISTRY[line.metric].unit
    unit = "" if any(sign in line.label for sign in "£%") else f", {said}"
    return [
        f"{line.label}{arm}{unit}",
        *(_plain(cell.mean * factor) for cell in (one, two)),
        f"{sign}{by}",
        word,
    ]


def _paired(line: Line, first: StoredRun, other: StoredRun) -> Cell:
    key = (line.metric, line.arm, "all")
    one, two = first.each[key], other.each[key]
    n = min(one.size, two.size)
    found = summarise(two[:n] - one[:n])
    return Cell(float(found.mean), float(found.ci_low), float(found.ci_high), int(found.replications))


def _apart(one: Cell, two: Cell) -> Cell:
    """The difference of two independent means: half-widths add up as squares."""
    half = math.hypot((one.ci_high - one.ci_low) / 2, (two.ci_high - two.ci_low) / 2)
    mean = two.mean - one.mean
    return Cell(mean, mean - half, mean + half, min(one.replications, two.replications))


def _plain(value: float) -> str:
    return with_interval(Cell(value, math.nan, math.nan, 1))


def _folder(folder: StoredFolder) -> Iterator[Markup]:
    """The ranking and the headline differences of a comparison folder."""
    objective = folder.manifest.get("objective", {})
    yield element(
        "h3", f"Comparison of {len(folder.manifest.get('scenarios', ()))} scenarios with the same dice"
    )
    ranks: list[Cells] = [
        [str(place["label"]), _known(place["mean"]), _known(place["probability_best"], 100, " %")]
        for place in folder.manifest.get("ranking", ())
    ]
    if ranks:
        title = f"Ranked by {objective.get('metric')}, {objective.get('better')} is better"
        yield grid(title, ("scenario", "mean", "probability of being best"), ranks)
    wanted = {(line.metric, line.arm): line for _, lines in SECTIONS for line in lines}
    for label in dict.fromkeys(row["scenario"] for row in folder.table("comparison.csv")):
        rows: list[Cells] = []
        for row in folder.table("comparison.csv"):
            line = wanted.get((row["metric"], row["arm"]))
            if line and row["scenario"] == label and row["group"] == row["year"] == "all":
                rows.append(
                    [
                        f"{line.label}, {row['unit']}",
                        *(_known(row[name]) for name in ("first", "other")),
                        _said(row),
                    ]
                )
        yield grid(
            f"{label} instead of the first, all years", ("metric", "first", "this", "difference"), rows
        )


def _known(value: object, factor: float = 1.0, unit: str = "") -> str:
    return "–" if value in (None, "") else f"{amount(factor * float(str(value)))}{unit}"


def _said(row: Mapping[str, str]) -> str:
    if not row["ci_low"]:
        return f"{float(row['difference']):+,.1f}"
    half = (float(row["ci_high"]) - float(row["ci_low"])) / 2
    return f"{float(row['difference']):+,.1f} ± {amount(half)}"
