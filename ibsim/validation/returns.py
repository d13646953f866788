"""England's returns to 2007-08 beside the average council of conventional support."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ibsim.evidence import Evidence
from ibsim.results.england import MILLIONS, PUBLISHED, Published
from ibsim.results.metrics import GROUP_LABELS, REGISTRY
from ibsim.results.national import is_summed
from ibsim.units import financial_year, year_label
from ibsim.validation.rows import EITHER, PREDICTED, Row, Sample

if TYPE_CHECKING:
    from ibsim.results.tables import Tables
    from ibsim.scenario.model import CalendarSettings

NEAR_POINTS, NEAR_SHARE = 5.0, 0.10
"""How near counts as inside: a return has no sampling error, and one council is not England."""
FOLLOWING = tuple(
    replace(published, year="2007-08", basis=PREDICTED)
    for published in PUBLISHED
    if published.measure_id in ("rap-new-contacts", "rap-first-assessments-new-clients")
)
"""The returns of the year after: the model's second year."""


def returns(england: Sequence[Tables], calendar: CalendarSettings, evidence: Evidence) -> Iterator[Row]:
    """A row a published figure, with the year that is nearest among those run."""
    first = financial_year(calendar.start)
    years = [year_label(first + year) for year in range(calendar.years)]
    councils = evidence.statistics["councils-with-adult-social-services|2007-08"].value
    for published in (*PUBLISHED, *FOLLOWING):
        figure = evidence.statistics[f"{published.measure_id}|{published.year}"].value
        year = published.year if published.year in years else years[0]
        yield _row(england, published, figure, years.index(year), councils, year)


def _row(
    england: Sequence[Tables], published: Published, figure: float, year: int, councils: float, label: str
) -> Row:
    metric = REGISTRY[published.metric]
    group = GROUP_LABELS.index(published.group)
    values = [tables.metrics[published.metric][group, -1, year] for tables in england]
    model = float(np.mean(values)) * (councils if is_summed(metric) else 1.0)
    factor = MILLIONS.get(metric.name, 1.0)
    figure, model = figure * factor, model * factor
    near = NEAR_POINTS if metric.kind == "percent" else NEAR_SHARE * figure
    words = "5 percentage points" if metric.kind == "percent" else "10 percent"
    other = "" if label == published.year else f"; the model's is {label}"
    unit = metric.unit if factor == 1.0 else f"million {metric.unit}"
    sample = Sample("returns", published.group, EITHER, unit, published.basis)
    name = f"{published.label}, {published.year}"
    row = sample.row(name, figure, model, 0, 0.0, near)
    return replace(row, note=f"a return has no sampling error: inside is within {words}{other}")
