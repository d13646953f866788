"""From one scenario to another, lever by lever: the scenarios that lie between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pydantic import ValidationError

from ibsim.errors import InputError
from ibsim.scenario.catalogue import key_of
from ibsim.scenario.check import tell
from ibsim.scenario.diff import diff
from ibsim.scenario.model import Levers, ResolvedScenario
from ibsim.scenario.resolve import content_hash

EVIDENCE = "evidence"
FIRST = (EVIDENCE, "population", "rollout")
"""What is changed first: levers that help a roll-out show what they do only once there is one."""
CASELOAD = ("population", "caseload_file")
STOCK = frozenset({CASELOAD, ("population", "clients_at_start")})
"""What a council's own caseload settles, and is taken from the second scenario with it."""
MOST_STEPS = 12
"""More levers than so many are taken section by section, since each step is a scenario to run."""


@dataclass(frozen=True)
class Step:
    """The scenario after some levers were changed: their paths, and in words from what to what."""

    levers: tuple[str, ...]
    changes: tuple[str, ...]
    scenario: ResolvedScenario


@dataclass(frozen=True)
class _Change:
    """Levers (section and field) that are taken from the second scenario together."""

    fields: frozenset[tuple[str, str]]
    levers: tuple[str, ...]
    told: tuple[str, ...]

    def joined(self, other: _Change) -> _Change:
        return _Change(self.fields | other.fields, self.levers + other.levers, self.told + other.told)


def steps(first: ResolvedScenario, other: ResolvedScenario) -> tuple[str, tuple[Step, ...]]:
    """The order in words, and the scenarios on the way; the last of them is `other` itself.

    First the evidence that differs, with the levers whose defaults it is, then population and roll-out,
    then lever by lever in the order of the sections, or section by section where there are more than
    `MOST_STEPS`.  Levers that cannot stand without the next (a council without the locality in which it
    has a wave) are changed together with it.
    Raises InputError unless both have the same calendar.
    """
    refuse_other_calendar(first, other)
    changes = _changes(first, other)
    order = "evidence, population and roll-out first, then lever by lever in the order of the sections"
    if len(changes) > MOST_STEPS:
        changes = _by_section(changes)
        order = "evidence, population and roll-out first, then section by section"
    return order, tuple(_walk(first, other, changes))


def refuse_other_calendar(first: ResolvedScenario, other: ResolvedScenario) -> None:
    """Refuse to set scenarios side by side whose years are not the same."""
    if first.calendar != other.calendar:
        names = [
            name
            for name in type(first.calendar).model_fields
            if getattr(first.calendar, name) != getattr(other.calendar, name)
        ]
        rule = "scenarios are compared year by year, so they have the same calendar"
        remedy = "give both the same, for instance with --set calendar.years=..."
        raise InputError(f"{other.path}, calendar", f"{' and '.join(names)} differ", rule, remedy)


def _walk(first: ResolvedScenario, other: ResolvedScenario, changes: Sequence[_Change]) -> Iterator[Step]:
    taken: frozenset[tuple[str, str]] = frozenset()
    pending: _Change | None = None
    for number, change in enumerate(changes, start=1):
        change = pending.joined(change) if pending else change
        taken |= change.fields
        between = other if number == len(changes) else _between(first, other, taken)
        pending = change if between is None else None
        if between is not None:
            yield Step(change.levers, change.told, between)


def _changes(first: ResolvedScenario, other: ResolvedScenario) -> list[_Change]:
    """What differs, one change a lever, evidence as the first."""
    names = {key_of(name, field): name for name, field in Levers.model_fields.items()}
    found: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
    people = STOCK if first.caseload != other.caseload else frozenset()
    for row in diff(first, other):
        section, _, rest = row.path.partition(".")
        key = (EVIDENCE, "") if section == EVIDENCE else (names[section], rest.partition(".")[0])
        key = CASELOAD if key in people else key
        levers, told = found.setdefault(key, ([], []))
        lever = row.path if section == EVIDENCE else ".".join(row.path.split(".")[:2])
        if lever not in levers:
            levers.append(lever)
        told.append(tell(row))
    # Levers that differ without being told follow evidence, and go with it.
    follow = _differing(first, other) - found.keys() - people - {CASELOAD}
    if follow:
        found.setdefault((EVIDENCE, ""), (["defaults that follow the evidence"], []))
    changes = []
    for key in sorted(found, key=_turn):
        levers, told = found[key]
        fields = frozenset({key} | follow) if key[0] == EVIDENCE else frozenset({key})
        fields |= people if key == CASELOAD else frozenset()
        changes.append(_Change(fields, tuple(levers), tuple(told)))
    return changes


def _turn(key: tuple[str, str]) -> int:
    return FIRST.index(key[0]) if key[0] in FIRST else len(FIRST)


def _differing(first: ResolvedScenario, other: ResolvedScenario) -> set[tuple[str, str]]:
    """Section and key of every lever that differs at any time."""
    found = set()
    for day in _days(first, other):
        one, two = first.levers_at(day), other.levers_at(day)
        for section in Levers.model_fields:
            mine, theirs = getattr(one, section), getattr(two, section)
            for name, field in type(mine).model_fields.items():
                if getattr(mine, name) != getattr(theirs, name):
                    found.add((section, key_of(name, field)))
    return found


def _by_section(changes: Sequence[_Change]) -> list[_Change]:
    found: dict[str, _Change] = {}
    for change in changes:
        is_evidence = any(section == EVIDENCE for section, _ in change.fields)
        section = EVIDENCE if is_evidence else next(iter(change.fields))[0]
        found[section] = found[section].joined(change) if section in found else change
    return list(found.values())


def _between(
    first: ResolvedScenario, other: ResolvedScenario, taken: frozenset[tuple[str, str]]
) -> ResolvedScenario | None:
    """The first scenario with the levers `taken` from the other; None where they cannot stand together."""
    timeline: list[tuple[date, Levers]] = []
    for day in _days(first, other):
        try:
            levers = _mixed(first.levers_at(day), other.levers_at(day), taken)
        except ValidationError:
            return None
        if not timeline or levers != timeline[-1][1]:
            timeline.append((day, levers))
    evidence = other.evidence if (EVIDENCE, "") in taken else first.evidence
    caseload = other.caseload if CASELOAD in taken else first.caseload
    hash = content_hash(first.calendar, timeline, evidence, caseload)
    return replace(first, timeline=tuple(timeline), evidence=evidence, hash=hash, caseload=caseload)


def _mixed(one: Levers, other: Levers, taken: frozenset[tuple[str, str]]) -> Levers:
    sections = {}
    for section in Levers.model_fields:
        mine, theirs = getattr(one, section), getattr(other, section)
        values = {}
        for name, field in type(mine).model_fields.items():
            key = key_of(name, field)
            values[key] = getattr(theirs if (section, key) in taken else mine, name)
        sections[section] = type(mine).model_validate(values)
    return Levers.model_validate(sections)


def _days(first: ResolvedScenario, other: ResolvedScenario) -> list[date]:
    return sorted({day for scenario in (first, other) for day, _ in scenario.timeline})
