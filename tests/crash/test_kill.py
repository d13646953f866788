"""`ibsim run` killed at any moment: what was finished is kept, and the resumed run gives the same digest."""

from __future__ import annotations

import random
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ibsim.experiment.bank import Bank
from ibsim.experiment.warming import ensure_compiled
from tests.counts import examples
from tests.crash.running import ROOT, command, digest_of, run_whole


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, float]]:
    """The digest of an undisturbed run, and how long it took."""
    out = tmp_path_factory.mktemp("whole") / "out"
    ensure_compiled()  # else the kills fall into the compiling
    started = time.monotonic()
    run_whole(out, "--jobs", "2")
    yield digest_of(out), time.monotonic() - started


def killed_and_resumed(out: Path, moment: float, first_part: bool) -> tuple[int, int]:
    """Kill a run with -9, `moment` seconds after it began (or kept its first part); resume it.

    Returns how many replications it had told of, and how many were kept.
    """
    told = out.with_suffix(".told")
    parts = out.parent / f".{out.name}.part" / "parts"
    with (
        told.open("w") as stderr,
        subprocess.Popen(
            command(out, "--jobs", "2"), stderr=stderr, stdout=subprocess.DEVNULL, cwd=ROOT
        ) as run,
    ):
        deadline = time.monotonic() + 120
        while first_part and not any(parts.glob("*/*.part")) and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(moment)
        run.send_signal(signal.SIGKILL)
    done = [int(number) for number in re.findall(r"(\d+) of \d+ replications done", told.read_text())]
    kept = len(Bank(parts).stored())
    run_whole(out, "--jobs", "2", "--resume")
    return max(done, default=0), kept


@pytest.mark.parametrize("number", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_a_run_killed_on_the_way_is_resumed(number: int, whole: tuple[str, float], tmp_path: Path) -> None:
    told, kept = killed_and_resumed(tmp_path / "out", 0.15 * number, first_part=True)
    assert kept >= 1 and told <= kept
    assert digest_of(tmp_path / "out") == whole[0]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.slow
@pytest.mark.counted
def test_a_run_killed_at_random_moments_is_resumed(whole: tuple[str, float], tmp_path: Path) -> None:
    for seed in examples(20, prove=500, what="kills"):
        out = tmp_path / f"out-{seed}"
        moment = random.Random(seed).uniform(0, whole[1])
        told, kept = killed_and_resumed(out, moment, first_part=False)
        assert told <= kept or (out / "manifest.json").exists()
        assert digest_of(out) == whole[0]
        shutil.rmtree(out)


@pytest.mark.slow
def test_a_flipped_byte_in_every_kept_part_is_found_and_that_part_redone(
    whole: tuple[str, float], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with subprocess.Popen(command(out, "--jobs", "2"), stderr=subprocess.DEVNULL, cwd=ROOT) as run:
        parts = tmp_path / ".out.part" / "parts"
        deadline = time.monotonic() + 120
        while len(list(parts.glob("*/*.part"))) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        run.send_signal(signal.SIGKILL)
    damaged = sorted(parts.glob("*/*.part"))
    for number, path in enumerate(damaged):
        content = bytearray(path.read_bytes())
        content[(number * 7919) % len(content)] ^= 0x10
        path.write_bytes(content)
    told = run_whole(out, "--jobs", "2", "--resume")
    assert told.count("is damaged") == len(damaged) >= 3
    assert digest_of(out) == whole[0]


def test_a_second_writer_is_refused_while_the_first_runs(whole: tuple[str, float], tmp_path: Path) -> None:
    out = tmp_path / "out"
    with subprocess.Popen(command(out, "--jobs", "2"), stderr=subprocess.DEVNULL, cwd=ROOT) as first:
        deadline = time.monotonic() + 120
        while not (tmp_path / ".out.part").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        second = subprocess.run(command(out, "--resume"), capture_output=True, text=True, cwd=ROOT)
        assert second.returncode == 2 and "another run is writing it" in second.stderr
        assert first.wait() == 0
    assert digest_of(out) == whole[0]


def test_ctrl_c_keeps_what_is_finished(whole: tuple[str, float], tmp_path: Path) -> None:
    out = tmp_path / "out"
    started = subprocess.Popen(
        command(out, "--jobs", "2"),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        # a shell's background jobs ignore Ctrl-C, and so would what tests start that run as one
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    with started as run:
        assert run.stderr is not None
        run.stderr.readline()  # the first progress line
        run.send_signal(signal.SIGINT)
        told = run.stderr.read()
    assert run.returncode == 130 and "kept; to go on" in told and "Traceback" not in told
    run_whole(out, "--jobs", "2", "--resume")
    assert digest_of(out) == whole[0]
