"""Accounts: what one institution posts to the ledger, and its own sum of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ibsim.engine.state import I64
from ibsim.errors import BooksError


class Account:
    """One institution's postings: the only one in its categories, with a sum of its own for the books.

    `ledger` is int64[month, payer, category, group, arm] and `posted` int64[1], both in pence and shared with
    everybody who posts; `own` is what went through this account.
    """

    def __init__(self, name: str, categories: Sequence[int], ledger: I64, posted: I64) -> None:
        self.name, self.categories = name, tuple(categories)
        self._ledger, self._posted = ledger, posted
        self.own = 0

    def post(self, month: int, payer: int, pence: I64) -> None:
        """Post int64[category, group, arm] in a month (-1: the warm-up), paid by one payer."""
        self._ledger[month, payer] += pence
        total = int(pence.sum())
        self._posted[0] += total
        self.own += total


def check_ledger(ledger: I64, posted: int, people_pence: int, accounts: Sequence[Account]) -> int:
    """The ledger is what was posted, people's own sums and institutions' own sums, category by category.

    Returns all pence; raises BooksError for the first penny that is not where it belongs.
    """
    by_category = ledger.sum(axis=(0, 1, 3, 4))
    total, taken = int(by_category.sum()), np.zeros(by_category.size, dtype=np.bool_)
    for account in accounts:
        mine = list(account.categories)
        if taken[mine].any():
            raise BooksError(f"{account.name} shares a category of the ledger with another institution")
        taken[mine] = True
        found = int(by_category[mine].sum())
        if found != account.own:
            raise BooksError(f"the ledger has {found} pence of {account.name}, which posted {account.own}")
    people = int(by_category[~taken].sum())
    if not (total == posted and people == people_pence):
        raise BooksError(
            f"the ledger has {total} pence, {posted} were posted; of people it has {people}, "
            f"their own sums make {people_pence}"
        )
    return total
