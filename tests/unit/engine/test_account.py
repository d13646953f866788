"""Accounts: an institution's own sum is what the ledger has of its categories, or books do not balance."""

from __future__ import annotations

import numpy as np
import pytest

from ibsim.engine.account import Account, check_ledger
from ibsim.errors import BooksError


@pytest.fixture
def ledger() -> np.ndarray:
    return np.zeros((4, 2, 5, 4, 2), dtype=np.int64)


def pence(category: int, amount: int) -> np.ndarray:
    cells = np.zeros((5, 4, 2), dtype=np.int64)
    cells[category, 1, 0] = amount
    return cells


def test_what_is_posted_stands_in_the_ledger_and_in_the_accounts_own_sum(ledger: np.ndarray) -> None:
    posted = np.zeros(1, dtype=np.int64)
    pay, income = Account("pay", [1, 2], ledger, posted), Account("income", [4], ledger, posted)
    pay.post(0, 0, pence(1, 70))
    pay.post(-1, 1, pence(2, 5))
    income.post(3, 0, pence(4, -30))
    ledger[2, 0, 0, 3, 1] += 11
    posted[0] += 11
    assert check_ledger(ledger, int(posted[0]), 11, [pay, income]) == 56
    assert (pay.own, income.own, ledger[-1, 1, 2, 1, 0]) == (75, -30, 5)


def test_a_penny_astray_is_named(ledger: np.ndarray) -> None:
    posted = np.zeros(1, dtype=np.int64)
    pay = Account("pay", [1], ledger, posted)
    pay.post(0, 0, pence(1, 70))
    with pytest.raises(BooksError, match="their own sums make 1"):
        check_ledger(ledger, 70, 1, [pay])
    with pytest.raises(BooksError, match="69 were posted"):
        check_ledger(ledger, 69, 0, [pay])
    with pytest.raises(BooksError, match="shares a category"):
        check_ledger(ledger, 70, 0, [pay, Account("other pay", [1, 2], ledger, posted)])
    ledger[0, 0, 1, 0, 0] += 1
    with pytest.raises(BooksError, match="71 pence of pay, which posted 70"):
        check_ledger(ledger, 71, 0, [pay])
