"""Run a council twice, with the engine and with the oracle, and find the first difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from math import isclose
from typing import Any

import numpy as np

from ibsim.council import Council as EngineCouncil
from ibsim.engine.workday import Finished
from ibsim.scenario.model import ResolvedScenario
from ibsim.units import ARMS
from ibsim.words import Category, Desk, Event, Stage, Stream, Work
from tests.oracle.births import everybody
from tests.oracle.calendar import DAY
from tests.oracle.council import Council
from tests.oracle.hours import Diary
from tests.oracle.people import GROUPS, Done, Noted, Sum
from tests.oracle.run import Run


@dataclass
class Both:
    """One council, run by the engine and by the oracle."""

    engine: EngineCouncil
    engine_done: list[Done]
    oracle: Council
    oracle_done: list[Done]


def run_both(
    scenario: ResolvedScenario, seed: int, number: int = 0, to_oracle: ResolvedScenario | None = None
) -> Both:
    """Run a council by both, with the same draws; the oracle may be told another scenario, as a trap."""
    engine = EngineCouncil(scenario, seed, number)
    done: list[Done] = []
    work = engine.workforce.work
    run_pass = work.run

    def recorded(number: int, start: int, span: int) -> Finished:
        found = run_pass(number, start, span)
        for row in zip(*(column.tolist() for column in found), strict=True):
            kind, entity, at, worker, minutes, last = row
            done.append(Done(Work(kind), entity, at, worker, minutes, last))
        return found

    work.run = recorded  # type: ignore[method-assign]
    engine.run()
    told = to_oracle or scenario
    council = Council(told, seed, number, everybody(told, seed, number))
    run = Run(council)
    run.go()
    return Both(engine, done, council, run.done)


def engine_history(engine: EngineCouncil) -> list[Noted]:
    history = engine.machine.history
    rows = history.rows[: int(history.count[0])]
    return [
        Noted(Event(kind), person, at, first, second)
        for kind, person, at, first, second in zip(
            *(rows[name].tolist() for name in ("kind", "person", "at", "first", "second")), strict=True
        )
    ]


def engine_ledger(engine: EngineCouncil) -> Counter[Sum]:
    ledger, months = engine.machine.ledger, engine.clock.n_months
    found: Counter[Sum] = Counter()
    for month, payer, category, group, arm in np.argwhere(ledger).tolist():
        key = Sum(
            month if month < months else -1,
            Stream(payer).name,
            Category(category).name,
            GROUPS[group],
            arm == 1,
        )
        found[key] = int(ledger[month, payer, category, group, arm])
    return found


def engine_diary(engine: EngineCouncil) -> Counter[Diary]:
    minutes, months = engine.workforce.output.minutes, engine.clock.n_months
    found: Counter[Diary] = Counter()
    for place in np.argwhere(minutes).tolist():
        month, kind, desk, with_ib, arm, group = place
        month = month if month < months else -1
        key = Diary(month, Work(kind), Desk(desk), with_ib == 1, arm == 1, GROUPS[group])
        found[key] = int(minutes[tuple(place)])
    return found


# --- the first difference -----------------------------------------------------------------------------


def clock(at: int) -> str:
    return f"day {at // DAY} {at % DAY // 60:02d}:{at % 60:02d}"


def first_line(ours: list[Any], theirs: list[Any], what: str, both: Both) -> str | None:
    """The first line in which two lists differ, with what both say of the person."""
    for place in range(max(len(ours), len(theirs))):
        one = ours[place] if place < len(ours) else None
        other = theirs[place] if place < len(theirs) else None
        if one == other:
            continue
        lines = [f"{what} {place}:", f"  engine {_said(one)}", f"  oracle {_said(other)}"]
        people = {line.person for line in (one, other) if line is not None and line.person >= 0}
        lines += [_view(both, number) for number in sorted(people)]
        return "\n".join(lines)
    return None


def _said(line: Any) -> str:
    return "nothing more" if line is None else f"{clock(line.at)} {line}"


def _view(both: Both, number: int) -> str:
    """How both sides see a person when their runs have ended."""
    row, person = both.engine.world.people[number], both.oracle.people[number]
    return (
        f"  person {number} ({person.group}, id {person.id}) in the end: engine {Stage(row['stage']).name} "
        f"since {clock(int(row['stage_since']))}, {ARMS[row['arm']]}, support {row['support']}; oracle "
        f"{person.stage.name} since {clock(person.stage_since)}, IB {person.in_ib_arm}, {person.support}"
    )


def first_sum(ours: Mapping[Any, int], theirs: Mapping[Any, int], what: str) -> str | None:
    """The first place in which two tables of sums differ."""
    places: set[Hashable] = {*ours, *theirs}
    for place in sorted(places, key=repr):
        if ours.get(place, 0) != theirs.get(place, 0):
            return f"{what} {place}: engine {ours.get(place, 0)}, oracle {theirs.get(place, 0)}"
    return None


def first_hours(both: Both) -> str | None:
    """The first sum of co-ordinators' days that differs: hours are no whole numbers, so but for rounding."""
    sums = both.engine.workforce.week.sums
    for (year, with_ib, group, what), value in both.oracle.staff.hours.week.items():
        known = float(sums[year, int(with_ib), GROUPS.index(group)][what])
        if not isclose(known, value, rel_tol=1e-9, abs_tol=1e-9):
            return f"{what} of {group} in year {year}, IB cases {with_ib}: engine {known}, oracle {value}"
    return None


def first_difference(both: Both, money: bool = True) -> str | None:
    """What differs first: the history, work done, the diary, the ledger; None where nothing does."""
    found = first_line(engine_history(both.engine), both.oracle.history, "line of the history", both)
    found = found or first_line(both.engine_done, both.oracle_done, "piece of work", both)
    hours = both.oracle.staff.hours
    found = found or first_sum(engine_diary(both.engine), hours.diary, "minutes of")
    found = found or first_hours(both)
    if money:
        found = found or first_sum(engine_ledger(both.engine), both.oracle.ledger, "pence of")
    return found
