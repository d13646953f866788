"""The books of signs: what can be nought but never less, and sums that fit their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.errors import BooksError, ScenarioError


def check_not_negative(tables: Mapping[str, NDArray[Any]]) -> int:
    """Check that nothing in these tables (integers of any shape, by name) is below 0.

    Whole numbers that outgrow their place come back negative, so that this finds them too.  Returns how many
    tables were checked; raises BooksError.
    """
    for name, table in tables.items():
        if table.size and table.min() < 0:
            row = int(np.argwhere(table < 0)[0][0])
            raise BooksError(f"{name} is {int(table.min())} in row {row}, and cannot be below 0")
    return len(tables)


@contextmanager
def whole_sums(where: str, sums: Mapping[str, NDArray[Any]], most: Mapping[str, int]) -> Iterator[None]:
    """Refuse sums for one person that outgrow their place, while they are filled in.

    `sums` are pence by name, `most` the pence of each that are kept; `where` is the part of the scenario
    that they come from.  Raises ScenarioError.
    """
    try:
        with np.errstate(invalid="raise"):
            yield
        large = [name for name, pence in sums.items() if pence.size and pence.max() > most[name]]
    except FloatingPointError:
        large = ["money"]
    if large:
        lowest, highest = min(most.values()) // 100, max(most.values()) // 100
        raise ScenarioError(
            where,
            f"{large[0]} of one person comes to more than ibsim keeps",
            f"one person's money is at most {lowest:,} pounds a week, and {highest:,} a year",
            "lower the pounds or their spread (sigma), or raise the share of people who have them",
        )
