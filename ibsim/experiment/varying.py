"""What a study varies: levers by their path and evidence by its row, each at any place of its range.

Levers are what the council decides; uncertainties are what nobody knows.  A study keeps them apart, and
moves both by a place between 0 and 1 along their range.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Literal

from ibsim.evidence import Evidence, Row
from ibsim.evidence import load as load_evidence
from ibsim.evidence.rows import plain
from ibsim.scenario import Levers, ResolvedScenario, load
from ibsim.scenario.catalogue import Lever, catalogue, members, type_at
from ibsim.scenario.scalars import Scalar
from ibsim.units import GROUPS

Kind = Literal["lever", "uncertainty"]
LEVER: Kind = "lever"
UNCERTAINTY: Kind = "uncertainty"
DIGITS = 6
"""A number between two given ones has so many digits, so that what is printed is just what was run."""


@dataclass(frozen=True, slots=True)
class Base:
    """The scenario that a study starts from: a file or shipped name, and what `--set` changes of it."""

    scenario: str
    sets: tuple[str, ...] = ()

    def at(self, levers: Mapping[str, Scalar], evidence: Mapping[str, float]) -> ResolvedScenario:
        """The scenario with these levers by path and evidence by row key; ScenarioError where it is none."""
        return self.loaded([f"{path}={written(value)}" for path, value in levers.items()], evidence)

    def loaded(self, texts: Iterable[str], evidence: Mapping[str, float]) -> ResolvedScenario:
        """As `at`, with levers as the texts that `--set` takes."""
        pack = varied_evidence(evidence) if evidence else None
        return load(self.scenario, [*self.sets, *texts], pack)


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


def written(value: Scalar) -> str:
    """A value as a scenario file writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, date):
        return value.isoformat()
    return "null" if value is None else repr(value)


def shown(value: Scalar) -> str:
    """A value as tables print it: numbers plainly, text without quotes."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return plain(value)
    return value if isinstance(value, str) else written(value)


def is_whole(path: str) -> bool:
    """Whether the lever at a path takes whole numbers only."""
    steps = lever_steps(path)
    while len(steps) > 1 and (steps[-1] == "value" or isinstance(steps[-1], int)):
        steps = steps[:-1]
    known = type_at(Levers, steps)
    if known is None:
        return False
    by_group = catalogue(Levers).get(tuple(str(step) for step in steps))
    kinds = members(by_group.kind if by_group is not None else known[0])
    return int in kinds and float not in kinds


def lever_steps(path: str) -> tuple[str | int, ...]:
    """A path as `--set` writes it, as steps; the roll-out may be written as the bare list of its waves."""
    steps: list[str | int] = [int(s) if s.isascii() and s.isdecimal() else s for s in path.split(".")]
    if steps[0] == "rollout" and len(steps) > 1 and isinstance(steps[1], int):
        steps.insert(1, "waves")
    return tuple(steps)


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
    changed = pack.with_overrides(_parts_made_whole(pack, values)).rederived().copy()
    for row in changed.rows():
        if row.origin == "formula" and whole_row(row) and isinstance(row.value, float):
            number = float(round(row.value))
            changed.table[row.id][row.group] = replace(row, value=number, printed=plain(number))
    return changed


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
