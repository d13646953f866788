"""Tasks and workers: what the oracle of the working day moves about."""

from __future__ import annotations

from dataclasses import dataclass, field

URGENT = 0


@dataclass(frozen=True)
class Kind:
    """What is the same for all work of a kind; `level` 1 and up, most pressing first; `activity` 1 and up."""

    level: int
    activity: int
    opens_case: bool = False
    flagged_only: bool = False
    learnt: bool = False


@dataclass(eq=False)
class Join:
    """Work for two: it is done when the last part has ended."""

    parts_left: int


@dataclass(eq=False)
class Task:
    """One task; `entity` is -1 where it is about nobody."""

    kind: int
    entity: int
    team: int
    level: int
    minutes_left: int  # of the present visit
    minutes_of_later_visits: int
    visits_to_come: int
    gap_days: int
    ready_at: int
    first_pass: int
    owner: int | None = None
    join: Join | None = None
    track: int = 0
    minutes_worked: int = 0
    stretched: bool = False
    forgotten: bool = False


@dataclass(eq=False)
class Worker:
    """One worker: an in-tray, and what is in hand by activity (0: urgent work)."""

    number: int
    team: int
    tie: int = 0
    capacity: int = 0
    factor: int = 1000
    may_flagged: bool = True
    active: bool = True
    tray: list[Task] = field(default_factory=list)
    in_hand: dict[int, Task] = field(default_factory=dict)

    def everything(self) -> list[Task]:
        return [*self.tray, *self.in_hand.values()]


@dataclass(frozen=True)
class Ended:
    """A task that was finished; `last` is False for a part of a join whose other parts are still open."""

    kind: int
    entity: int
    at: int
    worker: int
    minutes: int
    last: bool
