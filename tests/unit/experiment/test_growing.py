"""As many replications as a precision takes: neither fewer nor, whatever the number of workers, others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats

from ibsim.errors import InputError
from ibsim.experiment.growing import LOOK_AHEAD, Sample, grow
from ibsim.results.precision import Wanted, needed, reached

ONE = ("referrals",)


class Dice:
    """Replications with a known mean and spread; notes the numbers that were run."""

    def __init__(self, mean: float, sd: float, seed: int = 1) -> None:
        self.values = np.random.default_rng(seed).normal(mean, sd, 5_000)
        self.numbers: list[int] = []

    def more(self, numbers: range) -> Sequence[Sample]:
        self.numbers.extend(numbers)
        return [(self.values[[n]], self.values[[n]]) for n in numbers]


def half_width(values: np.ndarray) -> float:
    return float(stats.t.ppf(0.975, values.size - 1) * values.std(ddof=1) / np.sqrt(values.size))


def test_the_precision_holds_at_the_end_and_through_the_look_ahead() -> None:
    dice = Dice(mean=100, sd=20)
    n, (found,) = grow(Wanted(ONE, percent=5, most=500), 1, dice.more)
    used = dice.values[1 : n + 1]
    assert found.replications == n and found.enough
    assert found.half_width == pytest.approx(half_width(used))
    assert found.percent == pytest.approx(100 * half_width(used) / used.mean())
    percents = [100 * half_width(used[:k]) / abs(used[:k].mean()) for k in range(3, n + 1)]
    assert all(percent <= 5 for percent in percents[-LOOK_AHEAD - 1 :])
    assert not all(percent <= 5 for percent in percents[-LOOK_AHEAD - 2 :]), "and no sooner did it hold"


@pytest.mark.parametrize("width", [1, 2, 3, 8, 64])
def test_the_number_does_not_depend_on_how_many_run_at_once(width: int) -> None:
    alone, together = Dice(50, 10), Dice(50, 10)
    wanted = Wanted(ONE, percent=4, most=300)
    assert grow(wanted, width, together.more) == grow(wanted, 1, alone.more)
    assert together.numbers == list(range(1, len(together.numbers) + 1)), "each once, in order"
    assert len(together.numbers) <= len(alone.numbers) + width + LOOK_AHEAD


def test_it_stops_at_the_most_and_says_that_it_is_not_enough() -> None:
    dice = Dice(1, 100)
    n, (found,) = grow(Wanted(ONE, percent=1, most=20), 4, dice.more)
    assert (n, found.enough, max(dice.numbers)) == (20, False, 20)


def test_the_look_ahead_grows_with_the_number() -> None:
    """Hoad and others: beyond 100 replications it is so many in a hundred."""
    n, _ = grow(Wanted(ONE, percent=1, most=5_000), 8, Dice(100, 12).more)
    used = Dice(100, 12).values[1 : n + 1]
    percents = [100 * half_width(used[:k]) / used[:k].mean() for k in range(3, n + 1)]
    since = n - next(i for i, percent in enumerate(reversed(percents)) if percent > 1) + 1
    assert since > 200 and n - since == LOOK_AHEAD * since // 100


def test_what_nobody_counts_in_and_what_never_varies_is_precise() -> None:
    wanted = Wanted(("referrals", "ib_holders"))
    values = np.array([[7.0, np.nan]] * 4)
    same, nobody = reached(wanted, values, values)
    assert (same.percent, same.enough) == (0.0, True)
    assert (nobody.counts, nobody.enough) == (False, True)


def test_a_difference_is_measured_against_the_first_scenario() -> None:
    differences = np.array([[1.0], [-1.0], [0.0], [0.5]])
    (found,) = reached(Wanted(ONE), differences, np.full((4, 1), 200.0))
    assert found.percent == pytest.approx(found.half_width / 2)


def test_the_number_needed_is_the_least_that_is_precise_enough() -> None:
    sd = np.array([1.0, 3.0, 10.0, 0.0, np.nan])
    wanted = np.array([1.0, 1.0, 1.0, 0.0, 1.0])
    found = needed(sd, wanted)
    for n, spread in zip(found[:3], sd, strict=False):
        assert stats.t.ppf(0.975, n - 1) * spread / np.sqrt(n) <= 1
        assert n == 3 or stats.t.ppf(0.975, n - 2) * spread / np.sqrt(n - 1) > 1
    assert found[3] == 3 and np.isnan(found[4])
    assert np.isinf(needed(np.array(1.0), np.array(0.0)))


def test_an_unknown_metric_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match="did you mean `referrals`"):
        Wanted(("referals",))
