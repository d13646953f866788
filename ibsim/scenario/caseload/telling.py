"""What a caseload holds, by group: people, packages, reviews overdue, and the backlog with its age."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from ibsim.caseload import UNSAID, Caseload
from ibsim.policy.review import ReviewSettings, booked_days
from ibsim.units import GROUPS

KEYS = (
    "in_place", "packages", "packages_unknown", "direct_payments", "services_known", "services_gbp_mean",
    "reviews_known", "reviews_overdue", "overdue_days_mean",
    "waiting", "waited_days_mean", "waited_days_longest",
)  # fmt: skip
ALL = "all"


def holdings(caseload: Caseload, start: date, settings: ReviewSettings) -> dict[str, dict[str, Any]]:
    """For each group and for all: the numbers of `KEYS`; a mean of nobody is None.

    A review is overdue that fell due before the start, by the date given or by an interval after the last.
    """
    groups = {group: caseload.group == code for code, group in enumerate(GROUPS)}
    groups[ALL] = np.ones(caseload.group.size, dtype=bool)
    return {name: _of(caseload, rows, start, settings) for name, rows in groups.items()}


def _of(caseload: Caseload, rows: Any, start: date, settings: ReviewSettings) -> dict[str, Any]:
    count, first = caseload.count, start.toordinal()
    there, waiting = rows & ~caseload.waiting, rows & caseload.waiting
    due, settled, _ = booked_days(settings, caseload, first)
    known, overdue = there & settled, there & settled & (due < first)
    priced = there & (caseload.services_pence != UNSAID)
    on_payment = there & (caseload.direct_payment == 1)

    def people(which: Any) -> int:
        return int(count[which].sum(dtype=np.int64))

    def mean(values: Any, which: Any) -> float | None:
        return float(np.average(values[which], weights=count[which])) if which.any() else None

    waited = first - caseload.since
    return dict(
        zip(
            KEYS,
            (
                people(there),
                people(there & ((caseload.package == 1) | on_payment)),
                people(there & (caseload.package == UNSAID) & ~on_payment),
                people(on_payment),
                people(priced),
                mean(caseload.services_pence / 100, priced),
                people(known),
                people(overdue),
                mean(first - due, overdue),
                people(waiting),
                mean(waited, waiting),
                int(waited[waiting].max()) if waiting.any() else None,
            ),
            strict=True,
        )
    )
