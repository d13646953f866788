"""Result folders for the dashboard's tests: written by ibsim, and added to as ibsim would."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from ibsim.results.store import write_run
from tests.unit.fake_model import small_result

VERDICT: dict[str, Any] = {
    "sentence": "Not cost-neutral: it costs £290,000 more.",
    "tolerance_percent": 0,
    "replications": 20,
    "uncertainty": "sampled",
    "probability": 0.31,
    "probability_low": 0.14,
    "probability_high": 0.53,
    "break_even": {"date": None, "probability_by_end": 0.31, "p10": "2008-01", "p50": None, "p90": None},
    "years": [
        {"year": "2006-07", "cumulative_gbp": {"mean": 500_000}, "probability": 0.0},
        {
            "year": "2007-08",
            "gap_gbp": {"mean": -210_000},
            "cumulative_gbp": {"mean": 290_000, "ci_low": 140_000, "ci_high": 440_000},
            "probability": 0.31,
        },
    ],
    "months": [
        {
            "month": "2006-04",
            "cumulative_gbp": {"mean": 500_000, "p10": 300_000, "p50": 480_000, "p90": 700_000},
            "probability": 0.0,
        },
        {
            "month": "2006-05",
            "cumulative_gbp": {"mean": 290_000, "p10": -100_000, "p50": 280_000, "p90": 650_000},
            "probability": 0.31,
        },
    ],
    "causes": [
        {"cause": "packages", "gbp": {"mean": -350_000}},
        {"cause": "care management", "gbp": {"mean": 420_000, "ci_low": 400_000, "ci_high": 440_000}},
        {"cause": "set-up", "gbp": {"mean": 371_000}},
        {"cause": "streams", "gbp": {"mean": -151_000}},
    ],
    "something_new": 1,
}


def result_folder(parent: Path, name: str, *, seed: int = 1, replications: int = 3) -> Path:
    """A result folder of the small scenario."""
    folder = parent / name
    folder.mkdir(parents=True)
    write_run(folder, small_result(parent, replications, seed))
    return folder


def add(folder: Path, name: str, content: bytes) -> None:
    """Put a file into a result folder as ibsim would: with its sum in the manifest."""
    (folder / name).write_bytes(content)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name] = hashlib.sha256(content).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))
