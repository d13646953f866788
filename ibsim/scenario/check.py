"""What `ibsim check` says of a valid scenario: a few plain lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ibsim.evidence import load as load_evidence
from ibsim.scenario.diff import Difference, diff
from ibsim.scenario.model import ResolvedScenario
from ibsim.scenario.problems import show
from ibsim.scenario.resolve import load
from ibsim.units import GROUPS

MOST_LEVERS = 30
MOST_NAMED = 3
CONVENTIONAL_WORK = ("access", "assessment", "workforce", "brokerage", "review", "safeguarding")
"""Sections whose levers shape the council before anybody has a budget."""
ABOUT_BUDGETS = ("ib_", "champion_", "learning_")
"""How those of their levers begin that matter only once somebody has one."""


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
    if scenario.caseload is not None:
        in_place, waiting = (int(scenario.caseload.people(waiting=who).sum()) for who in (False, True))
        file = scenario.levers.population.caseload_file
        lines.insert(6, f"  caseload   {in_place:,} people in place and {waiting:,} waiting, from {file}")
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
    shipped = replace(scenario, evidence=load_evidence(), timeline=scenario.timeline[:1])
    rows = [row for row in diff(shipped, scenario) if row.path.startswith("evidence.")]
    if not rows:
        return "as shipped"
    told = (tell(row).removeprefix("evidence.") for row in rows)
    return "\n             ".join(["overridden:", *told, *scenario.evidence.notes])


def _changes(scenario: ResolvedScenario) -> str:
    days = [str(day) for day, _ in scenario.timeline[1:]]
    return f"levers change on {', '.join(days)}" if days else "no lever changes during the run"


def _against_parent(scenario: ResolvedScenario) -> list[str]:
    parent = load(scenario.files[1])
    rows = [row for row in diff(parent, scenario) if not row.path.startswith("evidence.")]
    if not rows:
        return [f"  levers     as in {scenario.lineage[1]}"]
    lines = [f"  levers     {len(rows)} differ from {scenario.lineage[1]}:"]
    lines += [f"    {tell(row)}" for row in rows[:MOST_LEVERS]]
    if len(rows) > MOST_LEVERS:
        lines.append(f"    and {len(rows) - MOST_LEVERS} more; see `ibsim diff`")
    return lines + _warm_up_note(scenario, rows)


def _warm_up_note(scenario: ResolvedScenario, rows: list[Difference]) -> list[str]:
    """A sentence on undated levers that make the council another one before the counted years begin.

    Another population is another council anyway, so nothing is said then.
    """
    if not scenario.calendar.warm_up_years or any(row.path.startswith("population.") for row in rows):
        return []
    early = [row.path for row in rows if row.since is None and _works_in_warm_up(row.path, scenario.tree)]
    if not early:
        return []
    named = ", ".join(early[:MOST_NAMED])
    more = f" and {len(early) - MOST_NAMED} more" if len(early) > MOST_NAMED else ""
    one = len(early) == 1
    return [
        f"  note       {named}{more} {'has' if one else 'have'} no date and "
        f"{'holds' if one else 'hold'} in the warm-up too, so the council may start other than its "
        f"parent's; date {'it' if one else 'them'} from {scenario.calendar.start} to start alike"
    ]


def _works_in_warm_up(path: str, tree: object) -> bool:
    """Whether a lever shapes conventional work, and the scenario gives it no date of its own."""
    section, *keys = path.split(".")
    if section not in CONVENTIONAL_WORK or keys[0].startswith(ABOUT_BUDGETS):
        return False
    for key in (section, *keys):
        tree = tree.get(key) if isinstance(tree, dict) else tree
        if isinstance(tree, list) and any(isinstance(item, dict) and "from" in item for item in tree):
            return False
    return True


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
