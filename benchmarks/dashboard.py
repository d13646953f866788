"""`python -m benchmarks.dashboard`: how the dashboard answers under load, and whether its memory stays.

It serves ten result folders of the county, as `ibsim dashboard` does, and asks from another process: first
what a browser asks for a first page, then 50 users for a minute, then 10,000 callbacks.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

FOLDERS = 10
PATHS = (
    "/",
    "/flow",
    "/staff",
    "/money",
    "/market",
    "/people",
    "/compare",
    "/what-if",
    "/assumptions",
    "/method",
)
GROUPS = ("all", "PD", "LD", "MH", "OP")
THINKING_SECONDS = (1.0, 3.0)
"""How long a user looks before the next click."""
MEMORY_CALLBACKS, WARM_CALLBACKS = 10_000, 1_500
PAGE_SECONDS, CLICK_SECONDS, MEMORY_PERCENT = 2.0, 0.5, 5.0


@dataclass(frozen=True)
class Site:
    """A dashboard that is served: its port, its process, its results, and the callback that shows a page."""

    port: int
    process: int
    ids: tuple[str, ...]
    callback: dict[str, Any]


def main() -> None:
    """Measure and print; exit 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--callbacks", type=int, default=MEMORY_CALLBACKS)
    parser.add_argument("--scenario", default="county")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), asked.scenario) as site:
        for path in PATHS:
            click(http.client.HTTPConnection("127.0.0.1", site.port), site, path, site.ids[0], "all")
        first = min(first_page(site) for _ in range(5))
        print(f"first page, all that it needs, warm server: {first:.2f} s (goal {PAGE_SECONDS:g})")
        took, errors = load(site, asked.users, asked.seconds)
        p95 = statistics.quantiles(took, n=20)[-1]
        print(
            f"{asked.users} users, {asked.seconds:.0f} s: {len(took)} clicks, {errors} errors, "
            f"median {statistics.median(took):.3f} s, p95 {p95:.3f} s (goal {CLICK_SECONDS:g}), "
            f"most {max(took):.3f} s"
        )
        grown, failed = memory(site, asked.callbacks)
        print(
            f"memory over {asked.callbacks:,} callbacks: {grown:+.1f} percent (goal under {MEMORY_PERCENT:g})"
        )
    sys.exit(
        int(first > PAGE_SECONDS or p95 > CLICK_SECONDS or bool(errors + failed) or grown > MEMORY_PERCENT)
    )


@contextmanager
def served(folder: Path, scenario: str) -> Iterator[Site]:
    """The dashboard over ten results, as a process of its own."""
    results = folder / "results"
    ibsim = [sys.executable, "-m", "ibsim"]
    first = results / "county-01"
    subprocess.run(
        [*ibsim, "run", scenario, "--replications", "3", "--out", str(first), "--quiet"], check=True
    )
    for number in range(2, FOLDERS + 1):
        shutil.copytree(first, results / f"county-{number:02}")
    command = [*ibsim, "dashboard", str(results), "--port", "0", "--runs", str(results / "what-if")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            said = process.stderr.readline()
            match = re.search(r":(\d+)/", said)
            if match is None:
                raise SystemExit(f"the dashboard did not start: {said}")
            port = int(match[1])
            threading.Thread(target=process.stderr.read, daemon=True).start()
            yield Site(
                port,
                process.pid,
                tuple(sorted(path.name for path in results.glob("county-*"))),
                callback(port),
            )
        finally:
            process.terminate()


def callback(port: int) -> dict[str, Any]:
    """The callback that shows a page, as the dashboard tells it."""
    found = json.loads(get(http.client.HTTPConnection("127.0.0.1", port), "/_dash-dependencies"))
    return next(one for one in found if "main.children" in one["output"])


def get(connection: http.client.HTTPConnection, path: str) -> bytes:
    """What is at an address; an error where there is none."""
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return body


def click(connection: http.client.HTTPConnection, site: Site, path: str, id: str, group: str) -> float:
    """Have a page shown; the seconds that it took."""
    search = f"?results={quote(id)}&group={group}"
    outputs = [
        {"id": part.partition(".")[0], "property": part.partition(".")[2]}
        for part in site.callback["output"].strip(".").split("...")
    ]
    values = {"pathname": path, "search": search}
    body = {
        "output": site.callback["output"],
        "outputs": outputs,
        "inputs": [one | {"value": values[one["property"]]} for one in site.callback["inputs"]],
        "changedPropIds": ["place.pathname"],
    }
    started = time.perf_counter()
    connection.request(
        "POST", "/_dash-update-component", json.dumps(body), {"Content-Type": "application/json"}
    )
    answer = connection.getresponse()
    content = answer.read()
    took = time.perf_counter() - started
    if answer.status != 200 or b'"main"' not in content:
        raise RuntimeError(f"{path}: {answer.status} {content[:200]!r}")
    return took


def first_page(site: Site) -> float:
    """The seconds in which all that a browser without a past asks for has been served."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port)
    started = time.perf_counter()
    page = get(connection, f"/?results={site.ids[0]}").decode()
    for address in re.findall(r'(?:src|href)="(/[^"]+)"', page):
        get(connection, address)
    for address in ("/_dash-layout", "/_dash-dependencies"):
        get(connection, address)
    get(connection, "/_dash-component-suites/dash/dcc/async-graph.js")
    click(connection, site, "/", site.ids[0], "all")
    return time.perf_counter() - started


def load(site: Site, users: int, seconds: float) -> tuple[list[float], int]:
    """Users who click and look, in a process of their own; the seconds of all clicks, and how many failed."""
    context = multiprocessing.get_context("spawn")
    queue: Any = context.Queue()
    process = context.Process(target=_users, args=(site, users, seconds, queue))
    process.start()
    took, errors = queue.get()
    process.join()
    return took, errors


def _users(site: Site, users: int, seconds: float, queue: Any) -> None:
    took: list[float] = []
    errors: list[str] = []
    end = time.monotonic() + seconds

    def user(number: int) -> None:
        dice = random.Random(number)
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
        time.sleep(dice.uniform(0, THINKING_SECONDS[1]))
        while time.monotonic() < end:
            try:
                took.append(
                    click(connection, site, dice.choice(PATHS), dice.choice(site.ids), dice.choice(GROUPS))
                )
            except (OSError, RuntimeError, http.client.HTTPException) as error:
                errors.append(str(error))
                connection.close()
            time.sleep(dice.uniform(*THINKING_SECONDS))

    threads = [threading.Thread(target=user, args=(number,)) for number in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    queue.put((took, len(errors)))


def memory(site: Site, callbacks: int) -> tuple[float, int]:
    """How much the server's memory grows over many callbacks, in percent, and how many failed."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    dice = random.Random(1)

    def some(count: int) -> int:
        failed = 0
        for _ in range(count):
            try:
                click(connection, site, dice.choice(PATHS), dice.choice(site.ids), dice.choice(GROUPS))
            except (OSError, RuntimeError):
                failed += 1
        return failed

    some(WARM_CALLBACKS)
    before = resident(site.process)
    failed = some(callbacks)
    return 100 * (resident(site.process) / before - 1), failed


def resident(process: int) -> int:
    """The memory that a process holds, in kB."""
    status = Path("/proc", str(process), "status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])  # type: ignore[index]  # Linux always says it


if __name__ == "__main__":
    main()
