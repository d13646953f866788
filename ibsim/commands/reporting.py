"""How a command ends: errors as one message on stderr, with the exit code that their kind has."""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from ibsim.errors import IbsimError

INTERRUPTED = 130
TERMINATED = 143
FAILED = 1
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
UNMAPPED = "failed to map segment"
"""How the system's loader says that a library found no memory; Python makes an ImportError of it."""

# Typer carries its own click or uses the installed one, by version; this is the right ClickException in both.
_USAGE: type[Exception] = next(
    kind
    for kind in typer.BadParameter.__mro__
    if issubclass(kind, Exception) and kind.__name__ == "ClickException"
)


@contextmanager
def reported(debug: bool) -> Iterator[None]:
    """Turn errors into one message and an exit code: bad input 2, a failed run 1, Ctrl-C 130, SIGTERM 143.

    With `debug` the traceback comes before the message.  What Typer says itself (usage, help) passes.
    """
    try:
        yield
    except (_USAGE, typer.Exit, typer.Abort, BrokenPipeError):
        raise
    except IbsimError as error:
        _end("\n".join([str(error), *getattr(error, "__notes__", ())]), error.exit_code, debug)
    except KeyboardInterrupt as error:
        code = TERMINATED if type(error).__name__ == "Terminated" else INTERRUPTED
        told = getattr(error, "__notes__", ["what was not finished has not been written."])
        _end(f"Stopped; {' '.join(told)}", code, debug)
    except Exception as error:
        if (found := _scarce(error)) is not None:
            told = "\n".join([f"ibsim cannot go on: {found}", *getattr(error, "__notes__", ())])
            _end(told, FAILED, debug)
        notes = "".join(f" ({note})" for note in getattr(error, "__notes__", ()))
        text = f"ibsim failed{notes}: {type(error).__name__}: {error}"
        if not debug:
            _end(f"{text}\nThis is a fault in ibsim; `ibsim --debug ...` shows where.", FAILED, debug)
        raise


def _scarce(error: Exception) -> str | None:
    """What this machine lacks, and the remedy, where that is why an error arose; None for other errors."""
    if (
        isinstance(error, MemoryError)
        or getattr(error, "errno", None) == errno.ENOMEM
        or UNMAPPED in str(error)
    ):
        more = f" ({error})" if str(error) else ""
        return (
            f"there is not enough memory{more}. Close other programs, try fewer --jobs, or a larger machine."
        )
    if not isinstance(error, OSError):
        return None
    if error.errno in FULL:
        return f"the disk is full ({error}). Make room on it, or name another --out."
    return str(error)


def _end(message: str, code: int, debug: bool) -> NoReturn:
    if debug:
        traceback.print_exc()
    print(message, file=sys.stderr)
    sys.exit(code)
