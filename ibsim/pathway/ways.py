"""The ways between stages: which may follow which, for the books of every replication."""

from __future__ import annotations

from collections.abc import Mapping, Set

from ibsim.words import Stage

_S = Stage
FOLLOWS: Mapping[int, Set[int]] = {
    # referred, or with support when the run starts
    _S.NOT_YET: {_S.ASSESSMENT, _S.IN_PLACE},
    # who refuses is assessed as everybody is, or keeps the support there is
    _S.OFFERED: {_S.ASSESSMENT, _S.IN_PLACE, _S.GONE},
    # a budget, a care plan or, for a simple case, the service itself; who has support may give up
    _S.ASSESSMENT: {_S.OFFERED, _S.ALLOCATION, _S.PLANNING, _S.ARRANGING, _S.IN_PLACE, _S.GONE},
    _S.ALLOCATION: {_S.PLANNING, _S.ASSESSMENT, _S.IN_PLACE, _S.GONE},
    _S.PLANNING: {_S.SIGN_OFF, _S.IN_PLACE, _S.GONE},
    # a plan that was sent back is asked for again; a sum that was cut at the end may be refused
    _S.SIGN_OFF: {_S.SIGN_OFF, _S.ARRANGING, _S.ASSESSMENT, _S.IN_PLACE, _S.GONE},
    _S.ARRANGING: {_S.IN_PLACE, _S.GONE},
    _S.IN_PLACE: {_S.OFFERED, _S.GONE},
    _S.GONE: frozenset(),
}
"""Stage after stage: nobody skips one, nobody comes back, and support is never in place twice over."""
