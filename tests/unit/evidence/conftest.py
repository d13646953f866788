"""Small packs written to a temporary folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ibsim.evidence import Evidence
from ibsim.evidence.rows import COLUMNS, Row, read_parameters

HEADER = ",".join(COLUMNS)
Pack = Callable[..., Path]


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    """A function that writes lines under the right header and returns the folder."""

    def write(*lines: str, header: str = HEADER) -> Path:
        (tmp_path / "parameters.csv").write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def evidence(pack: Pack) -> Evidence:
    """A pack of its own, apart from the shipped rows, that has one of everything."""
    folder = pack(
        "base,,4,hours,3,6,triangular,measured,Table 1,,",
        "base,LD,5,hours,5,7,uniform,measured,Table 1,,",
        "share,PD,20,percent,10,30,normal,assumed,,,A guess.",
        "share,OP,90,percent,60,100,normal,assumed,,,A guess.",
        "spread,,10,pounds,1,100,lognormal,assumed,,,A guess.",
        "fixed,,7,weeks,6,8,point,measured,Table 2,,",
        "weekly,,8,hours,,,point,derived,,[base] * 2,",
        "mode,,slow,choice,,,point,assumed,,,A way of working.",
    )
    table: dict[str, dict[str, Row]] = {}
    for row in read_parameters(folder / "parameters.csv"):
        table.setdefault(row.id, {})[row.group] = row
    return Evidence(table)
