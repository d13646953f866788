"""Tables 7.5 and 12.1 to 12.4: care management as users report it and as co-ordinators keep diaries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ibsim.evidence import Evidence
from ibsim.evidence.tables import DiaryTask, aspects, diary
from ibsim.policy.finance import QUARTER_WEEKS
from ibsim.units import GROUPS, WEEKS_PER_YEAR
from ibsim.validation.law import Law
from ibsim.validation.rows import COMPARISON, FITTED, IB_ARM, PREDICTED, PUT_IN, Row, Sample

if TYPE_CHECKING:
    from ibsim.results.tables import Tables

Floats = NDArray[np.float64]
LAST_YEAR = -2
"""Co-ordinators kept their diaries in the pilot's second year: the last before `all years`."""
TOTALS = {
    "direct-user": ("12.1", "with service users, in all"),
    "direct-carer": ("12.1", "with carers, in all"),
    "related-services": ("12.2", "with services related to users, in all"),
    "organisational": ("12.3", "organisational, in all"),
}
"""The diary's types of activity: their table, and words for the whole of each."""
SIDES = (("some", IB_ARM, "with IBs"), ("no", COMPARISON, "without"))
"""Co-ordinators with and without IB cases: the fact's ending, arm, words; in the order of the report."""
WORKED = ("assessment", "planning", "review")
"""The activities that arise in the simulation; hours of the others are put in."""
TENTH = 0.05
"""Half of the last printed digit of an hour."""


def visits(law: Law, evidence: Evidence) -> Iterator[Row]:
    """Table 7.5: visits in three months and what they come to; both are put into the model, by group."""
    facts = evidence.facts
    price = evidence.value("care-management-visit-gbp")
    for arm, survey, words in ((1, "ib", IB_ARM), (0, "comparison", COMPARISON)):
        sizes = np.array([facts[f"{survey}-weekly-cost-{group.lower()}-n"].value for group in GROUPS])
        weekly, n = float(np.average(law.visits[:, arm], weights=sizes)), sizes.sum()
        number = weekly * QUARTER_WEEKS / price
        error = float(np.sqrt(number / n))  # visits are counted: they vary as a Poisson number does
        sample = Sample("7.5", "all", words, "visits in three months", PUT_IN)
        fact = f"care-management-{{}}-{survey}-mean"
        yield sample.row("visits", facts[fact.format("visits")].value, number, n, error, 0.005)
        sample = replace(sample, unit="pounds in three months")
        report = facts[fact.format("cost")].value
        yield sample.row("cost of visits", report, number * price, n, error * price, 0.5)
        sample = replace(sample, unit="pounds a week")
        report, error = facts[fact.format("weekly-cost")].value, error * price / QUARTER_WEEKS
        yield sample.row("cost of visits a week", report, weekly, n, error, 0.5)


def staff_time(sites: Sequence[Tables], evidence: Evidence) -> Iterator[Row]:
    """Table 7.5's weekly cost beside all staff time that the simulation spends on people with support."""
    price = evidence.value("care-management-visit-gbp")
    for place, (survey, arm) in enumerate((("comparison", COMPARISON), ("ib", IB_ARM))):
        pounds = _of_year(sites, "care_management_gbp", place)
        each = _of_year(sites, "care_management_gbp_per_person_week", place)
        supported = np.divide(pounds, each, out=np.zeros_like(pounds), where=each > 0)
        # who is on the way to support takes time too: an average over the year's days, so that weeks follow
        weeks = supported.sum() + _of_year(sites, "people_waiting", place).sum() * WEEKS_PER_YEAR
        n = evidence.facts[f"component-base-all-{survey}-n"].value
        report = evidence.facts[f"care-management-weekly-cost-{survey}-mean"].value
        error = float(np.sqrt(report * price / QUARTER_WEEKS / n))
        sample = Sample("7.5", "all", arm, "pounds a week", PREDICTED)
        model = pounds.sum() / weeks if weeks else np.nan
        yield replace(
            sample.row("time of all staff", report, model, n, error, 0.5),
            note="the report prices the visits that people remember; the model all paid hours of the staff",
        )


def _of_year(sites: Sequence[Tables], metric: str, place: int) -> Floats:
    """A metric of the last year, of all groups and one arm, by site; nought where nobody counts."""
    values = [tables.metrics[metric][-1, place, LAST_YEAR] for tables in sites]
    return np.nan_to_num(np.array(values, dtype=np.float64))


def diaries(sites: Sequence[Tables], evidence: Evidence) -> Iterator[Row]:
    """Tables 12.1 to 12.4 and the whole week beside the mean of the sites' simulated weeks."""
    with np.errstate(invalid="ignore"):
        stacked = np.stack([tables.diary[LAST_YEAR] for tables in sites])
        counted = ~np.isnan(stacked)
        sums = np.where(counted, stacked, 0.0).sum(axis=0)
        week = np.divide(sums, counted.sum(axis=0), out=np.full_like(sums, np.nan), where=sums > 0)
    week = week[:, ::-1]  # as the report has them: with IB cases first
    tasks = diary()
    for place, task in enumerate(tasks):
        table = TOTALS[task.activity_type][0]
        for row in _both(evidence, table, f"{task.task_number}. {task.task}", _printed(task), week[place]):
            yield replace(row, basis=PUT_IN, note="its part of the activity's hours is the printed one")
    for kind, (table, words) in TOTALS.items():
        places = [place for place, task in enumerate(tasks) if task.activity_type == kind]
        fact = f"diary-total-{kind}-{{}}-ib-hours"
        report = [evidence.facts[fact.format(side)].value for side, _, _ in SIDES]
        for row in _both(evidence, table, words, report, week[places].sum(axis=0)):
            yield replace(row, basis=PUT_IN if kind == "organisational" else _basis(row.arm))
    for aspect in aspects():
        places = [place for place, task in enumerate(tasks) if task.task_number in aspect.task_numbers]
        report = [aspect.hours_some_ib, aspect.hours_no_ib]
        label = aspect.label[0].lower() + aspect.label[1:]
        for row in _both(evidence, "12.4", label, report, week[places].sum(axis=0)):
            yield replace(row, basis=_basis(row.arm) if aspect.aspect in WORKED else PUT_IN)
    report = [evidence.facts[f"staff-hours-worked-{side}-ib"].value for side, _, _ in SIDES]
    yield from _both(evidence, "B.2", "the whole week", report, week.sum(axis=0))


def _printed(task: DiaryTask) -> list[float]:
    return [task.hours_some_ib, task.hours_no_ib]


def _basis(arm: str) -> str:
    """Hours without IB cases were in view when the hours of a task were chosen; those with were not."""
    return PREDICTED if arm == IB_ARM else FITTED


def _both(evidence: Evidence, table: str, name: str, report: Sequence[float], model: Floats) -> Iterator[Row]:
    """One row for co-ordinators with IB cases and one for those without.

    No spread is printed: a week's hours vary by `diary-hours-spread` times their root (see its row).
    """
    spread = evidence.value("diary-hours-spread")
    for column, (side, arm, words) in enumerate(SIDES):
        n = evidence.facts[f"diary-table-12-4-{side}-ib-n"].value
        error = spread * float(np.sqrt(max(float(model[column]), TENTH) / n))
        sample = Sample(table, "all", arm, "hours a week", _basis(arm))
        yield sample.row(f"{name}, {words}", report[column], float(model[column]), n, error, TENTH)
