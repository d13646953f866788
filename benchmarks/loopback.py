"""A Dask cluster on this machine: what `dask scheduler` and `dask worker` start, on the loopback address."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .timing import ROOT

PATIENCE_SECONDS = 60


@contextmanager
def loopback_cluster(folder: Path, workers: int = 2) -> Iterator[str]:
    """The address of a scheduler with so many workers of one thread, each a process of its own.

    Their notes go into `folder`; all of them end with the block.
    """
    note = folder / "scheduler.json"
    quiet = ("--no-dashboard", "--scheduler-file", str(note))
    with ExitStack() as stack:
        stack.enter_context(
            _process("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", *quiet)
        )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not note.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        for _ in range(workers):
            one = ("--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
            stack.enter_context(_process("distributed.cli.dask_worker", *quiet, *one))
        from distributed import Client

        with Client(  # type: ignore[no-untyped-call]
            scheduler_file=str(note), timeout=PATIENCE_SECONDS, set_as_default=False
        ) as client:
            client.wait_for_workers(workers, timeout=PATIENCE_SECONDS)
            address = str(client.scheduler.address)
        yield address


@contextmanager
def _process(module: str, *arguments: str) -> Iterator[None]:
    command = [sys.executable, "-m", module, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    silent = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdout=silent, stderr=silent) as started:
        try:
            yield
        finally:
            started.terminate()
            started.wait(PATIENCE_SECONDS)
