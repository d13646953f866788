"""How a command ends: errors as one message on stderr, with the exit code that their kind has."""

from __future__ import annotations

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
    except (OSError, MemoryError) as error:
        _end(f"ibsim cannot go on: {str(error) or 'there is not enough memory'}", FAILED, debug)
    except Exception as error:
        notes = "".join(f" ({note})" for note in getattr(error, "__notes__", ()))
        text = f"ibsim failed{notes}: {type(error).__name__}: {error}"
        if not debug:
            _end(f"{text}\nThis is a fault in ibsim; `ibsim --debug ...` shows where.", FAILED, debug)
        raise


def _end(message: str, code: int, debug: bool) -> NoReturn:
    if debug:
        traceback.print_exc()
    print(message, file=sys.stderr)
    sys.exit(code)
