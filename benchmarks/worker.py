"""What a fresh process does for `benchmarks.timing`: replications, timed, as one line of JSON.

python -m benchmarks.worker reference ENGINE SIZE SEED REPLICATIONS
python -m benchmarks.worker scenario NAME SEED REPLICATIONS
"""

from __future__ import annotations

import json
import resource
import sys
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


def main(what: str, *arguments: str) -> None:
    *names, seed, replications = arguments
    if what == "reference":
        engine, size = names
        answer = reference(engine, size, int(seed), int(replications))
    else:
        (name,) = names
        answer = scenario(name, int(seed), int(replications))
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
