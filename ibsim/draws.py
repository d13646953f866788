"""Addressed randomness: a draw belongs to a person and a decision, not to a stream.

Each uniform is a hash of (seed, replication, decision, id, occurrence).  The same person makes the
same draw in every scenario, whoever else exists and whatever was drawn before, so two scenarios
differ only where policy differs, and results do not depend on the number of workers.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from ibsim.compiled import compiled, entry
from ibsim.normal import normal_of

Ids = NDArray[np.int64]
Floats = NDArray[np.float64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_OCCURRENCE = np.uint64(0xD6E8FEB86659FD93)


_ONCE = np.zeros(1, dtype=np.int64)


@compiled
def _mix(value: np.uint64) -> np.uint64:
    """The finaliser of splitmix64: every output bit depends on every input bit."""
    value = (value ^ (value >> np.uint64(30))) * _MIX_1
    value = (value ^ (value >> np.uint64(27))) * _MIX_2
    return value ^ (value >> np.uint64(31))


@compiled
def uniform_at(key: np.uint64, owner: int, occurrence: int) -> float:
    """The uniform, strictly between 0 and 1, at an address: a decision's key, an id, an occurrence."""
    word = _mix(key ^ _mix(np.uint64(owner) * _GOLDEN + _GOLDEN))
    word = _mix(word + np.uint64(occurrence) * _OCCURRENCE)
    # 52 bits and a half: one bit more would be rounded, and once in 2**53 draws to 1
    return (np.float64(word >> np.uint64(12)) + 0.5) * (1.0 / 4503599627370496.0)


@entry
def _uniforms(key: np.uint64, ids: Ids, occurrences: Ids, out: Floats) -> None:
    one = occurrences.size == 1
    for i in range(ids.size):
        out[i] = uniform_at(key, ids[i], occurrences[0] if one else occurrences[i])


@entry
def _normals(uniforms: Floats) -> None:
    for i in range(uniforms.size):
        uniforms[i] = normal_of(uniforms[i])


def normal_places(uniforms: Floats) -> Floats:
    """Where shares of everybody stand on a standard normal, by the inverse."""
    out = uniforms.copy()
    _normals(out)
    return out


class Draws:
    """All randomness of one replication.

    `seed` and `replication` are any whole numbers; decisions are named by text.  Every method takes
    `ids` (permanent ids of people or institutions, int64[n]) and an `occurrence` (a whole number or
    int64[n]) and returns float64[n].
    """

    def __init__(self, seed: int, replication: int) -> None:
        self._root = f"{seed}/{replication}/".encode()
        self._keys: dict[str, np.uint64] = {}

    def key(self, decision: str) -> np.uint64:
        """The key of a decision, for draws in compiled code."""
        key = self._keys.get(decision)
        if key is None:
            digest = blake2b(self._root + decision.encode(), digest_size=8).digest()
            key = self._keys[decision] = np.uint64(int.from_bytes(digest, "little"))
        return key

    def uniform(self, decision: str, ids: Ids, occurrence: int | Ids = 0) -> Floats:
        """Uniforms strictly between 0 and 1."""
        if isinstance(occurrence, int):
            occurrence = _ONCE if occurrence == 0 else np.array([occurrence], dtype=np.int64)
        out = np.empty(ids.size, dtype=np.float64)
        _uniforms(self.key(decision), ids, occurrence, out)
        return out

    def exponential(self, decision: str, ids: Ids, occurrence: int | Ids = 0) -> Floats:
        """Unit exponentials; a hazard that policy can change uses them up at its current rate."""
        return -np.log(self.uniform(decision, ids, occurrence))

    def normal(self, decision: str, ids: Ids, occurrence: int | Ids = 0) -> Floats:
        """Standard normals, by the inverse."""
        return normal_places(self.uniform(decision, ids, occurrence))

    def lognormal(
        self, decision: str, ids: Ids, median: float | Floats, sigma: float, occurrence: int | Ids = 0
    ) -> Floats:
        """Lognormals with the given `median` (a number or float64[n]) and spread `sigma` in log units."""
        return median * np.exp(sigma * self.normal(decision, ids, occurrence))

    def chance(
        self, decision: str, ids: Ids, probability: float | Floats, occurrence: int | Ids = 0
    ) -> NDArray[np.bool_]:
        """True with the `probability` (a number or float64[n]); raising it never turns a yes into a no."""
        return self.uniform(decision, ids, occurrence) < probability
