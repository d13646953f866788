"""Guarded reading of a result folder's files: what is not as ibsim wrote it is named, never guessed at."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any

from ibsim.errors import ResultFolderError
from ibsim.results.seal import unsealed

MANIFEST = "manifest.json"
MAX_BYTES = 512 * 2**20
"""A file of a result folder that is larger than this is not read: none that ibsim writes comes near it."""
WHOLE = "a result folder is whole and unchanged"
REMEDY = "run the scenario again, or take the folder out of the results"


def damaged(path: Path, found: str, rule: str = WHOLE) -> ResultFolderError:
    """The error that names a file, what is wrong with it and what to do."""
    return ResultFolderError(f"{path.parent.name}/{path.name}", found, rule, REMEDY)


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    """The file, open; ResultFolderError if it is missing, unreadable, no plain file, or too large."""
    try:
        if not path.is_file():
            raise damaged(path, "the file is not there" if not path.exists() else "it is not a file")
        if path.stat().st_size > MAX_BYTES:
            raise damaged(path, f"it is larger than {MAX_BYTES // 2**20} MB")
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise damaged(path, f"it cannot be read: {error.strerror or error}") from error


def read_bytes(path: Path) -> bytes:
    """The whole file; ResultFolderError if there is none to read."""
    with _opened(path) as file:
        return file.read()


def read_text(path: Path) -> str:
    """The file as text; ResultFolderError if it is not UTF-8."""
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise damaged(path, "it is not text in UTF-8") from error


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object; ResultFolderError if the file holds anything else."""
    text = read_text(path)
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise damaged(path, "it is not JSON, or only half of it") from error
    if not isinstance(tree, dict):
        raise damaged(path, "it does not hold what ibsim writes there")
    return tree


def read_rows(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """The rows of a CSV file with at least these columns, whatever their order; others come along."""
    reader = csv.DictReader(io.StringIO(read_text(path)), strict=True)
    try:
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise damaged(path, f"it has no column {', '.join(missing)}")
        for row in reader:
            if None in row or None in row.values():
                raise damaged(path, f"line {reader.line_num} has too many cells or too few")
            yield row
    except csv.Error as error:
        raise damaged(path, f"line {reader.reader.line_num} is not CSV") from error


def number(cell: Any) -> float:
    """A cell's number; NaN where the cell is empty or missing; ValueError where it is no number."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return math.nan
    return float(cell)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a folder, its seal checked; ResultFolderError if there is none to trust."""
    path = folder / MANIFEST
    try:
        tree = unsealed(read_bytes(path))
    except ValueError as error:
        raise damaged(path, str(error)) from error
    files = tree.get("files")
    if not isinstance(files, dict) or not all(isinstance(name, str) for name in files):
        raise damaged(path, "it does not list the folder's files")
    return tree


def check_sums(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Raise ResultFolderError unless each file that the manifest lists is there and is as it was written."""
    for name, wanted in manifest["files"].items():
        path = folder / name
        if path.name != name or name.startswith("."):
            raise damaged(folder / MANIFEST, f"it lists {name!r}, which is no file of this folder")
        with _opened(path) as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != wanted:
            raise damaged(path, "it was changed or damaged since ibsim wrote it")
