"""`ibsim dashboard`: results in a browser, and what-ifs that run while one looks."""

from __future__ import annotations

import os.path
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dashboard.service.access import Gate

MISSING = "The dashboard's libraries are not installed: pip install 'ibsim[dashboard]' brings them."


def dashboard(
    results: Annotated[
        list[Path] | None,
        typer.Argument(help="Result folders, or folders that hold some; `results` if left out."),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to serve at; only this machine can reach 127.0.0.1.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to serve at; 0 takes a free one.")] = 8050,
    runs: Annotated[Path, typer.Option(help="Folder for the runs that the dashboard starts.")] = Path(
        "results", "what-if"
    ),
    account: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Let in who knows the password of this account.")
    ] = None,
    set_password: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Ask for a name and a password, keep them (hashed) in FILE, and stop."
        ),
    ] = None,
    auth_header: Annotated[
        str, typer.Option(metavar="NAME", help="Let in whom the proxy names in this header.")
    ] = "",
    trusted_proxy: Annotated[
        str, typer.Option(metavar="IP", help="The proxy's address; nobody else may connect then.")
    ] = "",
    verbose: Annotated[bool, typer.Option("--verbose", help="Note each request on stderr.")] = False,
) -> None:
    """Show results in a browser, and try what-ifs.

    Another --host than this machine's own needs --account, or --auth-header with --trusted-proxy.

    Example: ibsim dashboard results --port 8050
    """
    try:
        from dashboard.service.account import Account
        from dashboard.service.serving import hosts_of, serve
        from dashboard.settings import Settings
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("dash", "dash_ag_grid", "flask", "waitress"):
            raise
        from ibsim.errors import RunError

        raise RunError(MISSING) from error
    if set_password is not None:
        user = typer.prompt("Name", err=True)
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        Account.new(user, password).write(set_password)
        print(f"Wrote {set_password}. Next: ibsim dashboard --account {set_password} --host ...")
        return
    folders = known_folders(results)
    settings = Settings(runs, gate(host, account, auth_header, trusted_proxy), hosts_of(host))
    serve(folders, settings, host, port, verbose=verbose, on_ready=tell)


def gate(host: str, account: Path | None, header: str, proxy: str) -> Gate:
    """Who decides who comes in; InputError where nobody would."""
    from dashboard.service.access import gate_of
    from dashboard.service.account import Account

    return gate_of(host, Account.read(account) if account else None, header, proxy)


def known_folders(results: list[Path] | None) -> list[Path]:
    """The folders named; InputError for one that is not there."""
    from ibsim.errors import ResultFolderError

    for folder in results or []:
        if not os.path.isdir(folder):
            rule = "results are shown from folders that are there"
            raise ResultFolderError(
                str(folder), "no such folder that may be opened", rule, "name a folder that `ibsim run` wrote"
            )
    return results or [Path("results")]


def tell(address: str) -> None:
    """Say where the dashboard is."""
    print(f"The dashboard is at {address} (Ctrl-C ends it; runs go on).", file=sys.stderr, flush=True)
