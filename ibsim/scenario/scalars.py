"""What a word in a scenario file means: the scalars of YAML 1.2, with nothing guessed.

`no` stays text, `010` and `12:30` stay text, `2006-04-01` is a date.  A number is written in plain
decimal digits and is finite.
"""

from __future__ import annotations

import math
import re
from datetime import date

Scalar = str | int | float | bool | date | None

MAX_DIGITS = 18
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

# Control characters, lone surrogates, byte order marks and marks that reorder or hide text on screen: with
# them a file can read one way and mean another.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029"
    "\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


class ScalarError(ValueError):
    """A word that cannot be used; `found`, `rule` and `remedy` as in `ibsim.errors.InputError`."""

    def __init__(self, found: str, rule: str, remedy: str) -> None:
        super().__init__(found)
        self.found, self.rule, self.remedy = found, rule, remedy


def unseen(text: str) -> re.Match[str] | None:
    """The first character that must not stand in a scenario, if there is one."""
    return _UNSEEN.search(text)


def character_name(character: str) -> str:
    """How a message names a character that cannot be shown, as in `U+202E`."""
    return f"U+{ord(character):04X}"


def plain_scalar(text: str) -> Scalar:
    """The value of an unquoted word.  Raises `ScalarError` for numbers and dates that do not exist."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _DATE.fullmatch(text):
        return _date(text)
    if _NOT_FINITE.fullmatch(text):
        raise _no_number(text)
    if _INT.fullmatch(text):
        if len(text) > MAX_DIGITS:
            raise ScalarError(
                f"a whole number of {len(text)} characters",
                f"a number has at most {MAX_DIGITS} digits",
                "write a number of a sensible size",
            )
        return int(text)
    if _FLOAT.fullmatch(text):
        return _number(text)
    return text


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ScalarError(
            text,
            "a date is year-month-day and exists in the calendar",
            "write it like 2006-04-01; put it in quotes if it is meant as text",
        ) from None


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _no_number(text)
    return value


def _no_number(text: str) -> ScalarError:
    shown = text if len(text) <= 40 else f"{text[:37]}..."
    return ScalarError(shown, "a number is finite", "write a finite number, or leave the lever out")
