"""Bounds on what a test may use: so much work of the processor, and no more."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Endless(Exception):
    """Something used more of the processor than it may: it hangs, or as good as."""


@contextmanager
def cpu_seconds(most: float) -> Iterator[None]:
    """Raise `Endless` out of what uses more of this process's own time, however busy the machine is."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Endless(f"more than {most:g} seconds of work")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, most)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
