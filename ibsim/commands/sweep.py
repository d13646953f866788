"""`ibsim sweep`: many points of one scenario, from a file of its own to one tidy table."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ibsim.commands.excel import ExcelFile, excel_targets, write_study_workbook
from ibsim.commands.options import MAX_REPLICATIONS, MAX_SEED, Jobs, NoCache, Quiet, Scheduler, Sets
from ibsim.commands.progress import progress
from ibsim.commands.study import print_json, print_words, study


def sweep(
    file: Annotated[str, typer.Argument(help="A sweep file, or the name of one that comes with ibsim.")],
    replications: Annotated[
        int | None, typer.Option(min=1, max=MAX_REPLICATIONS, help="Instead of the file's.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, max=MAX_SEED, help="Instead of the file's.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; must not exist.")] = None,
    jobs: Jobs = None,
    sets: Sets = [],  # noqa: B006  # typer reads it as the default and never changes it
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the file, say what it asks.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON in place of the summary.")] = False,
    quiet: Quiet = False,
    no_cache: NoCache = False,
    scheduler: Scheduler = "",
    excel: ExcelFile = None,
) -> None:
    """Run a scenario at many points of its levers and uncertainties; write one tidy table.

    The file says what varies, by which design, and what is measured. Stopped or killed and started again, it
    goes on from the replications that were finished.

    Example: ibsim sweep planners-and-posts --out results/planners
    """
    from ibsim.experiment.points import Crew
    from ibsim.experiment.sweep.files import write_sweep
    from ibsim.experiment.sweep.reading import find, read_plan
    from ibsim.experiment.sweep.result import run_sweep
    from ibsim.experiment.sweep.telling import essentials, planned, told

    (book,) = excel_targets(excel, [""])
    plan = read_plan(find(file), sets, replications=replications, seed=seed)
    if dry_run:
        print_words([planned(plan)])
        return
    with (
        progress(plan.name, len(plan.points) * plan.replications, quiet) as step,
        study(
            plan.path.stem, out, partial(Crew, plan.seed, plan.replications, on_done=step),
            jobs=jobs, scheduler=scheduler, no_cache=no_cache, quiet=quiet,
        ) as (place, crew),
    ):  # fmt: skip
        result = run_sweep(plan, crew)
        where = place.publish(lambda folder: write_sweep(folder, result))
    if book is not None:
        write_study_workbook(book, where, plan.name, plan.why, told(result, where))
    if as_json:
        print_json(essentials(result, where))
    elif not quiet:
        print_words(told(result, where))
