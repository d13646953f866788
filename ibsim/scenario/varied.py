"""Evidence with some rows at other values of their range: what follows from them follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from ibsim.evidence import Evidence, Row
from ibsim.evidence import load as load_evidence
from ibsim.evidence.rows import plain
from ibsim.scenario.catalogue import Lever, catalogue, members
from ibsim.scenario.model import Levers
from ibsim.units import GROUPS

DIGITS = 6
"""A number between two given ones has so many digits, so that what is printed is just what was run."""


@dataclass(frozen=True, slots=True)
class Span:
    """A range from `low` to `high`; `whole` if only whole numbers will do."""

    low: float
    high: float
    whole: bool = False

    def at(self, place: float) -> float:
        """The value at a place from 0 (low) to 1 (high), whole or rounded to six digits."""
        value = self.low + place * (self.high - self.low)
        return tidy(round(value) if self.whole else value)

    def drawn(self, place: float) -> float:
        """As `at`, but each whole number has the same share of the places."""
        if not self.whole:
            return self.at(place)
        many = int(self.high) - int(self.low) + 1
        return int(self.low) + min(int(place * many), many - 1)


def tidy(value: float) -> float:
    """A number to six digits; a whole one as an int."""
    short = float(f"{value:.{DIGITS}g}")
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else short


@cache
def _whole_rows() -> frozenset[str]:
    """The ids of the evidence rows behind levers that take whole numbers only."""

    def whole(lever: Lever) -> bool:
        kinds = members(lever.kind)
        return bool(lever.evidence) and int in kinds and float not in kinds

    return frozenset(lever.evidence for lever in catalogue(Levers).values() if whole(lever))


def whole_row(row: Row) -> bool:
    """Whether the levers behind a row take whole numbers only."""
    return row.id in _whole_rows()


def varied_evidence(values: Mapping[str, float]) -> Evidence:
    """The shipped evidence with rows (by key) at other values, and what is worked out from them following.

    Where the groups' rows are the parts of a whole (they add up to 100 percent), the rows that are not
    given take what is left in proportion.  Derived numbers of people are rounded to whole people.
    """
    pack = load_evidence()
    return with_whole_people(pack.with_overrides(_parts_made_whole(pack, values)).rederived())


def with_whole_people(evidence: Evidence) -> Evidence:
    """The evidence with what formulas gave rounded, where the levers behind it take whole numbers only."""
    changed = evidence.copy()
    for row in changed.rows():
        if row.origin == "formula" and whole_row(row) and isinstance(row.value, float):
            changed.table[row.id][row.group] = with_value(row, float(round(row.value)))
    return changed


def with_value(row: Row, value: float) -> Row:
    """The row at another value; where that came from stays."""
    return replace(row, value=value, printed=plain(value))


def _parts_made_whole(pack: Evidence, values: Mapping[str, float]) -> dict[str, float]:
    """The values, with the other groups of a split into parts adjusted so that they make 100 percent."""
    made = dict(values)
    for id in dict.fromkeys(key.partition("/")[0] for key in values):
        rows = pack.table.get(id, {})
        if not is_split(rows.values()):
            continue
        given = {key: values[key] for row in rows.values() if (key := row.key) in values}
        rest = {row.key: pack.value(id, row.group) for row in rows.values() if row.key not in given}
        if rest:
            left = max(100 - sum(given.values()), 0.0)
            made |= {key: value * left / sum(rest.values()) for key, value in rest.items()}
        else:
            made |= {key: value * 100 / sum(given.values()) for key, value in given.items()}
    return made


def is_split(rows: Iterable[Row]) -> bool:
    """Whether rows are the parts of a whole: percentages of the four groups that add up to 100."""
    parts = list(rows)
    numbers = [row.value for row in parts if isinstance(row.value, float)]
    return (
        {row.group for row in parts} == set(GROUPS)
        and all(row.unit == "percent" for row in parts)
        and abs(sum(numbers) - 100) < 1e-9
    )
