"""Addressed randomness, written a second time from its published parts.

A uniform is a hash of (seed, replication, decision, owner, occurrence): a 64-bit BLAKE2b digest of the
decision's name is its key, and splitmix64's finaliser (Steele, Lea and Flood, 2014) mixes the owner and then
the occurrence into it.  Python's whole numbers have no 64 bits to overflow: what would overflow is cut off.
"""

from __future__ import annotations

from hashlib import blake2b
from math import exp, floor, log
from statistics import NormalDist
from struct import pack, unpack

WORD = 2**64
GOLDEN = 0x9E3779B97F4A7C15
OCCURRENCE = 0xD6E8FEB86659FD93
STANDARD_NORMAL = NormalDist()


def finalised(word: int) -> int:
    """The finaliser of splitmix64."""
    word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9 % WORD
    word = (word ^ word >> 27) * 0x94D049BB133111EB % WORD
    return word ^ word >> 31


def normal_of(uniform: float) -> float:
    """The standard normal below which a share of everybody stands (the standard library's Wichura)."""
    return STANDARD_NORMAL.inv_cdf(uniform)


def whole(value: float) -> int:
    """Rounded to a whole number, a half upwards."""
    return floor(value + 0.5)


def single(value: float) -> float:
    """The number as four bytes keep it: people's shares and exposures are kept to seven digits."""
    return float(unpack("f", pack("f", value))[0])


def spread_factor(normal: float, sigma: float) -> float:
    """A lognormal factor with mean 1."""
    return exp(sigma * normal - sigma * sigma / 2)


class Draws:
    """All randomness of one replication."""

    def __init__(self, seed: int, replication: int) -> None:
        self._root = f"{seed}/{replication}/"
        self._keys: dict[str, int] = {}

    def uniform(self, decision: str, owner: int, occurrence: int = 0) -> float:
        """Strictly between 0 and 1: the middle of one of 2**52 equal parts."""
        key = self._keys.get(decision)
        if key is None:
            digest = blake2b((self._root + decision).encode(), digest_size=8).digest()
            key = self._keys[decision] = int.from_bytes(digest, "little")
        word = finalised(key ^ finalised((owner * GOLDEN + GOLDEN) % WORD))
        word = finalised((word + occurrence * OCCURRENCE) % WORD)
        return ((word >> 12) + 0.5) / 2**52

    def normal(self, decision: str, owner: int, occurrence: int = 0) -> float:
        """A standard normal."""
        return normal_of(self.uniform(decision, owner, occurrence))

    def exponential(self, decision: str, owner: int, occurrence: int = 0) -> float:
        """A unit exponential."""
        return -log(self.uniform(decision, owner, occurrence))
