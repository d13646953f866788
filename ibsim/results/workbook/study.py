"""The workbook of a result folder that is tables and a manifest: a comparison, a sweep, a search."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from ibsim.excel import Value
from ibsim.results.seal import unsealed
from ibsim.results.workbook.contents import Column, Contents, Table

_GUARDED = re.compile(r"'[=+\-@\t\r]")
MOST_LINES = 24
"""So many lines of the answer stand in one cell; a row is only so high."""


def study_contents(folder: Path, title: str, why: str, words: Iterable[str]) -> Contents:
    """What the workbook of a result folder holds: its words on the front, a sheet for each CSV file.

    `words` are the lines of the answer as the command prints them, paragraphs apart by empty ones.
    """
    manifest = unsealed((folder / "manifest.json").read_bytes())
    facts = [(key.capitalize(), str(manifest[key])) for key in ("seed", "replications") if key in manifest]
    return Contents(
        title=title,
        why=" ".join(why.split()),
        facts=tuple(facts),
        statements=tuple(_statements(words)),
        sections=(),
        tables=tuple(_table(path) for path in sorted(folder.glob("*.csv"))),
        manifest=manifest,
    )


def _statements(words: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Paragraphs with their headings: a first line that ends in a colon."""
    # Where the folder lies is no part of the answer: the same results give the same bytes.
    told = (text for text in words if not text.startswith("Results: "))
    lines = [line.rstrip() for text in told for line in text.split("\n")]
    for filled, group in groupby(lines, key=bool):
        if filled:
            head, *rest = list(group)
            label, body = (
                (head.rstrip(":"), rest) if head.endswith(":") and rest else ("In words", [head, *rest])
            )
            for start in range(0, len(body), MOST_LINES):
                yield label, "\n".join(body[start : start + MOST_LINES])


def _table(path: Path) -> Table:
    """A CSV file as a table: a column of numbers where every cell that is filled is one."""
    with path.open(encoding="utf-8", newline="") as file:
        heads, *rows = list(csv.reader(file))
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(heads)
    kept = [_values(column) for column in columns]
    kinds = [any(isinstance(value, float) for value in values) for values in kept]
    name = re.sub(r"\W", "_", path.stem)
    return Table(
        name,
        path.stem.replace("_", " ").capitalize()[:31],
        f"the rows of {path.name}.",
        tuple(Column(head, "number" if kind else "text") for head, kind in zip(heads, kinds, strict=True)),
        list(zip(*kept, strict=True)),
        f"{path.name} of the result folder",
    )


def _values(column: tuple[str, ...]) -> list[Value]:
    """The cells of a column: numbers if all are, else text without the apostrophe that guards it in a CSV."""
    try:
        numbers = [float(cell) if cell else None for cell in column]
    except ValueError:
        return [cell[1:] if _GUARDED.match(cell) else cell for cell in column]
    if any(value is not None and not math.isfinite(value) for value in numbers):
        return list(column)
    return list(numbers)
