"""The trial's two cohorts, each person as the evaluators found them some six months after consent."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.history import History
from ibsim.engine.state import I32, Records
from ibsim.engine.world import World
from ibsim.policy.deployment.services import ServiceSplit
from ibsim.results.snapshots import weekly_services
from ibsim.units import DAY_MINUTES
from ibsim.words import CONVENTIONAL, IB, IB_SUPPORT, Event, Stage

INTERVIEW_DAYS = (204, 189)
"""From consent to the interview, by arm: 6.7 and 6.2 months (section 4.2.1 of the report)."""
NEVER = -1
Columns = dict[str, NDArray[Any]]


class Interviews:
    """The evaluators: once a week they see those whose interview is due and who are still supported.

    `visit` keeps the people's columns as they stand; `table` adds when each step was reached.
    """

    def __init__(self, world: World, split: ServiceSplit, plan_content: NDArray[np.float64]) -> None:
        self._world, self._split, self._content = world, split, plan_content
        self._seen = np.zeros(world.n, dtype=bool)
        self._who: list[I32] = []
        self._rows: list[Records] = []
        self._services: list[NDArray[np.float64]] = []

    def visit(self, at: int) -> None:
        """See everybody whose interview has fallen due by a moment."""
        people = self._world.people
        waiting = np.flatnonzero((people["trial"] >= 0) & ~self._seen).astype(np.int32)
        due = waiting[self._due_at(waiting) <= at]
        self._seen[due] = True
        there = due[people["stage"][due] != Stage.GONE]
        if there.size == 0:
            return
        self._who.append(there)
        self._rows.append(people[there].copy())
        pounds = np.zeros((there.size, self._split.weights.shape[-1]))
        for arm in (CONVENTIONAL, IB):
            mine = (people["support"][there] == IB_SUPPORT) == (arm == IB)
            shares = self._split.of_people(self._world, arm, there[mine])
            pounds[mine] = weekly_services(people[there[mine]], arm, self._content)[:, None] * shares
        self._services.append(pounds)

    def _due_at(self, who: I32) -> NDArray[np.int64]:
        people = self._world.people[who]
        began = np.where(people["consented_at"] >= 0, people["consented_at"], people["offered_at"])
        return began.astype(np.int64) + np.array(INTERVIEW_DAYS)[people["trial"]] * DAY_MINUTES

    @property
    def people(self) -> I32:
        """Those seen so far, in the order of `table`."""
        return np.concatenate(self._who) if self._who else np.zeros(0, dtype=np.int32)

    def table(self, history: History) -> Columns | None:
        """One row a person seen: their columns, and what they had reached when the interview was due.

        `due_at` and `assessed_at`, `signed_at`, `placed_at` and `refused_at` are minutes (-1: not by
        `due_at`); `services` float64[n, service] are pounds a week that plan or package holds of each.
        None where nobody took part.
        """
        if not self._who:
            return None
        who, rows = self.people, np.concatenate(self._rows)
        columns: Columns = {name: rows[name].copy() for name in rows.dtype.names or ()}
        due_at = self._due_at(who)
        steps = {
            "assessed_at": (Event.IB_ASSESSED, None),
            "signed_at": (Event.SIGNED_OFF, history.value(Event.SIGNED_OFF, 1) == IB),
            "placed_at": (Event.IN_PLACE, history.value(Event.IN_PLACE, 1) == IB),
            "refused_at": (Event.REFUSED, None),
        }
        for name, (event, chosen) in steps.items():
            first = first_at(history, event, self._world.n, chosen)[who]
            columns[name] = np.where(first <= due_at, first, NEVER)
        return columns | {"due_at": due_at, "services": np.concatenate(self._services)}


def first_at(
    history: History, event: Event, n: int, chosen: NDArray[np.bool_] | None = None
) -> NDArray[np.int64]:
    """The first moment of an event for each of `n` people; past any end where it never came."""
    first = np.full(n, np.iinfo(np.int64).max, dtype=np.int64)
    people, at = history.entities(event), history.at(event)
    if chosen is not None:
        people, at = people[chosen], at[chosen]
    np.minimum.at(first, people, at)
    return first
