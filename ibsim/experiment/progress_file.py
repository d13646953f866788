"""The progress file of a run: what another program reads while the run goes on.

The run holds a lock beside it for as long as it lives, so that a reader knows a dead run from a slow one
whatever became of its process number.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock, Timeout

from ibsim.errors import IbsimError, InputError
from ibsim.experiment.runs import headlines
from ibsim.results.manifest import plain
from ibsim.results.precision import HEADLINES
from ibsim.results.statistics import summarise

if TYPE_CHECKING:
    from ibsim.results.tables import Tables
    from ibsim.scenario.model import ResolvedScenario

FORMAT = 1
METRICS = (
    *HEADLINES,
    *("review_compliance_percent", "coordinator_utilisation_percent", "people_waiting"),
    *("cost_gap_gbp", "provider_exits", "ascot_mean"),
)
"""What is estimated while the run goes on, over all groups, both arms and all years."""
KEPT_VALUES = 500
"""Of so many replications the values themselves are told, so that two runs can be paired."""
SECONDS_BETWEEN = 0.2
"""The file is written at most so often, but for its first and last state."""
STARTING, RUNNING, DONE, FAILED, STOPPED = "starting", "running", "done", "failed", "stopped"


@dataclass
class Progress:
    """Keeps a progress file up to date; every method writes it, all at once or not at all.

    `total` counts the replications of all scenarios, 0 if a precision decides how many there are.  Without
    a `path` nothing is kept.
    """

    path: Path | None
    total: int
    state: str = STARTING
    scenario: dict[str, str] = field(default_factory=dict)
    done: int = 0
    error: str = ""
    results: list[str] = field(default_factory=list)
    _started: float = field(default_factory=time.monotonic)
    _began: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    _written: float = 0.0
    _numbers: list[int] = field(default_factory=list)
    _values: list[Any] = field(default_factory=list)

    def enter(self, state: str) -> None:
        """Say what the run does now."""
        self.state = state
        self._write()

    def begin(self, scenario: ResolvedScenario) -> None:
        """Say that the replications of a scenario come next."""
        self.scenario = {"name": scenario.name, "hash": scenario.hash}
        self._numbers, self._values = [], []
        self.enter(RUNNING)

    def seen(self, number: int, tables: Tables) -> None:
        """Count a finished replication, and renew the estimates with it."""
        if self.path is None:
            return
        self.done += 1
        self._numbers.append(number)
        self._values.append(headlines(tables, METRICS))
        last = self.done == self.total
        if self.done == 1 or last or time.monotonic() - self._written >= SECONDS_BETWEEN:
            self._write()

    def stepping(self, step: Callable[[int], None]) -> Callable[[int], None]:
        """`step`, which counts each finished replication here as well; nothing is estimated."""

        def both(number: int) -> None:
            step(number)
            self.done += 1
            if self.done == self.total or time.monotonic() - self._written >= SECONDS_BETWEEN:
                self.enter(RUNNING)

        return both

    def published(self, folder: Path) -> None:
        """Name a finished result folder."""
        self.results.append(str(folder))
        self._write()

    def tree(self) -> dict[str, Any]:
        """What the file says."""
        return {
            "format": FORMAT,
            "pid": os.getpid(),
            "state": self.state,
            "scenario": self.scenario,
            "done": self.done,
            "total": self.total,
            "began": self._began,
            "seconds": round(time.monotonic() - self._started, 1),
            "estimates": self._estimates(),
            "numbers": self._numbers[:KEPT_VALUES],
            "values": self._columns(),
            "results": self.results,
            "error": self.error,
        }

    def _estimates(self) -> dict[str, Any]:
        """Mean and 95 percent interval of each metric that anybody counted in so far."""
        if not self._values:
            return {}
        order = np.argsort(self._numbers)
        found = summarise(np.asarray(self._values)[order])
        return {
            name: {
                "mean": float(found.mean[place]),
                "ci_low": float(found.ci_low[place]),
                "ci_high": float(found.ci_high[place]),
                "replications": int(found.replications[place]),
            }
            for place, name in enumerate(METRICS)
            if found.replications[place]
        }

    def _columns(self) -> dict[str, list[float]]:
        """The values by metric, in the order of `numbers`."""
        kept = np.asarray(self._values[:KEPT_VALUES]).reshape(-1, len(METRICS))
        counted = ~np.isnan(kept).all(axis=0) if len(kept) else np.zeros(len(METRICS), dtype=bool)
        return {name: kept[:, place].tolist() for place, name in enumerate(METRICS) if counted[place]}

    def _write(self) -> None:
        if self.path is None:
            return
        self._written = time.monotonic()
        text = json.dumps(plain(self.tree()), ensure_ascii=False, allow_nan=False)
        new = self.path.with_name(f"{self.path.name}.new")
        # A reader that has the file open (Windows) or a full disk must not end the run.
        with suppress(OSError):
            new.write_text(text, encoding="utf-8")
            new.replace(self.path)


@contextmanager
def kept_progress(path: Path | None, total: int) -> Iterator[Progress]:
    """Keep a progress file while a run goes on, if one is wanted.

    How the run ends is its last state: `done`, `stopped` by an interrupt, or `failed` with the message.
    Raises InputError if the file cannot be written or another run keeps it.
    """
    if path is None:
        yield Progress(None, total)
        return
    with _lock(path):
        progress = Progress(path, total)
        try:
            progress.enter(STARTING)
            yield progress
        except BaseException as error:
            known = isinstance(error, IbsimError)
            progress.error = str(error) if known else type(error).__name__
            progress.enter(STOPPED if isinstance(error, KeyboardInterrupt) else FAILED)
            raise
        progress.enter(DONE)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    where, remedy = f"--progress-file {path}", "name another file"
    lock = FileLock(lock_of(path), timeout=1)
    try:
        lock.acquire()
    except Timeout:
        rule = "a run has a progress file of its own"
        raise InputError(where, "another run keeps it", rule, remedy) from None
    except OSError as error:
        rule = "the progress file goes into a folder that you may write to"
        raise InputError(where, error.strerror or str(error), rule, remedy) from error
    try:
        yield
    finally:
        lock.release()


def lock_of(path: Path) -> Path:
    """The file whose lock says that the run of a progress file lives."""
    return path.with_name(f"{path.name}.lock")


def lives(path: Path) -> bool:
    """Whether the run that keeps this progress file is alive."""
    held = lock_of(path)
    if not held.exists():
        return False
    lock = FileLock(held, blocking=False)
    try:
        lock.acquire()
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False


def read_progress(path: Path) -> Mapping[str, Any]:
    """What a progress file says; empty where there is none, or one of another format."""
    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return tree if isinstance(tree, dict) and tree.get("format") == FORMAT else {}
