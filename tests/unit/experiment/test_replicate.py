from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ibsim.errors import BooksError, RunError
from ibsim.experiment import executors
from ibsim.experiment.executors import Terminated, available_cores, local_executor, sigterm_interrupts
from ibsim.experiment.replicate import replicate
from ibsim.results.store import write_run
from ibsim.results.summary import RunResult
from ibsim.scenario import ResolvedScenario
from tests.unit import fake_model
from tests.unit.fake_model import FakeTables, fake_run, small_scenario

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def scenario(tmp_path: Path) -> ResolvedScenario:
    return small_scenario(tmp_path)


def files_of(folder: Path, scenario: ResolvedScenario, tables: tuple[FakeTables, ...]) -> dict[str, bytes]:
    folder.mkdir()
    write_run(folder, RunResult(scenario, 1, tables, jobs=1, seconds=0.0))
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"}


def test_one_worker_or_two_give_the_same_bytes(scenario: ResolvedScenario, tmp_path: Path) -> None:
    alone = replicate(fake_run, scenario, 1, range(1, 6))
    with local_executor(2) as pool:
        together = replicate(fake_model.slow_first, scenario, 1, range(1, 6), executor=pool, jobs=2)
    assert files_of(tmp_path / "one", scenario, alone) == files_of(tmp_path / "two", scenario, together)


@pytest.fixture
def spawning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers start as they do on macOS and Windows."""
    monkeypatch.setattr(executors, "start_method", lambda: "spawn")


@pytest.mark.parametrize(
    ("system", "methods", "expected"),
    [
        ("linux", ["fork", "spawn", "forkserver"], "forkserver"),
        ("linux", ["fork", "spawn"], "spawn"),
        ("darwin", ["spawn", "fork", "forkserver"], "spawn"),
        ("win32", ["spawn"], "spawn"),
    ],
)
def test_workers_start_in_a_way_that_the_system_has(
    system: str, methods: list[str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: methods)
    assert executors.start_method() == expected


@pytest.mark.usefixtures("spawning")
def test_spawned_workers_give_the_same_bytes(scenario: ResolvedScenario, tmp_path: Path) -> None:
    alone = replicate(fake_run, scenario, 1, range(1, 4))
    with local_executor(2) as pool:
        together = replicate(fake_model.slow_first, scenario, 1, range(1, 4), executor=pool, jobs=2)
    assert files_of(tmp_path / "one", scenario, alone) == files_of(tmp_path / "two", scenario, together)


@pytest.mark.usefixtures("spawning")
def test_spawned_workers_end_with_a_failed_replication(scenario: ResolvedScenario) -> None:
    with pytest.raises(BooksError), local_executor(2) as pool:
        replicate(fake_model.failing, scenario, 1, range(1, 9), executor=pool, jobs=2)
    assert multiprocessing.active_children() == []


def test_results_come_in_the_order_of_their_numbers(scenario: ResolvedScenario) -> None:
    finished: list[int] = []
    with ThreadPoolExecutor(3) as pool:
        found = replicate(
            fake_model.slow_first, scenario, 1, [1, 2, 3], executor=pool, jobs=3, on_done=finished.append
        )
    assert sorted(finished) == [1, 2, 3] and finished[-1] == 1
    for number, tables in enumerate(found, start=1):
        np.testing.assert_array_equal(tables.diary, fake_run(scenario, 1, number).diary)


def test_no_more_in_flight_than_jobs(scenario: ResolvedScenario) -> None:
    running, most = 0, 0

    def counting(scenario: ResolvedScenario, seed: int, number: int) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.01)
        running -= 1
        return number

    with ThreadPoolExecutor(8) as pool:
        assert replicate(counting, scenario, 1, range(9), executor=pool, jobs=2) == tuple(range(9))
    assert most <= 2


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_keeps_its_type_and_names_the_replication(jobs: int, scenario: ResolvedScenario) -> None:
    with pytest.raises(BooksError, match="3 people in, 2 out") as caught, local_executor(jobs) as pool:
        replicate(fake_model.failing, scenario, 1, range(1, 50), executor=pool, jobs=jobs)
    assert "in replication 2" in caught.value.__notes__
    assert multiprocessing.active_children() == []


def test_a_worker_that_dies_is_one_error_that_names_the_replication(scenario: ResolvedScenario) -> None:
    with pytest.raises(RunError, match=r"died while .*\b3\b.*--jobs"), local_executor(2) as pool:
        replicate(fake_model.dying, scenario, 1, range(1, 9), executor=pool, jobs=2)
    assert multiprocessing.active_children() == []


def test_a_worker_killed_while_it_hands_over_a_result_hangs_nothing(scenario: ResolvedScenario) -> None:
    with pytest.raises(RunError, match=r"died while .*\b3\b.*--jobs"), local_executor(2) as pool:
        replicate(fake_model.torn, scenario, 1, range(1, 9), executor=pool, jobs=2)
    assert multiprocessing.active_children() == []


def test_after_a_death_another_worker_takes_the_next_task(scenario: ResolvedScenario) -> None:
    with local_executor(2) as pool:
        assert pool is not None
        with pytest.raises(BrokenExecutor):
            pool.submit(fake_model.dying, scenario, 1, 3).result()
        again = pool.submit(fake_model.dying, scenario, 1, 2).result()
    np.testing.assert_array_equal(again.diary, fake_run(scenario, 1, 2).diary)


def test_what_cannot_cross_to_another_process_is_an_error_that_says_so() -> None:
    with local_executor(2) as pool:
        assert pool is not None
        with pytest.raises((AttributeError, TypeError), match="lambda"):
            pool.submit(lambda: 1).result()
        with pytest.raises(TypeError, match="lock") as caught:
            pool.submit(threading.Lock).result()
        assert "in a worker process" in str(caught.value.__cause__)
        assert pool.submit(os.path.basename, "a/b").result() == "b"


def test_an_interrupt_ends_the_workers_at_once(scenario: ResolvedScenario) -> None:
    started = time.monotonic()
    told_to_end = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM))
    with pytest.raises(Terminated), sigterm_interrupts(), local_executor(2) as pool:
        assert pool is not None
        pool.submit(os.getpid).result()
        told_to_end.start()
        replicate(fake_model.endless, scenario, 1, [1, 2], executor=pool, jobs=2)
    assert time.monotonic() - started < 20
    assert multiprocessing.active_children() == []
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, time\n"
        "from ibsim.experiment.executors import local_executor\n"
        "if __name__ == '__main__':\n"
        "    with local_executor(2) as pool:\n"
        "        print(pool.submit(os.getpid).result(), flush=True)\n"
        "        time.sleep(60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{worker}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{worker}").exists()


def test_there_is_a_core() -> None:
    assert available_cores() >= 1
