"""How the dashboard is served: which folders it shows, where it keeps its own runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """What `create_app` needs to know beside the folders; `runs` is where what-if runs are written."""

    runs: Path = Path("results")
