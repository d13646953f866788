"""`ibsim seek`: the least lever that meets a target."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ibsim.commands.excel import ExcelFile, excel_targets, write_study_workbook
from ibsim.commands.options import MAX_REPLICATIONS, Jobs, NoCache, Quiet, Scheduler, Seed, Sets
from ibsim.commands.study import print_json, print_words, study

if TYPE_CHECKING:
    from ibsim.experiment.modelling import Run
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
    excel: ExcelFile = None,
) -> None:
    """Find the least lever that meets a target, or the front of several levers.

    A target on a mean may end in `in 95 percent of replications`; several targets must all be met.

    Example: ibsim seek metropolitan --lever workforce.reviewing_officers_fte=0..20
    --target "review_compliance_percent[OP,all,2008-09]>=90"
    """
    from ibsim.experiment.judging import carrying
    from ibsim.experiment.modelling import runs
    from ibsim.experiment.seek.asking import Wish, answer, ask
    from ibsim.experiment.seek.files import write_seek
    from ibsim.experiment.seek.words import conclusion, question

    (book,) = excel_targets(excel, [""])
    day = since.date() if since else None
    asked = ask(scenario, sets, Wish(levers, targets, costs, confidence, most, points, day, seed))
    started = time.monotonic()

    carry = carrying(target.output.metric for target in asked.targets if target.output is not None)

    def crew(**where: Any) -> tuple[Run, int]:
        return runs(seed, carry=carry, **where), where["jobs"]

    with study(
        f"{asked.scenario.path.stem}-seek", out, crew,
        jobs=jobs, scheduler=scheduler, no_cache=no_cache, quiet=quiet,
    ) as (place, (run, workers)):  # fmt: skip
        if not quiet:
            print("\n".join(question(asked)), file=sys.stderr, flush=True)
        found = answer(asked, run, _progress(asked, quiet))
        where = place.publish(lambda folder: write_seek(folder, found, time.monotonic() - started, workers))
    if book is not None:
        why = "; ".join(question(asked))
        write_study_workbook(book, where, f"{asked.scenario.name}: the least lever", why, conclusion(found))
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

    if as_json:
        print_json(essentials(answer, where))
    elif not quiet:
        print_words([*conclusion(answer), f"Results: {where}"])
