"""Turns measurements into tables, in Markdown, so that they can be pasted."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

from .reference.engines import BASE, ENGINES
from .timing import Spread, Timed

MEGABYTE = 1e6
# How many times ibsim's time the others should at least take, by size.
WANTED = {("COUNTY", "simpy"): 8, ("BACKLOG", "simpy"): 80, ("BACKLOG", "simpy-bisected"): 8}


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table with aligned columns: words to the left, figures to the right."""
    columns = [[head, *cells] for head, *cells in zip(heads, *rows, strict=True)]
    widths = [max(map(len, column)) for column in columns]
    is_text = [not any(cell[:1].isdigit() for cell in column[1:]) for column in columns]

    def line(cells: Sequence[str]) -> str:
        padded = [
            cell.ljust(width) if text else cell.rjust(width)
            for cell, width, text in zip(cells, widths, is_text, strict=True)
        ]
        return f"| {' | '.join(padded)} |"

    rule = [
        "-" * width if text else "-" * (width - 1) + ":" for width, text in zip(widths, is_text, strict=True)
    ]
    return "\n".join([line(heads), line(rule), *map(line, rows)])


def _spread(values: Sequence[float], digits: int) -> tuple[str, str]:
    """The median, and the least to the most where there is more than one value; dashes for none."""
    if not values:
        return "-", "-"
    spread = Spread.of(values)
    apart = f"{spread.least:.{digits}f} to {spread.most:.{digits}f}" if len(values) > 1 else "-"
    return f"{spread.median:.{digits}f}", apart


def speed_table(timed: dict[str, dict[str, Timed]]) -> str:
    """Seconds, ratios and memory of each engine; `timed` is by size and engine."""
    rows = []
    for size, engines in timed.items():
        base = engines.get(BASE, Timed())
        for key, one in engines.items():
            n_completions = sum(one.mean_result()["completions"])
            per_second = n_completions / Spread.of(one.walls).median
            ratio, ratio_apart = _spread(one.ratios_to(base), 1)
            rows.append(
                [
                    size,
                    ENGINES[key].label,
                    *_spread(one.walls, 3),
                    _spread(one.first_calls, 2)[0],
                    f"{per_second:.3g}" if per_second < 1000 else f"{per_second:,.0f}",
                    ratio,
                    ratio_apart,
                    str(WANTED.get((size, key), "-")),
                    f"{max(one.peaks) / MEGABYTE:.0f}",
                ]
            )
    heads = ["size", "engine", "s", "s, range", "first call, s", "completions / s"]
    return table([*heads, "x ibsim", "x, range", "x wanted", "peak MB"], rows)


def agreement_table(timed: dict[str, dict[str, Timed]]) -> str:
    """What each engine simulated, as the mean over its rounds: the figures should agree but for chance."""
    rows = []
    for size, engines in timed.items():
        for key, one in engines.items():
            mean = one.mean_result()
            rows.append(
                [
                    size,
                    ENGINES[key].label,
                    str(len(one.results)),
                    f"{sum(mean['completions']):,.0f}",
                    f"{mean['utilisation']:.3f}",
                    *(f"{wait:.3f}" for wait in mean["mean_wait_days"]),
                    f"{mean['placed']:,.0f}",
                    f"{mean['exits']:,.0f}",
                    f"{mean['mean_days_to_in_place']:.2f}",
                    f"{mean['waiting_at_end'][-1]:,.0f}",
                ]
            )
    heads = ["size", "engine", "rounds", "completions", "utilisation", "wait assessment", "wait planning"]
    return table(
        [*heads, "wait review", "placed", "exits", "days to in place", "review queue at end"],
        rows,
    )


def scenario_tables(name: str, timed: Timed, by_room: dict[str, float]) -> str:
    """One scenario's seconds and memory, and its seconds by room, the longest first."""
    seconds, apart = _spread(timed.walls, 3)
    speed = table(
        ["scenario", "s", "s, range", "first call, s", "peak MB"],
        [[name, seconds, apart, _spread(timed.first_calls, 2)[0], f"{max(timed.peaks) / MEGABYTE:.0f}"]],
    )
    if not by_room:
        return speed
    whole = Spread.of(timed.walls).median
    longest_first = sorted(by_room.items(), key=lambda item: -item[1])
    rows = [[room, f"{spent:.3f}", f"{100 * spent / whole:.1f}"] for room, spent in longest_first]
    return f"{speed}\n\n{table(['room', 's', 'percent'], rows)}"


def as_json(timed: Timed) -> dict[str, Any]:
    """One engine's or scenario's measurements for the file."""
    return {
        "seconds": timed.walls,
        "first_call_seconds": timed.first_calls,
        "peak_bytes": timed.peaks,
        "results": [without_nan(result) for result in timed.results],
    }


def without_nan(value: Any) -> Any:
    """The same with null where nothing was counted, because JSON knows no NaN."""
    if isinstance(value, dict):
        return {name: without_nan(item) for name, item in value.items()}
    if isinstance(value, list):
        return [without_nan(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value
