"""One worker's day: its minutes are poured over the tray, urgent work from its minute on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.oracle.work import URGENT, Ended, Task, Worker

if TYPE_CHECKING:
    from tests.oracle.office import Office


def work_day(office: Office, worker: Worker) -> list[Ended]:
    """Pour the day's minutes over the tray: urgent work from its minute on, else what comes next."""
    done: list[Ended] = []
    kept, room = dict(office.reserved), dict(office.capped)
    used = 0
    while used < worker.capacity:
        urgent = urgent_task(office, worker)
        comes = worker.capacity
        if urgent is not None:
            comes = min(comes, max(0, urgent.ready_at - office.start) * worker.capacity // office.span)
        if urgent is not None and comes <= used:
            task, place, most = urgent, 0, worker.capacity - used
        else:
            found = ordinary_task(office, worker, kept, room, comes - used)
            if found is None:
                used = comes  # nothing to do until then
                continue
            task, most = found
            place = office.kinds[task.kind].activity
        if task in worker.tray:
            begin(office, task, worker, place)
        minutes = min(task.minutes_left, most)
        if place:
            room[place] = room.get(place, 10**9) - minutes
            if kept.get(place, 0) > 0:
                kept[place] -= minutes
        task.minutes_left -= minutes
        task.minutes_worked += minutes
        used += minutes
        office.worked[office.has_flagged_case(worker), task.kind] += minutes
        if task.minutes_left == 0:
            del worker.in_hand[place]
            done += end_visit(office, task, worker, office.start + used * office.span // worker.capacity)
    return done


def begin(office: Office, task: Task, worker: Worker, place: int) -> None:
    """Take a task in hand; the worker's own factor sets the minutes of what is learnt, once."""
    worker.tray.remove(task)
    worker.in_hand[place] = task
    if office.kinds[task.kind].learnt and not task.stretched:
        task.minutes_left = max(1, task.minutes_left * worker.factor // 1000)
        task.minutes_of_later_visits = task.minutes_of_later_visits * worker.factor // 1000
        task.stretched = True


def urgent_task(office: Office, worker: Worker) -> Task | None:
    """The one in hand, else the one in the tray that is ready first."""
    in_hand = worker.in_hand.get(0)
    if in_hand is not None:
        if not in_hand.forgotten:
            return in_hand
        del worker.in_hand[0]
    worker.tray = [task for task in worker.tray if not (task.level == URGENT and task.forgotten)]
    waiting = [task for task in worker.tray if task.level == URGENT]
    return min(waiting, key=lambda task: task.ready_at, default=None)


def ordinary_task(
    office: Office, worker: Worker, kept: dict[int, int], room: dict[int, int], minutes: int
) -> tuple[Task, int] | None:
    """What comes next, and the most minutes of it now: for an activity with kept minutes first."""
    for activity in sorted(kept):
        if kept[activity] > 0:
            task = next_of(office, worker, [activity], room)
            if task is not None:
                return task, min(minutes, kept[activity], room.get(activity, minutes))
    task = next_of(office, worker, office.activities, room)
    if task is None:
        return None
    return task, min(minutes, room.get(office.kinds[task.kind].activity, minutes))


def next_of(office: Office, worker: Worker, activities: list[int], room: dict[int, int]) -> Task | None:
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
        elif office.kinds[task.kind].activity in activities:
            return task
    return None


def end_visit(office: Office, task: Task, worker: Worker, at: int) -> list[Ended]:
    """The next visit goes to the calendar; the last one ends the task."""
    if task.visits_to_come > 0:
        task.visits_to_come -= 1
        task.minutes_left = max(1, task.minutes_of_later_visits)
        task.ready_at = at + task.gap_days * office.day_minutes
        task.first_pass = office.number + max(1, task.gap_days)
        office.calendar.append(task)
        return []
    last = True
    if task.join is not None:
        task.join.parts_left -= 1
        last = task.join.parts_left == 0
    return [Ended(task.kind, task.entity, at, worker.number, task.minutes_worked, last)]
