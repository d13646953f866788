"""Where replications run: in this process, in a pool of local processes, or on any other Executor."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from types import FrameType

from ibsim.experiment.workers import Workers

PRELOADED = ("ibsim.replication", "ibsim.experiment.replicate")
"""What the fork server imports once, so that its workers start with it."""


class Terminated(KeyboardInterrupt):
    """The process was told to end by SIGTERM; handled as Ctrl-C is."""


def available_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def start_method() -> str:
    """How workers start: from a fork server on Linux, as new interpreters on macOS and Windows."""
    methods = multiprocessing.get_all_start_methods()
    return "forkserver" if sys.platform == "linux" and "forkserver" in methods else "spawn"


@contextmanager
def local_executor(jobs: int) -> Iterator[Executor | None]:
    """An executor on this machine with `jobs` worker processes; None for one job, which runs in this process.

    On Linux workers come from a fork server, which is safe with threads (Numba's) in this process, and
    which imports the model once for all of them; elsewhere each imports it for itself.  On leaving with
    an exception (Ctrl-C, a failed replication) the workers are ended at once; they also end when this
    process is killed.
    """
    if jobs == 1:
        yield None
        return
    method = start_method()
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(list(PRELOADED))
    pool = Workers(jobs, context)
    try:
        yield pool
    except BaseException:
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()


@contextmanager
def opened(jobs: int, scheduler: str = "") -> Iterator[tuple[Executor | None, int]]:
    """Where replications run, and how many at once: `jobs` processes here, or the cluster of a scheduler."""
    if scheduler:
        from ibsim.experiment.cluster import cluster_executor

        with cluster_executor(scheduler) as (cluster, width):
            yield cluster, width
    else:
        with local_executor(jobs) as pool:
            yield pool, jobs


@contextmanager
def sigterm_interrupts() -> Iterator[None]:
    """Let SIGTERM stop a run as Ctrl-C does: as Terminated, so that all is tidied up.

    Does nothing outside the main thread, where signals cannot be handled.  Windows sends no SIGTERM from
    process to process; there the handler waits in vain, and does no harm.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise Terminated

    previous = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)
