"""Progress of a run on stderr: a bar with the time left, or plain lines where there is no terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PLAIN_LINES = 10
"""At most so many lines where there is no terminal."""


@contextmanager
def progress(
    label: str, total: int, quiet: bool, unit: str = "replications"
) -> Iterator[Callable[[int], None]]:
    """A function to call with each replication, or other unit, that is done."""
    if quiet:
        yield lambda number: None
    elif sys.stderr.isatty():
        with _bar(label, total, unit) as step:
            yield step
    else:
        yield _lines(label, total, unit)


@contextmanager
def _bar(label: str, total: int, unit: str) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(f"{unit},"),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(label), total=total)
        yield lambda number: bar.advance(task)


def _lines(label: str, total: int, unit: str) -> Callable[[int], None]:
    started = time.monotonic()
    done = 0

    def step(number: int) -> None:
        nonlocal done
        done += 1
        if done * PLAIN_LINES // total > (done - 1) * PLAIN_LINES // total:
            left = (time.monotonic() - started) * max(total - done, 0) / done
            text = f"{label}: {done} of {total} {unit} done, about {left:.0f} s left"
            print(text, file=sys.stderr, flush=True)

    return step
