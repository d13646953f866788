"""For all tests: compiled functions as plain Python (NUMBA_DISABLE_JIT=1), and who compiles them first."""

from __future__ import annotations

import os

import numpy as np
import pytest

if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
    # Draws count modulo 2**64; compiled code does so silently, NumPy's scalars would warn.
    np.seterr(over="ignore")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the engine before several workers (`-n`) start, so that not each compiles it for itself."""
    if not getattr(session.config.option, "numprocesses", None):
        return  # one process, or a worker of this one
    from ibsim.experiment.warming import compile_engine, is_compiled

    if not is_compiled():
        print("Compiling the engine, once for these sources: about a minute", flush=True)
        compile_engine()
