"""A lever that may change in mid-run is one that the rules in force read: a dated change is never ignored."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest

from ibsim.policy import access, assessment, brokerage, planning, review, safeguarding, signoff
from ibsim.policy.lever import ByGroup, Settings
from ibsim.scenario import load

ROOMS: dict[str, Any] = {
    "access": access,
    "assessment": assessment,
    "brokerage": brokerage,
    "planning": planning,
    "review": review,
    "safeguarding": safeguarding,
    "signoff": signoff,
}
# the council itself reads these on the day (replication.py)
READ_ON_THE_DAY = {"access_team_fte", "minutes_per_contact", "screening_hours"}
# shares that add up to 100 with the others: what the others leave
THE_REST = {"professional_percent"}
LEVERS = [
    (room, name) for room in ROOMS for name in type(getattr(load("metropolitan").levers, room)).model_fields
]


def other(value: Any, kind: Any) -> Any:
    """Another value of the same lever; bounds do not matter here."""
    if isinstance(value, ByGroup):
        return value.model_copy(update={"PD": other(value.PD, None), "OP": other(value.OP, None)})
    if isinstance(value, Settings):
        first = next(iter(type(value).model_fields))
        return value.model_copy(update={first: other(getattr(value, first), None)})
    if isinstance(value, str):
        return next(word for word in get_args(kind) if word != value)
    return value + 3


@pytest.mark.parametrize(("room", "name"), LEVERS)
def test_a_dated_lever_reaches_the_rules(room: str, name: str) -> None:
    settings = getattr(load("metropolitan").levers, room)
    field = type(settings).model_fields[name]
    extra = field.json_schema_extra or {}
    if extra.get("dated", True) and name not in READ_ON_THE_DAY | THE_REST:
        changed = settings.model_copy(update={name: other(getattr(settings, name), field.annotation)})
        before, after = ROOMS[room].rules(settings), ROOMS[room].rules(changed)
        assert any(not np.array_equal(before[rule], after[rule]) for rule in before)
    else:
        assert name in READ_ON_THE_DAY | THE_REST or extra["dated"] is False
