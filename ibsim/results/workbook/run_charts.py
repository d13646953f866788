"""The charts of a run: budgets over time, waits, who waits where, reviews, the week."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date

import numpy as np

from ibsim.evidence.tables import diary
from ibsim.results.metrics import ARM_LABELS, GROUP_LABELS, IB_CASES, STAGES
from ibsim.results.summary import Summary
from ibsim.results.workbook.contents import Chart
from ibsim.units import GROUPS, month_starts

STEPS = (
    ("Referral to assessment", "referral_to_assessment"),
    ("Assessment to indicative (IB)", "assessment_to_indicative"),
    ("Indicative to sign-off (IB)", "indicative_to_sign_off"),
    ("Sign-off to support in place", "sign_off_to_in_place"),
)
LIMITS = (("2 days", "2_days"), ("2 weeks", "2_weeks"), ("4 weeks", "4_weeks"))
STAGE_WORDS = {stage: stage.replace("_", "-").capitalize() for stage in STAGES}
WEEK = ("Assessment", "Planning", "Review", "Support", "Other case work", "Organisation", "Travel")
ASPECTS = {"assessment": "Assessment", "planning": "Planning", "review": "Review", "support": "Support"}


def run_charts(summary: Summary, start: date, replications: int) -> tuple[Chart, ...]:
    """The charts in which anybody counts, of a run that is counted from `start` on."""
    return tuple(chart for chart in _charts(summary, start, replications) if _shows(chart))


def _shows(chart: Chart) -> bool:
    return any(value and not math.isnan(value) for values in chart.series.values() for value in values)


def _charts(summary: Summary, start: date, replications: int) -> Iterator[Chart]:
    years = summary.years[:-1]
    yield _holders(summary, start, replications)
    yield Chart(
        "IB holders by group, at the year's end", "stacked", "people", "year", years,
        {group: _by_year(summary, "ib_holders", group) for group in GROUPS},
        "People whose individual budget was in place at the end of each year, by service user group.",
    )  # fmt: skip
    yield Chart(
        "How long each step takes", "column", "days, mean", "year", years,
        {label: _by_year(summary, f"wait_days_{name}") for label, name in STEPS},
        "Mean calendar days of each step from referral to support in place, by year.",
    )  # fmt: skip
    yield Chart(
        "New clients assessed in good time", "column", "percent of new clients", "year", years,
        {f"within {words}": _by_year(summary, f"assessed_within_{name}_percent") for words, name in LIMITS},
        "Percent of new clients assessed within two days, two weeks and four weeks, by year.",
    )  # fmt: skip
    yield Chart(
        "Who waits where", "stacked", "people on an average day", "year", years,
        {words: _by_year(summary, f"people_waiting_{stage}") for stage, words in STAGE_WORDS.items()},
        "People waiting on an average day at each stage of the way, by year.",
    )  # fmt: skip
    yield Chart(
        "Reviews done on time", "column", "percent of reviews due", "year", years,
        {"on time": _by_year(summary, "review_compliance_percent")},
        "Percent of first and annual reviews done by their due date and the days of grace, by year.",
    )  # fmt: skip
    yield _week(summary)


def _by_year(summary: Summary, metric: str, group: str = "all") -> list[float]:
    return [round(summary.cell(metric, group, year=year).mean, 4) for year in summary.years[:-1]]


def _holders(summary: Summary, start: date, replications: int) -> Chart:
    at = (summary.series.index("ib_holders"), GROUP_LABELS.index("all"), ARM_LABELS.index("all"))
    found = summary.monthly
    series = {"mean": found.mean[at]}
    if replications > 1:
        series |= {"95 % from": found.ci_low[at], "95 % to": found.ci_high[at]}
    return Chart(
        "IB holders over time", "line", "people", "month",
        month_starts(start, found.mean.shape[-1]),
        {name: [round(float(value), 4) for value in values] for name, values in series.items()},
        "People whose individual budget is in place, month by month, with the 95 percent interval.",
        faint=tuple(series)[1:],
    )  # fmt: skip


def _week(summary: Summary) -> Chart:
    """The co-ordinators' week over all years, its tasks grouped so that each counts once."""
    places: dict[str, list[int]] = {part: [] for part in WEEK}
    for place, task in enumerate(diary()):
        aspect = next((ASPECTS[name] for name in task.aspects if name in ASPECTS), "")
        other = "Organisation" if task.activity_type == "organisational" else "Other case work"
        places[aspect or other].append(place)
    places["Travel"].append(len(diary()))
    hours = np.nan_to_num(summary.diary.mean[-1])
    return Chart(
        "The co-ordinators' week", "stacked", "hours a week", "co-ordinators",
        tuple(f"with {'no' if name == 'none' else name} IB cases" for name in IB_CASES),
        {part: [round(float(hours[tasks, c].sum()), 4) for c in (0, 1)] for part, tasks in places.items()},
        "Hours in a co-ordinator's week by kind of work, without and with individual budget cases.",
    )  # fmt: skip
