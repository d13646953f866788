"""The conventional council fits England: waits of 2006-07, volumes of 2004-05, caseloads of the diary."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from ibsim.replication import Tables, run
from ibsim.scenario import load
from ibsim.units import GROUPS

pytestmark = pytest.mark.slow
REPLICATIONS = 5
OLDER, EVERYBODY = GROUPS.index("OP"), -1


@pytest.fixture(scope="module")
def england() -> Sequence[Tables]:
    scenario = load("metropolitan")
    return [run(scenario, 1, number) for number in range(REPLICATIONS)]


def mean(tables: Sequence[Tables], name: str, group: int = EVERYBODY, year: int = -1) -> float:
    return float(np.mean([t.metrics[name][group, -1, year] for t in tables]))


@pytest.mark.parametrize(
    ("name", "percent"),
    [
        ("assessed_within_2_days_percent", 31),
        ("assessed_within_2_weeks_percent", 62),
        ("assessed_within_4_weeks_percent", 79),
        ("services_within_2_weeks_percent", 79),
        ("services_within_4_weeks_percent", 89),
    ],
)
def test_new_older_clients_wait_as_long_as_in_2006_07(
    england: Sequence[Tables], name: str, percent: float
) -> None:
    assert mean(england, name, OLDER, year=0) == pytest.approx(percent, abs=5)


def test_first_assessments_of_new_clients_are_a_councils_share(england: Sequence[Tables]) -> None:
    # 649,000 in 2004-05 over 150 councils
    found = mean(england, "first_assessments_new_clients") / 5
    assert found == pytest.approx(4_327, rel=0.10)


def test_reviews_completed_are_a_councils_share(england: Sequence[Tables]) -> None:
    # 1,090,000 in 2004-05 over 150 councils
    found = mean(england, "reviews_completed") / 5
    assert found == pytest.approx(7_267, rel=0.10)


def test_caseloads_are_the_diarys(england: Sequence[Tables]) -> None:
    assert 18.6 <= mean(england, "caseload_mean") <= 24.4


def test_the_stock_is_steady(england: Sequence[Tables]) -> None:
    start = sum(load("metropolitan").levers.population.clients_at_start.array())
    for year in range(5):
        stock = mean(england, "people_supported_31_march", year=year)
        assert stock == pytest.approx(start, rel=0.05), year
    for group in range(len(GROUPS)):
        first, last = (mean(england, "people_supported_31_march", group, year) for year in (0, 4))
        assert last == pytest.approx(first, rel=0.10), GROUPS[group]


def test_no_group_of_teams_is_left_behind(england: Sequence[Tables]) -> None:
    # England's figures are sums: one group without staff would hide behind the others
    for group, name in enumerate(GROUPS):
        assert mean(england, "assessed_within_4_weeks_percent", group) > 40, name
        assert mean(england, "review_compliance_percent", group) > 20, name
