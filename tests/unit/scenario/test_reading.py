from __future__ import annotations

import os
from pathlib import Path

import pytest

from ibsim.errors import ScenarioError
from ibsim.scenario.reading import MAX_BYTES, read_file


def refusal(path: Path) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        read_file(path, path.name)
    return caught.value


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\xef\xbb\xbfname: x\n", "byte order mark"),
        ("name: x\n".encode("utf-16"), "byte order mark"),
        ("name: x\n".encode("utf-16-le"), "U+0000"),
        (b"PK\x03\x04rest", "Excel"),
        (b"name: x\nwhy: caf\xe9\n", "0xe9"),
        (b"name: x\x00\n", "U+0000"),
        ("name: x\nwhy: \u202egnp\n".encode(), "U+202E"),
        (b"- a\n- b\n", "a list"),
        (b"word", "a single word"),
        (b"", "without keys"),
    ],
)
def test_content_that_is_no_scenario(tmp_path: Path, content: bytes, found: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    error = refusal(path)
    assert found in error.found
    assert error.where.startswith("x.yaml")


def test_the_line_of_a_wrong_byte_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"name: x\nwhy: caf\xe9\n")
    assert refusal(path).where == "x.yaml:2"
    path.write_text("name: x\nwhy: y\nb: \u200b1\n", encoding="utf-8")
    assert refusal(path).where == "x.yaml:3"


def test_a_file_of_100_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    assert "104,857,600 bytes" in refusal(path).found


def test_a_file_that_grows_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    small = tmp_path / "small"
    small.write_bytes(b"")
    status = small.stat()
    monkeypatch.setattr(Path, "stat", lambda self, **_: status)
    assert "more than" in refusal(path).found


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "not a regular file" in refusal(tmp_path / "pipe.yaml").found
    assert "folder" in refusal(tmp_path).found
    assert "cannot be read" in refusal(tmp_path / "none.yaml").found
    assert "cannot be read" in refusal(Path("a\0b.yaml")).found
