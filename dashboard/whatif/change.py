"""A change of a lever, in the words of a scenario file: `workforce.support_planners_fte=8`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ibsim.scenario.workbook.layout import WAVE_KEYS, WAVES_KEY

MOST_CHANGES = 60
MOST_CHARACTERS = 2_000
_DATED = re.compile(r"\[\{from: (\d{4}-\d\d-\d\d), value: (.*)\}\]", re.ASCII)
_LISTS = ("groups", "localities", "teams")


@dataclass(frozen=True)
class Change:
    """A lever by its path (with the group for one of several), its new value, and from when it holds.

    `since` is empty for a value that holds throughout.
    """

    lever: str
    value: str
    since: str = ""

    @property
    def text(self) -> str:
        """The change as `--set` takes it."""
        value = f"[{{from: {self.since}, value: {self.value}}}]" if self.since else self.value
        return f"{self.lever}={value}"

    @classmethod
    def parse(cls, text: str) -> Change:
        """The change that a text says, as far as it says one."""
        lever, _, value = text.partition("=")
        dated = _DATED.fullmatch(value)
        return cls(lever, dated[2], dated[1]) if dated else cls(lever, value)


def parse_all(text: str, known: Iterable[str]) -> tuple[Change, ...]:
    """The changes of a link, one a line; those of unknown levers are left out."""
    names = {*known, WAVES_KEY}
    lines = [line for line in text.split("\n")[: MOST_CHANGES + 1] if line and len(line) <= MOST_CHARACTERS]
    found = {change.lever: change for change in map(Change.parse, lines) if change.lever in names}
    return tuple(found.values())


def texts(changes: Iterable[Change]) -> list[str]:
    """The changes as `--set` takes them; one without a value is not made yet."""
    return [change.text for change in changes if change.value.strip()]


def waves_change(waves: Sequence[dict[str, Any]]) -> Change:
    """The change that puts these waves in place of the parent's; empty cells are left to their defaults."""
    shown = ("{" + ", ".join(_pairs(wave)) + "}" for wave in waves)
    return Change(WAVES_KEY, "[" + ", ".join(shown) + "]")


def _pairs(wave: dict[str, Any]) -> Iterable[str]:
    for key in WAVE_KEYS:
        value = wave.get(key)
        if value in (None, "", []):
            continue
        if key in _LISTS:
            items = value if isinstance(value, list) else str(value).split(",")
            value = "[" + ", ".join(str(item).strip() for item in items) + "]"
        elif isinstance(value, float):
            value = f"{value:.12g}"  # 100 and 100.0 are the same share
        yield f"{key}: {value}"
