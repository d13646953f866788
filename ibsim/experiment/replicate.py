"""Replications of one scenario: the same results at any number of workers, in any order of completion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Task:
    """One replication that is to be run."""

    scenario: ResolvedScenario
    seed: int
    number: int


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
    """Run the replications `numbers` and hand them back in the order of `numbers`; see `finished`.

    `on_done(number)` is called in this thread as each finishes.
    """
    tasks = [Task(scenario, seed, number) for number in numbers]
    done: dict[int, T] = {}
    for place, found in finished(runner, tasks, executor=executor, jobs=jobs):
        done[place] = found
        on_done(tasks[place].number)
    return tuple(done[place] for place in range(len(tasks)))


def finished(
    runner: Runner[T], tasks: Sequence[Task], *, executor: Executor | None = None, jobs: int = 1
) -> Iterator[tuple[int, T]]:
    """Run tasks, of one scenario or several, and hand each back with its place as it finishes.

    They run on the executor, or one after the other in this process where it is None.  At most `jobs`
    are in flight at a time, so that an interrupt waits for nothing.  Errors of a replication keep their
    type, with a note that names it; a worker that dies becomes a RunError that names it.
    """
    if executor is None:
        for place, task in enumerate(tasks):
            with _naming(task):
                found = runner(task.scenario, task.seed, task.number)
            yield place, found
        return

    def submit(task: Task) -> Future[T]:
        return executor.submit(runner, task.scenario, task.seed, task.number)

    yield from _flights(submit, tasks, jobs)


def _flights(
    submit: Callable[[Task], Future[T]], tasks: Sequence[Task], jobs: int
) -> Iterator[tuple[int, T]]:
    """The tasks as they finish, `jobs` in flight at a time."""
    waiting = iter(range(len(tasks)))
    flying: dict[Future[T], int] = {}
    try:
        while True:
            for place in islice(waiting, jobs - len(flying)):
                with _naming(tasks[place]):
                    flying[submit(tasks[place])] = place
            if not flying:
                return
            done, _ = wait(flying, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=flying.__getitem__):
                place = flying[future]
                with _naming(tasks[place]):
                    found = future.result()
                del flying[future]
                yield place, found
    finally:
        for future in flying:
            future.cancel()


@contextmanager
def _naming(task: Task) -> Iterator[None]:
    """Say which replication an error belongs to."""
    try:
        yield
    except BrokenExecutor as error:
        raise RunError(
            f"A worker process died while replication {task.number} of {task.scenario.name} was running, "
            "perhaps for want of memory. Try fewer --jobs; --jobs 1 runs in one process."
        ) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] == "distributed":
            what = f"{type(error).__name__}: {error}"
            raise RunError(f"The cluster lost a worker or its scheduler ({what}).") from error
        error.add_note(f"in replication {task.number}")
        raise
