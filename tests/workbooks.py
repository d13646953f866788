"""What tests look for inside a workbook: its parts, its live formulas and links, its tables."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache
from typing import Any
from xml.etree import ElementTree

import openpyxl

CELL_FORMULA = re.compile(rb"<f[ >/]")
OUTSIDE = re.compile(rb'TargetMode="External"')


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return {name: book.read(name) for name in book.namelist()}


def live(content: bytes) -> list[str]:
    """Every part in which a cell holds a formula, or something points out of the file."""
    found = []
    for name, part in parts(content).items():
        if name.startswith("xl/worksheets/") and CELL_FORMULA.search(part):
            found.append(f"a formula in {name}")
        if OUTSIDE.search(part):
            found.append(f"a link out of the file in {name}")
        if name.startswith(("xl/externalLinks/", "xl/vbaProject", "xl/connections")):
            found.append(name)
    return found


def texts(content: bytes) -> set[str]:
    """Every text that stands in a cell."""
    shared = ElementTree.fromstring(parts(content)["xl/sharedStrings.xml"])
    return {"".join(item.itertext()) for item in shared}


@cache
def tables(content: bytes) -> dict[str, list[dict[str, Any]]]:
    """The Excel tables by name, as rows by heading."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    found = {}
    for sheet in book:
        for name, area in sheet.tables.items():
            heads, *rows = [[cell.value for cell in row] for row in sheet[area]]
            found[name] = [dict(zip(heads, row, strict=True)) for row in rows]
    return found
