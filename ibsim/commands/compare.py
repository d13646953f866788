"""`ibsim compare`: scenarios set side by side with the same dice."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ibsim.commands.excel import ExcelFile, excel_targets, write_study_workbook
from ibsim.commands.options import (
    DEFAULT_REPLICATIONS,
    Jobs,
    Most,
    NoCache,
    Precise,
    Precision,
    ProgressFile,
    Quiet,
    Replications,
    Scheduler,
    Seed,
    Sets,
    how_often,
)
from ibsim.commands.progress import progress
from ibsim.commands.run import folder_names
from ibsim.commands.study import print_json, print_words, study
from ibsim.errors import InputError

if TYPE_CHECKING:
    from ibsim.results.paired import Comparison

OBJECTIVE = "wait_days_referral_to_in_place"


def compare(
    scenarios: Annotated[
        list[str],
        typer.Argument(help="Scenario files or names; the others are set against the first."),
    ],
    replications: Replications = DEFAULT_REPLICATIONS,
    seed: Seed = 1,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; must not exist.")] = None,
    objective: Annotated[
        str, typer.Option(metavar="METRIC", help="The metric by which scenarios are ranked and explained.")
    ] = OBJECTIVE,
    direction: Annotated[
        str, typer.Option(metavar="higher|lower", help="Which is better, where `ibsim metrics` does not say.")
    ] = "",
    waterfall: Annotated[
        bool,
        typer.Option(help="Say why each differs, lever by lever; this runs the steps between."),
    ] = True,
    verdict: Annotated[
        bool,
        typer.Option("--verdict", help="Say of each whether it is cost-neutral; this runs its pairs."),
    ] = False,
    precision: Precision = 5.0,
    precise: Precise = [],  # noqa: B006  # typer reads it as the default and never changes it
    most: Most = 200,
    jobs: Jobs = None,
    scheduler: Scheduler = "",
    no_cache: NoCache = False,
    sets: Sets = [],  # noqa: B006  # as above
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON in place of the summary.")] = False,
    quiet: Quiet = False,
    excel: ExcelFile = None,
    progress_file: ProgressFile = None,
) -> None:
    """Compare scenarios replication by replication, with the same dice in each.

    Example: ibsim compare metropolitan metropolitan-support-planners --objective reviews_overdue
    """
    from ibsim.experiment.compare import Workplace
    from ibsim.experiment.compare import compare as run_comparison
    from ibsim.experiment.executors import sigterm_interrupts
    from ibsim.experiment.progress_file import kept_progress
    from ibsim.experiment.waterfall import refuse_other_calendar, steps
    from ibsim.results.comparison_files import write_comparison
    from ibsim.results.comparison_words import sentences
    from ibsim.results.paired import Objective
    from ibsim.scenario import load

    (book,) = excel_targets(excel, [""])
    resolved = [load(scenario, sets) for scenario in scenarios]
    if len(resolved) < 2:
        rule = "a comparison needs two scenarios or more"
        raise InputError("ibsim compare", "one scenario", rule, "name the scenario to set beside it")
    for other in resolved[1:]:
        refuse_other_calendar(resolved[0], other)
    often, wanted = how_often(replications, precision, precise, most), Objective.of(objective, direction)
    ways = [steps(resolved[0], other)[1] for other in resolved[1:]] if waterfall else []
    runs = len(resolved) + sum(max(len(way) - 1, 0) for way in ways)
    with (
        sigterm_interrupts(),
        kept_progress(progress_file, replications * runs) as told,
        progress("comparison", (replications or most) * runs, quiet) as step,
        study(
            "comparison", out, partial(Workplace, on_done=told.stepping(step)),
            jobs=jobs, scheduler=scheduler, no_cache=no_cache, quiet=quiet,
        ) as (place, work),
    ):  # fmt: skip
        found = run_comparison(
            resolved, folder_names(resolved), seed, often, wanted,
            place=work, waterfalls=waterfall, verdict=verdict,
        )  # fmt: skip
        where = place.publish(lambda folder: write_comparison(folder, found))
        told.published(where)
    if book is not None:
        title = f"{resolved[0].name}, compared"
        write_study_workbook(book, where, title, "What differs, with the same dice?", sentences(found))
    if as_json:
        print_json(_essentials(found, where))
    elif not quiet:
        print_words([*sentences(found), f"Results: {where}"])


def _essentials(found: Comparison, where: Path) -> dict[str, Any]:
    """What a program needs to know: the differences of all headline metrics over all years, the ranking."""
    import json

    from ibsim.results.terminal import SECTIONS

    manifest = json.loads((where / "manifest.json").read_text(encoding="utf-8"))
    names = dict.fromkeys(line.metric for _, lines in SECTIONS for line in lines)
    metrics = [name for name in names if name in found.metrics]
    differences: dict[str, Any] = {}
    for other in range(1, len(found.results)):
        statistics = found.differences(other)
        columns = ("mean", "sd", "ci_low", "ci_high", "replications")
        differences[found.labels[other]] = {
            name: {column: getattr(statistics, column)[found.at(name)].item() for column in columns}
            for name in metrics
            if statistics.replications[found.at(name)]
        }
    keys = ("seed", "replications", "years", "digest", "objective", "ranking", "precision", "binding")
    return {
        "results": str(where),
        "first": found.labels[0],
        **{key: manifest[key] for key in keys},
        "differences": differences,
    }
