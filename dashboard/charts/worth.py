"""Whether the gain is worth its cost: the cost-effectiveness plane and the acceptability curve."""

from __future__ import annotations

from functools import lru_cache

from dashboard.charts.chart import Absent, Chart, Shown
from dashboard.charts.drawing import (
    Trace,
    known,
    picture,
    rounded,
    titled,
)
from dashboard.charts.palette import DASHES, GROUP, INK, tinted
from dashboard.charts.words import GROUPS, figure, listed, readable
from dashboard.data.run import Run

KEPT = 32
NAMES = {
    "ascot": "social care outcome (ASCOT)",
    "control": "control over daily life",
    "ghq": "strain (GHQ-12, turned round)",
    "quality_of_life": "quality of life",
    "satisfied": "satisfaction",
}
SYMBOLS = {"PD": "circle", "LD": "square", "MH": "diamond", "OP": "triangle-up", "all": "star"}
CROSS = {"zeroline": True, "zerolinecolor": INK, "zerolinewidth": 2}
"""Axes whose noughts divide the picture into four."""
NO_EFFECTS = (
    "This result folder has no cost-effectiveness (cost_effectiveness.csv, acceptability.csv): nobody holds "
    "a budget in it, or it was written before outcomes were simulated."
)


def measured(run: Run) -> tuple[str, ...]:
    """The outcomes that the cost-effectiveness of a run has."""
    return tuple(dict.fromkeys(one.outcome for one in run.cost_effects))


@lru_cache(maxsize=KEPT)
def plane(run: Run, outcome: str) -> Shown:
    """The cost-effectiveness plane: what a budget costs more, against what it gains, by group."""
    key, title = "plane", "The cost-effectiveness plane"
    found = [one for one in run.cost_effects if one.outcome == outcome]
    if not found:
        return Absent(key, title, NO_EFFECTS)
    whole = next((one for one in found if one.group == "all"), found[-1])
    name = NAMES.get(outcome, readable(outcome).lower())
    return Chart(
        key=key,
        title=(
            f"{GROUPS.get(whole.group, whole.group)}: a budget costs {_signed(whole.cost)} a week and "
            f"changes the {name} by {whole.effect:+.2f}"
        ),
        subtitle=(
            "What a budget costs more than conventional support for the same people (£ a week, across) "
            f"against what it gains ({name}, up is better); crosses: 95% intervals; dots: draws; "
            "upper left is better and cheaper."
        ),
        figure=picture(
            [*(_cloud(run, one.group, outcome) for one in found), *(
                {
                    "type": "scatter", "mode": "markers", "name": GROUPS.get(one.group, one.group),
                    "x": [rounded(one.cost)], "y": [rounded(one.effect)],
                    "error_x": _arms(one.cost, one.cost_low, one.cost_high, GROUP.get(one.group, INK)),
                    "error_y": _arms(one.effect, one.effect_low, one.effect_high, GROUP.get(one.group, INK)),
                    "marker": {
                        "size": 12, "color": GROUP.get(one.group, INK), "symbol": SYMBOLS.get(one.group, "x"),
                    },
                }
                for one in found
            )],
            xaxis={"title": titled("£ a week dearer"), **CROSS},
            yaxis={"title": titled("gain in points"), **CROSS},
        ),
        columns=(
            *("Group", "£ a week dearer", "95% from", "95% to", "Gain", "95% from ", "95% to "),
            *("£ a point", "Better, dearer", "Better, cheaper", "Worse, dearer", "Worse, cheaper"),
        ),
        rows=tuple(
            (
                GROUPS.get(one.group, one.group), known(one.cost), known(one.cost_low), known(one.cost_high),
                known(one.effect), known(one.effect_low), known(one.effect_high), known(one.icer),
                *(known(one.quadrants[quadrant]) for quadrant in ("ne", "nw", "se", "sw")),
            )
            for one in found
        ),
        alt="; ".join(
            f"{GROUPS.get(one.group, one.group)}: {_signed(one.cost)} a week, {one.effect:+.2f} points"
            for one in found
        )
        + ".",
        source="cost_effectiveness.csv",
        height=440,
    )  # fmt: skip


def _signed(pounds: float) -> str:
    return ("+" if pounds > 0 else "") + figure(pounds, "pounds")


def _arms(mean: float, low: float, high: float, colour: str) -> dict[str, object]:
    return {
        "type": "data", "symmetric": False, "array": [rounded(high - mean) or 0],
        "arrayminus": [rounded(mean - low) or 0], "color": colour, "thickness": 1.5,
    }  # fmt: skip


def _cloud(run: Run, group: str, outcome: str) -> Trace:
    draws = [one for one in run.plane if one.group == group and one.outcome == outcome]
    return {
        "type": "scatter", "mode": "markers", "showlegend": False, "hoverinfo": "skip",
        "x": [_short(one.cost) for one in draws], "y": [_short(one.effect) for one in draws],
        "marker": {"size": 4, "color": tinted(GROUP.get(group, INK), 0.35)},
    }  # fmt: skip


def _short(value: float) -> float:
    return float(f"{value:.3g}")


@lru_cache(maxsize=KEPT)
def acceptability(run: Run, outcome: str) -> Shown:
    """How likely the gain is worth its cost, by what a point may cost."""
    key, title = "acceptability", "Whether the gain is worth its cost"
    lines: dict[str, list[tuple[float, float]]] = {}
    for one in run.acceptability:
        if one.outcome == outcome:
            lines.setdefault(one.group, []).append((one.willingness, one.probability))
    if not lines:
        return Absent(key, title, NO_EFFECTS)
    for points in lines.values():
        points.sort()
    whole = lines.get("all") or next(iter(lines.values()))
    name = NAMES.get(outcome, readable(outcome).lower())
    return Chart(
        key=key,
        title=(
            f"If a point may cost nothing, budgets are worth it with probability {whole[0][1]:.2f}; at "
            f"{figure(whole[-1][0], 'pounds')} a week, {whole[-1][1]:.2f}"
        ),
        subtitle=(
            f"Share of bootstrap draws in which the gain ({name}) is worth its cost, by what one more "
            "point may cost a week."
        ),
        figure=picture(
            [
                {
                    "type": "scatter", "mode": "lines", "name": GROUPS.get(group, group),
                    "x": [rounded(x) for x, _ in points], "y": [rounded(y) for _, y in points],
                    "line": {"color": GROUP.get(group, INK), "width": 2.5, "dash": DASHES[at % len(DASHES)]},
                }
                for at, (group, points) in enumerate(lines.items())
            ],
            xaxis={"type": "category", "title": titled("£ a week that a point may cost (not to scale)")},
            yaxis={"title": titled("probability"), "range": [0, 1]},
        ),
        columns=("£ a week for a point", *(GROUPS.get(group, group) for group in lines)),
        rows=tuple(
            (x, *(dict(points).get(x) for points in lines.values())) for x, _ in whole
        ),
        alt="Probability that budgets are worth their cost, for nothing and for the most a point may cost: "
        + listed(
            f"{GROUPS.get(group, group).lower()} {points[0][1]:.2f} and {points[-1][1]:.2f}"
            for group, points in lines.items()
        )
        + ".",
        source="acceptability.csv",
        height=400,
    )  # fmt: skip
