"""A sweep in words: what moved, which lever most, the best and the worst points."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ibsim.experiment.sweep.plan import Plan
from ibsim.experiment.sweep.result import Influence, SweepResult
from ibsim.experiment.varying import shown
from ibsim.results.metric import LESS, MORE
from ibsim.results.metrics import REGISTRY

DESIGN_WORDS = {"grid": "a grid", "latin_hypercube": "a Latin hypercube", "sobol": "a Sobol sample"}
LEAST_SHARE = 0.05
"""A dimension that accounts for less of the variance is not named."""
MOST_NAMED = 3


def told(result: SweepResult, where: Path) -> Iterator[str]:
    """The summary, a line or paragraph at a time."""
    plan = result.plan
    yield plan.name
    yield " ".join(plan.why.split())
    yield planned(plan)
    for number, name in enumerate(plan.metrics):
        yield ""
        yield from _metric(result, number, name)
    yield ""
    yield (
        "All of it is over all groups, arms and years; sweep.csv has each. ± is the 95 percent interval of "
        "the difference, with the same dice at both points."
    )
    yield f"Results: {where}"


def planned(plan: Plan) -> str:
    """How many points of which design, over what."""
    levers = [dimension.name for dimension in plan.dimensions if not dimension.is_uncertainty]
    doubts = [dimension.name for dimension in plan.dimensions if dimension.is_uncertainty]
    what = "; ".join(
        f"{word}: {', '.join(names)}"
        for word, names in (("levers", levers), ("uncertainties", doubts))
        if names
    )
    n = plan.replications
    often = f"{n} replications each, with the same dice" if n > 1 else "1 replication each: no intervals"
    points = f"{len(plan.points):,} points, {DESIGN_WORDS[plan.design]} of {Path(plan.base.scenario).stem}"
    return f"{points} ({what}); {often}, seed {plan.seed}"


def _metric(result: SweepResult, number: int, name: str) -> Iterator[str]:
    metric = REGISTRY[name]
    means = result.means(number)
    if np.isnan(means).all():
        yield f"{name}: nobody counts at any point."
        return
    low, high = int(np.nanargmin(means)), int(np.nanargmax(means))
    if means[low] == means[high]:
        yield f"{name} ({metric.unit}): {figure(means[low])} at every point; nothing moves it."
        return
    half = result.half_width(number, low, high)
    apart = f"{figure(means[high] - means[low])}{'' if math.isnan(half) else f' ± {figure(half)}'}"
    yield f"{name} ({metric.unit}): {figure(means[low])} to {figure(means[high])}, {apart} apart"
    if means[high] - means[low] < half:
        yield "  No more than the dice may do: take more replications, or wider values."
    yield f"  {_influences(result.influences(number))}"
    words = {MORE: ("best", "worst"), LESS: ("worst", "best")}.get(metric.direction, ("highest", "lowest"))
    ends = sorted(zip(words, (high, low), strict=True), key=lambda pair: pair[0] not in ("best", "highest"))
    for word, point in ends:
        what = f"  {word.capitalize()}, {figure(means[point])}"
        yield f"{what}: point {point + 1}, {settings(result.plan, point)}"


def _influences(influences: list[Influence]) -> str:
    named = [one for one in influences if one.share >= LEAST_SHARE][:MOST_NAMED]
    if not named:
        return "No lever or uncertainty alone accounts for it."
    parts = [f"{one.dimension.name} {100 * one.share:.0f} %{_sense(one.direction)}" for one in named]
    return f"Differences between points go with {', then '.join(parts)}"


def _sense(direction: int) -> str:
    return {1: " (more gives more)", -1: " (more gives less)"}.get(direction, "")


def settings(plan: Plan, point: int) -> str:
    """What a point sets, in words; the groups of an id that move together as one where they are equal."""
    parts = []
    for dimension, cells in zip(plan.dimensions, plan.points[point], strict=True):
        if len(set(cells)) == 1:
            parts.append(f"{dimension.name} {shown(cells[0])}")
        else:
            parts += [
                f"{column} {shown(cell)}" for column, cell in zip(dimension.columns, cells, strict=True)
            ]
    return ", ".join(parts)


def figure(value: float) -> str:
    """A number as a sentence has it: three or four digits, thousands grouped."""
    size = abs(value)
    if size >= 1e6:
        return f"{value / 1e6:,.2f} million"
    return f"{value:,.0f}" if size >= 1000 else f"{value:,.1f}" if size >= 10 else f"{value:.3g}"


def essentials(result: SweepResult, where: Path) -> dict[str, Any]:
    """What a program needs to know: where the table is, and for each metric range, influences and ends."""
    plan, metrics = result.plan, {}
    for number, name in enumerate(plan.metrics):
        means = result.means(number)
        if np.isnan(means).all():
            continue
        low, high = int(np.nanargmin(means)), int(np.nanargmax(means))
        metrics[name] = {
            "direction": REGISTRY[name].direction,
            "lowest": {"point": low + 1, "mean": means[low]},
            "highest": {"point": high + 1, "mean": means[high]},
            "difference_half_width": result.half_width(number, low, high),
            "influences": {
                one.dimension.name: {"share": one.share, "direction": one.direction}
                for one in result.influences(number)
            },
        }
    return {
        "results": str(where),
        "name": plan.name,
        "points": len(plan.points),
        "replications": plan.replications,
        "seed": plan.seed,
        "metrics": metrics,
    }
