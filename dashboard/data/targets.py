"""What a council wants to reach: targets from a small file, a council's own file, or a link."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from dashboard.data.run import Cell
from ibsim.errors import ResultFolderError
from ibsim.results.guarded import damaged, number, read_rows

FILE = "targets.csv"
"""The shipped targets lie beside this module; a file of this name among the results takes their place."""
SHIPPED = Path(__file__).with_name(FILE)
PREFIX = "target_"
"""With the target's key: its name in a link."""
RULES = ("at_least", "at_most")
MET, MISSED, UNSURE, UNKNOWN = "met", "missed", "not certain", "not known"
_COLUMNS = ("key", "metric", "rule", "value", "status", "source", "reasoning")


@dataclass(frozen=True, slots=True)
class Target:
    """What a metric is to reach; `rule` is `at_least` or `at_most`, `status` as in the evidence."""

    key: str
    metric: str
    rule: str
    value: float
    status: str
    source: str
    reasoning: str

    @property
    def words(self) -> str:
        """`at least` or `at most`."""
        return self.rule.replace("_", " ")

    def met(self, cell: Cell) -> str:
        """Whether a result reaches the target, and whether its interval leaves that open."""
        if math.isnan(cell.mean):
            return UNKNOWN
        sign = 1 if self.rule == "at_least" else -1
        low, high = (cell.mean, cell.mean) if math.isnan(cell.low) else (cell.low, cell.high)
        worst, best = sorted((sign * low, sign * high))
        if worst >= sign * self.value:
            return MET
        return MISSED if best < sign * self.value else UNSURE


def targets(roots: Sequence[Path], wanted: Mapping[str, str]) -> dict[str, Target]:
    """The targets by key: the shipped ones, under those of a file among the results, under a link's.

    `wanted` are the parts of a link; what is no finite number there is left out.  Raises ResultFolderError
    for a file that is no table of targets.
    """
    found = dict(_read(SHIPPED, 0))
    for root in roots:
        path = root / FILE
        if path.is_file():
            found |= _read(path, path.stat().st_mtime_ns)
    for key, target in found.items():
        given = wanted.get(PREFIX + key, "")
        try:
            value = float(given)
        except ValueError:
            continue
        if math.isfinite(value):
            reasoning = f"set for this view; otherwise {target.words} {target.value:g}"
            found[key] = replace(target, value=value, status="set", source="", reasoning=reasoning)
    return found


@lru_cache(maxsize=16)
def _read(path: Path, stamp: int) -> dict[str, Target]:
    found = {}
    for row in read_rows(path, _COLUMNS):
        try:
            value = number(row["value"])
        except ValueError:
            value = math.nan
        if row["rule"] not in RULES or math.isnan(value):
            raise _unusable(path, row)
        texts = {name: row[name] for name in _COLUMNS if name != "value"}
        found[row["key"]] = Target(value=value, **texts)
    return found


def _unusable(path: Path, row: Mapping[str, str]) -> ResultFolderError:
    rule = f"a target's rule is {' or '.join(RULES)}, its value a number"
    return damaged(path, f"{row['key'][:40]}: {row['rule'][:40]} {row['value'][:40]}", rule)
