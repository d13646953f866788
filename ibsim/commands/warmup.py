"""`ibsim warm-up`: whether a scenario's warm-up is long enough."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ibsim.commands.options import Jobs, NoCache, Quiet, Scheduler, Seed, Sets
from ibsim.commands.progress import progress
from ibsim.commands.study import print_json, print_words, study


def warm_up(
    scenario: Annotated[str, typer.Argument(help="A scenario file, or a name that comes with ibsim.")],
    replications: Annotated[int, typer.Option(min=2, max=1_000, help="How often the council is run.")] = 10,
    seed: Seed = 1,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; must not exist.")] = None,
    jobs: Jobs = None,
    scheduler: Scheduler = "",
    no_cache: NoCache = False,
    sets: Sets = [],  # noqa: B006  # typer reads it as the default and never changes it
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON in place of words.")] = False,
    quiet: Quiet = False,
) -> None:
    """Check that the warm-up is long enough: run the council without roll-out, and see when it settles.

    Example: ibsim warm-up metropolitan --out results/warm-up
    """
    from ibsim.experiment.warmup import WarmUpCheck, check_warm_up, conventional
    from ibsim.results.warmup import Settling, picture, verdict, warmup_csv
    from ibsim.scenario import load

    resolved = load(scenario, sets)
    conventional(resolved)  # refused before anything is made

    def write(folder: Path, found: tuple[Settling, ...]) -> None:
        (folder / "warm-up.csv").write_bytes(warmup_csv(found).encode("utf-8"))
        title = f"{resolved.name}: {verdict(found)}"
        (folder / "warm-up.html").write_bytes(picture(found, title).encode("utf-8"))

    with (
        progress(resolved.name, replications, quiet) as step,
        study(
            "warm-up", out, partial(WarmUpCheck, replications, seed, on_done=step),
            jobs=jobs, scheduler=scheduler, no_cache=no_cache, quiet=quiet,
        ) as (place, check),
    ):  # fmt: skip
        found = check_warm_up(resolved, check)
        where = place.publish(lambda folder: write(folder, found))
    if as_json:
        columns = ("metric", "settled_months", "gap_percent", "suffices")
        metrics = [{column: getattr(one, column) for column in columns} for one in found]
        print_json({"results": str(where), "verdict": verdict(found), "metrics": metrics})
    elif not quiet:
        told = [f"  {one.sentence()}" for one in found]
        print_words([f"{resolved.name}:", *told, verdict(found), f"Results: {where}"])
