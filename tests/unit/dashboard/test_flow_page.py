"""The slider of the Flow page: it shows the month asked for, and answers nothing that no slider asks."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboard.charts.chart import Chart
from dashboard.data.library import Library
from dashboard.pages.flow import film_at
from ibsim.results.store import write_run
from tests.unit.fake_model import FakeTables, small_result


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    parent = tmp_path_factory.mktemp("results")
    result = small_result(parent)
    found = []
    for tables in result.tables:
        assert isinstance(tables, FakeTables)
        found.append(replace(tables, series={"people_waiting": tables.series["ib_holders"], **tables.series}))
    folder = parent / "one"
    folder.mkdir()
    write_run(folder, replace(result, tables=tuple(found)))
    return Library([parent])


@pytest.mark.parametrize(("place", "month"), [(0, "April 2006"), (13, "May 2007"), (23, "March 2008")])
def test_each_place_of_the_slider_is_a_month(place: int, month: str, library: Library) -> None:
    shown = film_at(library, place, {"run": "one", "group": "OP"})
    assert isinstance(shown, Chart) and shown.title.startswith(month)
    assert shown.subtitle.startswith("Older people")


@pytest.mark.parametrize(
    ("place", "what"),
    [
        (24, {"run": "one", "group": "OP"}), (-1, {"run": "one", "group": "OP"}),
        (10**30, {"run": "one", "group": "OP"}), (1.5, {"run": "one", "group": "OP"}),
        (math.nan, {"run": "one", "group": "OP"}), (True, {"run": "one", "group": "OP"}),
        ("1", {"run": "one", "group": "OP"}), (None, {"run": "one", "group": "OP"}), ([1], {"run": "one"}),
        (1, None), (1, []), (1, "one"), (1, {}), (1, {"run": 7, "group": "OP"}),
        (1, {"run": "one", "group": 7}),
        (1, {"run": "../one", "group": "OP"}), (1, {"run": "two", "group": "OP"}),
    ],
)  # fmt: skip
def test_what_no_slider_asks_gets_no_answer(place: Any, what: Any, library: Library) -> None:
    assert film_at(library, place, what) is None


def test_a_group_that_there_is_not_is_everybody(library: Library) -> None:
    shown = film_at(library, 1, {"run": "one", "group": "<script>alert(1)</script>"})
    assert isinstance(shown, Chart) and shown.subtitle.startswith("All groups")


def test_results_may_lie_beside_other_things(library: Library, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "read.me").write_text("nothing of ibsim's")
    assert Library([tmp_path]).entries() == ()
