"""A real Dask scheduler and workers on loopback: the same results as here, and clear words where it fails."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchmarks.loopback import loopback_cluster
from ibsim.errors import InputError, RunError
from ibsim.experiment import bank
from ibsim.experiment.cluster import cluster_executor
from ibsim.experiment.replicate import Task, finished
from ibsim.scenario import load
from tests.crash.running import digest_of, run_whole

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


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with two workers, each a process of its own."""
    with loopback_cluster(tmp_path_factory.mktemp("dask")) as address:
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
    from ibsim.verification.councils import differing

    scenario = load("metropolitan-pilot", SHORT)
    alone = replications(scenario, 1, [1, 2, 3, 4])
    with cluster_executor(cluster) as (executor, width):
        assert width == 2
        shuffled = replications(scenario, 1, [3, 1, 4, 2], executor=executor, jobs=width)
    for one, number in zip(shuffled, [3, 1, 4, 2], strict=True):
        assert not differing(one, alone[number - 1])


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
