"""Stored replications: whole or missing, never wrong; found by content and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ibsim.errors import InputError
from ibsim.experiment import bank as banks
from ibsim.experiment.bank import Bank, part_key, shared_bank
from ibsim.experiment.packing import DamagedError, pack, unpack
from ibsim.experiment.replicate import Task
from ibsim.experiment.runs import carry_out, replications
from ibsim.replication import Keep, Tables, run
from ibsim.scenario import ResolvedScenario, load
from ibsim.verification.councils import differing

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def scenario() -> ResolvedScenario:
    return load("metropolitan-pilot", ["calendar.years=1", "calendar.warm_up_years=0"])


@pytest.fixture(scope="module")
def tables(scenario: ResolvedScenario) -> Tables:
    return run(scenario, 1, 1, Keep(people=True, events=True))


def test_tables_come_back_bit_for_bit(tables: Tables) -> None:
    back = unpack(pack(tables, "key"), "key")
    assert vars(back).keys() == vars(tables).keys()
    assert not differing(tables, back)
    assert (back.books, back.timing) == (tables.books, tables.timing)
    assert back.binding.keys() == tables.binding.keys()
    for kept, found in ((tables.people, back.people), (tables.events, back.events)):
        assert kept is not None and found is not None
        assert list(kept) == list(found)
        for name, column in kept.items():
            assert found[name].dtype == column.dtype
            np.testing.assert_array_equal(found[name], column)


def test_every_flipped_byte_and_every_cut_is_found(tables: Tables) -> None:
    content = pack(replace(tables, people=None, events=None), "key")
    places = [*range(120), *np.linspace(120, len(content) - 1, 300).astype(int).tolist()]
    for place in places:
        changed = bytearray(content)
        changed[place] ^= 1 << place % 8
        with pytest.raises(DamagedError):
            unpack(bytes(changed), "key")
    for length in (0, 1, 50, len(content) // 2, len(content) - 1):
        with pytest.raises(DamagedError):
            unpack(content[:length], "key")
    with pytest.raises(DamagedError, match="another"):
        unpack(content, "other")


def test_what_is_stored_is_not_run_again_and_what_is_damaged_is(
    scenario: ResolvedScenario, tmp_path: Path
) -> None:
    told: list[str] = []
    bank = Bank(tmp_path, tell=told.append)
    first = replications(scenario, 1, [1, 2], bank=bank)
    assert len(bank.stored()) == 2 and not told
    stored = {path: path.read_bytes() for path in tmp_path.rglob("*.part")}
    again = replications(scenario, 1, [2, 1], bank=bank)
    # Timing tells a stored replication from one that was run anew.
    assert [found.timing for found in again] == [first[1].timing, first[0].timing]
    for path, content in stored.items():
        changed = bytearray(content)
        changed[len(content) // 2] ^= 1
        path.write_bytes(changed)
    anew = replications(scenario, 1, [1, 2], bank=bank)
    assert len(told) == 2 and all("damaged" in text and "run again" in text for text in told)
    assert [found.timing for found in anew] != [found.timing for found in first]
    for one, other in zip(first, anew, strict=True):
        assert not differing(one, other)


def test_the_key_names_everything_that_a_replication_depends_on(scenario: ResolvedScenario) -> None:
    other = load("metropolitan-pilot", ["calendar.years=1"])
    keys = [
        part_key(scenario, 1, 1),
        part_key(scenario, 1, 2),
        part_key(scenario, 2, 1),
        part_key(other, 1, 1),
        part_key(scenario, 1, 1, Keep(people=True)),
        part_key(scenario, 1, 1, Keep(events=True)),
    ]
    assert len(set(keys)) == len(keys)
    # People are kept of replication 1 only; a scenario's name and file change no result.
    assert part_key(scenario, 1, 2, Keep(people=True)) == part_key(scenario, 1, 2)
    assert part_key(replace(scenario, name="other", path=Path("x")), 1, 1) == keys[0]


def test_another_model_finds_nothing(scenario: ResolvedScenario, monkeypatch: pytest.MonkeyPatch) -> None:
    key = part_key(scenario, 1, 1)
    banks.model_digest.cache_clear()
    monkeypatch.setattr(banks, "__version__", "0.0.0")
    assert part_key(scenario, 1, 1) != key
    banks.model_digest.cache_clear()


def test_a_bank_stays_below_its_limit_and_drops_what_was_not_used(tables: Tables, tmp_path: Path) -> None:
    small = replace(tables, people=None, events=None)
    size = len(pack(small, "00"))
    bank = Bank(tmp_path, most_bytes=size * 5)
    for number in range(12):
        bank.put(f"{number:02}", small)
        os.utime(tmp_path / f"{number:02}" / f"{number:02}.part", ns=(number, number))
        assert bank.get("00") is not None, "used each time, so the last to go"
    assert "00" in bank.stored() and "11" in bank.stored() and 3 <= len(bank.stored()) <= 5


def test_a_killed_writer_leaves_no_part(tables: Tables, tmp_path: Path) -> None:
    """A temporary file is no part, and goes when it is old."""
    beside = tmp_path / "ab" / "half.tmp"
    beside.parent.mkdir()
    beside.write_bytes(b"half")
    bank = Bank(tmp_path, most_bytes=10**9)
    assert bank.stored() == set()
    bank.put("ab", tables)
    assert beside.exists(), "it may be another process's"
    os.utime(beside, (0, 0))
    Bank(tmp_path, most_bytes=10**9).put("ac", tables)
    assert not beside.exists()


def test_a_cache_that_cannot_be_written_ends_no_run_but_a_result_does(
    scenario: ResolvedScenario, tables: Tables, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    told: list[str] = []
    cache = Bank(tmp_path / "file", most_bytes=10**9, tell=told.append)
    assert len(list(carry_out([Task(scenario, 1, 1)], bank=cache))) == 1
    assert len(told) == 2 and "cannot be kept" in told[-1]
    with pytest.raises(OSError, match="file"):
        Bank(tmp_path / "file").put("ab", tables)


def test_several_processes_and_threads_share_a_cache(tables: Tables, tmp_path: Path) -> None:
    small = replace(tables, people=None, events=None)
    bank = Bank(tmp_path, most_bytes=len(pack(small, "00")) * 4, tell=lambda text: failures.append(text))
    failures: list[str] = []

    def use() -> None:
        for number in range(30):
            bank.put(f"{number % 6:02}", small)
            bank.get(f"{(number + 3) % 6:02}")

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.parametrize("text", ["much", "0", "-1", "nan"])
def test_a_limit_that_is_none_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBSIM_CACHE_GB", text)
    with pytest.raises(InputError, match="gigabytes"):
        shared_bank()


def test_the_shared_bank_lies_in_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert shared_bank().folder == tmp_path / "ibsim" / "replications"


def test_keys_are_the_same_in_every_process(scenario: ResolvedScenario) -> None:
    code = (
        "from ibsim.experiment.bank import part_key; from ibsim.scenario import load\n"
        "sets = ['calendar.years=1', 'calendar.warm_up_years=0']\n"
        "print(part_key(load('metropolitan-pilot', sets), 1, 1))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == part_key(scenario, 1, 1)
