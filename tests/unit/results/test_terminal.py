from __future__ import annotations

import io
import math
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from rich.console import Console

from ibsim.results.metrics import REGISTRY
from ibsim.results.summary import Cell, Queue, RunResult
from ibsim.results.terminal import SECTIONS, binding_sentence, show, with_interval
from tests.unit.fake_model import FakeTables, small_result


def shown(result: RunResult, width: int = 100) -> str:
    out = io.StringIO()
    show(result, Path("results/council-1"), Console(file=out, width=width, highlight=False))
    return out.getvalue()


@pytest.mark.parametrize(
    ("mean", "half", "text"),
    [
        (4812.4, 22.3, "4,812 ± 22"),
        (4812.4, 0.1, "4,812.4 ± 0.1"),
        (14.25, 0.31, "14.2 ± 0.3"),
        (1234567.0, math.nan, "1,234,567"),
        (-0.01, 0.0, "0.0 ± 0.0"),
        (-3.2, 1.0, "-3.2 ± 1.0"),
    ],
)
def test_a_number_with_its_interval(mean: float, half: float, text: str) -> None:
    assert with_interval(Cell(mean, mean - half, mean + half, 3)) == text


def test_every_line_shows_a_metric() -> None:
    for _, lines in SECTIONS:
        for line in lines:
            assert line.metric in REGISTRY
            assert len(line.label) < 34
            assert not line.p90 or line.p90 in REGISTRY


def test_first_year_last_year_and_all(tmp_path: Path) -> None:
    result = small_result(tmp_path)
    text = shown(result)
    heading = next(line for line in text.splitlines() if line.startswith("Reviews"))
    assert heading.split() == ["Reviews", "2006-07", "2007-08", "all", "years"]
    row = next(line for line in text.splitlines() if line.startswith("Done on time, %"))
    last = result.summary.cell("review_compliance_percent", year="2007-08")
    assert f"{last.mean:.1f} ±" in row
    assert text.endswith("Results: results/council-1\n")


def test_no_number_is_cut_on_a_narrow_terminal(tmp_path: Path) -> None:
    result = small_result(tmp_path)
    for tables in result.tables:
        np.asarray(tables.metrics["referrals"])[:] *= 12_345.0
    wide, narrow = shown(result, 140), shown(result, 72)
    assert max(map(len, narrow.splitlines())) <= 72
    assert "all years" in wide and "widen" not in wide
    assert "all years" not in narrow and "widen the terminal" in narrow
    for line in narrow.splitlines():
        if "±" in line and ";" not in line:
            assert any(full.startswith(line) for full in wide.splitlines())


def test_lines_and_sections_without_people_are_left_out(tmp_path: Path) -> None:
    result = small_result(tmp_path)
    for tables in result.tables:
        for name in tables.metrics:
            if name.startswith(("ib_", "offers_", "funnel_")):
                np.asarray(tables.metrics[name])[:] = math.nan if name.startswith("funnel_") else 0.0
    text = shown(result)
    assert "Planners' hours used" not in text, "there are no planners"
    assert "Individual budgets" not in text and "IB holders" not in text


def test_the_queue_that_binds(tmp_path: Path) -> None:
    summary = small_result(tmp_path).summary
    assert binding_sentence(summary) == (
        "The queue that binds: team trays. On an average day 40 people wait in it, 12.5 days each "
        "(91 percent of all waiting for staff). Next: panel (4 people, 3.0 days)."
    )
    nobody = replace(summary, queues=(Queue("panel", 0.0, math.nan),))
    assert binding_sentence(nobody) == "No queue binds: nobody waits long for staff."


def test_a_stream_that_pays_nothing_worth_printing_has_no_line(tmp_path: Path) -> None:
    result = small_result(tmp_path)
    for tables in result.tables:
        for stream, pounds in (("asc", 5e6), ("ilf", 2e5), ("atw", 9e3), ("sp", 0.0)):
            np.asarray(tables.metrics[f"funding_gbp_{stream}"])[:] = pounds
        np.asarray(tables.metrics["losers_percent"])[:] = 51.5
        np.asarray(tables.metrics["winners_percent"])[:] = math.nan
        np.asarray(tables.metrics["budget_gap_percent"])[:] = math.nan
    lines = shown(result).splitlines()
    assert any(line.startswith("Adult social care ") and "5.0 ± 0.0" in line for line in lines)
    assert any(line.startswith("Independent Living Fund ") and "0.2 ± 0.0" in line for line in lines)
    assert not any(line.startswith(("Access to Work", "Supporting People ")) for line in lines)
    assert any(line.startswith("Less than the old package, %") and "51.5" in line for line in lines)
    assert not any(line.startswith("Final above indicative") for line in lines)


def test_a_queue_that_a_replication_leaves_out_counts_as_empty_there(tmp_path: Path) -> None:
    """Few apply to some streams: a replication without anybody must neither fail nor drop out of the mean."""
    result = small_result(tmp_path)
    first, *others = cast(tuple[FakeTables, ...], result.tables)
    first = replace(first, binding={**first.binding, "grants": np.array([4.0, 10.0])})
    queues = {queue.name: queue for queue in replace(result, tables=(first, *others)).summary.queues}
    assert queues["grants"].people_waiting == pytest.approx(4.0 / (1 + len(others)))
    assert queues["grants"].wait_days == 10.0
