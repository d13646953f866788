"""The result folder: claimed before a run starts, written beside its place and then renamed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from ibsim.errors import ResultFolderError
from ibsim.results import manifest as manifests
from ibsim.results.parquet import write_events, write_people, write_series
from ibsim.results.summary import RunResult
from ibsim.results.textfiles import diary_csv, summary_csv

HAS_FOLDER_HANDLES = os.name != "nt"
"""Whether this system lets a folder be opened, and a file that is only read be synced."""


@dataclass(frozen=True)
class Claim:
    """The right to write one result folder, held until the `claim` block ends.

    `path` is where the results go; `_beside` is the temporary sibling in which they are written.
    """

    path: Path
    _beside: Path

    def publish(self, write: Callable[[Path], None], name: str = "") -> Path:
        """Call `write` on a temporary folder, then rename that to the claimed place, or to `name` in it.

        An exception of `write` leaves nothing behind.  Returns the folder with the results.
        """
        shutil.rmtree(self._beside, ignore_errors=True)
        self._beside.mkdir()
        write(self._beside)
        _sync_tree(self._beside)
        target = self.path / name if name else self.path
        if name:
            self.path.mkdir(exist_ok=True)
        _refuse_existing(target)
        self._beside.rename(target)
        _sync(target.parent)
        return target


@contextmanager
def claim(path: Path) -> Iterator[Claim]:
    """Claim a result folder that does not exist yet; its parents are made.

    Raises ResultFolderError if it exists, another run is writing it, or it cannot be written.  What a
    killed run left beside it is cleared away.
    """
    path = Path(path)
    _refuse_existing(path)
    made = _make_parents(path)
    beside, lock = path.parent / f".{path.name}.part", path.parent / f".{path.name}.lock"
    held = _take(lock, path)
    try:
        _refuse_existing(path)
        yield Claim(path, beside)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        _free(lock, held)
        for folder in made:
            with suppress(OSError):  # not empty: the results are in it
                folder.rmdir()


def write_run(folder: Path, result: RunResult) -> None:
    """Write the files of one run into a folder that exists; people and events if replication 1 kept them."""
    summary, first = result.summary, result.tables[0]
    notes = []
    _write_text(folder / "summary.csv", summary_csv(summary))
    _write_text(folder / "diary.csv", diary_csv(summary))
    write_series(folder / "series.parquet", summary, result.scenario.calendar.start)
    if first.people is not None:
        write_people(folder / "people.parquet", first.people)
        notes.append("people.parquet holds the people of replication 1")
    if first.events is not None:
        write_events(folder / "events.parquet", first.events)
        notes.append("events.parquet holds the events of replication 1")
    tree = manifests.manifest(result, manifests.file_sums(folder), notes)
    _write_text(folder / "manifest.json", manifests.to_json(tree))


def _write_text(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


def _refuse_existing(path: Path) -> None:
    if os.path.lexists(path):
        rule = "results are never written over"
        raise ResultFolderError(str(path), "it is there already", rule, "name another --out, or move it away")


def _make_parents(path: Path) -> list[Path]:
    """Make the folders above `path`; those that were missing, innermost first."""
    missing = []
    for folder in path.parents:
        if folder.exists():
            break
        missing.append(folder)
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
