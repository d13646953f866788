"""Times engines in fresh processes, in alternation, so that a busy minute falls on all of them alike."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, median
from time import perf_counter
from typing import Any

from .reference.engines import Engine
from .reference.network import Network

ROOT = Path(__file__).resolve().parent.parent
FIRST_SEED = 1
LATER_REPLICATIONS = 3

Say = Callable[[str], None]


class MeasurementError(Exception):
    """A measurement could not be made; the message says which and why."""


@dataclass(frozen=True)
class Spread:
    """Median, least and most of a few measurements."""

    median: float
    least: float
    most: float

    @staticmethod
    def of(values: Sequence[float]) -> Spread:
        """Raises ValueError if there are no values."""
        return Spread(median(values), min(values), max(values))


@dataclass
class Timed:
    """What was measured of one engine at one size (or of one scenario); one entry a round in each list."""

    walls: list[float] = field(default_factory=list)  # seconds of one replication
    first_calls: list[float] = field(default_factory=list)  # the first in its process, where that differs
    peaks: list[int] = field(default_factory=list)  # bytes
    results: list[dict[str, Any]] = field(default_factory=list)

    def add(self, answer: dict[str, Any], first_call_differs: bool) -> None:
        """Takes in what a fresh process says of its replications."""
        walls = answer["walls"]
        if first_call_differs:
            self.first_calls.append(walls[0])
            walls = walls[1:]
        self.walls.append(median(walls))
        self.peaks.append(answer["peak_bytes"])

    def ratios_to(self, base: Timed) -> list[float]:
        """How many times the base's time, pair by pair: one ratio for each round that both took part in."""
        return [wall / other for wall, other in zip(self.walls, base.walls, strict=False)]

    def mean_result(self) -> dict[str, Any]:
        """The results' mean over the rounds, figure by figure."""
        means: dict[str, Any] = {}
        for name, value in self.results[0].items():
            values = [result[name] for result in self.results]
            means[name] = (
                [fmean(column) for column in zip(*values, strict=True)]
                if isinstance(value, list)
                else fmean(values)
            )
        return means


def ask_worker(*arguments: str | int) -> dict[str, Any]:
    """Runs `benchmarks.worker` in a fresh process and returns its answer.

    Raises MeasurementError with the last line of what it said on standard error if it fails.
    """
    words = [str(argument) for argument in arguments]
    command = [sys.executable, "-m", "benchmarks.worker", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise MeasurementError(f"{' '.join(words)}: {last}")
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def time_reference(
    network: Network, rounds: dict[Engine, int], say: Say
) -> tuple[dict[str, Timed], list[str]]:
    """Times the engines on one size of the reference network, each for its number of rounds.

    All engines of a round run the same seed, each in a fresh process; who goes first changes from round to
    round.  Returns what was measured by engine, and a line for each engine that failed and was left out.
    """
    timed = {engine.key: Timed() for engine in rounds}
    problems: list[str] = []
    for number in range(max(rounds.values())):
        turn = number % len(rounds)
        order = [*rounds][turn:] + [*rounds][:turn]
        for engine in order:
            if engine.key not in timed or number >= rounds[engine]:
                continue
            replications = 1 + LATER_REPLICATIONS * engine.compiles
            try:
                answer = ask_worker("reference", engine.key, network.name, FIRST_SEED + number, replications)
            except MeasurementError as error:
                problems.append(str(error))
                del timed[engine.key]
                continue
            timed[engine.key].add(answer, first_call_differs=engine.compiles)
            timed[engine.key].results.append(answer["result"])
            say(f"{network.name}, {engine.label}, round {number + 1}: {timed[engine.key].walls[-1]:.3f} s")
    return timed, problems


def time_scenario(name: str, rounds: int, say: Say) -> tuple[Timed, dict[str, float]]:
    """Times replications of a shipped scenario in fresh processes.

    Returns what was measured and the median seconds by room, both without the first replication of each
    process.  Raises MeasurementError if one fails.
    """
    timed = Timed()
    by_room: dict[str, list[float]] = {}
    for number in range(rounds):
        answer = ask_worker("scenario", name, FIRST_SEED + number, 1 + LATER_REPLICATIONS)
        timed.add(answer, first_call_differs=True)
        for rooms in answer["rooms"][1:]:
            for room, seconds in rooms.items():
                by_room.setdefault(room, []).append(seconds)
        say(f"{name}.yaml, round {number + 1}: {timed.walls[-1]:.3f} s")
    return timed, {room: median(seconds) for room, seconds in by_room.items()}


def time_help(rounds: int) -> list[float]:
    """Seconds of `ibsim --help` from start to end, without a first one that may have to compile bytecode.

    Raises MeasurementError if the command fails.
    """
    walls = []
    for _ in range(1 + rounds):
        begun = perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "ibsim", "--help"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        walls.append(perf_counter() - begun)
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
            raise MeasurementError(f"ibsim --help: {last}")
    return walls[1:]
