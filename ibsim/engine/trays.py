"""Trays of workers and teams, and the calendar whose tasks are released to them; compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

from ibsim.compiled import compiled, entry
from ibsim.engine.state import (
    DROPPED,
    FREE,
    I32,
    IN_TEAM_TRAY,
    IN_TRAY,
    NOBODY,
    URGENT,
    Records,
    Tables,
)


@compiled
def push(trays: I32, row: int, level: int, tasks: Records, task: int) -> None:
    """Put a task at the end of a tray."""
    tasks[task].next = NOBODY
    if trays[row, level, 1] == NOBODY:
        trays[row, level, 0] = task
    else:
        tasks[trays[row, level, 1]].next = task
    trays[row, level, 1] = task


@compiled
def drop_first(trays: I32, row: int, level: int, tasks: Records) -> None:
    """Take the first task off a tray."""
    trays[row, level, 0] = tasks[trays[row, level, 0]].next
    if trays[row, level, 0] == NOBODY:
        trays[row, level, 1] = NOBODY


@compiled
def to_front(trays: I32, row: int, level: int, tasks: Records, before: int) -> None:
    """Move the task behind `before` to the front of a tray."""
    task = tasks[before].next
    tasks[before].next = tasks[task].next
    if trays[row, level, 1] == task:
        trays[row, level, 1] = before
    tasks[task].next = trays[row, level, 0]
    trays[row, level, 0] = task


@compiled
def stale(t: Tables, task: int) -> bool:
    """A task is stale once its entity has gone, or left the track that the task belongs to."""
    entity = t.tasks[task].entity
    gone: bool = entity >= 0 and t.epochs[t.tasks[task].track, entity] != t.tasks[task].epoch
    return gone


@compiled
def free_task(t: Tables, task: int) -> None:
    """Give a task's row back."""
    t.tasks[task].state = FREE
    t.tasks[task].next = t.free[0]
    t.free[0] = task
    t.free[1] += 1


@compiled
def drop_task(t: Tables, task: int) -> None:
    """Drop a task that has become stale; what was worked on it stays in the books."""
    t.worked[DROPPED, t.tasks[task].kind] += t.tasks[task].done
    free_task(t, task)


@compiled
def to_tray(t: Tables, task: int, worker: int) -> None:
    """Put a task into a worker's in-tray; with the first task of a case the worker becomes its owner."""
    tasks, workers = t.tasks, t.workers
    level, entity = tasks[task].level, tasks[task].entity
    tasks[task].owner = worker
    tasks[task].state = IN_TRAY
    t.committed[worker, level] += tasks[task].left
    push(t.trays, worker, level, tasks, task)
    if entity >= 0 and t.kinds[tasks[task].kind].opens_case and t.entities[entity].owner == NOBODY:
        t.entities[entity].owner = worker
        workers[worker].cases += 1
        workers[worker].flagged_cases += t.entities[entity].flagged


@compiled
def route(t: Tables, task: int) -> None:
    """Send a released task to its owner, the case's owner, or the team tray."""
    tasks, workers = t.tasks, t.workers
    owner, entity = tasks[task].owner, tasks[task].entity
    if owner == NOBODY and entity >= 0:
        owner = t.entities[entity].owner
        if owner != NOBODY and workers[owner].team != tasks[task].team:
            owner = NOBODY
    if owner != NOBODY and t.kinds[tasks[task].kind].flagged_only and not workers[owner].may_flagged:
        owner = NOBODY
    if (
        owner != NOBODY
        and workers[owner].active
        and (tasks[task].level != URGENT or workers[owner].capacity > 0)
    ):
        to_tray(t, task, owner)
        return
    tasks[task].owner = NOBODY
    tasks[task].state = IN_TEAM_TRAY
    push(t.team_trays, tasks[task].team, tasks[task].level, tasks, task)


@njit(cache=True)
def release(t: Tables, first: int, last: int) -> None:
    """Empty the calendar's buckets `first` to `last`, oldest task first, ties by hash, then as opened."""
    tasks = t.tasks
    count = 0
    for bucket in range(first, last + 1):
        task = t.buckets[bucket]
        while task != NOBODY:
            count += 1
            task = tasks[task].next
    if count == 0:
        return
    ready, keys = np.empty(count, np.int32), np.empty(count, np.int64)
    for bucket in range(last, first - 1, -1):
        task = t.buckets[bucket]
        t.buckets[bucket] = NOBODY
        while task != NOBODY:  # a bucket gives its tasks last in, first out
            entity = tasks[task].entity
            tie = t.entities[entity].tie if entity >= 0 else 0
            count -= 1
            ready[count] = task
            keys[count] = (tasks[task].ready_at << np.int64(31)) + tie
            task = tasks[task].next
    for i in np.argsort(keys, kind="mergesort"):
        if stale(t, ready[i]):
            drop_task(t, ready[i])
        else:
            route(t, ready[i])


@compiled
def back_to_team(t: Tables, task: int) -> None:
    """Put a task back into its team's tray."""
    t.tasks[task].owner = NOBODY
    t.tasks[task].state = IN_TEAM_TRAY
    push(t.team_trays, t.tasks[task].team, t.tasks[task].level, t.tasks, task)


@entry
def hand_back_urgent(t: Tables) -> None:
    """Urgent work does not wait for somebody who is away: it goes back to the team tray."""
    for worker in range(t.workers.size):
        if t.workers[worker].capacity > 0:
            continue
        task = t.begun[worker, URGENT]
        if task != NOBODY:
            t.begun[worker, URGENT] = NOBODY
            back_to_team(t, task)
        while t.trays[worker, URGENT, 0] != NOBODY:
            task = t.trays[worker, URGENT, 0]
            drop_first(t.trays, worker, URGENT, t.tasks)
            back_to_team(t, task)
        t.committed[worker, URGENT] = 0
