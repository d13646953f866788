"""The compiled verbs of the workforce: open work at a team or a desk, open and close cases."""

from __future__ import annotations

import numpy as np

from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.state import NOBODY
from ibsim.engine.workday import Spec, close_case, join_one, open_one, set_flag


@compiled
def open_work(w: Shared, work: int, p: int, minutes: int, ready_at: int, urgent: bool) -> int:
    """Open a task at the person's own team; returns its row."""
    return open_visits(w, work, p, minutes, ready_at, 1, urgent)


@compiled
def open_visits(w: Shared, work: int, p: int, minutes: int, ready_at: int, visits: int, urgent: bool) -> int:
    """Open a task of several visits at the person's own team; returns its row."""
    gap = np.int64(w.rules[w.people[p].group].visit_gap_days)
    kind = work + 0  # an enumeration's member becomes a plain number
    spec = Spec(kind, np.int64(visits), gap, urgent, np.int64(w.work.kinds[kind].track))
    return open_one(w.work, spec, p, w.people[p].team, minutes, ready_at)


@compiled
def open_at_desk(w: Shared, desk: int, work: int, p: int, minutes: int, ready_at: int) -> int:
    """Open a task at another desk; returns its row."""
    row = open_visits(w, work, p, minutes, ready_at, 1, False)
    w.work.tasks[row].team = w.desk_team[desk]
    return row


@compiled
def join_two(w: Shared, first: int, second: int) -> None:
    """Two tasks of which only the later one to end counts as done."""
    join = join_one(w.work, 2)
    w.work.tasks[first].join = join
    w.work.tasks[second].join = join


@compiled
def open_case(w: Shared, p: int) -> None:
    """The case is open from now on; its first task finds it a co-ordinator."""
    w.people[p].case_open = True


@compiled
def end_case(w: Shared, p: int) -> None:
    """The case closes: the co-ordinator's caseload falls."""
    w.people[p].case_open = False
    close_case(w.work, p)


@compiled
def owned(w: Shared, p: int) -> bool:
    """Whether the case is open to a co-ordinator by name."""
    return w.work.entities[p].owner != NOBODY


@compiled
def count_as_ib(w: Shared, p: int, value: int) -> None:
    """Count the case as an IB case of its co-ordinator, or no longer."""
    set_flag(w.work, p, value)


@compiled
def forget(w: Shared, p: int, track: int) -> None:
    """Drop the person's open tasks on a track; each goes when its turn comes."""
    w.work.epochs[track, p] += 1
