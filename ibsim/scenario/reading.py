"""Guarded reading of a scenario file: size and encoding are checked before anything is parsed."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import NamedTuple, NoReturn

from ibsim.scenario.problems import refuse
from ibsim.scenario.scalars import character_name, unseen
from ibsim.scenario.tree import Node, parse

MAX_BYTES = 2_000_000
SUFFIXES = (".yaml", ".yml")
WORKBOOK = ".xlsx"


class Kind(NamedTuple):
    """What a file is meant to be, for messages: its noun, the forms that it has, how it gets smaller."""

    noun: str
    forms: str
    slimmer: str


SCENARIO = Kind(
    "a scenario",
    "a .yaml file or a workbook",
    "keep data out of the scenario; state only what differs from its parent",
)


def read_file(path: Path, shown: str) -> Node:
    """Read one scenario file into a tree whose root is a mapping; `shown` names the file in messages.

    Raises `ScenarioError` for a file that cannot be read, is too large, is not UTF-8 text or is not
    YAML of the guarded kind; for a workbook, see `workbook.reading`.
    """
    if path.suffix.lower() == WORKBOOK:
        from ibsim.scenario.workbook.guard import MAX_BYTES as MOST
        from ibsim.scenario.workbook.reading import read_workbook

        return read_workbook(read_bytes(path, shown, MOST), shown)
    root = parse(_text(read_bytes(path, shown, MAX_BYTES), shown), shown)
    if not isinstance(root.value, dict):
        refuse(
            root.mark,
            "a file without keys" if root.value is None else "a list or a single word",
            "a scenario is a mapping of keys to values",
            "start it with `name:` and `why:`; `ibsim new` writes one to begin with",
        )
    return root


def read_bytes(path: Path, shown: str, most: int, kind: Kind = SCENARIO) -> bytes:
    """The content of a file of a kind, of at most so many bytes; `ScenarioError` where that cannot be had."""
    rule = f"{kind.noun} is a file that can be read"
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            found = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
            refuse(shown, found, rule, f"name {kind.forms}")
        if status.st_size > most:
            _too_large(shown, f"{status.st_size:,} bytes", most, kind)
        with path.open("rb") as file:
            content = file.read(most + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        refuse(shown, f"a file that cannot be read ({reason})", rule, "check the name and the permissions")
    if len(content) > most:
        _too_large(shown, f"more than {most:,} bytes", most, kind)
    return content


def _too_large(shown: str, found: str, most: int, kind: Kind) -> NoReturn:
    refuse(shown, found, f"{kind.noun} has at most {most:,} bytes", kind.slimmer)


def _text(content: bytes, shown: str) -> str:
    rule = "a scenario is UTF-8 text without a byte order mark"
    remedy = "save the file as UTF-8 (in Notepad: 'UTF-8', not 'UTF-8 with BOM' or 'Unicode')"
    if content.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        refuse(f"{shown}:1", "a byte order mark", rule, remedy)
    if content.startswith(b"PK\x03\x04"):
        refuse(f"{shown}:1", "a zip file, such as an Excel workbook", rule, "call a workbook .xlsx")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        refuse(f"{shown}:{line}", f"the byte 0x{content[error.start]:02x}, which is not UTF-8", rule, remedy)
    hidden = unseen(text)
    if hidden is not None:
        line = text.count("\n", 0, hidden.start()) + 1
        refuse(
            f"{shown}:{line}",
            f"the character {character_name(hidden.group())}",
            "a scenario has no control characters and none that hide or reorder text",
            "take the character out, or type the line again",
        )
    return text
