"""Putting a given value into a row, with everything refused that could not be a value."""

from __future__ import annotations

import math
from dataclasses import replace

from ibsim.errors import EvidenceError
from ibsim.evidence.rows import CHOICE, Row, is_choice_word, parse_number, plain


def overridden(row: Row, given: float | str, where: str) -> Row:
    """The row with the given value; text is taken for a number's row where it is one (from `--set`).

    Raises EvidenceError, with `where`, for a value of the wrong type.
    """
    if row.unit == CHOICE:
        if isinstance(given, str) and is_choice_word(given):
            return replace(row, value=given, printed=given, origin="override")
        raise EvidenceError(where, repr(given), "this row's value is a word", f"for instance {row.printed}")
    number = _finite(given)
    if number is not None:
        return replace(row, value=number, printed=plain(number), distribution="point", origin="override")
    rule = f"this row's value is a finite number ({row.unit})"
    raise EvidenceError(where, repr(given), rule, f"for instance {row.printed}")


def _finite(given: object) -> float | None:
    """The number that was given, or None: a bool would pass for one, and NaN would poison a run unseen."""
    if isinstance(given, str):
        return parse_number(given)
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        return None
    try:
        return float(given) if math.isfinite(given) else None
    except OverflowError:
        return None


def range_note(base: Row, new: Row) -> list[str]:
    """A sentence if the new value lies outside the range of the row that it replaces."""
    if base.low is None or base.high is None or isinstance(new.value, str):
        return []
    if base.low <= new.value <= base.high:
        return []
    span = f"{plain(base.low)} to {plain(base.high)} {base.unit}"
    return [f"{new.key} = {new.printed} lies outside the evidence's range, {span}"]
