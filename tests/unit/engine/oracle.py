"""The rules of the working day, written a second time: slow, minute by minute, on plain lists.

It shares no code with the engine and knows its rules from the docstrings only.  What the engine keeps count
of (minutes committed, open cases, minutes left of caps) is counted anew here whenever it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field

URGENT = 0


@dataclass(frozen=True)
class Kind:
    level: int
    activity: int
    opens_case: bool = False
    flagged_only: bool = False
    learnt: bool = False


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
    owner: int | None
    join: int | None
    track: int
    minutes_worked: int = 0
    stretched: bool = False
    forgotten: bool = False


@dataclass(eq=False)
class Worker:
    number: int
    team: int
    tie: int
    capacity: int = 0
    factor: int = 1000
    may_flagged: bool = True
    active: bool = True
    tray: list[Task] = field(default_factory=list)
    in_hand: dict[int, Task] = field(default_factory=dict)  # by activity; 0 is urgent work


@dataclass(frozen=True)
class Done:
    kind: int
    entity: int
    at: int
    worker: int
    minutes: int
    last: bool  # False for a part of a join whose other parts are still open


class Oracle:
    """The same verbs as the engine's Workday, one task at a time."""

    def __init__(self, team_sizes: list[int], kinds: list[Kind], ties: list[int], day_minutes: int) -> None:
        teams = [team for team, size in enumerate(team_sizes) for _ in range(size)]
        self.workers = [Worker(number, team, tie=0) for number, team in enumerate(teams)]
        self.n_teams = len(team_sizes)
        self.kinds = kinds
        self.ties = ties
        self.day_minutes = day_minutes
        self.owner_of: dict[int, int] = {}
        self.flagged: set[int] = set()
        self.calendar: list[Task] = []
        self.team_trays: list[list[Task]] = [[] for _ in team_sizes]
        self.parts_left: list[int] = []
        self.reserved: dict[int, int] = {}
        self.capped: dict[int, int] = {}
        self.caseload_limit = 10**9
        self.next_pass = 0
        self.worked = {(flag, kind): 0 for flag in (0, 1) for kind in range(len(kinds))}

    # --- what the council asks for ---------------------------------------------------------------------

    def open(
        self,
        kind: int,
        entity: int,
        team: int,
        minutes: int,
        ready_at: int,
        *,
        visits: int = 1,
        gap_days: int = 0,
        urgent: bool = False,
        track: int = 0,
        join: int | None = None,
        owner: int | None = None,
    ) -> None:
        later = max(minutes // visits, 1)
        day, within_day = divmod(ready_at, self.day_minutes)
        if within_day and not urgent:
            day += 1  # ordinary work that comes in during a day waits for the next morning
        self.calendar.append(
            Task(
                kind=kind,
                entity=entity,
                team=team,
                level=URGENT if urgent else self.kinds[kind].level,
                minutes_left=max(minutes - later * (visits - 1), 1),
                minutes_of_later_visits=later,
                visits_to_come=visits - 1,
                gap_days=gap_days,
                ready_at=ready_at,
                first_pass=max(day, self.next_pass),
                owner=owner,
                join=join,
                track=track,
            )
        )

    def new_join(self, parts: int) -> int:
        self.parts_left.append(parts)
        return len(self.parts_left) - 1

    def forget(self, entity: int, track: int) -> None:
        everywhere = [*self.calendar]
        for tray in self.team_trays:
            everywhere += tray
        for worker in self.workers:
            everywhere += worker.tray + list(worker.in_hand.values())
        for task in everywhere:
            if task.entity == entity >= 0 and task.track == track:
                task.forgotten = True

    def close_case(self, entity: int) -> None:
        self.owner_of.pop(entity, None)

    def leave(self, number: int) -> None:
        worker = self.workers[number]
        in_hand = [worker.in_hand[activity] for activity in sorted(worker.in_hand)]
        for task in in_hand + sorted(worker.tray, key=lambda task: task.level):
            task.owner = None
            self.team_trays[worker.team].append(task)
        worker.in_hand, worker.tray, worker.active = {}, [], False
        self.owner_of = {entity: owner for entity, owner in self.owner_of.items() if owner != number}

    def cases(self, worker: Worker) -> list[int]:
        return [entity for entity, owner in self.owner_of.items() if owner == worker.number]

    # --- the pass --------------------------------------------------------------------------------------

    def run(self, number: int, start: int, span: int) -> list[Done]:
        self.number, self.start, self.span = number, start, span
        self.release()
        self.hand_back_urgent()
        for team in range(self.n_teams):
            levels = {task.level for task in self.team_trays[team]}
            for level in sorted(levels):
                self.hand_out(team, level)
        done: list[Done] = []
        for worker in self.workers:
            if worker.active:
                done += self.work_day(worker)
        self.next_pass = number + 1
        return sorted(done, key=lambda one: one.kind)

    def release(self) -> None:
        """What is ready leaves the calendar, oldest first, ties by hash, then as it was opened."""
        ready = [task for task in self.calendar if task.first_pass <= self.number]
        self.calendar = [task for task in self.calendar if task.first_pass > self.number]
        ready.sort(key=lambda task: task.first_pass)
        ready.sort(key=lambda task: (task.ready_at, self.ties[task.entity] if task.entity >= 0 else 0))
        for task in ready:
            if not task.forgotten:
                self.route(task)

    def hand_back_urgent(self) -> None:
        """Urgent work does not wait for somebody who is away: what is in hand first, then the tray."""
        for worker in self.workers:
            if worker.capacity > 0:
                continue
            in_hand = [task for task in worker.in_hand.values() if task.level == URGENT]
            for task in in_hand + [task for task in worker.tray if task.level == URGENT]:
                task.owner = None
                self.team_trays[task.team].append(task)
            worker.in_hand = {key: task for key, task in worker.in_hand.items() if task.level != URGENT}
            worker.tray = [task for task in worker.tray if task.level != URGENT]

    def route(self, task: Task) -> None:
        """To the owner of the task, or of the case if in the same team; else to the team tray."""
        owner = task.owner
        if owner is None:
            owner = self.owner_of.get(task.entity)
            if owner is not None and self.workers[owner].team != task.team:
                owner = None
        if owner is not None and self.can_go_to(task, self.workers[owner]):
            self.give(task, self.workers[owner])
        else:
            task.owner = None
            self.team_trays[task.team].append(task)

    def can_go_to(self, task: Task, worker: Worker) -> bool:
        if self.kinds[task.kind].flagged_only and not worker.may_flagged:
            return False
        return worker.active and (task.level != URGENT or worker.capacity > 0)

    def is_new_case(self, task: Task) -> bool:
        return task.entity >= 0 and self.kinds[task.kind].opens_case and task.entity not in self.owner_of

    def give(self, task: Task, worker: Worker) -> None:
        task.owner = worker.number
        worker.tray.append(task)
        if self.is_new_case(task):
            self.owner_of[task.entity] = worker.number

    def free_minutes(self, worker: Worker, level: int) -> int:
        """What is left of today after work in hand and work in the tray of this level and above."""
        if not worker.active or worker.capacity <= 0:
            return 0
        before = [task for task in worker.tray if task.level <= level]
        before += [task for task in worker.in_hand.values() if level != URGENT or task.level == URGENT]
        free = worker.capacity - sum(task.minutes_left for task in before)
        if level == URGENT:
            return max(free, 1)
        activities = [kind.activity for kind in self.kinds if kind.level == level]
        kept = max((self.reserved.get(activity, 0) for activity in activities), default=0)
        mine = [task for task in (*worker.tray, *worker.in_hand.values()) if task.level == level]
        return max(free, min(kept, worker.capacity) - sum(task.minutes_left for task in mine))

    def hand_out(self, team: int, level: int) -> None:
        """The first task goes to the most free worker who may take it, until nobody can take the first."""
        while True:
            waiting = [task for task in self.team_trays[team] if task.level == level]
            if not waiting:
                return
            task = waiting[0]
            if not task.forgotten:
                able = [
                    worker
                    for worker in self.workers
                    if worker.team == team
                    and self.free_minutes(worker, level) > 0
                    and (worker.may_flagged or not self.kinds[task.kind].flagged_only)
                    and (not self.is_new_case(task) or len(self.cases(worker)) < self.caseload_limit)
                ]
                if not able:
                    return
                best = min(able, key=lambda worker: (-self.free_minutes(worker, level), worker.tie))
                self.give(task, best)
            self.team_trays[team].remove(task)

    def work_day(self, worker: Worker) -> list[Done]:
        """Minute by minute: what is done in this one?"""
        done: list[Done] = []
        kept, room = dict(self.reserved), dict(self.capped)
        for minute in range(worker.capacity):
            task = self.urgent_task(worker)
            if task is not None and self.minute_when_ready(task, worker) <= minute:
                if task in worker.tray:
                    self.begin(task, worker, 0)
            else:
                task = self.ordinary_task(worker, kept, room)
                if task is None:
                    continue
                activity = self.kinds[task.kind].activity
                if task in worker.tray:
                    self.begin(task, worker, activity)
                room[activity] = room.get(activity, 10**9) - 1
            task.minutes_left -= 1
            task.minutes_worked += 1
            flag = int(any(entity in self.flagged for entity in self.cases(worker)))
            self.worked[flag, task.kind] += 1
            if task.minutes_left == 0:
                done += self.end_visit(task, worker, self.start + (minute + 1) * self.span // worker.capacity)
        return done

    def minute_when_ready(self, task: Task, worker: Worker) -> int:
        return max(0, task.ready_at - self.start) * worker.capacity // self.span

    def begin(self, task: Task, worker: Worker, place: int) -> None:
        worker.tray.remove(task)
        worker.in_hand[place] = task
        if self.kinds[task.kind].learnt and not task.stretched:
            task.minutes_left = max(1, task.minutes_left * worker.factor // 1000)
            task.minutes_of_later_visits = task.minutes_of_later_visits * worker.factor // 1000
            task.stretched = True

    def urgent_task(self, worker: Worker) -> Task | None:
        """The one in hand, else the one in the tray that is ready first."""
        in_hand = worker.in_hand.get(0)
        if in_hand is not None:
            if not in_hand.forgotten:
                return in_hand
            del worker.in_hand[0]
        worker.tray = [task for task in worker.tray if not (task.level == URGENT and task.forgotten)]
        waiting = [task for task in worker.tray if task.level == URGENT]
        return min(waiting, key=lambda task: task.ready_at, default=None)

    def ordinary_task(self, worker: Worker, kept: dict[int, int], room: dict[int, int]) -> Task | None:
        """For an activity with kept minutes first; else anything."""
        for activity in sorted(kept):
            if kept[activity] > 0:
                task = self.next_of(worker, [activity], room)
                if task is not None:
                    kept[activity] -= 1
                    return task
        return self.next_of(worker, sorted({kind.activity for kind in self.kinds}), room)

    def next_of(self, worker: Worker, activities: list[int], room: dict[int, int]) -> Task | None:
        """What is begun, by activity; then by level, and within a level as it came into the tray.

        A forgotten task is dropped when the search comes to it.
        """
        activities = [activity for activity in activities if room.get(activity, 1) > 0]
        for activity in activities:
            task = worker.in_hand.get(activity)
            if task is not None and task.forgotten:
                del worker.in_hand[activity]
            elif task is not None:
                return task
        for task in sorted((task for task in worker.tray if task.level != URGENT), key=lambda t: t.level):
            if task.forgotten:
                worker.tray.remove(task)
            elif self.kinds[task.kind].activity in activities:
                return task
        return None

    def end_visit(self, task: Task, worker: Worker, at: int) -> list[Done]:
        for place, in_hand in list(worker.in_hand.items()):
            if in_hand is task:
                del worker.in_hand[place]
        if task.visits_to_come > 0:
            task.visits_to_come -= 1
            task.minutes_left = max(1, task.minutes_of_later_visits)
            task.ready_at = at + task.gap_days * self.day_minutes
            task.first_pass = self.number + max(1, task.gap_days)
            self.calendar.append(task)
            return []
        last = True
        if task.join is not None:
            self.parts_left[task.join] -= 1
            last = self.parts_left[task.join] == 0
        return [Done(task.kind, task.entity, at, worker.number, task.minutes_worked, last)]
