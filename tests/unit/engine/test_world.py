"""Everybody's records: packed without holes, the columns that are looked at most in front."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import numpy as np
import pytest

from ibsim.council import COLUMNS
from ibsim.draws import Draws
from ibsim.engine.clock import Clock
from ibsim.engine.world import Columns, World


def world(columns: Columns) -> World:
    return World(Clock(date(2006, 4, 1), 1, 0), Draws(7, 0), np.arange(3), np.zeros(3, np.int8), columns)


@pytest.mark.parametrize("order", [*permutations((np.int8, np.int16, np.int32, np.int64))])
def test_rows_have_no_holes_in_whatever_order_rooms_declare_their_columns(order: tuple[type, ...]) -> None:
    # more people are in the processor's cache where a row is no longer than its fields
    columns = [(f"{kind.__name__}_{n}", kind) for n in range(8) for kind in order]
    kind = world(columns).people.dtype
    assert kind.itemsize - sum(kind[name].itemsize for name in kind.names or ()) < 8
    assert (kind.names or ())[0] == "id"


def test_the_councils_own_rows_have_no_holes() -> None:
    kind = world(COLUMNS).people.dtype
    assert kind.itemsize - sum(kind[name].itemsize for name in kind.names or ()) < 8


def test_a_column_belongs_to_one_room() -> None:
    with pytest.raises(ValueError, match="columns declared by two rooms: needs, stage"):
        world([("needs", np.int8), ("stage", np.int8), ("needs", np.int16)])
