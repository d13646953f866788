"""The command line: `ibsim --help` lists the commands; each has `--help` with an example."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ibsim import __version__
from ibsim.commands import (
    backtest,
    caseload,
    compare,
    dashboard,
    england,
    evidence,
    fit,
    listing,
    new,
    ras,
    report,
    run,
    scenarios,
    seek,
    sensitivity,
    sweep,
    validate,
    verify,
    warmup,
    workbook,
)
from ibsim.commands.reporting import reported


class Commands(TyperGroup):
    """All commands; whatever goes wrong in one becomes a message and an exit code here."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        with reported(bool(ctx.params.get("debug"))):
            return super().invoke(ctx)


app = typer.Typer(
    cls=Commands,
    name="ibsim",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command()(run.run)
app.command()(england.england)
app.command()(compare.compare)
app.command()(scenarios.check)
app.command()(scenarios.diff)
app.command()(warmup.warm_up)
app.command()(sweep.sweep)
app.command()(sensitivity.sensitivity)
app.command()(ras.ras)
app.command()(new.new)
app.command()(seek.seek)
app.command()(fit.fit)
app.command()(validate.validate)
app.command()(backtest.backtest)
app.command()(verify.verify)
app.command()(workbook.workbook)
app.command()(dashboard.dashboard)
app.command()(report.report)
app.command()(caseload.caseload)
app.command()(listing.scenarios)
app.command()(listing.metrics)
app.command()(evidence.evidence)
app.command()(scenarios.schema)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"ibsim {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", envvar="IBSIM_DEBUG", help="Show where in ibsim an error arose.")
    ] = False,
) -> None:
    """Simulate a council that moves people from care management to individual budgets.

    Write a scenario (or take one that comes with ibsim), run it, and read what it does to people, waits,
    reviews, the co-ordinators' week and the council's money.

    Example: ibsim run metropolitan-pilot --replications 20 --seed 1 --out results/pilot

    Exit codes: 0 success; 1 the run failed; 2 the input cannot be used.
    """


def main() -> None:
    """Run the command line and exit; a character that the terminal lacks is printed as a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    app()
