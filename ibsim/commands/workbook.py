"""`ibsim workbook`: a scenario as an Excel workbook to fill in, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def workbook(
    scenario: Annotated[
        str, typer.Argument(help="A scenario: YAML, workbook, or one that comes with ibsim.")
    ],
    out: Annotated[Path, typer.Option(help="The file to write, .xlsx or .yaml by its name; must not exist.")],
) -> None:
    """Write a scenario as an Excel workbook to fill in, or a workbook as YAML; both mean the same.

    `run`, `check`, `diff` and the others take the workbook itself.

    Example: ibsim workbook my-council.yaml --out my-council.xlsx
    """
    from ibsim.scenario.workbook import convert

    written = convert(scenario, out)
    print(f"Wrote {out} ({written.name}), hash {written.hash[:16]} as before. Next: ibsim check {out}")
