"""`ibsim backtest`: a scenario run to later years, and scored against figures of them."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ibsim.commands.options import Jobs, NoCache, Quiet, Scheduler, Seed, Sets
from ibsim.commands.progress import progress
from ibsim.commands.study import print_json, print_words, study
from ibsim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ibsim.experiment.backtest.observing import Observed
    from ibsim.experiment.backtest.telling import Backtest
    from ibsim.scenario import ResolvedScenario


def backtest(
    data: Annotated[
        str, typer.Argument(help="Figures of later years: .csv or .xlsx, or a table that comes with ibsim.")
    ],
    scenario: Annotated[
        str, typer.Argument(help="A scenario file, or the name of one that comes with ibsim.")
    ],
    known_to: Annotated[
        str,
        typer.Option(
            metavar="YEAR", help="Figures up to this year count as known: no change starts from them."
        ),
    ] = "",
    replications: Annotated[
        int, typer.Option(min=2, max=100_000, help="How often the scenario is run, with other dice.")
    ] = 20,
    seed: Seed = 1,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; must not exist.")] = None,
    jobs: Jobs = None,
    scheduler: Scheduler = "",
    sets: Sets = [],  # noqa: B006  # typer reads it as the default and never changes it
    no_cache: NoCache = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON in place of words.")] = False,
    quiet: Quiet = False,
) -> None:
    """Score a scenario against figures of later years, beside no change and any forecast that they bring.

    The table has the columns metric, year and value, and may have group, arm, uncertainty and forecast.

    Example: ibsim backtest england-returns metropolitan --known-to 2005-06
    """
    from ibsim.experiment.backtest.files import write_backtest
    from ibsim.experiment.backtest.observing import data_file, financial_year_of, read_observed
    from ibsim.experiment.backtest.scoring import scored, to_score
    from ibsim.experiment.backtest.telling import Backtest
    from ibsim.experiment.compare import Workplace
    from ibsim.experiment.outputs import run_years
    from ibsim.experiment.runs import replications as run_replications

    known = financial_year_of(known_to, "--known-to") if known_to else None
    path = data_file(data)
    observed = read_observed(path)
    council = extended(scenario, sets, observed)
    years = run_years(council.calendar)
    to_score(observed, int(years[0][:4]), known, str(path))
    started = time.monotonic()
    with (
        progress(council.name, replications, quiet) as step,
        study(
            f"{council.path.stem}-backtest", out, partial(Workplace, on_done=step),
            jobs=jobs, scheduler=scheduler, no_cache=no_cache, quiet=quiet,
        ) as (place, work),
    ):  # fmt: skip
        tables = run_replications(
            council, seed, range(1, replications + 1),
            executor=work.executor, jobs=work.jobs, bank=work.bank, on_done=step,
        )  # fmt: skip
        rows = scored(observed, tables, years, known)
        test = Backtest(council, path.name, replications, known_to, tuple(rows))
        seconds = time.monotonic() - started
        where = place.publish(lambda folder: write_backtest(folder, test, seed, seconds, work.jobs))
    _tell(test, where, seed, as_json, quiet)


def extended(scenario: str, sets: Sequence[str], observed: Sequence[Observed]) -> ResolvedScenario:
    """The scenario with as many years as the last figure takes; InputError unless its years are whole."""
    from ibsim.scenario import load

    council = load(scenario, sets)
    start = council.calendar.start
    if (start.month, start.day) != (4, 1):
        rule = "a year's figure is set against a whole financial year of the model"
        raise InputError(str(council.path), f"calendar.start {start}", rule, "begin on 1 April, as --set can")
    wanted = max(one.year for one in observed) - start.year + 1
    if wanted <= council.calendar.years:
        return council
    return load(scenario, [*sets, f"calendar.years={wanted}"])


def _tell(test: Backtest, where: Path, seed: int, as_json: bool, quiet: bool) -> None:
    """Print the tables and the words, or one line of JSON."""
    from ibsim.experiment.backtest.files import what
    from ibsim.experiment.backtest.telling import aligned, figures_table, scores_table, sentences

    if as_json:
        print_json({"results": str(where), **what(test, seed)})
    elif not quiet:
        for table in (figures_table(test), scores_table(test)):
            print("\n".join(aligned(table)) + "\n")
        print_words([*sentences(test), f"Results: {where}"])
