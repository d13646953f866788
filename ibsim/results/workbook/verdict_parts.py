"""The verdict in a run's workbook: its sentence, its targets, its tables, and why, as a waterfall."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from ibsim.results.gap import CAUSES
from ibsim.results.statistics import Floats
from ibsim.results.verdict import Verdict
from ibsim.results.workbook.contents import Chart, Column, Table, Target

MILLION = 1e6
HIDDEN = "under the step"
ABOVE, BELOW = "above no roll-out", "below no roll-out"
POUNDS = (
    Column("mean_gbp", "number", "pounds, mean over the replications"),
    Column("ci_low_gbp", "number", "low end of the 95 percent interval of the mean"),
    Column("ci_high_gbp", "number", "high end of the 95 percent interval of the mean"),
)


def verdict_targets(verdict: Verdict) -> tuple[Target, ...]:
    """The gap, and parts of it, against what is tolerated; `met` is the probability."""
    tree = verdict.tree("")
    wanted = f"at most {verdict.gaps[0].tolerance_percent:g} % of it"
    parts = (
        ("Gap to no roll-out, set-up included", tree["years"][-1]["cumulative_gbp"], tree["probability"]),
        ("The same without set-up", *_part(tree["without_setup"])),
        ("The council's own part", *_part(tree["council_only"])),
    )
    return tuple(
        Target(label, "£ million", wanted, *_mean_and_half(pounds), met=met) for label, pounds, met in parts
    )


def _part(tree: dict[str, Any]) -> tuple[dict[str, Any], float]:
    return tree["gap_gbp"], tree["probability"]


def _mean_and_half(pounds: dict[str, Any]) -> tuple[float, float]:
    low, high = pounds["ci_low"], pounds["ci_high"]
    half = float("nan") if low is None else (high - low) / 2
    return round(pounds["mean"] / MILLION, 4), round(half / MILLION, 4)


def verdict_tables(verdict: Verdict) -> tuple[Table, ...]:
    """The gap by year and by cause, as in verdict.json."""
    tree = verdict.tree("")
    years = [
        (year["year"], *_pounds(year["gap_gbp"]), *_pounds(year["cumulative_gbp"]), year["probability"])
        for year in tree["years"]
    ]
    cumulative = (Column(f"cumulative_{c.name}", c.kind, f"since the start: {c.meaning}") for c in POUNDS)
    by_year = (
        Column("year", "text", "the financial year"),
        *POUNDS,
        *cumulative,
        Column("probability", "number", "share of the replications that are cost-neutral by the year's end"),
    )
    causes = [(cause["cause"], *_pounds(cause["gbp"])) for cause in tree["causes"]]
    by_cause = (Column("cause", "text", "what costs more or less; they add up to the gap", 20), *POUNDS)
    about = "what the roll-out costs more than none would, by year."
    return (
        Table("verdict_years", "Verdict", about, by_year, years, "verdict.json of the result folder"),
        Table(
            "verdict_causes", "Why", "the part of each cause in it, all years together.", by_cause, causes,
            "verdict.json of the result folder",
        ),
    )  # fmt: skip


def _pounds(tree: dict[str, float | None]) -> tuple[float | None, ...]:
    return tree["mean"], tree["ci_low"], tree["ci_high"]


def verdict_charts(verdict: Verdict) -> tuple[Chart, ...]:
    """Why the roll-out costs more or less, how the gap grows, and how likely it is to be closed."""
    months = tuple(date.fromisoformat(f"{month}-01") for month in verdict.months)
    found = verdict.cumulative
    lines = {"mean": found.mean}
    if len(verdict.gaps) > 1:
        lines |= {"a tenth below": found.p10, "a tenth above": found.p90}
    return (
        waterfall(verdict.causes.mean / MILLION),
        Chart(
            "The gap to no roll-out, since the start", "line", "£ million", "month", months,
            {name: [round(float(value) / MILLION, 4) for value in values] for name, values in lines.items()},
            "What the roll-out has cost more than none would since the start, month by month, with the range "
            "in which eight in ten replications lie.",
            faint=tuple(lines)[1:],
        ),
        Chart(
            "How likely it is to be cost-neutral", "line", "probability", "month", months,
            {"cost-neutral so far": [float((column <= 0).mean()) for column in verdict.over.T]},
            "Share of the replications in which the roll-out has cost no more than tolerated by each month.",
        ),
    )  # fmt: skip


def waterfall(parts: Floats) -> Chart:
    """From no roll-out to the gap, a step for each cause.

    A step is drawn from where the last one ended, on a hidden foot; the part of it below nought is a series
    of its own, because a stack grows from nought both ways.
    """
    ends = np.cumsum(parts)
    before, after = np.append(ends - parts, 0.0), np.append(ends, ends[-1])
    low, high = np.minimum(before, after), np.maximum(before, after)
    foot = np.clip(low, 0, None) + np.clip(high, None, 0)
    series = {
        HIDDEN: foot,
        ABOVE: np.clip(high, 0, None) - np.clip(low, 0, None),
        BELOW: np.clip(low, None, 0) - np.clip(high, None, 0),
    }
    return Chart(
        "Why the roll-out costs more or less", "waterfall", "£ million, mean", "cause", (*CAUSES, "gap"),
        {name: [round(float(value), 4) for value in values] for name, values in series.items()},
        "What each cause adds to the cost of carrying on without a roll-out, or takes from it, step by step; "
        "the last column is the gap.",
        faint=(HIDDEN,),
    )  # fmt: skip
