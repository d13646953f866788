"""The manifest: everything that is needed to understand a result folder and to make it again."""

from __future__ import annotations

import hashlib
import json
import math
import platform
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from ibsim import __version__
from ibsim.caseload import Caseload
from ibsim.results.metrics import REGISTRY
from ibsim.results.summary import RunResult
from ibsim.scenario.variants import Pair, has_rollout, rows_drawn
from ibsim.units import GROUPS

FORMAT = 2
"""Goes up when a reader of result folders has to change."""
LIBRARIES = ("numpy", "numba", "scipy", "simpy", "pyarrow", "pydantic")


def manifest(result: RunResult, files: Mapping[str, str], notes: list[str]) -> dict[str, Any]:
    """The manifest as JSON-ready values; `files` are the SHA-256 sums of the result files by name."""
    return {
        "format": FORMAT,
        "name": result.scenario.name,
        "why": result.scenario.why,
        "scenario": scenario_tree(result),
        "evidence": evidence_tree(result),
        **verdict_tree(result),
        "seed": result.seed,
        "replications": len(result.tables),
        "precision": [asdict(metric) for metric in result.precision],
        "years": list(result.summary.years[:-1]),
        "digest": digest(files),
        "files": dict(sorted(files.items())),
        "books_checked": _books(result),
        "queues": [vars(queue) for queue in result.summary.queues],
        "metrics": {name: metric_entry(name) for name in REGISTRY},
        "notes": notes,
        "run": _circumstances(result),
    }


def study_manifest(
    folder: Path, what: Mapping[str, Any], metrics: Iterable[str], jobs: int, seconds: float
) -> dict[str, Any]:
    """The manifest of a study of many scenarios, whose files lie in `folder`; `what` says what it was."""
    files = file_sums(folder)
    return {
        "format": FORMAT,
        **what,
        "digest": digest(files),
        "files": dict(sorted(files.items())),
        "metrics": {name: metric_entry(name) for name in metrics},
        "run": circumstances(seconds, jobs),
    }


def digest(files: Mapping[str, str]) -> str:
    """One SHA-256 of all result files: equal for equal results, whenever and wherever they were made."""
    lines = "".join(f"{name} {files[name]}\n" for name in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()


def file_sums(folder: Path) -> dict[str, str]:
    """SHA-256 by name of the files in a folder, the manifest apart."""
    names = sorted(path.name for path in folder.iterdir() if path.name != "manifest.json")
    sums = {}
    for name in names:
        with (folder / name).open("rb") as file:
            sums[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return sums


def to_json(tree: Mapping[str, Any]) -> str:
    """JSON text with a newline at the end; dates in ISO form, NaN as null."""
    return json.dumps(plain(tree), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def plain(value: Any) -> Any:
    """The value with dates as text, tuples as lists and NaN as None, so that JSON can hold it."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value


def scenario_tree(result: RunResult) -> dict[str, Any]:
    """The scenario with every lever at every date."""
    scenario = result.scenario
    levers = [
        {"from": since, "levers": levers.model_dump(mode="json", by_alias=True)}
        for since, levers in scenario.timeline
    ]
    return {
        "path": scenario.path,
        "lineage": scenario.lineage,
        "hash": scenario.hash,
        "calendar": scenario.calendar.model_dump(mode="json"),
        "tree": scenario.tree,
        "resolved": levers,
        **caseload_tree(scenario.caseload),
    }


def caseload_tree(caseload: Caseload | None) -> dict[str, Any]:
    """Who stood in the council's own caseload, where the run started from one."""
    if caseload is None:
        return {}
    people = {
        name: dict(zip(GROUPS, caseload.people(waiting=waiting).tolist(), strict=True))
        for name, waiting in (("in_place", False), ("waiting_assessment", True))
    }
    return {"caseload": {"sha256": caseload.digest, "rows": int(caseload.group.size), **people}}


def evidence_tree(result: RunResult) -> dict[str, Any]:
    """Which evidence was used, and what the scenario replaced in it."""
    evidence = result.scenario.evidence
    return {"digest": evidence.digest, "overrides": evidence.overrides, "notes": evidence.notes}


def verdict_tree(result: RunResult) -> dict[str, Any]:
    """What the verdict's pairs were, by content, where there was one."""
    if not result.gaps or not has_rollout(result.scenario):
        return {}
    pair, levers = Pair.of(result.scenario), result.scenario.levers.verdict
    drawn = pair.scenario.draws_evidence
    return {
        "verdict": {
            **levers.model_dump(),
            "pairs": len(result.gaps),
            "scenario_hash": pair.scenario.hash,
            "twin_hash": pair.twin.hash,
            "rows_drawn": rows_drawn(result.scenario) if drawn else 0,
        }
    }


def metric_entry(name: str) -> dict[str, str]:
    """A metric of the registry, as manifests define it."""
    metric = REGISTRY[name]
    return {
        "unit": metric.unit,
        "kind": metric.kind,
        "direction": metric.direction,
        "definition": metric.definition,
    }


def _books(result: RunResult) -> dict[str, int]:
    checked: Counter[str] = Counter()
    for tables in result.tables:
        checked.update({name: int(times) for name, times in tables.books.items()})
    return dict(sorted(checked.items()))


def _circumstances(result: RunResult) -> dict[str, Any]:
    rooms: Counter[str] = Counter()
    for tables in result.tables:
        rooms.update({name: float(seconds) for name, seconds in tables.timing.items()})
    each = {name: round(total / len(result.tables), 4) for name, total in sorted(rooms.items())}
    return circumstances(result.seconds, result.jobs) | {"seconds_by_room_and_replication": each}


def circumstances(seconds: float, jobs: int) -> dict[str, Any]:
    """When, where and how fast: the part of a manifest on which no result depends."""
    return {
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "jobs": jobs,
        "versions": {"ibsim": __version__, "python": platform.python_version(), **_versions()},
        "platform": platform.platform(),
    }


def _versions() -> dict[str, str]:
    return {name: metadata.version(name) for name in LIBRARIES}
