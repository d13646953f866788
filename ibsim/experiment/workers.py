"""Worker processes of this machine as an executor that no death of a worker can hang.

The standard library's process pool has one pipe for all results.  A worker that is killed while it writes
there (by the system, for want of memory, or at the end of a failed run) leaves half a result in it, and the
pool waits for the other half for ever.  Here each worker has a pipe of its own, of which this process keeps
one end only: when the worker dies, the pipe ends, and so does the waiting.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
STOP_SECONDS = 5.0


class WorkerTrace(Exception):
    """Where in a worker an error arose, as text: the cause of the error as this process raises it."""


class Workers(Executor):
    """At most `jobs` worker processes; each starts when it is first wanted.

    A task whose worker dies ends with BrokenExecutor; a new worker takes the next.  Errors of a task are
    raised here as they were there.  Workers end with this process, however that ends.
    """

    def __init__(self, jobs: int, context: Any) -> None:
        self._context = context
        self._threads = ThreadPoolExecutor(jobs)  # each waits for one worker
        self._guard = threading.Lock()
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._ending = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a worker call `fn`; it, what it is given and what it returns must be picklable."""
        return self._threads.submit(self._ask, fn, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more tasks, and end once those taken are done; with `cancel_futures` at once."""
        if cancel_futures:
            with self._guard:
                self._ending = True
                for worker in self._all:
                    worker.process.terminate()  # its pipe ends, and with it what is in flight
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        if wait:
            for worker in tuple(self._all):
                self._end(worker)

    def _ask(self, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        """Have a worker do one task, and wait for its answer."""
        worker = self._take()
        try:
            worker.pipe.send((fn, args, kwargs))
            value, error, trace = worker.pipe.recv()
        except (EOFError, OSError) as broken:
            raise BrokenExecutor("a worker process died") from broken
        with self._guard:
            self._idle.append(worker)
        if error is not None:
            raise error from WorkerTrace(trace)
        answer: T = value
        return answer

    def _take(self) -> _Worker:
        """A worker that waits for a task, or else a new one."""
        with self._guard:
            if self._ending:
                raise BrokenExecutor("the workers were told to end")
            if self._idle:
                return self._idle.pop()
            worker = _Worker(self._context)
            self._all.add(worker)
            return worker

    def _end(self, worker: _Worker) -> None:
        self._all.discard(worker)
        worker.end()


class _Worker:
    """One process, and this process's end of its pipe."""

    def __init__(self, context: Any) -> None:
        self.pipe, its = context.Pipe()
        self.process = context.Process(target=_work, args=(its,), daemon=True)
        self.process.start()
        its.close()  # else the pipe would outlive the worker

    def end(self) -> None:
        """Close the pipe, at which a worker that waits ends, and wait for it."""
        self.pipe.close()
        self.process.join(STOP_SECONDS)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def _work(pipe: Connection) -> None:
    """In a worker: leave Ctrl-C to the parent, do what comes through the pipe, end when that does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    with ThreadPoolExecutor(1) as thread:  # its futures keep whatever a task raises
        while True:
            try:
                task = pipe.recv()
            except (EOFError, OSError):
                return
            pipe.send_bytes(_answer(thread, *task))


def _answer(
    thread: ThreadPoolExecutor, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """What a task returned or raised, pickled; of an error that cannot be, its words."""

    def done() -> Any:
        return ForkingPickler.dumps((fn(*args, **kwargs), None, ""))

    packed = thread.submit(done)
    error = packed.exception()
    if error is not None:
        trace = f"in a worker process:\n{''.join(traceback.format_exception(error))}"
        packed = thread.submit(ForkingPickler.dumps, (None, error, trace))
        if packed.exception() is not None:
            words = RuntimeError(f"{type(error).__name__}: {error}")
            packed = thread.submit(ForkingPickler.dumps, (None, words, trace))
    return packed.result()


def _end_with(sentinel: Any) -> None:
    connection.wait([sentinel])
    os._exit(1)
