"""Tables at a fixed place: what compiled code reads and writes there is what Python holds."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from numba import njit
from numba.core.errors import TypingError
from numpy.typing import NDArray

from ibsim.compiled import compiled, entry
from ibsim.engine.reference import fixed
from ibsim.engine.state import Records, record

ROW = record([("number", np.int32), ("share", np.float64)])


class Inner(NamedTuple):
    rows: Records
    cube: NDArray[np.int64]


class Outer(NamedTuple):
    first: NDArray[np.int64]
    inner: Inner
    last: NDArray[np.bool_]


def tables(n: int) -> Outer:
    inner = Inner(np.zeros(n, dtype=ROW), np.zeros((n, 2, 3, 4), dtype=np.int64))
    return Outer(np.zeros(n, dtype=np.int64), inner, np.zeros(n, dtype=np.bool_))


@compiled
def write_inner(t: Inner, i: int) -> None:
    t.rows[i].number, t.rows[i].share = 7, 0.5
    t.cube[i, 1, 2, 3] = t.cube.size


@entry
def write(t: Outer, i: int) -> int:
    t.first[i] = t.first.size
    t.last[i] = True
    write_inner(t.inner, i)
    return t.inner.rows.size


def test_compiled_code_writes_into_the_tables_that_python_holds() -> None:
    held = tables(5)
    assert write(fixed(held), 3) == 5
    assert held.first.tolist() == [0, 0, 0, 5, 0]
    assert held.last.tolist() == [False, False, False, True, False]
    assert held.inner.rows[3].tolist() == (7, 0.5)
    assert held.inner.cube[3, 1, 2, 3] == held.inner.cube.sum() == 5 * 24


def test_each_tuple_has_a_place_of_its_own() -> None:
    """A table that has grown is a new tuple; the old place must not lead into the new."""
    small, large = tables(2), tables(9)
    places = fixed(small), fixed(large)
    assert [write(place, 1) for place in places] == [2, 9]
    assert (small.first[1], large.first[1]) == (2, 9)


def test_the_tables_live_as_long_as_their_place() -> None:
    place = fixed(tables(1000))
    litter = [np.full(1000, -1, dtype=np.int64) for _ in range(200)]
    assert write(place, 999) == 1000
    assert all((part == -1).all() for part in litter)


@entry
def read_what_is_not_there(t: Outer) -> int:
    return t.middle.size  # type: ignore[attr-defined, no-any-return]


def look(t: Outer, i: int) -> int:
    return int(t.first[i] + t.inner.rows[i].number + t.inner.cube[i, 1, 2, 3])


def test_what_is_compiled_anew_finds_the_tables_as_what_was_kept_does() -> None:
    """No cache is read here: how a pointer is taken apart is compiled in every run of this test."""
    held = tables(4)
    write(fixed(held), 2)
    compile_anew: Any = njit
    assert compile_anew(look)(fixed(held), 2) == look(held, 2) == 4 + 7 + 4 * 24


def test_a_table_that_there_is_not_is_told_by_its_name() -> None:
    with pytest.raises((TypingError, AttributeError), match="middle"):
        read_what_is_not_there(fixed(tables(1)))
