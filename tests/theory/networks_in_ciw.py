"""Networks of queues that ibsim's working day and Ciw can both express, with everybody drawn beforehand.

Ciw knows no mornings, so each of its stages has a delay before it that lasts until the next morning.  Both
then simulate the same thing, and not a mean but the end of every single piece of work has to agree, to the
minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ciw
import numpy as np

from ibsim.engine import state
from ibsim.engine.workday import Job, Workday
from ibsim.verification.pools import I64, Floats, Services

SERVICE = 500
"""Minutes of a mean service."""
PEOPLE = 900
CLASS, ORDER = 0.1, 1e-5
PLACE = ORDER / PEOPLE / 10
"""What a class, a minute of age and a place in the list are worth, in minutes, in the order of those who come
to Ciw on one morning: by class, then by age, and never so much that it shows in a whole minute."""


@dataclass(frozen=True)
class Network:
    """Stages of so many servers, classes of work by what goes first, and where people are sent back.

    `load` is that of the first stage, its returns left out; `length` that of a pass in mean services.  After
    the last stage a share `returned` goes back to the first.  With `urgent` the first class interrupts.
    """

    name: str
    servers: tuple[int, ...]
    load: float
    services: Services
    classes: int = 1
    returned: float = 0.0
    length: float = 1.0
    urgent: bool = False

    @property
    def minutes(self) -> int:
        """Of a pass."""
        return round(self.length * SERVICE)


@dataclass(frozen=True)
class People:
    """Everybody's moment of coming and class, and for each visit the stage and the minutes that it takes."""

    at: I64
    class_of: I64
    visits: list[list[tuple[int, int]]]


def people(network: Network, seed: int) -> People:
    """Those who come, drawn once for both simulators."""
    rng = np.random.default_rng(seed)
    gaps = rng.exponential(SERVICE / (network.load * network.servers[0]), PEOPLE)
    at = np.cumsum(gaps).astype(np.int64)
    rounds = rng.geometric(1 - network.returned, PEOPLE)
    stages = range(len(network.servers))
    # a later stage with more servers, or fewer, has services as long as it can bear
    scale = [network.servers[stage] / network.servers[0] for stage in stages]
    visits = []
    for number in rounds:
        route = [stage for _ in range(number) for stage in stages]
        drawn: Floats = network.services(rng, len(route))
        minutes = np.maximum(np.rint(drawn * [scale[stage] * SERVICE for stage in route]), 1)
        visits.append(list(zip(route, minutes.astype(int).tolist(), strict=True)))
    class_of = rng.integers(0, network.classes, PEOPLE)
    if network.urgent:
        _one_at_a_time(class_of, at, visits, network.minutes)
    return People(at, class_of, visits)


def _one_at_a_time(class_of: I64, at: I64, visits: list[list[tuple[int, int]]], length: int) -> None:
    """Keep urgent work to what both can express; what is not becomes ordinary work.

    None comes while other such work is done, for Ciw would first go on with what was interrupted; and it
    ends the same day, for ibsim hands no new work to somebody whose day is full of what is urgent.
    """
    free_at = 0
    for person in np.flatnonzero(class_of == 0).tolist():
        came, ((stage, minutes),) = int(at[person]), visits[person]
        minutes = min(minutes, length - came % length - 1)
        if came <= free_at or minutes < 1:
            class_of[person] = 1
        else:
            free_at, visits[person] = came + minutes, [(stage, minutes)]


def by_ibsim(network: Network, them: People) -> list[list[int]]:
    """When each visit of each person ends, by the engine's working day."""
    length, n = network.minutes, them.at.size
    kinds = np.zeros(network.classes, state.KIND)
    kinds["level"], kinds["activity"] = np.arange(1, network.classes + 1), 1
    most = sum(minutes for route in them.visits for _, minutes in route) + int(them.at[-1])
    work = Workday(list(network.servers), kinds, n, most // length + 2, length)
    work.workers["capacity"] = length
    work.workers["tie"] = np.arange(work.workers.size)
    work.entities["tie"] = np.arange(n)
    ends: list[list[int]] = [[] for _ in range(n)]

    def ask(who: I64, at: I64) -> None:
        for kind in range(network.classes):
            some = them.class_of[who] == kind
            rows = who[some]
            steps = [them.visits[row][len(ends[row])] for row in rows]
            job = Job(
                kind,
                rows.astype(np.int32),
                np.array([stage for stage, _ in steps], dtype=np.int16),
                np.array([minutes for _, minutes in steps], dtype=np.int64),
                at[some],
                urgent=network.urgent and kind == 0,
            )
            work.open(job)

    ask(np.arange(n), them.at)
    there, number = n, 0
    while there:
        done = work.run(number, number * length, length)
        for who, at in zip(done.entity.tolist(), done.at.tolist(), strict=True):
            ends[who].append(at)
        on = np.array([len(ends[who]) < len(them.visits[who]) for who in done.entity], dtype=bool)
        there -= int((~on).sum())
        ask(done.entity[on].astype(np.int64), done.at[on])
        number += 1
    return ends


class _Gaps(ciw.dists.Distribution):  # type: ignore[misc]  # Ciw ships no types
    """Moments of coming, one after the other."""

    def __init__(self, at: I64) -> None:
        self._gaps: Iterator[int] = iter(np.diff(at, prepend=0).tolist())

    def sample(self, t: float | None = None, ind: Any = None) -> float:
        return next(self._gaps, float("inf"))


class _Known:
    """Who an individual of Ciw's is, and which visit is next."""

    def __init__(self, network: Network, them: People) -> None:
        self._network, self._them = network, them
        self._queues = [iter(np.flatnonzero(them.class_of == kind)) for kind in range(network.classes)]
        self.person: dict[int, int] = {}
        self.begun = [0] * them.at.size

    def __deepcopy__(self, memo: object) -> _Known:
        """Ciw copies what it is given; there is one list of people all the same."""
        return self

    def route(self, ind: Any, simulation: Any) -> list[int]:
        """A delay and a stage for each visit; the first delay is where people come in."""
        person = int(next(self._queues[int(ind.customer_class)]))
        self.person[ind.id_number] = person
        return [node for stage, _ in self._them.visits[person] for node in (2 * stage + 1, 2 * stage + 2)][1:]

    def delay(self, t: float, ind: Any) -> float:
        """Until the morning, in order of age; urgent work does not wait for it."""
        if self._network.urgent and int(ind.customer_class) == 0:
            return 0.0
        length, now = self._network.minutes, round(t)
        morning = -(-now // length) * length
        order = int(ind.customer_class) * CLASS + (now - morning + length) * ORDER
        return morning + order + self.person[ind.id_number] * PLACE - t

    def service(self, t: float, ind: Any) -> int:
        """The minutes of the visit that begins."""
        person = self.person[ind.id_number]
        self.begun[person] += 1
        return self._them.visits[person][self.begun[person] - 1][1]


class _Asks(ciw.dists.Distribution):  # type: ignore[misc]  # Ciw ships no types
    """A time that is not drawn but asked for."""

    def __init__(self, ask: Any) -> None:
        self._ask = ask

    def sample(self, t: float | None = None, ind: Any = None) -> float:
        return float(self._ask(t, ind))


def by_ciw(network: Network, them: People) -> list[list[int]]:
    """When each visit of each person ends, by Ciw."""
    known, stages = _Known(network, them), len(network.servers)
    names = [str(kind) for kind in range(network.classes)]
    nobody = [ciw.dists.Deterministic(float("inf"))] * (2 * stages - 1)
    arrivals = {name: [_Gaps(them.at[them.class_of == kind]), *nobody] for kind, name in enumerate(names)}
    times = [_Asks(known.delay), _Asks(known.service)] * stages
    interrupts = ["resume" if network.urgent else False] * (2 * stages)
    made = ciw.create_network(
        arrival_distributions=arrivals,
        service_distributions=dict.fromkeys(names, times),
        number_of_servers=[part for servers in network.servers for part in (float("inf"), servers)],
        routing=dict.fromkeys(names, ciw.routing.ProcessBased(known.route)),
        priority_classes=({name: kind for kind, name in enumerate(names)}, interrupts),
    )
    simulation = ciw.Simulation(made)
    simulation.simulate_until_max_time(1e9)
    ends: list[list[tuple[float, int]]] = [[] for _ in range(them.at.size)]
    for record in simulation.get_all_records(only=["service"]):
        if record.node % 2 == 0:
            ends[known.person[record.id_number]].append(
                (record.service_end_date, round(record.service_end_date))
            )
    return [[minute for _, minute in sorted(one)] for one in ends]
