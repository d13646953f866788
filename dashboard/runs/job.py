"""A job: a run or comparison that somebody asked for, as its folder tells it."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ibsim.experiment.progress_file import lives, read_progress

RUN, COMPARE = "run", "compare"
QUEUED, STARTING, RUNNING = "queued", "starting", "running"
DONE, FAILED, CANCELLED = "done", "failed", "cancelled"
ACTIVE = (QUEUED, STARTING, RUNNING)
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}", re.ASCII)
_NOTE, _PROGRESS, _LOG, RESULT = "job.json", "progress.json", "log.txt", "result"
_CANCELLED, _STARTED = "cancelled", "started"
MOST_LOG = 4_000
"""So many characters of what a process said last are shown."""


@dataclass(frozen=True)
class Job:
    """What was asked for.  `scenarios` are files in the job's folder, or names of shipped scenarios."""

    id: str
    kind: str
    name: str
    scenarios: tuple[str, ...]
    replications: int
    seed: int
    asked_at: str
    parent: str = ""
    changes: tuple[str, ...] = ()

    def command(self) -> list[str]:
        """The process that does it, to be started in the job's folder."""
        often = ["--replications", str(self.replications), "--seed", str(self.seed)]
        files = ["--out", RESULT, "--progress-file", _PROGRESS]
        return [sys.executable, "-m", "ibsim", self.kind, *self.scenarios, *often, *files, "--quiet"]


@dataclass(frozen=True)
class Status:
    """A job and how it stands; `place` counts from 1 in the queue, `result` is the folder once it is done."""

    job: Job
    folder: Path
    state: str
    progress: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    place: int = 0

    @property
    def active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in ACTIVE

    @property
    def result(self) -> Path:
        """Where its results are, once it is done."""
        return self.folder / RESULT


def is_id(text: Any) -> bool:
    """Whether a text has the form of a job's id."""
    return isinstance(text, str) and bool(_ID.fullmatch(text))


def write_job(folder: Path, job: Job) -> None:
    """Note a job in its folder, all at once."""
    new = folder / f"{_NOTE}.new"
    new.write_text(json.dumps(asdict(job), ensure_ascii=False), encoding="utf-8")
    new.replace(folder / _NOTE)


def read_job(folder: Path) -> Job | None:
    """The job of a folder; None where there is none, or its note is damaged."""
    try:
        tree = json.loads((folder / _NOTE).read_text(encoding="utf-8"))
        job = Job(**{**tree, **{name: tuple(tree[name]) for name in ("scenarios", "changes")}})
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return job if job.id == folder.name and job.kind in (RUN, COMPARE) else None


def mark(folder: Path, what: str) -> None:
    """Leave a mark in a job's folder, such as that it was started or cancelled."""
    (folder / what).touch()


def started(folder: Path) -> None:
    """Mark a job as started."""
    mark(folder, _STARTED)


def cancelled(folder: Path) -> None:
    """Mark a job as cancelled."""
    mark(folder, _CANCELLED)


def log_of(folder: Path) -> Path:
    """Where what the process says is kept."""
    return folder / _LOG


def status_of(job: Job, folder: Path, ours: bool) -> Status:
    """How a job stands, by its folder alone; `ours` says that a process of this dashboard is doing it."""
    progress = read_progress(folder / _PROGRESS)
    if (folder / RESULT / "manifest.json").exists():
        return Status(job, folder, DONE, progress)
    alive = lives(folder / _PROGRESS)
    stopped = (folder / _CANCELLED).exists()
    if alive and not stopped:
        return Status(job, folder, RUNNING if progress.get("done") else STARTING, progress)
    if stopped:
        return Status(job, folder, CANCELLED, progress)
    if not (folder / _STARTED).exists():
        return Status(job, folder, QUEUED)
    if ours:
        return Status(job, folder, STARTING, progress)
    return Status(job, folder, FAILED, progress, _what_went_wrong(folder, progress))


def process_of(folder: Path) -> int | None:
    """The number of the process that does a job, while it lives."""
    number = read_progress(folder / _PROGRESS).get("pid")
    return number if isinstance(number, int) and number > 1 and lives(folder / _PROGRESS) else None


def _what_went_wrong(folder: Path, progress: Mapping[str, Any]) -> str:
    """What the process said last; the folder's own place in the file system is left out."""
    try:
        said = log_of(folder).read_bytes()[-MOST_LOG:].decode("utf-8", "replace").strip()
    except OSError:
        said = ""
    told = (
        said
        or str(progress.get("error") or "")
        or "The process ended without a word; it may have been killed."
    )
    return told.replace(str(folder) + os.sep, "")
