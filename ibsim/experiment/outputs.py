"""One number of a result by its labels: `review_compliance_percent[OP,all,2008-09]`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from ibsim.errors import InputError
from ibsim.results.metrics import ARM_LABELS, GROUP_LABELS, REGISTRY, Metric
from ibsim.scenario.hints import nearest
from ibsim.scenario.problems import quote
from ibsim.units import financial_year, year_label

if TYPE_CHECKING:
    from ibsim.results.tables import Tables
    from ibsim.scenario.model import CalendarSettings

_TEXT = re.compile(r"\s*([A-Za-z0-9_ -]+?)\s*(?:\[([^\[\]]*)\])?\s*", re.ASCII)
_FORM = "a number of the result is written METRIC[GROUP,ARM,YEAR]; what is left out is `all`"


@dataclass(frozen=True, slots=True)
class Output:
    """A metric for one group, arm and financial year; `years` labels the run's years, `all` last."""

    metric: str
    group: str
    arm: str
    year: str
    years: tuple[str, ...]

    @property
    def label(self) -> str:
        """The output as users write it."""
        return f"{self.metric}[{self.group},{self.arm},{self.year}]"

    @property
    def about(self) -> Metric:
        """The metric's unit, definition and direction."""
        return REGISTRY[self.metric]

    def of(self, tables: Tables) -> float:
        """Its value in one replication; NaN where nobody counts or the model does not measure it."""
        cube = tables.metrics.get(self.metric)
        if cube is None:
            return float(np.nan)
        at = GROUP_LABELS.index(self.group), ARM_LABELS.index(self.arm), self.years.index(self.year)
        return float(cube[at])


def short_label(label: str) -> str:
    """The label of an output, or a text that holds one, without brackets where all in them is `all`."""
    return label.replace("[all,all,all]", "")


def run_years(calendar: CalendarSettings) -> tuple[str, ...]:
    """The labels of a run's financial years, `all` at the end."""
    first = financial_year(calendar.start)
    last = financial_year(calendar.end - timedelta(days=1))
    return (*(year_label(year) for year in range(first, last + 1)), "all")


def parse_output(text: str, where: str, years: tuple[str, ...]) -> Output:
    """The output that a text like `caseload_mean[OP]` names; InputError, placed by `where`, if none."""
    match = _TEXT.fullmatch(text)
    labels = [part.strip() for part in (match.group(2) or "").split(",")] if match else []
    if match is None or len(labels) > 3:
        raise InputError(
            where, quote(text), _FORM, "write for instance review_compliance_percent[OP,all,2007-08]"
        )
    group, arm, year = (label or "all" for label in [*labels, "", "", ""][:3])
    return make_output((match.group(1), group, arm, year), where, years)


def make_output(labels: tuple[str, str, str, str], where: str, years: tuple[str, ...]) -> Output:
    """The output of metric, group, arm and year; each is checked, and a wrong one told with the nearest."""
    metric, group, arm, year = labels
    _known(metric, "metric", tuple(REGISTRY), where, "`ibsim metrics` lists them")
    _known(group, "group", GROUP_LABELS, where, "")
    _known(arm, "arm", ARM_LABELS, where, "")
    _known(year, "year", years, where, "the run counts these years; calendar.years changes that")
    return Output(metric, group, arm, year, years)


def _known(word: str, kind: str, known: Sequence[str], where: str, more: str) -> None:
    if word in known:
        return
    near = nearest(word, known)
    listed = f"one of {', '.join(known)}" if len(known) < 12 else "one of those that `ibsim metrics` lists"
    remedy = f"did you mean `{near}`?" if near else more or f"write {listed}"
    raise InputError(where, f"the {kind} {quote(word)}", f"the {kind} is {listed}", remedy)
