"""The pass over one working day, compiled: release, allocate, pour.

**Release.** Tasks whose day has come leave the calendar: to their owner's in-tray, or to the team tray.
**Allocate.** The first tasks of each team tray go to the present worker with most free minutes (ties
by hash), within the caseload limit, as long as somebody has free time today.
**Pour.** Each worker's minutes of the day are poured over the in-tray: urgent work first and from its
own minute on, then what is begun, then level by level, oldest first.  What fits is finished at its
minute; the rest carries over.

Everything is whole minutes, so the result is the same on every processor, compiled or not.  All of it
stands in one file because Numba's cache on disk is renewed only when a function's own file changes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from ibsim.compiled import compiled, entry
from ibsim.engine.state import (
    BEGUN,
    DAY,
    DROPPED,
    FREE,
    I32,
    I64,
    IN_CALENDAR,
    IN_TEAM_TRAY,
    IN_TRAY,
    LIMIT,
    NOBODY,
    PASS,
    SPAN,
    START,
    URGENT,
    Records,
    Tables,
)

AWAY = -(2**62)
"""Minutes of a worker who is not there: no work in the tray brings anybody so far below zero."""
NEW_CASE, FLAGGED_ONLY, DEMANDS = 1, 2, 4
"""What a task may ask of its worker, as bits, and how many demands they make."""


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
def free_minutes(t: Tables, team: int, level: int, kept: np.int64, spare: I64, free: I64) -> None:
    """The minutes that each member has left today after work in hand and work of this level and above.

    `spare` are the day's minutes less those of work above this level, `kept` those kept for its activity.
    """
    for worker in range(t.members[team, 0], t.members[team, 1]):
        left = spare[worker]
        if left == AWAY:
            free[worker] = 0
            continue
        # minutes kept for an activity are free for it, whatever else is in the tray
        own = min(kept, np.int64(t.workers[worker].capacity)) - t.committed[worker, level]
        left -= t.committed[worker, level]
        if level == URGENT:
            own = np.int64(1)  # urgent work is always taken: it interrupts
        elif left > 0:
            left -= begun_below(t, worker, level)
        free[worker] = max(left, own)


@compiled
def kept_for(t: Tables, level: int) -> np.int64:
    """The minutes of a day that are kept for the activity of this level's work."""
    kept = np.int64(0)
    for kind in range(t.kinds.size):
        if t.kinds[kind].level == level:
            kept = max(kept, np.int64(t.reserved[t.kinds[kind].activity]))
    return kept


@compiled
def begun_below(t: Tables, worker: int, level: int) -> np.int64:
    """The minutes left of less pressing work that is in hand: it is not interrupted by this level."""
    left = np.int64(0)
    for activity in range(1, t.begun.shape[1]):
        task = t.begun[worker, activity]
        if task != NOBODY and t.tasks[task].level > level:
            left += t.tasks[task].left
    return left


@compiled
def better(t: Tables, free: I64, one: int, other: int) -> int:
    """Who of two workers has more free minutes; ties by hash, then by row.  Either may be nobody."""
    if one == NOBODY or other == NOBODY:
        return max(one, other)
    if free[one] != free[other]:
        return one if free[one] > free[other] else other
    if t.workers[one].tie != t.workers[other].tie:
        return one if t.workers[one].tie < t.workers[other].tie else other
    return min(one, other)


@compiled
def entrant(t: Tables, worker: int, demand: int, free: I64) -> int:
    """The worker, or nobody if no minute is free or a task of this demand is not for this worker."""
    if free[worker] <= 0:
        return NOBODY
    if demand & NEW_CASE and t.workers[worker].cases >= t.rules[LIMIT]:
        return NOBODY
    if demand & FLAGGED_ONLY and not t.workers[worker].may_flagged:
        return NOBODY
    return worker


@compiled
def play_all(t: Tables, team: int, demand: int, free: I64, rounds: I32) -> None:
    """Play the whole tournament of a team for one demand: `rounds[demand, 1]` has the most free minutes."""
    first, size = t.members[team, 0], t.members[team, 1] - t.members[team, 0]
    for i in range(size):
        rounds[demand, size + i] = entrant(t, first + i, demand, free)
    for i in range(size - 1, 0, -1):
        rounds[demand, i] = better(t, free, rounds[demand, 2 * i], rounds[demand, 2 * i + 1])


@compiled
def play_again(t: Tables, worker: int, demand: int, free: I64, rounds: I32) -> None:
    """Play the rounds of one worker again, whose minutes or cases have changed."""
    team = t.workers[worker].team
    i = worker - t.members[team, 0] + t.members[team, 1] - t.members[team, 0]
    rounds[demand, i] = entrant(t, worker, demand, free)
    while i > 1:
        i //= 2
        rounds[demand, i] = better(t, free, rounds[demand, 2 * i], rounds[demand, 2 * i + 1])


@compiled
def demand_of(t: Tables, task: int) -> int:
    """What a task asks of its worker beyond free minutes: room for a case, leave to take flagged work."""
    kind, entity = t.tasks[task].kind, t.tasks[task].entity
    new_case = entity >= 0 and t.kinds[kind].opens_case and t.entities[entity].owner == NOBODY
    return (NEW_CASE if new_case else 0) + (FLAGGED_ONLY if t.kinds[kind].flagged_only else 0)


@compiled
def hand_out(t: Tables, team: int, level: int, free: I64, rounds: I32) -> None:
    """Hand out one level of a team tray, oldest first, until nobody can take the first task."""
    played = 0  # one bit a demand
    while t.team_trays[team, level, 0] != NOBODY:
        task = t.team_trays[team, level, 0]
        if stale(t, task):
            drop_first(t.team_trays, team, level, t.tasks)
            drop_task(t, task)
            continue
        demand = demand_of(t, task)
        if not played >> demand & 1:
            play_all(t, team, demand, free, rounds)
            played |= 1 << demand
        worker = rounds[demand, 1]
        if worker == NOBODY:
            return
        drop_first(t.team_trays, team, level, t.tasks)
        to_tray(t, task, worker)
        free[worker] -= t.tasks[task].left
        if level == URGENT:
            free[worker] = max(free[worker], np.int64(1))
        for other in range(DEMANDS):
            if played >> other & 1:
                play_again(t, worker, other, free, rounds)


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


@compiled
def back_to_team(t: Tables, task: int) -> None:
    """Put a task back into its team's tray."""
    t.tasks[task].owner = NOBODY
    t.tasks[task].state = IN_TEAM_TRAY
    push(t.team_trays, t.tasks[task].team, t.tasks[task].level, t.tasks, task)


class Scratch(NamedTuple):
    """Room that the pass works in; what is in it means nothing between two calls."""

    free: I64
    """[worker]"""
    spare: I64
    """[worker]"""
    rounds: I32
    """[demand, twice the workers and two more]"""
    level_kept: I64
    """[level]"""
    kept: I32
    """[activity]"""
    room: I32
    """[activity]"""
    window: I64
    """[2]"""


def new_scratch(n_workers: int, n_levels: int, n_activities: int) -> Scratch:
    """Room for so many workers, levels and activities."""
    return Scratch(
        free=np.zeros(n_workers, np.int64),
        spare=np.zeros(n_workers, np.int64),
        rounds=np.full((DEMANDS, 2 * n_workers + 2), NOBODY, np.int32),
        level_kept=np.zeros(n_levels, np.int64),
        kept=np.zeros(n_activities, np.int32),
        room=np.zeros(n_activities, np.int32),
        window=np.zeros(2, np.int64),
    )


@entry
def allocate(t: Tables, scratch: Scratch) -> None:
    """Hand out the team trays, most pressing level first."""
    free, spare, rounds, kept = scratch.free, scratch.spare, scratch.rounds, scratch.level_kept
    for level in range(kept.size):
        kept[level] = kept_for(t, level)
    for worker in range(t.workers.size):
        there = t.workers[worker].active and t.workers[worker].capacity > 0
        spare[worker] = t.workers[worker].capacity if there else AWAY
    for team in range(t.members.shape[0]):
        for level in range(t.team_trays.shape[1]):
            if t.team_trays[team, level, 0] != NOBODY:
                free_minutes(t, team, level, kept[level], spare, free)
                hand_out(t, team, level, free, rounds)
            for worker in range(t.members[team, 0], t.members[team, 1]):
                if spare[worker] != AWAY:
                    spare[worker] -= t.committed[worker, level]


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
