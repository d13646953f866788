"""Guarded reading of the small CSV files that make up an evidence pack.

A pack may come from outside, so size, encoding, header and row widths are checked before
any cell is looked at, and whatever is wrong is an `EvidenceError` with file and line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from ibsim.errors import EvidenceError

MAX_BYTES = 8_000_000
"""A pack file above this size is refused unread; the largest shipped one has some 360 KB."""
_CELL_LIMIT = "one line per row, cells of at most 131,072 characters, quotes that close"


def read_table(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row as (line number, cell by column), cells stripped of outer blanks.

    The header must name exactly `columns`, in any order.  Empty lines are passed over.
    Raises EvidenceError for a file that is missing, too large, not UTF-8 or not such a table.
    """
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        _check_header(path, header, columns)
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(header):
                raise EvidenceError(
                    f"{path}, line {reader.line_num}",
                    f"{len(cells)} cells",
                    f"every row has the {len(header)} cells of the header",
                    "add the missing commas, or put a text that holds a comma in double quotes",
                )
            yield reader.line_num, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    except csv.Error as error:
        where = f"{path}, line {reader.line_num}"
        raise EvidenceError(where, str(error), _CELL_LIMIT, "save the table as plain CSV again") from error


def _text(path: Path) -> str:
    """The whole file as text without a byte order mark."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        found = error.strerror or "it cannot be read"
        rule = "an evidence pack is a folder with a readable parameters.csv"
        raise EvidenceError(str(path), found, rule, "check the folder's name and its files") from error
    if len(data) > MAX_BYTES:
        rule = f"at most {MAX_BYTES:,} bytes a file"
        raise EvidenceError(str(path), "a larger file", rule, "keep only the rows of the pack in it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        where = f"{path}, line {line}"
        found = f"byte 0x{data[error.start]:02x}"
        raise EvidenceError(where, found, "the file is UTF-8 text", "save it as 'CSV UTF-8'") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        where = f"{path}, line {line}"
        raise EvidenceError(where, "a zero byte", "the file is UTF-8 text", "save it as 'CSV UTF-8'")
    return text


def _check_header(path: Path, header: list[str], columns: Sequence[str]) -> None:
    missing = [name for name in columns if name not in header]
    extra = [name for name in header if name not in columns]
    if missing or extra or len(set(header)) != len(header):
        parts = [f"without {', '.join(missing)}"] if missing else []
        parts += [f"with {', '.join(map(repr, extra))}"] if extra else []
        raise EvidenceError(
            f"{path}, line 1",
            "a header " + (" and ".join(parts) or "that repeats a column"),
            f"the columns are {','.join(columns)}",
            "write the header line exactly so",
        )
