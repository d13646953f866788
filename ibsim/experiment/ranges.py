"""A lever with the values it may take: `workforce.reviewing_officers_fte=0..20`, or `...=0..20:0.5` by steps.

`PATH*=0.8..1.2` multiplies what the scenario has, group by group, in place of setting it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from ibsim.errors import InputError, ScenarioError
from ibsim.evidence import Evidence
from ibsim.experiment.varying import is_whole, lever_steps
from ibsim.scenario import ResolvedScenario, load
from ibsim.scenario.catalogue import type_at
from ibsim.scenario.model import Levers
from ibsim.scenario.problems import quote
from ibsim.units import GROUPS

MOST_VALUES = 10_001
STEPS = 20
"""Steps of a range whose width is no good whole number, unless the user says otherwise."""
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
_FORM = re.compile(
    rf"\s*([^=*\s]+)\s*(\*?)=\s*({_NUMBER})\s*\.\.\s*({_NUMBER})(?:\s*:\s*({_NUMBER}))?\s*", re.ASCII
)
RULE = "a lever's range is written PATH=FIRST..LAST, PATH=FIRST..LAST:STEP, or PATH*=FIRST..LAST to multiply"


@dataclass(frozen=True)
class LeverRange:
    """A lever between two values; `step` is 0 where none was given.

    `first` may be above `last`: a search then prefers large values.  `scaled` multiplies the scenario's
    own value; `base` is that value by path of the lever, or by group of it.  `dates`, where there are any,
    are the run's first day, from which the scenario's own value holds, and the day of the change.
    """

    path: str
    first: float
    last: float
    step: float
    scaled: bool
    unit: str
    base: tuple[tuple[str, float], ...]
    dates: tuple[date, ...]
    whole: bool

    @property
    def name(self) -> str:
        """The lever in messages and column headings."""
        return f"{self.path}*" if self.scaled else self.path

    @property
    def low(self) -> float:
        """The smaller end."""
        return min(self.first, self.last)

    @property
    def high(self) -> float:
        """The larger end."""
        return max(self.first, self.last)

    def grid(self) -> tuple[float, ...]:
        """The values from `first` to `last` by steps; the last step is shorter where it has to be."""
        span = self.high - self.low
        step = self.step or (1.0 if self.whole or _is_whole(self.low, self.high, span) else span / STEPS)
        count = math.floor(span / step + 1e-9)
        values = [self.low + step * number for number in range(count + 1)]
        if self.high - values[-1] > 1e-9 * span:
            values.append(self.high)
        values = [float(f"{value:.10g}") for value in values]
        return tuple(values if self.first <= self.last else reversed(values))

    def sets(self, value: float) -> list[str]:
        """What `--set` would be given for this value of the range."""
        if not self.base:
            return [f"{self.path}={self._number(value)}"]
        made = ((path, before, before * value if self.scaled else value) for path, before in self.base)
        return [f"{path}={self._dated(before, after)}" for path, before, after in made]

    def told(self, value: float) -> str:
        """A value with its unit; for a multiplied lever also what it makes of the scenario's values."""
        if not self.scaled:
            return f"{value:g} {self.unit}".strip()
        total = sum(base for _, base in self.base) * value
        return f"{value:g} times ({total:,.4g} {self.unit} in all)".replace(" )", ")")

    def _dated(self, before: float, after: float) -> str:
        text = self._number(after)
        if not self.dates:
            return text
        entries = zip(self.dates, (self._number(before), text), strict=True)
        return "[" + ", ".join(f"{{from: {day}, value: {value}}}" for day, value in entries) + "]"

    def _number(self, value: float) -> str:
        return str(round(value)) if self.whole else repr(float(f"{value:.10g}"))


def _is_whole(low: float, high: float, span: float) -> bool:
    return low.is_integer() and high.is_integer() and span >= 4


def parse_range(text: str, option: str, scenario: ResolvedScenario, since: date | None = None) -> LeverRange:
    """The range that a text gives for a lever or evidence row of the scenario; InputError if none."""
    where = f"{option} {quote(text)[1:-1]}"
    match = _FORM.fullmatch(text)
    if match is None:
        remedy = "write for instance workforce.reviewing_officers_fte=0..20"
        raise InputError(where, quote(text), RULE, remedy)
    path, scaled = match.group(1), bool(match.group(2))
    if path.partition(".")[0] == "calendar":
        rule = "all points of a study have the same years"
        raise InputError(where, quote(path), rule, "change the calendar with --set or in the scenario")
    first, last, step = (float(part or 0) for part in match.group(3, 4, 5))
    if first == last or step < 0 or (step and (abs(last - first) / step) > MOST_VALUES):
        rule = f"a range has two different ends and a step above 0, and at most {MOST_VALUES:,} values"
        raise InputError(where, quote(text), rule, "give two different ends")
    unit, whole = _about(path, scenario.evidence)
    base = tuple(_base(path, scenario, where)) if scaled or since else ()
    dates = (scenario.calendar.first_day, since) if since else ()
    return LeverRange(path, first, last, step, scaled, unit, base, dates, whole)


def present(lever: LeverRange, scenario: ResolvedScenario) -> float | None:
    """What the scenario has for a lever now, in the range's own terms; None where groups have their own."""
    if lever.scaled:
        return 1.0
    try:
        base = _base(lever.path, scenario, lever.path)
    except InputError:  # an item of a list, which is no single number of the scenario's first day
        return None
    return base[0][1] if len({value for _, value in base}) == 1 else None


def check_ranges(scenario: str, sets: Sequence[str], ranges: Sequence[LeverRange], option: str) -> None:
    """Load the scenario with all levers at either end: a wrong path or value is told before any run."""
    paths = [one.path for one in ranges]
    for path in paths:
        if paths.count(path) > 1:
            rule = "each lever has one range"
            raise InputError(f"{option} {path}", "the lever twice", rule, "take one of them out")
    for end in ("low", "high"):
        try:
            load(scenario, [*sets, *(text for one in ranges for text in one.sets(getattr(one, end)))])
        except ScenarioError as error:
            where = error.where.replace("--set ", f"{option} ", 1)
            raise ScenarioError(where, error.found, error.rule, error.remedy) from None


def _about(path: str, evidence: Evidence) -> tuple[str, bool]:
    """Unit of the number at a path, and whether it is a whole one; unknown paths are told on loading."""
    if path.partition(".")[0] == "evidence":
        row = path.partition(".")[2].partition("/")
        return (evidence.row(row[0], row[2]).unit if row[0] in evidence.table else ""), False
    found = type_at(Levers, lever_steps(path))
    return ("", False) if found is None else (found[2], is_whole(path))


def _base(path: str, scenario: ResolvedScenario, where: str) -> list[tuple[str, float]]:
    """What the scenario has at a path before any change: one value, or one for each group."""
    rule = "only a lever that is one number, or one for each group, can be multiplied or dated by a range"
    section, _, rest = path.partition(".")
    if section == "evidence":
        key, _, group = rest.partition("/")
        value: Any = scenario.evidence.row(key, group).value
    else:
        value = scenario.timeline[0][1].model_dump(by_alias=True)
        for step in path.split("."):
            value = value.get(step) if isinstance(value, dict) else None
    if isinstance(value, dict) and set(value) == set(GROUPS):
        return [(f"{path}.{group}", float(value[group])) for group in GROUPS]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not np.isfinite(value):
        raise InputError(where, f"{quote(path)}, which is no such lever", rule, "name another lever")
    return [(path, float(value))]
