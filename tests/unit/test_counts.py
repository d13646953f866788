"""The counts that grow in `make prove`: they stop at count or time, go on, and are written down."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.counts import at_push, examples
from tests.prove import Night, Proof

ROOT = Path(__file__).resolve().parents[2]


def test_at_a_push_the_counts_are_those_of_a_push() -> None:
    assert (at_push(3, prove=9), list(examples(3, prove=9, start=6))) in [
        (3, [6, 7, 8]),
        (9, [*range(6, 15)]),
    ]


def proving(code: str, note: Path, **environment: str) -> list[int]:
    """The numbers that some lines print, run as `make prove` would."""
    whole = {**os.environ, "IBSIM_PROVE": "1", "IBSIM_PROVE_NOTE": str(note), **environment}
    command = [sys.executable, "-c", f"from tests.counts import *\n{code}"]
    found = subprocess.run(command, cwd=ROOT, env=whole, capture_output=True, text=True, check=True)
    return [int(word) for word in found.stdout.split()]


def test_a_proof_stops_at_its_count_and_goes_on_from_an_earlier_turn(tmp_path: Path) -> None:
    note = tmp_path / "note.json"
    code = "for seed in examples(2, prove=5, what='councils', start=10): print(seed)"
    assert proving(code, note) == [10, 11, 12, 13, 14]
    assert json.loads(note.read_text()) == {"councils": [5, 5]}
    note.write_text(json.dumps({"councils": [3, 5]}))
    assert proving(code, note, IBSIM_PROVE_BEFORE=str(note)) == [13, 14]
    assert json.loads(note.read_text()) == {"councils": [5, 5]}


def test_no_example_begins_once_the_time_is_over(tmp_path: Path) -> None:
    note = tmp_path / "note.json"
    code = "for seed in examples(2, prove=5): print(seed)"
    assert proving(code, note, IBSIM_PROVE_UNTIL=repr(time.time() - 1)) == []
    assert json.loads(note.read_text()) == {"examples": [0, 5]}


def test_a_counted_function_passes_at_once_past_its_count_until_one_fails(tmp_path: Path) -> None:
    code = """
tried = []
@counted(1, prove=2)
def test(number: int) -> None:
    print(number)
    assert number != 1
for number in (0, 1, 2, 3):
    try:
        test(number)
    except AssertionError:
        print(99)
"""
    assert proving(code, tmp_path / "note.json") == [0, 1, 99, 2, 3]


def test_what_was_reached_and_what_failed_is_written_down(tmp_path: Path) -> None:
    code = "from tests.counts import *; [print(seed) for seed in examples(1, prove={}, what='councils')]; {}"

    def proof(number: int, after: str) -> Proof:
        command = (sys.executable, "-c", code.format(number, after))
        return Proof(f"test_it[{number}]", command, 1.0, tmp_path / f"{number}.json")

    night = Night(
        [proof(4, "pass"), proof(5, "raise SystemExit('3 is wrong')")], 60.0, 2, tmp_path / "report"
    )
    night.run()
    text = (tmp_path / "report.txt").read_text()
    assert "test_it: 9 of 9 councils, FAILED" in text and "3 is wrong" in text
    trees = json.loads((tmp_path / "report.json").read_text())
    assert [tree["reached"] for tree in trees] == [{"councils": {"tried": n, "of": n}} for n in (4, 5)]
    assert [bool(tree["failure"]) for tree in trees] == [False, True]
