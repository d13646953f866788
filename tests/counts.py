"""How often a counted test tries: a few times at every push, very often in `make prove`.

A test whose count grows takes it from here, and carries the mark `counted` (a slow one `slow` too), by which
`make prove` finds it:

    pytestmark = pytest.mark.counted  # or the decorator, on the tests alone that count

    def test_councils() -> None:                              # seeds, in order
        for seed in examples(200, prove=2_000, what="councils"):
            ...

    @settings(max_examples=at_push(300, prove=10_000))        # Hypothesis chooses
    @given(...)
    @counted(300, prove=10_000, what="scenarios")             # next to the function
    def test_scenarios(...) -> None:
        ...

A test of many cases may be cut in parts (`parametrize("part", range(8))`, and `examples(25, prove=250,
start=part * 250)`): parts run side by side, and `make prove` adds up what they tried.

`make prove` (tests/prove.py) tells each test by the environment what it may take:

    IBSIM_PROVE=1         the counts are those of `prove`
    IBSIM_PROVE_UNTIL     no new example starts after this moment (seconds since 1970)
    IBSIM_PROVE_NOTE      the file to which the counts reached go, as JSON {what: [tried, wanted]}
    IBSIM_PROVE_BEFORE    such a file: what earlier turns tried, to go on from there

Without them the counts are those of a push, and no clock is read.
"""

from __future__ import annotations

import atexit
import json
import os
import time
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import ParamSpec

PROVING = os.environ.get("IBSIM_PROVE") == "1"
NOTE_EVERY_SECONDS = 1.0
_tallies: list[Tally] = []
_P = ParamSpec("_P")


def at_push(n: int, *, prove: int) -> int:
    """`n`, or `prove` where `make prove` runs the test."""
    return prove if PROVING else n


def examples(n: int, *, prove: int, what: str = "examples", start: int = 0) -> Iterator[int]:
    """Seeds from `start` on: `n` of them, in `make prove` up to `prove` or as many as the time allows."""
    tally = Tally(n, prove=prove, what=what)
    while tally.more():
        yield start + tally.tried - 1


def counted(
    n: int, *, prove: int, what: str = "examples"
) -> Callable[[Callable[_P, None]], Callable[_P, None]]:
    """For the function under Hypothesis' `given`: in `make prove`, examples past count or time pass at once.

    Once one has failed all run, so that Hypothesis can shrink it; at a push all run in any case.
    """

    def around(test: Callable[_P, None]) -> Callable[_P, None]:
        tally: Tally | None = None
        failed = False

        @wraps(test)
        def one(*arguments: _P.args, **named: _P.kwargs) -> None:
            nonlocal failed, tally
            tally = tally or Tally(n, prove=prove, what=what)
            if PROVING and not failed and not tally.more():
                return
            try:
                test(*arguments, **named)
            except BaseException:
                failed = True
                raise

        return one

    return around


class Tally:
    """Counts examples of one test, and says when there have been enough, or the time is over."""

    def __init__(self, n: int, *, prove: int, what: str = "examples") -> None:
        self.what, self.wanted = what, at_push(n, prove=prove)
        self.tried = _tried_before(what)
        self._until = float(os.environ.get("IBSIM_PROVE_UNTIL", "inf")) if PROVING else float("inf")
        self._noted_at = 0.0
        _tallies.append(self)

    def more(self) -> bool:
        """Whether another example is to be tried; it is then counted."""
        if self.tried >= self.wanted or (PROVING and time.time() >= self._until):
            return False
        self.tried += 1
        if PROVING and time.monotonic() - self._noted_at > NOTE_EVERY_SECONDS:
            self._noted_at = time.monotonic()
            _write_note()
        return True


def _tried_before(what: str) -> int:
    path = os.environ.get("IBSIM_PROVE_BEFORE", "")
    if not PROVING or not path or not Path(path).exists():
        return 0
    return int(json.loads(Path(path).read_text(encoding="utf-8")).get(what, [0])[0])


@atexit.register
def _write_note() -> None:
    """Write what has been tried so far; a process that is killed leaves the last note whole."""
    name = os.environ.get("IBSIM_PROVE_NOTE")
    if not PROVING or not name:
        return
    found: dict[str, list[int]] = {}
    for tally in _tallies:
        tried, wanted = found.get(tally.what, [0, 0])
        found[tally.what] = [tried + tally.tried, wanted + tally.wanted]
    new = Path(f"{name}.new")
    new.write_text(json.dumps(found), encoding="utf-8")
    new.replace(name)
