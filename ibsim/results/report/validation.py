"""The table of `ibsim validate`, read to be laid beside a report."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from ibsim.errors import InputError
from ibsim.evidence.rows import parse_number
from ibsim.results.report.contents import ValidationRow

COLUMNS = (
    "table", "place", "group", "arm", "quantity", "report", "model", "difference", "low", "high", "inside",
    "fitted",
)  # fmt: skip
MAX_BYTES = 10_000_000
_RULE = f"the table of `ibsim validate` is a CSV file with the columns {', '.join(COLUMNS)}"
_REMEDY = "give the file that `ibsim validate --out` wrote"
_WORDS = {
    "true": True, "yes": True, "1": True, "inside": True,
    "false": False, "no": False, "0": False, "outside": False,
}  # fmt: skip
BASES = {"yes": "fitted", "true": "fitted", "no": "predicted", "false": "predicted"}
"""What the column `fitted` may say in short."""


def read_validation(path: Path) -> tuple[ValidationRow, ...]:
    """The rows of the table; InputError with line and column for the first cell that breaks a rule."""
    try:
        if path.stat().st_size > MAX_BYTES:
            _refuse(str(path), "a file of more than 10 MB")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        _refuse(str(path), error.strerror or "it cannot be read")
    except UnicodeDecodeError:
        _refuse(str(path), "text that is not UTF-8")
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        _refuse(f"{path}, line 1", f"no column `{missing[0]}`")
    try:
        return tuple(_row(f"{path}, line {reader.line_num}", cells) for cells in reader)
    except csv.Error as error:
        _refuse(f"{path}, line {reader.line_num}", str(error))


def _row(where: str, cells: Mapping[str, str | None]) -> ValidationRow:
    texts = {name: (cells[name] or "").removeprefix("'") for name in COLUMNS}
    report, model, low, high = (
        _number(where, name, texts[name]) for name in ("report", "model", "low", "high")
    )
    inside, fitted = _flag(where, "inside", texts["inside"]), texts["fitted"].lower()
    about = {name: texts[name] for name in ("table", "place", "group", "arm", "quantity")}
    about |= {name: (cells.get(name) or "").removeprefix("'") for name in ("unit", "note")}
    return ValidationRow(
        **about,
        report=report,
        model=model,
        low=low,
        high=high,
        inside=inside,
        basis=BASES.get(fitted, fitted),
    )


def _number(where: str, column: str, text: str) -> float:
    number = parse_number(text) if text else float("nan")
    if number is None:
        _refuse(f"{where}, {column}", repr(text[:60]))
    return number


def _flag(where: str, column: str, text: str) -> bool:
    if text.lower() not in _WORDS:
        _refuse(f"{where}, {column}", repr(text[:60]))
    return _WORDS[text.lower()]


def _refuse(where: str, found: str) -> NoReturn:
    raise InputError(where, found, _RULE, _REMEDY)
