"""Compiled functions that have no wrapper for Python, opened to it for tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import ModuleType, SimpleNamespace
from typing import Any

from numba.core.caching import NullCache

from ibsim.compiled import entry


def open_to_python(module: ModuleType) -> SimpleNamespace:
    """The names of a module, each compiled function with a wrapper of its own."""
    names = vars(module).items()
    return SimpleNamespace(
        **{name: _open(value) if hasattr(value, "py_func") else value for name, value in names}
    )


def _open(function: Any) -> Callable[..., Any]:
    """What runs call is kept on disk with the types that it has met: a run must be able to import them."""
    called = entry(function.py_func)
    if isinstance(function._cache, NullCache):
        return called

    @wraps(function.py_func)
    def call(*arguments: Any) -> Any:
        for argument in arguments:
            if isinstance(argument, tuple):
                assert not type(argument).__module__.startswith("tests"), "a run could not read this type"
        return called(*arguments)

    return call
