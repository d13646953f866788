"""The ledger: every penny posted once, in whole pence, by month and by what it was for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ibsim.errors import BooksError

I64 = NDArray[np.int64]


class Ledger:
    """Postings added up in a table [month, category, group, arm] of pence.

    Months before the counted start are kept in the last row, so that warm-up spend is in the books
    and in no result.
    """

    def __init__(self, months: int, categories: int, groups: int, arms: int) -> None:
        self.pence = np.zeros((months + 1, categories, groups, arms), dtype=np.int64)
        self.posted = 0

    def post(self, month: int, category: int, where: I64, pence: I64) -> None:
        """Post sums: `where` int64[n] is group * arms + arm of each, `pence` int64[n] its amount."""
        if pence.size == 0:
            return
        groups, arms = self.pence.shape[2:]
        sums = np.zeros(groups * arms, dtype=np.int64)
        np.add.at(sums, where, pence)
        self.pence[month, category] += sums.reshape(groups, arms)
        self.posted += int(pence.sum())

    def check_books(self, category: int, others: int, what: str) -> None:
        """Check that a category equals a sum kept elsewhere, to the penny."""
        here = int(self.pence[:, category].sum())
        if here != others:
            raise BooksError(f"{what}: the ledger has {here} pence, the people's own sums make {others}")
