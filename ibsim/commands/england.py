"""`ibsim england`: all councils of a nation, run one by one and added up."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ibsim.commands.options import MAX_REPLICATIONS, Jobs, NoCache, Quiet, Scheduler, Seed, Sets
from ibsim.commands.progress import progress
from ibsim.commands.run import compiled_engine, first_free

if TYPE_CHECKING:
    from ibsim.results.england import EnglandResult


def england(
    replications: Annotated[
        int, typer.Option(min=1, max=MAX_REPLICATIONS, help="How often each council is run.")
    ] = 1,
    seed: Seed = 1,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; must not exist.")] = None,
    jobs: Jobs = None,
    sets: Sets = [],  # noqa: B006  # typer reads it as the default and never changes it
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON in place of the summary.")] = False,
    quiet: Quiet = False,
    no_cache: NoCache = False,
    scheduler: Scheduler = "",
) -> None:
    """Run England's 150 councils and add them up to the national returns.

    Their sizes are assumed and add up to the returns.  `--set` changes a lever in every council.  Councils
    that are done are stored, so that a run that was stopped goes on where it was.

    Example: ibsim england --replications 2 --out results/england
    """
    from ibsim.experiment.bank import shared_bank
    from ibsim.experiment.england import run_england
    from ibsim.experiment.executors import available_cores, opened, sigterm_interrupts
    from ibsim.results.england_files import write_england
    from ibsim.results.store import claim
    from ibsim.scenario.england import councils

    family = [(council, council.load(sets)) for council in councils()]
    bank = None if no_cache else shared_bank()
    with (
        sigterm_interrupts(),
        _told_what_is_kept(no_cache),
        claim(out or first_free("england")) as place,
        compiled_engine(quiet),
        opened(min(jobs or available_cores(), len(family)), scheduler) as (executor, workers),
        progress("England, council by council", len(family) * replications, quiet) as step,
    ):
        result = run_england(
            family, seed, replications, sets,
            executor=executor, jobs=workers, bank=bank, on_done=step,
        )  # fmt: skip
        where = place.publish(lambda folder: write_england(folder, result))
    _tell(result, where, as_json, quiet)


@contextmanager
def _told_what_is_kept(no_cache: bool) -> Iterator[None]:
    """Have an interrupt say how to go on."""
    try:
        yield
    except KeyboardInterrupt as error:
        if not no_cache:
            error.add_note("the councils that are done are stored; the same command goes on from there.")
        raise


def _tell(result: EnglandResult, where: Path, as_json: bool, quiet: bool) -> None:
    if as_json:
        import json

        from ibsim.results.manifest import plain

        print(json.dumps(plain(_essentials(where)), ensure_ascii=False, allow_nan=False))
    elif not quiet:
        from rich.console import Console

        from ibsim.results.england_terminal import show_england
        from ibsim.results.terminal import PLAIN_WIDTH

        console = Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH, highlight=False)
        show_england(result, where, console)


def _essentials(where: Path) -> dict[str, Any]:
    """What a program needs to know of the run: where it is, what it was, how it stands to the returns."""
    import json

    manifest = json.loads((where / "manifest.json").read_text(encoding="utf-8"))
    keys = ("name", "seed", "replications", "years", "digest", "beside_returns")
    return {"results": str(where), **{key: manifest[key] for key in keys}}
