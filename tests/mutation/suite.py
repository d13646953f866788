"""Which tests reach which line, and how long each takes: measured once for a copy of the sources.

There are two suites.  The plain one runs compiled verbs as plain Python (NUMBA_DISABLE_JIT), where
coverage sees them and no mutant has to be compiled: short tests, which meet every mutant.  What survives
them meets the second one, with whole councils and the verbs compiled.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numba  # here and below: what takes long to import is imported once, before the forks
import numpy  # noqa: F401
import pyarrow.parquet  # noqa: F401
import pydantic  # noqa: F401
import pytest
import ruamel.yaml  # noqa: F401
import scipy.stats  # noqa: F401
import simpy  # noqa: F401
from coverage import CoverageData

SHORT_TESTS = (
    "tests/unit/engine", "tests/unit/policy", "tests/unit/scenario/test_schema.py",
    "tests/unit/scenario/test_dated.py", "tests/unit/scenario/test_resolve.py", "tests/unit/test_draws.py",
    "tests/conservation", "tests/mutation/councils.py",
)  # fmt: skip
COUNCIL_TESTS = ("tests/conservation", "tests/oracle", "tests/theory", "tests/validation",
                 "tests/unit/test_caseload_run.py")  # fmt: skip
SCHEMA = "tests/unit/scenario/test_schema.py"
TEST_SECONDS = {True: 8.0, False: 20.0}
"""Tests of the plain suite, and of the other, that take longer are left out."""
MOST_SECONDS = {True: 60.0, False: 120.0}
"""Tests are tried on a mutant from the shortest on, up to so many seconds in all."""
SLOWER, START_SECONDS, COMPILE_SECONDS = 4.0, 30.0, 200.0
"""A mutant that takes so many times the usual time and so many seconds more runs without end."""


@dataclass
class Suite:
    """The tests that pass, the seconds of each, and the lines that each reaches: {path: {line: tests}}."""

    plain: bool
    seconds: dict[str, float] = field(default_factory=dict)
    reached: dict[str, dict[int, set[str]]] = field(default_factory=dict)

    def tests_of(self, path: str, first: int, last: int) -> list[str]:
        """The tests that reach these lines, shortest first; where none is seen to, those of the file.

        Lines that run on import belong to no test.  Compiled ones are not seen: for them all whole councils.
        """
        lines = self.reached.get(path, {})
        tests = set[str]().union(*(lines.get(line, set()) for line in range(first, last + 1)))
        if not tests:  # on import, by which levers are read as well, whose schema is tested
            tests = set[str]().union(*lines.values(), {one for one in self.seconds if one.startswith(SCHEMA)})
        if not tests and not self.plain:
            tests = set(self.seconds)
        chosen, total = [], 0.0
        # what runs on import is mostly levers and their bounds, which the schema shows
        for test in sorted(tests, key=lambda one: (not one.startswith(SCHEMA), self.seconds[one], one)):
            total += self.seconds[test]
            if total > MOST_SECONDS[self.plain]:
                break
            chosen.append(test)
        return chosen

    def limit(self, tests: list[str]) -> float:
        """Seconds of a processor's time that these tests may take."""
        start = START_SECONDS if self.plain else START_SECONDS + COMPILE_SECONDS
        return start + SLOWER * sum(self.seconds[test] for test in tests)


def measure(copy: Path, plain: bool, notes: Path) -> Suite:
    """Run the suite over a copy of the sources, unless its notes are there."""
    notes.mkdir(parents=True, exist_ok=True)
    data, times = notes / "coverage", notes / "times.xml"
    if not times.exists():
        settings = notes / "settings"
        # without coverage's locks, which a test that is ended for its length would leave closed
        text = f"[run]\nsource =\n    ibsim\nconcurrency = multiprocessing\ndata_file = {data}\n"
        settings.write_text(text, encoding="utf-8")
        there = [test for test in (SHORT_TESTS if plain else COUNCIL_TESTS) if (copy / test).exists()]
        coverage = ["--cov", f"--cov-config={settings}", "--cov-report=", "--cov-context=test"]
        options = [*coverage, "-m", "not slow", f"--junitxml={times}", *there]
        run(copy, plain, options, {"IBSIM_TEST_SECONDS": str(TEST_SECONDS[plain])})
    suite = Suite(plain, _passed(times))
    covered = CoverageData(str(data))
    covered.read()
    for file in covered.measured_files():
        found: dict[int, set[str]] = defaultdict(set)
        for line, contexts in covered.contexts_by_lineno(file).items():
            found[line] = {test for one in contexts if (test := one.partition("|")[0]) in suite.seconds}
        suite.reached[file[file.rindex("/ibsim/") + 1 :]] = found
    return suite


def is_killed(copy: Path, suite: Suite, tests: list[str], *, anew: bool) -> bool:
    """Whether one of the tests fails on the mutant that stands in the copy, or runs without end.

    With `anew` everything is compiled again: Numba's cache does not see that a verb's callee has changed.
    """
    once = copy / ".numba-once"  # what a mutant's file compiles to is not kept
    if not (suite.plain or anew):
        shutil.copytree(copy / ".numba", once)
    more = {"NUMBA_CACHE_DIR": str(once), "IBSIM_ALL_SECONDS": str(int(suite.limit(tests)))}
    try:
        return run(copy, suite.plain, ["-x", *tests], more, 10 * suite.limit(tests)) != 0
    finally:
        shutil.rmtree(once, ignore_errors=True)


def _passed(times: Path) -> dict[str, float]:
    """The tests that passed and their seconds, by the names that pytest takes."""
    out = {}
    for case in ElementTree.parse(times).iter("testcase"):
        if not [one for kind in ("failure", "error", "skipped") for one in case.findall(kind)]:
            file = case.attrib["classname"].replace(".", "/") + ".py"
            out[f"{file}::{case.attrib['name']}"] = float(case.attrib["time"])
    return out


def run(copy: Path, plain: bool, arguments: list[str], more: dict[str, str], limit: float = 1e9) -> int:
    """What pytest returns over the copy, in a fork of this process; one that takes too long is ended."""
    child = os.fork()
    if child == 0:
        os.setsid()
        os._exit(_in_child(copy, plain, arguments, more))
    until = time.monotonic() + limit
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _in_child(copy: Path, plain: bool, arguments: list[str], more: dict[str, str]) -> int:
    """Run pytest over the copy: nothing of ibsim or its tests has been imported from there yet."""
    for name in [name for name in os.environ if name.startswith("IBSIM_PROVE")]:
        del os.environ[name]  # tests try as often as at a push, whoever asks for mutants
    os.environ.update({"NUMBA_DISABLE_JIT": str(int(plain)), "NUMBA_CACHE_DIR": str(copy / ".numba")} | more)
    settings: Any = numba.config  # Numba read the environment before it was set
    settings.reload_config()
    sys.dont_write_bytecode = True
    for name in [name for name in sys.modules if name.split(".")[0] in ("ibsim", "tests")]:
        del sys.modules[name]
    sys.path[:] = [str(copy), *(place for place in sys.path if place not in ("", os.getcwd()))]
    os.chdir(copy)
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silent, stream)
    # Hypothesis' own reporting breaks off the whole session where a test is ended in the middle of it
    plugins = ["-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "tests.mutation.limit"]
    return int(pytest.main(["-q", *plugins, *arguments]))
