"""A real Dask scheduler and workers on loopback: the same results as here, and clear words where it fails."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from ibsim.errors import InputError, RunError
from ibsim.experiment import bank
from ibsim.experiment.cluster import cluster_executor
from ibsim.experiment.replicate import Task, finished
from ibsim.scenario import load
from tests.crash.running import ROOT, digest_of, run_whole

SHORT = ("calendar.years=1", "calendar.warm_up_years=0")


def test_no_scheduler_is_said_in_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ibsim.experiment.cluster.ANSWER_SECONDS", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(InputError, match="no answer") as caught, cluster_executor(address):
        raise AssertionError
    assert address in caught.value.where and "dask scheduler" in caught.value.remedy


def test_a_cluster_without_dask_is_said_in_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(InputError, match=r"pip install 'ibsim\[cluster\]'"),
        cluster_executor("tcp://127.0.0.1:1"),
    ):
        raise AssertionError


@contextmanager
def process(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        [sys.executable, "-m", *command], env=environment, stdout=quiet, stderr=quiet
    ) as started:
        try:
            yield started
        finally:
            started.terminate()
            started.wait(20)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with two workers, each a process of its own."""
    folder = tmp_path_factory.mktemp("dask")
    note, local = folder / "scheduler.json", ("--local-directory", str(folder))
    with ExitStack() as stack:
        ports = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(note))
        stack.enter_context(process("distributed.cli.dask_scheduler", *ports))
        deadline = time.monotonic() + 60
        while not note.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        for _ in range(2):
            command = ("--scheduler-file", str(note), "--nthreads", "1", "--no-nanny", "--no-dashboard")
            stack.enter_context(process("distributed.cli.dask_worker", *command, *local))
        from distributed import Client

        with Client(scheduler_file=str(note), timeout=60, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(2, timeout=60)
            address = str(client.scheduler.address)
        yield address


@pytest.mark.slow
def test_a_cluster_and_any_number_of_workers_give_the_same_digest(cluster: str, tmp_path: Path) -> None:
    run_whole(tmp_path / "dask", "--scheduler", cluster)
    for jobs in (1, 2, 8):
        run_whole(tmp_path / f"jobs-{jobs}", "--jobs", str(jobs))
        assert digest_of(tmp_path / f"jobs-{jobs}") == digest_of(tmp_path / "dask")


@pytest.mark.slow
def test_shuffled_order_changes_nothing(cluster: str) -> None:
    from ibsim.experiment.runs import replications
    from tests.councils import differing

    scenario = load("metropolitan-pilot", SHORT)
    alone = replications(scenario, 1, [1, 2, 3, 4])
    with cluster_executor(cluster) as (executor, width):
        assert width == 2
        shuffled = replications(scenario, 1, [3, 1, 4, 2], executor=executor, jobs=width)
    for one, number in zip(shuffled, [3, 1, 4, 2], strict=True):
        assert not differing(one, alone[number - 1])  # type: ignore[arg-type]  # the protocol's one class


@pytest.mark.slow
def test_a_cluster_with_another_ibsim_is_refused(cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ibsim.experiment.cluster.model_digest", _other_digest)
    with pytest.raises(InputError, match="another ibsim"), cluster_executor(cluster):
        raise AssertionError


def _other_digest() -> str:
    return f"{os.getpid()} {bank.model_digest()}"


def test_a_lost_worker_is_a_failed_run_in_one_message() -> None:
    """Dask's own errors come from its package; a replication's errors keep their type."""
    from distributed.comm.core import CommClosedError

    def killed(*arguments: object) -> None:
        raise CommClosedError("the other end went")

    task = Task(load("metropolitan-pilot", SHORT), 1, 1)
    with ThreadPoolExecutor(1) as pool, pytest.raises(RunError, match="lost a worker"):
        list(finished(killed, [task], executor=pool, jobs=1))
