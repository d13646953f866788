"""The tables that a council fills for the national returns: activity in the year and at 31 March, waits.

The bands are those of the return on referrals, assessments and packages of care (RAP), and the indicators
are built on them as the performance framework of 2006 to 2008 did (PAF, with the best value number).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ibsim.excel import Value
from ibsim.results.metrics import GROUP_LABELS
from ibsim.results.statistics import Statistics, summarise
from ibsim.results.summary import RunResult
from ibsim.results.tables import Tables
from ibsim.results.textfiles import number
from ibsim.results.workbook.contents import Column, Form, Table

Values = NDArray[np.float64]
IN_THE_YEAR, AT_31_MARCH = "Activity in the year", "At 31 March"
ASSESSMENT, SERVICES, INDICATORS = (
    "Wait of new clients, first contact to completed assessment",
    "Wait of new clients, completed assessment to all services in place",
    "Performance indicators",
)
COUNTS = (
    (IN_THE_YEAR, "Contacts", "contacts"),
    (IN_THE_YEAR, "New people referred", "referrals"),
    (IN_THE_YEAR, "First assessments completed, new clients", "first_assessments_new_clients"),
    (IN_THE_YEAR, "Assessments completed, all", "assessments_completed"),
    (IN_THE_YEAR, "Reviews completed", "reviews_completed"),
    (IN_THE_YEAR, "Clients in the year (support or an open case)", "people_supported"),
    (IN_THE_YEAR, "Agreed to an individual budget", "consents"),
    (AT_31_MARCH, "Clients at 31 March (support or an open case)", "people_supported_31_march"),
    (AT_31_MARCH, "Holders of an individual budget", "ib_holders"),
    (AT_31_MARCH, "People with an overdue review", "reviews_overdue"),
)
BANDS = (("within 2 days", "2_days"), ("over 2 days, within 2 weeks", "2_weeks"),
         ("over 2 weeks, within 4 weeks", "4_weeks"), ("over 4 weeks", ""))  # fmt: skip


@dataclass(frozen=True)
class _Line:
    """One line of the returns: values of one replication by group and year, all arms."""

    part: str
    measure: str
    band: str
    unit: str
    values: Values


def national_returns(result: RunResult) -> tuple[Table, tuple[Form, ...]]:
    """The tidy table of all lines with intervals, and a form for each year with their means."""
    each = [list(_lines(tables)) for tables in result.tables]
    years = result.summary.years[:-1]
    found = [
        (line, summarise(np.stack([lines[place].values for lines in each])))
        for place, line in enumerate(each[0])
    ]
    return _table(found, years), tuple(_form(found, year, label) for year, label in enumerate(years))


def _lines(tables: Tables) -> Iterator[_Line]:
    """Every line of one replication; bands are differences of what is within one limit and the next."""
    for part, label, metric in COUNTS:
        yield _Line(part, label, "", "number", _of(tables, metric))
    people = _of(tables, "first_assessments_new_clients")
    for band, percent in _bands(tables, "assessed", BANDS):
        yield _Line(ASSESSMENT, "New clients assessed", band, "number", np.rint(percent * people / 100))
    for band, percent in _bands(tables, "assessed", BANDS):
        yield _Line(ASSESSMENT, "Percent of new clients assessed", band, "percent", percent)
    served = (("within 2 weeks", "2_weeks"), *BANDS[2:])
    for band, percent in _bands(tables, "services", served):
        yield _Line(SERVICES, "Percent of new clients with all services", band, "percent", percent)
    yield from _indicators(tables)


def _bands(tables: Tables, what: str, bands: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, Values]]:
    within = np.zeros_like(_of(tables, f"{what}_within_{bands[0][1]}_percent"))
    for band, limit in bands:
        upto = (
            _of(tables, f"{what}_within_{limit}_percent")
            if limit
            else np.where(np.isnan(within), within, 100.0)
        )
        yield band, upto - within
        within = upto


def _indicators(tables: Tables) -> Iterator[_Line]:
    """The indicators that the bands feed; they were reported for older people, and are given for all."""
    lines = (
        ("PAF D55 (BV195), its second part: assessed within 4 weeks", "assessed_within_4_weeks_percent"),
        ("PAF D56 (BV196): all services within 4 weeks", "services_within_4_weeks_percent"),
    )
    for label, metric in lines:
        yield _Line(INDICATORS, label, "", "percent", _of(tables, metric))
    people, reviews = _of(tables, "people_supported"), _of(tables, "reviews_completed")
    with np.errstate(invalid="ignore", divide="ignore"):
        each = np.where(people > 0, 100 * reviews / people, math.nan)
    label = "After PAF D40: reviews completed per 100 clients in the year"
    yield _Line(INDICATORS, label, "", "per 100", each)


def _of(tables: Tables, metric: str) -> Values:
    """A metric by group and year, all arms."""
    return np.asarray(tables.metrics[metric][:, 2, :-1], dtype=np.float64)


def _table(found: list[tuple[_Line, Statistics]], years: tuple[str, ...]) -> Table:
    rows: list[tuple[Value, ...]] = []
    for line, over in found:
        for g, group in enumerate(GROUP_LABELS):
            for y, year in enumerate(years):
                n = int(over.replications[g, y])
                if n:
                    ends = (over.mean, over.ci_low, over.ci_high)
                    values = (_plain(float(end[g, y])) for end in ends)
                    rows.append((line.part, line.measure, line.band, group, year, line.unit, *values, n))
    columns = (
        Column("part", "text", "activity in the year, at 31 March, waits, or indicators"),
        Column("measure", "text", "what is counted"),
        Column("band", "text", "for waits: how long, in calendar days"),
        Column("group", "text", "PD, LD, MH, OP or all"),
        Column("year", "text", "the financial year"),
        Column("unit", "text", "number, percent or per 100"),
        Column("mean", "number", "mean over the replications"),
        Column("ci_low", "number", "low end of the 95 percent interval of the mean"),
        Column("ci_high", "number", "high end of the 95 percent interval of the mean"),
        Column("replications", "whole", "in how many replications anybody counted"),
    )
    about = "activity in the year and at 31 March, waits in the bands of RAP, indicators."
    return Table("national_returns", "Returns data", about, columns, rows)


def _form(found: list[tuple[_Line, Statistics]], year: int, label: str) -> Form:
    rows: list[tuple[str, str, tuple[float, ...]]] = []
    part = ""
    for line, over in found:
        if line.part != part:
            part = line.part
            rows.append((part, "", ()))
        words = f"{line.measure}: {line.band}" if line.band else line.measure
        rows.append((words, line.unit, tuple(_plain(float(value)) for value in over.mean[:, year])))
    return Form(f"Year {label}", GROUP_LABELS, tuple(rows))


def _plain(value: float) -> float:
    text = number(value, 4)
    return float(text) if text else math.nan
