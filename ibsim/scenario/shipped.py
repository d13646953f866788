"""Where the scenarios that come with ibsim lie, in a checkout and in an installed wheel alike."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ibsim.errors import RunError


@cache
def shipped_folder() -> Path:
    """The folder of the shipped scenarios: councils and strategies, with `pilot-sites/` in it.

    A wheel carries them inside the package as `ibsim/scenarios_shipped`; a checkout, and so an
    editable install, has them in `scenarios/` beside the package.  Raises `RunError` if neither is
    there, which means that the installation is damaged.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "scenarios_shipped", package.parent / "scenarios"):
        if folder.is_dir():
            return folder
    raise RunError("The scenarios that come with ibsim are missing: install ibsim again.")
