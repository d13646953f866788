from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ibsim.errors import ResultFolderError
from ibsim.results.manifest import FORMAT
from ibsim.results.reading import StoredRun, read_folder, read_run, run_folders
from ibsim.results.seal import write_manifest
from ibsim.results.store import write_run
from tests.unit.fake_model import small_result


def stored(tmp_path: Path, replications: int = 3) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    write_run(folder, small_result(tmp_path, replications))
    return folder


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    result = small_result(tmp_path)
    folder = tmp_path / "out"
    folder.mkdir()
    write_run(folder, result)
    found = read_run(folder)
    assert (found.name, found.why, found.replications) == ("The council", "to test", 3)
    assert found.summary.years == result.summary.years
    assert found.summary.queues == result.summary.queues
    counted = [n for n, name in enumerate(result.summary.metrics) if name in found.summary.metrics]
    assert len(counted) > 100
    for name in ("mean", "sd", "ci_low", "ci_high", "p10", "p50", "p90"):
        written = getattr(result.summary.yearly, name)[counted]
        assert np.allclose(getattr(found.summary.yearly, name), written, atol=0.006, equal_nan=True), name
    assert found.summary.series == result.summary.series
    assert np.allclose(found.summary.monthly.mean, result.summary.monthly.mean, equal_nan=True)
    assert np.allclose(found.summary.diary.mean, result.summary.diary.mean, atol=1e-4)
    assert len(found.months) == 24


def test_each_replication_is_kept(tmp_path: Path) -> None:
    result = small_result(tmp_path)
    found = read_run(stored(tmp_path))
    kept = found.each["ib_holders", "all", "2006-07"]
    assert kept.tolist() == [float(tables.metrics["ib_holders"][-1, -1, 0]) for tables in result.tables]


def test_what_was_changed_since_is_refused(tmp_path: Path) -> None:
    folder = stored(tmp_path)
    path = folder / "summary.csv"
    path.write_bytes(path.read_bytes().replace(b"people", b"PEOPLE", 1))
    with pytest.raises(ResultFolderError, match=r"summary\.csv\n.*changed or damaged since"):
        read_run(folder)
    path.unlink()
    with pytest.raises(ResultFolderError, match=r"summary\.csv\n.*is not there"):
        read_run(folder)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "not JSON"), ("[]", "not hold what ibsim"), ("{" * 100_000, "not JSON"),
        ('{"files": {}, "format": 99}', "format 99"),
        ('{"files": {}, "format": 2}', "checksum is missing"), ("[" * 100_000, "not JSON"),
    ],
)  # fmt: skip
def test_what_is_no_result_is_refused(text: str, found: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(ResultFolderError, match=found):
        read_run(tmp_path)


def test_tables_that_do_not_agree_with_their_manifest_are_refused(tmp_path: Path) -> None:
    folder = stored(tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["years"] = ["1999-00"]
    write_manifest(folder, manifest)
    with pytest.raises(ResultFolderError, match="tables that cannot be read"):
        read_run(folder)


def test_a_folder_of_several_results_stands_for_them(tmp_path: Path) -> None:
    folder = stored(tmp_path)
    assert list(run_folders(folder)) == [folder]
    assert list(run_folders(tmp_path)) == [folder]
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ResultFolderError, match="without results"):
        list(run_folders(empty))


def test_what_the_manifest_does_not_vouch_for_is_not_read(tmp_path: Path) -> None:
    folder = stored(tmp_path)
    (folder / "verdict.json").write_text('{"sentence": "I was put here by somebody"}')
    found = read_folder(folder)
    assert isinstance(found, StoredRun)
    assert found.json("verdict.json") == {}


def test_a_folder_of_something_else_is_no_run(tmp_path: Path) -> None:
    write_manifest(tmp_path, {"format": FORMAT, "kind": "comparison", "files": {}})
    with pytest.raises(ResultFolderError, match="the folder of a comparison"):
        read_run(tmp_path)
