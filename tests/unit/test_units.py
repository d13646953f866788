"""Units: a sum that is split adds up, and no rounding chooses who gets the odd penny."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ibsim.units import split_pence

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
