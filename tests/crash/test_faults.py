"""A machine that fails `ibsim run`: its disk is full, read-only or gone, its memory short, a worker killed.

One message says what is wrong and what to do, nothing half-written is taken for whole, nothing hangs, and the
same command with `--resume` gives the digest of an undisturbed run.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from functools import cache
from pathlib import Path

import pytest

from ibsim.experiment.bank import Bank
from ibsim.experiment.warming import ensure_compiled
from tests.crash.running import ROOT, command, digest_of, run_whole

SECONDS = 900
"""Long enough for a slow machine; what takes longer hangs."""
FEW = ("--replications", "2", "--no-verdict")
"""Two runs: the last of an option that is said twice counts."""
CROWD = (
    *("--replications", "1", "--no-verdict"),
    *("--set", "population.clients_at_start.OP=2000000"),
)
"""A council of over two million, which takes some 4 GB."""
SHORT_OF_MEMORY = 'ulimit -v 1200000; exec "$@"'
READ_ONLY = 'mount -t tmpfs -o ro none "$0" && exec "$@"'
SMALL_DISK = 'mount -t tmpfs -o size=200k none "$DISK" && "$@"; code=$?; mount -o remount,size=99m "$DISK"'
SMALL_FILES = '(ulimit -f 150; "$@"); code=$?'
"""Where no disk can be mounted: no file larger than 75 KB."""
THEN_RESUME = 'echo $code; ls -A "$DISK"; "$@" --resume && cp -r "$DISK/out" "$KEPT"'


@pytest.fixture(autouse=True, scope="module")
def compiled() -> None:
    ensure_compiled()


@cache
def mounting() -> tuple[str, ...]:
    """What gives a command mounts of its own, which end with it; empty where this system has none."""
    for words in (("unshare", "--mount"), ("unshare", "--map-root-user", "--mount")):
        if shutil.which(words[0]):
            tried = [*words, "sh", "-c", "mount -t tmpfs -o size=64k none /mnt"]
            if subprocess.run(tried, capture_output=True).returncode == 0:
                return words
    return ()


def failed(words: list[str], code: int, **environment: str) -> str:
    """What a command says on stderr that must end with a code, and without a traceback."""
    found = subprocess.run(
        words, capture_output=True, text=True, cwd=ROOT, timeout=SECONDS, env={**os.environ, **environment}
    )
    assert found.returncode == code, found.stderr
    assert "Traceback" not in found.stderr and "fault in ibsim" not in found.stderr
    return found.stderr


def test_a_full_disk_is_told_and_the_run_goes_on_once_there_is_room(tmp_path: Path) -> None:
    disk, kept = tmp_path / "disk", tmp_path / "kept"
    disk.mkdir()
    script = f"{SMALL_DISK if mounting() else SMALL_FILES}; {THEN_RESUME}"
    words = [*mounting(), "sh", "-c", script, "sh", *command(disk / "out", *FEW, "--jobs", "2")]
    environment = {**os.environ, "DISK": str(disk), "KEPT": str(kept)}
    found = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, timeout=SECONDS, env=environment)
    assert found.returncode == 0, found.stderr
    assert "the disk is full" in found.stderr and "Make room" in found.stderr
    assert "Traceback" not in found.stderr
    told = found.stdout.splitlines()
    assert told[0] == "1" and "out" not in told, "it failed, and left no result"
    run_whole(tmp_path / "whole", *FEW)
    assert digest_of(kept) == digest_of(tmp_path / "whole")


def test_a_read_only_folder_is_refused_at_once(tmp_path: Path) -> None:
    if mounting():
        words = [*mounting(), "sh", "-c", READ_ONLY, str(tmp_path), *command(tmp_path / "out")]
    elif os.getuid() == 0:  # whom no permission stops; but here nobody makes folders
        words = command(Path("/proc/ibsim/out"))
    else:
        tmp_path.chmod(0o555)
        words = command(tmp_path / "out")
    told = failed(words, 2)
    assert "results go into a folder that you may write to" in told and "--out" in told


def test_a_want_of_memory_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    told = failed(["sh", "-c", SHORT_OF_MEMORY, "sh", *command(tmp_path / "out", *CROWD, "--jobs", "1")], 1)
    assert "not enough memory" in told and "--jobs" in told
    assert list(tmp_path.iterdir()) == []


def started(out: Path, told: Path) -> subprocess.Popen[bytes]:
    """A run on two workers that has kept a replication."""
    with told.open("w") as stderr:
        run = subprocess.Popen(
            command(out, "--jobs", "2"), stderr=stderr, stdout=subprocess.DEVNULL, cwd=ROOT
        )
    deadline = time.monotonic() + SECONDS
    while not Bank(out.parent / f".{out.name}.part" / "parts").stored() and time.monotonic() < deadline:
        time.sleep(0.01)
    return run


def children(process: int) -> list[int]:
    """The processes that a process started."""
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").iterdir():
        found += [int(word) for word in (task / "children").read_text().split()]
    return found


def test_a_worker_that_is_killed_is_told_and_its_replication_run_again(tmp_path: Path) -> None:
    told = tmp_path / "told"
    with started(tmp_path / "out", told) as run:
        workers = [worker for server in children(run.pid) for worker in children(server)]
        assert len(workers) == 2
        os.kill(workers[-1], signal.SIGKILL)
        assert run.wait(SECONDS) == 1
    said = told.read_text()
    assert "A worker process died while replication" in said and "kept; to go on" in said
    assert "Traceback" not in said and not (tmp_path / "out").exists()
    assert [pid for pid in workers if Path(f"/proc/{pid}").exists()] == []
    run_whole(tmp_path / "out", "--resume")
    run_whole(tmp_path / "undisturbed")
    assert digest_of(tmp_path / "out") == digest_of(tmp_path / "undisturbed")


@pytest.mark.slow
def test_sigterm_keeps_what_is_finished(tmp_path: Path) -> None:
    told = tmp_path / "told"
    with started(tmp_path / "out", told) as run:
        run.send_signal(signal.SIGTERM)
        assert run.wait(SECONDS) == 143
    said = told.read_text()
    assert "Stopped; " in said and "kept; to go on" in said and "Traceback" not in said
    run_whole(tmp_path / "out", "--resume")
    run_whole(tmp_path / "whole")
    assert digest_of(tmp_path / "out") == digest_of(tmp_path / "whole")


@pytest.mark.slow
def test_a_folder_that_vanishes_on_the_way_leaves_a_whole_result_or_none(tmp_path: Path) -> None:
    place, told = tmp_path / "place", tmp_path / "told"
    with started(place / "out", told) as run:
        shutil.rmtree(place)
        code = run.wait(SECONDS)
    assert "Traceback" not in told.read_text() and "fault in ibsim" not in told.read_text()
    if code == 0:  # the folder was made anew
        run_whole(tmp_path / "whole")
        assert digest_of(place / "out") == digest_of(tmp_path / "whole")
    else:
        assert code == 1 and not (place / "out").exists()


@pytest.mark.slow
def test_a_want_of_memory_in_a_worker_is_told(tmp_path: Path) -> None:
    told = failed(["sh", "-c", SHORT_OF_MEMORY, "sh", *command(tmp_path / "out", *CROWD, "--jobs", "2")], 1)
    assert "not enough memory" in told
    assert list(tmp_path.iterdir()) == []
