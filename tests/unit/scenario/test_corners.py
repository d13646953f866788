"""Corners of what users may write: cells, tables and files read or refused for reasons of their own."""

from __future__ import annotations

import io
import math
import os
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from ibsim.errors import RunError, ScenarioError
from ibsim.evidence import load as load_evidence
from ibsim.scenario import drawing, load, validate
from ibsim.scenario.caseload import read_caseload
from ibsim.scenario.caseload.table import MAX_COLUMNS, read_table
from ibsim.scenario.catalogue import Lever, catalogue
from ibsim.scenario.drawing import _bounds, drawn_evidence
from ibsim.scenario.model import Levers
from ibsim.scenario.tree import Mark, Node
from ibsim.scenario.variants import has_rollout, twin_of
from ibsim.scenario.varied import is_split, varied_evidence
from ibsim.scenario.workbook import convert, converting
from ibsim.scenario.workbook.cells import node_of
from ibsim.scenario.workbook.guard import Found
from ibsim.scenario.workbook.layout import PARENTS, SHEETS
from ibsim.scenario.workbook.yaml_text import yaml_text
from tests.caseloads import START, scenario_text

AT = Mark("mine.xlsx, Levers!E5", 0)
LEVERS: dict[tuple[str, ...], Lever] = dict(catalogue(Levers))
DAY, LIST = LEVERS["allocation", "ras_usable_from"], LEVERS["workforce", "priorities"]


def saved(book: Any) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def charted(name: str, *names: str) -> bytes:
    """A workbook with a chart sheet, and empty sheets after it."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": [names[0] if names else name, 0, 0, 1, 0]})
        book.add_chartsheet(name).set_chart(chart)
        for one in names:
            book.add_worksheet(one)
    return content.getvalue()


# --- cells of a workbook ------------------------------------------------------------------------------------


def test_a_day_may_be_typed_as_text() -> None:
    assert node_of(Found(" 2007-04-01 ", "s", ""), AT, DAY).value == date(2007, 4, 1)


def test_a_list_of_one_may_be_a_number() -> None:
    assert node_of(Found(4, "n", ""), AT, LIST).plain() == [4]


@pytest.mark.parametrize(
    ("found", "lever", "said"),
    [
        (Found("2007-02-30", "s", ""), DAY, "2007-02-30"),
        (Found("new\u202eassessment", "s", ""), LIST, "control or hidden characters"),
        (Found(math.inf, "n", ""), None, "finite and of a sensible size"),
        (Found(1e300, "n", ""), None, "finite and of a sensible size"),
    ],
)
def test_a_cell_that_no_scenario_could_hold_is_refused_at_its_place(
    found: Found, lever: Lever | None, said: str
) -> None:
    with pytest.raises(ScenarioError, match="Levers!E5") as refusal:
        node_of(found, AT, lever)
    assert said in str(refusal.value)


def test_a_chart_sheet_in_the_place_of_a_sheet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.xlsx").write_bytes(charted(SHEETS[0], *SHEETS[1:]))
    with pytest.raises(ScenarioError, match="a chart sheet"):
        load(tmp_path / "mine.xlsx")


# --- workbook and YAML --------------------------------------------------------------------------------------

OWN = "extends: metropolitan\nname: ours\nwhy: a test\nworkforce: {team_size: 9}\n"


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    (tmp_path / "ours.yaml").write_text(OWN, encoding="utf-8")
    return tmp_path / "ours.yaml"


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("extends: metropolitan\nname: ours\nwhy: a test\n", RunError, "this is a fault in ibsim"),
        ("name: [\n", ScenarioError, "again.yaml"),
    ],
)
def test_what_would_not_read_back_the_same_is_not_left_behind(
    ours: Path, text: str, error: type[Exception], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converting, "yaml_text", lambda *_: text)
    with pytest.raises(error, match=said):
        convert(ours, ours.with_name("again.yaml"))
    assert not ours.with_name("again.yaml").exists()


def test_a_parent_on_another_drive_is_told(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours.with_name("child.yaml").write_text(
        "extends: ours.yaml\nname: child\nwhy: a test\n", encoding="utf-8"
    )

    def apart(*_: object) -> str:
        raise ValueError("path is on mount 'D:', start on mount 'C:'")  # as Windows says it

    monkeypatch.setattr(os.path, "relpath", apart)
    with pytest.raises(ScenarioError, match="another drive than the parent's"):
        convert(ours.with_name("child.yaml"), ours.with_name("again.xlsx"))


def test_evidence_that_fits_only_the_scenario_s_own_levers_does_not_hinder_its_form(tmp_path: Path) -> None:
    """Beside each lever the form shows what would stand there without the scenario's own."""
    text = (
        "extends: metropolitan\nname: ours\nwhy: a test\n"
        "evidence: {budget-floor-gbp-per-year: 180000}\n"
        "allocation: {ras: {ceiling_gbp_per_year: 200000}}\n"
    )
    path = tmp_path / "ours.yaml"
    path.write_text(text, encoding="utf-8")
    assert convert(path, tmp_path / "ours.xlsx").hash == load(path).hash


def test_texts_that_yaml_could_take_for_something_else_are_quoted(ours: Path) -> None:
    for text in ("no", "Null", "12:30", "0x1F", "010", "plain words"):
        written = yaml_text(Node({"name": Node(text, AT), "why": Node("w", AT)}, AT), "ours.xlsx")
        ours.write_text(written, encoding="utf-8")
        assert load(ours).name == text and (f'"{text}"' in written) == (text != "plain words")


# --- caseloads ----------------------------------------------------------------------------------------------


def test_a_day_that_the_calendar_lacks_is_told_without_a_guess(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("group,since\nOP,31/02/2005\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="write the date like 2006-04-01"):
        read_caseload(path, "c.csv", START)
    path.write_text("group,since\nOP,28/02/2005\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="write 2005-02-28"):
        read_caseload(path, "c.csv", START)


def test_a_heading_of_too_many_columns_is_refused() -> None:
    heading = ",".join(f"c{n}" for n in range(MAX_COLUMNS + 1))
    with pytest.raises(ScenarioError, match=f"at most {MAX_COLUMNS} columns"):
        read_table(f"{heading}\n".encode(), "c.csv")


def test_a_workbook_of_charts_alone_holds_no_caseload() -> None:
    with pytest.raises(ScenarioError, match="no sheet with cells"):
        read_table(charted("Chart"), "c.xlsx")


def test_dates_are_read_however_a_workbook_holds_them() -> None:
    found = []
    for iso_dates in (False, True):
        book = openpyxl.Workbook(iso_dates=iso_dates)
        book.active.append(["group", "since"])
        book.active.append(["OP", date(2005, 1, 2)])
        found.append(read_table(saved(book), "c.xlsx").columns)
    assert found[0] == found[1] == [["OP"], ["2005-01-02"]]


def test_a_formula_that_was_worked_out_counts_as_its_value() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["group", "age"])
        sheet.write(1, 0, "OP")
        sheet.write_formula(1, 1, "=40+42", None, 82)
    assert read_table(content.getvalue(), "c.xlsx").columns == [["OP"], ["82"]]


def test_a_caseload_of_the_command_line_lies_in_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, files = tmp_path / "work", tmp_path / "files"
    work.mkdir()
    files.mkdir()
    (work / "mine.csv").write_text("group,since,next_review\nOP,2005-01-01,2006-09-01\n", encoding="utf-8")
    text = "".join(line for line in scenario_text().splitlines(True) if "caseload" not in line)
    (files / "ours.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(work)
    found = load(files / "ours.yaml", ("population.caseload_file=mine.csv",))
    assert found.caseload is not None


def test_clients_of_a_parent_give_way_to_a_caseload_those_of_the_command_line_do_not(
    tmp_path: Path,
) -> None:
    (tmp_path / "c.csv").write_text("group,since,next_review\nOP,2005-01-01,2006-09-01\n", encoding="utf-8")
    (tmp_path / "parent.yaml").write_text("name: p\nwhy: w\npopulation: {clients_at_start: {OP: 5}}\n")
    (tmp_path / "ours.yaml").write_text(
        "extends: parent.yaml\nname: o\nwhy: w\ncalendar: {warm_up_years: 0}\n"
        "population: {caseload_file: c.csv}\n",
        encoding="utf-8",
    )
    assert load(tmp_path / "ours.yaml").caseload is not None
    with pytest.raises(ScenarioError, match="clients_at_start beside a caseload"):
        load(tmp_path / "ours.yaml", ("population.clients_at_start.OP=7",))


def test_the_twin_of_a_council_with_its_own_people_has_the_same_people(tmp_path: Path) -> None:
    rows = "".join(f"OP,2005-01-{day:02d},2006-09-01\n" for day in range(1, 8))
    (tmp_path / "caseload.csv").write_text(f"group,since,next_review\n{rows}", encoding="utf-8")
    text = scenario_text() + "rollout: {waves: [{from: 2006-06-01, groups: [OP], to: everyone}]}\n"
    (tmp_path / "ours.yaml").write_text(text, encoding="utf-8")
    council = load(tmp_path / "ours.yaml")
    twin = twin_of(council)
    assert has_rollout(council) and not has_rollout(twin) and twin.caseload is council.caseload
    assert twin.levers.population.clients_at_start == council.levers.population.clients_at_start
    assert twin.levers.population.clients_at_start.OP == 7


@pytest.mark.parametrize("place", [1e-9, 1 - 1e-9])
def test_drawn_evidence_stays_within_the_bounds_of_its_levers(place: float) -> None:
    drawn = drawn_evidence(load_evidence(), lambda _: place)
    for id, (least, most) in _bounds().items():
        values = [row.value for row in drawn.table[id].values() if isinstance(row.value, float)]
        assert all(least <= value <= most for value in values), id


def test_a_draw_outside_what_a_lever_may_be_is_held_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    row = load_evidence().table["refusal-percent"][""]
    assert row.high is not None and row.high > 11
    monkeypatch.setattr(drawing, "_bounds", lambda: {"refusal-percent": (0.0, 11.0)})
    drawn = drawing.drawn_evidence(load_evidence(), lambda _: 1 - 1e-9)
    assert drawn.value("refusal-percent") == 11.0


@pytest.mark.parametrize("word", ["perhaps", PARENTS])
def test_for_a_list_a_sheet_knows_two_words(word: str, tmp_path: Path) -> None:
    """None at all, and the parent's, which is what an empty cell means too."""
    (tmp_path / "ours.yaml").write_text(OWN, encoding="utf-8")
    convert(tmp_path / "ours.yaml", tmp_path / "ours.xlsx")
    book = openpyxl.load_workbook(tmp_path / "ours.xlsx")
    sheet = book["Scenario"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    (place,) = [cell for cell in cells if cell.value == "rollout.waves"]
    column = next(cell.column for cell in cells if cell.value == "Your value")
    sheet.cell(place.row, column).value = word
    book.save(tmp_path / "mine.xlsx")
    if word == PARENTS:
        assert load(tmp_path / "mine.xlsx").hash == load(tmp_path / "ours.yaml").hash
    else:
        with pytest.raises(ScenarioError, match="perhaps"):
            load(tmp_path / "mine.xlsx")


def test_a_slip_at_no_lever_has_the_words_of_its_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validate, "type_at", lambda *_: None)
    path = tmp_path / "ours.yaml"
    path.write_text(OWN.replace("team_size: 9", "team_size: nine"), encoding="utf-8")
    with pytest.raises(ScenarioError, match="write a value that the rule allows"):
        load(path)


def test_a_split_given_whole_is_made_to_add_up_to_a_hundred() -> None:
    evidence = load_evidence()
    rows = next(rows for rows in evidence.table.values() if is_split(rows.values()))
    found = varied_evidence({row.key: 10.0 for row in rows.values()})
    values = [found.value(row.id, row.group) for row in rows.values()]
    assert sum(values) == pytest.approx(100) and len({round(value, 6) for value in values}) == 1
