"""Sums as the rules want them: numbers as four bytes keep them, and money split to the last penny."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from math import floor


def single(value: float) -> float:
    """The number as four bytes keep it: shares and ranks of people are kept to seven digits."""
    return float(struct.unpack("f", struct.pack("f", value))[0])


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
