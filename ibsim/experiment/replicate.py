"""Replications of one scenario: the same results at any number of workers, in any order of completion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Protocol, TypeVar

from ibsim.errors import RunError

if TYPE_CHECKING:
    from ibsim.replication import Keep, Tables
    from ibsim.scenario.model import ResolvedScenario

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Runner(Protocol[T_co]):
    """One replication of a scenario, by its number; `ibsim.replication.run` is the usual one."""

    def __call__(self, scenario: ResolvedScenario, seed: int, number: int, /) -> T_co:
        """Run replication `number`; must be a module's function, so that it can go to other processes."""


def run_one(scenario: ResolvedScenario, seed: int, number: int, *, keep: Keep | None = None) -> Tables:
    """Run one replication here; what `keep` names is kept of replication 1 only."""
    from ibsim.replication import Keep, run

    return run(scenario, seed, number, keep if keep is not None and number == 1 else Keep())


def replicate(
    runner: Runner[T],
    scenario: ResolvedScenario,
    seed: int,
    numbers: Iterable[int],
    *,
    executor: Executor | None = None,
    jobs: int = 1,
    on_done: Callable[[int], None] = lambda number: None,
) -> tuple[T, ...]:
    """Run the replications `numbers` and hand them back in the order of `numbers`.

    They run on the executor, or one after the other in this process where it is None.  At most `jobs`
    are in flight at a time, so that an interrupt waits for nothing and a dead worker can be laid at the
    door of few.  `on_done(number)` is called in this thread as each finishes.  Errors of a replication
    keep their type, with a note that names it; a worker that dies becomes a RunError that names it.
    """
    order = list(numbers)
    done: dict[int, T] = {}
    if executor is None:
        for number in order:
            with _naming(number):
                done[number] = runner(scenario, seed, number)
            on_done(number)
    else:

        def submit(number: int) -> Future[T]:
            return executor.submit(runner, scenario, seed, number)

        for number, found in _flights(submit, order, jobs):
            done[number] = found
            on_done(number)
    return tuple(done[number] for number in order)


def _flights(submit: Callable[[int], Future[T]], order: Iterable[int], jobs: int) -> Iterator[tuple[int, T]]:
    """The replications as they finish, `jobs` in flight at a time."""
    waiting = iter(order)
    flying: dict[Future[T], int] = {}
    try:
        while True:
            for number in islice(waiting, jobs - len(flying)):
                with _naming(number, *flying.values()):
                    flying[submit(number)] = number
            if not flying:
                return
            finished, _ = wait(flying, return_when=FIRST_COMPLETED)
            for future in sorted(finished, key=flying.__getitem__):
                number = flying[future]
                with _naming(number, *flying.values()):
                    found = future.result()
                del flying[future]
                yield number, found
    finally:
        for future in flying:
            future.cancel()


@contextmanager
def _naming(number: int, *flying: int) -> Iterator[None]:
    """Say which replication an error belongs to; a dead worker may have run any of those in flight."""
    try:
        yield
    except BrokenExecutor as error:
        suspects = ", ".join(map(str, sorted({number, *flying})))
        which = "one of the replications" if flying and {number} != set(flying) else "replication"
        raise RunError(
            f"A worker process died while {which} {suspects} was running, perhaps for want of memory. "
            "Try fewer --jobs; --jobs 1 runs in one process."
        ) from error
    except Exception as error:
        error.add_note(f"in replication {number}")
        raise
