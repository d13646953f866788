"""NaN, infinity and what cannot be, put where only a fault of the model could: one named error each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from ibsim.books import LEAST
from ibsim.council import COLUMNS, Council
from ibsim.engine.shared import ASTRAY
from ibsim.engine.signs import DUE, MOMENTS
from ibsim.engine.world import CORE
from ibsim.errors import BooksError, InputError, RunError
from ibsim.institutions import Clockwork
from ibsim.scenario.caseload.columns import COLUMNS as CELLS
from ibsim.units import DAY_MINUTES
from tests.caseloads import council as from_file
from tests.councils import Laboratory, Tree

FEW: Tree = {
    "calendar": {"start": date(2006, 4, 1), "years": 1, "warm_up_years": 0},
    "population": {"clients_at_start": 10, "referrals_per_year": 5, "contacts_per_year": 20},
}
NO_NUMBERS = (float("nan"), float("inf"), -float("inf"))


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Council:
    """A council whose run has ended, with books that balance."""
    council = Council(Laboratory(tmp_path_factory.mktemp("few")).scenario(FEW), 1, 0)
    council.run()
    return council


def wrongs() -> Iterator[tuple[str, float]]:
    """What no column of the people may hold: each column with each kind of it."""
    for name, kind in [*CORE, *COLUMNS]:
        if np.dtype(kind).kind == "f":
            yield from ((name, wrong) for wrong in NO_NUMBERS)
        elif np.dtype(kind).kind == "i":
            yield name, float(np.iinfo(kind).min)
            if not name.endswith(MOMENTS):
                yield name, LEAST.get(name, 0 if kind is np.int32 else -1) - 1.0
            if name.endswith(MOMENTS) and name not in DUE:
                yield name, 2e9


@pytest.mark.parametrize(("name", "wrong"), tuple(wrongs()))
def test_what_cannot_be_in_a_column_is_found_by_its_name(done: Council, name: str, wrong: float) -> None:
    column, end = done.world.people[name], done.clock.n_days * DAY_MINUTES
    before = column.copy()
    column[3] = wrong
    try:
        with pytest.raises(BooksError, match=rf"^{name} of person 3 is"):
            done.check_books(end)
    finally:
        column[:] = before
    done.check_books(end)


@pytest.mark.parametrize("wrong", [*NO_NUMBERS, -1.0, -1e-300])
def test_the_clock_waits_for_no_such_time(wrong: float) -> None:
    clock = Clockwork()

    def institution() -> Iterator[object]:
        yield clock.timeout(5)
        yield clock.timeout(wrong)

    clock.process(institution())  # type: ignore[arg-type]  # a generator by its yields
    with pytest.raises(RunError, match="from minute 5"):
        clock.run(until=10)


@pytest.mark.parametrize("wrong", NO_NUMBERS)
def test_a_lever_that_is_no_number_reaches_no_compiled_code(done: Council, wrong: float) -> None:
    for value in (wrong, np.array([1.0, 2.0, wrong, 3.0])):
        with pytest.raises(BooksError, match="the lever price is"):
            done.machine.set_rules([{"hours": 3.0}, {"price": value}], 4)
    done.put_in_force(done.levers)


def test_a_timer_at_no_moment_is_found(done: Council) -> None:
    timers, end = done.machine.timers, done.clock.n_days * DAY_MINUTES
    timers.today[ASTRAY] = 2
    with pytest.raises(BooksError, match="2 timers were to fall due at no moment"):
        done.check_books(end)
    timers.today[ASTRAY] = 0
    before, timers.due[4, 3] = timers.due[4, 3], -7
    with pytest.raises(BooksError, match="a timer"):
        done.check_books(end)
    timers.due[4, 3] = before
    done.check_books(end)


@pytest.mark.parametrize("column", CELLS, ids=lambda column: column.name)
def test_no_column_of_a_caseload_takes_what_is_no_number(tmp_path: Path, column: object) -> None:
    name = getattr(column, "name", "")
    for wrong in ("nan", "inf", "-inf", "Infinity", "1e999", "-1", "-0.5", "9" * 400, "0x10", "\u0661"):
        row = {"group": "PD", "since": "2006-03-01"} | {name: wrong}
        with pytest.raises(InputError) as caught:
            from_file(tmp_path, f"{','.join(row)}\n{','.join(row.values())}\n")
        assert name in caught.value.where and caught.value.where.startswith(("caseload.csv", str(tmp_path)))
