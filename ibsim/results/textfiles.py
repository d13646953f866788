"""The result files that spreadsheets open: the same results give the same bytes, text stays text."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence

from ibsim.errors import RunError
from ibsim.results.metrics import ARM_LABELS, DIARY_TASKS, GROUP_LABELS, IB_CASES, REGISTRY
from ibsim.results.summary import Summary

STATISTIC_COLUMNS = ("mean", "sd", "ci_low", "ci_high", "p10", "p50", "p90")
SUMMARY_COLUMNS = ("metric", "group", "arm", "year", "unit", *STATISTIC_COLUMNS, "replications")
DIARY_COLUMNS = ("year", "activity", "task_number", "ib_cases", "hours_a_week", "percent")


def number(value: float, decimals: int) -> str:
    """A number with at most `decimals` decimals and no needless zero; empty for NaN.

    Fixed decimals, because the last bits of a float can differ between processors.
    """
    if math.isnan(value):
        return ""
    if math.isinf(value):
        raise RunError("A result is infinite; this is a fault in ibsim.")
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def text_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before = + - @ tab and return."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Comma-separated text with one heading line and newlines as line ends."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


def summary_csv(summary: Summary) -> str:
    """`summary.csv`: a row a metric, group, arm and year in which anybody counts.

    Every metric of the registry has its `all,all,all` row, empty where nobody counts.
    """
    return csv_text(SUMMARY_COLUMNS, _summary_rows(summary))


def _summary_rows(summary: Summary) -> Iterator[list[str]]:
    rows = {name: row for row, name in enumerate(summary.metrics)}
    counts = summary.yearly.replications
    columns = [getattr(summary.yearly, column) for column in STATISTIC_COLUMNS]
    for name, metric in REGISTRY.items():
        row = rows.get(name)
        for g, group in enumerate(GROUP_LABELS):
            for a, arm in enumerate(ARM_LABELS):
                for y, year in enumerate(summary.years):
                    labels = [text_cell(name), group, arm, year, text_cell(metric.unit)]
                    if row is not None and counts[row, g, a, y]:
                        values = [number(column[row, g, a, y], metric.decimals) for column in columns]
                        yield [*labels, *values, str(counts[row, g, a, y])]
                    elif group == arm == year == "all":
                        yield [*labels, *("" for _ in columns), "0"]


def diary_csv(summary: Summary) -> str:
    """`diary.csv`: the simulated week by task, mean hours and percent of the week.

    A year in which no co-ordinator had IB cases (or all had) has empty cells for `some` (or `none`).
    """
    hours = summary.diary.mean
    rows = []
    for y, year in enumerate(summary.years):
        for t, task in enumerate(DIARY_TASKS):
            for c, ib_cases in enumerate(IB_CASES):
                week = float(hours[y, :, c].sum())
                percent = 100 * hours[y, t, c] / week if week else math.nan
                values = number(hours[y, t, c], 4), number(percent, 4)
                rows.append([year, text_cell(task.activity), task.task_number, ib_cases, *values])
    return csv_text(DIARY_COLUMNS, rows)
