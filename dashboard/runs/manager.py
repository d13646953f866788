"""The queue: starts jobs one after the other, finds those that outlived a dashboard, ends the cancelled."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from dashboard.runs.job import (
    QUEUED,
    Job,
    Status,
    cancelled,
    is_id,
    log_of,
    process_of,
    read_job,
    started,
    status_of,
    write_job,
)
from ibsim.errors import InputError

MOST_WAITING = 40
"""More jobs than this are not queued."""
LOOK_SECONDS = 0.4
"""How often the queue is looked at while something waits or runs, and for how long a look is the present."""


class Runs:
    """The jobs of one folder; safe to share between threads.

    All that is known of a job lies in its folder: a dashboard that is killed leaves its runs alive, and the
    next one finds them.  Of several dashboards on one folder, one alone starts what is queued.
    """

    def __init__(self, folder: Path, at_once: int = 1) -> None:
        self.folder = Path(folder)
        self._at_once = at_once
        self._lock = threading.RLock()
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._known: dict[str, Job] = {}
        self._seen: tuple[float, tuple[Status, ...]] = (-1.0, ())
        self._wake = threading.Event()
        self._closed = False
        self._desk: FileLock | None = None
        self._clerk = threading.Thread(target=self._attend, name="ibsim-runs", daemon=True)
        self._clerk.start()

    def submit(self, job: Job, prepare: Callable[[Path], None] = lambda folder: None) -> str:
        """Queue a job under a new id, which is returned.

        `prepare` writes what the job needs into its folder; what it raises leaves nothing.  Raises InputError
        if too many are waiting or the folder cannot be written.
        """
        if sum(status.active for status in self.look(fresh=True)) >= MOST_WAITING:
            rule = f"at most {MOST_WAITING} runs wait or run at a time"
            raise InputError("What if", "the queue is full", rule, "wait for some to end, or cancel them")
        now = datetime.now(UTC)
        id = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        folder = self.folder / id
        try:
            folder.mkdir(parents=True)
            prepare(folder)
            write_job(folder, replace(job, id=id, asked_at=now.isoformat(timespec="milliseconds")))
        except BaseException as error:
            _clear(folder)
            if isinstance(error, OSError):
                rule = "runs are kept in a folder that may be written to"
                raise InputError(
                    "What if", error.strerror or str(error), rule, "make room, or ask who runs it"
                ) from error
            raise
        self._forget_look()
        self._wake.set()
        return id

    def cancel(self, id: object) -> bool:
        """End a job that waits or runs; whether there was one."""
        status = self.status(id)
        if status is None or not status.active:
            return False
        with self._lock:
            cancelled(status.folder)
            child = self._children.get(status.job.id)
            if child is not None:
                child.terminate()
            elif (number := process_of(status.folder)) is not None:
                with suppress(OSError):  # it ended meanwhile
                    os.kill(number, signal.SIGTERM)
        self._forget_look()
        self._wake.set()
        return True

    def status(self, id: object) -> Status | None:
        """How a job stands; None for an id that is none of ours."""
        return next((one for one in self.look() if one.job.id == id), None) if is_id(id) else None

    def look(self, *, fresh: bool = False) -> tuple[Status, ...]:
        """All jobs, the newest first."""
        with self._lock:
            at, found = self._seen
            if fresh or time.monotonic() - at > LOOK_SECONDS:
                found = self._look()
                self._seen = (time.monotonic(), found)
            return found

    def busy(self) -> bool:
        """Whether a process that this dashboard started has not ended yet."""
        with self._lock:
            return any(self._doing(id) for id in list(self._children))

    def close(self) -> None:
        """Stop attending to the queue; what runs goes on."""
        self._closed = True
        self._wake.set()
        self._clerk.join(timeout=5)
        if self._desk is not None:
            self._desk.release()

    def _look(self) -> tuple[Status, ...]:
        try:
            names = sorted(name for name in os.listdir(self.folder) if is_id(name))
        except OSError:
            return ()
        found: list[Status] = []
        for name in names:
            job = self._known.get(name) or read_job(self.folder / name)
            if job is not None:
                self._known[name] = job
                found.append(status_of(job, self.folder / name, self._doing(name)))
        found.sort(key=lambda status: (status.job.asked_at, status.job.id))
        waiting = [status.job.id for status in found if status.state == QUEUED]
        placed = [
            replace(status, place=waiting.index(status.job.id) + 1) if status.state == QUEUED else status
            for status in found
        ]
        return tuple(reversed(placed))

    def _doing(self, id: str) -> bool:
        """Whether a process of this dashboard does the job; one that has ended is let go."""
        child = self._children.get(id)
        if child is not None and child.poll() is not None:
            del self._children[id]
            child = None
        return child is not None

    def _attend(self) -> None:
        """Start what is next whenever there is room; wait to be woken when nothing is left to do."""
        while not self._closed:
            found = self.look(fresh=True)
            busy = any(status.active for status in found)
            if self._is_at_desk():
                self._start_next(found)
            self._wake.wait(LOOK_SECONDS if busy else 5.0)
            self._wake.clear()

    def _is_at_desk(self) -> bool:
        """Whether this dashboard starts the folder's jobs: the first of several does."""
        if self._desk is not None:
            return True
        if not self.folder.is_dir():
            return False
        desk = FileLock(self.folder / ".desk.lock", blocking=False, thread_local=False)
        try:
            desk.acquire()
        except (Timeout, OSError):
            return False
        self._desk = desk
        return True

    def _start_next(self, found: tuple[Status, ...]) -> None:
        room = self._at_once - sum(status.active and status.state != QUEUED for status in found)
        for status in [status for status in reversed(found) if status.state == QUEUED][: max(room, 0)]:
            with self._lock:
                self._start(status)

    def _start(self, status: Status) -> None:
        started(status.folder)
        with log_of(status.folder).open("ab") as log:
            try:
                self._children[status.job.id] = subprocess.Popen(
                    status.job.command(), cwd=status.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    start_new_session=True,
                )  # fmt: skip
            except OSError as error:
                log.write(f"The run could not be started: {error.strerror}".encode())
        self._forget_look()

    def _forget_look(self) -> None:
        with self._lock:
            self._seen = (-1.0, self._seen[1])


def _clear(folder: Path) -> None:
    """Take away a folder that was not finished."""
    for path in folder.glob("*"):
        path.unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()
