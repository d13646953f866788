"""The compiled pass and the oracle agree to the minute on random small worlds."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

from ibsim.engine import state
from ibsim.engine.workday import Finished, Job, Workday
from tests.oracle.office import Office
from tests.oracle.work import Ended, Join, Kind

DAY = 24
PASSES = 45
N_ENTITIES = 30


class World:
    """One random council, run by both."""

    def __init__(self, seed: int) -> None:
        self.rng = rng = np.random.default_rng(seed)
        sizes = rng.integers(1, 6, rng.integers(1, 4)).tolist()
        self.kinds = [
            Kind(
                level=int(rng.integers(1, 4)),
                activity=int(rng.integers(1, 4)),
                opens_case=bool(rng.random() < 0.5),
                flagged_only=bool(rng.random() < 0.15),
                learnt=bool(rng.random() < 0.4),
            )
            for _ in range(4)
        ]
        records = np.zeros(len(self.kinds), dtype=state.KIND)
        for row, kind in enumerate(self.kinds):
            for name, value in asdict(kind).items():
                records[row][name] = value
        self.engine = Workday(sizes, records, N_ENTITIES, PASSES, DAY)
        ties = rng.integers(0, 12, N_ENTITIES)
        self.oracle = Office(sizes, self.kinds, ties.tolist(), DAY)
        self.engine.entities["tie"] = ties
        for row, worker in enumerate(self.oracle.workers):
            worker.tie = int(rng.integers(0, 3))
            worker.may_flagged = bool(rng.random() < 0.8)
            worker.factor = int(rng.choice([500, 1000, 1700]))
            record = self.engine.workers[row]
            record["tie"], record["may_flagged"] = worker.tie, worker.may_flagged
            record["factor"] = worker.factor
        if rng.random() < 0.6:
            self.set_caseload_limit(int(rng.integers(1, 6)))
        if rng.random() < 0.5:
            for activity in range(1, self.engine.tables.reserved.size):
                self.oracle.reserved[activity] = int(rng.integers(0, 8))
                self.oracle.capped[activity] = int(rng.integers(3, 30))
                self.engine.tables.reserved[activity] = self.oracle.reserved[activity]
                self.engine.tables.capped[activity] = self.oracle.capped[activity]
        self.done: list[Ended] = []

    def set_caseload_limit(self, limit: int) -> None:
        self.engine.caseload_limit = self.oracle.caseload_limit = limit

    def go(self) -> None:
        """Runs all passes, checking each."""
        self.open_something(0)
        for number in range(PASSES):
            if number % 7 == 6:
                continue  # a day on which nobody works has no pass
            self.staff()
            self.churn(number)
            self.open_something(number)
            start, span = number * DAY + 4, 16
            ours, theirs = self.engine.run(number, start, span), self.oracle.run(number, start, span)
            assert as_list(ours) == theirs
            self.done += theirs
            self.compare_books()

    def staff(self) -> None:
        for worker in self.oracle.workers:
            absent = self.rng.random() < 0.25
            worker.capacity = 0 if absent else int(self.rng.choice([16, 12, 23]))
            self.engine.workers[worker.number]["capacity"] = worker.capacity

    def churn(self, number: int) -> None:
        """People go, cases close, flags change, a worker leaves and another comes."""
        rng = self.rng
        for entity in rng.choice(N_ENTITIES, 2, replace=False).tolist():
            if rng.random() < 0.15:
                track = int(rng.integers(0, 2))
                self.engine.forget(np.array([entity], np.int32), track)
                self.oracle.forget(entity, track)
            if rng.random() < 0.3:
                self.engine.close_cases(np.array([entity], np.int32))
                self.oracle.close_case(entity)
            if rng.random() < 0.4:
                flag = entity not in self.oracle.flagged
                self.engine.flag(np.array([entity], np.int32), int(flag))
                self.oracle.flagged ^= {entity}
        if rng.random() < 0.1:
            worker = int(rng.integers(len(self.oracle.workers)))
            self.engine.leave(np.array([worker]))
            self.oracle.leave(worker)
        if rng.random() < 0.5:
            for one in self.oracle.workers:
                one.active = True
            self.engine.workers["active"] = 1

    def open_something(self, number: int) -> None:
        rng = self.rng
        for _ in range(int(rng.integers(0, 5))):
            n = int(rng.integers(1, 6))
            chosen = rng.choice(N_ENTITIES, n, replace=False)
            if rng.random() < 0.1:
                chosen[0] = -1
            whole_day = rng.random() < 0.5
            ready = number * DAY + rng.integers(-DAY, 4 * DAY, n)
            if whole_day:
                ready = ready // DAY * DAY
            options: dict[str, Any] = {
                "visits": int(rng.choice([1, 1, 2, 3])),
                "gap_days": int(rng.integers(0, 3)),
                "urgent": bool(rng.random() < 0.3),
                "track": int(rng.integers(0, 2)),
            }
            columns = {
                "teams": rng.integers(0, len(self.oracle.team_trays), n).astype(np.int16),
                "minutes": rng.integers(0, int(rng.choice([8, 20, 45])), n),
                "ready_at": np.maximum(ready, 0),
            }
            self.open_for_both(int(rng.integers(len(self.kinds))), chosen.astype(np.int32), columns, options)

    def open_for_both(
        self, kind: int, entities: state.I32, columns: dict[str, Any], options: dict[str, Any]
    ) -> None:
        owners, joins, join = None, None, None
        if self.rng.random() < 0.2:
            by_team = [[w.number for w in self.oracle.workers if w.team == team] for team in columns["teams"]]
            owners = np.array([self.rng.choice(members) for members in by_team], np.int16)
        if self.rng.random() < 0.2:  # all tasks of the job are one piece of work
            joins = np.repeat(self.engine.new_joins(entities.size, 1), entities.size)
            join = Join(entities.size)
        self.engine.open(Job(kind, entities, **columns, **options, owners=owners, joins=joins))
        for i, entity in enumerate(entities.tolist()):
            self.oracle.open(
                kind,
                entity,
                int(columns["teams"][i]),
                int(columns["minutes"][i]),
                int(columns["ready_at"][i]),
                owner=None if owners is None else int(owners[i]),
                join=join,
                **options,
            )

    def compare_books(self) -> None:
        engine, oracle = self.engine, self.oracle
        for row, worker in enumerate(oracle.workers):
            assert engine.workers[row]["cases"] == len(oracle.cases(worker))
            flagged = [entity for entity in oracle.cases(worker) if entity in oracle.flagged]
            assert engine.workers[row]["flagged_cases"] == len(flagged)
            in_hand = list(worker.in_hand.values())
            for level in range(engine.tables.committed.shape[1]):
                minutes = sum(task.minutes_left for task in worker.tray + in_hand if task.level == level)
                assert engine.tables.committed[row, level] == minutes
        for (flag, kind), minutes in oracle.worked.items():
            assert engine.tables.worked[int(flag), kind] == minutes
        assert engine.check_books(sum(one.minutes for one in self.done)) == sum(oracle.worked.values())
        waiting = [0] * len(self.kinds)
        for tray in [*oracle.team_trays, *(worker.tray for worker in oracle.workers)]:
            for task in tray:
                waiting[task.kind] += 1
        assert engine.waiting().tolist() == waiting


def as_list(finished: Finished) -> list[Ended]:
    return [Ended(*row) for row in zip(*(column.tolist() for column in finished), strict=True)]


@pytest.mark.parametrize("seed", range(100))
def test_engine_and_oracle_agree(seed: int) -> None:
    world = World(seed)
    world.go()
    assert len(world.done) > 0


def test_the_random_worlds_reach_what_they_should() -> None:
    """A comparison in which little happens would prove little."""
    worlds = [World(seed) for seed in range(1000, 1010)]
    for world in worlds:
        world.go()
    done = [one for world in worlds for one in world.done]
    assert len(done) > 500
    assert any(one.entity == -1 for one in done)
    assert {one.last for one in done} == {True, False}
    assert any(len(world.oracle.team_trays[0]) > 3 for world in worlds)
