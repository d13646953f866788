"""`python -m benchmarks`: prints the tables and writes results/benchmarks.json."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from . import report, scale, timing
from .reference.engines import ENGINES
from .reference.network import BACKLOG, COUNTY, SMALL
from .timing import MeasurementError, Timed

SCENARIOS = ("county",)
LIBRARIES = ("numpy", "numba", "simpy", "ciw", "salabim", "distributed")
PARTS = ("reference", "scenarios", "help", "growth", "hundred", "england", "executors")
RESULTS = timing.ROOT / "results" / "benchmarks.json"


@dataclass
class Bench:
    """One run of the benchmarks: how often, and what came of it."""

    rounds: int
    quick: bool
    found: dict[str, Any] = field(default_factory=dict)  # what the file will say
    problems: list[str] = field(default_factory=list)

    def machine(self) -> None:
        self.found["machine"] = {
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            "cores": os.cpu_count(),
            "versions": {name: version(name) for name in LIBRARIES},
        }
        print(f"Python {platform.python_version()}, {os.cpu_count()} cores, rounds: {self.rounds}")

    def reference(self) -> None:
        timed: dict[str, dict[str, Timed]] = {}
        for network in (SMALL, COUNTY, BACKLOG):
            rounds = {
                engine: 1 if network.name in engine.once else self.rounds
                for engine in ENGINES.values()
                if network.name in engine.sizes and not (self.quick and network.name in engine.skipped)
            }
            timed[network.name], problems = timing.time_reference(network, rounds, _say)
            self.problems += problems
        self.found["reference"] = {
            size: {key: report.as_json(one) for key, one in engines.items()}
            for size, engines in timed.items()
        }
        print("\n## Reference network: speed\n", report.speed_table(timed), sep="\n")
        print("\n## Reference network: do the engines agree?\n", report.agreement_table(timed), sep="\n")

    def scenarios(self) -> None:
        print("\n## The full model, one replication")
        self.found["scenarios"] = {}
        for name in SCENARIOS:
            try:
                timed, by_room = timing.time_scenario(name, self.rounds, _say)
            except MeasurementError as error:
                self.problems.append(str(error))
                continue
            self.found["scenarios"][name] = report.as_json(timed) | {"seconds_by_room": by_room}
            print("", report.scenario_tables(name, timed, by_room), sep="\n")

    def help(self) -> None:
        try:
            walls = timing.time_help(self.rounds)
        except MeasurementError as error:
            self.problems.append(str(error))
            return
        self.found["help_seconds"] = walls
        spread = timing.Spread.of(walls)
        print(f"\nibsim --help: {spread.median:.3f} s ({spread.least:.3f} to {spread.most:.3f})")

    def growth(self) -> None:
        self._scale("Growth of the full model", "growth", lambda: scale.growth(self.rounds, self.quick, _say))

    def hundred(self) -> None:
        self._scale("A hundred replications", "hundred", lambda: scale.hundred(self.quick, _say))

    def england(self) -> None:
        if not self.quick:
            self._scale("England", "england", lambda: scale.england(_say))

    def executors(self) -> None:
        self._scale("What an executor adds to a task", "executors", lambda: scale.overhead(self.quick, _say))

    def _scale(self, title: str, key: str, measure: Callable[[], tuple[str, dict[str, Any]]]) -> None:
        try:
            text, self.found[key] = measure()
        except MeasurementError as error:
            self.problems.append(str(error))
            return
        print(f"\n## {title}\n\n{text}", flush=True)

    def write(self) -> None:
        self.found["problems"] = self.problems
        RESULTS.parent.mkdir(exist_ok=True)
        fresh = RESULTS.with_suffix(".json.new")
        fresh.write_text(json.dumps(self.found, indent=2, allow_nan=False) + "\n", encoding="utf-8")
        fresh.replace(RESULTS)
        print(f"\nThe figures are in {RESULTS.relative_to(timing.ROOT)}")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmarks.

    No figure makes this fail; it returns 1 only if something could not be measured at all.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Times ibsim and its like.")
    parser.add_argument("--quick", action="store_true", help="one round, without what takes a minute")
    parser.add_argument("--rounds", type=int, help="fresh processes for each engine (5; with --quick 1)")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="only these parts")
    options = parser.parse_args(arguments)
    rounds = options.rounds if options.rounds is not None else 1 if options.quick else 5
    if rounds < 1:
        parser.error("--rounds must be at least 1")
    bench = Bench(rounds, options.quick)
    for step in ("machine", *(part for part in PARTS if part in options.only), "write"):
        getattr(bench, step)()
    for problem in bench.problems:
        print(f"not measured: {problem}", file=sys.stderr)
    return 1 if bench.problems else 0


if __name__ == "__main__":
    sys.exit(main())
