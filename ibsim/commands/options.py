"""Options that several commands have in common, said once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ibsim.results.precision import Wanted

Scenarios = Annotated[
    list[str], typer.Argument(help="Scenario files, or names of scenarios that come with ibsim.")
]
Sets = Annotated[
    list[str], typer.Option("--set", metavar="PATH=VALUE", help="Set a lever, last of all; may be repeated.")
]
Scheduler = Annotated[
    str,
    typer.Option(metavar="ADDRESS", help="Run on the Dask cluster of this scheduler, like tcp://host:8786."),
]
AUTO = 0
"""Stands for `auto`: as many replications as a precision takes."""
MAX_REPLICATIONS = 100_000
MAX_SEED = 2**63 - 1
DEFAULT_REPLICATIONS = 20
Seed = Annotated[
    int, typer.Option(min=0, max=MAX_SEED, help="The same seed gives the same dice in every scenario.")
]
Jobs = Annotated[
    int | None,
    typer.Option(min=1, help="Worker processes; all cores if left out. No result depends on it."),
]
ProgressFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Keep a file that says how far it is, and what is known so far."),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]
NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Neither use stored replications nor store these for later.")
]


def _replications(text: str | int) -> int:
    """A number of replications, or AUTO."""
    if str(text) == "auto":
        return AUTO
    if str(text).isascii() and str(text).isdecimal() and 1 <= int(text) <= MAX_REPLICATIONS:
        return int(text)
    raise typer.BadParameter(f"{text!r} is neither `auto` nor a number from 1 to {MAX_REPLICATIONS:,}")


Replications = Annotated[
    int,
    typer.Option(
        parser=_replications,
        metavar="N|auto",
        help="How often each scenario is run, with other dice; auto: as often as --precision takes.",
    ),
]
Precision = Annotated[
    float,
    typer.Option(
        min=0.01, max=100, help="With auto: half the width of the 95 percent interval, percent of the mean."
    ),
]
Precise = Annotated[
    list[str],
    typer.Option("--precise", metavar="METRIC", help="With auto: a metric to be precise; may be repeated."),
]
Most = Annotated[
    int,
    typer.Option(
        "--most-replications", min=3, max=MAX_REPLICATIONS, help="With auto: stop there at the latest."
    ),
]


def how_often(replications: int, precision: float, precise: Sequence[str], most: int) -> int | Wanted:
    """The number of replications, or the precision that decides it."""
    from ibsim.results.precision import HEADLINES, Wanted

    return replications or Wanted(tuple(precise) or HEADLINES, precision, most)
