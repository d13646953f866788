"""Later figures as a small table gives them: what, when, how much, how exact, and what others foretold."""

from __future__ import annotations

import os.path
import re
from dataclasses import dataclass
from pathlib import Path

from ibsim.errors import InputError
from ibsim.experiment.fit.tables import named_cells, named_columns, number, read_rows, standard_error
from ibsim.experiment.outputs import Output, make_output
from ibsim.scenario.problems import quote
from ibsim.scenario.shipped import shipped_folder
from ibsim.units import year_label

REQUIRED = ("metric", "year", "value")
COLUMNS = ("metric", "group", "arm", "year", "value", "uncertainty", "forecast")
_YEAR = re.compile(r"(\d{4})-\d\d", re.ASCII)
_FOLDER = "backtest"


@dataclass(frozen=True, slots=True)
class Observed:
    """A figure of the financial year that starts in `year`; `uncertainty` is its standard error, 0 for none.

    `forecast` is what somebody else said beforehand, where the table has it.
    """

    output: Output
    year: int
    value: float
    uncertainty: float
    forecast: float | None
    where: str

    @property
    def series(self) -> tuple[str, str, str]:
        """What is the same from year to year: metric, group and arm."""
        return self.output.metric, self.output.group, self.output.arm


def data_file(text: str) -> Path:
    """The file that a user names: a path, or the bare name of a table that comes with ibsim."""
    path = Path(text)
    shipped = shipped_folder() / _FOLDER / f"{text}.csv"
    bare = path.name == text and not path.suffix and not os.path.exists(path)
    return shipped if bare and os.path.exists(shipped) else path


def read_observed(path: Path) -> tuple[Observed, ...]:
    """The figures of a table; rows without a value are left out.

    Raises InputError, with line and column, for the first cell that breaks a rule.
    """
    (place, heading), *rows = read_rows(path)
    remedy = f"write the heading {','.join(COLUMNS)}"
    columns = named_columns(place, heading, COLUMNS, REQUIRED, remedy)
    found: dict[tuple[tuple[str, str, str], int], Observed] = {}
    for where, cells in rows:
        one = _observed(where, named_cells(where, columns, cells))
        if one is None:
            continue
        twin = found.setdefault((one.series, one.year), one)
        if twin is not one:
            told = f"{one.output.label}, which {twin.where} has too"
            raise InputError(where, told, "each figure stands once", "delete one of the two rows")
    if not found:
        raise InputError(str(path), "no value", "at least one row has a value", "fill the column `value`")
    return tuple(found.values())


def _observed(where: str, cells: dict[str, str]) -> Observed | None:
    if not cells["value"]:
        return None
    year = financial_year_of(cells["year"].lstrip("'"), where)
    labels = [(cells.get(name) or "all").lstrip("'") for name in ("metric", "group", "arm")]
    output = make_output((labels[0], labels[1], labels[2], year_label(year)), where, (year_label(year),))
    forecast = number(where, "forecast", cells["forecast"]) if cells.get("forecast") else None
    value, uncertainty = number(where, "value", cells["value"]), standard_error(where, cells)
    return Observed(output, year, value, uncertainty, forecast, where)


def financial_year_of(label: str, where: str) -> int:
    """The calendar year in which a year like 2007-08 starts; InputError for another way of writing it."""
    match = _YEAR.fullmatch(label)
    if match is None or year_label(int(match.group(1))) != label:
        rule = "a year is a financial year, from April to March, written like 2007-08"
        raise InputError(where, f"year {quote(label)}", rule, "write it so")
    return int(match.group(1))
