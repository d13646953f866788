"""Dated changes: a lever may be a list of `{from: date, value: x}`, and the levers form a timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from ibsim.evidence import Evidence
from ibsim.policy.lever import Settings
from ibsim.scenario.catalogue import Lever, catalogue
from ibsim.scenario.model import CalendarSettings
from ibsim.scenario.problems import Problem, path_text, show
from ibsim.scenario.tree import Mark, Node
from ibsim.scenario.validate import Broken, Path, Place, build
from ibsim.units import GROUPS

S = TypeVar("S", bound=Settings)
MAX_CHANGES = 1_000
_RULE = "a dated lever is a list of entries `{from: 2008-04-01, value: 66}`"


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one lever (or one group of it) and the days from which they hold, in order."""

    path: Path
    entries: tuple[tuple[date, Node], ...]

    def at(self, day: date) -> Node | None:
        """The value in force on a day; None before the first, where the default holds."""
        held = [node for since, node in self.entries if since <= day]
        return held[-1] if held else None


def spread(root: Node, model: type[Settings]) -> Node:
    """One file's tree in the form that merges: roll-out waves by their key, by-group levers by group."""
    top = dict(root.value) if isinstance(root.value, dict) else {}
    if "rollout" in top and isinstance(top["rollout"].value, list):
        top["rollout"] = Node({"waves": top["rollout"]}, top["rollout"].mark)
    spread_root = Node(top, root.mark)
    for lever in catalogue(model).values():
        if lever.by_group:
            spread_root = _spread_groups(spread_root, lever.path)
    return spread_root


def _spread_groups(node: Node, path: tuple[str, ...]) -> Node:
    """The tree with the number or dated list at `path` given to each group; shares what does not change."""
    if not path:
        one = isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
        if one or (isinstance(node.value, list) and node.value):
            return Node({group: node for group in GROUPS}, node.mark)
        return node
    if not isinstance(node.value, dict) or path[0] not in node.value:
        return node
    below = node.value[path[0]]
    changed = _spread_groups(below, path[1:])
    return node if changed is below else Node(node.value | {path[0]: changed}, node.mark)


def timeline(
    root: Node, model: type[S], calendar: CalendarSettings, evidence: Evidence, overrides: dict[str, Mark]
) -> tuple[tuple[date, S], ...]:
    """The levers at the start of the warm-up and again at each date at which they change.

    `root` is the merged tree without its calendar and evidence.  Raises `Broken` with every problem.
    """
    series, problems = find_series(root, model, calendar)
    changes = {since for one in series.values() for since, _ in one.entries if since > calendar.first_day}
    if len(changes) > MAX_CHANGES:
        found = f"levers that change on {len(changes):,} days"
        rule = f"a scenario has at most {MAX_CHANGES:,} days of change"
        raise Broken([Problem(str(root.mark), found, rule, "change levers monthly or less often")])
    steps: list[tuple[date, S]] = []
    previous: Any = None
    for day in [calendar.first_day, *sorted(changes)]:
        values = in_force(root, (), series, day)
        if values == previous:
            continue
        previous = values
        place = Place(lambda path, day=day: node_at(root, path, series, day), (), overrides)  # type: ignore[misc]
        try:
            levers = build(model, values, evidence, place)
        except Broken as broken:
            problems += [problem for problem in broken.problems if problem not in problems]
            continue
        if not steps or levers != steps[-1][1]:
            steps.append((day, levers))
    if problems:
        raise Broken(problems)
    return tuple(steps)


def find_series(
    root: Node, model: type[Settings], calendar: CalendarSettings
) -> tuple[dict[Path, Series], list[Problem]]:
    """All dated levers of a tree by path, and what is wrong with them; a wrong one has no entries."""
    found: dict[Path, Series] = {}
    problems: list[Problem] = []
    for lever in catalogue(model).values():
        for path, node in _targets(root, lever):
            if not isinstance(node.value, list) or not _looks_dated(lever, node.value):
                continue
            try:
                found[path] = Series(path, _entries(lever, path, node, calendar))
            except Broken as broken:
                found[path] = Series(path, ())
                problems += [problem for problem in broken.problems if problem not in problems]
    return found, problems


def _targets(root: Node, lever: Lever) -> list[tuple[Path, Node]]:
    """Where a lever stands in a tree: its own place, or that of each group."""
    node = node_at(root, lever.path, {}, date.min)
    if node is None:
        return []
    if lever.by_group and isinstance(node.value, dict):
        return [((*lever.path, group), below) for group, below in node.value.items()]
    return [(lever.path, node)]


def in_force(node: Node, path: Path, series: dict[Path, Series], day: date) -> Any:
    """The plain values of a tree on a day; a dated lever before its first date is left to its default."""
    if not isinstance(node.value, dict):
        return node.plain()
    values = {}
    for key, below in node.value.items():
        one = series.get((*path, key))
        held = one.at(day) if one is not None else below
        if held is not None:
            values[key] = held.plain() if one is not None else in_force(below, (*path, key), series, day)
    return values


def node_at(root: Node, path: Path, series: dict[Path, Series], day: date) -> Node | None:
    """The node at a path, for a dated lever that of the value in force on `day`; None where none is."""
    node: Node | None = root
    for depth, step in enumerate(path):
        if node is None:
            return None
        if isinstance(node.value, dict) and isinstance(step, str):
            node = node.value.get(step)
        elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        else:
            return None
        if (one := series.get(path[: depth + 1])) is not None:
            node = one.at(day)
    return node


def _looks_dated(lever: Lever, items: list[Node]) -> bool:
    """Whether a list is meant as dated: any list where the lever is none, else entries with a value."""
    if not lever.is_list:
        return True
    return bool(items) and all(isinstance(item.value, dict) and "value" in item.value for item in items)


def _entries(
    lever: Lever, path: Path, node: Node, calendar: CalendarSettings
) -> tuple[tuple[date, Node], ...]:
    where = f"{node.mark}, {path_text(path)}"
    assert isinstance(node.value, list)
    if not lever.dated:
        where = f"{node.mark}, {path_text(lever.path)}"
        rule = f"{path_text(lever.path)} holds for the whole run and cannot be dated"
        raise Broken([Problem(where, show(node.plain()), rule, "write one value")])
    if not node.value:
        raise Broken([Problem(where, "an empty list", _RULE, "write an entry, or leave the lever out")])
    entries = [_entry(item, (*path, number), lever.is_list) for number, item in enumerate(node.value)]
    for number, (since, value) in enumerate(entries):
        place = f"{value.mark}, {path_text((*path, number))}"
        if number and since <= entries[number - 1][0]:
            found = f"{since} after {entries[number - 1][0]}"
            rule = "the dates of a lever come in order, each once"
            raise Broken([Problem(place, found, rule, "sort the entries; keep one a date")])
        if since >= calendar.end or (number and since < calendar.first_day):
            raise Broken([outside(place, since, calendar)])
    return tuple(entries)


def outside(place: str, day: date, calendar: CalendarSettings, *, counted: bool = False) -> Problem:
    """The problem of a date that the run, or with `counted` its counted years, do not reach."""
    first = calendar.start if counted else calendar.first_day
    what = (
        "a wave starts in the counted years" if counted else "a change lies within the run, warm-up included"
    )
    rule = f"{what}: {first} to {calendar.end - timedelta(days=1)}"
    return Problem(
        place, f"the date {day}", rule, "move the date, or change calendar.start or calendar.years"
    )


def _entry(item: Node, path: Path, lists: bool) -> tuple[date, Node]:
    where = f"{item.mark}, {path_text(path)}"
    if not isinstance(item.value, dict):
        raise Broken(
            [Problem(where, show(item.plain()), _RULE, "write one value, or entries with from and value")]
        )
    if set(item.value) != {"from", "value"}:
        found = f"an entry with {', '.join(item.value) or 'nothing'}"
        raise Broken([Problem(where, found, _RULE, "write just `from` and `value` in each entry")])
    since, value = item.value["from"], item.value["value"]
    if not isinstance(since.value, date):
        remedy = "write the date as year-month-day without quotes, like 2006-04-01"
        raise Broken([Problem(f"{since.mark}, {path_text(path)}.from", show(since.plain()), _RULE, remedy)])
    if isinstance(value.value, dict) or (isinstance(value.value, list) and not lists):
        remedy = "date each group or item by itself"
        raise Broken([Problem(f"{value.mark}, {path_text(path)}.value", show(value.plain()), _RULE, remedy)])
    return since.value, value
