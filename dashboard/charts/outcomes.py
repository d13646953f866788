"""How people fare: outcomes by system, who gains and loses, and whether the gain is worth its cost."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from dashboard.charts.chart import Absent, Chart, Shown
from dashboard.charts.drawing import (
    CELL_COLUMNS,
    Trace,
    cell_row,
    hatched,
    known,
    lying,
    picture,
    rounded,
    titled,
)
from dashboard.charts.palette import ARM, INK, SERIES
from dashboard.charts.words import ARMS, GROUPS, INTERVAL, figure, listed, readable, year_name
from dashboard.data.extras import Winners
from dashboard.data.run import Run
from ibsim.results.metrics import GROUP_LABELS

KEPT = 32
LEAST_SHARE = 0.05
"""Kinds of people that are fewer than this part of all do not make the title."""
SHARES = (
    ("In control of daily life", "in_control_percent"),
    ("Extremely or very satisfied", "satisfied_percent"),
    ("Likely strain (GHQ 4 or more)", "ghq_case_percent"),
)
SCORES = (
    ("Social care outcome (ASCOT), 0 to 4.57", "ascot_mean"),
    ("Control, 0 to 2", "control_mean"),
    ("Strain (GHQ-12), 0 to 12, less is better", "ghq_mean"),
    ("Quality of life, 1 to 7", "quality_of_life_mean"),
)


@lru_cache(maxsize=KEPT)
def outcomes(run: Run, group: str, year: str) -> Shown:
    """Shares of people in control, satisfied and strained in either system; the table has all scores."""
    key, title = "outcomes", "How people fare"
    found = {
        arm: [run.cell(metric, group, arm, year) for _, metric in SHARES] for arm in ("conventional", "IB")
    }
    found = {arm: cells for arm, cells in found.items() if any(cell.replications for cell in cells)}
    if not found:
        return Absent(key, title, "This result folder has no outcomes: it is older than they are.")
    control = {arm: cells[0].mean for arm, cells in found.items()}
    told = listed(f"{figure(mean, 'percent')} in {ARMS[arm].lower()}" for arm, mean in control.items())
    return Chart(
        key=key,
        title=f"In control of their daily life: {told}",
        subtitle=(
            f"{GROUPS[group]}, percent of package holders by the time with support in {year_name(year)}; "
            f"whiskers: {INTERVAL}. They have different people; the gain beside compares the same ones."
        ),
        figure=picture(
            [
                lying(
                    [words for words, _ in SHARES], cells, ARMS[arm], ARM[arm], marker=hatched(ARM[arm], at)
                )
                for at, (arm, cells) in enumerate(found.items())
            ],
            barmode="group",
            xaxis={"range": [0, 100], "ticksuffix": "%"},
            yaxis={"autorange": "reversed"},
        ),
        columns=("Outcome", "System", *CELL_COLUMNS),
        rows=tuple(
            cell_row(words, ARMS[arm], cell=run.cell(metric, group, arm, year))
            for words, metric in (*SHARES, *SCORES)
            for arm in found
            if run.has(metric)
        ),
        alt=f"In control of their daily life: {told}. The table has all outcomes.",
    )


GAINS = (
    ("Points of ASCOT times years", "ascot_gain_point_years"),
    ("Years in control of daily life", "in_control_gain_person_years"),
)


@lru_cache(maxsize=KEPT)
def gains(run: Run, year: str) -> Shown:
    """What holders gain against conventional support for the same people, by group."""
    key, title = "outcome-gains", "What holders gain"
    metric = GAINS[0][1]
    groups = [group for group in GROUP_LABELS if run.cell(metric, group, "all", year).replications]
    if not groups:
        return Absent(key, title, "This result folder has no outcome gains: nobody holds a budget in it.")
    cells = {words: [run.cell(name, group, "all", year) for group in groups] for words, name in GAINS}
    first = dict(zip(groups, cells[GAINS[0][0]], strict=True))
    sure = [group for group, cell in first.items() if cell.low > 0 and group != "all"]
    lost = [group for group, cell in first.items() if cell.high < 0 and group != "all"]
    parts = []
    if sure:
        parts.append(f"{listed(GROUPS[group].lower() for group in sure)} gain by budgets")
    if lost:
        parts.append(f"{listed(GROUPS[group].lower() for group in lost)} lose")
    finding = "; ".join(parts) or "no group's gain or loss can be told from none"
    return Chart(
        key=key,
        title=f"By the social care outcome, {finding}",
        subtitle=(
            f"Holders in {year_name(year)} against conventional support for the same people, summed over the "
            f"time with a budget; whiskers: {INTERVAL}."
        ),
        figure=picture(
            [
                lying(
                    [GROUPS[group] for group in groups],
                    found,
                    words,
                    SERIES[at],
                    marker=hatched(SERIES[at], at),
                )
                for at, (words, found) in enumerate(cells.items())
            ],
            barmode="group",
            xaxis={"title": titled("point-years; person-years"), "zeroline": True, "zerolinecolor": INK},
            yaxis={"autorange": "reversed"},
        ),
        columns=("Gain", "Group", *CELL_COLUMNS),
        rows=tuple(
            cell_row(words, GROUPS[group], cell=cell)
            for words, found in cells.items()
            for group, cell in zip(groups, found, strict=True)
        ),
        alt=f"By the social care outcome, {finding}: "
        + listed(f"{GROUPS[group].lower()} {cell.mean:+.1f}" for group, cell in first.items())
        + " point-years.",
    )


@lru_cache(maxsize=KEPT)
def winners(run: Run) -> Shown:
    """Who has more and who has less than before, by what people are told apart by."""
    key, title = "winners", "Winners and losers, by kind of person"
    if not run.winners:
        reason = "This result folder has no winners.csv: no budget took the place of a package in it."
        return Absent(key, title, reason)
    labels = [_label(one) for one in run.winners]
    many = LEAST_SHARE * max(one.people for one in run.winners)
    apart = [one for one in run.winners if one.by != "all" and one.people >= many] or list(run.winners)
    worst = max(apart, key=lambda one: one.losers)
    return Chart(
        key=key,
        title=f"{_label(worst)} lose most often: {figure(worst.losers, 'percent')} have less than before",
        subtitle=(
            "People whose budget took the place of a package, all years: percent with more (right) and with "
            "less (left) than before; the rest have about the same."
        ),
        figure=picture(
            [
                _side(labels, [one.winners for one in run.winners], "More than before", SERIES[2], 0),
                _side(labels, [-one.losers for one in run.winners], "Less than before", SERIES[1], 1),
            ],
            barmode="relative",
            xaxis={"range": [-100, 100], "tickvals": [-100, -50, 0, 50, 100],
                   "ticktext": ["100%", "50%", "0", "50%", "100%"], "zeroline": True, "zerolinecolor": INK},
            yaxis={"autorange": "reversed"},
            bargap=0.25,
        ),
        columns=("By", "Who", "People", "More, %", "Less, %", "Mean change, £ a week"),
        rows=tuple(
            (
                readable(one.by), one.value, known(one.people), known(one.winners), known(one.losers),
                known(one.change),
            )
            for one in run.winners
        ),
        alt="Less than before: "
        + listed(f"{_label(one)} {figure(one.losers, 'percent')}" for one in run.winners)
        + ".",
        source="winners.csv",
        height=110 + 24 * len(labels),
    )  # fmt: skip


def _label(one: Winners) -> str:
    if one.by == "all":
        return "All"
    if one.by == "group":
        return GROUPS.get(one.value, one.value)
    if one.by == "age":
        return f"Aged {one.value}"
    known = one.by.replace("_", " ")
    return readable(one.value) if known in one.value else f"{readable(one.by)}: {one.value}"


def _side(labels: list[str], values: Sequence[float], name: str, colour: str, at: int) -> Trace:
    return {
        "type": "bar", "orientation": "h", "y": labels, "name": name,
        "x": [rounded(value) for value in values],
        "marker": hatched(colour, at), "customdata": [rounded(abs(value)) for value in values],
        "hovertemplate": "%{y}: %{customdata:.0f}%",
    }  # fmt: skip
