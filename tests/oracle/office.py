"""The working day, one task at a time: who takes what, and what each worker gets done.

It knows its rules from the engine's docstrings only.  What the engine keeps count of (minutes committed, open
cases, minutes left of caps) is counted anew here whenever it is asked for.
"""

from __future__ import annotations

from collections import Counter

from tests.oracle.pouring import work_day
from tests.oracle.work import URGENT, Ended, Join, Kind, Task, Worker


class Office:
    """Everybody's work: `ties` are the entities' hashes, by which equal claims are ordered."""

    def __init__(self, team_sizes: list[int], kinds: list[Kind], ties: list[int], day_minutes: int) -> None:
        teams = [team for team, size in enumerate(team_sizes) for _ in range(size)]
        self.workers = [Worker(number, team) for number, team in enumerate(teams)]
        self.kinds = kinds
        self.ties = ties
        self.day_minutes = day_minutes
        self.owner_of: dict[int, int] = {}
        self.flagged: set[int] = set()
        self.activities = sorted({kind.activity for kind in kinds})
        self.calendar: list[Task] = []
        self.team_trays: list[list[Task]] = [[] for _ in team_sizes]
        self.reserved: dict[int, int] = {}
        self.capped: dict[int, int] = {}
        self.caseload_limit = 10**9
        self.number = self.start = self.next_pass = 0
        self.span = 1
        self.worked: Counter[tuple[bool, int]] = Counter()
        """minutes worked, by whether the worker had flagged cases and by kind"""

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
        join: Join | None = None,
        owner: int | None = None,
    ) -> Task:
        """Open a task: its minutes are split evenly over its visits, each at least one."""
        later = max(minutes // visits, 1)
        day, within_day = divmod(ready_at, self.day_minutes)
        if within_day and not urgent:
            day += 1  # ordinary work that comes in during a day waits for the next morning
        task = Task(
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
        self.calendar.append(task)
        return task

    def forget(self, entity: int, track: int) -> None:
        """Drop an entity's open tasks on a track: each goes when its turn comes."""
        everywhere = [*self.calendar, *(task for tray in self.team_trays for task in tray)]
        everywhere += [task for worker in self.workers for task in worker.everything()]
        for task in everywhere:
            if task.entity == entity >= 0 and task.track == track:
                task.forgotten = True

    def close_case(self, entity: int) -> None:
        self.owner_of.pop(entity, None)

    def leave(self, number: int) -> list[int]:
        """A worker leaves: tasks go back to the team tray in their order; returns whose cases those were."""
        worker = self.workers[number]
        in_hand = [worker.in_hand[activity] for activity in sorted(worker.in_hand)]
        for task in in_hand + sorted(worker.tray, key=lambda task: task.level):
            self.back_to_team(task)
        worker.in_hand, worker.tray, worker.active = {}, [], False
        cases = sorted(self.cases(worker))
        for entity in cases:
            del self.owner_of[entity]
        return cases

    def cases(self, worker: Worker) -> list[int]:
        return [entity for entity, owner in self.owner_of.items() if owner == worker.number]

    def has_flagged_case(self, worker: Worker) -> bool:
        return any(self.owner_of.get(entity) == worker.number for entity in self.flagged)

    # --- the pass --------------------------------------------------------------------------------------

    def run(self, number: int, start: int, span: int) -> list[Ended]:
        """One pass from the moment `start` for `span` minutes; what was finished, sorted by kind."""
        self.number, self.start, self.span = number, start, span
        self.release()
        self.hand_back_urgent()
        for team, tray in enumerate(self.team_trays):
            for level in sorted({task.level for task in tray}):
                self.hand_out(team, level)
        done: list[Ended] = []
        for worker in self.workers:
            if worker.active:
                done += work_day(self, worker)
        self.next_pass = number + 1
        return sorted(done, key=lambda one: one.kind)

    def release(self) -> None:
        """What is ready leaves the calendar, oldest first, ties by hash, then as it was opened."""
        ready = [task for task in self.calendar if task.first_pass <= self.number]
        if not ready:
            return
        self.calendar = [task for task in self.calendar if task.first_pass > self.number]
        ready.sort(key=lambda task: task.first_pass)
        ready.sort(key=lambda task: (task.ready_at, self.ties[task.entity] if task.entity >= 0 else 0))
        for task in ready:
            if not task.forgotten:
                self.route(task)

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
            self.back_to_team(task)

    def back_to_team(self, task: Task) -> None:
        task.owner = None
        self.team_trays[task.team].append(task)

    def can_go_to(self, task: Task, worker: Worker) -> bool:
        if self.kinds[task.kind].flagged_only and not worker.may_flagged:
            return False
        return worker.active and (task.level != URGENT or worker.capacity > 0)

    def is_new_case(self, task: Task) -> bool:
        return task.entity >= 0 and self.kinds[task.kind].opens_case and task.entity not in self.owner_of

    def give(self, task: Task, worker: Worker) -> None:
        """Into the in-tray; with the first task of a case the worker becomes its owner."""
        if self.is_new_case(task):
            self.owner_of[task.entity] = worker.number
        task.owner = worker.number
        worker.tray.append(task)

    def hand_back_urgent(self) -> None:
        """Urgent work does not wait for somebody who is away: what is in hand first, then the tray."""
        for worker in self.workers:
            if worker.capacity > 0:
                continue
            in_hand = [task for task in worker.in_hand.values() if task.level == URGENT]
            for task in in_hand + [task for task in worker.tray if task.level == URGENT]:
                self.back_to_team(task)
            worker.in_hand = {key: task for key, task in worker.in_hand.items() if task.level != URGENT}
            worker.tray = [task for task in worker.tray if task.level != URGENT]

    def free_minutes(self, worker: Worker, level: int) -> int:
        """What is left of today after work in hand and work in the tray of this level and above.

        Minutes that are kept for this level's activity are free for it, whatever else there is to do.
        """
        if not worker.active or worker.capacity <= 0:
            return 0
        before = [task for task in worker.tray if task.level <= level]
        before += [task for task in worker.in_hand.values() if level != URGENT or task.level == URGENT]
        free = worker.capacity - sum(task.minutes_left for task in before)
        if level == URGENT:
            return max(free, 1)  # urgent work is always taken: it interrupts
        activities = [kind.activity for kind in self.kinds if kind.level == level]
        kept = max((self.reserved.get(activity, 0) for activity in activities), default=0)
        mine = [task for task in worker.everything() if task.level == level]
        return max(free, min(kept, worker.capacity) - sum(task.minutes_left for task in mine))

    def hand_out(self, team: int, level: int) -> None:
        """The first task goes to the most free worker who may take it, until nobody can take the first."""
        members = [worker for worker in self.workers if worker.team == team]
        free = {worker.number: self.free_minutes(worker, level) for worker in members}
        while True:
            task = next((task for task in self.team_trays[team] if task.level == level), None)
            if task is None:
                return
            if not task.forgotten:
                able = [
                    worker
                    for worker in members
                    if free[worker.number] > 0
                    and (worker.may_flagged or not self.kinds[task.kind].flagged_only)
                    and (not self.is_new_case(task) or len(self.cases(worker)) < self.caseload_limit)
                ]
                if not able:
                    return
                best = min(able, key=lambda worker: (-free[worker.number], worker.tie))
                self.give(task, best)
                free[best.number] = self.free_minutes(best, level)
            self.team_trays[team].remove(task)
