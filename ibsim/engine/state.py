"""The tables that the working day runs over: tasks, workers, people's cases, and the trays between them.

They are structured arrays, so that the compiled pass and Python see the same memory under the same
names.  The engine knows no word of social care: an *entity* is whoever a task is about, a *kind* is a
row of `KIND`, and a *flag* marks the entities (and through them the workers) that are counted apart.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

I8 = NDArray[np.int8]
I16 = NDArray[np.int16]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Records = NDArray[Any]

FREE, IN_CALENDAR, IN_TEAM_TRAY, IN_TRAY, BEGUN = 0, 1, 2, 3, 4
NOBODY = -1
TRACKS = 3
"""Tracks of tasks; leaving one drops its tasks."""
URGENT = 0
"""The level of urgent work; levels 1 and up are ordinary work, most pressing first."""


def record(fields: list[tuple[str, type]]) -> np.dtype[Any]:
    """A record whose fields are attributes also where the pass is stepped through as plain Python."""
    return np.dtype((np.record, np.dtype(fields, align=True)))


TASK = record(
    [
        ("ready_at", np.int64),
        ("entity", np.int32),
        ("left", np.int32),  # minutes left of the present visit
        ("visit_minutes", np.int32),
        ("done", np.int32),  # minutes worked so far, all visits
        ("join", np.int32),
        ("next", np.int32),  # the task behind it in the same tray or bucket
        ("owner", np.int16),
        ("team", np.int16),
        ("gap_days", np.int16),
        ("epoch", np.int16),
        ("kind", np.int8),
        ("level", np.int8),
        ("visits", np.int8),  # visits that follow the present one
        ("track", np.int8),
        ("stretched", np.int8),  # 1 once the worker's own factor has been put on the minutes
        ("state", np.int8),
    ]
)
WORKER = record(
    [
        ("tie", np.int64),
        ("capacity", np.int32),  # minutes for tasks in this pass
        ("cases", np.int32),
        ("flagged_cases", np.int32),
        ("factor", np.int32),  # per mille, put on the minutes of kinds that are learnt
        ("team", np.int16),
        ("may_flagged", np.int8),  # 1 where the worker may take flagged work
        ("active", np.int8),
    ]
)
KIND = record(
    [
        ("level", np.int8),
        ("activity", np.int8),  # 1 and up
        ("opens_case", np.int8),
        ("flagged_only", np.int8),  # 1 where only workers who may take flagged work can do it
        ("learnt", np.int8),
        ("track", np.int8),  # leaving it drops the task
    ]
)
ENTITY = record([("tie", np.int32), ("owner", np.int16), ("flagged", np.int8)])
FINISHED = record([("at", np.int64), ("task", np.int32), ("worker", np.int16), ("last", np.int8)])


class Tables(NamedTuple):
    """All that the pass reads and writes."""

    tasks: Records
    workers: Records
    kinds: Records
    entities: Records
    epochs: I16
    """[track, entity]: a task whose epoch has passed is dropped when its turn comes"""
    committed: I64
    """[worker, level] minutes in the in-tray and in hand"""
    begun: I32
    """[worker, activity] the task begun, or -1; activity 0 is urgent work"""
    trays: I32
    """[worker, level, 0 or 1] first and last task of an in-tray"""
    members: I32
    """[team, 0 or 1] first worker and one past the last"""
    team_trays: I32
    """[team, level, 0 or 1]"""
    buckets: I32
    """[pass] first task that may begin in it"""
    free: I32
    """first free row of `tasks`, how many rows are free, how many joins are in use"""
    join_left: I16
    """[join] tasks that have not ended"""
    finished: Records
    worked: I64
    """[flag, kind] minutes worked, added up over passes; [DROPPED, kind] those of tasks that were dropped"""
    rules: I64
    """see the names below"""
    reserved: I32
    """[activity] minutes of the pass kept for it"""
    capped: I32
    """[activity] minutes of the pass that it may take"""


ENDLESS = 100_000_000
"""Minutes of work that no run is long enough for: a task of more is one of as many."""
DROPPED = 2
FIRST_FREE, N_FREE, N_JOINS = 0, 1, 2
"""Places in `free`."""
LIMIT, START, SPAN, PASS, DAY, NEXT = 0, 1, 2, 3, 4, 5
"""Places in `rules`: caseload limit, start, span and number of the pass, minutes of a day, next bucket."""


def new_tables(team_sizes: list[int], kinds: Records, n_entities: int, passes: int) -> Tables:
    """Empty tables for teams of the given sizes, whose workers stand one after the other."""
    n, levels = sum(team_sizes), int(kinds["level"].max()) + 1
    activities, n_teams = int(kinds["activity"].max()) + 1, len(team_sizes)
    workers = np.zeros(n, dtype=WORKER)
    workers["team"] = np.repeat(np.arange(n_teams, dtype=np.int16), team_sizes)
    workers["active"], workers["may_flagged"], workers["factor"] = 1, 1, 1000
    entities = np.zeros(n_entities, dtype=ENTITY)
    entities["owner"] = NOBODY
    last = np.cumsum(team_sizes).astype(np.int32)
    return Tables(
        tasks=np.zeros(0, dtype=TASK),
        workers=workers,
        kinds=kinds,
        entities=entities,
        epochs=np.zeros((TRACKS, n_entities), dtype=np.int16),
        committed=np.zeros((n, levels), dtype=np.int64),
        begun=np.full((n, activities), NOBODY, dtype=np.int32),
        trays=np.full((n, levels, 2), NOBODY, dtype=np.int32),
        members=np.stack([last - np.array(team_sizes, dtype=np.int32), last], axis=1),
        team_trays=np.full((n_teams, levels, 2), NOBODY, dtype=np.int32),
        buckets=np.full(passes + 1, NOBODY, dtype=np.int32),
        free=np.array([NOBODY, 0, 0], dtype=np.int32),
        join_left=np.zeros(1024, dtype=np.int16),
        finished=np.zeros(0, dtype=FINISHED),
        worked=np.zeros((3, kinds.size), dtype=np.int64),
        rules=np.array([2**31, 0, 1, 0, 1, 0], dtype=np.int64),
        reserved=np.zeros(activities, dtype=np.int32),
        capped=np.full(activities, 2**30, dtype=np.int32),
    )
