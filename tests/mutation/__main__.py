"""`make mutants`: how many mutants of the engine and of the policy rooms the tests kill.

The sources are copied; each mutant is written into the copy, the tests that reach the changed line run over
it, and the file is put back.  What survives is listed beside the reasons in `survivors.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from tests.counts import Tally
from tests.mutation.mutants import Mutant, draw
from tests.mutation.suite import Suite, is_killed, measure

ROOT = Path(__file__).resolve().parents[2]
MUTATED = ("ibsim/engine", "ibsim/policy", "ibsim/pathway")
COPIED = ("ibsim", "tests", "scenarios", "dashboard", "pyproject.toml", "README.md")
SURVIVORS = Path(__file__).with_name("survivors.md")
LEAST_PERCENT = 85.0
FEWEST = 50
"""Of fewer mutants the share says nothing."""
WANTED = 2_000
"""Mutants of a whole night."""
LEAST_SECONDS = 600.0
"""With less time a night does not begin to measure, which takes some ten minutes."""
NAMES = {True: "short", False: "councils"}


class Tried(NamedTuple):
    """A mutant and what became of it; `tests` of them reach the changed line and were run."""

    path: str
    line: int
    was: str
    becomes: str
    tests: int
    killed: bool

    @property
    def name(self) -> tuple[str, str, str]:
        """What stays the same when other lines of the file change."""
        return self.path, self.was, self.becomes

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.was}  ->  {self.becomes}  ({self.tests} tests)"


def main() -> int:
    """Try mutants; 0 if at least 85 percent of them were killed."""
    asked = _arguments()
    notes = ROOT / "build" / "mutation" / _digest()
    if not notes.exists() and float(os.environ.get("IBSIM_PROVE_UNTIL", "inf")) - time.time() < LEAST_SECONDS:
        print("no time to measure which tests reach which line")
        return 0
    with tempfile.TemporaryDirectory(prefix="ibsim-mutation-") as folder:
        copy = Path(folder).resolve()
        for name in COPIED:
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, copy / name)
        ways = (True,) if asked.quick else (True, False)
        suites = [measure(copy, plain, notes / NAMES[plain]) for plain in ways]
        log, tally = notes / "tried.jsonl", Tally(asked.tries, prove=WANTED, what="mutants")
        tried = (
            [Tried(*json.loads(line)) for line in log.read_text("utf-8").splitlines()] if log.exists() else []
        )
        known = {one.name for one in tried}
        for mutant in draw(copy, asked.folders or MUTATED, asked.seed):
            if mutant.name in known:
                continue
            if not tally.more():
                break
            tried.append(_try(copy, suites, mutant))
            with log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(tried[-1]) + "\n")
            print("killed  " if tried[-1].killed else "SURVIVED", tried[-1], flush=True)
    return _tell(tried)


def _try(copy: Path, suites: Sequence[Suite], mutant: Mutant) -> Tried:
    """Write a mutant into the copy, run the tests that reach it until one fails, and put the file back."""
    file, met, killed = copy / mutant.path, 0, False
    before, times = file.read_bytes(), file.stat()
    file.write_text(mutant.source, encoding="utf-8")
    try:
        for suite in suites:
            tests = suite.tests_of(mutant.path, mutant.first, mutant.line)
            met += len(tests)
            killed = is_killed(copy, suite, tests, anew=mutant.is_compiled)
            if killed:
                break
    finally:
        file.write_bytes(before)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))  # Numba's cache asks for it
    return Tried(mutant.path, mutant.line, mutant.was, mutant.becomes, met, killed)


def _digest() -> str:
    """Of all that the measurements hang on: they are made anew when one of these files changes."""
    digest = blake2b(digest_size=8)
    for folder in ("ibsim", "tests"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            digest.update(file.relative_to(ROOT).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()


def _tell(tried: list[Tried]) -> int:
    """Say how many were killed, folder by folder, and which survivors no reason is given for."""
    of, killed = (
        Counter("/".join(one.path.split("/")[:2]) for one in tried if one.killed >= least) for least in (0, 1)
    )
    for folder in sorted(of):
        print(f"{folder}: {killed[folder]} of {of[folder]} mutants killed, {killed[folder] / of[folder]:.1%}")
    explained = _explained(SURVIVORS.read_text(encoding="utf-8"))
    for one in tried:
        if not one.killed and one.name not in explained:
            print("survived, and is not in survivors.md:", one)
    percent = 100 * killed.total() / max(1, of.total())
    print(f"all: {killed.total()} of {of.total()} mutants killed, {percent:.1f} percent")
    return int(percent < LEAST_PERCENT and of.total() >= FEWEST)


def _explained(notes: str) -> set[tuple[str, str, str]]:
    """The mutants that the first table gives a reason for, by name (`Tried.name`).

    Below the second heading stand those that tests have been written for: they are to be killed.
    """
    rows = notes.partition("\n## ")[0].splitlines()
    cells = [re.split(r"(?<!\\)\|", row.strip("| ")) for row in rows if row.startswith("| `")]
    return {
        (path, was, becomes)
        for path, was, becomes in (
            (cell.strip().strip("`").replace("\\|", "|") for cell in row[:3]) for row in cells
        )
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("folders", nargs="*", help=f"folders to mutate (default {' '.join(MUTATED)})")
    parser.add_argument("--tries", type=int, default=150, help="how many mutants (default 150)")
    parser.add_argument("--quick", action="store_true", help="with the short tests alone")
    parser.add_argument("--seed", type=int, default=1, help="which ones (default 1)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
