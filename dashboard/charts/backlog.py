"""Who waits where, reviews overdue, and how old the backlog is."""

from __future__ import annotations

from functools import lru_cache

from dashboard.charts.chart import Absent, Chart, Shown
from dashboard.charts.drawing import (
    CELL_COLUMNS,
    Trace,
    banded,
    cell_row,
    hatched,
    known,
    lying,
    month_rows,
    picture,
    rounded,
    stacked,
    titled,
)
from dashboard.charts.palette import ARM, ARM_DASH, SERIES
from dashboard.charts.words import (
    ARMS,
    GROUPS,
    INTERVAL,
    STAGES,
    figure,
    listed,
    month_name,
    plural,
    year_name,
)
from dashboard.data.run import Run
from dashboard.data.series import Series
from ibsim.results.aged import OVERDUE, WAITED

KEPT = 32


@lru_cache(maxsize=KEPT)
def queues(run: Run, group: str) -> Shown:
    """People waiting at each stage, month by month, both pathways together."""
    key, title = "who-waits-where", "Who waits where"
    lines = {words: run.months(f"people_waiting_{stage}", group) for stage, words in STAGES.items()}
    lines = {name: series for name, series in lines.items() if len(series)}
    total = run.months("people_waiting", group)
    if not lines or not len(total):
        return Absent(key, title, "This result folder has no monthly queues (people_waiting_...).")
    values = [value or 0.0 for value in total.mean]
    top = max(range(len(values)), key=values.__getitem__)
    most = max(lines, key=lambda name: sum(value or 0.0 for value in lines[name].mean))
    columns, rows = month_rows(lines | {"All stages": total})
    return Chart(
        key=key,
        title=(
            f"Most wait for {most.lower()}; the queue is longest in {month_name(total.months[top])} with "
            f"{plural(values[top], 'person', 'people')}"
        ),
        subtitle=f"{GROUPS[group]}, both pathways. People waiting at each month's end, means.",
        figure=picture(_areas(lines), yaxis={"title": titled("people")}, legend={"traceorder": "normal"}),
        columns=columns,
        rows=rows,
        alt=(
            f"People waiting: {plural(values[0], 'person', 'people')} in {month_name(total.months[0])}, "
            f"{plural(values[-1], 'person', 'people')} in {month_name(total.months[-1])}; most in "
            f"{month_name(total.months[top])}."
        ),
        source="series.parquet",
    )


def _areas(lines: dict[str, Series]) -> list[Trace]:
    return [
        stacked(name, list(series.months), [rounded(value) for value in series.mean], at)
        for at, (name, series) in enumerate(lines.items())
    ]


@lru_cache(maxsize=KEPT)
def overdue(run: Run, group: str) -> Shown:
    """People whose review is overdue, month by month, by what support they have."""
    key, title = "overdue-reviews", "Reviews overdue"
    lines = {ARMS[arm]: run.months("reviews_overdue", group, arm) for arm in ARMS}
    total = lines[ARMS["all"]]
    if not len(total):
        return Absent(key, title, "This result folder has no monthly count of overdue reviews.")
    traces = [
        trace for arm, name in ARMS.items() for trace in banded(lines[name], name, ARM[arm], ARM_DASH[arm])
    ]
    first, last = total.mean[0] or 0.0, total.mean[-1] or 0.0
    way = "grow" if last > 1.02 * first else "shrink" if last < 0.98 * first else "stay level"
    columns, rows = month_rows(lines)
    return Chart(
        key=key,
        title=f"Overdue reviews {way}: from {plural(first, 'person', 'people')} to {figure(round(last))}",
        subtitle=(
            f"{GROUPS[group]}. People past the due date and the days of grace at each month's end; "
            f"bands: {INTERVAL}."
        ),
        figure=picture(traces, yaxis={"title": titled("people"), "rangemode": "tozero"}),
        columns=columns,
        rows=rows,
        alt=(
            f"Overdue reviews from {figure(round(first))} in {month_name(total.months[0])} to "
            f"{figure(round(last))} in "
            f"{month_name(total.months[-1])}."
        ),
        source="series.parquet",
    )


@lru_cache(maxsize=KEPT)
def ages(run: Run, group: str, year: str) -> Shown:
    """How old the backlog is at the year's end: mean days at each stage, and past due for reviews."""
    key, title = "backlog-age", "How old the backlog is"
    stock = [
        (words, f"people_waiting_{stage}", f"waiting_age_days_{stage}") for stage, words in STAGES.items()
    ]
    stock.append(("Overdue reviews", "reviews_overdue", "overdue_days_mean"))
    cells = [
        (words, run.cell(people, group, "all", year), run.cell(days, group, "all", year))
        for words, people, days in stock
    ]
    found = [one for one in cells if one[2].replications]
    if not found:
        return Absent(key, title, f"Nobody waits at the end of {year_name(year)}.")
    labels = [f"{words} ({figure(round(people.mean))})" for words, people, _ in found]
    oldest = max(found, key=lambda one: one[2].mean)
    return Chart(
        key=key,
        title=f"The oldest work is {oldest[0].lower()}: {figure(oldest[2].mean, 'days')} on average",
        subtitle=(
            f"{GROUPS[group]}, both pathways. Mean days waited so far by those who wait on the last day of "
            f"{year_name(year)} (overdue reviews: days past due); whiskers: {INTERVAL}. In brackets: people."
        ),
        figure=picture(
            [lying(labels, [days for _, _, days in found], "Days", SERIES[0])],
            yaxis={"autorange": "reversed"},
            xaxis={"title": titled("days"), "rangemode": "tozero"},
            showlegend=False,
            bargap=0.4,
        ),
        columns=("Work", "People", *(f"Days: {name.lower()}" for name in CELL_COLUMNS)),
        rows=tuple((words, known(people.mean), *cell_row(cell=days)) for words, people, days in found),
        alt="Mean age of the backlog: "
        + listed(f"{words.lower()} {figure(days.mean, 'days')}" for words, _, days in found)
        + ".",
        height=320,
    )


BACKLOGS = (("People waiting", "waiting", WAITED), ("Overdue reviews", "overdue", OVERDUE))


@lru_cache(maxsize=KEPT)
def by_age(run: Run, group: str, year: str) -> Shown:
    """The backlog at the year's end by how long it has waited: people on their way, and overdue reviews."""
    key, title = "backlog-by-age", "The backlog by age"
    found = [
        (what, words, run.cell(f"backlog_{part}_{name}", group, "all", year))
        for what, part, bands in BACKLOGS
        for name, words, _ in bands
    ]
    found = [one for one in found if one[2].replications]
    if not found:
        return Absent(key, title, "This result folder has no backlog_...: it is older than these metrics.")
    old = [cell for what, words, cell in found if "or more" in words]
    labels = [words.removeprefix("for ").removeprefix("by ") for _, words, _ in found]
    told = listed(
        f"{plural(cell.mean, 'person', 'people')} {'wait' if 'waiting' in what else 'are overdue'} {words}"
        for what, words, cell in found
        if cell in old
    )
    return Chart(
        key=key,
        title=f"At the end of {year_name(year)}, {told}",
        subtitle=(
            f"{GROUPS[group]}, both pathways. People on the year's last day, by the time since referral or "
            f"consent, and since the review's due date; whiskers: {INTERVAL}."
        ),
        figure=picture(
            [
                lying(
                    [label for label, one in zip(labels, found, strict=True) if one[0] == what],
                    [one[2] for one in found if one[0] == what],
                    what,
                    SERIES[at],
                    marker=hatched(SERIES[at], at),
                )
                for at, (what, _, _) in enumerate(BACKLOGS)
            ],
            xaxis={"title": titled("people"), "rangemode": "tozero"},
            yaxis={"autorange": "reversed"},
            bargap=0.3,
        ),
        columns=("Backlog", "Age", *CELL_COLUMNS),
        rows=tuple(cell_row(what, words, cell=cell) for what, words, cell in found),
        alt="The backlog by age: "
        + listed(f"{what.lower()} {words} {figure(round(cell.mean))}" for what, words, cell in found)
        + ".",
        height=360,
    )
