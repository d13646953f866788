"""The co-ordinators' week: the diary beside the report's, task by task."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dashboard.charts.chart import Absent, Chart, Shown
from dashboard.charts.drawing import Trace, hatched, picture, rounded, titled
from dashboard.charts.palette import ARM, SERIES
from dashboard.charts.words import figure, listed, year_name
from dashboard.data.run import Run
from ibsim.evidence.tables import DiaryTask, diary

KEPT = 32
PARTS = {
    "assessment": "Assessment",
    "planning": "Planning and arranging",
    "review": "Monitoring and review",
    "support": "Support and counselling",
    "other": "Other case work",
    "organisation": "Organisation",
    "travel": "Travel",
}
CASES = {"none": "without IB cases", "some": "with IB cases"}
SHOWN_TASKS = 12
"""How many tasks the chart of differences shows: those that differ most."""


def part_of(task: DiaryTask) -> str:
    """The part of the week to which a task of the diary counts; each counts once."""
    aspect = next((aspect for aspect in task.aspects if aspect in PARTS), "")
    return aspect or ("organisation" if task.activity_type == "organisational" else "other")


@lru_cache(maxsize=1)
def _parts() -> dict[str, str]:
    """The part of each task by its number, as diary.csv writes it."""
    return {str(task.task_number): part_of(task) for task in diary()} | {"travel": "travel"}


@lru_cache(maxsize=1)
def printed() -> dict[str, dict[str, float]]:
    """The evaluation's hours by part, of co-ordinators without (`none`) and with (`some`) IB cases."""
    hours = {cases: dict.fromkeys(PARTS, 0.0) for cases in CASES}
    for task in diary():
        hours["none"][part_of(task)] += task.hours_no_ib
        hours["some"][part_of(task)] += task.hours_some_ib
    return hours


def _modelled(run: Run, year: str) -> dict[str, dict[str, float]]:
    hours: dict[str, dict[str, float]] = {}
    for line in run.diary:
        part = _parts().get(line.task_number)
        if line.year == year and part and line.ib_cases in CASES and line.hours == line.hours:
            of = hours.setdefault(line.ib_cases, dict.fromkeys(PARTS, 0.0))
            of[part] += line.hours
    return hours


@lru_cache(maxsize=KEPT)
def week(run: Run, year: str) -> Shown:
    """The hours of a co-ordinator's week by kind of work, without and with IB cases, beside the report's."""
    key, title = "diary-week", "The co-ordinators' week"
    model, report = _modelled(run, year), printed()
    if not model:
        return Absent(key, title, f"diary.csv has no hours for {year_name(year)}.")
    rows = [(f"Model,<br>{CASES[cases]}", model[cases]) for cases in CASES if cases in model]
    rows += [(f"Evaluation,<br>{CASES[cases]}", report[cases]) for cases in CASES]
    rows.sort(key=lambda row: row[0].partition("<br>")[2], reverse=True)
    traces: list[Trace] = [
        {
            "type": "bar", "orientation": "h", "name": words, "y": [label for label, _ in rows],
            "x": [rounded(hours[part]) for _, hours in rows], "marker": hatched(SERIES[at], at),
            "hovertemplate": "%{y}: %{x:.1f} hours",
        }
        for at, (part, words) in enumerate(PARTS.items())
    ]  # fmt: skip
    return Chart(
        key=key,
        title=_week_title(model),
        subtitle=(
            f"Hours a week of a co-ordinator at work, {year_name(year)}, means; beside them the "
            "evaluation's diary (Tables 12.1 to 12.3; it printed no travel)."
        ),
        figure=picture(
            traces,
            barmode="stack",
            legend={"traceorder": "normal"},
            xaxis={"title": titled("hours a week")},
            yaxis={"autorange": "reversed"},
            bargap=0.35,
        ),
        columns=("Whose week", *PARTS.values(), "Together"),
        rows=tuple(
            (label.replace("<br>", " "), *hours.values(), sum(hours.values())) for label, hours in rows
        ),
        alt="Hours a week: "
        + "; ".join(f"{label.replace('<br>', ' ')}: {_told(hours)}" for label, hours in rows)
        + ".",
        source="diary.csv",
        height=340,
    )


def _told(hours: dict[str, float]) -> str:
    return listed(f"{figure(hours[part])} {words.lower()}" for part, words in PARTS.items())


def _week_title(model: dict[str, dict[str, float]]) -> str:
    if len(model) < len(CASES):
        whole = sum(next(iter(model.values())).values())
        return f"Nobody has both kinds of case yet: a week of {figure(whole, 'hours')}"
    gaps = {part: model["some"][part] - model["none"][part] for part in PARTS}
    more = max(gaps, key=lambda part: gaps[part])
    less = min(gaps, key=lambda part: gaps[part])
    return (
        f"With IB cases a week holds {figure(gaps[more], 'hours')} more for {PARTS[more].lower()} and "
        f"{figure(-gaps[less], 'hours')} less for {PARTS[less].lower()}"
    )


@lru_cache(maxsize=KEPT)
def tasks(run: Run, year: str) -> Shown:
    """The diary's tasks that differ most between co-ordinators with and without IB cases."""
    key, title = "diary-tasks", "Where the week differs, task by task"
    hours: dict[str, dict[str, float]] = {}
    names: dict[str, str] = {}
    for line in run.diary:
        if line.year == year and line.hours == line.hours:
            hours.setdefault(line.task_number, {})[line.ib_cases] = line.hours
            names[line.task_number] = line.activity
    both = {number: found for number, found in hours.items() if len(found) == len(CASES)}
    if not both:
        return Absent(key, title, f"Nobody has individual budget cases in {year_name(year)}.")
    gaps = {number: found["some"] - found["none"] for number, found in both.items()}
    ordered = sorted(gaps, key=lambda number: abs(gaps[number]), reverse=True)
    most = ordered[0]
    evidence = {str(task.task_number): task for task in diary()}
    shown = ordered[:SHOWN_TASKS]
    return Chart(
        key=key,
        title=(
            f"The task that differs most: {_lower(names[most])}, {figure(both[most]['none'])} hours a week "
            f"without IB cases and {figure(both[most]['some'])} with"
        ),
        subtitle=(
            f"The {len(shown)} tasks that differ most in {year_name(year)}, hours a week, means. "
            "The table has all tasks, and the evaluation's hours."
        ),
        figure=picture(
            _pairs([(names[number], both[number]) for number in shown]),
            xaxis={"title": titled("hours a week"), "rangemode": "tozero"},
            yaxis={"range": [len(shown) - 0.5, -0.9], "showticklabels": False, "showgrid": False},
            annotations=[_above(place, names[number]) for place, number in enumerate(shown)],
            margin={"l": 16},
        ),
        columns=("Task", "Without IB cases", "With IB cases", "Evaluation: without", "Evaluation: with"),
        rows=tuple(
            (
                names[number],
                both[number]["none"],
                both[number]["some"],
                evidence[number].hours_no_ib if number in evidence else None,
                evidence[number].hours_some_ib if number in evidence else None,
            )
            for number in ordered
        ),
        alt="Hours a week without and with IB cases: "
        + "; ".join(
            f"{_lower(names[number])} {figure(both[number]['none'])} and {figure(both[number]['some'])}"
            for number in shown
        )
        + ".",
        source="diary.csv",
        height=130 + 34 * len(shown),
    )


def _pairs(tasks: list[tuple[str, dict[str, float]]]) -> list[Trace]:
    rows = list(range(len(tasks)))
    line: Trace = {
        "type": "scatter", "mode": "lines", "showlegend": False, "hoverinfo": "skip",
        "x": [x for _, found in tasks for x in (rounded(found["none"]), rounded(found["some"]), None)],
        "y": [y for row in rows for y in (row, row, None)], "line": {"color": "#6b7785", "width": 2},
    }  # fmt: skip
    return [line, *(
        {
            "type": "scatter", "mode": "markers", "y": rows,
            "name": CASES[cases][:1].upper() + CASES[cases][1:],
            "x": [rounded(found[cases]) for _, found in tasks],
            "marker": {"size": 10, "symbol": symbol, "color": ARM[arm]},
            "text": [name for name, _ in tasks], "hovertemplate": "%{text}: %{x:.1f} hours",
        }
        for cases, arm, symbol in (("none", "conventional", "square"), ("some", "IB", "circle"))
    )]  # fmt: skip


def _above(place: int, name: str, most: int = 46) -> dict[str, Any]:
    """A task's name over its line, where a phone has room for it too."""
    short = name if len(name) <= most else name[: most - 1].rstrip(" ,(") + "…"
    return {
        "x": 0, "xref": "paper", "xanchor": "left", "y": place - 0.15, "yanchor": "bottom", "text": short,
        "showarrow": False, "font": {"size": 12},
    }  # fmt: skip


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
