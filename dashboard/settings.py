"""How the dashboard is served: who may come in, where it keeps its own runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dashboard.service.access import Gate


@dataclass(frozen=True)
class Settings:
    """What `create_app` needs to know beside the folders.

    `runs` is where what-if runs are written; `gate` decides who comes in; `hosts` are the names by which the
    server may be called, None for any.
    """

    runs: Path = Path("results", "what-if")
    gate: Gate = None
    hosts: tuple[str, ...] | None = None
