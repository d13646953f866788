"""What a lever allows, in words, and the remedy that is most likely meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt

from ibsim.policy.lever import ByGroup, Settings
from ibsim.scenario.catalogue import catalogue, is_settings, key_of, keys_at, members, words
from ibsim.scenario.model import CalendarSettings
from ibsim.units import GROUPS

OWN_KEYS = ("extends", "name", "why", "calendar", "evidence")
"""The keys of a scenario that are not a room's."""

# Suffixes of keys that say the unit, longest first; those with a size can be worked out into one another.
_UNITS: dict[str, tuple[str, float]] = {
    "gbp_per_hour": ("", 0), "gbp_per_week": ("", 0), "gbp_per_year": ("", 0), "hours_per_week": ("", 0),
    "percent_per_year": ("", 0), "per_year": ("", 0), "per_week": ("", 0), "per_month": ("", 0),
    "minutes": ("work", 1), "hours": ("work", 60), "days": ("time", 1), "weeks": ("time", 7),
    "months": ("time", 365.25 / 12), "years": ("time", 365.25),
    "percent": ("share", 0.01), "share": ("share", 1),
    "pence": ("money", 0.01), "gbp": ("money", 1), "pounds": ("money", 1), "fte": ("posts", 1),
    "wte": ("posts", 1), "posts": ("posts", 1),
}  # fmt: skip
_AMOUNT = re.compile(r"[£$€]?\s*([-+]?[0-9][0-9,_ ]*(?:\.[0-9]+)?)\s*(%|[a-zA-Z£ ]*)", re.ASCII)
_SPOKEN_BOOLS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


def allowed(kind: Any, bounds: Iterable[Any], unit: str) -> str:
    """The values that a type with its bounds takes, as the rule of a message."""
    if chosen := words(kind):
        return f"one of {', '.join(chosen)}"
    kinds = [member for member in members(kind) if member is not type(None)]
    first = kinds[0]
    if get_origin(first) is list:
        item = get_args(first)[0]
        return f"a list, each item {allowed(item, getattr(item, '__metadata__', ()), unit)}"
    if isinstance(first, type) and issubclass(first, ByGroup):
        inner = first.model_fields["PD"]
        one = allowed(inner.annotation, inner.metadata, unit)
        return f"{one}, for all groups or for each of {', '.join(GROUPS)}"
    if is_settings(first):
        return f"a mapping with {_some([key_of(*pair) for pair in first.model_fields.items()])}"
    noun = {bool: "true or false", date: "a date", str: "text", int: "a whole number", float: "a number"}[
        first
    ]
    limits = _limits(bounds)
    in_unit = f" ({unit})" if unit not in ("", "date", "choice", "financial year") else ""
    return f"{noun}{' ' + limits if limits else ''}{in_unit}"


def _limits(bounds: Iterable[Any]) -> str:
    low = high = ""
    for bound in bounds:
        for part in getattr(bound, "metadata", [bound]):
            if isinstance(part, Ge):
                low = f"{part.ge:,}" if not isinstance(part.ge, date) else str(part.ge)
            elif isinstance(part, Gt):
                low = f"above {part.gt:,}"
            elif isinstance(part, (Le, Lt)):
                top = part.le if isinstance(part, Le) else part.lt
                high = str(top) if isinstance(top, date) else f"{top:,}"
    if low and high:
        return f"{low} to {high}" if low.startswith("above") else f"from {low} to {high}"
    return (low if low.startswith("above") else f"of at least {low}") if low else ""


def correction(value: object, kind: Any) -> str:
    """What to write instead of a value of the wrong type or outside its bounds."""
    kinds = members(kind)
    if isinstance(kind, type) and issubclass(kind, ByGroup) and not isinstance(value, (dict, list)):
        kinds = members(kind.model_fields["PD"].annotation)
    if (chosen := words(kind)) and isinstance(value, str):
        near = nearest(value, chosen)
        return f"did you mean `{near}`?" if near else f"write one of {', '.join(chosen)}"
    if bool in kinds:
        meant = _SPOKEN_BOOLS.get(str(value).lower(), "")
        return f"write {meant}" if meant else "write true or false"
    if date in kinds:
        return "write the date as year-month-day without quotes, like 2006-04-01"
    if isinstance(value, str) and (int in kinds or float in kinds):
        amount = _AMOUNT.fullmatch(value.strip())
        plain = re.sub(r"[,_ ]", "", amount.group(1)) if amount else ""
        return f"write {plain}" if plain else "write a number in digits, without quotes or unit"
    if isinstance(value, float) and int in kinds and float not in kinds:
        return f"write {round(value)}"
    if any(isinstance(member, type) and issubclass(member, Settings) for member in kinds):
        return "write `key: value` lines below it, indented; take it out if nothing differs"
    if value is None:
        return "write a value, or take the key out"
    return "write a value that the rule allows, or leave the lever out"


def unknown_key(model: type[Settings], path: Sequence[str | int], value: object) -> tuple[str, str]:
    """Rule and remedy for a key that is not known: the nearest one here, with its unit, or elsewhere."""
    key, above = str(path[-1]), path[:-1]
    siblings = keys_at(model, above)
    if not above and model is not CalendarSettings:
        siblings = (*OWN_KEYS, *siblings)
    rule = "only keys that ibsim knows stand here, so that no lever is lost by a slip"
    if place := _elsewhere(model, key, exact=True):
        return rule, place
    if twin := _unit_twin(key, siblings):
        return f"a key ends in its unit; here it is `{twin}`", f"write `{twin}`{_worked(key, twin, value)}"
    if near := nearest(key, siblings):
        return rule, f"did you mean `{near}`?"
    listed = f"the keys here are {_some(siblings)}" if siblings else "no keys stand here: take it out"
    return rule, _elsewhere(model, key, exact=False) or listed


def _some(keys: Sequence[str]) -> str:
    """The first keys as a sentence names them, and how many more there are."""
    most = 14
    return ", ".join(keys[:most]) + (f" and {len(keys) - most} more" if len(keys) > most else "")


def nearest(word: str, known: Iterable[str], cutoff: float = 0.55) -> str:
    """The known word most like `word`; empty if none is much like it."""
    folded = {_fold(candidate): candidate for candidate in known}
    found = difflib.get_close_matches(_fold(word), folded, n=1, cutoff=cutoff)
    return folded[found[0]] if found else ""


def _fold(word: str) -> str:
    return word.lower().replace("-", "_").replace(" ", "_")


def _elsewhere(model: type[Settings], key: str, *, exact: bool) -> str:
    """A lever or section of another part of the scenario that has this key, or nearly."""
    calendar = [("calendar", *path) for path in catalogue(CalendarSettings)]
    paths = [*catalogue(model), *(calendar if model is not CalendarSettings else [])]
    homes: dict[str, str] = {}
    for depth in range(max(map(len, paths))):
        for path in paths:
            if len(path) > depth:
                homes.setdefault(path[depth], ".".join(path[:depth]))
    found = (key if key in homes else "") if exact else nearest(key, homes, 0.75)
    if not found:
        return ""
    home = f"under `{homes[found]}`" if homes[found] else "at the top of the file"
    return f"`{found}` belongs {home}" if exact else f"did you mean `{found}`, which belongs {home}?"


def split_unit(key: str) -> tuple[str, str]:
    """A key without the unit at its end, and that unit; the whole key and nothing where it has none."""
    for unit in _UNITS:
        if key.endswith(f"_{unit}"):
            return key.removesuffix(f"_{unit}"), unit
    return key, ""


def _unit_twin(key: str, siblings: Iterable[str]) -> str:
    """The sibling that is the same lever in another unit; of several the one with a unit of the same kind."""
    stem, unit = split_unit(_fold(key))
    twins = [sibling for sibling in siblings if sibling != _fold(key) and split_unit(sibling)[0] == stem]
    kind = _UNITS.get(unit, ("", 0))[0]
    alike = [twin for twin in twins if kind and _UNITS.get(split_unit(twin)[1], ("", 0))[0] == kind]
    found = alike or twins
    return found[0] if len(found) == 1 else ""


def _worked(key: str, twin: str, value: object) -> str:
    """The value in the right unit, where it can be worked out: `42` days are `6` weeks."""
    (kind, size), (right_kind, right_size) = (
        _UNITS.get(split_unit(_fold(k))[1], ("", 0)) for k in (key, twin)
    )
    if not kind or kind != right_kind or isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    return f" with the value in that unit: {value * size / right_size:g}"
