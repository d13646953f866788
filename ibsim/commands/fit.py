"""`ibsim fit`: fit levers and evidence to a council's own figures."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ibsim.commands.options import Jobs, NoCache, Quiet, Scheduler, Seed, Sets
from ibsim.commands.study import print_json, print_words, study

if TYPE_CHECKING:
    from ibsim.experiment.fit.asking import Answer
    from ibsim.experiment.modelling import Run


def fit(
    scenario: Annotated[
        str, typer.Argument(help="A scenario file, or the name of one that comes with ibsim.")
    ] = "metropolitan",
    data: Annotated[
        Path | None, typer.Option(help="The council's figures: .csv or .xlsx, as --template writes it.")
    ] = None,
    fits: Annotated[
        list[str],
        typer.Option(
            "--fit",
            metavar="PATH=FROM..TO",
            help="A lever, or evidence.ROW, and its range; PATH*= multiplies. May be repeated.",
        ),
    ] = [],  # noqa: B006  # typer reads it as the default and never changes it
    template: Annotated[
        Path | None, typer.Option(help="Write the table to fill for the scenario's years, and stop.")
    ] = None,
    hold_every: Annotated[
        int,
        typer.Option(min=0, help="Hold back every so-manieth figure, unless the table says which; 0: none."),
    ] = 4,
    seed: Seed = 1,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; must not exist.")] = None,
    jobs: Jobs = None,
    scheduler: Scheduler = "",
    sets: Sets = [],  # noqa: B006
    no_cache: NoCache = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON in place of words.")] = False,
    quiet: Quiet = False,
) -> None:
    """Fit levers and evidence to a council's own figures, and say what stays unknown.

    Writes a scenario that extends the given one, the figures beside the model, and the intervals.

    Example: ibsim fit my-council.yaml --data figures.xlsx --fit "population.referrals_per_year*=0.8..1.2"
    --fit "workforce.care_coordinators_fte*=0.8..1.2"
    """
    from ibsim.experiment.fit.asking import answer, ask
    from ibsim.experiment.fit.files import write_fit
    from ibsim.experiment.fit.words import question
    from ibsim.experiment.modelling import runs

    if template is not None:
        return _write_template(template, scenario, sets)
    if data is None:
        raise typer.BadParameter("give --data FILE, or --template FILE to write a table to fill")
    asked = ask(scenario, sets, data, fits, hold_every=hold_every, seed=seed)
    started = time.monotonic()

    def tell(text: str) -> None:
        if not quiet:
            print(text, file=sys.stderr, flush=True)

    def crew(**where: Any) -> tuple[Run, int]:
        return runs(seed, **where), where["jobs"]

    with study(
        f"{asked.scenario.path.stem}-fit", out, crew,
        jobs=jobs, scheduler=scheduler, no_cache=no_cache, quiet=quiet,
    ) as (place, (run, workers)):  # fmt: skip
        tell("\n".join(question(asked)))
        found = answer(asked, run, tell)
        seconds = time.monotonic() - started
        where = place.publish(lambda folder: write_fit(folder, found, place.path, seconds, workers))
    _tell(found, where, as_json, quiet)


def _write_template(path: Path, scenario: str, sets: list[str]) -> None:
    from ibsim.errors import InputError
    from ibsim.experiment.fit.figures import template
    from ibsim.experiment.outputs import run_years
    from ibsim.scenario import load

    text = template(run_years(load(scenario, sets).calendar))
    if path.suffix.lower() != ".csv":
        raise InputError(
            str(path), f"a file named {path.name!r}", "a template is a .csv file", "end it in .csv"
        )
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
    except FileExistsError:
        rule = "a template never replaces a file"
        raise InputError(str(path), "a file that exists", rule, "choose another name") from None
    except OSError as error:
        rule = "the file goes into a folder that you may write to"
        raise InputError(str(path), error.strerror or str(error), rule, "choose another place") from None
    print(f"Wrote {path}: fill the column `value` where you know it; delete or leave empty the other rows.")


def _tell(answer: Answer, where: Path, as_json: bool, quiet: bool) -> None:
    """Print what was found as a table and words, or as one line of JSON."""
    from ibsim.experiment.fit.files import SCENARIO, essentials
    from ibsim.experiment.fit.words import conclusion, table

    if as_json:
        print_json(essentials(answer, where))
    elif not quiet:
        rows = table(answer)
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        for label, *numbers, use in rows:
            cells = [cell.rjust(width) for cell, width in zip(numbers, widths[1:], strict=False)]
            print("  ".join([label.ljust(widths[0]), *cells, use]).rstrip())
        print()
        print_words([*conclusion(answer), f"Results: {where}; next: ibsim check {where / SCENARIO}"])
