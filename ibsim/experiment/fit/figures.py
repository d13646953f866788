"""A council's figures: what each counts, its value, how exact it is, and whether it is held back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ibsim.errors import InputError
from ibsim.experiment.fit.tables import named_cells, named_columns, number, read_rows, standard_error
from ibsim.experiment.outputs import Output, make_output
from ibsim.results.metrics import REGISTRY
from ibsim.results.textfiles import csv_text, text_cell
from ibsim.scenario.problems import quote

REQUIRED = ("metric", "value")
COLUMNS = ("metric", "group", "arm", "year", "value", "uncertainty", "hold_out")
TEMPLATE = "begin with `ibsim fit --template FILE.csv`"
_YES, _NO = ("yes", "y", "true", "1", "x"), ("", "no", "n", "false", "0")
KNOWN = (
    "people_supported_31_march", "people_supported", "referrals", "contacts", "assessments_completed",
    "plans_signed_off", "exits", "caseload_mean", "coordinator_utilisation_percent",
    "wait_days_referral_to_assessment", "assessed_within_4_weeks_percent", "services_within_4_weeks_percent",
    "people_waiting", "reviews_completed", "reviews_overdue", "review_compliance_percent",
    "unplanned_reviews", "protection_referrals", "ib_holders", "case_hours_assessment", "case_hours_review",
    "overtime_hours", "care_management_gbp", "package_gbp", "gross_cost_gbp",
)  # fmt: skip
"""What councils commonly count, for the template: caseload, waits, reviews, hours, spend."""


@dataclass(frozen=True)
class Figure:
    """One figure; `uncertainty` is its standard error in the metric's unit, 0 where none was given."""

    output: Output
    value: float
    uncertainty: float
    held: bool
    where: str


def read_figures(path: Path, years: tuple[str, ...], every: int = 0) -> tuple[Figure, ...]:
    """The figures of a table; rows without a value are left out.

    Where the table holds nothing back itself, each `every`-th figure is held back (0: none).  Raises
    InputError for the first cell that breaks a rule.
    """
    (place, heading), *rows = read_rows(path)
    columns = named_columns(place, heading, COLUMNS, REQUIRED, TEMPLATE)
    figures: list[Figure] = []
    for where, cells in rows:
        figure = _figure(where, named_cells(where, columns, cells), years)
        if figure is None:
            continue
        twin = next((other for other in figures if other.output == figure.output), None)
        if twin is not None:
            found = f"{figure.output.label}, which {twin.where} has too"
            raise InputError(where, found, "each figure stands once", "delete one of the two rows")
        figures.append(figure)
    if not figures:
        remedy = "write what you know into the column `value`"
        raise InputError(str(path), "no value", "at least one row has a value", remedy)
    if every and not any(figure.held for figure in figures):
        figures = [replace(figure, held=n % every == 0) for n, figure in enumerate(figures, 1)]
    return tuple(figures)


def template(years: Sequence[str]) -> str:
    """The table to fill, as CSV: a row for each metric that councils commonly know and each year."""
    rows = [
        [text_cell(name), "all", "all", year, "", "", "", text_cell(about.unit), text_cell(about.definition)]
        for name in KNOWN
        if (about := REGISTRY.get(name)) is not None
        for year in years
        if year != "all"
    ]
    return csv_text((*COLUMNS, "unit", "definition"), rows)


def _figure(where: str, cells: dict[str, str], years: tuple[str, ...]) -> Figure | None:
    if not cells["value"]:
        return None
    labels = (cells["metric"], *(cells.get(name) or "all" for name in ("group", "arm", "year")))
    metric, group, arm, year = (label.lstrip("'") for label in labels)
    output = make_output((metric, group, arm, year), where, years)
    value, uncertainty = number(where, "value", cells["value"]), standard_error(where, cells)
    hold = cells.get("hold_out", "").lower()
    if hold not in (*_YES, *_NO):
        rule = "hold_out is yes or no; blank is no"
        raise InputError(where, f"hold_out {quote(hold)}", rule, "write yes or leave it blank")
    return Figure(output, value, uncertainty, hold in _YES, where)
