"""Scenarios made from a scenario for the verdict: its twin without a roll-out, and drawn evidence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from ibsim.draws import Draws
from ibsim.evidence import Evidence
from ibsim.scenario.catalogue import catalogue
from ibsim.scenario.dated import timeline
from ibsim.scenario.drawing import drawn_evidence
from ibsim.scenario.model import Levers, ResolvedScenario
from ibsim.scenario.resolve import MAX_TEXT, content_hash, with_stock
from ibsim.scenario.tree import Mark, planted
from ibsim.scenario.validate import Broken

ONE = np.zeros(1, dtype=np.int64)
"""The id under which a row of the evidence is drawn; its key says which row."""
NO_LEVERS = (*MAX_TEXT, "calendar", "evidence")
"""Keys of a scenario's tree that are no section of levers."""
WITHOUT_ROLLOUT = ("rollout", "verdict")
"""Sections that the twin leaves out, so that scenarios which differ in them alone share one twin."""


def has_rollout(scenario: ResolvedScenario) -> bool:
    """Whether anybody may be offered an individual budget."""
    return bool(scenario.levers.rollout.waves)


def twin_of(scenario: ResolvedScenario) -> ResolvedScenario:
    """The same council without a roll-out: what the verdict sets the scenario against.

    It has the roll-out's and the verdict's levers at their defaults, and is its own content (`hash`).
    """
    tree = {key: value for key, value in scenario.tree.items() if key not in WITHOUT_ROLLOUT}
    name, why = f"{scenario.name}, without a roll-out", "The twin that the verdict is measured against."
    return _rebuilt(replace(scenario, name=name, why=why), tree, scenario.evidence)


def with_drawn_evidence(scenario: ResolvedScenario) -> ResolvedScenario:
    """The scenario as one whose replications each draw its uncertain evidence anew; see `in_replication`.

    Its hash counts which levers are stated, and so known: two scenarios with the same levers at the start
    of a draw differ after it where one of them states what the other leaves to the evidence.
    """
    stated = {key: value for key, value in scenario.tree.items() if key not in MAX_TEXT}
    text = json.dumps([scenario.hash, scenario.evidence.digest, stated], sort_keys=True, default=_written)
    return replace(scenario, draws_evidence=True, hash=hashlib.sha256(text.encode()).hexdigest())


def in_replication(scenario: ResolvedScenario, seed: int, number: int) -> ResolvedScenario:
    """The scenario that replication `number` runs: with its own draw of the evidence, where it draws any.

    A row's draw depends on the seed, the replication and the row's key alone, so that it is the same in a
    scenario and in its twin.  What the scenario states itself is known and stays.
    """
    if not scenario.draws_evidence:
        return scenario
    draws = Draws(seed, number)
    evidence = drawn_evidence(scenario.evidence, lambda key: _uniform(draws, key))
    fixed = replace(scenario, draws_evidence=False)
    try:
        return _rebuilt(fixed, scenario.tree, evidence)
    except Broken:
        return _rebuilt(fixed, scenario.tree, _without_misfits(fixed, evidence))


@dataclass(frozen=True)
class Pair:
    """What the verdict compares: the scenario as it is run for it, and its twin."""

    scenario: ResolvedScenario
    twin: ResolvedScenario

    @classmethod
    def of(cls, scenario: ResolvedScenario, *, drawn: bool = True) -> Pair:
        """The pair of a scenario, both on drawn evidence unless its verdict is to rest on the dice alone.

        `drawn` as False has it rest on them whatever the scenario says.
        """
        twin = twin_of(scenario)
        if not drawn or scenario.levers.verdict.uncertainty == "point":
            return cls(scenario, twin)
        return cls(with_drawn_evidence(scenario), with_drawn_evidence(twin))


def rows_drawn(scenario: ResolvedScenario) -> int:
    """How many rows of the evidence the scenario's verdict draws."""
    return sum(row.varies for row in scenario.evidence.rows())


def _uniform(draws: Draws, key: str) -> float:
    return float(draws.uniform(f"evidence {key}", ONE)[0])


def _without_misfits(scenario: ResolvedScenario, drawn: Evidence) -> Evidence:
    """The drawn evidence with those sections at their own values that do not fit what the scenario states.

    A council that states one of several shares which have to add up knows the others better than a draw.
    """
    evidence, problems = drawn, _problems(scenario, drawn)
    for section in Levers.model_fields:
        tried = evidence.copy()
        for id in _ids_of(section):
            tried.table[id] = scenario.evidence.table[id]
        left = _problems(scenario, tried)
        if left < problems:
            evidence, problems = tried, left
    return evidence


def _problems(scenario: ResolvedScenario, evidence: Evidence) -> int:
    try:
        _rebuilt(scenario, scenario.tree, evidence)
    except Broken as broken:
        return len(broken.problems)
    return 0


def _ids_of(section: str) -> set[str]:
    return {lever.evidence for path, lever in catalogue(Levers).items() if path[0] == section} - {""}


def _rebuilt(scenario: ResolvedScenario, tree: Mapping[str, Any], evidence: Evidence) -> ResolvedScenario:
    """The scenario with other levers stated (`tree`) and other evidence; raises `Broken` where they clash."""
    levers = {key: value for key, value in tree.items() if key not in NO_LEVERS}
    steps = timeline(planted(levers, Mark(str(scenario.path), 0)), Levers, scenario.calendar, evidence, {})
    if scenario.caseload is not None:
        caseload = scenario.caseload
        steps = tuple((day, with_stock(levers, caseload)) for day, levers in steps)
    return replace(
        scenario,
        tree=dict(tree),
        timeline=steps,
        evidence=evidence,
        hash=content_hash(scenario.calendar, steps, evidence, scenario.caseload),
    )


def _written(value: object) -> str:
    assert isinstance(value, date)
    return value.isoformat()
