"""The columns of a caseload: what each says, what it may hold, and the number that stands for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from ibsim.caseload import UNSAID
from ibsim.evidence.rows import parse_number
from ibsim.scenario.hints import correction, nearest
from ibsim.units import GROUPS

MOST_ALIKE, MOST_POUNDS = 1_000_000, 100_000
YOUNGEST, OLDEST = 18, 120
FIRST_YEAR, LAST_YEAR = 1900, 2200
STATUSES = ("in_place", "waiting_assessment")
_YES, _NO = ("yes", "y", "true", "1", "x"), ("no", "n", "false", "0")
_FEMALE, _MALE = ("female", "f", "woman"), ("male", "m", "man")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_BRITISH = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?: 0?0:00(?::00)?)?", re.ASCII)
_BLANK = ("nan", "n/a", "na", "#n/a", "null", "none", "unknown", "not known", "-", "?")


class Unfit(Exception):
    """A cell breaks its column's rule; says the remedy."""


@dataclass(frozen=True)
class Column:
    """One column: its name, the type that holds it, how a text is read, its rule, and what it means."""

    name: str
    dtype: type[np.generic]
    read: Callable[[str], int]
    rule: str
    meaning: str
    default: int | None = UNSAID
    """Stands for a blank cell; None: the cell may not be blank."""

    def parse(self, text: str) -> int:
        """The number that stands for a cell; raises Unfit."""
        if not text:
            if self.default is None:
                raise Unfit("write it")
            return self.default
        try:
            return self.read(text)
        except Unfit:
            if self.default is not None and text.lower() in _BLANK:
                raise Unfit("leave the cell empty where it is not known") from None
            raise


def _one_of(*words: tuple[str, ...]) -> Callable[[str], int]:
    """Reads a word as the number of the tuple that it is in."""
    known = {word: number for number, alike in enumerate(words) for word in alike}

    def read(text: str) -> int:
        word = text.lower().replace(" ", "_").replace("-", "_")
        if word not in known:
            near = nearest(word, known)
            first = ", ".join(alike[0] for alike in words)
            raise Unfit(f"did you mean `{near}`?" if near else f"write one of {first}")
        return known[word]

    return read


def _group(text: str) -> int:
    if text.upper() not in GROUPS:
        raise Unfit(f"write one of {', '.join(GROUPS)}")
    return GROUPS.index(text.upper())


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = parse_number(text)
        if number is None:
            raise Unfit(correction(text, int))
        if not number.is_integer():
            raise Unfit(f"write {round(number)}")
        if not low <= number <= high:
            raise Unfit("check the number, or leave the cell empty where it is not known")
        return int(number)

    return read


def _pence(text: str) -> int:
    pounds = parse_number(text)
    if pounds is None:
        raise Unfit(correction(text, float))
    if not 0 <= pounds <= MOST_POUNDS:
        raise Unfit("write what the council's services cost in one week")
    return round(pounds * 100)


def _day(text: str) -> int:
    try:
        day = date.fromisoformat(text) if _ISO.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise Unfit(_as_iso(text))
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Unfit("check the year, or leave the cell empty where the day is not known")
    return day.toordinal()


def _as_iso(text: str) -> str:
    """How a date should have been written, read as British people write them."""
    found = _BRITISH.fullmatch(text)
    try:
        meant = date(*(int(part) for part in reversed(found.groups()))) if found else None
    except ValueError:
        meant = None
    if meant is None:
        return "write the date like 2006-04-01, without a time of day"
    return f"write {meant}; an Excel workbook (.xlsx) may hold the dates as Excel does"


_DATE = f"a date like 2006-04-01, from {FIRST_YEAR} to {LAST_YEAR}"
_YES_NO = "yes or no"
COLUMNS = (
    Column("group", np.int8, _group, f"one of {', '.join(GROUPS)}", "service user group; needed", None),
    Column(
        "count", np.int32, _whole(1, MOST_ALIKE), f"a whole number from 1 to {MOST_ALIKE:,}",
        "so many people of whom the row is true", 1,
    ),
    Column(
        "status", np.bool_, _one_of(*((word,) for word in STATUSES)), f"one of {', '.join(STATUSES)}",
        "in_place: has support; waiting_assessment: the backlog", 0,
    ),
    Column("age", np.int16, _whole(YOUNGEST, OLDEST), f"whole years from {YOUNGEST} to {OLDEST}", "years"),
    Column("sex", np.int8, _one_of(_MALE, _FEMALE), "female or male", "female or male"),
    Column("package", np.int8, _one_of(_NO, _YES), _YES_NO, "an ongoing community package"),
    Column("direct_payment", np.int8, _one_of(_NO, _YES), _YES_NO, "the package is a direct payment"),
    Column(
        "services_gbp_per_week", np.int32, _pence, f"pounds from 0 to {MOST_POUNDS:,}, in digits",
        "what the council's services cost a week",
    ),
    Column(
        "since", np.int32, _day, _DATE,
        "in the backlog the day of referral (needed there); else the day on which support began",
    ),
    Column("next_review", np.int32, _day, _DATE, "the day on which the next review falls due"),
    Column("last_review", np.int32, _day, _DATE, "the day of the last review, where no next one is given"),
    Column("case_open", np.int8, _one_of(_NO, _YES), _YES_NO, "the case is open to a co-ordinator by name"),
)  # fmt: skip
NAMES = tuple(column.name for column in COLUMNS)
IGNORED = ("note", "notes", "comment")
"""Columns for people."""
