"""The server: waitress, with limits, until it is told to stop."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from dashboard.app import create_app
from dashboard.runs.manager import Runs
from dashboard.service.access import Gate, Proxy, is_loopback
from dashboard.service.guard import MOST_BYTES
from dashboard.settings import Settings
from ibsim.errors import RunError

THREADS = 8
MOST_CONNECTIONS = 300
IDLE_SECONDS = 60
MOST_HEADER_BYTES = 32 * 1024


def serve(
    folders: Sequence[Path],
    settings: Settings,
    host: str,
    port: int,
    *,
    verbose: bool = False,
    on_ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve the dashboard until it is interrupted; `on_ready` is told the address.

    Runs that were started go on when it ends.  Raises RunError where the port cannot be had.
    """
    import waitress

    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(message)s", level=logging.WARNING)
    logging.getLogger("ibsim.dashboard").setLevel(logging.INFO if verbose else logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    runs = Runs(settings.runs)
    _warm()
    app = create_app(folders, settings, runs)
    try:
        server = waitress.create_server(
            app.server, host=host, port=port, threads=THREADS, ident="ibsim",
            connection_limit=MOST_CONNECTIONS, channel_timeout=IDLE_SECONDS,
            max_request_body_size=MOST_BYTES, max_request_header_size=MOST_HEADER_BYTES,
            **_proxy_options(settings.gate),
        )  # fmt: skip
    except OSError as error:
        runs.close()
        raise RunError(
            f"The dashboard cannot be served at {host}, port {port} ({error.strerror or error}). "
            "Another program may be there: try --port with another number."
        ) from error
    shown = f"[{host}]" if ":" in host else host
    try:
        on_ready(f"http://{shown}:{port or server.effective_port}/")
        server.run()
    finally:
        server.close()
        runs.close()


def _warm() -> None:
    """Have the engine compiled beside, so that the first what-if need not wait for it."""
    code = "from ibsim.experiment.warming import ensure_compiled; ensure_compiled()"
    with suppress(OSError):  # then the first run does it
        subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip


def hosts_of(host: str) -> tuple[str, ...] | None:
    """The names by which a server may be called; any where it is reached from elsewhere."""
    return ("localhost", "127.0.0.1", "::1", host) if is_loopback(host) else None


def _proxy_options(gate: Gate) -> dict[str, str | bool]:
    """Believe the council's proxy, and nobody else, when it says that it was reached by https."""
    if not isinstance(gate, Proxy):
        return {}
    return {
        "trusted_proxy": gate.address,
        "trusted_proxy_headers": "x-forwarded-proto",
        "clear_untrusted_proxy_headers": True,
    }
