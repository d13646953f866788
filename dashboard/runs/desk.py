"""Where the pages find the queue: each application has one, kept with its server."""

from __future__ import annotations

from flask import Flask, current_app

from dashboard.runs.manager import Runs

_KEY = "IBSIM_RUNS"


def keep(server: Flask, runs: Runs) -> None:
    """Give an application its queue."""
    server.config[_KEY] = runs


def queue() -> Runs:
    """The queue of the application that answers the present request."""
    found = current_app.config[_KEY]
    assert isinstance(found, Runs)
    return found
