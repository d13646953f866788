"""For all tests: what holds when the compiled functions run as plain Python (NUMBA_DISABLE_JIT=1)."""

from __future__ import annotations

import os

import numpy as np

if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
    # Draws count modulo 2**64; compiled code does so silently, NumPy's scalars would warn.
    np.seterr(over="ignore")
