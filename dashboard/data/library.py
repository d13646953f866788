"""The results that the dashboard may show: found below the folders it was given, and nowhere else."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dashboard.data.comparison import Comparison
from dashboard.data.run import Run
from ibsim.errors import ResultFolderError
from ibsim.results.guarded import MANIFEST, read_manifest

DEPTH = 3
"""How far below a given folder results are looked for: several scenarios of a run lie one deeper."""
FRESH_SECONDS = 2.0
"""For how long a look at the folders counts as the present."""
KEPT = 24
"""How many results are kept in memory once read."""
RUN, COMPARISON, OTHER, DAMAGED = "run", "comparison", "other", "damaged"
MARKS = ("summary.csv", "series.parquet", "comparison.csv")
"""Files by which a folder without a manifest shows that it was meant to be a result."""


@dataclass(frozen=True)
class Entry:
    """A folder with results: `id` names it in links, `kind` says what it is.

    `lineage` are the files of a run's scenario, `compared` the hashes of a comparison's; `problem` is what is
    wrong with a folder of kind `damaged`; `stamp` changes when its manifest does.
    """

    id: str
    path: Path
    kind: str
    name: str
    why: str = ""
    written_at: str = ""
    scenario_hash: str = ""
    replications: int = 0
    years: tuple[str, ...] = ()
    lineage: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()
    stamp: tuple[int, int] = (0, 0)
    problem: ResultFolderError | None = None


class Library:
    """Finds and reads results; safe to share between threads.

    An id from outside is only ever looked up among those found: it never becomes part of a path.
    """

    def __init__(self, roots: Sequence[Path]) -> None:
        self.roots = tuple(Path(root) for root in roots)
        self._lock = threading.RLock()
        self._looked_at = -FRESH_SECONDS
        self._entries: dict[str, Entry] = {}

    def entries(self) -> tuple[Entry, ...]:
        """All results below the roots, the newest first, damaged ones last."""
        with self._lock:
            if time.monotonic() - self._looked_at >= FRESH_SECONDS:
                found = [entry for root in self.roots for entry in _look(root)]
                found.sort(key=lambda entry: entry.id)
                found.sort(key=lambda entry: entry.written_at, reverse=True)
                found.sort(key=lambda entry: entry.kind == DAMAGED)
                self._entries = {entry.id: entry for entry in found}
                self._looked_at = time.monotonic()
            return tuple(self._entries.values())

    def runs(self) -> tuple[Entry, ...]:
        """The runs that can be shown, the newest first."""
        return tuple(entry for entry in self.entries() if entry.kind == RUN)

    def comparisons(self) -> tuple[Entry, ...]:
        """The comparisons that can be shown, the newest first."""
        return tuple(entry for entry in self.entries() if entry.kind == COMPARISON)

    def entry(self, id: str) -> Entry | None:
        """The entry of this id, if there is one."""
        return next((entry for entry in self.entries() if entry.id == id), None)

    def run(self, id: str) -> Run:
        """A run by its id; ResultFolderError where it is unknown, damaged, or no run."""
        entry = self._known(id, RUN)
        with self._lock:
            return _read_run(entry.path, entry.id, entry.stamp)

    def comparison(self, id: str) -> Comparison:
        """A comparison by its id; ResultFolderError where it is unknown, damaged, or none."""
        entry = self._known(id, COMPARISON)
        with self._lock:
            return _read_comparison(entry.path, entry.id, entry.stamp)

    def pairing(self, first: Run, other: Run) -> Comparison | None:
        """A comparison that sets these two scenarios side by side with the same dice, if one was made."""
        for entry in self.comparisons():
            if entry.compared[:1] == (first.scenario_hash,) and other.scenario_hash in entry.compared[1:]:
                try:
                    return self.comparison(entry.id)
                except ResultFolderError:
                    continue
        return None

    def parent(self, run: Run) -> Run | None:
        """The newest run of a scenario that this one was made from, over the same years; None without one."""
        lineage = _lineage(run.manifest.get("scenario"))
        for name in lineage[1:]:
            for entry in self.runs():
                if entry.lineage[:1] == (name,) and entry.years == run.years:
                    try:
                        return self.run(entry.id)
                    except ResultFolderError:
                        continue
        return None

    def _known(self, id: str, kind: str) -> Entry:
        entry = self.entry(id)
        if entry is None:
            rule = "links name a result below the folders that the dashboard was started with"
            raise ResultFolderError(_shown(id), "there is no such result", rule, "choose one from the list")
        if entry.problem is not None:
            raise entry.problem
        if entry.kind != kind:
            found = f"it holds a {entry.kind}, not a {kind}"
            raise ResultFolderError(entry.id, found, f"this page shows a {kind}", "choose one from the list")
        return entry


def _shown(id: str) -> str:
    """An id from outside, as far as it is fit to be shown."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in id[:80])
    return plain or "an empty name"


def _look(root: Path) -> Iterator[Entry]:
    for folder in _folders(root, DEPTH):
        names = set(_names(folder))
        if MANIFEST not in names and names.isdisjoint(MARKS):
            continue
        below = folder.relative_to(root).as_posix()
        yield _entry(folder, root.resolve().name if below == "." else below)


def _folders(folder: Path, depth: int) -> Iterator[Path]:
    """The folder and those below it; hidden ones (runs under way) and links elsewhere are left out."""
    yield folder
    if depth:
        try:
            below = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False))
        except OSError:
            return
        for name in below:
            if not name.startswith("."):
                yield from _folders(folder / name, depth - 1)


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _entry(folder: Path, id: str) -> Entry:
    try:
        seen = (folder / MANIFEST).stat()
        stamp = (seen.st_mtime_ns, seen.st_size)
    except OSError:
        stamp = (0, 0)
    return _known_entry(folder, id, stamp)


@lru_cache(maxsize=1024)
def _known_entry(folder: Path, id: str, stamp: tuple[int, int]) -> Entry:
    try:
        manifest = read_manifest(folder)
    except ResultFolderError as problem:
        return Entry(id, folder, DAMAGED, id, stamp=stamp, problem=problem)
    scenario = manifest.get("scenario")
    run = manifest.get("run")
    kind = COMPARISON if manifest.get("kind") == COMPARISON else OTHER
    if isinstance(scenario, dict) and "kind" not in manifest and "summary.csv" in manifest["files"]:
        kind = RUN
    return Entry(
        id,
        folder,
        kind,
        name=str(manifest.get("name") or id),
        why=" ".join(str(manifest.get("why") or "").split()),
        written_at=str(run.get("written_at", "")) if isinstance(run, dict) else "",
        scenario_hash=str(scenario.get("hash", "")) if isinstance(scenario, dict) else "",
        replications=int(manifest.get("replications") or 0),
        years=tuple(str(year) for year in manifest.get("years") or ()),
        lineage=_lineage(scenario),
        compared=_compared(manifest.get("scenarios")),
        stamp=stamp,
    )


def _compared(scenarios: object) -> tuple[str, ...]:
    """The hashes of the scenarios that a comparison sets side by side, in its order."""
    found = scenarios if isinstance(scenarios, list) else []
    return tuple(str(one.get("hash", "")) for one in found if isinstance(one, dict))


def _lineage(scenario: object) -> tuple[str, ...]:
    """The files from which a scenario was made, its own first."""
    found = scenario.get("lineage") if isinstance(scenario, dict) else None
    return tuple(str(name) for name in found) if isinstance(found, list) else ()


@lru_cache(maxsize=KEPT)
def _read_run(folder: Path, id: str, stamp: tuple[int, int]) -> Run:
    return Run.read(folder, id)


@lru_cache(maxsize=KEPT)
def _read_comparison(folder: Path, id: str, stamp: tuple[int, int]) -> Comparison:
    return Comparison.read(folder, id)
