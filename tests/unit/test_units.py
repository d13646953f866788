"""Units: a sum that is split adds up, no rounding chooses who gets the odd penny; years begin in April."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibsim.units import financial_year, split_pence, year_label

WEIGHTS = st.lists(st.integers(0, 9), min_size=1, max_size=6).filter(any)


def by_hand(total: int, weights: list[int]) -> list[int]:
    """The split by largest remainder in fractions, where a tie is a tie: the earlier part gets the penny."""
    shares = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [int(share) for share in shares]
    order = sorted(range(len(shares)), key=lambda i: parts[i] - shares[i])
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


@given(st.integers(0, 40), WEIGHTS, st.sampled_from([1.0, 0.1, 1 / 3, 0.7, 1e6]))
def test_odd_pennies_go_where_the_rule_says_in_whatever_unit_weights_are_written(
    total: int, weights: list[int], scale: float
) -> None:
    assert split_pence(total, np.array(weights) * scale).tolist() == by_hand(total, weights)


def test_of_equal_remainders_the_earlier_part_has_the_penny() -> None:
    assert split_pence(5, np.array([7, 1, 1, 1]) * (1 / 3)).tolist() == [4, 1, 0, 0]


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10_000), min_size=1, max_size=80).filter(any))
def test_parts_of_a_large_sum_stay_within_a_penny_of_their_share(pence: int, weights: list[int]) -> None:
    parts = split_pence(pence, np.array(weights, np.float64))
    assert parts.sum() == pence
    exact = pence * np.array(weights) / sum(weights)
    assert (np.abs(parts - exact) <= 1 + 1e-4).all()


@pytest.mark.parametrize(
    ("day", "label"),
    [(date(2007, 3, 31), "2006-07"), (date(2007, 4, 1), "2007-08"), (date(1999, 12, 31), "1999-00")],
)
def test_a_financial_year_begins_in_april(day: date, label: str) -> None:
    assert year_label(financial_year(day)) == label
