from __future__ import annotations

import io
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import PatternFill
from typer.testing import CliRunner

from ibsim.cli import app
from ibsim.errors import InputError, ScenarioError
from ibsim.scenario import load
from ibsim.scenario.extends import shipped_names
from ibsim.scenario.workbook import convert
from ibsim.scenario.workbook.layout import NEEDED, SHEETS, known_levers
from tests.payloads import PAYLOADS
from tests.workbooks import live

RICH = """\
extends: metropolitan-pilot
name: "=1+1 'no' 010"
why: "A colon: in the words,\\na second line, _x0041_ and 12:30"
calendar: {years: 3}
workforce:
  support_planners_fte: [{from: 2006-04-01, value: 8}, {from: 2008-04-01, value: 12.5}]
  care_coordinators_fte: {OP: 60, LD: [{from: 2007-04-01, value: 20}]}
  priorities: [screening, new_assessment, care_plan, ib_assessment, support_plan, arranging, reassessment,
    carer_assessment, monitoring, first_review, annual_review]
  team_size: 9
review:
  hours: 3
allocation: {ras_usable_from: null}
access: {facs_threshold: substantial}
rollout:
  refusal_percent: 12
  trial: {enabled: [{from: 2006-04-01, value: true}, {from: 2007-07-01, value: false}]}
  waves:
    - {from: 2006-04-01, groups: [OP, transitions], to: new_referrals, share_percent: 40, localities: [1]}
    - {from: 2007-04-01, groups: [PD, LD, MH], to: at_review, quota: 80, deadline: 2008-04-01, teams: [1, 2]}
market:
  providers:
    listed:
      - {name: "=Hands", service: home_care, capacity_per_week: 400, price_gbp: 13.5, block_per_week: 90.5}
      - {name: Own, service: home_care, capacity_per_week: 900, price_gbp: 21, in_house: true, locality: 1}
evidence:
  team-size: 9.0
  review-hours: 2
  review-hours/OP: 2.5
"""


KEPT_LEVERS = (
    "workforce.team_size", "access.facs_threshold", "allocation.ras_usable_from", "workforce.priorities",
    "workforce.support_planners_fte", "rollout.refusal_percent",
)  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The workbook of a scenario that uses every part of the language."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "ours.yaml").write_text(RICH, encoding="utf-8")
    convert(folder / "ours.yaml", folder / "ours.xlsx")
    return (folder / "ours.xlsx").read_bytes()


@pytest.fixture(scope="module")
def brief(whole: bytes) -> bytes:
    """The same with few rows, so that it is quickly changed and read again."""
    book = openpyxl.load_workbook(io.BytesIO(whole))
    levers = book["Levers"]
    head = [cell.value for cell in levers[4]]
    rows = [[cell.value for cell in row] for row in levers.iter_rows(min_row=5)]
    kept = [row for row in rows if row[head.index("Key")] in KEPT_LEVERS]
    levers.delete_rows(5, levers.max_row)
    for row in kept:
        levers.append(row)
    book["Evidence"].delete_rows(60, book["Evidence"].max_row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: bytes, brief: bytes) -> Path:
    """A working folder with the scenario, its workbook, and the brief one."""
    monkeypatch.chdir(tmp_path)
    Path("ours.yaml").write_text(RICH, encoding="utf-8")
    Path("ours.xlsx").write_bytes(whole)
    Path("brief.xlsx").write_bytes(brief)
    return tmp_path


def changed(change: Any) -> str:
    """The message with which the workbook is refused after `change` has had its way with it."""
    book = openpyxl.load_workbook("brief.xlsx")
    change(book)
    book.save("mine.xlsx")
    with pytest.raises(ScenarioError) as refusal:
        load("mine.xlsx")
    assert refusal.value.where.startswith("mine.xlsx"), refusal.value.where
    return str(refusal.value)


def cell_of(book: Any, key: str, group: str | None = None) -> Any:
    """The cell of the user's value of a lever."""
    sheet = book["Levers"]
    head = [cell.value for cell in sheet[4]]
    for row in sheet.iter_rows(min_row=5):
        if row[head.index("Key")].value == key and row[head.index("Group")].value == group:
            return row[head.index("Your value")]
    raise AssertionError(key)


def test_a_workbook_means_what_the_yaml_means_there_and_back(here: Path) -> None:
    convert("ours.xlsx", Path("again.yaml"))
    convert("again.yaml", Path("again.xlsx"))
    hashes = {load(name).hash for name in ("ours.yaml", "ours.xlsx", "again.yaml", "again.xlsx")}
    assert len(hashes) == 1
    first, last = load("ours.yaml"), load("again.yaml")
    assert (last.name, last.why, last.tree) == (first.name, first.why, first.tree)


def test_the_same_scenario_gives_the_same_bytes(here: Path) -> None:
    convert("ours.yaml", Path("other.xlsx"))
    assert Path("other.xlsx").read_bytes() == Path("ours.xlsx").read_bytes()


@pytest.mark.parametrize("name", ["metropolitan", "site-01"])
def test_shipped_scenarios_keep_their_hash(tmp_path: Path, name: str) -> None:
    trip(name, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_scenario_keeps_its_hash(tmp_path: Path, name: str) -> None:
    trip(name, tmp_path)


def trip(name: str, folder: Path) -> None:
    convert(name, folder / "a.xlsx")
    convert(folder / "a.xlsx", folder / "b.yaml")
    assert load(folder / "a.xlsx").hash == load(folder / "b.yaml").hash == load(name).hash


def test_a_parent_elsewhere_is_still_the_parent(here: Path) -> None:
    Path("deep").mkdir()
    Path("child.yaml").write_text("extends: ours\nname: Child\nwhy: to inherit\nreview: {hours: 4}\n")
    convert("child.yaml", Path("deep/child.xlsx"))
    convert("deep/child.xlsx", Path("deep/metropolitan.yaml"))
    assert 'extends: "../ours.yaml"\n' in Path("deep/metropolitan.yaml").read_text()
    assert load("deep/metropolitan.yaml").hash == load("child.yaml").hash
    Path("last.yaml").write_text("extends: deep/child.xlsx\nname: Last\nwhy: a workbook as parent\n")
    assert load("last.yaml").hash == load("child.yaml").hash


def test_no_wave_at_all_is_told_from_no_word_about_waves(here: Path) -> None:
    Path("none.yaml").write_text("extends: metropolitan-pilot\nname: N\nwhy: none\nrollout: {waves: []}\n")
    Path("silent.yaml").write_text("extends: metropolitan-pilot\nname: N\nwhy: silent\n")
    for stem in ("none", "silent"):
        convert(f"{stem}.yaml", Path(f"{stem}.xlsx"))
    assert load("none.xlsx").levers.rollout.waves == []
    assert len(load("silent.xlsx").levers.rollout.waves) == 4


def test_every_lever_has_a_row_with_its_words(here: Path) -> None:
    sheet = openpyxl.load_workbook("ours.xlsx")["Levers"]
    head = [cell.value for cell in sheet[4]]
    rows = [dict(zip(head, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=5)]
    rows = [row for row in rows if row["Key"]]
    assert {row["Key"] for row in rows} == {
        ".".join(path) for path in known_levers() if path[0] != "calendar"
    }
    assert all(row["What it is"] and row["Allowed"] and row["If left empty"] is not None for row in rows)
    (row,) = [row for row in rows if row["Key"] == "review.hours" and row["Group"] == "LD"]
    assert row["Your value"] == 3 and row["If left empty"] == 2, "what holds if the cell is cleared"
    assert row["Status"] and row["Source"] and row["Unit"] == "hours"


def test_cells_are_validated_coloured_and_unlocked(here: Path) -> None:
    book = openpyxl.load_workbook("ours.xlsx")
    sheet = book["Levers"]
    cell = cell_of(book, "workforce.team_size")
    rules = [rule for rule in sheet.data_validations.dataValidation if cell.coordinate in rule.sqref]
    assert [(rule.type, rule.formula1, rule.formula2) for rule in rules] == [("decimal", "1", "100")]
    assert sheet.protection.sheet and not cell.protection.locked
    assert sheet["A5"].protection.locked
    (area,) = [area for area in sheet.conditional_formatting if cell.coordinate in area.sqref]
    assert area.rules[0].formula[0].startswith("AND(LEN(D5)>0,D5<>C5)")


def test_formulas_with_a_result_and_other_columns_are_read(here: Path) -> None:
    """A planner may move columns, add sheets and calculate; what counts is the last result."""
    import xlsxwriter

    book = xlsxwriter.Workbook("own.xlsx")
    levers = book.add_worksheet("Levers")
    for name in ("My sums", *SHEETS):
        if name != "Levers":
            book.add_worksheet(name)
    sheets = {sheet.get_name(): sheet for sheet in book.worksheets()}
    levers.write_row(0, 2, ["Key", "Your value", "Group"])
    levers.write(1, 2, "workforce.team_size")
    levers.write_formula(1, 3, "=3*4", None, 12)
    sheets["Scenario"].write_row(2, 0, ["Key", "Your value"])
    for row, pair in enumerate([("name", "Own"), ("why", "to sum")], start=3):
        sheets["Scenario"].write_row(row, 0, pair)
    sheets["Dated changes"].write_row(0, 0, ["Key", "Group", "From", "Value"])
    sheets["Providers"].write_row(0, 0, NEEDED["Providers"])
    sheets["Roll-out"].write_row(
        0,
        0,
        [
            "from",
            "until",
            "groups",
            "to",
            "share_percent",
            "localities",
            "teams",
            "quota",
            "deadline",
            "weeks",
        ],
    )
    sheets["Evidence"].write_row(0, 0, ["Key", "Your value"])
    book.close()
    assert load("own.xlsx").levers.workforce.team_size == 12


CHANGES: list[tuple[str, Any, tuple[str, ...]]] = [
    ("workforce.team_size", "twelve", ("workforce.team_size", "the text 'twelve'", "a number from 1")),
    ("workforce.team_size", "12 people", ("remedy: write 12",)),
    ("workforce.team_size", -1, ("found:  -1", "from 1 to")),
    ("workforce.team_size", True, ("found:  true",)),
    ("workforce.team_size", datetime(2006, 4, 1), ("the date 2006-04-01",)),
    ("workforce.team_size", datetime(2006, 4, 1, 9, 30), ("a time of day", "write the date alone")),
    ("workforce.team_size", time(9, 30), ("a time or duration",)),
    ("workforce.team_size", "=3*4", ("a formula without a result", "let it calculate and save it")),
    ("workforce.team_size", "#REF!", ("the error #REF!",)),
    ("access.facs_threshold", "substantal", ("did you mean `substantial`?",)),
    ("allocation.ras_usable_from", "soon", ("the text 'soon'", "a date")),
    ("workforce.support_planners_fte", 5, ("set in one place",)),
    ("workforce.priorities", "screening, sleep", ("'sleep'", "one of")),
]


@pytest.mark.parametrize(("key", "value", "words"), CHANGES)
def test_a_message_names_the_cell(here: Path, key: str, value: Any, words: tuple[str, ...]) -> None:
    places = []

    def change(book: Any) -> None:
        cell = cell_of(book, key)
        cell.number_format = "General"
        cell.value = value
        places.append(cell.coordinate)

    message = changed(change)
    assert f"Levers!{places[0]}" in message
    for part in words:
        assert part in message, message


def test_a_percentage_is_not_taken_for_its_hundredth(here: Path) -> None:
    def change(book: Any) -> None:
        cell = cell_of(book, "rollout.refusal_percent")
        cell.value, cell.number_format = 0.5, "0%"

    assert "50%, which the file holds as 0.5" in changed(change)


def hide(book: Any) -> None:
    book.create_sheet("Mine").sheet_state = "veryHidden"


def rename(book: Any) -> None:
    book["Levers"].title = "Levers (2)"


def behead(book: Any) -> None:
    book["Levers"]["D4"] = "My value"


def unkey(book: Any) -> None:
    book["Evidence"]["D40"], book["Evidence"]["J40"] = 3, None


def misname(book: Any) -> None:
    book["Dated changes"]["A5"] = "workforce.support_planers_fte"


def half_a_change(book: Any) -> None:
    book["Dated changes"]["D5"] = None


def half_a_wave(book: Any) -> None:
    book["Roll-out"]["A5"] = None


def unknown_evidence(book: Any) -> None:
    book["Evidence"]["D40"], book["Evidence"]["J40"] = 3, "team-sise"


def far_below(book: Any) -> None:
    book["Evidence"].cell(30_000, 4, 3)


def unnamed(book: Any) -> None:
    book["Scenario"]["D6"] = None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (hide, "mine.xlsx, Mine\n  found:  a hidden sheet"),
        (rename, "no sheet 'Levers'"),
        (behead, "mine.xlsx, Levers\n  found:  no such row"),
        (unkey, "Evidence!J40\n  found:  an empty cell beside a value"),
        (misname, "did you mean 'workforce.support_planners_fte'?"),
        (half_a_change, "Dated changes!D5\n  found:  an empty cell"),
        (half_a_wave, "Roll-out!A5, rollout.waves.0.from"),
        (unknown_evidence, "did you mean 'team-size'?"),
        (far_below, "Evidence!D30000\n  found:  a cell below them"),
        (unnamed, "each scenario says its name"),
    ],
)
def test_what_is_amiss_with_a_sheet_is_said(here: Path, change: Any, words: str) -> None:
    assert words in changed(change)


def test_colours_of_the_users_own_change_nothing(here: Path) -> None:
    book = openpyxl.load_workbook("brief.xlsx")
    cell_of(book, "workforce.team_size").fill = PatternFill("solid", fgColor="FF0000")
    book.create_sheet("My notes")["A1"] = "=1+1"
    book.save("mine.xlsx")
    assert load("mine.xlsx").hash == load("brief.xlsx").hash


def test_text_that_looks_like_a_formula_stays_text(here: Path) -> None:
    kept = [text for text in PAYLOADS if text.strip()]
    for number, payload in enumerate(kept[:2]):
        words = payload.encode("unicode_escape").decode().replace('"', '\\"').replace("\\'", "'")
        Path("p.yaml").write_text(f'name: "{words}"\nwhy: "{words}"\n', encoding="utf-8")
        out = Path(f"p{number}.xlsx")
        convert("p.yaml", out)
        assert live(out.read_bytes()) == []
        assert load(out).name == load("p.yaml").name == payload


def test_a_number_that_a_cell_would_round_is_refused(here: Path) -> None:
    Path("fine.yaml").write_text("name: F\nwhy: f\nworkforce: {support_planners_fte: 0.30000000000000004}\n")
    with pytest.raises(ScenarioError, match="keeps 16 digits"):
        convert("fine.yaml", Path("fine.xlsx"))
    assert not Path("fine.xlsx").exists()


@pytest.mark.parametrize("out", ["ours.xlsx", "ours.csv", "there/../ours.yaml"])
def test_what_is_there_is_never_written_over(here: Path, out: str) -> None:
    before = {path.name: path.read_bytes() for path in here.iterdir()}
    with pytest.raises(InputError):
        convert("ours.yaml", Path(out))
    assert {path.name: path.read_bytes() for path in here.iterdir() if path.is_file()} == before


def test_the_commands_take_a_workbook(here: Path) -> None:
    result = CliRunner().invoke(app, ["workbook", "ours.xlsx", "--out", "back.yaml"])
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Wrote back.yaml (=1+1 'no' 010), hash ")
    assert CliRunner().invoke(app, ["check", "ours.xlsx"]).exit_code == 0
    result = CliRunner().invoke(app, ["diff", "ours.xlsx", "ours.yaml"])
    assert "no lever differs" in result.stdout
    Path("bad.xlsx").write_bytes(b"name: no workbook\n")
    result = CliRunner().invoke(app, ["check", "bad.xlsx"])
    assert result.exit_code == 2 and "no workbook" in result.stderr


def test_dates_are_dates_in_the_workbook(here: Path) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(Path("ours.xlsx").read_bytes()))["Roll-out"]
    assert sheet["A5"].value.date() == date(2006, 4, 1)
    assert sheet["C5"].value == "OP, transitions"
