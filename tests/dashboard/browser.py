"""A real Chromium before a real server: what the browser tests have in common."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import waitress
from playwright.sync_api import ConsoleMessage, Page, Request, expect

from dashboard.app import create_app
from dashboard.runs.manager import Runs
from dashboard.settings import Settings

SECONDS = 60
"""How long a test waits for what must come: machines under load are slow, and nothing here is timed."""
expect.set_options(timeout=1000 * SECONDS)
PATHS = (
    *("/", "/flow", "/staff", "/money", "/market", "/people"),
    *("/compare", "/what-if", "/assumptions", "/method"),
)


@contextmanager
def served(folder: Path, runs: Runs) -> Iterator[str]:
    """The dashboard over a folder, in a thread; its address."""
    app = create_app([folder], Settings(runs.folder, hosts=("127.0.0.1",)), runs)
    server = waitress.create_server(app.server, host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown(timeout=SECONDS)  # what is being answered still needs the server
        server.close()
        for channel in list(server.active_channels.values()):
            channel.handle_close()  # a browser keeps its connections, and the server ends with the last
        thread.join(timeout=5)


class Watched:
    """A page, and what went wrong on it: errors on its console, requests that leave this machine."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.errors: list[str] = []
        self.abroad: list[str] = []
        page.set_default_timeout(1000 * SECONDS)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", "data:", "blob:")):
            self.abroad.append(request.url)

    def open(self, path: str) -> Page:
        """Go to a page, and wait until it stands and nothing more is being asked for."""
        self.page.goto(self.address + path)
        expect(self.page.locator("main h1")).to_be_visible(timeout=1000 * SECONDS)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until callbacks are answered and pictures drawn."""
        self.page.wait_for_load_state("networkidle")
        drawn = "() => [...document.querySelectorAll('.picture')].every(e => e.querySelector('.main-svg'))"
        self.page.wait_for_function(drawn)
