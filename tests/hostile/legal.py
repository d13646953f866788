"""What a legal scenario is, read from the levers' own metadata and not from the code that checks them."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from ibsim.policy.lever import ByGroup
from ibsim.scenario import ResolvedScenario
from ibsim.scenario.catalogue import Lever, catalogue, words
from ibsim.scenario.model import CalendarSettings, Levers
from ibsim.units import GROUPS

_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "lt": operator.lt,
}


def limits(bounds: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Every bound of a lever: `ge`, `gt`, `le` or `lt`, and the limit."""
    for bound in bounds:
        for part in getattr(bound, "metadata", [bound]):
            for kind in _HOLDS:
                if (limit := getattr(part, kind, None)) is not None:
                    yield kind, limit


def outside(lever: Lever) -> list[float]:
    """A number just below a lever's least and one just above its most, of its own type; none for a choice."""
    return _moved(lever, {"ge": lambda limit: limit - 1, "le": lambda limit: limit + 1})


def extremes(lever: Lever) -> list[float]:
    """A lever's least and its most, or the number next to a bound that is not its own."""
    up, down = (
        (lambda limit: math.nextafter(limit, math.inf)),
        (lambda limit: math.nextafter(limit, -math.inf)),
    )
    return _moved(lever, {"gt": up, "lt": down})


def _moved(lever: Lever, moves: dict[str, Callable[[float], float]]) -> list[float]:
    found = [(kind, limit) for kind, limit in limits(lever.bounds) if isinstance(limit, (int, float))]
    values = [moves[kind](limit) if kind in moves else limit for kind, limit in found]
    return [int(value) if lever.kind is int else float(value) for value in values]


def faults(scenario: ResolvedScenario) -> list[str]:
    """What in a resolved scenario is not legal; nothing, if ibsim is right."""
    calendar = scenario.calendar
    wrong = [f"the hash {scenario.hash}"] if len(scenario.hash) != 64 else []
    days = [day for day, _ in scenario.timeline]
    if days != sorted(set(days)) or days[0] != calendar.first_day or days[-1] >= calendar.end:
        wrong.append(f"changes on {days}")
    for path, lever in catalogue(CalendarSettings).items():
        wrong += _wrong(lever, getattr(calendar, path[-1]))
    for _, levers in scenario.timeline:
        for path, lever in catalogue(Levers).items():
            value: Any = levers
            for step in path:
                value = getattr(value, step)
            wrong += _wrong(lever, value)
        for wave in levers.rollout.waves:
            if not calendar.start <= wave.from_ < calendar.end or not wave.groups:
                wrong.append(f"a wave from {wave.from_} to {wave.groups}")
    return wrong


def _wrong(lever: Lever, value: Any) -> list[str]:
    values = [getattr(value, group) for group in GROUPS] if isinstance(value, ByGroup) else [value]
    name = ".".join(lever.path)
    if lever.by_group != isinstance(value, ByGroup):
        return [f"{name} is {value!r}"]
    return [f"{name} is {one!r}" for one in values if not _fits(lever, one)]


def _keeps(lever: Lever, value: Any) -> bool:
    return all(_HOLDS[kind](value, limit) for kind, limit in limits(lever.bounds))


def _fits(lever: Lever, value: Any) -> bool:
    if lever.kind in (int, float):
        number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        whole = lever.kind is float or isinstance(value, int)
        return number and whole and _keeps(lever, value)
    if lever.kind is bool:
        return isinstance(value, bool)
    if lever.kind is date:
        return isinstance(value, date) and _keeps(lever, value)
    if choices := words(lever.kind):
        return all(word in choices for word in (value if isinstance(value, list) else [value]))
    return True  # lists and texts have rules of their own, in their own tests
