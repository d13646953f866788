"""Key figures by year, targets, and the charts of people, waits, backlog and staff."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ibsim.results.metrics import ARM_LABELS, GROUP_LABELS, REGISTRY
from ibsim.results.reading import StoredRun
from ibsim.results.report.charts import figure
from ibsim.results.report.contents import Contents, Part
from ibsim.results.report.markup import Cells, Markup, element, grid, paragraph, together
from ibsim.results.report.money import money
from ibsim.results.summary import Cell
from ibsim.results.terminal import with_interval
from ibsim.results.workbook.contents import Chart, Figure, Section
from ibsim.results.workbook.run import sections
from ibsim.results.workbook.run_charts import run_charts

MOST_YEARS = 5
"""So many years stand beside one another on paper."""
VERDICTS = {"met": "good", "not met": "bad", "undecided": "open"}
MONTHLY = (
    ("people_waiting", "People waiting, month by month", "people", "People between referral or consent "
                                                                   "and support in place."),
    ("reviews_overdue", "Overdue reviews, month by month", "people", "People whose first or annual review "
                                                                     "is past its due date and the days "
                                                                     "of grace."),
)  # fmt: skip


def figures(contents: Contents) -> Iterator[Part]:
    """The key figures of each run: targets first, then by subject."""
    for run in contents.runs:
        title = "Key figures" if len(contents.runs) == 1 else f"Key figures: {run.name}"
        tables = [_table(section) for section in sections(run.summary)]
        yield Part(contents.id(run, "figures"), title, together(_targets(contents, run), *tables))


def _targets(contents: Contents, run: StoredRun) -> Markup:
    rows: list[Cells] = [
        [row.target, row.found, element("span", row.verdict, class_=f"badge {VERDICTS[row.verdict]}")]
        for row in contents.targets
        if row.run == contents.id(run, "run")
    ]
    if not rows:
        return Markup("")
    note = "Met and not met are said with 95 percent confidence; undecided: more replications are needed."
    return together(
        grid("Against the targets", ("target", "found", "verdict"), rows, text=(0, 2)), paragraph(note)
    )


def _table(section: Section) -> Markup:
    chosen = list(range(len(section.columns)))
    if len(chosen) > MOST_YEARS + 1:
        chosen = [0, len(chosen) // 2 - 1, len(chosen) - 2, len(chosen) - 1]
    rows: list[Cells] = [
        [_named(shown), *(_cell(*shown.values[place]) for place in chosen)] for shown in section.figures
    ]
    return grid(section.title, ("measure", *(section.columns[place] for place in chosen)), rows)


def _named(shown: Figure) -> str:
    """The words of a figure with its unit, unless they say it; a part of the line above it is set in."""
    inside, words = shown.label.startswith(" "), shown.label.strip()
    told = words if any(sign in words for sign in "£%") else f"{words}, {shown.unit}"
    return f"– {told}" if inside else told


def _cell(mean: float, half: float) -> str:
    return "–" if math.isnan(mean) else with_interval(Cell(mean, mean - half, mean + half, 1))


def charts(contents: Contents) -> Iterator[Part]:
    """What the figures look like: people, waits and staff of each run, and its money."""
    for run in contents.runs:
        told = "" if len(contents.runs) == 1 else f": {run.name}"
        id = contents.id(run, "charts")
        shown = [*run_charts(run.summary, run.start, run.replications), *_monthly(run), _staff(run)]
        drawn = [figure(f"{id}-{n}", chart) for n, chart in enumerate(shown) if chart is not None]
        yield Part(id, f"People, waits and staff{told}", together(*drawn))
        id = contents.id(run, "money")
        pictures = list(money(run, id))
        if pictures:
            yield Part(id, f"Money{told}", together(*pictures))


def _monthly(run: StoredRun) -> Iterator[Chart]:
    found, months = run.summary.monthly, run.months
    for metric, title, unit, words in MONTHLY:
        if metric not in run.summary.series:
            continue
        at = (run.summary.series.index(metric), GROUP_LABELS.index("all"), ARM_LABELS.index("all"))
        series = {"mean": found.mean[at].tolist()}
        faint: tuple[str, ...] = ()
        if run.replications > 1:
            series |= {"95 % from": found.ci_low[at].tolist(), "95 % to": found.ci_high[at].tolist()}
            faint = ("95 % from", "95 % to")
            words = f"{words} The band is the 95 percent interval of the mean."
        yield Chart(title, "line", unit, "month", months, series, words, faint)


def _staff(run: StoredRun) -> Chart | None:
    """How much of the staff's case hours is in use."""
    years = run.summary.years[:-1]
    series = {}
    for metric, words in (
        ("coordinator_utilisation_percent", "co-ordinators"),
        ("planner_utilisation_percent", "support planners"),
    ):
        values = [run.summary.cell(metric, year=year).mean for year in years]
        if any(value > 0 for value in values):
            series[words] = values
    words = "Hours worked on cases as a percentage of the hours that there are for them, by year."
    return (
        Chart(
            "Staff in use",
            "column",
            REGISTRY["coordinator_utilisation_percent"].unit,
            "year",
            years,
            series,
            words,
        )
        if series
        else None
    )
