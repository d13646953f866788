"""What `ibsim check` says of a valid scenario: a few plain lines."""

from __future__ import annotations

from datetime import timedelta

from ibsim.scenario.diff import Difference, diff
from ibsim.scenario.model import ResolvedScenario
from ibsim.scenario.problems import show
from ibsim.scenario.resolve import load
from ibsim.units import GROUPS

MOST_LEVERS = 30


def describe(scenario: ResolvedScenario) -> list[str]:
    """The lines: name, lineage, years, who is rolled out, overrides, dated changes, levers changed."""
    calendar = scenario.calendar
    last = calendar.end - timedelta(days=1)
    lines = [
        f"{scenario.name}: valid",
        f"  why        {' '.join(scenario.why.split())}",
        f"  lineage    {' extends '.join(scenario.lineage)}",
        f"  years      {calendar.years}, {calendar.start} to {last}",
        f"  warm-up    {calendar.warm_up_years} years of conventional work, from {calendar.first_day}",
        f"  prices     of {calendar.price_base}",
        f"  roll-out   {_rollout(scenario)}",
        f"  evidence   {_overrides(scenario)}",
        f"  changes    {_changes(scenario)}",
        f"  hash       {scenario.hash[:16]}",
    ]
    if len(scenario.files) > 1:
        lines += _against_parent(scenario)
    return lines


def _rollout(scenario: ResolvedScenario) -> str:
    rollout = scenario.levers.rollout
    if not rollout.waves:
        return "none: conventional care management only"
    named = {group for wave in rollout.waves for group in wave.groups}
    groups = ", ".join(group for group in (*GROUPS, "transitions") if group in named)
    first = min(wave.from_ for wave in rollout.waves)
    count = len(rollout.waves)
    trial = "; trial mode" if rollout.trial.enabled else ""
    return f"{groups}, in {count} wave{'s' if count > 1 else ''} from {first}{trial}"


def _overrides(scenario: ResolvedScenario) -> str:
    overrides = scenario.evidence.overrides
    if not overrides:
        return "as shipped"
    listed = ", ".join(f"{key} = {value:g}" if isinstance(value, float) else f"{key} = {value}"
                       for key, value in sorted(overrides.items()))  # fmt: skip
    return "\n             ".join([f"overridden: {listed}", *scenario.evidence.notes])


def _changes(scenario: ResolvedScenario) -> str:
    days = [str(day) for day, _ in scenario.timeline[1:]]
    return f"levers change on {', '.join(days)}" if days else "no lever changes during the run"


def _against_parent(scenario: ResolvedScenario) -> list[str]:
    parent = load(scenario.files[1])
    rows = diff(parent, scenario)
    if not rows:
        return [f"  levers     as in {scenario.lineage[1]}"]
    lines = [f"  levers     {len(rows)} differ from {scenario.lineage[1]}:"]
    lines += [f"    {tell(row)}" for row in rows[:MOST_LEVERS]]
    if len(rows) > MOST_LEVERS:
        lines.append(f"    and {len(rows) - MOST_LEVERS} more; see `ibsim diff`")
    return lines


def tell(row: Difference) -> str:
    """One difference as a line: `workforce.support_planners_fte: 0 -> 8 posts from 2007-04-01`."""
    unit = f" {row.unit}" if row.unit and row.unit not in ("choice", "date", "order") else ""
    since = f" from {row.since}" if row.since else ""
    return f"{row.path}: {_short(row.first)} -> {_short(row.second)}{unit}{since}"


def _short(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_short(item)}" for key, item in value.items())
    if isinstance(value, list):
        return "[" + ", ".join(_short(item) for item in value) + "]"
    if isinstance(value, float):
        return f"{value:g}"
    if value is None:
        return "none"
    return str(value) if isinstance(value, str) else show(value).removeprefix("the date ")
