"""A study in words and short tables: what drives each output, and what would change the decision."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ibsim.experiment.outputs import short_label
from ibsim.experiment.sensitivity.decision import Decision, Flip
from ibsim.experiment.sensitivity.study import Sensitivity
from ibsim.experiment.sweep.telling import figure

MOST_ROWS = 8
NAME = 32
"""Width of the column of names."""
MOST_FLIPS = 8
ABOUT = 3
"""Digits of what is said to be about so much."""
WITHIN_NOISE = 2
"""Swings of fewer standard errors may be the dice."""


def told(found: Sensitivity, replications: int, where: Path) -> Iterator[str]:
    """The summary, a line or paragraph at a time; lines of tables begin with two blanks."""
    ask = found.ask
    yield ask.base.loaded([], {}).name
    yield _heading(found, replications)
    for output in range(len(ask.outputs)):
        yield ""
        yield from _output(found, output)
    for decision in found.decisions:
        yield ""
        yield from _decision(found, decision)
    yield ""
    yield _footnote(found)
    yield f"Results: {where}"


def _heading(found: Sensitivity, replications: int) -> str:
    kinds = [factor.kind for factor in found.ask.factors]
    counts = ", ".join(
        f"{kinds.count(kind)} {_plural(kind, kinds.count(kind))}" for kind in dict.fromkeys(kinds)
    )
    often = f"{replications} replication{'s' if replications > 1 else ''} each, with the same dice"
    return (
        f"{counts}; {found.moving.size} of them move what is asked for. {found.points:,} points, {often}, "
        f"seed {found.ask.seed}"
    )


def _plural(kind: str, count: int) -> str:
    if kind == "lever":
        return "lever" if count == 1 else "levers"
    return f"{kind} number{'' if count == 1 else 's'} of the evidence"


def _output(found: Sensitivity, output: int) -> Iterator[str]:
    """The factors that move one output most, as a table."""
    ask, means = found.ask, found.ends.mean(axis=2)[..., output]
    base, about = float(found.base.mean(axis=0)[output]), ask.outputs[output]
    if math.isnan(base):
        yield f"{short_label(about.label)}: nobody counts."
        return
    name = short_label(about.label)
    yield f"{name} ({about.about.unit}), as it stands {figure(base)}{_dice(found, output)}"
    reach, noise = found.reach(output), found.noise(output)
    shown = [f for f in found.ranking(output) if reach[f] > 0 or _star(found, f, output) > 0][:MOST_ROWS]
    if not shown:
        yield "  Nothing moves it."
        return
    yield _line("each alone", "low end", "high end", *_heads(found))
    for f in shown:
        mark = "~" if reach[f] < WITHIN_NOISE * noise[f] else " "
        cells = [_cell(float(means[0, f])), _cell(float(means[1, f])), *_cells(found, f, output)]
        yield _line(ask.factors[f].name, *cells, mark=mark)
    first = ask.factors[shown[0]]
    yield (
        f"  Most: {first.name}, {first.told(0)} to {first.told(1)} {first.unit}"
        f"{f' (in use {first.in_use})' if first.rows else ''}."
    )


def _dice(found: Sensitivity, output: int) -> str:
    """The replication noise of a swing, typical over the factors that move."""
    noise = found.noise(output)[found.moving]
    if not noise.size or np.isnan(noise).all():
        return ""
    return (
        f" (the dice move a difference by {figure(float(np.sqrt(np.nanmean(noise**2))))}, one standard error)"
    )


def _heads(found: Sensitivity) -> list[str]:
    heads = ["mu*", "interval"] if found.screening else []
    if found.indices:
        return [*heads, "alone", "in all", "interval"]
    return [*heads, "sigma"] if heads else []


def _cells(found: Sensitivity, factor: int, output: int) -> Iterator[str]:
    """Morris's measures, and the Sobol indices in percent, as far as there are any; see `_heads`."""
    if found.screening:
        at = np.flatnonzero(found.moving == factor)
        star, sigma = found.screening.mu_star, found.screening.sigma
        place = (int(at[0]), output) if at.size else None
        yield _cell(float(star.value[place])) if place else ""
        yield f"{_short(float(star.low[place]))} - {_short(float(star.high[place]))}" if place else ""
        if not found.indices:
            yield _cell(float(sigma.value[place])) if place and not math.isnan(sigma.value[place]) else ""
    if found.indices:
        at = np.flatnonzero(found.sampled == factor)
        total = found.indices.total
        for estimate in (found.indices.first, total):
            yield f"{100 * float(estimate.value[int(at[0]), output]):.0f} %" if at.size else ""
        ends = [100 * float(end[int(at[0]), output]) for end in (total.low, total.high)] if at.size else []
        yield " - ".join(f"{end:.0f}" for end in ends)


def _short(value: float) -> str:
    """A number to two digits, for the ends of an interval."""
    return _cell(value) if abs(value) >= 10 else f"{value:.2g}"


def _cell(value: float) -> str:
    """A number that fits a column: millions as `215.9m`, thousands as `437k`."""
    if abs(value) >= 1e6:
        return f"{value / 1e6:,.2f}m"
    return f"{value / 1e3:,.1f}k" if abs(value) >= 1e5 else figure(value)


def _star(found: Sensitivity, factor: int, output: int) -> float:
    at = np.flatnonzero(found.moving == factor)
    if found.screening is None or not at.size:
        return 0.0
    return float(found.screening.mu_star.value[int(at[0]), output])


def _line(name: str, *cells: str, mark: str = " ") -> str:
    widths = (9, 9, 8, 14, 7, 7, 12)
    short = name if len(name) <= NAME else f"{name[: NAME - 3]}..."
    return f"{mark} {short.ljust(NAME)}" + "".join(c.rjust(w) for c, w in zip(cells, widths, strict=False))


def _decision(found: Sensitivity, decision: Decision) -> Iterator[str]:
    """Whether a target is met as the scenario stands, and what alone would turn that round."""
    answer = "met" if decision.met else "not met"
    yield f"Target {short_label(decision.target.name)}: {answer} as it stands ({figure(decision.value)})."
    if not decision.flips:
        yield f"  None of the {len(found.ask.factors)} alone, within its range, changes that."
        return
    sure = [flip for flip in decision.flips if flip.share == 1]
    doubtful = len(decision.flips) - len(sure)
    if sure:
        yield f"  It would {'no longer be' if decision.met else 'be'} met with one of these alone:"
    for flip in sure[:MOST_FLIPS]:
        yield f"  {_flip(found, flip)}"
    if len(sure) > MOST_FLIPS:
        yield f"  and {len(sure) - MOST_FLIPS} more; see decisions.csv."
    if doubtful:
        others = "other factors bring" if sure else "factors bring"
        what = f"{doubtful} {others} it over the limit on average, but not in every replication"
        yield f"  {what}: too close to call."


def _flip(found: Sensitivity, flip: Flip) -> str:
    factor = found.ask.factors[flip.factor]
    used = f", in use {factor.in_use}" if factor.rows else ""
    end = f"{factor.name} at {factor.told(flip.place)} {factor.unit}{used}: {figure(flip.value)}"
    turns = "" if flip.turns is None else f"; the answer turns at about {factor.told(flip.turns, ABOUT)}"
    return end + turns


def _footnote(found: Sensitivity) -> str:
    parts = [
        "Low end and high end: the output with that factor alone at the ends of its range; ~: no further "
        "apart than the dice may bring them."
    ]
    if found.screening:
        parts.append(
            "mu*: how far it moves the output across its range, on average over the others' places, with "
            "95 percent interval; sigma: how much that differs from place to place."
        )
    if found.indices:
        parts.append(
            "Alone, in all: percent of the output's variance, by itself and with all it joins in, with the "
            "95 percent interval of the latter; take more points where that is wide."
        )
    else:
        parts.append("--sobol 64 adds the shares of variance; what has been run is not run again.")
    return " ".join(parts)


def essentials(found: Sensitivity, where: Path) -> dict[str, Any]:
    """What a program needs to know: the ranking of each output, and the decisions."""
    ask = found.ask
    outputs = {}
    for o, output in enumerate(ask.outputs):
        reach, swing, noise = found.reach(o), found.swing(o), found.noise(o)
        outputs[output.label] = {
            "as_it_stands": float(found.base.mean(axis=0)[o]),
            "factors": [
                {
                    "factor": ask.factors[f].name,
                    "kind": ask.factors[f].kind,
                    "swing": swing[f],
                    "reach": reach[f],
                    "noise": noise[f],
                    "mu_star": _star(found, f, o),
                }
                for f in found.ranking(o)
            ],
        }
    decisions = {
        decision.target.name: {
            "met": decision.met,
            "flips": [ask.factors[flip.factor].name for flip in decision.flips],
        }
        for decision in found.decisions
    }
    return {"results": str(where), "points": found.points, "outputs": outputs, "decisions": decisions}
