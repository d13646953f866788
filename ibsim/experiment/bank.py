"""Stored replications, by content: what has been run once with the same model is not run again."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ibsim import __version__
from ibsim.errors import InputError
from ibsim.experiment.packing import DamagedError, pack, unpack

if TYPE_CHECKING:
    from ibsim.replication import Keep
    from ibsim.results.tables import Tables
    from ibsim.scenario.model import ResolvedScenario

SUFFIX = ".part"
TEMPORARY = ".tmp"
LIMIT_GB = 2.0
"""How much the shared folder may hold unless IBSIM_CACHE_GB says otherwise; assumed: some 20,000 parts."""
LIMIT_NAME = "IBSIM_CACHE_GB"
STALE_SECONDS = 3600.0
"""A temporary file so old belongs to a process that was killed."""
TRIM_SHARE = 0.05
"""The folder is measured again whenever so much of its limit has been written."""
NO_MODEL = ("__main__.py", "cli.py", "commands", "experiment", "validation", "verification")
"""Parts of ibsim on which no replication depends."""


def part_key(scenario: ResolvedScenario, seed: int, number: int, keep: Keep | None = None) -> str:
    """What a replication's tables depend on, as one digest (hex); `keep` counts in replication 1 only."""
    kept = [keep.people, keep.events] if keep is not None and number == 1 else [False, False]
    parts = [scenario.hash, scenario.evidence.digest, seed, number, kept, model_digest()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@cache
def model_digest() -> str:
    """SHA-256 of the model: ibsim's version, its sources and numbers, the libraries that it computes with."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256(__version__.encode())
    for name in ("numpy", "numba", "simpy"):
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    sources = [*package.rglob("*.py"), *(package / "evidence" / "data").iterdir()]
    for path in sorted(sources):
        place = path.relative_to(package)
        if place.parts[0] not in NO_MODEL:
            digest.update(f"{place.as_posix()} {path.stat().st_size}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def shared_folder() -> Path:
    """Where this user's replications are kept: under XDG_CACHE_HOME or ~/.cache."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(home) / "ibsim" / "replications"


def shared_bank() -> Bank:
    """The bank that `compare`, `sweep`, `seek` and `fit` share, with its limit; IBSIM_CACHE_GB sets it."""
    text = os.environ.get(LIMIT_NAME, "")
    try:
        gigabytes = float(text) if text else LIMIT_GB
    except ValueError:
        gigabytes = -1.0
    if not 0 < gigabytes < 1e6:
        rule = "it is a number of gigabytes above 0"
        raise InputError(LIMIT_NAME, repr(text), rule, "set another, leave it out, or say --no-cache")
    return Bank(shared_folder(), most_bytes=round(gigabytes * 1e9))


def _tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


class Store(Protocol):
    """Where replications are kept by key: a bank, or several as one."""

    def get(self, key: str) -> Tables | None:
        """The tables stored under a key; None where there are none."""

    def put(self, key: str, tables: Tables) -> None:
        """Store tables under a key."""


class Bank:
    """A folder with one file a replication, each with a checksum, written whole or not at all.

    With `most_bytes` it is a cache: those not used for longest go first, several processes may use it at
    once, and a disk that cannot be written to ends no run.  Without a limit it belongs to one result,
    nothing is ever dropped, and an OSError in storing is raised.  A file that is damaged is told of (by
    `tell`), removed, and counts as missing.
    """

    def __init__(
        self, folder: Path, most_bytes: int | None = None, tell: Callable[[str], None] = _tell
    ) -> None:
        self.folder = folder
        self._most_bytes = most_bytes
        self._tell = tell
        self._written = most_bytes or 0
        self._writable = True

    def get(self, key: str) -> Tables | None:
        """The tables stored under a key; None where there are none that are whole."""
        path = self._path(key)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            self._tell(f"A stored replication cannot be read ({error}); it is run again.")
            return None
        try:
            tables = unpack(content, key)
        except DamagedError as error:
            self._tell(f"A stored replication is damaged ({path}: {error}); it is run again.")
            with suppress(OSError):
                path.unlink(missing_ok=True)
            return None
        if self._most_bytes is not None:
            with suppress(OSError):  # it only says when the part was last used
                os.utime(path)
        return tables

    def put(self, key: str, tables: Tables) -> None:
        """Store tables under a key: the file is there whole, and on the disk, or not at all."""
        if not self._writable:
            return
        content = pack(tables, key)
        try:
            self._write(self._path(key), content)
            self._trim(len(content))
        except OSError as error:
            if self._most_bytes is None:
                raise
            self._writable = False
            self._tell(f"Replications cannot be kept for later ({error}); the results do not depend on it.")

    def stored(self) -> set[str]:
        """The keys under which something is stored, whole or not."""
        return {path.stem for path in self._parts()}

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}{SUFFIX}"

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(suffix=TEMPORARY, dir=path.parent)
        beside = Path(name)
        try:
            with open(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)

    def _trim(self, written: int) -> None:
        """Once in a while: drop what was not used for longest, down to a little under the limit."""
        if self._most_bytes is None:
            return
        self._written += written
        if self._written < self._most_bytes * TRIM_SHARE:
            return
        self._written = 0
        self._clear_temporary()
        stats = []
        for path in self._parts():
            with suppress(FileNotFoundError):  # another process dropped it
                found = path.stat()
                stats.append((found.st_mtime_ns, path.name, found.st_size, path))
        total = sum(size for _, _, size, _ in stats)
        for _, _, size, path in sorted(stats):
            if total <= self._most_bytes * (1 - TRIM_SHARE):
                break
            path.unlink(missing_ok=True)
            total -= size

    def _clear_temporary(self) -> None:
        """Remove what processes left that were killed while they wrote."""
        for path in self.folder.glob(f"*/*{TEMPORARY}"):
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > STALE_SECONDS:
                    path.unlink()

    def _parts(self) -> Iterator[Path]:
        return self.folder.glob(f"*/*{SUFFIX}")
