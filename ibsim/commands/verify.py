"""`ibsim verify`: the engine beside queueing theory, and councils beside their books, on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ibsim.commands.options import Jobs, Quiet
from ibsim.commands.progress import progress
from ibsim.commands.run import compiled_engine
from ibsim.commands.study import print_json, print_words


def verify(
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write all comparisons to a CSV file; must not exist."),
    ] = None,
    jobs: Jobs = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON in place of the table.")] = False,
    quiet: Quiet = False,
) -> None:
    """Check ibsim on this machine: its working day against queueing theory, its books to the penny.

    The same code as in its tests: team trays (Erlang-C), single servers (Pollaczek-Khinchine), classes of
    work (Cobham, Kella-Yechiali, preemptive-resume), a network (Jackson), a stock (M/G/infinity), growing
    backlogs, Little's law; a shipped council's books, a roll-out to nobody, and the same results on one
    process and on two. Takes under two minutes. Exit code 0 if all hold, 1 otherwise.

    Example: ibsim verify --out verification.csv
    """
    from ibsim.excel import write_new
    from ibsim.experiment.executors import available_cores, opened, sigterm_interrupts
    from ibsim.results.store import refuse_existing
    from ibsim.verification.catalogue import CHECKS, findings
    from ibsim.verification.telling import lines, tree, verification_csv, words

    if out is not None:
        refuse_existing(out)
    with (
        sigterm_interrupts(),
        compiled_engine(quiet),
        opened(jobs or available_cores()) as (executor, _),
        progress("Checks", len(CHECKS) + 1, quiet, "checks") as step,
    ):
        found = findings(executor, step)
    if out is not None:
        write_new(out, verification_csv(found).encode("utf-8"))
    if as_json:
        print_json(tree(found) | ({"csv": str(out)} if out is not None else {}))
    elif not quiet:
        print("\n".join(lines(found)))
        print_words(["", *words(found), *([f"Results: {out}"] if out is not None else [])])
    if not all(one.ok for one in found):
        raise typer.Exit(1)
