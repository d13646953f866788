"""The result folder: claimed before a run starts, written beside its place and then renamed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ibsim.errors import ResultFolderError
from ibsim.results import manifest as manifests
from ibsim.results.gain_files import gain_texts
from ibsim.results.parquet import (
    REPLICATIONS,
    write_events,
    write_ledger,
    write_people,
    write_replications,
    write_series,
)
from ibsim.results.providers import provider_years, providers_csv
from ibsim.results.seal import unsealed, write_manifest
from ibsim.results.summary import RunResult
from ibsim.results.textfiles import diary_csv, summary_csv
from ibsim.results.verdict import verdict_of
from ibsim.results.verdict_words import sentence

HAS_FOLDER_HANDLES = os.name != "nt"
"""Whether this system lets a folder be opened, and a file that is only read be synced."""

PLAN, PARTS, PUBLISHED = "plan.json", "parts", "publish"
"""What lies in the hidden folder: what is to be done, what of it is finished, what is about to appear."""

Plan = Mapping[str, Any]


@dataclass(frozen=True)
class Claim:
    """The right to write one result folder, held until the `claim` block ends.

    `path` is where the results go.  `parts` is a folder for what is finished on the way; it outlives a kill
    or an interrupt, and goes once the block ends well.  `kept` says how many files were in it already
    (taken over by `resume`), `cleared` how many an earlier run had left that were thrown away.
    """

    path: Path
    parts: Path
    kept: int
    cleared: int

    def target(self, name: str = "") -> Path:
        """The folder of one of several results, or of the only one."""
        return self.path / name if name else self.path

    def publish(self, write: Callable[[Path], None], name: str = "") -> Path:
        """Call `write` on a temporary folder, then rename that to the claimed place, or to `name` in it.

        An exception of `write` leaves nothing half.  Returns the folder with the results.
        """
        beside = self.parts.parent / PUBLISHED
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir()
        write(beside)
        _sync_tree(beside)
        target = self.target(name)
        if name:
            self.path.mkdir(exist_ok=True)
        refuse_existing(target)
        beside.rename(target)
        _sync(target.parent)
        return target


@contextmanager
def claim(path: Path, plan: Plan | None = None, *, resume: bool = False) -> Iterator[Claim]:
    """Claim a result folder that does not exist yet; its parents are made.

    Raises ResultFolderError if it exists, another run is writing it, or it cannot be written.  What a
    killed run left beside it is cleared away; with `resume` it is taken over, if it was begun with the
    same `plan` (what the results depend on, in words), and the folder may exist, as one of several results
    may be in it.
    """
    path = Path(path)
    if not resume:
        refuse_existing(path)
    made = _make_parents(path)
    beside, lock = hidden(path, "part"), hidden(path, "lock")
    held = _take(lock, path)
    try:
        place = _begin(path, beside, plan or {}, resume)
        try:
            yield place
        except BaseException:
            if not _files_in(place.parts):
                shutil.rmtree(beside, ignore_errors=True)
            raise
        shutil.rmtree(beside, ignore_errors=True)
    finally:
        _free(lock, held)
        for folder in made:
            with suppress(OSError):  # not empty: the results are in it
                folder.rmdir()


def hidden(path: Path, what: str) -> Path:
    """The hidden sibling of a result folder: its `part` or its `lock`."""
    return path.parent / f".{path.name}.{what}"


def is_complete(folder: Path, result_of: Plan) -> bool:
    """Whether a folder holds a whole result whose manifest agrees with `result_of`, file by file.

    False where there is no folder; ResultFolderError where it is something else.
    """
    if not os.path.lexists(folder):
        return False
    try:
        manifest = unsealed((folder / "manifest.json").read_bytes())
        same = all(_look_up(manifest, key) == value for key, value in result_of.items())
        whole = manifest["files"] == manifests.file_sums(folder)
    except (OSError, ValueError, KeyError, TypeError):
        same = whole = False
    if not same or not whole:
        found = "a damaged result" if same else "something other than what is to be resumed"
        rule = "what is resumed has the same scenario, seed and number of replications"
        raise ResultFolderError(str(folder), found, rule, "name another --out, or move it away")
    return True


def _look_up(tree: Any, path: str) -> Any:
    for key in path.split("."):
        tree = tree[key]
    return tree


def _begin(path: Path, beside: Path, plan: Plan, resume: bool) -> Claim:
    """Make the hidden folder, or take it over; what a refusal finds there stays."""
    if not resume:
        refuse_existing(path)
    note, parts = beside / PLAN, beside / PARTS
    left = _files_in(parts)
    if resume and note.exists():
        _refuse_changed(path, note, plan)
        return Claim(path, parts, kept=left, cleared=0)
    shutil.rmtree(beside, ignore_errors=True)
    try:
        parts.mkdir(parents=True)
        new = note.with_suffix(".new")
        _write_text(new, json.dumps(plan, sort_keys=True))
        _sync(new)
        new.replace(note)
    except OSError as error:
        raise _unwritable(path, error) from error
    return Claim(path, parts, kept=0, cleared=left)


def _refuse_changed(path: Path, note: Path, plan: Plan) -> None:
    """Refuse to resume unless the plan is the one with which the work was begun."""
    try:
        begun = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        begun = {"its plan": "unreadable"}
    names = [name for name in {**begun, **plan} if begun.get(name) != plan.get(name)]
    if names:
        found = f"it was begun with another one of these: {', '.join(names)}"
        rule = "only the same work is resumed, so that no result mixes two"
        remedy = "begin anew without --resume (what is kept is then cleared away), or name another --out"
        raise ResultFolderError(str(path), found, rule, remedy)


def _files_in(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def write_run(folder: Path, result: RunResult) -> None:
    """Write the files of one run into a folder that exists; people and events if replication 1 kept them."""
    summary, first = result.summary, result.tables[0]
    notes = []
    _write_text(folder / "summary.csv", summary_csv(summary))
    _write_text(folder / "diary.csv", diary_csv(summary))
    start = result.scenario.calendar.start
    write_series(folder / "series.parquet", summary, start)
    write_ledger(folder / "ledger.parquet", [tables.ledger for tables in result.tables], start)
    providers = provider_years(result.tables, summary.years[:-1])
    _write_text(folder / "providers.csv", providers_csv(providers))
    write_replications(folder / REPLICATIONS, result.yearly, summary)
    verdict = verdict_of(result)
    if verdict is not None:
        _write_text(folder / "verdict.json", manifests.to_json(verdict.tree(sentence(verdict))))
    for name, text in gain_texts(result):
        _write_text(folder / name, text)
    if first.people is not None:
        write_people(folder / "people.parquet", first.people)
        notes.append("people.parquet holds the people of replication 1")
    if first.events is not None:
        write_events(folder / "events.parquet", first.events)
        notes.append("events.parquet holds the events of replication 1")
    tree = manifests.manifest(result, manifests.file_sums(folder), notes)
    write_manifest(folder, tree)


def _write_text(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


def refuse_existing(path: Path) -> None:
    """Raise ResultFolderError if anything is at a place where results are to go."""
    if os.path.lexists(path):
        rule = "results are never written over"
        raise ResultFolderError(str(path), "it is there already", rule, "name another --out, or move it away")


def _make_parents(path: Path) -> list[Path]:
    """Make the folders above `path`; those that were missing, innermost first."""
    missing = list(takewhile(lambda folder: not folder.exists(), path.parents))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from error
    return missing


def _take(lock: Path, path: Path) -> FileLock:
    """Lock the file that stands for the right to write `path`; the system frees it if this process dies."""
    held = FileLock(lock, blocking=False)
    try:
        held.acquire()
    except Timeout:
        rule = "one run at a time writes a folder"
        found = "another run is writing it"
        raise ResultFolderError(str(path), found, rule, "wait for it, or name another --out") from None
    except OSError as error:
        raise _unwritable(path, error) from error
    return held


def _free(lock: Path, held: FileLock) -> None:
    """Remove the lock file and let it go."""
    with suppress(PermissionError):  # Windows removes no open file; there the release removes it
        lock.unlink(missing_ok=True)
    held.release()


def _unwritable(path: Path, error: OSError) -> ResultFolderError:
    rule = "results go into a folder that you may write to"
    return ResultFolderError(str(path), error.strerror or str(error), rule, "name another --out")


def _sync_tree(folder: Path) -> None:
    """Have the disk hold every file of a folder, and the folder, before anybody can see it."""
    for path in sorted(folder.iterdir()):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    """Have the disk hold a file or folder; Windows opens no folders, and syncs only what may be written."""
    if not HAS_FOLDER_HANDLES and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if HAS_FOLDER_HANDLES else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
