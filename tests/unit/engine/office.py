"""A small office for tests of single rules: few workers, days of 100 minutes, jobs named one by one."""

from __future__ import annotations

from typing import Any

import numpy as np

from ibsim.engine import state
from ibsim.engine.workday import Job, Workday

DAY = 100
ASSESS, PLAN, REVIEW, TRAINED_ONLY, LEARNT = range(5)
"""Kinds: levels 1, 2, 3, 2, 2; activities 1, 2, 3, 2, 2; the first two open a case."""


class Office:
    """An engine with `n` workers a team who work 100 minutes in a day of 100 minutes."""

    def __init__(self, *team_sizes: int, entities: int = 40, passes: int = 30) -> None:
        kinds = np.zeros(5, dtype=state.KIND)
        kinds["level"] = [1, 2, 3, 2, 2]
        kinds["activity"] = [1, 2, 3, 2, 2]
        kinds["opens_case"] = [1, 1, 0, 0, 0]
        kinds["flagged_only"][TRAINED_ONLY] = 1
        kinds["learnt"][LEARNT] = 1
        self.engine = Workday(list(team_sizes or (1,)), kinds, entities, passes, DAY)
        self.workers = self.engine.workers
        self.workers["capacity"] = DAY
        self.workers["tie"] = np.arange(self.workers.size)
        self.entities = self.engine.entities
        self.entities["tie"] = np.arange(entities)

    def open(
        self, kind: int, *people: int, minutes: int | list[int] = 10, at: int = 0, **options: Any
    ) -> None:
        n, team = len(people), options.pop("team", 0)
        for name in ("owners", "joins"):
            if name in options:
                options[name] = np.array(options[name], np.int16 if name == "owners" else np.int32)
        self.engine.open(
            Job(
                kind,
                np.array(people, np.int32),
                np.full(n, team, np.int16),
                np.broadcast_to(np.asarray(minutes, np.int64), n).copy(),
                np.full(n, at, np.int64),
                **options,
            )
        )

    def day(self, number: int) -> list[tuple[int, int, int]]:
        """Runs a pass: (entity, worker, moment) of what was finished, in order of the moment."""
        done = self.engine.run(number, number * DAY, DAY)
        rows = zip(done.entity.tolist(), done.worker.tolist(), done.at.tolist(), strict=True)
        return sorted(rows, key=lambda row: (row[2], row[1]))

    def days(self, first: int, last: int) -> list[tuple[int, int, int]]:
        return [row for number in range(first, last + 1) for row in self.day(number)]

    def people(self, number: int) -> list[int]:
        """Runs a pass: who was served, in order of the moment."""
        return [row[0] for row in self.day(number)]
