"""How the engine compiles: once, cached on disk, and without reference counting of arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function over the engine's tables that allocates nothing itself.

    Without Numba's run-time library no table is reference counted on its way from call to call: the
    pour of the reference network takes 0.05 s instead of 0.74 s.  A function that makes an array
    uses `njit(cache=True)` instead.
    """
    options: dict[str, Any] = {"cache": True, "_nrt": False}
    made: Callable[P, R] = njit(**options)(function)
    return made
