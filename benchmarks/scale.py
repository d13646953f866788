"""What the full model costs as it grows: a council's size, many replications, a nation, an executor's tasks.

All of it runs in fresh processes (`benchmarks.worker`), as everything here.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import exp, log
from statistics import linear_regression, median
from typing import Any

from .report import MEGABYTE, table
from .timing import FIRST_SEED, Say, ask_worker

CLIENTS = (2_500, 8_000, 25_000, 80_000, 250_000)
QUICK_CLIENTS = CLIENTS[:3]
MOST_EXPONENT = 1.05
HUNDRED, HUNDRED_JOBS, MOST_HUNDRED_SECONDS = 100, 2, 90.0
MOST_ENGLAND_SECONDS = 300.0
EXECUTORS = ("none", "pool", "dask")


@dataclass(frozen=True)
class Fit:
    """Seconds as a power of the number of clients: `exponent` over all sizes, `last` over the last two."""

    exponent: float
    last: float
    microseconds_each: float

    @staticmethod
    def of(seconds: dict[int, float]) -> Fit:
        """A straight line through the logarithms; needs two sizes or more."""
        sizes = [log(clients) for clients in seconds]
        walls = [log(wall) for wall in seconds.values()]
        slope, start = linear_regression(sizes, walls)
        middle = sum(sizes) / len(sizes)
        last = (walls[-1] - walls[-2]) / (sizes[-1] - sizes[-2])
        return Fit(slope, last, 1e6 * exp(start + slope * middle) / exp(middle))


def growth(rounds: int, quick: bool, say: Say) -> tuple[str, dict[str, Any]]:
    """Times the county at several sizes; a table, and the figures for the file."""
    seconds: dict[int, float] = {}
    peaks: dict[int, int] = {}
    for clients in QUICK_CLIENTS if quick else CLIENTS:
        walls = []
        for number in range(rounds):
            answer = ask_worker("growth", clients, FIRST_SEED + number, 1)
            walls += answer["walls"]
            peaks[clients] = max(peaks.get(clients, 0), answer["peak_bytes"])
            say(f"county of {clients:,}, round {number + 1}: {answer['walls'][-1]:.3f} s")
        seconds[clients] = median(walls)
    fit = Fit.of(seconds)
    rows = [
        [f"{clients:,}", f"{wall:.3f}", f"{1e6 * wall / clients:.1f}", f"{peaks[clients] / MEGABYTE:.0f}"]
        for clients, wall in seconds.items()
    ]
    text = (
        f"{table(['clients in a year', 's', 'microseconds a client', 'peak MB'], rows)}\n\n"
        f"Seconds grow with clients to the power {fit.exponent:.3f} over all sizes; at most {MOST_EXPONENT} "
        f"wanted: {_verdict(fit.exponent <= MOST_EXPONENT)}. Between the last two sizes: {fit.last:.3f}."
    )
    figures = {"seconds": {str(k): v for k, v in seconds.items()}, "peak_bytes": peaks, **asdict(fit)}
    return text, figures


def hundred(quick: bool, say: Say) -> tuple[str, dict[str, Any]]:
    """Times a hundred replications of the county in two processes; ten with `quick`, and said so."""
    count = HUNDRED // 10 if quick else HUNDRED
    answer = ask_worker("many", "county", count, HUNDRED_JOBS)
    wall = answer["walls"][0]
    say(f"county, {count} replications: {wall:.1f} s")
    scaled = wall * HUNDRED / count
    less = f" ({count} took {wall:.1f} s; ten times that)" if quick else ""
    text = (
        f"{HUNDRED} replications of county.yaml in {HUNDRED_JOBS} processes: {scaled:.1f} s{less}; at most "
        f"{MOST_HUNDRED_SECONDS:.0f} s wanted: {_verdict(scaled <= MOST_HUNDRED_SECONDS)}."
    )
    return text, {"replications": count, "jobs": HUNDRED_JOBS, "seconds": wall}


def england(say: Say) -> tuple[str, dict[str, Any]]:
    """Times England: 150 councils, one replication each, with as many clients as the returns have."""
    answer = ask_worker("england", HUNDRED_JOBS)
    wall, peak = answer["walls"][0], answer["peak_bytes"]
    say(f"England: {wall:.1f} s")
    text = (
        f"England, {answer['councils']} councils with {answer['clients']:,} clients in a year, in "
        f"{HUNDRED_JOBS} processes: {wall:.0f} s and {peak / MEGABYTE:.0f} MB in the process that adds up; "
        f"at most {MOST_ENGLAND_SECONDS:.0f} s wanted: {_verdict(wall <= MOST_ENGLAND_SECONDS)}."
    )
    return text, {"seconds": wall, "peak_bytes": peak, "jobs": HUNDRED_JOBS}


def overhead(quick: bool, say: Say) -> tuple[str, dict[str, Any]]:
    """Times what an executor adds to each task: a scenario out, tables back, no work between."""
    tasks = 50 if quick else 300
    rows, figures = [], {}
    for name in EXECUTORS:
        answer = ask_worker("overhead", name, tasks)
        without, with_tables = (1e3 * wall / tasks for wall in answer["walls"])
        start = answer["start_seconds"]
        say(f"executor {name}: {with_tables:.2f} ms a task")
        rows.append([_LABELS[name], f"{start:.2f}", f"{without:.2f}", f"{with_tables:.2f}"])
        figures[name] = {"start_seconds": start, "milliseconds": [without, with_tables], "tasks": tasks}
    size = f"{answer['scenario_bytes'] / 1e3:.0f} KB out and {answer['tables_bytes'] / 1e3:.0f} KB back"
    text = f"{table([*_HEADS], rows)}\n\nA task sends {size}."
    return text, figures


_HEADS = ("executor", "first answers, s", "ms a task, no tables back", "ms a task, tables back")
_LABELS = {
    "none": "none (this process)",
    "pool": "local pool, 2 processes",
    "dask": "Dask on loopback, 2 workers",
}


def _verdict(reached: bool) -> str:
    return "reached" if reached else "missed"
