"""The progress file: what another program reads of a run must be true while it runs and after it ends."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from ibsim.errors import InputError, ResultFolderError
from ibsim.experiment.progress_file import kept_progress, lives, lock_of, read_progress
from ibsim.experiment.warming import ensure_compiled
from tests.crash.running import REPLICATIONS, ROOT, command


def running(out: Path, progress: Path) -> subprocess.Popen[str]:
    """A run of a few replications with a progress file."""
    ensure_compiled()
    arguments = command(out, "--jobs", "1", "--quiet", "--progress-file", str(progress))
    return subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def wait_for(progress: Path, what: str, least: Any, seconds: float = 120.0) -> dict[str, Any]:
    """The first state of the file in which `what` is at least so much."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        told = dict(read_progress(progress))
        if told.get(what, 0) >= least:
            return told
        time.sleep(0.02)
    raise AssertionError(f"{what} never came to {least}: {read_progress(progress)}")


def test_a_run_tells_estimates_on_the_way_and_ends_with_those_of_its_summary(tmp_path: Path) -> None:
    out, progress = tmp_path / "out", tmp_path / "progress.json"
    with running(out, progress) as run:
        first = wait_for(progress, "done", 1)
        assert first["state"] == "running" and lives(progress) and not out.exists()
        assert first["estimates"]["people_supported"]["replications"] == first["done"] < REPLICATIONS
        assert run.wait() == 0
    last = read_progress(progress)
    # the verdict has a pair of replications for each
    total = 3 * REPLICATIONS
    assert (last["state"], last["done"], last["total"], last["results"]) == ("done", total, total, [str(out)])
    assert not lives(progress)
    with (out / "summary.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["metric"]: row for row in csv.DictReader(file) if row["year"] == row["group"] == "all"}
    for metric, told in last["estimates"].items():
        written = next(row for row in rows.values() if row["metric"] == metric)
        assert told["mean"] == pytest.approx(float(written["mean"]), abs=0.01)
    values = last["values"]["people_supported"]
    assert sum(values) / len(values) == pytest.approx(last["estimates"]["people_supported"]["mean"])


def test_a_killed_run_is_known_to_be_dead(tmp_path: Path) -> None:
    progress = tmp_path / "progress.json"
    with running(tmp_path / "out", progress) as run:
        wait_for(progress, "done", 1)
        run.send_signal(signal.SIGKILL)
    assert read_progress(progress)["state"] == "running"
    assert not lives(progress)


def test_what_ends_a_run_is_its_last_state(tmp_path: Path) -> None:
    for error, state, told in (
        (ResultFolderError("out", "there already", "never over", "another"), "failed", "there already"),
        (KeyboardInterrupt(), "stopped", ""),
        (ZeroDivisionError("secret"), "failed", "ZeroDivisionError"),
    ):
        progress = tmp_path / f"{type(error).__name__}.json"
        with pytest.raises(type(error)), kept_progress(progress, 3):
            raise error
        last = read_progress(progress)
        assert last["state"] == state and told in last["error"] and "secret" not in last["error"]


def test_two_runs_do_not_share_a_progress_file(tmp_path: Path) -> None:
    progress = tmp_path / "progress.json"
    with (
        kept_progress(progress, 1),
        pytest.raises(InputError, match="another run keeps it"),
        kept_progress(progress, 1),
    ):
        pass
    with kept_progress(progress, 1):
        assert lock_of(progress).exists()


def test_a_name_that_no_file_can_have_is_refused_before_the_run_begins(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="that you may write to"), kept_progress(tmp_path / ("x" * 300), 2):
        pytest.fail("the run began")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 99}'])
def test_what_is_no_progress_file_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "progress.json").write_text(text)
    assert read_progress(tmp_path / "progress.json") == {}
    assert not lives(tmp_path / "progress.json")


def test_without_a_file_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with kept_progress(None, 2) as told:
        told.stepping(lambda number: None)(1)
    assert list(tmp_path.iterdir()) == []


def test_the_file_is_json_with_null_for_what_is_not_known(tmp_path: Path) -> None:
    progress = tmp_path / "progress.json"
    with kept_progress(progress, 2):
        assert json.loads(progress.read_text())["estimates"] == {}
