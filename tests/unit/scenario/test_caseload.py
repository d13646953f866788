"""Reading a council's caseload: what it may hold, what is refused and how, and how scenarios name it."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import os
import re
import zipfile
from datetime import date, datetime
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from ibsim.caseload import UNSAID
from ibsim.cli import app
from ibsim.errors import ScenarioError
from ibsim.experiment.waterfall import steps
from ibsim.results.manifest import caseload_tree
from ibsim.scenario import load
from ibsim.scenario.caseload import read_caseload, table
from ibsim.scenario.caseload.columns import NAMES
from ibsim.scenario.check import describe
from ibsim.scenario.diff import diff
from ibsim.scenario.workbook import convert
from tests.caseloads import START, scenario_text, workbook
from tests.payloads import PAYLOADS

GOOD = "group,since,next_review\nOP,2005-01-01,2006-09-01\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a scenario that names the caseload beside it."""
    monkeypatch.chdir(tmp_path)
    Path("caseload.csv").write_text(GOOD, encoding="utf-8")
    Path("ours.yaml").write_text(scenario_text(), encoding="utf-8")
    return tmp_path


def refused(name: str, content: str | bytes) -> ScenarioError:
    Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ScenarioError) as caught:
        read_caseload(Path(name), name, START)
    return caught.value


POUNDS = "services_gbp_per_week"
BACKLOG = "group,status,since,last_review\nLD,waiting_assessment,"

BAD_CSV: dict[str, tuple[str | bytes, str, str, str]] = {
    "empty file": ("", "bad.csv", "an empty file", "--template"),
    "only blank lines": ("\n\n , \n", "bad.csv", "an empty file", "--template"),
    "no rows": ("group,age\n", "bad.csv", "a heading and no row", "--template"),
    "unknown column": ("group,aeg\nOP,70\n", "line 1", "'aeg'", "`age`"),
    "column of another kind": ("group,servces_gbp_per_week\nOP,7\n", "line 1", "'serv", f"`{POUNDS}`"),
    "no group": ("age\n70\n", "line 1", "no column `group`", "PD, LD, MH or OP"),
    "a column twice": ("group,age,Age\nOP,70,71\n", "line 1", "'age' twice", "keep one"),
    "no name": ("group,,age\nOP,x,70\n", "line 1", "a column without a name", "take it out"),
    "semicolons": ("group;age\nOP;70\n", "line 1", "'group;age'", "commas"),
    "unknown group": ("group\nOP\nOPA\n", "line 3, group", "'OPA'", "PD, LD, MH, OP"),
    "blank group": ("group,age\nOP,70\n,71\n", "line 3, group", "an empty cell", "write it"),
    "text for an age": ("group,age\nOP,seventy\n", "line 2, age", "'seventy'", "in digits"),
    "a child": ("group,age\nLD,7\n", "line 2, age", "'7'", "check the number"),
    "half a person": ("group,count\nLD,2.5\n", "line 2, count", "'2.5'", "write 2"),
    "nobody": ("group,count\nLD,0\n", "line 2, count", "'0'", "check the number"),
    "NaN": (f"group,{POUNDS}\nLD,NaN\n", f"line 2, {POUNDS}", "'NaN'", "leave the cell"),
    "infinity": (f"group,{POUNDS}\nLD,1e999\n", "line 2, services", "'1e999'", "write"),
    "negative pounds": (f"group,{POUNDS}\nLD,-5\n", "line 2, services", "'-5'", "in one week"),
    "a pound sign": (f"group,{POUNDS}\nLD,£120.50\n", "line 2, services", "'£120.50'", "write 120.50"),
    "thousands": (f'group,{POUNDS}\nLD,"1,250"\n', "line 2, services", "'1,250'", "write 1250"),
    "an unquoted comma": (f"group,{POUNDS}\nLD,1,250\n", "line 2", "'250' beyond", "without commas"),
    "after the start": ("group,since\nLD,2006-04-02\n", "line 2, since", "2006-04-02", "leave out"),
    "reviewed later": ("group,last_review\nLD,2007-01-01\n", "last_review", "2007-01-01", "next_review"),
    "British date": ("group,since\nLD,01/02/2006\n", "line 2, since", "'01/02/2006'", "write 2006-02-01"),
    "no such day": ("group,since\nLD,2006-02-30\n", "line 2, since", "'2006-02-30'", "like 2006-04-01"),
    "a week": ("group,since\nLD,2006-W05-1\n", "line 2, since", "'2006-W05-1'", "like 2006-04-01"),
    "another century": ("group,since\nLD,0206-02-03\n", "line 2, since", "'0206-02-03'", "check the year"),
    "maybe": ("group,package\nLD,maybe\n", "line 2, package", "'maybe'", "no, yes"),
    "status": ("group,status\nLD,waiting\n", "line 2, status", "'waiting'", "`waiting_assessment`"),
    "backlog, no day": (f"{BACKLOG},\n", "line 2, since", "an empty cell", "write the day"),
    "backlog reviewed": (
        f"{BACKLOG}2006-01-01,2005-01-01\n", "line 2, status", "with a review", "empty the cell",
    ),
    "payment, no package": (
        "group,package,direct_payment\nLD,no,yes\n", "line 2, direct_payment", "no for package", "write yes",
    ),
    "not UTF-8": (b"group\nLD\n\xe9\n", "line 3", "0xe9", "CSV UTF-8"),
    "a quote that stays open": ('group\n"LD\n', "line", "unexpected end", "plain CSV"),
    "a formula as text": ("group,age\nLD,=1+1\n", "line 2, age", "'=1+1'", "in digits"),
    "too many people": ("group,count\n" + "LD,1000000\n" * 3, "count", "3,000,000 people", "counts"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD_CSV)
def test_a_bad_csv_gets_one_message(here: Path, kind: str) -> None:
    content, where, found, remedy = BAD_CSV[kind]
    error = refused("bad.csv", content)
    assert error.where.startswith("bad.csv") and where in error.where
    assert found in error.found and remedy in error.remedy
    assert error.rule


def test_whatever_stands_in_a_cell_is_refused_in_one_message(here: Path) -> None:
    """Never a traceback, never read as something else, and no control character is printed."""
    for number, (payload, column) in enumerate(product(PAYLOADS, NAMES)):
        content = io.StringIO()
        rows = (
            [*NAMES],
            ["OP", *[""] * (len(NAMES) - 1)],
            [payload if name == column else "" for name in NAMES],
        )
        csv.writer(content).writerows(rows)
        error = refused(f"bad-{number}.csv", content.getvalue())
        assert all(part.isprintable() for part in (error.where, error.found, error.rule))


def test_ten_faults_are_told_at_once_in_the_order_of_rows(here: Path) -> None:
    error = refused("bad.csv", "group,age,sex\nOP,7,f\nXX,80,f\nOP,80,robot\n")
    assert error.where.endswith("line 2, age")
    assert "2 more to mend" in error.remedy
    assert error.remedy.index("line 3, group") < error.remedy.index("line 4, sex")


def test_the_columns_hold_what_the_file_says(here: Path) -> None:
    Path("a.csv").write_text(
        "\ufeffGroup,Direct Payment,Sex,Status,Services GBP per week,Count,Since,Notes\n"
        " op ,YES,Female,In place,99.999,2,,is eighty\n\n,,,,,,,\nld,n,m,waiting-assessment,,,2006-01-31,\n",
        encoding="utf-8",
    )
    found = read_caseload(Path("a.csv"), "a.csv", START)
    assert found.group.tolist() == [3, 1] and found.count.tolist() == [2, 1]
    assert found.direct_payment.tolist() == [1, 0] and found.female.tolist() == [1, 0]
    assert found.waiting.tolist() == [False, True]
    assert found.services_pence.tolist() == [10_000, UNSAID]  # to the nearest penny
    assert found.since.tolist() == [UNSAID, date(2006, 1, 31).toordinal()]
    assert (found.age == UNSAID).all() and (found.case_open == UNSAID).all()
    assert found.people(waiting=False).tolist() == [0, 0, 0, 2]
    assert found.people(waiting=True).tolist() == [0, 1, 0, 0]


def test_a_workbook_says_the_same_as_csv(here: Path) -> None:
    rows: list[list[Any]] = [["group", "since", "next_review", "age", "package"],
                             ["OP", date(2005, 1, 1), datetime(2006, 9, 1), 70, True]]  # fmt: skip
    Path("a.xlsx").write_bytes(workbook(rows))
    Path("a.csv").write_text("group,since,next_review,age,package\nOP,2005-01-01,2006-09-01,70,yes\n")
    one, other = (read_caseload(Path(name), name, START) for name in ("a.xlsx", "a.csv"))
    assert one == other and one.digest == other.digest
    for field in dataclasses.fields(one):
        assert np.array_equal(getattr(one, field.name), getattr(other, field.name))


def test_bad_workbooks_get_one_message(here: Path) -> None:
    with_time = workbook([["group", "since"], ["OP", datetime(2006, 1, 1, 9, 30)]])
    assert "2006-01-01 09:30:00" in refused("bad.xlsx", with_time).found
    formula = refused("bad.xlsx", workbook([["group", "age"], ["OP", 70], ["OP", "=B2+1"]]))
    assert formula.where == "bad.xlsx, B3" and "'=B2+1'" in formula.found and "save it" in formula.remedy
    assert "row 2, age" in refused("bad.xlsx", workbook([["group", "age"], ["OP", "#N/A"]])).where
    assert "an empty file" in refused("bad.xlsx", workbook([])).found
    assert "no workbook" in refused("bad.xlsx", b"PK no zip").found
    assert "password" in refused("bad.xlsx", b"\xd0\xcf\x11\xe0" + b"0" * 600).found
    assert "damaged" in refused("bad.xlsx", cut(workbook([["group"], ["OP"]]), b"</sheetData>", b"")).found
    assert "a file named" in refused("bad.ods", b"PK").found


def test_a_zip_bomb_is_refused_before_it_is_unpacked(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_SHEET", 1_000_000)
    good = workbook([["group"], ["OP"]])
    bomb = cut(good, b"</worksheet>", b" " * 3_000_000 + b"</worksheet>")
    assert len(bomb) < 20_000
    error = refused("bomb.xlsx", bomb)
    assert "sheet1.xml" in error.found and "1,000,000" in error.rule
    monkeypatch.setattr(table, "MOST_EXPANDED", 2_000_000)
    assert "parts" in refused("bomb.xlsx", bomb).found


def test_more_rows_than_the_most_are_refused(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_ROWS", 3)
    Path("a.csv").write_text("group\n" + "OP\n" * 3)
    assert read_caseload(Path("a.csv"), "a.csv", START).people(waiting=False).sum() == 3
    assert refused("bad.csv", "group\n" + "OP\n" * 4).where == "bad.csv, line 5"


def test_a_hundred_thousand_people_are_read(here: Path) -> None:
    lines = [
        f"{group},{20 + n % 60},{150 + n % 97}.{n % 100:02d},2006-{1 + n % 12:02d}-{1 + n % 28:02d}"
        for n, group in enumerate(["PD", "LD", "MH", "OP"] * 25_000)
    ]
    Path("a.csv").write_text("group,age,services_gbp_per_week,next_review\n" + "\n".join(lines) + "\n")
    found = read_caseload(Path("a.csv"), "a.csv", START)
    assert found.people(waiting=False).tolist() == [25_000] * 4
    assert found.services_pence[12_345] == (150 + 12_345 % 97) * 100 + 45


# --- how a scenario names it -----------------------------------------------------------------------


def test_the_hash_follows_the_content_and_not_the_name(here: Path) -> None:
    first = load("ours.yaml")
    os.rename("caseload.csv", "other.csv")
    Path("ours.yaml").write_text(scenario_text("other.csv"))
    renamed = load("ours.yaml")
    assert renamed.hash == first.hash and diff(first, renamed) == []
    Path("other.csv").write_text(GOOD.replace("2006-09-01", "2006-09-02"))
    changed = load("ours.yaml")
    assert changed.hash != first.hash
    assert [row.path for row in diff(first, changed)] == ["population.caseload_file"]
    without = load("ours.yaml", ["population.caseload_file=null"])
    assert without.caseload is None and without.hash not in (first.hash, changed.hash)


def test_a_waterfall_takes_the_caseload_as_one_step(here: Path) -> None:
    Path("other.csv").write_text("group,since\nOP,2005-01-01\nLD,2004-01-01\n")
    first = load("ours.yaml", ["review.grace_days=7"])
    second = load("ours.yaml", ["population.caseload_file=other.csv", "review.grace_days=21"])
    _, (people, grace) = steps(first, second)
    assert people.levers == ("population.caseload_file", "population.clients_at_start")
    assert people.scenario.caseload == second.caseload
    sets = ["population.caseload_file=other.csv", "review.grace_days=7"]
    assert people.scenario.hash == load("ours.yaml", sets).hash
    assert grace.scenario is second
    Path("copy.csv").write_text(GOOD)
    third = load("ours.yaml", ["population.caseload_file=copy.csv", "review.grace_days=21"])
    _, (only,) = steps(first, third)
    assert only.levers == ("review.grace_days",)


def test_the_path_is_meant_from_the_file_that_says_it(here: Path) -> None:
    (here / "below").mkdir()
    Path("below/child.yaml").write_text("extends: ../ours.yaml\nname: child\nwhy: a test\n")
    assert load("below/child.yaml").caseload == load("ours.yaml").caseload
    Path("below/own.csv").write_text("group\nLD\n")
    Path("below/child.yaml").write_text(
        "extends: ../ours.yaml\nname: child\nwhy: a test\npopulation: {caseload_file: own.csv}\n"
    )
    assert load("below/child.yaml").levers.population.clients_at_start.array().tolist() == [0, 1, 0, 0]
    Path("mine.csv").write_text("group\nMH\nMH\n")
    put = load("below/child.yaml", ["population.caseload_file=mine.csv"])
    assert put.levers.population.clients_at_start.array().tolist() == [0, 0, 2, 0]


@pytest.mark.parametrize(
    ("text", "found", "remedy"),
    [
        (scenario_text("/etc/caseload.csv"), "'/etc/caseload.csv'", "relative"),
        (scenario_text("'C:\\caseload.csv'"), "caseload.csv'", "relative"),
        (scenario_text("caseload.xls"), "'caseload.xls'", "save the caseload"),
        (scenario_text("nowhere.csv"), "does not exist", "check the name"),
        (scenario_text("7"), "7", "rule"),
        (scenario_text("[a.csv]"), "a list", "one value"),
        (scenario_text(warm_up=2), "a warm-up of 2 years", "warm_up_years: 0"),
        (scenario_text("folder.csv"), "a folder", "a .csv or .xlsx file"),
    ],
)
def test_a_scenario_that_names_no_such_file_is_refused(
    here: Path, text: str, found: str, remedy: str
) -> None:
    Path("folder.csv").mkdir()
    Path("ours.yaml").write_text(text)
    with pytest.raises(ScenarioError) as caught:
        load("ours.yaml")
    assert found in caught.value.found and remedy in caught.value.remedy


def test_a_number_that_the_caseload_would_replace_is_refused(here: Path) -> None:
    with pytest.raises(ScenarioError, match="clients_at_start beside a caseload"):
        load("ours.yaml", ["population.clients_at_start.OP=100"])
    load("ours.yaml", ["population.clients_at_start.OP=100", "population.caseload_file=null"])


def test_check_manifest_and_form_tell_of_it(here: Path) -> None:
    scenario = load("ours.yaml")
    assert any(re.search("caseload +1 people in place and 0 waiting, from caseload.csv", line)
               for line in describe(scenario))  # fmt: skip
    assert caseload_tree(scenario.caseload)["caseload"]["in_place"] == {"PD": 0, "LD": 0, "MH": 0, "OP": 1}
    assert caseload_tree(None) == {}
    (here / "forms").mkdir()
    assert convert("ours.yaml", here / "forms" / "ours.xlsx").hash == scenario.hash
    assert convert("forms/ours.xlsx", here / "back.yaml").hash == scenario.hash


# --- the command -----------------------------------------------------------------------------------


def test_the_command_says_what_a_file_holds(here: Path) -> None:
    Path("c.csv").write_text(
        "group,count,status,since,last_review,package,services_gbp_per_week\n"
        "OP,3,,,2005-03-01,yes,100\nOP,1,,,2005-09-01,yes,200\nOP,1,,,,no,\nLD,2,,,,,\n"
        "PD,2,waiting_assessment,2006-03-22,,,\nPD,1,waiting_assessment,2006-01-21,,,\n"
    )
    told = CliRunner().invoke(app, ["caseload", "c.csv", "--scenario", "ours.yaml", "--json"])
    assert told.exit_code == 0, told.output
    groups = json.loads(told.stdout)["groups"]
    op, pd = groups["OP"], groups["PD"]
    assert (op["in_place"], op["packages"], op["reviews_known"], op["reviews_overdue"]) == (5, 4, 4, 3)
    assert (op["services_gbp_mean"], op["overdue_days_mean"]) == (125, 31)  # due on 1 March 2006
    assert (pd["waiting"], pd["waited_days_longest"], pd["waited_days_mean"]) == (3, 70, 30)
    assert (groups["LD"]["packages_unknown"], groups["all"]["in_place"]) == (2, 7)
    table_told = CliRunner().invoke(app, ["caseload", "c.csv"])
    assert re.search(r"review overdue +0 +0 +0 +3 +3\n", table_told.stdout)


def test_the_template_is_a_heading_to_fill(here: Path) -> None:
    done = CliRunner().invoke(app, ["caseload", "--template", "new.csv"])
    assert done.exit_code == 0 and all(name in done.stdout for name in NAMES)
    with Path("new.csv").open("a") as file:
        file.write("OP\n")
    assert read_caseload(Path("new.csv"), "new.csv", START).people(waiting=False).sum() == 1
    for wrong in (
        ["--template", "new.csv"],
        ["--template", "new.xlsx"],
        [],
        ["new.csv", "--template", "x.csv"],
    ):
        assert CliRunner().invoke(app, ["caseload", *wrong]).exit_code == 2
    assert not Path("x.csv").exists()


def cut(content: bytes, old: bytes, new: bytes) -> bytes:
    """A workbook with a text of its first sheet replaced."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as book,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for name in book.namelist():
            part = book.read(name)
            copy.writestr(name, part.replace(old, new) if name.endswith("sheet1.xml") else part)
    return out.getvalue()
