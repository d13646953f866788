"""The books of stages: people in = stock + out, and Little's law, as equalities of whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Set

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.shared import CAME, CAME_AT, STAYED, WENT, WENT_AT
from ibsim.engine.state import I64
from ibsim.errors import BooksError


def check_stages(flows: I64, stage: NDArray[np.int8], since: NDArray[np.int32], end: int) -> int:
    """Check that people in = stock + out, and that stock over time = the sum of stays.

    `flows` int64[stage, 5] was kept as people moved; `stage` and `since` are everybody's now.  The
    stock's integral is built from the moments of moves, the stays from each person's own column.
    Returns how many stages were checked; raises BooksError.
    """
    n_stages = flows.shape[0]
    stock = np.bincount(stage, minlength=n_stages)
    still = np.zeros(n_stages, dtype=np.int64)
    np.add.at(still, stage, end - since.astype(np.int64))
    start = np.zeros(n_stages, dtype=np.int64)
    start[0] = stage.size
    integral = flows[:, WENT_AT] - flows[:, CAME_AT] + stock * end
    for number in range(n_stages):
        came, went = start[number] + flows[number, CAME], flows[number, WENT]
        if came != stock[number] + went:
            raise BooksError(
                f"stage {number}: {came} people came in, {stock[number]} are there and {went} went out"
            )
        stays = flows[number, STAYED] + still[number]
        if integral[number] != stays:
            raise BooksError(
                f"stage {number}: the stock over time makes {integral[number]} person-minutes, "
                f"the stays add up to {stays} (Little's law)"
            )
    return n_stages


def check_changes(changes: I64, flows: I64, legal: Mapping[int, Set[int]]) -> int:
    """Check that people changed stage only as is legal, and as often as `flows` has it.

    `changes` int64[stage, stage] counts who went from the one to the other; `legal` names for each stage
    those that may follow.  Returns how many changes were checked; raises BooksError.
    """
    for before, after in np.argwhere(changes).tolist():
        if after not in legal[before]:
            raise BooksError(f"{changes[before, after]} people went from stage {before} to stage {after}")
    if not (
        np.array_equal(changes.sum(axis=1), flows[:, WENT])
        and np.array_equal(changes.sum(axis=0), flows[:, CAME])
    ):
        raise BooksError("people changed stage more or less often than they came and went")
    return int(changes.sum())
