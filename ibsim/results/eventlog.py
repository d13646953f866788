"""One row an event, in the columns that vidigi's event log expects."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.clock import Clock
from ibsim.engine.history import History
from ibsim.units import DAY_MINUTES
from ibsim.words import IB, Event, Stage

ARRIVAL, DEPARTURE = "arrival", "depart"


def event_log(history: History, clock: Clock) -> dict[str, NDArray[Any]]:
    """Arrivals, every stage at which somebody waited, and departures, in order of time.

    Columns: `entity_id`, `pathway` (the arm), `event_type` (`arrival_departure` or `queue`), `event`,
    `time` (days since the counted start, so that the warm-up is negative) and `resource_id` (-1: stages are
    not resources).
    """
    people = [history.entities(Event.REFERRED), history.entities(Event.EXIT)]
    moments = [history.at(Event.REFERRED), history.at(Event.EXIT)]
    code = history.value(Event.SOJOURN, 1)
    stages = np.array([stage.name.lower() for stage in Stage])
    waits = (code // 2 != Stage.NOT_YET) & (code // 2 != Stage.IN_PLACE)
    people.append(history.entities(Event.SOJOURN)[waits])
    moments.append(history.value(Event.SOJOURN)[waits])
    names = [np.full(people[0].size, ARRIVAL), np.full(people[1].size, DEPARTURE), stages[code[waits] // 2]]
    arm = np.concatenate([np.zeros(people[0].size + people[1].size, dtype=np.int64), code[waits] % 2])
    entity, at, event = np.concatenate(people), np.concatenate(moments), np.concatenate(names)
    order = np.lexsort((event, entity, at))
    fixed = np.isin(event, (ARRIVAL, DEPARTURE))
    return {
        "entity_id": entity[order].astype(np.int64),
        "pathway": np.where(arm == IB, "IB", "conventional")[order],
        "event_type": np.where(fixed, "arrival_departure", "queue")[order],
        "event": event[order],
        "time": (at[order] / DAY_MINUTES - clock.start_day),
        "resource_id": np.full(order.size, -1, dtype=np.int64),
    }
