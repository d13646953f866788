"""The pass over one working day, compiled: release, allocate, pour.

**Release.** Tasks whose day has come leave the calendar: to their owner's in-tray, or to the team tray.
**Allocate.** The first tasks of each team tray go to the present worker with most free minutes (ties
by hash), within the caseload limit, as long as somebody has free time today.
**Pour.** Each worker's minutes of the day are poured over the in-tray: urgent work first and from its
own minute on, then what is begun, then level by level, oldest first.  What fits is finished at its
minute; the rest carries over.

Everything is whole minutes, so the result is the same on every processor, compiled or not.  Trays stand in
`trays`, handing out in `handout`.
"""

from __future__ import annotations

import numpy as np

from ibsim.compiled import compiled, entry
from ibsim.engine.handout import Scratch, allocate
from ibsim.engine.state import (
    BEGUN,
    DAY,
    I32,
    I64,
    IN_CALENDAR,
    NOBODY,
    PASS,
    SPAN,
    START,
    URGENT,
    Tables,
)
from ibsim.engine.trays import (
    drop_first,
    drop_task,
    hand_back_urgent,
    release,
    stale,
    to_front,
)


@compiled
def drop_stale(t: Tables, worker: int, level: int, before: int) -> None:
    """Drop the task behind `before` (or the first) out of an in-tray."""
    tasks = t.tasks
    if before != NOBODY:
        to_front(t.trays, worker, level, tasks, before)
    task = t.trays[worker, level, 0]
    drop_first(t.trays, worker, level, tasks)
    t.committed[worker, level] -= tasks[task].left
    drop_task(t, task)


@compiled
def first_of(t: Tables, worker: int, level: int, only: int, room: I32) -> int:
    """The first task of a level that may be worked on now, moved to the front of its in-tray."""
    tasks = t.tasks
    before = NOBODY
    task: int = t.trays[worker, level, 0]
    while task != NOBODY:
        following = tasks[task].next
        if stale(t, task):
            drop_stale(t, worker, level, before)
        else:
            activity = t.kinds[tasks[task].kind].activity
            if (only < 0 or activity == only) and room[activity] > 0:
                if before != NOBODY:
                    to_front(t.trays, worker, level, tasks, before)
                return task
            before = task
        task = following
    return NOBODY


@compiled
def first_urgent(t: Tables, worker: int) -> int:
    """The urgent task that is ready first, moved to the front of its in-tray."""
    tasks = t.tasks
    before, task = NOBODY, t.trays[worker, URGENT, 0]
    best, before_best = NOBODY, NOBODY
    while task != NOBODY:
        following = tasks[task].next
        if stale(t, task):
            drop_stale(t, worker, URGENT, before)
        else:
            if best == NOBODY or tasks[task].ready_at < tasks[best].ready_at:
                best, before_best = task, before
            before = task
        task = following
    if before_best != NOBODY:
        to_front(t.trays, worker, URGENT, tasks, before_best)
    return best


@compiled
def next_ordinary(t: Tables, worker: int, only: int, room: I32) -> int:
    """What an uninterrupted worker does next: what is begun, then by level; `only` one activity, or -1.

    `room[activity]` are the minutes that each activity may still take today.
    """
    tasks = t.tasks
    for activity in range(1, t.begun.shape[1]):
        task: int = t.begun[worker, activity]
        if task == NOBODY or (only >= 0 and activity != only) or room[activity] <= 0:
            continue
        if not stale(t, task):
            return task
        t.begun[worker, activity] = NOBODY
        t.committed[worker, tasks[task].level] -= tasks[task].left
        drop_task(t, task)
    for level in range(1, t.trays.shape[1]):
        task = first_of(t, worker, level, only, room)
        if task != NOBODY:
            return task
    return NOBODY


@compiled
def begin(t: Tables, worker: int, task: int) -> None:
    """Take a task out of the in-tray into the worker's hands; the worker's own factor sets its minutes."""
    tasks, workers = t.tasks, t.workers
    if tasks[task].state == BEGUN:
        return
    level, activity = tasks[task].level, t.kinds[tasks[task].kind].activity
    drop_first(t.trays, worker, level, tasks)
    tasks[task].state = BEGUN
    t.begun[worker, 0 if level == URGENT else activity] = task
    if t.kinds[tasks[task].kind].learnt and not tasks[task].stretched:
        before = tasks[task].left
        tasks[task].left = max(1, np.int64(before) * workers[worker].factor // 1000)
        tasks[task].visit_minutes = np.int64(tasks[task].visit_minutes) * workers[worker].factor // 1000
        tasks[task].stretched = 1
        t.committed[worker, level] += tasks[task].left - before


@compiled
def finish(t: Tables, worker: int, task: int, at: int, count: int) -> int:
    """End a visit: the next one goes to the calendar; the last one ends the task, or waits for its join."""
    tasks = t.tasks
    level, activity = tasks[task].level, t.kinds[tasks[task].kind].activity
    t.begun[worker, 0 if level == URGENT else activity] = NOBODY
    if tasks[task].visits > 0:
        tasks[task].visits -= 1
        tasks[task].left = max(1, tasks[task].visit_minutes)
        tasks[task].ready_at = at + np.int64(tasks[task].gap_days) * t.rules[DAY]
        tasks[task].state = IN_CALENDAR
        bucket = t.rules[PASS] + max(1, tasks[task].gap_days)
        if bucket < t.buckets.size:
            tasks[task].next = t.buckets[bucket]
            t.buckets[bucket] = task
        return count
    join = tasks[task].join
    if join >= 0:
        t.join_left[join] -= 1
    t.finished[count].task = task
    t.finished[count].at = at
    t.finished[count].worker = worker
    t.finished[count].last = join < 0 or t.join_left[join] == 0
    return count + 1


@compiled
def work_on(t: Tables, worker: int, task: int, minutes: int) -> None:
    """Book minutes of a worker on a task."""
    t.tasks[task].left -= minutes
    t.tasks[task].done += minutes
    t.committed[worker, t.tasks[task].level] -= minutes
    flag = 1 if t.workers[worker].flagged_cases > 0 else 0
    t.worked[flag, t.tasks[task].kind] += minutes


@compiled
def minute_of(t: Tables, used: np.int64, capacity: np.int64) -> int:
    """The moment at which a worker has used that much of the day's minutes."""
    moment: int = t.rules[START] + used * t.rules[SPAN] // capacity
    return moment


@compiled
def pour_until(t: Tables, worker: int, only: int, window: I64, room: I32, count: int) -> int:
    """Pour ordinary work of one activity (or any, -1) from minute `window[0]` to `window[1]`."""
    capacity = t.workers[worker].capacity
    while window[0] < window[1]:
        task = next_ordinary(t, worker, only, room)
        if task == NOBODY:
            return count
        begin(t, worker, task)
        activity = t.kinds[t.tasks[task].kind].activity
        minutes = min(np.int64(t.tasks[task].left), window[1] - window[0], np.int64(room[activity]))
        work_on(t, worker, task, minutes)
        window[0] += minutes
        room[activity] -= minutes
        if t.tasks[task].left == 0:
            count = finish(t, worker, task, minute_of(t, window[0], capacity), count)
    return count


@compiled
def ordinary(t: Tables, worker: int, window: I64, kept: I32, room: I32, count: int) -> int:
    """Pour what is kept for an activity first, then the rest in order."""
    limit = window[1]
    for activity in range(1, kept.size):
        if kept[activity] > 0 and window[0] < limit:
            start = window[0]
            window[1] = min(limit, start + kept[activity])
            count = pour_until(t, worker, activity, window, room, count)
            kept[activity] -= window[0] - start
    window[1] = limit
    return pour_until(t, worker, -1, window, room, count)


@compiled
def next_urgent(t: Tables, worker: int) -> int:
    """The urgent task in hand, or the one in the in-tray that is ready first."""
    task = t.begun[worker, 0]
    if task != NOBODY and stale(t, task):
        t.begun[worker, 0] = NOBODY
        t.committed[worker, URGENT] -= t.tasks[task].left
        drop_task(t, task)
        task = NOBODY
    return task if task != NOBODY else first_urgent(t, worker)


@compiled
def pour(t: Tables, worker: int, kept: I32, room: I32, window: I64, count: int) -> int:
    """One worker's day; `kept`, `room` and `window` are scratch space."""
    capacity = np.int64(t.workers[worker].capacity)
    for activity in range(kept.size):
        kept[activity], room[activity] = t.reserved[activity], t.capped[activity]
    window[0] = 0
    while window[0] < capacity:
        task = next_urgent(t, worker)
        starts = capacity
        if task != NOBODY:
            wait = max(np.int64(0), t.tasks[task].ready_at - t.rules[START])
            starts = min(capacity, wait * capacity // t.rules[SPAN])
        if starts > window[0]:
            window[1] = starts
            count = ordinary(t, worker, window, kept, room, count)
            window[0] = starts
            continue
        begin(t, worker, task)
        minutes = min(np.int64(t.tasks[task].left), capacity - window[0])
        work_on(t, worker, task, minutes)
        window[0] += minutes
        if t.tasks[task].left == 0:
            count = finish(t, worker, task, minute_of(t, window[0], capacity), count)
    return count


@entry
def pour_all(t: Tables, scratch: Scratch) -> int:
    """Everybody's day; returns how many tasks were finished (rows of `finished`)."""
    count = 0
    for worker in range(t.workers.size):
        if t.workers[worker].capacity > 0 and t.workers[worker].active:
            count = pour(t, worker, scratch.kept, scratch.room, scratch.window, count)
    return count


def run(t: Tables, scratch: Scratch, first_bucket: int, last_bucket: int) -> int:
    """One pass over the tasks of these buckets and those before; returns how many it finished."""
    release(t, first_bucket, last_bucket)
    hand_back_urgent(t)
    allocate(t, scratch)
    return pour_all(t, scratch)
