"""Money split to the last penny."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor


def split(total: int, weights: Sequence[float]) -> list[int]:
    """Split a sum in proportion, by largest remainder; of equal remainders the first gets the penny.

    Remainders are equal to a millionth of a penny: beyond it rounding would choose.
    """
    whole = sum(weights)
    shares = [total * (weight / whole) for weight in weights]
    parts = [floor(share) for share in shares]
    order = sorted(range(len(shares)), key=lambda i: round(parts[i] - shares[i], 6))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts
