"""Reading a sweep file: guarded as a scenario is, with messages that name file, line, path and remedy."""

from __future__ import annotations

import os.path
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn, cast

from ibsim.errors import InputError, ScenarioError
from ibsim.experiment.sweep.design import grid, grid_size, sample
from ibsim.experiment.sweep.dimensions import levers, uncertainties
from ibsim.experiment.sweep.plan import DESIGNS, HEADLINES, MAX_POINTS, Cells, Design, Plan
from ibsim.experiment.varying import LEVER, UNCERTAINTY, Base, shown
from ibsim.results.metrics import REGISTRY
from ibsim.scenario.extends import shown_name
from ibsim.scenario.hints import nearest
from ibsim.scenario.problems import quote, refuse, show
from ibsim.scenario.reading import SUFFIXES, read_file
from ibsim.scenario.resolve import MAX_TEXT
from ibsim.scenario.shipped import shipped_folder
from ibsim.scenario.tree import Node

KEYS = (
    "name", "why", "scenario", "design", "points", "seed", "replications",
    "levers", "uncertainties", "metrics",
)  # fmt: skip
MAX_REPLICATIONS = 100_000
MAX_SEED = 2**63 - 1
DEFAULT_REPLICATIONS = 5


def find(name: str) -> Path:
    """The sweep file that the user means: this path, with `.yaml`, or a shipped sweep; else the path."""
    given = Path(name)
    folder = shipped_folder() / "sweeps"
    for path in (given, Path(f"{name}.yaml"), folder / name, folder / f"{name}.yaml"):
        if os.path.isfile(path):  # unlike pathlib's, of a name that no file can have it says no
            return path
    names = [path.stem for path in sorted(folder.glob("*.yaml"))]
    near = nearest(given.stem, names)
    remedy = f"did you mean `{near}`?" if near else f"check the name; ibsim brings {', '.join(names)}"
    refuse(name, "no such file", "a sweep is a .yaml file, or the name of one that comes with ibsim", remedy)


def read_plan(path: Path, sets: Sequence[str] = (), **instead: int | None) -> Plan:
    """Read and check a sweep file, every point of it; `instead` may give another seed and replications.

    Raises ScenarioError for whatever cannot be used, before anything is run or written.
    """
    shown_path = shown_name(path)
    root = _root(path, shown_path)
    entries = cast("dict[str, Node]", root.value)
    for key, node in entries.items():
        if key not in KEYS:
            near = nearest(key, KEYS)
            remedy = f"did you mean `{near}`?" if near else f"the keys are {', '.join(KEYS)}"
            refuse(node.mark, f"the unknown key {quote(key)}", "only keys of a sweep stand here", remedy)
    design = _design(entries.get("design"))
    plan = Plan(
        name=_text("name", root),
        why=_text("why", root),
        path=path,
        base=Base(_scenario(root, path), tuple(sets)),
        design=design,
        seed=_given(instead.get("seed"), _whole("seed", entries.get("seed"), 0, MAX_SEED, 1)),
        replications=_given(
            instead.get("replications"),
            _whole("replications", entries.get("replications"), 1, MAX_REPLICATIONS, DEFAULT_REPLICATIONS),
        ),
        dimensions=(
            *levers(entries.get("levers"), design == "grid"),
            *uncertainties(entries.get("uncertainties"), design == "grid"),
        ),
        metrics=_metrics(entries.get("metrics")),
    )
    _check_base(plan, entries["scenario"])
    plan = replace(plan, points=_points(plan, root))
    check_points(plan)
    return plan


def _root(path: Path, shown_path: str) -> Node:
    if path.suffix.lower() not in SUFFIXES:
        refuse(shown_path, f"a file named {quote(path.name)}", "a sweep is a .yaml file", "name its file")
    return read_file(path, shown_path)


def _given(first: int | None, second: int) -> int:
    return second if first is None else first


def _text(key: str, root: Node) -> str:
    node = cast("dict[str, Node]", root.value).get(key)
    rule = f"a sweep says its {key} in text of up to {MAX_TEXT[key]:,} characters"
    if node is None:
        refuse(f"{root.mark}, {key}", "no such key", rule, f"write a line `{key}: ...`")
    if not isinstance(node.value, str) or not 0 < len(node.value.strip()) <= MAX_TEXT[key]:
        refuse(f"{node.mark}, {key}", show(node.plain()), rule, "write it in words, and short")
    return node.value


def _design(node: Node | None) -> Design:
    rule = f"design is one of {', '.join(DESIGNS)}"
    if node is None:
        return "grid"
    for design in DESIGNS:
        if node.value == design:
            return design
    near = nearest(str(node.value), DESIGNS) if isinstance(node.value, str) else ""
    remedy = f"did you mean {near}?" if near else "write one of them"
    refuse(f"{node.mark}, design", show(node.plain()), rule, remedy)


def _whole(key: str, node: Node | None, low: int, high: int, default: int) -> int:
    if node is None:
        return default
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        rule = f"{key} is a whole number from {low:,} to {high:,}"
        refuse(f"{node.mark}, {key}", show(node.plain()), rule, "write one")
    return value


def _scenario(root: Node, path: Path) -> str:
    """The scenario's file beside the sweep's, or the name of a shipped one."""
    node = cast("dict[str, Node]", root.value).get("scenario")
    rule = "scenario names a file beside this one, or a scenario that comes with ibsim"
    if node is None:
        refuse(f"{root.mark}, scenario", "no such key", rule, "write a line `scenario: metropolitan-pilot`")
    if not isinstance(node.value, str) or not node.value.strip():
        refuse(f"{node.mark}, scenario", show(node.plain()), rule, "write the name of one file")
    beside = path.parent / node.value
    for candidate in (beside, beside.with_name(f"{beside.name}.yaml")):
        if os.path.isfile(candidate):
            return str(candidate)
    return node.value


def _metrics(node: Node | None) -> tuple[str, ...]:
    if node is None:
        return HEADLINES
    rule = "metrics is a list of metrics' names; `ibsim metrics` lists them"
    if not isinstance(node.value, list) or not node.value:
        refuse(f"{node.mark}, metrics", show(node.plain()), rule, "write a list, or leave it out")
    for number, item in enumerate(node.value):
        if not isinstance(item.value, str) or item.value not in REGISTRY:
            near = nearest(str(item.value), REGISTRY)
            remedy = f"did you mean `{near}`?" if near else "look the name up with `ibsim metrics`"
            refuse(f"{item.mark}, metrics.{number}", show(item.plain()), rule, remedy)
    return tuple(dict.fromkeys(str(item.value) for item in node.value))


def _check_base(plan: Plan, node: Node) -> None:
    """Refuse a scenario that is wrong before anything varies, by its own message."""
    try:
        plan.base.at({}, {})
    except ScenarioError as error:
        where = f"{node.mark}, scenario: {error.where}"
        raise ScenarioError(where, error.found, error.rule, error.remedy) from None


def _points(plan: Plan, root: Node) -> tuple[tuple[Cells, ...], ...]:
    """The points of the design; refuses too many before making any."""
    entries = cast("dict[str, Node]", root.value)
    node = entries.get("points")
    place = f"{(node or root).mark}, {'points' if node else 'levers and uncertainties'}"
    if not plan.dimensions:
        refuse(root.mark, "nothing that varies", "a sweep has levers or uncertainties", "list some of them")
    if plan.design == "grid":
        if node is not None:
            refuse(
                place, show(node.plain()), "a grid has as many points as combinations", "take `points` out"
            )
        if (size := grid_size(plan.dimensions)) > MAX_POINTS:
            _too_many(f"{root.mark}, levers and uncertainties", f"a grid of {size:,} points")
        return grid(plan.dimensions)
    if node is None:
        refuse(place, "no `points`", "a sample says how many points it has", "write a line `points: 64`")
    points = _whole("points", node, 2, 2**62, 0)
    if points > MAX_POINTS:
        _too_many(place, f"{points:,} points")
    if plan.design == "sobol" and points & (points - 1):
        below = 1 << (points.bit_length() - 1)
        rule = "a Sobol sample fills the space evenly only where its points are a power of two"
        remedy = f"write {below} or {2 * below}, or take latin_hypercube, which has no such rule"
        refuse(place, f"{points}", rule, remedy)
    return sample(plan.dimensions, plan.design, points, plan.seed)


def _too_many(place: str, found: str) -> NoReturn:
    remedy = "list fewer values, or take a sample: `design: latin_hypercube` with `points: 200`"
    refuse(place, found, f"a sweep has at most {MAX_POINTS:,} points", remedy)


def check_points(plan: Plan) -> None:
    """Resolve every point, so that one that is no scenario is refused before any is run."""
    for number, point in enumerate(plan.points, 1):
        try:
            evidence = cast("dict[str, float]", plan.settings(point, UNCERTAINTY))
            plan.base.at(plan.settings(point, LEVER), evidence)
        except InputError as error:
            settings = plan.settings(point, LEVER) | plan.settings(point, UNCERTAINTY)
            told = ", ".join(f"{name} = {shown(value)}" for name, value in list(settings.items())[:6])
            remedy = f"{error.remedy} (at point {number}: {told})"
            raise ScenarioError(_place(error.where, plan), error.found, error.rule, remedy) from None


def _place(where: str, plan: Plan) -> str:
    """The place that a message is about as a sweep sees it: its dimension's, or with its file first."""
    path = where.rpartition(", ")[2]
    for dimension in plan.dimensions:
        if any(where.startswith(f"--set {column}=") for column in dimension.columns):
            return dimension.where
        if any(column.startswith(f"{path}.") for column in dimension.columns):
            return f"{dimension.where}: {where}"
    return where if where.startswith("--set ") else f"{shown_name(plan.path)}: {where}"
