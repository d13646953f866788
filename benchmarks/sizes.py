"""The county at other sizes: every number of people and posts in proportion, so that only size differs."""

from __future__ import annotations

from collections.abc import Iterator

from ibsim.scenario.model import ResolvedScenario
from ibsim.scenario.resolve import load
from ibsim.units import GROUPS

COUNTY_CLIENTS = 25_000
MOST_LOCALITIES = 50


def county_of(clients: int) -> ResolvedScenario:
    """`scenarios/county.yaml` with so many clients in a year instead of 25,000."""
    return load("county", [*_sets(clients / COUNTY_CLIENTS)])


def _sets(factor: float) -> Iterator[str]:
    levers = load("county").levers
    people, work = levers.population, levers.workforce
    for name, whole in (("clients_at_start", True), ("referrals_per_year", True)):
        yield f"population.{name}={_by_group(getattr(people, name), factor, whole)}"
    yield f"population.contacts_per_year={round(people.contacts_per_year * factor)}"
    yield f"population.localities={min(max(round(people.localities * factor), 1), MOST_LOCALITIES)}"
    yield f"workforce.care_coordinators_fte={_by_group(work.care_coordinators_fte, factor, False)}"
    yield f"workforce.team_managers_fte={work.team_managers_fte * factor:.4f}"
    yield f"access.access_team_fte={levers.access.access_team_fte * factor:.4f}"
    yield f"allocation.panel_cases={max(round(levers.allocation.panel_cases * factor), 1)}"


def _by_group(values: object, factor: float, whole: bool) -> str:
    scaled = {group: getattr(values, group) * factor for group in GROUPS}
    cells = (f"{group}: {round(value) if whole else round(value, 4)}" for group, value in scaled.items())
    return "{" + ", ".join(cells) + "}"
