"""A pytest plugin: tests that take too much of a processor's time fail, and are left out."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

LIMIT_SECONDS = float(os.environ.get("IBSIM_TEST_SECONDS", "60"))
"""For one test."""
if ALL_SECONDS := int(os.environ.get("IBSIM_ALL_SECONDS", "0")):
    resource.setrlimit(resource.RLIMIT_CPU, (ALL_SECONDS, ALL_SECONDS))  # for the whole process


class _TooLong(BaseException):
    """Raised wherever the test is, from the middle of any line."""


def _too_long(_number: int, _frame: FrameType | None) -> None:
    raise _TooLong


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Iterator[None]:
    """Give each test, with what it sets up, so many seconds."""
    before = signal.signal(signal.SIGPROF, _too_long)
    signal.setitimer(signal.ITIMER_PROF, LIMIT_SECONDS)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Iterator[None]:
    """End what it sets up."""
    with _told():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """End the test."""
    with _told():
        return (yield)


@contextmanager
def _told() -> Iterator[None]:
    """Fail from here: pytest cannot show a trace that begins between two lines."""
    try:
        yield
    except _TooLong:
        signal.setitimer(signal.ITIMER_PROF, 0)
        pytest.fail(f"takes over {LIMIT_SECONDS:g} s of a processor's time", pytrace=False)
