"""A run's workbook: one scenario, its key figures by year, its tables, its charts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ibsim.excel import Value
from ibsim.results.metrics import ARM_LABELS, DIARY_TASKS, GROUP_LABELS, IB_CASES, REGISTRY
from ibsim.results.summary import RunResult, Summary
from ibsim.results.terminal import SECTIONS, Line, binding_sentence
from ibsim.results.textfiles import STATISTIC_COLUMNS, number
from ibsim.results.verdict import verdict_of
from ibsim.results.verdict_words import sentence
from ibsim.results.workbook.contents import Column, Contents, Figure, Section, Table
from ibsim.results.workbook.ledger import ledger_table
from ibsim.results.workbook.providers import providers_table
from ibsim.results.workbook.returns import national_returns
from ibsim.results.workbook.run_charts import run_charts
from ibsim.results.workbook.verdict_parts import verdict_charts, verdict_tables, verdict_targets
from ibsim.units import month_starts

LABELS = (
    Column("metric", "text", "its definition is in the table definitions", 38),
    Column("group", "text", "PD, LD, MH, OP or all"),
    Column("arm", "text", "conventional, IB or all"),
)
STATISTICS = {
    "mean": "mean over the replications",
    "sd": "standard deviation over the replications",
    "ci_low": "low end of the 95 percent interval of the mean",
    "ci_high": "high end of the 95 percent interval of the mean",
    "p10": "tenth percentile over the replications",
    "p50": "median over the replications",
    "p90": "ninetieth percentile over the replications",
}
REPLICATIONS = Column("replications", "whole", "in how many replications anybody counted")


def run_contents(result: RunResult, manifest: Mapping[str, Any]) -> Contents:
    """What the workbook of one run holds; `manifest` is the tree of its manifest.json."""
    summary, scenario = result.summary, result.scenario
    returns, forms = national_returns(result)
    years = summary.years[:-1]
    span = years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
    n = len(result.tables)
    often = "1 (no intervals)" if n == 1 else f"{n}; ± is half the 95 percent interval of the mean"
    tables: tuple[Table, ...] = (
        summary_table(summary),
        series_table(result),
        ledger_table(result),
        providers_table(result),
        diary_table(summary),
        queue_table(summary),
    )
    verdict = verdict_of(result)
    statements = [("What binds", binding_sentence(summary))]
    charts = run_charts(summary, scenario.calendar.start, n)
    if verdict is not None:
        statements.insert(0, ("The verdict", sentence(verdict)))
        charts, tables = (*verdict_charts(verdict), *charts), (*verdict_tables(verdict), *tables)
    return Contents(
        title=scenario.name,
        why=" ".join(scenario.why.split()),
        facts=(
            (
                "Years",
                f"{span}, after {scenario.calendar.warm_up_years} years of warm-up that are not counted",
            ),
            ("Replications", often),
            ("Seed; prices", f"{result.seed}; pounds of {scenario.calendar.price_base}"),
            ("Scenario hash", scenario.hash[:16]),
        ),
        statements=tuple(statements),
        sections=tuple(sections(summary)),
        tables=(*tables, returns),
        charts=charts,
        forms=forms,
        targets=() if verdict is None else verdict_targets(verdict),
        manifest=manifest,
    )


def sections(summary: Summary) -> Iterator[Section]:
    """The key figures by year, as on the terminal; a section in which all is nought is left out."""
    for title, lines in SECTIONS:
        figures = [figure for line in lines for figure in _figures(summary, line)]
        if any(mean for figure in figures for mean, _ in figure.values if not math.isnan(mean)):
            heads = tuple("all years" if year == "all" else year for year in _shown(summary))
            yield Section(title.removesuffix(": mean (nine in ten within)"), heads, tuple(figures))


def _shown(summary: Summary) -> tuple[str, ...]:
    return summary.years if len(summary.years) > 2 else summary.years[:1]


def _figures(summary: Summary, line: Line) -> Iterator[Figure]:
    """A line's mean by year and, for a wait, the days within which nine in ten are through."""
    unit = REGISTRY[line.metric].unit
    label = line.label.removesuffix(", %")
    if line.millions:
        label, unit = label.removesuffix(", £ million"), "£ million"
    figure = _figure(summary, line.metric, line.arm, label, unit, 1e-6 if line.millions else 1.0)
    if any(not math.isnan(mean) for mean, _ in figure.values):
        yield figure
        if line.p90:
            yield _figure(summary, line.p90, line.arm, "    nine in ten within", unit, 1.0)


def _figure(summary: Summary, metric: str, arm: str, label: str, unit: str, factor: float) -> Figure:
    values = []
    for year in _shown(summary):
        cell = summary.cell(metric, arm=arm, year=year)
        mean, half = cell.mean * factor, (cell.ci_high - cell.ci_low) / 2 * factor
        values.append((_rounded(mean, 4), _rounded(half, 4)))
    largest = max((abs(mean) for mean, _ in values if not math.isnan(mean)), default=0.0)
    return Figure(label, unit, tuple(values), 0 if largest >= 100 else 1)


def summary_table(summary: Summary) -> Table:
    """The rows of summary.csv in which anybody counts, as numbers."""
    found = summary.yearly
    rows: list[tuple[Value, ...]] = []
    for at in np.ndindex(found.mean.shape):
        n = int(found.replications[at])
        if n:
            metric = REGISTRY[summary.metrics[at[0]]]
            labels = (metric.name, GROUP_LABELS[at[1]], ARM_LABELS[at[2]], summary.years[at[3]], metric.unit)
            values = (
                _rounded(float(getattr(found, name)[at]), metric.decimals) for name in STATISTIC_COLUMNS
            )
            rows.append((*labels, *values, n))
    columns = (
        *LABELS,
        Column("year", "text", "the financial year, or all"),
        Column("unit", "text", "what the numbers are in"),
        *(Column(name, "number", STATISTICS[name]) for name in STATISTIC_COLUMNS),
        REPLICATIONS,
    )
    about = "every metric by group, arm and year, with spread and interval."
    return Table("summary", "Summary", about, columns, rows, "summary.csv of the result folder")


def series_table(result: RunResult) -> Table:
    """The metrics month by month, where anybody counts."""
    summary = result.summary
    found = summary.monthly
    months = month_starts(result.scenario.calendar.start, found.mean.shape[-1])
    rows: list[tuple[Value, ...]] = []
    for at in np.ndindex(found.mean.shape):
        n = int(found.replications[at])
        if n:
            metric = REGISTRY[summary.series[at[0]]]
            labels = (metric.name, GROUP_LABELS[at[1]], ARM_LABELS[at[2]], months[at[3]], metric.unit)
            values = (_rounded(float(getattr(found, name)[at]), 4) for name in ("mean", "ci_low", "ci_high"))
            rows.append((*labels, *values, n))
    columns = (
        *LABELS,
        Column("month", "date", "first day of the month"),
        Column("unit", "text", "what the numbers are in"),
        *(Column(name, "number", STATISTICS[name]) for name in ("mean", "ci_low", "ci_high")),
        REPLICATIONS,
    )
    about = "the metrics month by month."
    return Table("series", "Series", about, columns, rows, "series.parquet of the result folder")


def diary_table(summary: Summary) -> Table:
    """The co-ordinators' week by task, as in diary.csv."""
    hours = summary.diary.mean
    rows: list[tuple[Value, ...]] = []
    for y, year in enumerate(summary.years):
        for t, task in enumerate(DIARY_TASKS):
            for c, ib_cases in enumerate(IB_CASES):
                week = float(hours[y, :, c].sum())
                percent = 100 * float(hours[y, t, c]) / week if week else math.nan
                values = (_rounded(float(hours[y, t, c]), 4), _rounded(percent, 4))
                rows.append((year, task.activity, task.task_number, ib_cases, *values))
    columns = (
        Column("year", "text", "the financial year, or all"),
        Column("activity", "text", "the diary study's words"),
        Column("task_number", "text", "the diary study's number"),
        Column("ib_cases", "text", "some: co-ordinators with IB cases; none: those without"),
        Column("hours_a_week", "number", "hours in a week at work"),
        Column("percent", "number", "percent of that week"),
    )
    about = "the co-ordinators' week by task, with and without IB cases."
    return Table("diary", "Diary", about, columns, rows, "diary.csv of the result folder")


def queue_table(summary: Summary) -> Table:
    """Where people wait for staff, the longest waiting time in all first."""
    rows = [
        (queue.name, _rounded(queue.people_waiting, 4), _rounded(queue.wait_days, 4))
        for queue in summary.queues
    ]
    columns = (
        Column("queue", "text", "what people wait for", 30),
        Column("people_waiting", "number", "people in it on an average day"),
        Column("wait_days", "number", "mean days that each waits in it"),
    )
    return Table("queues", "Queues", "where people wait for staff, the longest first.", columns, rows)


def _rounded(value: float, decimals: int) -> float:
    """The number as the CSV files print it, so that both say the same; NaN stays NaN."""
    text = number(value, decimals)
    return float(text) if text else math.nan
