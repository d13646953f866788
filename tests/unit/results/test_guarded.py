"""A result folder's files read with care: what ibsim cannot have written is named, with rule and remedy."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ibsim.errors import ResultFolderError
from ibsim.results import guarded
from ibsim.results.guarded import check_sums, number, read_json, read_manifest, read_rows, read_text
from ibsim.results.manifest import FORMAT
from ibsim.results.seal import write_manifest


def told(read: Callable[[], object]) -> str:
    """What is found wrong; the file is named and there is a remedy."""
    with pytest.raises(ResultFolderError) as error:
        read()
    assert error.value.where.startswith("result/") and error.value.rule and error.value.remedy
    return error.value.found


@pytest.fixture
def result(tmp_path: Path) -> Path:
    folder = tmp_path / "result"
    folder.mkdir()
    return folder


def test_what_cannot_be_opened_is_named(result: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = result / "summary.csv"
    assert told(lambda: read_text(path)) == "the file is not there"
    path.mkdir()
    assert told(lambda: read_text(path)) == "it is not a file"
    path.rmdir()
    path.write_bytes(b"\xff\xfe\xff")
    assert told(lambda: read_text(path)) == "it is not text in UTF-8"
    monkeypatch.setattr(guarded, "MAX_BYTES", 2)
    assert "larger than" in told(lambda: read_text(path))


def test_a_file_that_the_system_keeps_from_us_is_told_with_its_reason(result: Path) -> None:
    loop = result / "summary.csv"
    loop.symlink_to(loop)
    assert told(lambda: read_text(loop)) == "the file is not there"
    # reading any process's memory from its start fails with an error of the system, for root too
    memory = result / "memory"
    memory.symlink_to(f"/proc/{os.getpid()}/mem")
    assert "it cannot be read: " in told(lambda: read_text(memory))


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"a": 1'])
def test_half_a_tree_is_no_tree(result: Path, text: str) -> None:
    path = result / "verdict.json"
    path.write_text(text)
    assert told(lambda: read_json(path)) == "it is not JSON, or only half of it"


def test_a_tree_is_an_object(result: Path) -> None:
    path = result / "verdict.json"
    path.write_text("[1, 2]")
    assert told(lambda: read_json(path)) == "it does not hold what ibsim writes there"
    path.write_text('{"sentence": "x"}')
    assert read_json(path) == {"sentence": "x"}


def test_rows_have_the_columns_and_as_many_cells(result: Path) -> None:
    path = result / "summary.csv"
    path.write_text("\ufeffmean,metric,more\n1,ib_holders,x\n", encoding="utf-8")
    assert list(read_rows(path, ("metric", "mean"))) == [{"mean": "1", "metric": "ib_holders", "more": "x"}]
    assert told(lambda: list(read_rows(path, ("metric", "unit", "sd")))) == "it has no column unit, sd"
    for row in ("1,2,3,4", "1,2"):
        path.write_text(f"a,b,c\n{row}\n")
        assert told(lambda: list(read_rows(path, ("a",)))) == "line 2 has too many cells or too few"
    path.write_text('a,b\n"1"x,2\n')
    assert told(lambda: list(read_rows(path, ("a",)))) == "line 2 is not CSV"


def test_a_cell_is_a_number_or_nothing() -> None:
    assert math.isnan(number("")) and math.isnan(number(None)) and math.isnan(number("  "))
    assert number(" 2.5") == 2.5 and number(3) == 3.0
    with pytest.raises(ValueError, match="many"):
        number("many")


def test_a_manifest_lists_files_of_its_own_folder(result: Path) -> None:
    manifest = result / "manifest.json"
    for files in (None, ["summary.csv"]):
        write_manifest(result, {"format": FORMAT, "files": files})
        assert told(lambda: read_manifest(result)) == "it does not list the folder's files"
    for name in ("../elsewhere.csv", ".hidden", "a/b"):
        write_manifest(result, {"format": FORMAT, "files": {name: "0" * 64}})
        found = told(lambda: check_sums(result, read_manifest(result)))
        assert found == f"it lists {name!r}, which is no file of this folder"
    manifest.write_text(json.dumps({"format": FORMAT, "files": {}}))
    assert told(lambda: read_manifest(result)) == "its own checksum is missing"


def test_a_file_that_is_another_is_told(result: Path) -> None:
    (result / "summary.csv").write_text("metric,mean\n")
    write_manifest(result, {"format": FORMAT, "files": {"summary.csv": "0" * 64}})
    assert "changed or damaged" in told(lambda: check_sums(result, read_manifest(result)))
