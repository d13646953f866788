"""`ibsim seek`: the least lever that meets a target."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Annotated

import typer

from ibsim.commands.options import MAX_REPLICATIONS, Jobs, NoCache, Quiet, Scheduler, Seed, Sets
from ibsim.commands.run import compiled_engine, fresh_folder

if TYPE_CHECKING:
    from ibsim.experiment.seek.asking import Answer, Asked
    from ibsim.experiment.seek.trials import Tried

Scenario = Annotated[str, typer.Argument(help="A scenario file, or the name of one that comes with ibsim.")]


def seek(
    scenario: Scenario,
    levers: Annotated[
        list[str],
        typer.Option(
            "--lever",
            metavar="PATH=FIRST..LAST[:STEP]",
            help="What may change; values near FIRST are preferred. PATH*= multiplies. May be repeated.",
        ),
    ],
    targets: Annotated[
        list[str],
        typer.Option(
            "--target", metavar="METRIC[GROUP,ARM,YEAR]>=NUMBER", help="What must hold; may be repeated."
        ),
    ],
    confidence: Annotated[float, typer.Option(help="Percent confidence in each statement.")] = 95.0,
    most: Annotated[
        int | None,
        typer.Option("--most-replications", min=2, max=MAX_REPLICATIONS, help="At most so many at a value."),
    ] = None,
    costs: Annotated[
        list[str],
        typer.Option("--cost", metavar="PATH=POUNDS", help="With several levers: pounds a unit of one."),
    ] = [],  # noqa: B006  # typer reads it as the default and never changes it
    points: Annotated[
        int | None, typer.Option(min=4, max=10_000, help="With several levers: points tried at most.")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="Change the levers from this day only."),
    ] = None,
    seed: Seed = 1,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; must not exist.")] = None,
    jobs: Jobs = None,
    scheduler: Scheduler = "",
    sets: Sets = [],  # noqa: B006
    no_cache: NoCache = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON in place of words.")] = False,
    quiet: Quiet = False,
) -> None:
    """Find the least lever that meets a target, or the front of several levers.

    A target on a mean may end in `in 95 percent of replications`; several targets must all be met.

    Example: ibsim seek metropolitan --lever workforce.reviewing_officers_fte=0..20
    --target "review_compliance_percent[OP,all,2008-09]>=90"
    """
    from ibsim.experiment.bank import shared_bank
    from ibsim.experiment.executors import available_cores, opened, sigterm_interrupts
    from ibsim.experiment.modelling import runs
    from ibsim.experiment.seek.asking import Wish, answer, ask
    from ibsim.experiment.seek.files import write_seek
    from ibsim.experiment.seek.words import question
    from ibsim.results.store import claim

    day = since.date() if since else None
    asked = ask(scenario, sets, Wish(levers, targets, costs, confidence, most, points, day, seed))
    bank = None if no_cache else shared_bank()
    started = time.monotonic()
    with (
        sigterm_interrupts(),
        claim(out or fresh_folder([asked.scenario])) as place,
        compiled_engine(quiet),
        opened(jobs or available_cores(), scheduler) as (executor, workers),
    ):
        if not quiet:
            print("\n".join(question(asked)), file=sys.stderr, flush=True)
        found = answer(asked, runs(seed, executor, workers, bank), _progress(asked, quiet))
        where = place.publish(lambda folder: write_seek(folder, found, time.monotonic() - started, workers))
    _tell(found, where, as_json, quiet)


def _progress(asked: Asked, quiet: bool) -> Callable[[Tried], None]:
    """A function that tells each point on stderr as it is decided."""
    from ibsim.experiment.seek.words import tried_line

    return lambda tried: (
        None if quiet else print(f"  {tried_line(asked, tried)}", file=sys.stderr, flush=True)
    )


def _tell(answer: Answer, where: Path, as_json: bool, quiet: bool) -> None:
    """Print the answer in words, or as one line of JSON."""
    from ibsim.experiment.seek.files import essentials
    from ibsim.experiment.seek.words import conclusion
    from ibsim.results.manifest import plain
    from ibsim.results.terminal import PLAIN_WIDTH

    if as_json:
        print(json.dumps(plain(essentials(answer, where)), ensure_ascii=False, allow_nan=False))
    elif not quiet:
        for line in [*conclusion(answer), f"Results: {where}"]:
            print(fill(line, PLAIN_WIDTH, subsequent_indent="    " if line[:1] == " " else ""))
