"""Staff: the co-ordinators' week in the diary's own activities, caseloads, utilisation, rework."""

from __future__ import annotations

import numpy as np

from ibsim.evidence.tables import diary as printed_diary
from ibsim.policy.workforce.room import activity_of
from ibsim.policy.workforce.week import Week
from ibsim.results.measure.cubes import Batch, Cube, Cubes, Ints, ratio, with_all_years, with_totals
from ibsim.words import Activity, Desk, Event, Work

ASPECTS = {"assessment": Activity.ASSESSMENT, "planning": Activity.PLANNING, "review": Activity.REVIEW}


def work(cubes: Cubes, week: Week) -> None:
    """Measure everything about staff but their cost."""
    minutes = _coordinator_minutes(cubes)
    years = cubes.n_years
    weeks = _by_flag(week.sums["days"][:years]) / 5
    for name, activity in ASPECTS.items():
        cubes.metrics[f"case_hours_{name}"] = ratio(_by_flag(minutes[activity]) / 60, weeks)
    support = _by_flag(week.sums["support"][:years])
    worked = sum((_by_flag(part) for part in minutes.values()), support)
    capacity = _by_flag(week.sums["capacity"][:years])
    overtime = _by_flag(week.sums["overtime"][:years])
    cubes.metrics["coordinator_utilisation_percent"] = 100 * ratio(worked - overtime, capacity)
    recorded = _by_flag(week.sums["recorded"][:years]) + overtime / 60
    cubes.metrics["coordinator_hours_per_week"] = ratio(recorded, weeks)
    cubes.metrics["overtime_hours"] = overtime / 60
    cubes.metrics["recorded_extra_hours"] = _by_flag(week.sums["extra"][:years])
    cases = with_all_years(with_totals(np.moveaxis(week.cases[:years], 0, 2)))
    in_post = np.repeat(week.in_post[:years].T[:, None, :], 2, axis=1)
    posts = with_all_years(with_totals(in_post))
    posts[:, 2, :] = posts[:, 0, :]
    cubes.metrics["caseload_mean"] = ratio(cases, posts)
    _rework(cubes)
    _planners(cubes, week)


def _by_flag(table: Cube | Ints) -> Cube:
    """[year, with IB cases, group] to a cube whose arm axis is with or without IB cases."""
    return with_all_years(
        with_totals(np.moveaxis(np.asarray(table, dtype=np.float64), 0, 2).transpose(1, 0, 2))
    )


def _coordinator_minutes(cubes: Cubes) -> dict[int, Cube]:
    """Minutes of finished tasks of co-ordinators by activity: [year, with IB cases, group] each."""
    kind, flag, desk, _, group, year, minutes = cubes.tasks
    mine = desk == Desk.COORDINATOR
    years, size = cubes.n_years, len(Activity) + 1
    where = ((activity_of()[kind[mine]] * years + year[mine]) * 2 + flag[mine]) * 4 + group[mine]
    table = np.bincount(where, weights=minutes[mine], minlength=size * years * 8).reshape(size, years, 2, 4)
    return {int(code): table[code] for code in Activity}


def _rework(cubes: Cubes) -> None:
    kind, _, _, arm, _, _, minutes = cubes.tasks
    chosen = kind == Work.REWORK
    people, at = cubes.history.entities(Event.TASK)[chosen], cubes.history.at(Event.TASK)[chosen]
    batch = Batch(cubes.world, people, at, arm[chosen])
    cubes.count("rework_hours", batch, minutes[chosen][batch.kept] / 60)


def _planners(cubes: Cubes, week: Week) -> None:
    """In-house planners serve all groups: they are measured as one desk."""
    _, _, desk, _, _, year, minutes = cubes.tasks
    years, mine = cubes.n_years, desk == Desk.PLANNER
    worked = np.bincount(year[mine], weights=minutes[mine], minlength=years)
    available = week.desk_minutes[:years, Desk.PLANNER]
    cube = np.full((5, 3, years + 1), np.nan)
    cube[4, 2, :] = 100 * ratio(np.append(worked, worked.sum()), np.append(available, available.sum()))
    cubes.metrics["planner_utilisation_percent"] = cube


def diary(cubes: Cubes, week: Week) -> Cube:
    """The simulated week, hours by the diary's tasks: float64[years + 1, tasks and travel, 2].

    Minutes of an activity are spread over the report's tasks in the proportions of its own diary;
    what the report does not print separately (travel) has a row of its own.
    """
    years = cubes.n_years
    minutes = _coordinator_minutes(cubes)
    days = week.sums["days"][:years].sum(axis=2)
    days = np.concatenate([days, days.sum(axis=0, keepdims=True)])

    def per_week(table: Cube | Ints) -> Cube:
        total = np.asarray(table, dtype=np.float64)[:years].sum(axis=2)
        total = np.concatenate([total, total.sum(axis=0, keepdims=True)])
        return ratio(total / 60, days / 5)

    hours = {name: per_week(minutes[activity]) for name, activity in ASPECTS.items()}
    hours["support"] = per_week(week.sums["support"])
    hours["organisational"] = per_week(week.sums["organisational"])
    tasks = printed_diary()
    out = np.full((years + 1, len(tasks) + 1, 2), np.nan)
    aspects = [_aspect(task.activity_type, task.aspects) for task in tasks]
    for flag, column in enumerate(("hours_no_ib", "hours_some_ib")):
        printed = np.array([getattr(task, column) for task in tasks], dtype=np.float64)
        for name, spent in hours.items():
            rows = [i for i, aspect in enumerate(aspects) if aspect == name]
            share = printed[rows] / printed[rows].sum()
            out[:, rows, flag] = spent[:, flag : flag + 1] * share
    out[:, len(tasks), :] = per_week(week.sums["travel"])
    return out


def _aspect(activity_type: str, aspects: tuple[str, ...]) -> str:
    """Which of the model's activities a task of the diary belongs to; the first grouping counts."""
    if activity_type == "organisational":
        return "organisational"
    return next((name for name in aspects if name in ASPECTS), "support")
