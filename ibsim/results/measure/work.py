"""Staff: the co-ordinators' week in the diary's own activities, caseloads, utilisation, rework."""

from __future__ import annotations

import numpy as np

from ibsim.evidence.tables import diary as printed_diary
from ibsim.policy.workforce.output import Output
from ibsim.policy.workforce.room import Workforce, activity_of
from ibsim.results.measure.cubes import Cube, Cubes, Ints, ratio, with_all_years, with_totals
from ibsim.words import Activity, Desk, Work

ASPECTS = {"assessment": Activity.ASSESSMENT, "planning": Activity.PLANNING, "review": Activity.REVIEW}


def work(cubes: Cubes, staff: Workforce) -> None:
    """Measure everything about staff but their cost."""
    week = staff.week
    minutes = _coordinator_minutes(cubes, staff.output)
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
    _rework(cubes, staff.output)
    _planners(cubes, staff)


def _by_flag(table: Cube | Ints) -> Cube:
    """[year, with IB cases, group] to a cube whose arm axis is with or without IB cases."""
    return with_all_years(
        with_totals(np.moveaxis(np.asarray(table, dtype=np.float64), 0, 2).transpose(1, 0, 2))
    )


def _coordinator_minutes(cubes: Cubes, output: Output) -> dict[int, Cube]:
    """Minutes of finished tasks of co-ordinators by activity: [year, with IB cases, group] each."""
    mine = cubes.by_year(output.minutes[:, :, Desk.COORDINATOR]).sum(axis=3)
    activities = activity_of()
    return {int(code): mine[:, activities == code].sum(axis=1) for code in Activity}


def _rework(cubes: Cubes, output: Output) -> None:
    monthly: Cube = output.minutes[:, Work.REWORK].sum(axis=(1, 2)) / 60  # [month, arm, group]
    cubes.series["rework_hours"] = with_totals(monthly[: cubes.n_months].transpose(2, 1, 0))
    cubes.metrics["rework_hours"] = with_all_years(with_totals(cubes.by_year(monthly).transpose(2, 1, 0)))


def _planners(cubes: Cubes, staff: Workforce) -> None:
    """In-house planners serve all groups: they are measured as one desk."""
    worked = cubes.by_year(staff.output.minutes[:, :, Desk.PLANNER].sum(axis=(1, 2, 3, 4)))
    available = staff.week.desk_minutes[: cubes.n_years, Desk.PLANNER]
    cube = np.full((5, 3, cubes.n_years + 1), np.nan)
    cube[4, 2, :] = 100 * ratio(np.append(worked, worked.sum()), np.append(available, available.sum()))
    cubes.metrics["planner_utilisation_percent"] = cube


def diary(cubes: Cubes, staff: Workforce) -> Cube:
    """The simulated week, hours by the diary's tasks: float64[years + 1, tasks and travel, 2].

    Minutes of an activity are spread over the report's tasks in the proportions of its own diary;
    what the report does not print separately (travel) has a row of its own.
    """
    years = cubes.n_years
    minutes, week = _coordinator_minutes(cubes, staff.output), staff.week
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
