from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from ibsim import excel
from ibsim.results.gap import CAUSES
from ibsim.results.providers import NUMBERS, provider_years, providers_csv
from ibsim.results.store import write_run
from ibsim.results.summary import RunResult
from ibsim.results.textfiles import diary_csv, summary_csv, text_cell
from ibsim.results.verdict import verdict_of
from ibsim.results.verdict_words import sentence
from ibsim.results.workbook import Chart, Column, Contents, Figure, Form, Section, Table, Target, sheets
from ibsim.results.workbook.run import run_contents
from ibsim.results.workbook.verdict_parts import waterfall
from ibsim.results.workbook.writing import workbook_bytes
from ibsim.words import Stream
from tests.payloads import PAYLOADS
from tests.unit.fake_model import judged_result, small_result
from tests.workbooks import live, parts, tables, texts


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return small_result(tmp_path_factory.mktemp("run"))


def contents_of(result: RunResult, folder: Path) -> Contents:
    (folder / "out").mkdir()
    write_run(folder / "out", result)
    return run_contents(result, json.loads((folder / "out" / "manifest.json").read_text()))


@pytest.fixture(scope="module")
def contents(result: RunResult, tmp_path_factory: pytest.TempPathFactory) -> Contents:
    return contents_of(result, tmp_path_factory.mktemp("folder"))


@pytest.fixture(scope="module")
def book(contents: Contents) -> bytes:
    return workbook_bytes(contents)[0]


def number(value: object) -> float:
    return math.nan if value in (None, "") else float(str(value))


def test_the_tables_say_what_the_csv_files_say(result: RunResult, book: bytes) -> None:
    found = tables(book)
    for name, text in (("summary", summary_csv(result.summary)), ("diary", diary_csv(result.summary))):
        wanted = [row for row in csv.DictReader(io.StringIO(text)) if row.get("replications") != "0"]
        assert len(found[name]) == len(wanted)
        for row, want in zip(found[name], wanted, strict=True):
            assert list(row) == list(want)
            for key, value in want.items():
                if isinstance(row[key], str):
                    assert row[key] == value
                else:
                    np.testing.assert_equal(number(row[key]), number(value))


def test_months_are_dates_and_names_of_tables_are_a_promise(book: bytes) -> None:
    found = tables(book)
    assert list(found) == [
        "summary", "series", "ledger", "providers", "diary", "queues", "national_returns", "definitions",
        "evidence_overrides", "levers", "manifest",
    ]  # fmt: skip
    months = [row["month"] for row in found["series"]]
    assert months[0].date() == date(2006, 4, 1)
    assert max(months).date() == date(2008, 3, 1)


def test_the_ledgers_sheet_adds_up_to_the_tables_pence(result: RunResult, book: bytes) -> None:
    rows = tables(book)["ledger"]
    wanted = np.sum([one.ledger[:12] for one in result.tables], axis=0) / 100 / len(result.tables)
    found = sum(row["gbp"] for row in rows if row["year"] == "2006-07")
    assert found == pytest.approx(wanted.sum(), abs=0.01 * len(rows))
    of_dfg = sum(row["gbp"] for row in rows if (row["year"], row["payer"]) == ("2006-07", "dfg"))
    assert of_dfg == pytest.approx(wanted[:, Stream.DFG].sum(), abs=0.01 * len(rows))


def test_the_providers_sheet_says_what_providers_csv_says(result: RunResult, book: bytes) -> None:
    wanted = list(
        csv.DictReader(io.StringIO(providers_csv(provider_years(result.tables, result.summary.years[:-1]))))
    )
    found = tables(book)["providers"]
    assert len(found) == len(wanted) > 0
    for row, want in zip(found, wanted, strict=True):
        assert (row["year"], row["service"]) == (want["year"], want["service"])
        assert text_cell(row["name"]) == want["name"], (
            "a CSV file marks what a spreadsheet takes for a formula"
        )
        for name in NUMBERS:
            np.testing.assert_equal(number(row[name]), number(want[name]), err_msg=name)


def test_every_table_begins_in_the_first_cell_of_its_sheet(book: bytes) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(book))
    starts = [area.split(":")[0] for sheet in workbook for _, area in sheet.tables.items()]
    assert set(starts) == {"A1"}


def test_the_front_says_what_binds_and_the_figures(result: RunResult, book: bytes) -> None:
    front = openpyxl.load_workbook(io.BytesIO(book))["Front"]
    cells = {cell.value: cell for row in front.iter_rows() for cell in row if cell.value is not None}
    assert "The council" in cells and "to test" in cells
    assert any(str(value).startswith("The queue that binds: team trays") for value in cells)
    row = cells["Supported in the year"].row
    cell = result.summary.cell("people_supported", year="2006-07")
    assert front.cell(row, 4).value == pytest.approx(cell.mean, abs=1e-4)
    assert front.cell(row, 5).value == pytest.approx((cell.ci_high - cell.ci_low) / 2, abs=1e-4)
    links = [cell.hyperlink.location for cell in cells.values() if cell.hyperlink]
    assert len(links) == 14 and all("!" in link for link in links)


def test_the_same_results_give_the_same_bytes(result: RunResult, contents: Contents, book: bytes) -> None:
    again = dataclasses.replace(result, jobs=7, seconds=99.0)
    other = dict(contents.manifest)
    other["run"] = {
        **other["run"],
        "written_at": "later",
        "seconds": 99.0,
        "jobs": 7,
        "platform": "elsewhere",
    }
    assert workbook_bytes(run_contents(again, other))[0] == book


def test_the_manifest_sheet_makes_the_run_again(result: RunResult, contents: Contents, book: bytes) -> None:
    rows = {row["item"]: row["value"] for row in tables(book)["manifest"]}
    assert rows["scenario.hash"] == result.scenario.hash
    assert rows["digest"] == contents.manifest["digest"]
    assert rows["seed"] == "1"
    assert not any(item.startswith("run.") for item in rows)


def test_charts_are_native_and_named_for_those_who_cannot_see_them(book: bytes) -> None:
    found = parts(book)
    charts = [name for name in found if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]
    assert len(charts) == 7
    drawing = found["xl/drawings/drawing1.xml"].decode()
    assert drawing.count('descr="') == 7
    assert "month by month, with the 95 percent interval" in drawing


def test_a_chart_in_which_nobody_counts_is_left_out(tmp_path: Path) -> None:
    result = small_result(tmp_path)
    for table in result.tables:
        table.metrics["ib_holders"][:] = 0.0
        table.series["ib_holders"][:] = 0.0
    titles = [chart.title for chart in contents_of(result, tmp_path).charts]
    assert "How long each step takes" in titles
    assert not any("holders" in title for title in titles)


def test_bands_of_the_returns_add_up(result: RunResult, book: bytes) -> None:
    rows = tables(book)["national_returns"]
    for group, year in (("OP", "2006-07"), ("all", "2007-08")):
        mine = [row for row in rows if (row["group"], row["year"]) == (group, year)]
        percent = [row["mean"] for row in mine if row["measure"] == "Percent of new clients assessed"]
        assert len(percent) == 4 and sum(percent) == pytest.approx(100, abs=1e-3)
        count = [row["mean"] for row in mine if row["measure"] == "New clients assessed"]
        people = result.summary.cell("first_assessments_new_clients", group, year=year).mean
        assert sum(count) == pytest.approx(people, abs=2), "each band is rounded to whole people"
        served = [row["mean"] for row in mine if row["measure"] == "Percent of new clients with all services"]
        assert len(served) == 3 and sum(served) == pytest.approx(100, abs=1e-3)


def test_the_forms_hold_the_means_of_each_year(result: RunResult, contents: Contents) -> None:
    assert [form.title for form in contents.forms] == ["Year 2006-07", "Year 2007-08"]
    lines = {label: values for label, _, values in contents.forms[1].rows}
    for place, group in enumerate(("PD", "LD", "MH", "OP", "all")):
        mean = result.summary.cell("people_supported_31_march", group, year="2007-08").mean
        assert lines["Clients at 31 March (support or an open case)"][place] == pytest.approx(mean, abs=1e-4)


def hostile(payload: str) -> Contents:
    """Contents with one text in every place where text can stand."""
    columns = (Column("a", "text", payload), Column("b", "text", payload))
    form = Form(payload, (payload,), ((payload, "", ()), (payload, payload, (1.0,))))
    chart = Chart(payload, "line", payload, payload, (payload, "b"), {payload: (1.0, 2.0)}, payload)
    return Contents(
        title=payload,
        why=payload,
        facts=((payload, payload),),
        statements=((payload, payload),),
        sections=(Section(payload, (payload,), (Figure(payload, payload, ((1.0, 0.5),)),)),),
        tables=(Table("rows", "Rows", payload, columns, ((payload, payload),), payload),),
        charts=(chart,),
        forms=(form,),
        targets=(Target(payload, payload, payload, 1.0, 0.1, 0.9),),
        notes=(payload,),
        manifest={
            "name": payload,
            payload: payload,
            "scenario": {
                "hash": payload,
                "lineage": [payload],
                "tree": {payload: payload},
                "resolved": [{"from": payload, "levers": {"a": payload}}],
            },
            "evidence": {"overrides": {"team-size": payload}, "notes": [payload]},
        },
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_becomes_a_formula_or_a_link(payload: str) -> None:
    content, _ = workbook_bytes(hostile(payload))
    assert live(content) == []
    shown = texts(content)
    assert any(payload.strip() in text.replace("_x005F_", "_").replace("_x000D_", "\r") for text in shown)


def test_text_longer_than_a_cell_ends_in_a_word_that_says_so() -> None:
    rows = (("x" * 40_000, "\U0001f600" * 20_000), ("y" * excel.MAX_CHARACTERS, ""))
    table = Table("rows", "Rows", "", (Column("a"), Column("b")), rows)
    content, told = workbook_bytes(dataclasses.replace(hostile("a"), tables=(table,), notes=()))
    found = tables(content)["rows"]
    assert found[1]["a"] == "y" * excel.MAX_CHARACTERS, "what just fits stays whole"
    assert found[0]["a"].endswith("[cut here: the text has 40,000 characters, and a cell holds 32,767]")
    assert all(excel.utf16_length(str(value)) <= excel.MAX_CHARACTERS for value in found[0].values())
    assert [words.split(":")[0] for words in told] == ["Rows!A2", "Rows!B2"]


def test_a_table_longer_than_a_sheet_is_left_out_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 50)
    columns = (Column("a", "number"),)
    whole = Table("fits", "Fits", "", columns, [(1,)] * 49)
    long = Table("long", "Long", "", columns, [(1,)] * 50, "series.parquet")
    content, told = workbook_bytes(dataclasses.replace(hostile("a"), tables=(whole, long), notes=()))
    assert len(tables(content)["fits"]) == 49
    assert "long" not in tables(content)
    assert any(words.endswith("it is left out here and stands whole in series.parquet.") for words in told)
    assert any("The table long has 50 rows" in text for text in texts(content))


def test_numbers_that_a_sheet_would_round_are_text() -> None:
    table = Table("rows", "Rows", "", (Column("a", "whole"),), ((2**62,), (math.nan,), (3,)))
    content, _ = workbook_bytes(dataclasses.replace(hostile("a"), tables=(table,)))
    assert [row["a"] for row in tables(content)["rows"]] == [str(2**62), None, 3]


@pytest.mark.parametrize("parts", [[3.0, -1, 0, 2], [-5.0, 2, 4, -3], [-1.0, -2, -3, 1], [0.0, 0, 0, 0]])
def test_a_waterfalls_steps_begin_where_the_last_one_ended(parts: list[float]) -> None:
    """Drawn columns (foot, and what is above or below nought) reach from one running total to the next."""
    steps = np.array(parts + [0.0] * (len(CAUSES) - len(parts)))
    series = waterfall(steps).series
    hidden, above, below = (np.array(values) for values in series.values())
    assert (above >= 0).all() and (below <= 0).all()
    assert not np.logical_and(hidden != 0, (above != 0) & (below != 0)).any(), "no foot under a split step"
    totals = np.append(0.0, np.cumsum(steps))
    for place, (start, end) in enumerate(pairwise(totals)):
        foot, up, down = hidden[place], above[place], below[place]
        low = foot + down if foot <= 0 else foot
        high = foot + up if foot >= 0 else foot
        assert (low, high) == (min(start, end), max(start, end)) or start == end
    assert above[-1] + below[-1] == totals[-1], "the last column is the gap"


def test_the_front_sheet_gives_the_verdict_and_its_targets(tmp_path: Path) -> None:
    found = judged_result(tmp_path)
    contents = contents_of(found, tmp_path)
    verdict = verdict_of(found)
    assert verdict is not None and contents.statements[0] == ("The verdict", sentence(verdict))
    assert contents.targets[0].met == verdict.probability
    assert contents.charts[0].kind == "waterfall"
    written = tables(workbook_bytes(contents)[0])
    causes = [row["mean_gbp"] for row in written["verdict_causes"]]
    assert sum(causes) == pytest.approx(verdict.cumulative.mean[-1], abs=0.05)
    assert written["verdict_years"][-1]["cumulative_mean_gbp"] == round(verdict.cumulative.mean[-1], 2)
