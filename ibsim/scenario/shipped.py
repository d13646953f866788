"""Where the scenarios that come with ibsim lie, in a checkout and in an installed wheel alike."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def shipped_folder() -> Path:
    """The folder of the shipped scenarios: councils and strategies, with `pilot-sites/` in it.

    A wheel carries them inside the package as `ibsim/scenarios_shipped`; a checkout, and so an
    editable install, has them in `scenarios/` beside the package.
    """
    package = Path(__file__).resolve().parent.parent
    inside = package / "scenarios_shipped"
    return inside if inside.is_dir() else package.parent / "scenarios"
