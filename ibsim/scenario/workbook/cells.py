"""From a cell to a value of the scenario: dates, numbers, words and lists, with nothing guessed."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import NoReturn

from ibsim.scenario.catalogue import Lever, members
from ibsim.scenario.problems import quote, refuse
from ibsim.scenario.scalars import MAX_DIGITS, Scalar, ScalarError, character_name, plain_scalar, unseen
from ibsim.scenario.tree import Mark, Node
from ibsim.scenario.workbook.guard import Found
from ibsim.scenario.workbook.layout import NOTHING

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
# A control character as the format writes it.  openpyxl has undone the escape of texts that merely look so.
_ESCAPED = re.compile("_x(00[01][0-9A-Fa-f])_")
_SPOKEN = {"yes": True, "true": True, "no": False, "false": False}


def text_of(found: Found, mark: Mark) -> str:
    """The text of a cell that names something; a number is read as its digits."""
    value = _checked(found, mark)
    return value.strip() if isinstance(value, str) else str(value)


def node_of(found: Found, mark: Mark, lever: Lever | None) -> Node:
    """The value of a cell as a node placed at the cell.

    `lever` says what is expected: a list is written with commas, a date may be written like 2006-04-01,
    yes and no stand for a choice of two, and `(none)` for nothing where that is allowed.  Raises
    `ScenarioError` for an error value, a percentage, a time of day and text with hidden characters.
    Whether the value is allowed is found when the levers are validated.
    """
    value = _checked(found, mark)
    if lever is None:
        return Node(value, mark)
    kinds = members(lever.kind)
    if isinstance(value, str):
        value = value.strip()
        if value == NOTHING and type(None) in kinds:
            return Node(None, mark)
        if bool in kinds and value.lower() in _SPOKEN:
            return Node(_SPOKEN[value.lower()], mark)
        if date in kinds and _ISO_DATE.fullmatch(value):
            return Node(_plain(value, mark), mark)
    if lever.is_list:
        return Node(_items(value, mark), mark)
    return Node(value, mark)


def _items(value: Scalar, mark: Mark) -> list[Node]:
    if not isinstance(value, str):
        return [Node(value, mark)]
    return [Node(_plain(item.strip(), mark), mark) for item in value.split(",") if item.strip()]


def _plain(text: str, mark: Mark) -> Scalar:
    try:
        return plain_scalar(text)
    except ScalarError as error:
        refuse(mark, error.found, error.rule, error.remedy)


def _checked(found: Found, mark: Mark) -> Scalar:
    """The value of a cell in the scenario's terms: whole numbers as such, dates without a time."""
    value = found.value
    if found.kind == "e":
        _refuse(mark, f"the error {value}", "a cell holds a value", "mend the formula, or write the value")
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return _number(value, found, mark)
    if isinstance(value, datetime):
        day: date = value.date()
        if value.time() != datetime.min.time():
            _refuse(mark, f"{value}, a time of day", "a date has no time of day", "write the date alone")
        return day
    if isinstance(value, str):
        text = _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), value)
        if (hidden := unseen(text)) is not None:
            name = character_name(hidden.group())
            rule = "text has no control or hidden characters"
            _refuse(mark, f"the character {name}", rule, "type the text again")
        return text
    _refuse(
        mark,
        f"{value}, a time or duration",
        "a cell holds a number, a date or text",
        "set the cell's format to General and write the value again",
    )


def _number(value: int | float, found: Found, mark: Mark) -> Scalar:
    if not math.isfinite(value) or abs(value) >= 10**MAX_DIGITS:
        _refuse(mark, str(value)[:40], "a number is finite and of a sensible size", "write the number again")
    if "%" in found.number_format:
        shown = f"{100 * value:g}%, which the file holds as {value:g}"
        rule = "a percentage is written as a plain number, so that 50 means 50 percent"
        _refuse(mark, shown, rule, f"set the cell's format to General and write {100 * value:g}")
    return int(value) if float(value).is_integer() else value


def _refuse(mark: Mark, found: str, rule: str, remedy: str) -> NoReturn:
    refuse(mark, quote(found)[1:-1], rule, remedy)
