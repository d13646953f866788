"""What `ibsim verify` runs on a user's machine, run here: theory stands in each comparison.

Every comparison is known well enough to find an error of the size that it states (see `Estimate.beside`);
one that is known less well fails.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from ibsim.verification import queues
from ibsim.verification.catalogue import CHECKS, TRAYS, Check


def _name(check: Check) -> str:
    find = check.find
    inner = getattr(find, "func", find)
    return " ".join([inner.__name__, *map(str, getattr(find, "args", ()))])


@pytest.mark.parametrize("check", CHECKS, ids=_name)
def test_the_engine_is_what_theory_says(check: Check) -> None:
    found = check.find()
    assert found and all(one.ok for one in found), [one for one in found if not one.ok]
    assert len({one.check for one in found}) == len(found)
    # means find errors of a seventh or less, the variance of a stock one of a half
    assert max(one.finds for one in found) < 0.45


def test_an_engine_that_is_wrong_by_a_fifth_is_found() -> None:
    (found,) = queues.erlang_c(TRAYS[1])
    for factor in (0.8, 1.2):
        assert not replace(found, model=found.model * factor).ok
