"""Bytes that change in store: each reader of each stored part notices, names the file and the remedy."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.data.library import Library
from ibsim.errors import ResultFolderError
from ibsim.experiment.bank import Bank, part_key
from ibsim.results.manifest import file_sums
from ibsim.results.reading import read_folder, read_run
from ibsim.results.store import is_complete, write_run
from tests.counts import examples
from tests.unit.fake_model import FakeTables, fake_run, small_result, small_scenario

pytestmark = pytest.mark.counted
Damage = Callable[[bytes, random.Random], bytes]


def flipped(content: bytes, dice: random.Random) -> bytes:
    """One bit is another."""
    place = dice.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << dice.randrange(8)]) + content[place + 1 :]


def cut(content: bytes, dice: random.Random) -> bytes:
    """The end is missing."""
    return content[: dice.randrange(len(content))]


def noughts(content: bytes, dice: random.Random) -> bytes:
    """The end is noughts, as a disk leaves it that lost its power while it wrote."""
    place = dice.randrange(len(content) - 1)
    spoilt = content[:place] + bytes(len(content) - place)
    return spoilt if spoilt != content else flipped(content, dice)


def longer(content: bytes, dice: random.Random) -> bytes:
    """Something follows."""
    return content + b" "


DAMAGES: tuple[Damage, ...] = (flipped, cut, noughts, longer)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result folder with every file that a run can have."""
    place = tmp_path_factory.mktemp("damage")
    result = small_result(place, kept=True)
    (place / "results" / "whole").mkdir(parents=True)
    write_run(place / "results" / "whole", result)
    return place / "results" / "whole"


def refused(place: Path, name: str) -> None:
    """Each reader refuses a folder in which one file is damaged, and names that file and what to do."""
    library = Library([place.parent])
    entry = next(entry for entry in library.entries() if entry.path == place)
    for read in (read_folder, read_run, lambda path: library.run(entry.id)):
        with pytest.raises(ResultFolderError) as told:
            read(place)
        assert name in str(told.value) and told.value.remedy
    with pytest.raises(ResultFolderError, match="damaged"):
        is_complete(place, {})


def test_every_file_of_a_result_folder_is_told_when_it_is_damaged(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "results" / "damaged"
    shutil.copytree(folder, place)
    names = sorted(path.name for path in place.iterdir())
    assert {"manifest.json", "summary.csv", "series.parquet", "people.parquet", "events.parquet"} <= set(
        names
    )
    for seed in examples(8, prove=2_000, what="damages of each file"):
        dice = random.Random(seed)
        for name in names:
            content = (place / name).read_bytes()
            damage = DAMAGES[seed % len(DAMAGES)]
            (place / name).write_bytes(damage(content, dice))
            refused(place, name)
            (place / name).write_bytes(content)
    assert read_run(place).manifest["files"] == file_sums(place)


def test_every_file_of_a_result_folder_is_told_when_it_is_gone(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "results" / "damaged"
    shutil.copytree(folder, place)
    for path in sorted(place.iterdir()):
        if path.name != "manifest.json":
            content = path.read_bytes()
            path.unlink()
            refused(place, path.name)
            path.write_bytes(content)
    (place / "manifest.json").unlink()
    with pytest.raises(ResultFolderError, match=r"manifest\.json"):
        read_run(place)


def test_a_stored_replication_that_is_damaged_counts_as_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = small_scenario(tmp_path)
    told: list[str] = []
    bank = Bank(tmp_path / "bank", tell=told.append)
    key = part_key(scenario, 1, 1)
    monkeypatch.setattr("ibsim.replication.Tables", FakeTables)
    bank.put(key, fake_run(scenario, 1, 1))
    assert bank.get(key) is not None and not told
    (path,) = (tmp_path / "bank").glob("*/*.part")
    content = path.read_bytes()
    for seed in examples(40, prove=20_000, what="damages of a stored replication"):
        path.write_bytes(DAMAGES[seed % len(DAMAGES)](content, random.Random(seed)))
        assert bank.get(key) is None
        assert "is damaged" in told.pop() and not path.exists() and not told
