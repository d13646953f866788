"""What differs between two resolved scenarios, lever by lever and date by date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from ibsim.evidence import Evidence
from ibsim.policy.lever import ByGroup, Settings
from ibsim.scenario.catalogue import catalogue, is_settings, item_model, key_of
from ibsim.scenario.model import CalendarSettings, Levers, ResolvedScenario


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
    scenario changes; a pair of values is told once, from the day on which it begins.  Where an evidence
    override says it all, the lever whose default it is is not told again.  `name` and `why` are not
    compared.
    """
    rows = [
        Difference(f"calendar.{path}", one, other, _units(CalendarSettings).get(path, ""), None)
        for path, one, other in _unequal(_flat(first.calendar), _flat(second.calendar))
    ]
    evidence = list(_evidence_rows(first.evidence, second.evidence))
    told = {row.path.removeprefix("evidence."): (row.first, row.second) for row in evidence}
    levers = (row for row in _lever_rows(first, second) if not _follows(row, told))
    return [*rows, *evidence, *_caseload_rows(first, second), *levers]


_CASELOAD = "population.caseload_file"


def _caseload_rows(first: ResolvedScenario, second: ResolvedScenario) -> Iterator[Difference]:
    """The caseloads' files, where other people stand in them; their names alone make no difference."""
    if first.caseload != second.caseload:
        one, other = (_caseload_told(scenario) for scenario in (first, second))
        yield Difference(_CASELOAD, one, other, "", None)


def _caseload_told(scenario: ResolvedScenario) -> str | None:
    if scenario.caseload is None:
        return None
    return f"{scenario.levers.population.caseload_file} ({scenario.caseload.digest[:8]})"


def _evidence_rows(first: Evidence, second: Evidence) -> Iterator[Difference]:
    """The rows that either scenario overrides, with the values that both use."""
    for key in dict.fromkeys([*first.overrides, *second.overrides]):
        one, other = _in_force(first, key), _in_force(second, key)
        if one != other:
            id = key.partition("/")[0]
            unit = next(row.unit for row in second.rows() if row.id == id)
            yield Difference(f"evidence.{key}", one, other, unit, None)


def _in_force(evidence: Evidence, key: str) -> Any:
    """The value of an override's row; by group where the id has a row for each and none for all."""
    id, _, group = key.partition("/")
    if group:
        return evidence.row(id, group).value
    values = {row.group: row.value for row in evidence.rows() if row.id == id}
    return values.get("", values)


def _follows(row: Difference, told: dict[str, tuple[Any, Any]]) -> bool:
    """Whether a lever differs just as the evidence row does that is its default."""
    above, _, group = row.path.rpartition(".")
    levers = catalogue(Levers)
    lever = levers.get(tuple(row.path.split(".")))
    if lever is None:
        lever = levers.get(tuple(above.split(".")))
    else:
        group = lever.evidence_key
    if lever is None or not lever.evidence or row.since is not None:
        return False
    for key in (f"{lever.evidence}/{group}", lever.evidence):
        if key in told:
            pair = [value.get(group) if isinstance(value, dict) else value for value in told[key]]
            return pair == [row.first, row.second]
    return False


def _lever_rows(first: ResolvedScenario, second: ResolvedScenario) -> Iterator[Difference]:
    start = min(first.timeline[0][0], second.timeline[0][0])
    days = sorted({start, *(day for scenario in (first, second) for day, _ in scenario.timeline)})
    units = _units(type(first.timeline[0][1]))
    told: dict[str, tuple[Any, Any]] = {}
    found: list[tuple[str, Difference]] = []
    order: dict[str, int] = {}
    for day in days:
        one, other = _flat(first.levers_at(day)), _flat(second.levers_at(day))
        for levers in (one, other):
            levers.pop(_CASELOAD)
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
    for name, key, has_items in _fields(type(settings)):
        path, value = f"{above}{key}", getattr(settings, name)
        if isinstance(value, ByGroup) or is_settings(type(value)):
            flat |= _flat(value, f"{path}.")
        elif has_items:
            for number, item in enumerate(value):
                flat[f"{path}.{number}"] = item.model_dump(mode="json", by_alias=True, exclude_none=True)
        else:
            flat[path] = value
    return flat


@cache
def _fields(model: type[Settings]) -> tuple[tuple[str, str, bool], ...]:
    """Each field of a section, its key in a scenario, and whether it lists settings such as waves."""
    return tuple(
        (name, key_of(name, field), item_model(field.annotation) is not None)
        for name, field in model.model_fields.items()
    )


def _units(model: type[Settings]) -> dict[str, str]:
    return {".".join(path): lever.unit for path, lever in catalogue(model).items()}


def _unit(units: dict[str, str], path: str) -> str:
    return units.get(path) or units.get(path.rpartition(".")[0], "")
