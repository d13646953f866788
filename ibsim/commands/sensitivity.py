"""`ibsim sensitivity`: which assumptions and levers move the results, and which could change a decision."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ibsim.commands.options import MAX_REPLICATIONS, Jobs, NoCache, Quiet, Scheduler, Seed, Sets
from ibsim.commands.progress import progress
from ibsim.commands.study import print_json, print_words, study

if TYPE_CHECKING:
    from ibsim.experiment.sensitivity.study import Ask

DEFAULT_METRICS = (
    "review_compliance_percent",
    "wait_days_referral_to_assessment",
    "ib_holders",
    "gross_cost_gbp",
)
MOST_POINTS = 4_096
FEW = 60
"""So many replications have no progress of their own."""


def sensitivity(
    scenario: Annotated[
        str, typer.Argument(help="A scenario file, or the name of one that comes with ibsim.")
    ],
    metrics: Annotated[
        list[str],
        typer.Option("--metric", metavar="METRIC[GROUP,ARM,YEAR]", help="What to explain; may be repeated."),
    ] = [],  # noqa: B006  # typer reads it as the default and never changes it
    targets: Annotated[
        list[str],
        typer.Option("--target", metavar="METRIC>=NUMBER", help="A decision: what alone would flip it?"),
    ] = [],  # noqa: B006
    levers: Annotated[
        list[str], typer.Option(metavar="PATH=FROM..TO", help="A lever to move too; may be repeated.")
    ] = [],  # noqa: B006
    all_evidence: Annotated[
        bool, typer.Option("--all-evidence", help="Move every row with a range, measured ones too.")
    ] = False,
    by_group: Annotated[
        bool, typer.Option("--by-group", help="Move the groups' rows of an id one by one.")
    ] = False,
    only: Annotated[list[str], typer.Option(help="Only these names; * stands for anything.")] = [],  # noqa: B006
    without: Annotated[list[str], typer.Option(help="Not these names; * stands for anything.")] = [],  # noqa: B006
    morris: Annotated[
        int, typer.Option(min=0, max=1_000, help="Morris walks; 0 moves each alone and no more.")
    ] = 6,
    sobol: Annotated[
        int, typer.Option(min=0, max=MOST_POINTS, help="Points of the Sobol samples, a power of two.")
    ] = 0,
    top: Annotated[
        int, typer.Option(min=1, max=100, help="The Sobol samples go over so many factors of each metric.")
    ] = 5,
    replications: Annotated[int, typer.Option(min=1, max=MAX_REPLICATIONS, help="Of each point.")] = 3,
    seed: Seed = 1,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; must not exist.")] = None,
    jobs: Jobs = None,
    sets: Sets = [],  # noqa: B006
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON in place of the summary.")] = False,
    quiet: Quiet = False,
    no_cache: NoCache = False,
    scheduler: Scheduler = "",
) -> None:
    """Find out which assumptions and levers drive a scenario's results.

    Moves each assumed number of the evidence that the scenario uses across its range, alone and along Morris
    walks; what is worked out from it follows. --sobol adds shares of variance for the most influential.

    Example: ibsim sensitivity metropolitan-pilot --target "review_compliance_percent>=50"
    """
    from ibsim.experiment.outputs import parse_output, run_years
    from ibsim.experiment.points import Crew
    from ibsim.experiment.seek.targets import parse_target
    from ibsim.experiment.sensitivity.factors import Choice, choose
    from ibsim.experiment.sensitivity.files import write_sensitivity
    from ibsim.experiment.sensitivity.study import Ask, run_study
    from ibsim.experiment.sensitivity.telling import essentials, told
    from ibsim.experiment.varying import Base

    if sobol & (sobol - 1):
        raise typer.BadParameter(f"{sobol} is no power of two; take 32, 64 or 128", param_hint="--sobol")
    base = Base(scenario, tuple(sets))
    resolved = base.loaded([], {})
    years = run_years(resolved.calendar)
    goals = tuple(parse_target(text, years) for text in targets)
    names = metrics or ([] if goals else DEFAULT_METRICS)
    outputs = [parse_output(text, f"--metric {text}", years) for text in names]
    outputs += [goal.output for goal in goals if goal.output]
    choice = Choice(all_evidence, by_group, tuple(levers), tuple(only), tuple(without))
    ask = Ask(
        base, choose(base, resolved, choice), tuple(dict.fromkeys(outputs)), goals,
        walks=morris, points=sobol, top=top, seed=seed,
    )  # fmt: skip
    if not quiet:
        print(_announced(ask, replications), file=sys.stderr, flush=True)
    with study(
        resolved.path.stem, out, partial(Crew, seed, replications),
        jobs=jobs, scheduler=scheduler, no_cache=no_cache, quiet=quiet,
    ) as (place, crew):  # fmt: skip
        found = run_study(ask, crew, lambda label, total: progress(label, total, quiet or total < FEW))
        where = place.publish(lambda folder: write_sensitivity(folder, found, replications))
    if as_json:
        print_json(essentials(found, where))
    elif not quiet:
        print_words(told(found, replications, where))


def _announced(ask: Ask, replications: int) -> str:
    """What is going to be run, so that nobody is surprised by how long it takes."""
    count = len(ask.factors)
    parts = [f"{2 * count + 1} points with each alone"]
    if ask.walks:
        parts.append(f"at most {ask.walks * (count + 1)} on {ask.walks} Morris walks")
    if ask.points:
        parts.append(f"some {ask.points * (ask.top + 2)} of Sobol samples")
    return f"{count} factors: {', '.join(parts)}; {replications} replications each."
