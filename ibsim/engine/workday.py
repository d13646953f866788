"""Tasks, workers and their trays, with the verbs that rooms use; the pass itself is `daypass`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ibsim.compiled import compiled, entry
from ibsim.engine import daypass, handout, state, trays
from ibsim.engine.reference import fixed
from ibsim.engine.state import (
    DAY,
    DROPPED,
    ENDLESS,
    FIRST_FREE,
    FREE,
    I16,
    I32,
    I64,
    IN_CALENDAR,
    IN_TEAM_TRAY,
    IN_TRAY,
    N_FREE,
    N_JOINS,
    NEXT,
    NOBODY,
    PASS,
    SPAN,
    START,
    URGENT,
    Records,
    Tables,
)
from ibsim.errors import BooksError


class _Each(NamedTuple):
    """The columns of a job, as the compiled part sees them; empty where the job leaves them out."""

    entities: I32
    teams: I16
    minutes: I64
    ready_at: I64
    owners: I16
    joins: I32


_NO_OWNERS, _NO_JOINS = np.empty(0, np.int16), np.empty(0, np.int32)


class Finished(NamedTuple):
    """Tasks that one pass finished, sorted by kind: entity, worker and minutes worked of each.

    `last` is False for a part of a join whose other parts are still open.
    """

    kind: I32
    entity: I32
    at: I64
    worker: I16
    minutes: I32
    last: NDArray[np.bool_]


@dataclass(frozen=True)
class Job:
    """What is to be done for each of some entities, all of one kind.

    `minutes` are int64[n] for all visits together; `visits` a number, `gap_days` the least time
    between two; `ready_at` int64[n] is the moment from which the work may begin.
    """

    kind: int
    entities: I32
    teams: I16
    minutes: I64
    ready_at: I64
    visits: int = 1
    gap_days: int = 0
    urgent: bool = False
    track: int = 0
    joins: I32 | None = None
    owners: I16 | None = None


@entry
def _harvest(t: Tables, count: int, places: I64, out: Finished) -> None:
    """Write the finished tasks into `out`, sorted by kind, and give their rows back.

    `places` is scratch space of one number a kind and one more.
    """
    places[:] = 0
    for i in range(count):
        places[t.tasks[t.finished[i].task].kind + 1] += 1
    for kind in range(1, places.size):
        places[kind] += places[kind - 1]
    for i in range(count):
        row = t.finished[i].task
        kind = t.tasks[row].kind
        place = places[kind]
        places[kind] += 1
        out.kind[place], out.entity[place] = kind, t.tasks[row].entity
        out.at[place], out.worker[place] = t.finished[i].at, t.finished[i].worker
        out.minutes[place], out.last[place] = t.tasks[row].done, t.finished[i].last
        trays.free_task(t, row)


class Spec(NamedTuple):
    """What is the same for every task that a verb opens: see `Job`."""

    kind: int
    visits: int | np.int64
    gap_days: int | np.int64
    urgent: bool
    track: int | np.int64


@compiled
def open_one(t: Tables, spec: Spec, entity: int, team: int, minutes: int, ready_at: int) -> int:
    """Fill a row for one entity and put it into the bucket of its first pass; returns the row."""
    row = t.free[FIRST_FREE]
    t.free[FIRST_FREE] = t.tasks[row].next
    t.free[N_FREE] -= 1
    whole = min(np.int64(minutes), np.int64(ENDLESS))
    per_visit = max(whole // spec.visits, np.int64(1))
    task = t.tasks[row]
    task.entity, task.kind, task.track, task.team = entity, spec.kind, spec.track, team
    task.level = URGENT if spec.urgent else t.kinds[spec.kind].level
    task.left = max(whole - per_visit * (spec.visits - 1), np.int64(1))
    task.visit_minutes, task.visits, task.gap_days = per_visit, spec.visits - 1, spec.gap_days
    task.ready_at, task.done, task.stretched = ready_at, 0, 0
    task.owner, task.join = NOBODY, NOBODY
    task.epoch = t.epochs[spec.track, entity] if entity >= 0 else 0
    task.state = IN_CALENDAR
    # ordinary work that comes in during a day waits for the next morning
    whole_day = spec.urgent or ready_at % t.rules[DAY] == 0
    bucket = max(np.int64(ready_at) // t.rules[DAY] + (0 if whole_day else 1), t.rules[NEXT])
    if bucket < t.buckets.size:  # later than the run's last pass: it never begins
        task.next = t.buckets[bucket]
        t.buckets[bucket] = row
    return row


@compiled
def join_one(t: Tables, parts: int) -> int:
    """Make a join that is done when so many tasks have ended; returns its number."""
    join = t.free[N_JOINS]
    t.free[N_JOINS] += 1
    t.join_left[join] = parts
    return join


@entry
def _open(t: Tables, of: _Each, spec: Spec) -> None:
    for i in range(of.entities.size):
        row = open_one(t, spec, of.entities[i], of.teams[i], of.minutes[i], of.ready_at[i])
        if of.owners.size:
            t.tasks[row].owner = of.owners[i]
        if of.joins.size:
            t.tasks[row].join = of.joins[i]


@entry
def close_case(t: Tables, entity: int) -> None:
    """Close an entity's case: nobody owns it any more."""
    owner = t.entities[entity].owner
    if owner != NOBODY:
        t.workers[owner].cases -= 1
        t.workers[owner].flagged_cases -= t.entities[entity].flagged
        t.entities[entity].owner = NOBODY


@entry
def set_flag(t: Tables, entity: int, value: int) -> None:
    """Set an entity's flag, and count it with its owner."""
    owner, before = t.entities[entity].owner, t.entities[entity].flagged
    t.entities[entity].flagged = value
    if owner != NOBODY:
        t.workers[owner].flagged_cases += value - before


@entry
def _return_trays(t: Tables, worker: int) -> None:
    """Send a leaver's tasks, in hand and in the in-tray, back to the team tray in their order."""
    for activity in range(t.begun.shape[1]):
        task = t.begun[worker, activity]
        t.begun[worker, activity] = NOBODY
        if task != NOBODY:
            trays.back_to_team(t, task)
    for level in range(t.trays.shape[1]):
        while t.trays[worker, level, 0] != NOBODY:
            task = t.trays[worker, level, 0]
            trays.drop_first(t.trays, worker, level, t.tasks)
            trays.back_to_team(t, task)
        t.committed[worker, level] = 0


class Workday:
    """The council's work: who has what in the tray, and what a pass gets done.

    `team_sizes` are the workers of each team; `kinds` the records of `state.KIND`; `n_entities` how
    many entities there are; `passes` how many passes (calendar days of `day_minutes`) the run has.
    """

    def __init__(
        self, team_sizes: list[int], kinds: Records, n_entities: int, passes: int, day_minutes: int
    ) -> None:
        self._hold(state.new_tables(team_sizes, kinds, n_entities, passes))
        self.tables.rules[[state.SPAN, state.DAY]] = day_minutes
        n_workers, n_levels = self.tables.committed.shape
        activities = self.tables.reserved.size
        self._scratch = fixed(handout.new_scratch(n_workers, n_levels, activities))
        self._places = np.zeros(kinds.size + 1, dtype=np.int64)
        self._grow(1024)

    def _hold(self, tables: Tables) -> None:
        """Keep the tables, and where compiled code finds them."""
        self.tables = tables
        self._fixed = fixed(tables)

    @property
    def workers(self) -> Records:
        """One record of `state.WORKER` a worker."""
        return self.tables.workers

    @property
    def entities(self) -> Records:
        """One record of `state.ENTITY` an entity."""
        return self.tables.entities

    def _grow(self, rows: int) -> None:
        """Enlarge the task table to `rows` rows."""
        old = self.tables.tasks
        tasks = np.zeros(rows, dtype=state.TASK)
        tasks[: old.size] = old
        fresh = np.arange(old.size, rows, dtype=np.int32)
        tasks["next"][fresh[:-1]] = fresh[1:]
        tasks["next"][fresh[-1]] = self.tables.free[0]
        self.tables.free[0] = fresh[0]
        self.tables.free[N_FREE] += fresh.size
        self._hold(self.tables._replace(tasks=tasks, finished=np.zeros(rows, dtype=state.FINISHED)))

    @property
    def caseload_limit(self) -> int:
        """Cases open to one worker at most."""
        return int(self.tables.rules[state.LIMIT])

    @caseload_limit.setter
    def caseload_limit(self, limit: int) -> None:
        self.tables.rules[state.LIMIT] = limit

    def new_joins(self, parts: int, n: int) -> I32:
        """Make `n` joins, each done when `parts` tasks have ended; returns their numbers."""
        self.reserve_joins(n)
        first = int(self.tables.free[N_JOINS])
        joins = np.arange(first, first + n, dtype=np.int32)
        self.tables.join_left[joins] = parts
        self.tables.free[N_JOINS] += n
        return joins

    def reserve(self, rows: int) -> None:
        """Make sure that so many tasks can be opened."""
        if self.tables.free[N_FREE] <= rows:
            self._grow(2 * self.tables.tasks.size + 2 * rows)

    def reserve_joins(self, n: int) -> None:
        """Make sure that so many joins can be made."""
        left = self.tables.join_left
        if int(self.tables.free[N_JOINS]) + n > left.size:
            more = np.zeros(left.size + 2 * n, dtype=left.dtype)
            self._hold(self.tables._replace(join_left=np.concatenate([left, more])))

    def open(self, job: Job) -> None:
        """Open one task for each entity of the job; minutes are at least one, split evenly over visits."""
        n = job.entities.size
        if n == 0:
            return
        self.reserve(n)
        each = _Each(
            job.entities,
            job.teams,
            job.minutes,
            job.ready_at,
            _NO_OWNERS if job.owners is None else job.owners,
            _NO_JOINS if job.joins is None else job.joins,
        )
        spec = Spec(int(job.kind), job.visits, job.gap_days, bool(job.urgent), job.track)
        _open(self._fixed, each, spec)

    def run(self, number: int, start: int, span: int) -> Finished:
        """Run pass `number` over the clock from `start` for `span` minutes; returns what was finished."""
        t = self.tables
        t.rules[START], t.rules[SPAN], t.rules[PASS] = start, span, number
        count = daypass.run(self._fixed, self._scratch, int(t.rules[NEXT]), number)
        t.rules[NEXT] = number + 1
        done = Finished(
            np.empty(count, np.int32),
            np.empty(count, np.int32),
            np.empty(count, np.int64),
            np.empty(count, np.int16),
            np.empty(count, np.int32),
            np.empty(count, np.bool_),
        )
        _harvest(self._fixed, count, self._places, done)
        return done

    def close_cases(self, entities: I32) -> None:
        """Close the cases of these entities: nobody owns them any more."""
        for entity in entities:
            close_case(self._fixed, int(entity))

    def flag(self, entities: I32, value: int) -> None:
        """Set the flag of these entities, and count it with their owners."""
        for entity in entities:
            set_flag(self._fixed, int(entity), value)

    def _per_worker(self, owners: I16) -> I32:
        return np.bincount(owners, minlength=self.workers.size).astype(np.int32)

    def forget(self, entities: I32, track: int) -> None:
        """Drop the open tasks of these entities on a track; each is dropped when its turn comes."""
        self.tables.epochs[track, entities] += 1

    def give_cases(self, entities: I32, workers: I16) -> None:
        """Open cases with the named workers, outside the pass (the stock at the start)."""
        self.entities["owner"][entities] = workers
        self.workers["cases"] += self._per_worker(workers)
        self.workers["flagged_cases"] += self._per_worker(workers[self.entities["flagged"][entities] > 0])

    def leave(self, workers: NDArray[np.int64]) -> tuple[I32, I16]:
        """Workers leave: tasks go back to the team tray, cases stay open without an owner.

        Returns the entities whose cases those are, by worker and then in order, and whose they were.
        """
        for worker in workers:
            _return_trays(self._fixed, int(worker))
        leaving = np.zeros(self.workers.size + 1, dtype=np.bool_)  # the last place stands for nobody
        leaving[workers] = True
        owner = self.entities["owner"]
        left = np.flatnonzero(leaving[owner]).astype(np.int32)
        left = left[np.argsort(owner[left], kind="stable")]
        whose: I16 = owner[left]
        self.entities["owner"][left] = NOBODY
        for column in ("cases", "flagged_cases", "active"):
            self.workers[column][workers] = 0
        return left, whose

    def check_books(self, reported: int) -> int:
        """Check that every minute worked is on a task: `reported` as finished, in hand, or dropped.

        Returns the minutes worked; raises BooksError.
        """
        worked = self.tables.worked
        tasks = self.tables.tasks
        in_hand = int(tasks["done"][tasks["state"] != FREE].sum())
        dropped = int(worked[DROPPED].sum())
        total = int(worked[:DROPPED].sum())
        if total != reported + in_hand + dropped:
            raise BooksError(
                f"{total} minutes were worked; finished tasks have {reported}, open ones {in_hand}, "
                f"dropped ones {dropped}"
            )
        return total

    def waiting(self) -> I64:
        """Tasks that are ready and not begun, by kind."""
        counts = np.zeros(self.tables.kinds.size, dtype=np.int64)
        _count_waiting(self.tables.tasks, counts)
        return counts


@entry
def _count_waiting(tasks: Records, counts: I64) -> None:
    for row in range(tasks.size):
        if tasks[row].state == IN_TEAM_TRAY or tasks[row].state == IN_TRAY:
            counts[tasks[row].kind] += 1
