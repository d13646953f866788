"""The metric registry: every name that results may use, with its unit, definition and direction.

The names are a promise to those who read `summary.csv` with programs: none changes its meaning.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ibsim.errors import RunError
from ibsim.evidence.tables import diary
from ibsim.results.budget_metrics import budget_metrics
from ibsim.results.flow_metrics import flow_metrics
from ibsim.results.gap_metrics import gap_metrics
from ibsim.results.market_metrics import market_metrics
from ibsim.results.metric import Metric
from ibsim.results.outcome_metrics import outcome_metrics
from ibsim.results.wait_metrics import STAGES, wait_metrics
from ibsim.results.work_metrics import work_metrics
from ibsim.units import ARMS, GROUPS

__all__ = [
    "ARM_LABELS",
    "DIARY_TASKS",
    "GROUP_LABELS",
    "IB_CASES",
    "REGISTRY",
    "STAGES",
    "DiaryRow",
    "Metric",
    "check_names",
]

GROUP_LABELS = (*GROUPS, "all")
"""The first axis of a metric's cube."""
ARM_LABELS = (*ARMS, "all")
"""The second axis of a metric's cube."""
IB_CASES = ("none", "some")
"""The last axis of the diary: co-ordinators without and with IB cases."""

_ALL = (
    *flow_metrics(), *wait_metrics(), *work_metrics(), *budget_metrics(),
    *market_metrics(), *outcome_metrics(),
    *gap_metrics(),
)  # fmt: skip
REGISTRY: dict[str, Metric] = {metric.name: metric for metric in _ALL}
"""Every metric by name, in the order of `summary.csv`."""


@dataclass(frozen=True, slots=True)
class DiaryRow:
    """A row of the simulated diary: the report's task number (or `travel`) and its words."""

    task_number: str
    activity: str


DIARY_TASKS: tuple[DiaryRow, ...] = (
    *(DiaryRow(str(task.task_number), task.task) for task in diary()),
    DiaryRow("travel", "Travel and untabulated time"),
)
"""The tasks of the simulated week, in the order of the evidence's diary, then travel."""


def check_names(names: Iterable[str]) -> None:
    """Raise RunError if the model measured something that the registry does not know."""
    unknown = sorted(set(names) - REGISTRY.keys())
    if unknown:
        raise RunError(f"The model measured what the metric registry does not name: {', '.join(unknown)}.")
