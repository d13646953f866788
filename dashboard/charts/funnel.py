"""The funnel: how far people are six months after they agreed to a budget."""

from __future__ import annotations

from functools import lru_cache

from dashboard.charts.chart import Absent, Chart, Shown
from dashboard.charts.drawing import (
    CELL_COLUMNS,
    Trace,
    cell_row,
    lying,
    picture,
)
from dashboard.charts.palette import ARM, INK
from dashboard.charts.words import (
    GROUPS,
    INTERVAL,
    figure,
    listed,
    year_name,
)
from dashboard.data.reported import reported
from dashboard.data.run import Run

KEPT = 32
STEPS = (
    ("Agreed", "funnel_6_months_agreed_percent", "funnel-agreed-to-ib-pct"),
    ("Assessed", "funnel_6_months_assessed_percent", "funnel-completed-assessment-pct"),
    ("Plan signed off", "funnel_6_months_plan_percent", "funnel-support-plan-in-place-pct"),
    ("Support in place", "funnel_6_months_in_place_percent", "funnel-ib-services-in-place-pct"),
)


@lru_cache(maxsize=KEPT)
def funnel(run: Run, group: str, year: str) -> Shown:
    """How far those who were offered a budget are six months later, beside the evaluation's figures."""
    key, title = "funnel", "How far people are six months after they agreed"
    cells = [run.cell(metric, group, "IB", year) for _, metric, _ in STEPS]
    if not cells[-1].replications:
        reason = f"Nobody's six months end in {year_name(year)}: too few have been offered a budget by then."
        return Absent(key, title, reason)
    labels = [label for label, _, _ in STEPS]
    printed = [reported(fact) for _, _, fact in STEPS]
    report: Trace = {
        "type": "scatter", "mode": "markers", "y": labels, "x": printed, "name": "Evaluation (Table 4.4)",
        "marker": {"symbol": "diamond-open", "size": 12, "color": INK, "line": {"width": 2}},
    }  # fmt: skip
    last = cells[-1]
    fell = max(range(1, len(cells)), key=lambda at: cells[at - 1].mean - cells[at].mean)
    return Chart(
        key=key,
        title=(
            f"Six months on, {figure(last.mean, 'percent')} have their budget in place; "
            f"the step that loses most is: {labels[fell].lower()}"
        ),
        subtitle=(
            f"{GROUPS[group]}, {year_name(year)}. Percent of those offered a budget whose 189 days are over; "
            f"whiskers: {INTERVAL}. Diamonds: the evaluation's 510 people."
        ),
        figure=picture(
            [lying(labels, cells, "Model", ARM["IB"]), report],
            yaxis={"autorange": "reversed"},
            xaxis={"range": [0, 100], "ticksuffix": "%"},
            bargap=0.45,
        ),
        columns=("Step", *CELL_COLUMNS, "Evaluation"),
        rows=tuple(
            (*cell_row(label, cell=cell), fact)
            for label, cell, fact in zip(labels, cells, printed, strict=True)
        ),
        alt="Of those offered a budget, six months later: "
        + listed(
            f"{figure(cell.mean, 'percent')} {label.lower()} (evaluation {fact:g}%)"
            for label, cell, fact in zip(labels, cells, printed, strict=True)
        )
        + ".",
        height=280,
    )
