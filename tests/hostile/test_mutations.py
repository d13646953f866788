"""Every shipped scenario, with faults put in by chance, resolves and is legal, or meets one clear message."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from ibsim.errors import ScenarioError
from ibsim.experiment.sweep.reading import read_plan
from ibsim.scenario import load
from ibsim.scenario.check import describe
from ibsim.scenario.shipped import shipped_folder
from tests.counts import PROVING, at_push, examples
from tests.hostile.legal import faults
from tests.hostile.limits import cpu_seconds
from tests.hostile.mutating import mutated

SHIPPED = sorted(path.relative_to(shipped_folder()) for path in shipped_folder().rglob("*.yaml"))
SWEEPS = [path for path in SHIPPED if path.parts[0] == "sweeps"]
SCENARIOS = [path for path in SHIPPED if path not in SWEEPS]
PUSH, PROVE = (-(-whole // len(SHIPPED)) for whole in (2_000, 100_000))
"""Mutations of each file, so that all of them make the whole count or a few more."""
SALT = f" {random.SystemRandom().randrange(10**9)}" if PROVING else ""
"""What makes a proof's mutations others each time; it is printed with the seed on failure."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shipped scenarios, so that a mutated one finds its parents where it looks for them."""
    copy = tmp_path_factory.mktemp("shipped") / "scenarios"
    shutil.copytree(shipped_folder(), copy)
    return copy


def mutants(path: Path, seeds: Iterable[int]) -> Iterator[int]:
    """Write one mutation after the other into the file; yields their seeds and puts the file back."""
    text = path.read_text(encoding="utf-8")
    try:
        for seed in seeds:
            print(f"{path.name} {seed}{SALT}")
            path.write_bytes(mutated(random.Random(f"{path.name} {seed}{SALT}"), text))
            yield seed
    finally:
        path.write_text(text, encoding="utf-8")


def refusal(error: ScenarioError, path: Path) -> str:
    """The message, if it says all that one has to say."""
    for part in (error.where, error.found, error.rule, error.remedy.partition("\n")[0]):
        assert part.strip() and "\n" not in part, str(error)
        assert "Traceback" not in part and "object at 0x" not in part, str(error)
    assert path.name in error.where or "evidence" in error.where, str(error)
    return str(error)


def test_all_shipped_files_are_mutated() -> None:
    assert len(SCENARIOS) >= 42 and len(SWEEPS) >= 2
    assert PUSH * len(SHIPPED) >= 2_000 and PROVE * len(SHIPPED) >= 100_000


@pytest.mark.counted
@pytest.mark.parametrize("name", SCENARIOS, ids=str)
def test_a_mutated_scenario_is_legal_or_refused(folder: Path, name: Path) -> None:
    said: set[str] = set()
    with cpu_seconds(at_push(60, prove=3_600)):
        for _ in mutants(folder / name, examples(PUSH, prove=PROVE, what="mutated files")):
            try:
                scenario = load(folder / name)
            except ScenarioError as error:
                said.add(refusal(error, name))
                continue
            assert faults(scenario) == []
            assert describe(scenario)[0].endswith(": valid")
    assert PROVING or len(said) > PUSH / 3, "the faults are of many kinds"


@pytest.mark.counted
@pytest.mark.parametrize("name", SWEEPS, ids=str)
def test_a_mutated_sweep_is_legal_or_refused(folder: Path, name: Path) -> None:
    with cpu_seconds(at_push(60, prove=3_600)):
        for _ in mutants(folder / name, examples(PUSH, prove=PROVE, what="mutated files")):
            try:
                plan = read_plan(folder / name)
            except ScenarioError as error:
                refusal(error, name)
            else:
                assert plan.points


CLI = "import sys; from ibsim.cli import main; sys.argv = ['ibsim', 'check', *sys.argv[1:]]; main()"


def test_the_command_tells_each_fault_once_and_shows_no_traceback(folder: Path) -> None:
    legal, wrong = [], []
    for name in SCENARIOS:
        mutant = folder / name.with_stem(f"{name.stem}-mutant")
        mutant.write_bytes(mutated(random.Random(str(name)), (folder / name).read_text(encoding="utf-8")))
        try:
            legal.append(load(mutant).hash[:16])
        except ScenarioError:
            wrong.append(mutant)
    command = [sys.executable, "-c", CLI, *map(str, sorted(folder.rglob("*-mutant.yaml")))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr + done.stdout
    assert done.stderr.count("\n  rule:   ") == len(wrong) > len(SCENARIOS) / 2
    assert done.stdout.count(": valid\n") == len(legal) > 0
    assert all(hash in done.stdout for hash in legal)
