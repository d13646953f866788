"""The first run on a machine: compile the engine once, before several processes would each do it."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

import numba
from filelock import FileLock
from llvmlite import binding
from numba import config

import ibsim.compiled  # tells Numba where the cache is
from ibsim import __version__
from ibsim.errors import RunError

SHORT_RUN = ("calendar.years=1", "calendar.warm_up_years=0")
"""Of the pilot: enough that every compiled function is called, in half a second once they are there."""


def is_compiled() -> bool:
    """Whether the engine of this version has been compiled for this machine, wholly."""
    return bool(vars(config)["DISABLE_JIT"]) or _mark().exists()


def compile_engine() -> None:
    """Compile all that a replication needs, by running the pilot for a year; cached on disk.

    Takes half a minute to a minute the first time and a second afterwards.  Raises RunError where the disk
    has no room for it.
    """
    from ibsim.replication import run
    from ibsim.scenario import load

    scenario = load("metropolitan-pilot", SHORT_RUN)
    try:
        run(scenario, 1, 1)
    except OSError as error:
        raise RunError(
            f"The compiled engine cannot be kept in {_mark().parent}: {error.strerror or error}. Make room "
            "there, or have NUMBA_CACHE_DIR name another folder."
        ) from error
    with suppress(OSError):  # a home that cannot be written to: compiled again next time
        _mark().touch()


def ensure_compiled() -> None:
    """Compile the engine unless that is done; of several processes on a machine one does, the others wait."""
    if is_compiled():
        return
    folder = _mark().parent
    with suppress(OSError):  # then each compiles for itself
        folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        compile_engine()
        return
    with FileLock(folder / "compiling.lock"):
        if not is_compiled():
            compile_engine()


def _mark() -> Path:
    """The file that says so: the folder is that of these sources, what Numba keeps in it of one processor.

    Numba compiles anew where the sources lie in another place, or have another time.
    """
    package = Path(ibsim.__file__).parent
    touched = max(source.stat().st_mtime_ns for source in package.rglob("*.py"))
    place = (str(package), str(touched))
    parts = (__version__, numba.__version__, platform.python_version(), binding.get_host_cpu_name(), *place)
    digest = blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()
    return Path(vars(config)["CACHE_DIR"]) / f"complete-{digest}"
