"""Compiled functions that have no wrapper for Python, opened to it for tests."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace

from ibsim.compiled import entry


def open_to_python(module: ModuleType) -> SimpleNamespace:
    """The names of a module, each compiled function with a wrapper of its own."""
    names = vars(module).items()
    return SimpleNamespace(
        **{name: entry(value.py_func) if hasattr(value, "py_func") else value for name, value in names}
    )
