"""A short run as a process of its own, for tests that kill it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REPLICATIONS = 5
"""Three runs each, with the verdict's pair: nearly each that is finished has its line of progress."""
ARGUMENTS = (
    *("run", "metropolitan-pilot", "--replications", str(REPLICATIONS), "--seed", "3"),
    *("--set", "calendar.years=1", "--set", "calendar.warm_up_years=0", "--json"),
)


def command(out: Path, *more: str) -> list[str]:
    """`ibsim run` into a folder."""
    return [sys.executable, "-m", "ibsim", *ARGUMENTS, "--out", str(out), *more]


def run_whole(out: Path, *more: str) -> str:
    """Run to the end; what was said on stderr."""
    found = subprocess.run(command(out, *more), capture_output=True, text=True, cwd=ROOT)
    assert found.returncode == 0, found.stderr
    return found.stderr


def digest_of(out: Path) -> str:
    """The digest of a result folder."""
    return str(json.loads((out / "manifest.json").read_text(encoding="utf-8"))["digest"])
