from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibsim.evidence import Evidence
from ibsim.evidence.rows import DISTRIBUTIONS, Row
from ibsim.evidence.sampling import limits, quantile

MIDDLES = (np.arange(20_000) + 0.5) / 20_000


def row(distribution: str, low: float, value: float, high: float, unit: str = "hours") -> Row:
    return Row("x", "", value, str(value), unit, low, high, distribution, "assumed", "", "", "A guess.")


def fixed(uniform: float) -> Callable[[str], float]:
    return lambda _: uniform


def values(row: Row) -> np.ndarray:
    return np.array([quantile(row, float(uniform)) for uniform in MIDDLES])


def test_uniform_and_triangular_have_their_moments() -> None:
    drawn = values(row("uniform", 2, 3, 8))
    assert drawn.mean() == pytest.approx(5, rel=1e-3)
    assert drawn.var() == pytest.approx(6**2 / 12, rel=1e-3)
    low, mode, high = 2.0, 3.0, 8.0
    drawn = values(row("triangular", low, mode, high))
    assert drawn.mean() == pytest.approx((low + mode + high) / 3, rel=1e-3)
    variance = (low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18
    assert drawn.var() == pytest.approx(variance, rel=1e-2)


@pytest.mark.parametrize("mode", [2.0, 8.0])
def test_a_triangle_may_lean_wholly_to_one_side(mode: float) -> None:
    drawn = values(row("triangular", 2, mode, 8))
    assert drawn.min() >= 2
    assert drawn.max() <= 8
    assert drawn.mean() == pytest.approx((2 + mode + 8) / 3, rel=1e-3)


@pytest.mark.parametrize("distribution", ["normal", "lognormal"])
def test_the_range_is_the_95_percent_interval(distribution: str) -> None:
    drawn = row(distribution, 2, 4, 8)
    assert quantile(drawn, 0.025) == pytest.approx(2)
    assert quantile(drawn, 0.975) == pytest.approx(8)
    assert quantile(drawn, 0.5) == pytest.approx(5 if distribution == "normal" else 4)


def test_tails_are_cut_half_a_range_out_and_within_sense() -> None:
    assert limits("hours", 4, 6) == (3, 7)
    assert limits("hours", 1, 9) == (0, 13)
    assert limits("hours", -1, 1) == (-2, 2)
    assert limits("percent", 60, 98) == (41, 100)
    assert limits("share", 0.2, 0.9) == pytest.approx((0, 1))
    assert limits("percent", 90, 110) == (80, 120)
    assert quantile(row("normal", 1, 5, 9), 1e-9) == 0
    assert quantile(row("normal", 60, 80, 98, "percent"), 1 - 1e-9) == 100


@given(
    st.sampled_from(DISTRIBUTIONS[1:]),
    st.lists(st.floats(0.001, 1e6), min_size=3, max_size=3, unique=True).map(sorted),
    st.lists(st.floats(1e-9, 1 - 1e-9), min_size=2, max_size=2).map(sorted),
)
def test_a_higher_draw_never_gives_a_lower_value(
    distribution: str, span: list[float], uniforms: list[float]
) -> None:
    drawn = row(distribution, span[0], span[1], span[2])
    first, second = (quantile(drawn, uniform) for uniform in uniforms)
    assert first <= second + 1e-9 * abs(second)
    bottom, top = limits("hours", span[0], span[2])
    assert 0 <= bottom <= first + 1e-9
    assert second <= top * (1 + 1e-12)


def test_only_rows_with_a_range_are_redrawn_each_by_its_own_key(evidence: Evidence) -> None:
    asked: list[str] = []

    def draw(key: str) -> float:
        asked.append(key)
        return 0.9

    drawn = evidence.sampled(draw)
    assert asked == ["base", "base/LD", "share/PD", "share/OP", "spread"]
    assert drawn.value("base", "LD") == pytest.approx(6.8)
    assert drawn.value("fixed") == 7.0
    assert drawn.text("mode") == "slow"
    assert drawn.digest != evidence.digest
    assert evidence.value("base", "LD") == 5.0


def test_an_overridden_row_is_known_and_a_drawn_one_stays_drawn(evidence: Evidence) -> None:
    known = evidence.with_overrides({"base": 5.5}).sampled(fixed(0.01))
    assert known.value("base") == 5.5
    assert known.overrides == {"base": 5.5}
    drawn = evidence.sampled(fixed(0.3))
    assert drawn.sampled(fixed(0.8)) == drawn


@pytest.mark.parametrize("uniform", [0.0, 1.0, -0.1, float("nan")])
def test_a_draw_outside_the_open_interval_is_a_bug_and_told(evidence: Evidence, uniform: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        evidence.sampled(fixed(uniform))


def test_a_row_without_range_cannot_be_drawn(evidence: Evidence) -> None:
    with pytest.raises(ValueError, match="weekly has no range"):
        quantile(evidence.row("weekly"), 0.5)
