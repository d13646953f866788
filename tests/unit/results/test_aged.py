"""The backlog by age: everybody who waits or is overdue stands in one band, by the days since."""

from __future__ import annotations

import numpy as np
import pytest

from ibsim.results.aged import OVERDUE, WAITED, overdue_by_age, waiting_by_age
from ibsim.units import DAY_MINUTES
from ibsim.words import CONVENTIONAL, CONVENTIONAL_SUPPORT, IB, IB_SUPPORT, NOTHING, Stage

COLUMNS = [
    ("group", np.int8), ("arm", np.int8), ("stage", np.int8), ("support", np.int8), ("arrives_at", np.int32),
    ("consented_at", np.int32), ("review_overdue", np.bool_), ("review_due_at", np.int32),
]  # fmt: skip
AT = 1_000 * DAY_MINUTES


def people(*rows: tuple[int, ...]) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    return np.array(list(rows), dtype=COLUMNS)


@pytest.mark.parametrize(
    ("days", "band"), [(0, 0), (27.9, 0), (28, 1), (83.9, 1), (84, 2), (181, 2), (182, 3), (900, 3)]
)
def test_who_waits_is_in_the_band_of_the_days_since_the_referral(days: float, band: int) -> None:
    since = AT - round(days * DAY_MINUTES)
    here = people((2, CONVENTIONAL, Stage.PLANNING, NOTHING, since, 0, False, 0))
    counts = waiting_by_age(here, np.array([0], dtype=np.int32), AT)
    assert counts.shape == (len(WAITED), 4, 2)
    assert counts[band, 2, CONVENTIONAL] == 1 == counts.sum()


def test_who_agreed_to_a_budget_waits_since_then_and_who_has_support_does_not_wait() -> None:
    here = people(
        (3, IB, Stage.ALLOCATION, CONVENTIONAL_SUPPORT, 0, AT - 100 * DAY_MINUTES, False, 0),
        (3, IB, Stage.IN_PLACE, IB_SUPPORT, 0, AT - 100 * DAY_MINUTES, False, 0),
        (3, CONVENTIONAL, Stage.NOT_YET, NOTHING, 0, 0, False, 0),
    )
    counts = waiting_by_age(here, np.arange(3, dtype=np.int32), AT)
    assert counts[2, 3, IB] == 1 == counts.sum()


def test_overdue_reviews_go_by_their_due_date_and_the_support_in_place() -> None:
    due = [AT - months * 31 * DAY_MINUTES for months in (1, 4, 8, 20)]
    rows = [(0, CONVENTIONAL, Stage.IN_PLACE, IB_SUPPORT, 0, 0, True, at) for at in due]
    not_late = (0, CONVENTIONAL, Stage.IN_PLACE, IB_SUPPORT, 0, 0, False, due[0])
    gone = (0, CONVENTIONAL, Stage.GONE, NOTHING, 0, 0, True, due[0])
    here = people(*rows, not_late, gone)
    counts = overdue_by_age(here, np.arange(len(here), dtype=np.int32), AT)
    assert counts[:, 0, IB].tolist() == [1] * len(OVERDUE)
    assert counts.sum() == len(OVERDUE)
