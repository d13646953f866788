from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ibsim.errors import ResultFolderError
from ibsim.results import store
from ibsim.results.store import claim, is_complete, write_run
from tests.unit.fake_model import small_result

ROOT = Path(__file__).resolve().parents[3]


def fill(folder: Path) -> None:
    (folder / "summary.csv").write_text("metric\n")


def left(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def test_results_appear_at_once_and_nothing_else_stays(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b" / "out"
    with claim(out) as place:
        assert not out.exists()
        assert place.publish(fill) == out
    assert left(out) == ["summary.csv"]
    assert left(out.parent) == ["out"]


def test_several_results_lie_side_by_side(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with claim(out) as place:
        place.publish(fill, "one")
        place.publish(fill, "two")
    assert left(tmp_path) == ["out"]
    assert left(out) == ["one", "two"]


@pytest.mark.parametrize("kind", ["folder", "file", "dangling link"])
def test_what_is_there_is_never_written_over(kind: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    if kind == "folder":
        out.mkdir()
    elif kind == "file":
        out.write_text("mine")
    else:
        out.symlink_to(tmp_path / "nowhere")
    with pytest.raises(ResultFolderError, match="there already"), claim(out):
        raise AssertionError
    assert left(tmp_path) == ["out"]


def test_a_failure_while_writing_leaves_nothing(tmp_path: Path) -> None:
    def break_off(folder: Path) -> None:
        fill(folder)
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"), claim(tmp_path / "new" / "out") as place:
        place.publish(break_off)
    assert left(tmp_path) == []


def test_an_interrupt_before_writing_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), claim(tmp_path / "new" / "out"):
        raise KeyboardInterrupt
    assert left(tmp_path) == []


def test_finished_results_outlive_a_later_failure(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), claim(tmp_path / "out") as place:
        place.publish(fill, "one")
        raise KeyboardInterrupt
    assert left(tmp_path / "out") == ["one"]


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    with claim(tmp_path / "out") as place:
        with pytest.raises(ResultFolderError, match="another run"), claim(tmp_path / "out"):
            raise AssertionError
        place.publish(fill)
    assert left(tmp_path) == ["out"]


def test_what_a_killed_run_left_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / ".out.lock").touch()
    (tmp_path / ".out.part").mkdir()
    (tmp_path / ".out.part" / "half").touch()
    with claim(tmp_path / "out") as place:
        place.publish(fill)
    assert left(tmp_path) == ["out"]
    assert left(tmp_path / "out") == ["summary.csv"]


def stop_with_a_part(out: Path, plan: dict[str, int]) -> None:
    with pytest.raises(KeyboardInterrupt), claim(out, plan) as place:
        (place.parts / "one").write_text("finished")
        raise KeyboardInterrupt


def test_what_is_finished_outlives_an_interrupt_and_is_taken_over(tmp_path: Path) -> None:
    out = tmp_path / "out"
    stop_with_a_part(out, {"seed": 1})
    assert left(tmp_path) == [".out.part"]
    with claim(out, {"seed": 1}, resume=True) as place:
        assert (place.kept, place.cleared) == (1, 0)
        assert (place.parts / "one").read_text() == "finished"
        place.publish(fill)
    assert left(tmp_path) == ["out"]


def test_what_is_finished_is_cleared_away_by_a_new_run(tmp_path: Path) -> None:
    stop_with_a_part(tmp_path / "out", {"seed": 1})
    with claim(tmp_path / "out", {"seed": 1}) as place:
        assert (place.kept, place.cleared) == (0, 1)
        assert left(place.parts) == []
        place.publish(fill)
    assert left(tmp_path) == ["out"]


@pytest.mark.parametrize("damaged", [False, True])
def test_other_work_is_not_resumed_and_its_parts_stay(damaged: bool, tmp_path: Path) -> None:
    out = tmp_path / "out"
    stop_with_a_part(out, {"the seed": 1, "the model": 1})
    if damaged:
        (tmp_path / ".out.part" / "plan.json").write_text("{")
    plan = {"the seed": 1 if damaged else 2, "the model": 1}
    told = "its plan" if damaged else "these: the seed$"
    with pytest.raises(ResultFolderError) as caught, claim(out, plan, resume=True):
        raise AssertionError
    assert re.search(told, caught.value.found)
    assert left(tmp_path) == [".out.part"]
    assert left(tmp_path / ".out.part" / "parts") == ["one"]


def test_resuming_begins_anew_where_nothing_is_kept(tmp_path: Path) -> None:
    with claim(tmp_path / "out", {"seed": 1}, resume=True) as place:
        assert (place.kept, place.cleared) == (0, 0)
        place.publish(fill)
    assert left(tmp_path) == ["out"]


def test_a_complete_result_is_told_from_another_and_from_a_damaged_one(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert not is_complete(folder, {"seed": 1})
    folder.mkdir()
    write_run(folder, small_result(tmp_path))
    assert is_complete(folder, {"seed": 1, "replications": 3})
    with pytest.raises(ResultFolderError, match="something other"):
        is_complete(folder, {"seed": 2})
    with (folder / "summary.csv").open("a") as file:
        file.write("\n")
    with pytest.raises(ResultFolderError, match="damaged"):
        is_complete(folder, {"seed": 1})
    (folder / "manifest.json").unlink()
    with pytest.raises(ResultFolderError, match="something other"):
        is_complete(folder, {"seed": 1})


def test_a_folder_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(ResultFolderError, match="there already"), claim(tmp_path / "out") as place:
        (tmp_path / "out").mkdir()
        place.publish(fill)
    assert left(tmp_path) == ["out"]


def test_a_place_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ResultFolderError, match="may write"), claim(tmp_path / "file" / "out"):
        raise AssertionError
    with pytest.raises(ResultFolderError), claim(tmp_path / ("x" * 300)):
        raise AssertionError


def test_another_process_that_holds_the_folder_is_respected_until_it_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from ibsim.results.store import claim\n"
        "with claim(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    out = tmp_path / "out"
    command = [sys.executable, "-c", script, str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(ResultFolderError, match="another run"), claim(out):
            raise AssertionError
        holder.kill()
    with claim(out) as place:
        place.publish(fill)
    assert left(tmp_path) == ["out"]


def test_a_system_that_opens_no_folders_gets_its_results_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[Path, int]] = []
    really = os.open

    def noting(path: Path, flags: int, mode: int = 0o777, **more: Any) -> int:
        # What the locks' library opens, and how, is its own affair.
        if sys._getframe(1).f_globals["__name__"] == store.__name__:
            opened.append((Path(path), flags))
        return really(path, flags, mode, **more)

    monkeypatch.setattr(store, "HAS_FOLDER_HANDLES", False)
    monkeypatch.setattr(os, "open", noting)
    with claim(tmp_path / "out") as place:
        place.publish(fill)
    assert left(tmp_path / "out") == ["summary.csv"]
    synced = [(path.name, flags) for path, flags in opened if path.parent.name == "publish"]
    assert synced == [("summary.csv", os.O_RDWR)]
    assert not any(path.is_dir() for path, _ in opened)


def test_a_lock_file_that_cannot_be_removed_while_open_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_use(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "in use", str(path))

    with monkeypatch.context() as patched, claim(tmp_path / "out"):
        patched.setattr(Path, "unlink", in_use)
    with claim(tmp_path / "out") as place:
        place.publish(fill)
    assert left(tmp_path) == ["out"]
