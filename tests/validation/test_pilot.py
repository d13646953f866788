"""The pilot in trial mode: its funnel and diary are fitted, Table 4.5 and the groups are predicted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from ibsim.evidence.tables import diary
from ibsim.replication import Tables, run
from ibsim.results.metrics import DIARY_TASKS, GROUP_LABELS
from ibsim.scenario import load

pytestmark = pytest.mark.slow
REPLICATIONS = 20
STEPS = ("agreed", "assessed", "plan", "in_place")
FUNNEL = {"agreed": 90, "assessed": 73, "plan": 55, "in_place": 45}
NO_IB, SOME_IB = 0, 1
TABLE_4_5 = ("under_1_month", "1_to_3_months", "over_3_months")


@pytest.fixture(scope="module")
def pilot() -> Sequence[Tables]:
    scenario = load("metropolitan-pilot")
    return [run(scenario, 1, number) for number in range(REPLICATIONS)]


def mean(pilot: Sequence[Tables], name: str, group: int = -1) -> float:
    """A metric's mean over the replications in which anybody counts."""
    found = np.array([t.metrics[name][group, -1, -1] for t in pilot])
    counted = found[~np.isnan(found)]
    return float(counted.mean()) if counted.size else float("nan")


def funnel(pilot: Sequence[Tables], step: str, group: int = -1) -> float:
    """Percent at a step six months on; the replications' cohorts are of about one size."""
    return mean(pilot, f"funnel_6_months_{step}_percent", group)


def week(pilot: Sequence[Tables]) -> NDArray[np.float64]:
    """Hours by the diary's tasks, without and with IB cases, over the pilot's years."""
    mean: NDArray[np.float64] = np.nanmean([t.diary[-1] for t in pilot], axis=0)
    return mean


def hours(pilot: Sequence[Tables], aspect: str, column: int) -> float:
    """Hours a week of an aspect of Table 12.4."""
    rows = [row for row, task in enumerate(diary()) if aspect in task.aspects]
    return float(week(pilot)[rows, column].sum())


@pytest.mark.parametrize("step", STEPS)
def test_the_funnel_at_six_months(pilot: Sequence[Tables], step: str) -> None:
    assert funnel(pilot, step) == pytest.approx(FUNNEL[step], abs=5)


@pytest.mark.parametrize(
    ("aspect", "some", "none"), [("assessment", 9.4, 8.5), ("planning", 3.0, 2.1), ("review", 3.0, 3.6)]
)
def test_the_diary_by_aspect(pilot: Sequence[Tables], aspect: str, some: float, none: float) -> None:
    found = hours(pilot, aspect, SOME_IB), hours(pilot, aspect, NO_IB)
    assert found == pytest.approx((some, none), abs=0.5)


def test_training_in_the_diary(pilot: Sequence[Tables]) -> None:
    row = next(i for i, task in enumerate(DIARY_TASKS) if task.activity == "Training")
    assert tuple(week(pilot)[row, [SOME_IB, NO_IB]]) == pytest.approx((2.1, 1.1), abs=0.5)


def test_what_is_left_to_predict_is_printed(
    pilot: Sequence[Tables], capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["", "Funnel at six months, percent (report: 90, 73, 55, 45)"]
    for group, name in enumerate(GROUP_LABELS):
        lines.append(f"  {name:4}" + "".join(f"{funnel(pilot, step, group):8.1f}" for step in STEPS))
    lines.append("Table 4.5, of those in place (report: about half for over three months), percent")
    shares = {name: mean(pilot, f"in_place_{name}_percent") for name in TABLE_4_5}
    lines += [f"  {name:16}{share:8.1f}" for name, share in shares.items()]
    with capsys.disabled():
        print("\n".join(lines))
    assert sum(shares.values()) == pytest.approx(100, abs=1)
    reached = [funnel(pilot, step) for step in STEPS]
    assert reached == sorted(reached, reverse=True)
