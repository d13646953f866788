"""The spread of outcomes: each law has its mean, stays on its scale, and makes nobody lose by a gain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from ibsim.policy.outcomes import laws

Floats = NDArray[np.float64]
TOP = 4.57
GRID: Floats = (np.arange(200_000) + 0.5) / 200_000


def _ascot(uniforms: Floats, means: Floats) -> Floats:
    return laws.ascot(uniforms, means, TOP)


def _ghq(uniforms: Floats, means: Floats) -> Floats:
    return laws.ghq(uniforms, means, 12.0)


LAWS: dict[str, tuple[Callable[[Floats, Floats], Floats], float, float]] = {
    "ascot": (_ascot, 0.0, TOP),
    "ghq": (_ghq, 0.0, 12.0),
    "seven points": (laws.seven_points, 1.0, 7.0),
}


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("share", [0.05, 0.3, 0.62, 0.76, 0.95])
def test_a_law_has_its_mean_and_keeps_to_its_scale(name: str, share: float) -> None:
    law, low, high = LAWS[name]
    mean = low + share * (high - low)
    found = law(GRID, np.full(GRID.size, mean))
    assert found.mean() == pytest.approx(mean, abs=1e-3 * (high - low))
    assert low <= found.min() and found.max() <= high


@pytest.mark.parametrize("name", LAWS)
def test_nobody_loses_by_a_gain(name: str) -> None:
    law, low, high = LAWS[name]
    means = np.linspace(low, high, 50)
    found = [law(GRID[::100], np.full(GRID[::100].size, mean)) for mean in means]
    assert (np.diff(found, axis=0) >= -1e-12).all()


def test_the_ends_of_a_scale_are_not_passed() -> None:
    for law, low, high in LAWS.values():
        found = law(GRID[::100], np.linspace(low - 5, high + 5, GRID[::100].size))
        assert np.isfinite(found).all() and low <= found.min() and found.max() <= high


def test_printed_spreads_of_ascot() -> None:
    for mean, printed in ((3.48, 0.89), (3.55, 0.79)):  # Table 6.3
        assert laws.ascot(GRID, np.full(GRID.size, mean), TOP).std() == pytest.approx(printed, abs=0.05)


def test_three_levels_have_their_shares_and_odds() -> None:
    high, low = np.full(GRID.size, 0.4), np.full(GRID.size, 0.15)
    found = laws.three_levels(GRID, high, low, np.zeros(GRID.size))
    assert [(found == level).mean() for level in range(3)] == pytest.approx([0.15, 0.45, 0.4], abs=1e-4)
    moved = laws.three_levels(GRID, high, low, np.full(GRID.size, np.log(2)))
    share = (moved == 2).mean()
    assert share / (1 - share) == pytest.approx(2 * 0.4 / 0.6, abs=1e-3)
    assert (moved >= found).all()


@pytest.mark.parametrize(("share", "level"), [(0.0, 0), (1.0, 2)])
def test_a_share_of_none_or_all_stays(share: float, level: int) -> None:
    n = GRID[::100].size
    found = laws.three_levels(GRID[::100], np.full(n, share), np.full(n, 1 - share), np.full(n, 0.5))
    assert (found == level).all()
    assert np.sign(laws.place(share)) == (1 if share else -1)
