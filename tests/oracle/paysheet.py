"""The pay sheet: for what, for which group and in which arm the paid hours of each desk went."""

from __future__ import annotations

from dataclasses import dataclass

from ibsim.words import Activity, Desk
from tests.oracle.hours import Paid, Use
from tests.oracle.people import GROUPS

USES: tuple[Use, ...] = ("support", "contact", "organisational", "travel")
"""What time at work goes for beside tasks."""
Minutes = list[list[list[float]]]
"""By use, group and arm."""


@dataclass(frozen=True)
class PaySheet:
    """`hours` at work by desk: ordinary, overtime, by agency staff; `minutes` say what they went for.

    Uses stand in the order of `words.PAID_TIME`: the four activities, the four beside tasks, spare time.
    """

    hours: dict[Desk, tuple[float, float, float]]
    minutes: dict[Desk, Minutes]


def pay_sheet(paid: Paid) -> PaySheet:
    """A desk's minutes add up to its hours: what is in no list is spare.

    Tasks count when they end; where more ends in a month than was worked in it, they count in proportion.
    """
    hours, minutes = {}, {}
    for desk in Desk:
        ordinary, overtime = paid.hours[desk, "ordinary"], paid.hours[desk, "overtime"]
        hours[desk] = ordinary, overtime, paid.hours[desk, "agency"]
        minutes[desk] = _uses(desk, paid, sum(hours[desk]) * 60)
    return PaySheet(hours, minutes)


def _uses(desk: Desk, paid: Paid, at_work: float) -> Minutes:
    tasks = [
        [[paid.tasks[desk, activity, group, ib] for ib in (False, True)] for group in GROUPS]
        for activity in Activity
    ]
    done = _total(tasks)
    whose = _whose(desk, tasks, done)
    beside = []
    for use in USES:
        table = [[paid.beside[desk, use, group, ib] for ib in (False, True)] for group in GROUPS]
        if desk != Desk.COORDINATOR:  # whom it was for, its tasks say
            table = [[table[0][0] * share for share in row] for row in whose]
        beside.append(table)
    free = max(at_work - _total(beside), 0.0)
    part = min(free / done, 1.0) if done > 0 else 0.0
    uses = [[[minutes * part for minutes in row] for row in table] for table in tasks] + beside
    busy = [[sum(use[group][arm] for use in uses) for arm in range(2)] for group in range(len(GROUPS))]
    total = _total([busy])
    spare = max(free - done, 0.0)
    shares = [[minutes / total for minutes in row] for row in busy] if total > 0 else whose
    return [*uses, [[spare * share for share in row] for row in shares]]


def _total(tables: Minutes) -> float:
    return sum(minutes for table in tables for row in table for minutes in row)


def _whose(desk: Desk, tasks: Minutes, done: float) -> list[list[float]]:
    """Shares of groups and arms in a desk's tasks; an idle one's time is spread over all groups alike."""
    if done > 0:
        return [
            [sum(use[group][arm] for use in tasks) / done for arm in range(2)] for group in range(len(GROUPS))
        ]
    alike = 1 / len(GROUPS)
    return [[0.0, alike] if desk == Desk.PLANNER else [alike, 0.0] for _ in GROUPS]
