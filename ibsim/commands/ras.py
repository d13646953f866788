"""`ibsim ras`: the resource allocation system on its own, as a council tunes it."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ibsim.commands.options import Quiet, Seed, Sets


def ras(
    scenario: Annotated[str, typer.Argument(help="A scenario file, or a name that comes with ibsim.")],
    replications: Annotated[
        int, typer.Option(min=1, max=1_000, help="Over how many councils of this kind.")
    ] = 20,
    seed: Seed = 1,
    on: Annotated[
        datetime | None,
        typer.Option(
            "--on", formats=["%Y-%m-%d"], help="Day whose levers hold; the run's first one if left out."
        ),
    ] = None,
    sets: Sets = [],  # noqa: B006  # typer reads it as the default and never changes it
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every number to a CSV file; must not exist.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON in place of words.")] = False,
    quiet: Quiet = False,
) -> None:
    """Try the RAS out on everybody who has a package, without running the council.

    Prices, budgets by group, who would have less than now, the total against the money, and what one more
    pound a point, another price rule or another method would change.

    Example: ibsim ras metropolitan --set allocation.ras.prices=single
    """
    from ibsim.commands.study import print_json, print_words
    from ibsim.excel import write_new
    from ibsim.experiment.ras_alone import ras_alone
    from ibsim.results.ras import ras_csv, ras_tree, sentences, show_ras
    from ibsim.results.terminal import PLAIN_WIDTH
    from ibsim.scenario import load

    found = ras_alone(load(scenario, sets), seed, replications, None if on is None else on.date())
    if out is not None:
        write_new(out, ras_csv(found).encode("utf-8"))
    if as_json:
        print_json(ras_tree(found) | ({"csv": str(out)} if out is not None else {}))
    elif not quiet:
        from rich.console import Console

        print_words([f"{found.name}: the RAS on its own", *sentences(found)])
        show_ras(found, Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH, highlight=False))
        if out is not None:
            print(f"Results: {out}")
