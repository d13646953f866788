"""What commands that run many scenarios have in common: the folder, the workers, the bank, the words."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ibsim.commands.run import compiled_engine, first_free

if TYPE_CHECKING:
    from ibsim.results.store import Claim

T = TypeVar("T")
KEPT = "Finished replications are kept: the same command goes on from them."


@contextmanager
def study(
    stem: str,
    out: Path | None,
    crew: Callable[..., T],
    *,
    jobs: int | None,
    scheduler: str,
    no_cache: bool,
    quiet: bool,
) -> Iterator[tuple[Claim, T]]:
    """The claim on the result folder, and what `crew` makes of executor, jobs and bank.

    An interrupt keeps what is finished, unless there is no bank, and says so.
    """
    from ibsim.experiment.bank import shared_bank
    from ibsim.experiment.executors import available_cores, opened, sigterm_interrupts
    from ibsim.results.store import claim

    bank = None if no_cache else shared_bank()
    with (
        sigterm_interrupts(),
        _telling_what_is_kept(bank is not None),
        claim(out or first_free(stem)) as place,
        compiled_engine(quiet),
        opened(jobs or available_cores(), scheduler) as (executor, workers),
    ):
        yield place, crew(executor=executor, jobs=workers, bank=bank)


@contextmanager
def _telling_what_is_kept(kept: bool) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt as error:
        if kept:
            error.add_note(KEPT)
        raise


def print_json(tree: dict[str, Any]) -> None:
    """Print a tree as one line of JSON; NaN as null."""
    import json

    from ibsim.results.manifest import plain

    print(json.dumps(plain(tree), ensure_ascii=False, allow_nan=False))


def print_words(lines: Iterable[str]) -> None:
    """Print lines as wide as the terminal; what wraps is indented a little more than its line."""
    from shutil import get_terminal_size
    from textwrap import fill

    from ibsim.results.terminal import PLAIN_WIDTH

    width = get_terminal_size().columns if sys.stdout.isatty() else PLAIN_WIDTH
    for line in lines:
        more = " " * (2 * (len(line) - len(line.lstrip())))
        whole = line.startswith("Results:")
        print(line if whole else fill(line, width, subsequent_indent=more, break_on_hyphens=False))
