"""What a fresh process does for `benchmarks.timing`: replications, timed, as one line of JSON.

python -m benchmarks.worker reference ENGINE SIZE SEED REPLICATIONS
python -m benchmarks.worker scenario NAME SEED REPLICATIONS
python -m benchmarks.worker growth CLIENTS SEED REPLICATIONS
python -m benchmarks.worker many NAME REPLICATIONS JOBS
python -m benchmarks.worker england JOBS
python -m benchmarks.worker overhead EXECUTOR TASKS
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Any

Answer = dict[str, Any]


def peak_bytes() -> int:
    """The most memory that this process has held.

    Linux's VmHWM begins anew with the process; ru_maxrss may carry over that of the process that started it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def reference(engine: str, size: str, seed: int, replications: int) -> Answer:
    """The same replication of the reference network again and again."""
    from benchmarks.reference.engines import ENGINES
    from benchmarks.reference.network import NETWORKS

    run, network = ENGINES[engine].load(), NETWORKS[size]
    walls = []
    for _ in range(replications):
        begun = perf_counter()
        result = run(network, seed)
        walls.append(perf_counter() - begun)
    return {"walls": walls, "result": asdict(result), "peak_bytes": peak_bytes()}


def scenario(name: str, seed: int, replications: int) -> Answer:
    """Replications 0, 1, ... of a shipped scenario, with each one's seconds by room."""
    from ibsim import replication
    from ibsim.scenario.resolve import load

    resolved = load(name)
    walls, rooms = [], []
    for number in range(replications):
        begun = perf_counter()
        tables = replication.run(resolved, seed, number)
        walls.append(perf_counter() - begun)
        rooms.append({room: float(seconds) for room, seconds in tables.timing.items()})
    return {"walls": walls, "rooms": rooms, "peak_bytes": peak_bytes()}


def growth(clients: int, seed: int, replications: int) -> Answer:
    """Replications of the county with so many clients in a year, after a small one that compiles."""
    from benchmarks.sizes import county_of
    from ibsim import replication

    replication.run(county_of(1_000), seed, 1)
    resolved = county_of(clients)
    walls = []
    for number in range(1, replications + 1):
        begun = perf_counter()
        replication.run(resolved, seed, number)
        walls.append(perf_counter() - begun)
    return {"walls": walls, "peak_bytes": peak_bytes()}


def many(name: str, replications: int, jobs: int) -> Answer:
    """Replications of a shipped scenario in several processes, the start of these included."""
    from ibsim.experiment.executors import local_executor
    from ibsim.experiment.replicate import replicate, run_one
    from ibsim.experiment.warming import compile_engine
    from ibsim.scenario.resolve import load

    compile_engine()
    begun = perf_counter()
    with local_executor(jobs) as executor:
        replicate(run_one, load(name), 1, range(1, replications + 1), executor=executor, jobs=jobs)
    return {"walls": [perf_counter() - begun], "peak_bytes": peak_bytes()}


def england(jobs: int) -> Answer:
    """All of England's councils, a replication each, from nothing stored."""
    from ibsim.experiment.england import run_england
    from ibsim.experiment.executors import local_executor
    from ibsim.experiment.warming import compile_engine
    from ibsim.scenario.england import councils

    compile_engine()
    begun = perf_counter()
    family = [(council, council.load()) for council in councils()]
    with local_executor(jobs) as executor:
        run_england(family, 1, 1, executor=executor, jobs=jobs)
    clients = sum(council.clients_in_year for council, _ in family)
    return {
        "walls": [perf_counter() - begun],
        "peak_bytes": peak_bytes(),
        "councils": len(family),
        "clients": clients,
    }


def main(what: str, *arguments: str) -> None:
    from benchmarks.executors import overhead

    words = {"reference": 2, "scenario": 1, "many": 1, "overhead": 1}
    first = words.get(what, 0)
    kinds: dict[str, Callable[..., Answer]] = {
        "reference": reference, "scenario": scenario, "growth": growth, "many": many, "england": england,
        "overhead": overhead,
    }  # fmt: skip
    print(json.dumps(kinds[what](*arguments[:first], *map(int, arguments[first:]))))


if __name__ == "__main__":
    main(*sys.argv[1:])
