"""`make prove`: the counted tests with their overnight counts, as far as the time given goes.

Every counted test gets a share of the time, and so do the programs named below; what some do not need goes to
the others in further turns.  What was reached stands in `results/prove-DATE.txt` and `.json`, written anew
after each test.  Exits with 1 if anything failed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock

ROOT = Path(__file__).resolve().parents[1]
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
LEAST_SECONDS = 20.0
"""A turn shorter than this is not begun: a test needs some seconds before its first example."""
GRACE_SECONDS = 900.0
"""An example begun before the time was over may take so much longer; what hangs is then ended."""
TAIL_LINES = 600
"""Of what a failure says: a scenario that Hypothesis found takes hundreds."""

PROGRAMS: tuple[tuple[str, tuple[str, ...], int], ...] = (
    ("mutants of engine, rooms and pathway", (sys.executable, "-m", "tests.mutation", "--quick"), 8),
)
"""Proofs that are no tests: a name, a command, and how many tests' shares it gets.

A program reads the environment as tests/counts.py describes it (`IBSIM_PROVE_UNTIL`, `_NOTE`, `_BEFORE`), and
exits with other than 0 if it found a defect.
"""


@dataclass
class Proof:
    """One test, or one program: what it runs, what it tried, and how it went."""

    name: str
    command: tuple[str, ...]
    weight: float
    note: Path
    counts: dict[str, list[int]] = field(default_factory=dict)
    seconds: float = 0.0
    turns: int = 0
    failure: str = ""

    @property
    def is_done(self) -> bool:
        """Whether it failed, or tried all that it wanted."""
        return bool(self.failure) or (
            self.turns > 0 and all(tried >= wanted for tried, wanted in self.counts.values())
        )

    def take_turn(self, seconds: float) -> None:
        """Run for about so many seconds, from where the last turn stopped."""
        self.turns += 1
        began, until = time.monotonic(), time.time() + seconds
        environment = {
            **os.environ,
            "IBSIM_PROVE": "1",
            "IBSIM_PROVE_UNTIL": repr(until),
            "IBSIM_PROVE_NOTE": str(self.note),
            "IBSIM_PROVE_BEFORE": str(self.note),
        }
        command = [word.format(turn=self.turns) for word in self.command]
        try:
            found = subprocess.run(
                command,
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                timeout=seconds + GRACE_SECONDS,
            )
        except subprocess.TimeoutExpired:
            self.failure = f"did not end {GRACE_SECONDS:.0f} s after its time was over"
        else:
            if found.returncode != 0:
                told = (found.stdout + found.stderr).splitlines()
                self.failure = "\n".join(told[-TAIL_LINES:]) or f"exit code {found.returncode}"
        self.seconds += time.monotonic() - began
        if self.note.exists():
            self.counts = json.loads(self.note.read_text(encoding="utf-8"))

    def tree(self) -> dict[str, object]:
        """What is written down of it."""
        return {
            "proof": self.name,
            "reached": {
                what: {"tried": tried, "of": wanted} for what, (tried, wanted) in self.counts.items()
            },
            "minutes": round(self.seconds / 60, 2),
            "failure": self.failure,
        }


def counted_tests() -> list[str]:
    """The node ids of all tests that carry the mark `counted`."""
    command = [*PYTEST, "--collect-only", "-m", "counted", "tests"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if found.returncode not in (0, 5):
        sys.exit(found.stdout + found.stderr)
    return [line for line in found.stdout.splitlines() if "::" in line and not line.startswith(" ")]


def proofs(folder: Path, only: str, seed: int) -> list[Proof]:
    """All proofs: the cases of one parametrised test share one weight; each turn draws its own examples."""
    nodes = [node for node in counted_tests() if only in node]
    tests = [node.split("[")[0] for node in nodes]
    commands: list[tuple[str, tuple[str, ...], float]] = [
        (node, (*PYTEST, f"--hypothesis-seed={seed}{{turn:03d}}", node), 1 / tests.count(test))
        for node, test in zip(nodes, tests, strict=True)
    ]
    commands += [
        (name, (*command, "--seed", str(seed)), float(weight))
        for name, command, weight in PROGRAMS
        if only in name
    ]
    return [
        Proof(name, command, weight, folder / f"{number}.json")
        for number, (name, command, weight) in enumerate(commands)
    ]


class Night:
    """Hands the time out: turns of the proofs on several slots, round after round, until it is over."""

    def __init__(self, todo: Sequence[Proof], seconds: float, slots: int, report: Path) -> None:
        self._all, self._slots, self._report = list(todo), slots, report
        self._until = time.monotonic() + seconds
        self._lock = Lock()

    def run(self) -> None:
        """Rounds, until all are done or the time is over."""
        while waiting := [proof for proof in self._all if not proof.is_done]:
            if self._until - time.monotonic() < LEAST_SECONDS:
                return
            queue = self._shares(waiting)
            with ThreadPoolExecutor(self._slots) as pool:
                for _ in pool.map(self._work, [queue] * self._slots):
                    pass

    def _shares(self, waiting: list[Proof]) -> Iterator[tuple[Proof, float]]:
        """Each proof of a round with its seconds; the time is read when its turn comes."""
        whole = (self._until - time.monotonic()) * self._slots
        # A round of many goes half the way: what remains is for those that need more.
        whole *= 1.0 if len(waiting) <= self._slots else 0.5
        weights = sum(proof.weight for proof in waiting)
        for proof in waiting:
            left = self._until - time.monotonic()
            if left < LEAST_SECONDS:
                return
            yield proof, min(left, max(LEAST_SECONDS, whole * proof.weight / weights))

    def _work(self, queue: Iterator[tuple[Proof, float]]) -> None:
        while True:
            with self._lock:
                turn = next(queue, None)
            if turn is None:
                return
            proof, seconds = turn
            proof.take_turn(seconds)
            with self._lock:
                print(_line(_added_up([proof])[0]), flush=True)
                self.write()

    def write(self) -> None:
        """Write the report, as text and as JSON."""
        lines = [_line(tree) for tree in _added_up(self._all)]
        failures = [f"{proof.name}\n{proof.failure}" for proof in self._all if proof.failure]
        text = "\n".join(["Proofs, and how far they went:", *lines, "", *failures]) + "\n"
        self._report.with_suffix(".txt").write_text(text, encoding="utf-8")
        trees = json.dumps([proof.tree() for proof in self._all], indent=2)
        self._report.with_suffix(".json").write_text(trees + "\n", encoding="utf-8")


def _added_up(of: Sequence[Proof]) -> list[Proof]:
    """The cases of a parametrised test as one."""
    tests: dict[str, Proof] = {}
    for proof in of:
        name = proof.name.split("[")[0]
        whole = tests.setdefault(name, Proof(name, (), 0.0, proof.note))
        whole.seconds += proof.seconds
        whole.turns += proof.turns
        whole.failure += proof.failure
        for what, (tried, wanted) in proof.counts.items():
            before = whole.counts.get(what, [0, 0])
            whole.counts[what] = [before[0] + tried, before[1] + wanted]
    return list(tests.values())


def _line(proof: Proof) -> str:
    counts = [f"{tried:,} of {wanted:,} {what}" for what, (tried, wanted) in proof.counts.items()]
    reached = ", ".join(counts) or ("nothing tried" if proof.turns else "not begun")
    verdict = "FAILED" if proof.failure else "no failure"
    return f"{proof.name}: {reached}, {verdict}, {proof.seconds / 60:.1f} min"


def main() -> int:
    """Run them; 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, required=True, help="how long, about")
    parser.add_argument("--slots", type=int, default=os.cpu_count() or 1, help="how many side by side")
    parser.add_argument("--only", default="", help="only proofs with this in their name")
    parser.add_argument("--seed", type=int, default=1, help="another draws other examples and mutants")
    chosen = parser.parse_args()
    from ibsim.experiment.warming import ensure_compiled

    began = time.monotonic()
    ensure_compiled()
    report = ROOT / "results" / f"prove-{datetime.now():%Y%m%d-%H%M%S}"
    report.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        todo = proofs(Path(folder), chosen.only, chosen.seed)
        if not todo:
            parser.error(f"no proof has {chosen.only!r} in its name")
        seconds = chosen.minutes * 60 - (time.monotonic() - began)
        night = Night(todo, seconds, chosen.slots, report)
        how = f"{chosen.minutes:g} minutes, {chosen.slots} side by side, seed {chosen.seed}"
        print(f"{len(todo)} proofs, {how}", flush=True)
        night.write()
        night.run()
        night.write()
    print(report.with_suffix(".txt").read_text(encoding="utf-8"))
    print(f"Written down in {report.with_suffix('.txt').relative_to(ROOT)} and .json")
    return 1 if any(proof.failure for proof in todo) else 0


if __name__ == "__main__":
    sys.exit(main())
