"""What differs between two resolved scenarios, lever by lever and date by date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from ibsim.policy.lever import ByGroup, Settings
from ibsim.scenario.catalogue import catalogue, is_settings, item_model, key_of
from ibsim.scenario.model import CalendarSettings, ResolvedScenario


@dataclass(frozen=True, slots=True)
class Difference:
    """One lever that differs from a day on (None: throughout); a value is None where there is none."""

    path: str
    first: Any
    second: Any
    unit: str
    since: date | None


def diff(first: ResolvedScenario, second: ResolvedScenario) -> list[Difference]:
    """The differences from `first` to `second`, in the order of the sections; empty if none matters.

    Levers are compared with their defaults filled in, at the start and at each date at which either
    scenario changes; a pair of values is told once, from the day on which it begins.  `name` and `why`
    are not compared.
    """
    rows = [
        Difference(f"calendar.{path}", one, other, _units(CalendarSettings).get(path, ""), None)
        for path, one, other in _unequal(_flat(first.calendar), _flat(second.calendar))
    ]
    rows += [
        Difference(f"evidence.{key}", one, other, "", None)
        for key, one, other in _unequal(first.evidence.overrides, second.evidence.overrides)
    ]
    return rows + list(_lever_rows(first, second))


def _lever_rows(first: ResolvedScenario, second: ResolvedScenario) -> Iterator[Difference]:
    start = min(first.timeline[0][0], second.timeline[0][0])
    days = sorted({start, *(day for scenario in (first, second) for day, _ in scenario.timeline)})
    units = _units(type(first.timeline[0][1]))
    told: dict[str, tuple[Any, Any]] = {}
    found: list[tuple[str, Difference]] = []
    order: dict[str, int] = {}
    for day in days:
        one, other = _flat(first.levers_at(day)), _flat(second.levers_at(day))
        for path in [*one, *other]:
            order.setdefault(path, len(order))
        unequal = {path: (a, b) for path, a, b in _unequal(one, other)}
        for path in [*unequal, *(path for path in told if path not in unequal)]:
            pair = unequal.get(path, (one.get(path), other.get(path)))
            if told.get(path) != pair:
                since = None if day == start else day
                found.append((path, Difference(path, pair[0], pair[1], _unit(units, path), since)))
        told = {path: unequal.get(path, (one.get(path), other.get(path))) for path in {*told, *unequal}}
    found.sort(key=lambda item: order[item[0]])
    yield from (row for _, row in found)


def _unequal(one: dict[str, Any], other: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for path in dict.fromkeys([*one, *other]):
        if one.get(path) != other.get(path):
            yield path, one.get(path), other.get(path)


def _flat(settings: Settings, above: str = "") -> dict[str, Any]:
    """Every lever of a section by its path; groups apart where they differ, waves one by one."""
    flat: dict[str, Any] = {}
    for name, field in type(settings).model_fields.items():
        path, value = f"{above}{key_of(name, field)}", getattr(settings, name)
        if isinstance(value, ByGroup) or is_settings(type(value)):
            flat |= _flat(value, f"{path}.")
        elif item_model(field.annotation) is not None:
            for number, item in enumerate(value):
                flat[f"{path}.{number}"] = item.model_dump(mode="json", by_alias=True, exclude_none=True)
        else:
            flat[path] = value
    return flat


def _units(model: type[Settings]) -> dict[str, str]:
    return {".".join(path): lever.unit for path, lever in catalogue(model).items()}


def _unit(units: dict[str, str], path: str) -> str:
    return units.get(path) or units.get(path.rpartition(".")[0], "")
