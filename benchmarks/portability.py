"""Are the results the same with other versions of Python and of the libraries?

`make portability` runs a fixed set of councils and statistics with the oldest and the newest versions that
pyproject.toml allows, and on each Python from 3.11 on that the machine has, every one in a folder of its own
under build/.  Whole numbers must be identical, floating-point ones within 1e-12 of one another.

    python -m benchmarks.portability write FILE       what this interpreter finds, as JSON
    python -m benchmarks.portability compare A B...   1 if any differs from the first
    python -m benchmarks.portability all              makes the environments, writes and compares
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "build" / "portability"
PYTHONS = ("3.11", "3.12", "3.13")
EXTREMES = {"oldest": "lowest-direct", "newest": "highest"}
LIBRARIES = ("numpy", "scipy", "numba", "simpy", "pyarrow", "pydantic")
TOLERANCE = 1e-12
"""Relative to the larger of the two, or absolute below 1."""
SHORT = ("calendar.years=1", "calendar.warm_up_years=0")
COUNCILS = {
    "metropolitan-pilot": SHORT,
    "metropolitan-total-transformation": SHORT,
    "metropolitan-outcome-focused": SHORT,
    "unitary": SHORT,
    "site-03": ("calendar.years=2", *SHORT[1:]),
}
REPLICATIONS, SEED = 2, 5


def found_here() -> dict[str, Any]:
    """Versions, digests of all whole numbers and texts, and all floating-point numbers, by place."""
    whole: dict[str, str] = {}
    floats: dict[str, list[float]] = {}
    for place, value in _everything():
        array = np.asarray(value)
        if array.dtype.kind == "f":
            floats[place] = array.astype(np.float64).ravel().tolist()
        else:
            whole[place] = hashlib.sha256(json.dumps(array.tolist(), default=str).encode()).hexdigest()
    versions = {name: metadata.version(name) for name in LIBRARIES}
    return {"versions": {"python": platform.python_version(), **versions}, "whole": whole, "floats": floats}


def _everything() -> Iterator[tuple[str, Any]]:
    """Councils with their verdicts, statistics and samples: each array with the name of its place."""
    for name, sets in COUNCILS.items():
        yield from _named(name, _council(name, sets))
    yield from _named("samples", _samples())


def _council(name: str, sets: Sequence[str]) -> dict[str, Any]:
    from ibsim.experiment.pairs import Pairing, with_verdict
    from ibsim.experiment.runs import run_scenario
    from ibsim.replication import Keep
    from ibsim.scenario import load

    result = run_scenario(load(name, sets), SEED, REPLICATIONS, keep=Keep(people=True, events=True))
    result = with_verdict(result, Pairing())
    tables = [{key: value for key, value in vars(one).items() if key != "timing"} for one in result.tables]
    summary = result.summary
    return {
        "tables": dict(enumerate(tables)),
        "yearly": dict(enumerate(result.yearly)),
        "monthly": dict(enumerate(result.monthly)),
        "statistics": {field.name: getattr(summary.yearly, field.name) for field in fields(summary.yearly)},
    }


def _samples() -> dict[str, Any]:
    """What SciPy draws and inverts for sweeps, sensitivity and intervals."""
    from ibsim.experiment.sweep.design import unit_sample
    from ibsim.results.statistics import summarise

    dice = np.random.default_rng(SEED).random((7, 40))
    return {
        "sobol": unit_sample(5, "sobol", 32, SEED),
        "latin": unit_sample(5, "latin_hypercube", 32, SEED),
        "intervals": dict(vars(summarise(dice))),
    }


def _named(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The arrays of a tree, each with its path."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _named(f"{place}/{key}", item)
    elif value is not None:
        yield place, value


def differences(first: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Where two findings differ: whole numbers at all, floating-point ones by more than the tolerance."""
    found = list(first["whole"].keys() ^ other["whole"].keys())
    found += list(first["floats"].keys() ^ other["floats"].keys())
    found += [
        place for place, digest in first["whole"].items() if other["whole"].get(place, digest) != digest
    ]
    for place, numbers in first["floats"].items():
        others = other["floats"].get(place, numbers)
        if len(others) != len(numbers) or not all(map(_close, numbers, others)):
            found.append(place)
    return sorted(found)


def _close(one: float, other: float) -> bool:
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return one == other or abs(one - other) <= TOLERANCE * max(1.0, abs(one), abs(other))


def largest(first: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """The largest difference between floating-point numbers, relative as in the tolerance."""
    pairs = (
        pair
        for place, numbers in first["floats"].items()
        for pair in zip(numbers, other["floats"].get(place, ()), strict=False)
        if not math.isnan(pair[0]) and pair[0] != pair[1]
    )
    return max((abs(one - two) / max(1.0, abs(one), abs(two)) for one, two in pairs), default=0.0)


def compare(paths: Sequence[Path]) -> int:
    """Print a line for each finding; 1 if any differs from the first."""
    findings = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    failed = 0
    for path, finding in zip(paths, findings, strict=True):
        told = " ".join(f"{name} {version}" for name, version in finding["versions"].items())
        wrong = differences(findings[0], finding)
        count = sum(map(len, finding["floats"].values()))
        print(f"{path.stem}: {told}")
        print(
            f"  {len(finding['whole']):,} tables of whole numbers, {count:,} floating-point numbers; largest "
            f"difference {largest(findings[0], finding):.1e}; {len(wrong)} differ"
            + "".join(f"\n  {it}" for it in wrong[:20])
        )
        failed |= bool(wrong)
    return int(failed)


def environments() -> Iterator[tuple[str, Path]]:
    """Make an environment for each extreme of each Python that the machine has: its name, its interpreter."""
    uv = [sys.executable, "-m", "uv"]
    for version in PYTHONS:
        there = subprocess.run(
            [*uv, "python", "find", "--no-python-downloads", version], capture_output=True, text=True
        )
        if there.returncode != 0:
            print(f"Python {version} is not on this machine: not tried.")
            continue
        for extreme, resolution in EXTREMES.items():
            name = f"{extreme}-{version}"
            lock, folder = WORK / f"{name}.txt", WORK / name
            shutil.rmtree(folder, ignore_errors=True)
            choose = ["--resolution", resolution, "--python-version", version, "--output-file", str(lock)]
            _call([*uv, "pip", "compile", "--quiet", "pyproject.toml", *choose])
            _call([*uv, "venv", "--quiet", "--python", there.stdout.strip(), str(folder)])
            python = folder / "bin" / "python"
            _call([*uv, "pip", "install", "--quiet", "--python", str(python), "--requirement", str(lock)])
            yield name, python


def _call(command: Sequence[str], **environment: str) -> None:
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, **environment})


def everything() -> int:
    """Write this interpreter's finding and that of each environment, and compare them."""
    WORK.mkdir(parents=True, exist_ok=True)
    paths = [WORK / "locked.json"]
    write = ["-m", "benchmarks.portability", "write"]
    _call([sys.executable, *write, str(paths[0])])
    for name, python in environments():
        paths.append(WORK / f"{name}.json")
        _call([str(python), *write, str(paths[-1])], PYTHONPATH=str(ROOT))
        shutil.rmtree(WORK / name)
    return compare(paths)


def main(arguments: Sequence[str]) -> int:
    """Run one of the three commands."""
    if arguments[:1] == ["write"] and len(arguments) == 2:
        Path(arguments[1]).write_text(json.dumps(found_here()), encoding="utf-8")
        return 0
    if arguments[:1] == ["compare"] and len(arguments) > 1:
        return compare([Path(name) for name in arguments[1:]])
    if arguments == ["all"]:
        return everything()
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
