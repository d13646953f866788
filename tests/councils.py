"""Small councils for tests: a part of the shipped one in people and posts, with levers changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from ibsim.replication import Keep, Tables, run
from ibsim.scenario import ResolvedScenario, load
from ibsim.units import GROUPS

Tree = dict[str, Any]


class Plain(yaml.SafeDumper):
    """Writes every value out: scenarios know no anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True


START = date(2006, 4, 1)
SHARE = 0.2
"""The small council has a fifth of the average council's people and posts: about 1,635 and 28."""


def by_group(value: Any) -> dict[str, Any]:
    """One value for each group."""
    return {group: value for group in GROUPS}


def part_of_council(share: float = SHARE, staffing: float = 1.0) -> Tree:
    """The levers of a council with a share of the average one's people and `share * staffing` of its posts.

    Three years, the first of them warm-up; one locality.
    """
    levers = load("metropolitan").levers

    def part(of: Any, factor: float) -> dict[str, float]:
        return {group: getattr(of, group) * factor for group in GROUPS}

    def people(of: Any) -> dict[str, int]:
        return {group: round(number) for group, number in part(of, share).items()}

    workforce, population, posts = levers.workforce, levers.population, share * staffing
    return {
        "calendar": {"start": START, "years": 2, "warm_up_years": 1},
        "population": {
            "localities": 1,
            "clients_at_start": people(population.clients_at_start),
            "contacts_per_year": round(population.contacts_per_year * share),
            "referrals_per_year": people(population.referrals_per_year),
        },
        "access": {"access_team_fte": levers.access.access_team_fte * posts},
        "workforce": {
            "care_coordinators_fte": part(workforce.care_coordinators_fte, posts),
            "team_managers_fte": workforce.team_managers_fte * posts,
            "occupational_therapists_fte": workforce.occupational_therapists_fte * posts,
        },
        "funding": {"sp": {"budget_gbp_per_year": levers.funding.sp.budget_gbp_per_year * share}},
    }


def merged(*trees: Mapping[str, Any]) -> Tree:
    """The trees over one another, the last one uppermost; lists and numbers replace."""
    out: Tree = {}
    for tree in trees:
        for key, value in tree.items():
            below = out.get(key)
            if isinstance(value, Mapping) and isinstance(below, Mapping):
                out[key] = merged(below, value)
            else:
                out[key] = value
    return out


STEADY_MARKET: Tree = {
    "market": {
        "providers": {"capacity_headroom_percent": 100},
        "fortunes": {"base_exit_percent_per_year": 0, "price_response_share": 0},
        "assistants": {"tightness_power": 0},
    }
}
"""A market in which nobody's place or wait hangs on what others have: runs then differ by policy alone."""


def wave(to: str = "everyone", since: date = START, **more: Any) -> Tree:
    """A roll-out of one wave to all groups."""
    return {"rollout": {"waves": [{"from": since, "groups": [*GROUPS], "to": to} | more]}}


class Laboratory:
    """Runs of scenarios that a user could have written; each is made once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._scenarios: dict[str, ResolvedScenario] = {}
        self._done: dict[tuple[str, int, int], Tables] = {}

    def scenario(self, *trees: Mapping[str, Any], parent: str = "metropolitan") -> ResolvedScenario:
        """The parent with changed levers, read from a file."""
        head = {"extends": parent, "name": "small", "why": "a test"}
        text = yaml.dump(merged(head, *trees), Dumper=Plain, sort_keys=True)
        if text not in self._scenarios:
            path = self._folder / f"council-{len(self._scenarios)}.yaml"
            path.write_text(text, encoding="utf-8")
            self._scenarios[text] = load(path)
        return self._scenarios[text]

    def tables(self, *trees: Mapping[str, Any], number: int = 0, seed: int = 1) -> Tables:
        """One replication, with its people."""
        scenario = self.scenario(*trees)
        key = (scenario.hash, seed, number)
        if key not in self._done:
            self._done[key] = run(scenario, seed, number, Keep(people=True))
        return self._done[key]


def whole(tables: Tables, metric: str) -> float:
    """A metric over all groups, both arms and all years."""
    return float(tables.metrics[metric][-1, -1, -1])
