"""Handing out: the first tasks of each team tray go to those with most free minutes; compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ibsim.compiled import compiled, entry
from ibsim.engine.state import (
    I32,
    I64,
    LIMIT,
    NOBODY,
    URGENT,
    Tables,
)
from ibsim.engine.trays import drop_first, drop_task, stale, to_tray

AWAY = -(2**62)
"""Minutes of a worker who is not there: no work in the tray brings anybody so far below zero."""
NEW_CASE, FLAGGED_ONLY, DEMANDS = 1, 2, 4
"""What a task may ask of its worker, as bits, and how many demands they make."""


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
