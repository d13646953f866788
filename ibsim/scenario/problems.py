"""How a fault in a scenario is told: where it is, what was found, the rule, the remedy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NoReturn

from ibsim.errors import ScenarioError
from ibsim.units import GROUPS

MOST_LISTED = 10
LONGEST_VALUE = 80
_GROUP = re.compile(rf"\.({'|'.join(GROUPS)})\b")


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule; the four texts of an `InputError`."""

    where: str
    found: str
    rule: str
    remedy: str

    def error(self) -> ScenarioError:
        """The problem as the error that is raised when it is the only one."""
        return ScenarioError(self.where, self.found, self.rule, self.remedy)


def refuse(where: object, found: str, rule: str, remedy: str) -> NoReturn:
    """Raise a `ScenarioError` with these four texts."""
    raise Problem(str(where), found, rule, remedy).error()


def refuse_all(problems: Sequence[Problem]) -> NoReturn:
    """Raise one `ScenarioError`: the first problem in full, up to nine more in a line each."""
    first, *others = _one_for_all_groups(problems)
    remedy = first.remedy
    if others:
        listed = others[: MOST_LISTED - 1]
        remedy += f"\n{len(others)} more to mend:"
        remedy += "".join(f"\n  - {p.where}: found {p.found}; {p.rule}; {p.remedy}" for p in listed)
        if len(others) > len(listed):
            remedy += f"\n  - and {len(others) - len(listed)} others"
    raise ScenarioError(first.where, first.found, first.rule, remedy)


def _one_for_all_groups(problems: Sequence[Problem]) -> list[Problem]:
    """The problems, four that differ only in the group (one value was given to all) made one."""
    told: dict[Problem, list[Problem]] = {}
    for problem in problems:
        told.setdefault(replace(problem, where=_GROUP.sub("", problem.where)), []).append(problem)
    return [p for short, all_of in told.items() for p in ([short] if len(all_of) == len(GROUPS) else all_of)]


def show(value: object) -> str:
    """A value as a message quotes it: with its kind where that could be in doubt, and never long."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {quote(value)}"
    if isinstance(value, date):
        return f"the date {value.isoformat()}"
    if isinstance(value, dict):
        return f"a mapping with {_listed([quote(key) for key in value])}" if value else "an empty mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    return quote(str(value))[1:-1]


def quote(text: str) -> str:
    """Text in quotes on one line, characters that cannot be shown escaped, cut where it is long."""
    shown = text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."
    return "'" + "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown) + "'"


def path_text(path: Sequence[str | int]) -> str:
    """A path in a scenario as messages and `--set` write it: `rollout.waves.0.share_percent`."""
    return ".".join(quote(str(step))[1:-1] for step in path)


def _listed(words: list[str]) -> str:
    return ", ".join(words[:4]) + (" and more" if len(words) > 4 else "")
