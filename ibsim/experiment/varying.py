"""What a study varies: levers by their path and evidence by its row, each at any place of its range.

Levers are what the council decides; uncertainties are what nobody knows.  A study keeps them apart, and
moves both by a place between 0 and 1 along their range.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ibsim.evidence.rows import plain
from ibsim.scenario import Levers, ResolvedScenario, load
from ibsim.scenario.catalogue import catalogue, members, type_at
from ibsim.scenario.scalars import Scalar
from ibsim.scenario.varied import varied_evidence

Kind = Literal["lever", "uncertainty"]
LEVER: Kind = "lever"
UNCERTAINTY: Kind = "uncertainty"


@dataclass(frozen=True, slots=True)
class Base:
    """The scenario that a study starts from: a file or shipped name, and what `--set` changes of it."""

    scenario: str
    sets: tuple[str, ...] = ()

    def at(self, levers: Mapping[str, Scalar], evidence: Mapping[str, float]) -> ResolvedScenario:
        """The scenario with these levers by path and evidence by row key; ScenarioError where it is none."""
        return self.loaded([f"{path}={written(value)}" for path, value in levers.items()], evidence)

    def loaded(self, texts: Iterable[str], evidence: Mapping[str, float]) -> ResolvedScenario:
        """As `at`, with levers as the texts that `--set` takes."""
        pack = varied_evidence(evidence) if evidence else None
        return load(self.scenario, [*self.sets, *texts], pack)


def written(value: Scalar) -> str:
    """A value as a scenario file writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, date):
        return value.isoformat()
    return "null" if value is None else repr(value)


def shown(value: Scalar) -> str:
    """A value as tables print it: numbers plainly, text without quotes."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return plain(value)
    return value if isinstance(value, str) else written(value)


def is_whole(path: str) -> bool:
    """Whether the lever at a path takes whole numbers only."""
    steps = lever_steps(path)
    while len(steps) > 1 and (steps[-1] == "value" or isinstance(steps[-1], int)):
        steps = steps[:-1]
    known = type_at(Levers, steps)
    if known is None:
        return False
    by_group = catalogue(Levers).get(tuple(str(step) for step in steps))
    kinds = members(by_group.kind if by_group is not None else known[0])
    return int in kinds and float not in kinds


def lever_steps(path: str) -> tuple[str | int, ...]:
    """A path as `--set` writes it, as steps; the roll-out may be written as the bare list of its waves."""
    steps: list[str | int] = [int(s) if s.isascii() and s.isdecimal() else s for s in path.split(".")]
    if steps[0] == "rollout" and len(steps) > 1 and isinstance(steps[1], int):
        steps.insert(1, "waves")
    return tuple(steps)
