from __future__ import annotations

import math

import numpy as np
import pytest

from ibsim.results.statistics import summarise


def test_three_values_against_hand_arithmetic() -> None:
    """1, 2, 6: mean 3, sum of squares 4 + 1 + 9 = 14, sd sqrt(7), t(2) = 4.302653."""
    found = summarise(np.array([6.0, 1.0, 2.0]))
    half = 4.302652729911275 * math.sqrt(7) / math.sqrt(3)
    assert found.mean == 3.0
    assert found.sd == pytest.approx(math.sqrt(7))
    assert found.ci_low == pytest.approx(3 - half)
    assert found.ci_high == pytest.approx(3 + half)
    assert found.p10 == pytest.approx(1.2)
    assert found.p50 == 2.0
    assert found.p90 == pytest.approx(5.2)
    assert found.replications == 3


def test_nan_does_not_count() -> None:
    nan = math.nan
    values = np.array([[nan, nan, 5.0], [4.0, nan, 7.0], [8.0, nan, nan], [nan, nan, 9.0], [6.0, 1.5, 11.0]])
    found = summarise(values)
    assert found.replications.tolist() == [3, 1, 4]
    assert found.mean.tolist() == [6.0, 1.5, 8.0]
    assert found.p50.tolist() == [6.0, 1.5, 8.0]
    assert found.sd[0] == pytest.approx(2.0)
    assert np.isnan(found.sd[1]) and np.isnan(found.ci_low[1]) and np.isnan(found.ci_high[1])


def test_where_none_counts_all_is_nan() -> None:
    found = summarise(np.full((4, 2), math.nan))
    for name in ("mean", "sd", "ci_low", "ci_high", "p10", "p50", "p90"):
        assert np.isnan(getattr(found, name)).all(), name
    assert found.replications.tolist() == [0, 0]


def test_one_replication_has_a_mean_and_no_interval() -> None:
    found = summarise(np.array([[2.5]]))
    assert (found.mean[0], found.p10[0], found.p90[0]) == (2.5, 2.5, 2.5)
    assert np.isnan([found.sd[0], found.ci_low[0], found.ci_high[0]]).all()


def test_equal_values_have_no_spread_at_all() -> None:
    found = summarise(np.full((7, 3), 0.1))
    assert (found.mean == 0.1).all() and (found.sd == 0.0).all() and (found.ci_high == 0.1).all()


def test_a_cube_is_summarised_cell_by_cell() -> None:
    dice = np.random.default_rng(3)
    cube = dice.normal(size=(9, 4, 3, 2))
    cube[dice.random(cube.shape) < 0.2] = math.nan
    found = summarise(cube)
    for at in np.ndindex(4, 3, 2):
        column = cube[(slice(None), *at)]
        column = column[~np.isnan(column)]
        assert found.mean[at] == pytest.approx(column.mean())
        assert found.sd[at] == pytest.approx(column.std(ddof=1))
        assert found.p10[at] == pytest.approx(np.quantile(column, 0.1))
        assert found.p90[at] == pytest.approx(np.quantile(column, 0.9))
