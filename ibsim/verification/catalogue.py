"""The checks that `ibsim verify` runs, the longest first, and running them on several processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass
from functools import partial

from ibsim.verification import councils, networks, queues, spill
from ibsim.verification.finding import Finding
from ibsim.verification.queues import Tray


@dataclass(frozen=True)
class Check:
    """A group of comparisons: its place in what is printed, and a function that makes them."""

    place: int
    find: Callable[[], list[Finding]]


TRAYS = (
    Tray(1, 0.5, 100, 2800, (0.15, 0.3, 0.45, 0.6)),
    Tray(1, 0.8, 100, 5600, (0.3, 0.6, 0.9, 1.2)),
    Tray(1, 0.9, 200, 9000, (0.6, 1.2, 1.8, 2.4)),
    Tray(5, 0.5, 100, 1300, (0.06, 0.12, 0.18, 0.24)),
    Tray(5, 0.8, 100, 900, (0.15, 0.3, 0.45, 0.6)),
    Tray(5, 0.9, 200, 1500, (0.3, 0.6, 0.9, 1.2)),
)
"""Team trays that are quick to know well."""
LARGE_TRAYS = (
    Tray(1, 0.95, 300, 30_000, (1.2, 2.4, 3.6, 4.8)),
    Tray(5, 0.95, 300, 6000, (0.6, 1.2, 1.8, 2.4)),
    Tray(37, 0.5, 250, 150, (0.005, 0.01, 0.015, 0.02)),
    Tray(37, 0.8, 100, 220, (0.005, 0.01, 0.015, 0.02)),
    Tray(37, 0.9, 200, 300, (0.04, 0.08, 0.12, 0.16)),
    Tray(37, 0.95, 300, 800, (0.1, 0.2, 0.3, 0.4)),
)
"""Those that take minutes: the slow tests run them."""
LOADS = (1.2, 2.0, 3.0)
FUNCTIONS: tuple[Callable[[], list[Finding]], ...] = (
    *(partial(queues.erlang_c, tray) for tray in TRAYS),
    *(partial(queues.pollaczek_khinchine, shape) for shape in queues.SHAPES),
    queues.cobham,
    queues.kella_yechiali,
    queues.preemptive_resume,
    partial(networks.jackson, 0.0),
    partial(networks.jackson, 0.2),
    queues.stock,
    *(partial(queues.overload, load) for load in LOADS),
    networks.little,
    *(partial(spill.spill, law) for law in spill.LAWS),
    councils.books,
    councils.zero_roll_out,
)
"""In the order in which their findings are printed."""
LONGEST = (queues.kella_yechiali, queues.cobham)
CHECKS = tuple(Check(place, find) for place, find in enumerate(FUNCTIONS))


def findings(executor: Executor | None, on_done: Callable[[int], None]) -> list[Finding]:
    """All comparisons, in their order; `on_done` is called with each check that is through.

    The checks are independent; with an executor the longest start first.  The last one, that results do
    not depend on the number of processes, starts processes of its own and so runs here.
    """
    found: dict[int, list[Finding]] = {}
    for place, some in _each(executor):
        found[place] = some
        on_done(place)
    found[len(CHECKS)] = councils.processes()
    on_done(len(CHECKS))
    return [one for place in sorted(found) for one in found[place]]


def _each(executor: Executor | None) -> Iterator[tuple[int, list[Finding]]]:
    if executor is None:
        yield from ((check.place, check.find()) for check in CHECKS)
        return
    ordered = sorted(CHECKS, key=lambda check: check.find not in LONGEST)
    waiting = {executor.submit(check.find): check.place for check in ordered}
    for future in as_completed(waiting):
        yield waiting[future], future.result()
