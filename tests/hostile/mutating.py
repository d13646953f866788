"""Mutations of scenario files: of their text, byte by byte, and of what they say, value by value."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import yaml

from ibsim.scenario.catalogue import catalogue
from ibsim.scenario.hints import split_unit
from ibsim.scenario.model import CalendarSettings, Levers
from tests.councils import Plain

Path = tuple[str | int, ...]
Dice = random.Random
TOKENS = (
    "[", "]", "{", "}", ": ", "- ", "\n", "  ", "\t", "#", "'", '"', "|", ">", "?", "~", "\\", "\r", ",",
    "&a ", "*a", "!!x ", "!!python/object:os.system ", "<<: ", "---\n", "...\n", "%YAML 1.2\n",
    ".nan", ".inf", "-.inf", "1e999", "-1", "9" * 20, "0x10", "010", "1_000", "1,5", "12:30",
    "no", "yes", "null", "2006-02-30", "2006-04-01", "9999-12-31", "0001-01-01", "PD", "OP",
    "extends: x\n", "from: ", "value: ", "rollout: ", "\x00", "\u202e", "\ufeff", "é", "\U0001d7d7", "5 %",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, -0.5, 0.1, 1e-300, 1e300, -1e300, 10**17, 10**30, 2**31, 2**63,
    100, 100.001, float("nan"), float("inf"), -float("inf"),
    "", " ", "nan", "no", "yes", "on", "12", "5 %", "£12", "1e", "x",
    "PD", "OP", "at_review", "everyone", "panel", "x" * 300, "metropolitan", "../metropolitan", "=1+1",
    date(1, 1, 1), date(1989, 12, 31), date(2006, 4, 1), date(2007, 6, 15), date(9999, 12, 31),
    [], {}, [1], ["PD", "LD"], [None], {"PD": 1}, {"PD": 1, "XX": 2}, {"from": 1},
    [{"from": date(2007, 4, 1), "value": 3}], [{"from": date(1950, 1, 1), "value": 3}], [{"from": "x"}],
    [{"from": date(2008, 4, 1), "value": 1}, {"from": date(2007, 4, 1), "value": 2}],
    {"a": {"b": {"c": [1]}}},
)  # fmt: skip
UNITS = ("days", "weeks", "hours", "minutes", "percent", "gbp_per_hour", "gbp_per_week", "fte", "pence")
LEVERS: tuple[Path, ...] = (
    *catalogue(Levers), *(("calendar", *path) for path in catalogue(CalendarSettings)),
    ("evidence", "team-size"), ("evidence", "review-hours/OP"), ("evidence", "no-such-row"), ("extends",),
)  # fmt: skip


def mutated(dice: Dice, text: str) -> bytes:
    """The file with one to four faults, in its text or in what it says."""
    if dice.random() < 0.5:
        for _ in range(dice.randint(1, 4)):
            text = dice.choice(TEXTUAL)(dice, text)
        return text.encode("utf-8", "surrogatepass")
    if dice.random() < 0.2:
        raw = bytearray(text.encode())
        for _ in range(dice.randint(1, 3)):
            raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
        return bytes(raw)
    tree = yaml.safe_load(text)
    for _ in range(dice.randint(1, 3)):
        tree = dice.choice(STRUCTURAL)(dice, tree)
    return yaml.dump(tree, Dumper=Plain, allow_unicode=True, sort_keys=False).encode()


# --- of the text ------------------------------------------------------------------------------------


def _insert(dice: Dice, text: str) -> str:
    at = dice.randrange(len(text) + 1)
    return text[:at] + dice.choice(TOKENS) + text[at:]


def _delete(dice: Dice, text: str) -> str:
    at = dice.randrange(len(text) + 1)
    return text[:at] + text[at + dice.choice((1, 1, 2, 5, 20)) :]


def _overwrite(dice: Dice, text: str) -> str:
    at = dice.randrange(len(text) + 1)
    return text[:at] + dice.choice(TOKENS) + text[at + dice.choice((1, 3, 8)) :]


def _truncate(dice: Dice, text: str) -> str:
    return text[: dice.randrange(len(text) + 1)]


def _by_line(change: Callable[[Dice, list[str]], None]) -> Callable[[Dice, str], str]:
    def of(dice: Dice, text: str) -> str:
        lines = text.split("\n")
        change(dice, lines)
        return "\n".join(lines)

    return of


def _repeat_line(dice: Dice, lines: list[str]) -> None:
    lines.insert(dice.randrange(len(lines)), dice.choice(lines))


def _lose_line(dice: Dice, lines: list[str]) -> None:
    del lines[dice.randrange(len(lines))]


def _swap_lines(dice: Dice, lines: list[str]) -> None:
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _indent(dice: Dice, lines: list[str]) -> None:
    at = dice.randrange(len(lines))
    lines[at] = (
        dice.choice((" ", "  ", "    ", "\t")) + lines[at] if dice.random() < 0.6 else lines[at].lstrip()
    )


def _swap_values(dice: Dice, lines: list[str]) -> None:
    """Two lines keep their keys and change their values."""
    with_value = [n for n, line in enumerate(lines) if ": " in line]
    if with_value:
        one, other = dice.choice(with_value), dice.choice(with_value)
        (key, _, value), (its_key, _, its_value) = lines[one].partition(": "), lines[other].partition(": ")
        lines[one], lines[other] = f"{key}: {its_value}", f"{its_key}: {value}"


TEXTUAL: tuple[Callable[[Dice, str], str], ...] = (
    _insert, _insert, _delete, _overwrite, _truncate,
    *map(_by_line, (_repeat_line, _lose_line, _swap_lines, _indent, _swap_values)),
)  # fmt: skip


# --- of what it says --------------------------------------------------------------------------------


def places(tree: Any, path: Path = ()) -> Iterator[Path]:
    """The path of every value in a tree below its root."""
    items: list[tuple[str | int, Any]] = []
    if isinstance(tree, dict):
        items = list(tree.items())
    elif isinstance(tree, list):
        items = list(enumerate(tree))
    for key, below in items:
        yield (*path, key)
        yield from places(below, (*path, key))


def _some_place(dice: Dice, tree: Any) -> tuple[Any, Any]:
    """A list or mapping of the tree, and one of its keys; the root has to have something in it."""
    path = dice.choice(list(places(tree)))
    for step in path[:-1]:
        tree = tree[step]
    return tree, path[-1]


def _another_value(dice: Dice, tree: Any) -> Any:
    holder, key = _some_place(dice, tree)
    holder[key] = copy.deepcopy(dice.choice(VALUES))
    return tree


def _another_size(dice: Dice, tree: Any) -> Any:
    """A number that is another one; anything else is repeated in a list."""
    holder, key = _some_place(dice, tree)
    value = holder[key]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        holder[key] = value * dice.choice((-1, 0, 0.5, 1.01, 2, 10, 1_000, 1e9))
    else:
        holder[key] = [value] * dice.choice((1, 2, 30))
    return tree


def _another_key(dice: Dice, tree: Any) -> Any:
    """A key that is misspelt, or has another unit at its end."""
    holder, key = _some_place(dice, tree)
    if isinstance(key, str):
        stem, unit = split_unit(key)
        new = f"{stem}_{dice.choice(UNITS)}" if unit and dice.random() < 0.5 else slip(dice, key)
        holder[new] = holder.pop(key)
    return tree


def _lost_key(dice: Dice, tree: Any) -> Any:
    holder, key = _some_place(dice, tree)
    del holder[key]
    return tree if tree else {"name": "n"}


def _deeper(dice: Dice, tree: Any) -> Any:
    """A value some levels further down."""
    holder, key = _some_place(dice, tree)
    for _ in range(dice.choice((1, 1, 2, 30, 60))):
        holder[key] = (
            {dice.choice(("value", "PD", str(key))): holder[key]} if dice.random() < 0.7 else [holder[key]]
        )
    return tree


def _moved(dice: Dice, tree: Any) -> Any:
    """A value that stands somewhere else too."""
    (holder, key), (source, other) = _some_place(dice, tree), _some_place(dice, tree)
    holder[key] = copy.deepcopy(source[other])  # no tree holds itself
    return tree


def _lever_set(dice: Dice, tree: Any) -> Any:
    """Any lever of the catalogue, or an entry of it, with any value."""
    path = dice.choice(LEVERS)
    here = tree
    for step in path[:-1]:
        if not isinstance(here.get(step), dict):
            here[step] = {}
        here = here[step]
    here[path[-1]] = copy.deepcopy(dice.choice(VALUES))
    return tree


STRUCTURAL: tuple[Callable[[Dice, Any], Any], ...] = (
    _another_value, _another_value, _another_size, _another_key, _lost_key, _deeper, _moved,
    _lever_set, _lever_set,
)  # fmt: skip


def slip(dice: Dice, word: str) -> str:
    """The word with one slip: a letter too many, too few, another one, or two the wrong way round."""
    at = dice.randrange(len(word))
    letter = dice.choice("abcdefghijklmnopqrstuvwxyz_")
    match dice.randrange(4):
        case 0:
            return word[:at] + letter + word[at:]
        case 1 if len(word) > 1:
            return word[:at] + word[at + 1 :]
        case 2 if at + 1 < len(word) and word[at] != word[at + 1]:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + (letter if letter != word[at] else "q") + word[at + 1 :]
