"""One metric as the results know it: a name that is a promise, a unit, a definition, a direction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Direction = Literal["higher_is_better", "lower_is_better", "neutral"]
Kind = Literal["count", "mean", "percent", "stock", "money"]

MORE: Direction = "higher_is_better"
LESS: Direction = "lower_is_better"
NEUTRAL: Direction = "neutral"


@dataclass(frozen=True, slots=True)
class Metric:
    """A named quantity of one replication, by group, arm and financial year.

    `unit` is what its numbers are in; `definition` says in one or two sentences who or what is counted,
    from when to when; `kind` is how it is made: a count of the year, a mean, a percentage, a stock (an
    average over the days of the year unless the definition names a date) or a sum of money.
    """

    name: str
    unit: str
    definition: str
    direction: Direction
    kind: Kind

    @property
    def decimals(self) -> int:
        """Decimals with which results print the metric; the same for every run."""
        return 2 if self.kind == "money" and self.unit == "pounds" else 4


def wait(name: str, definition: str) -> Iterator[Metric]:
    """A wait in calendar days: its mean over people, and the metrics `_p50` and `_p90` over people."""
    yield Metric(name, "days", f"Mean calendar days {definition}", LESS, "mean")
    for suffix, word in (("p50", "Median"), ("p90", "90th percentile (over people) of the")):
        text = f"{word} calendar days {definition}"
        yield Metric(f"{name}_{suffix}", "days", text, LESS, "mean")
