"""The report on paper: printed to PDF by a Chromium that is on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from ibsim.errors import InputError, RunError
from ibsim.excel import CREATED

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
VARIABLE = "IBSIM_CHROMIUM"
SECONDS = 180
_DATE = re.compile(rb"\(D:\d{14}")
"""The moment of making as a PDF holds it; a fixed one of the same length takes its place."""


def browser() -> str:
    """The command of a Chromium; InputError, which says how to get one, where there is none."""
    named = os.environ.get(VARIABLE, "")
    for name in [named] if named else NAMES:
        found = shutil.which(name)
        if found:
            return found
    rule = f"a PDF is printed by one of {', '.join(NAMES)}, or by what {VARIABLE} names"
    remedy = "install it (on Debian: apt-get install chromium), or print the HTML file from any browser"
    raise InputError("--pdf", f"no {named or 'Chromium'} on this machine", rule, remedy)


def pdf_bytes(html: str, command: str) -> bytes:
    """The page as PDF; the same page and browser give the same bytes.  RunError where printing fails."""
    with tempfile.TemporaryDirectory(prefix="ibsim-report-") as folder:
        page, printed = Path(folder) / "report.html", Path(folder) / "report.pdf"
        page.write_text(html, encoding="utf-8")
        told = _print(command, page, printed, Path(folder) / "profile")
        try:
            content = printed.read_bytes()
        except FileNotFoundError:
            raise RunError(f"{command} printed no PDF. It said: {told[-600:] or 'nothing'}") from None
    return _DATE.sub(f"(D:{CREATED:%Y%m%d%H%M%S}".encode(), content)


def _print(command: str, page: Path, printed: Path, profile: Path) -> str:
    """Have the browser print; what it said."""
    words = [
        command, "--headless", "--disable-gpu", "--disable-extensions", "--no-first-run",
        f"--user-data-dir={profile}", "--no-pdf-header-footer", f"--print-to-pdf={printed}", page.as_uri(),
    ]  # fmt: skip
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        words.insert(1, "--no-sandbox")  # Chromium refuses to run as root otherwise
    try:
        done = subprocess.run(words, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise RunError(f"{command} did not finish printing within {SECONDS} seconds.") from None
    return done.stderr.decode("utf-8", "replace").strip()
