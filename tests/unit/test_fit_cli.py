"""`ibsim fit` from the command line: bad tables are told before anything is run, fits can be run."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from typer.testing import CliRunner, Result

from ibsim.cli import app
from ibsim.evidence import load as load_evidence
from ibsim.experiment import warming
from ibsim.experiment.fit import tables
from ibsim.scenario import ResolvedScenario, load
from tests.unit import fake_model

HEAD = "metric,group,arm,year,value,uncertainty,hold_out\n"
GOOD = HEAD + "".join(
    f"{metric},all,all,{year},{value},,\n"
    for metric, value in (("referrals", 1321), ("crises", 205), ("exits", 1185), ("contacts", 799))
    for year in ("2006-07", "2007-08")
)
LEVERS = ("--fit", "workforce.team_size=2..20", "--fit", "evidence.refusal-percent=2..30")


def answers(scenario: ResolvedScenario, seed: int, number: int, keep: Any = None) -> fake_model.FakeTables:
    """Referrals and exits follow the team size, crises the refusals; each has dice of its own."""
    tables = fake_model.fake_run(scenario, seed, number, keep)
    size, refused = scenario.levers.workforce.team_size, scenario.levers.rollout.refusal_percent
    dice = np.random.default_rng((seed, number)).normal(size=(4, 5, 3, 3))
    tables.metrics["referrals"] = 1200 + 15 * size + 5 * dice[0]
    tables.metrics["crises"] = 100 + 8 * refused + 4 * dice[1]
    tables.metrics["exits"] = 1000 + 10 * size + 8 * refused + 5 * dice[2]
    tables.metrics["contacts"] = 800 + 3 * dice[3]
    tables.metrics["ib_holders"][:] = np.nan
    return tables


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a small scenario, a table, and a model that answers at once."""
    module = fake_model.fake_module()
    monkeypatch.setattr(module, "run", answers)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "ibsim.replication", module)
    monkeypatch.setattr(warming, "is_compiled", lambda: True)
    (tmp_path / "council.yaml").write_text("name: The council\nwhy: to test\ncalendar: {years: 2}\n")
    (tmp_path / "data.csv").write_text(GOOD)
    return tmp_path


def ibsim(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def fit(*arguments: str, data: str = "data.csv") -> Result:
    return ibsim("fit", "council.yaml", "--data", data, "--jobs", "1", "--no-cache", *arguments)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_planted_values_are_found_and_written_so_that_they_can_be_checked_and_run(here: Path) -> None:
    """Planted: a team size of 8 and 13 percent refusals (1,200 + 15 * 8 and 100 + 8 * 13)."""
    result = fit(*LEVERS, "--set", "workforce.caseload_limit=30", "--out", "results/out")
    assert result.exit_code == 0, result.output
    folder = here / "results" / "out"
    assert sorted(os.listdir(folder)) == [
        "figures.csv", "fitted.yaml", "levers.csv", "manifest.json", "parameters.csv", "points.csv",
    ]  # fmt: skip
    size, refused = rows(folder / "levers.csv")
    assert float(size["ci_low"]) <= 8 <= float(size["ci_high"]) and size["found"] == "yes"
    assert float(refused["ci_low"]) <= 13 <= float(refused["ci_high"]) and refused["found"] == "yes"
    assert [row["use"] for row in rows(folder / "figures.csv")].count("held back") == 2
    assert "Of 2 figures held back from the fit, 2 lie within 2 standard errors." in result.stdout
    assert ibsim("check", str(folder / "fitted.yaml")).exit_code == 0
    fitted = load(folder / "fitted.yaml")
    assert fitted.levers.workforce.team_size == pytest.approx(8, abs=0.5)
    assert fitted.levers.workforce.caseload_limit == 30, "what --set changed is part of the fit"
    assert fitted.calendar.years == 2, "the given scenario is the parent"
    pack = load_evidence(folder).row("refusal-percent")
    assert pack.value == fitted.evidence.value("refusal-percent") and pack.low is not None
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["levers"]["workforce.team_size"]["value"] == fitted.levers.workforce.team_size


def test_what_the_figures_say_nothing_about_is_said_and_left_where_it_was(here: Path) -> None:
    result = fit(*LEVERS, "--fit", "workforce.hours_per_week=30..44", "--out", "out", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["not_told_apart"] == [{"levers": ["workforce.hours_per_week"], "open": True}]
    assert not found["levers"]["workforce.hours_per_week"]["found"]
    assert found["levers"]["workforce.hours_per_week"]["value"] == pytest.approx(37, abs=1.5)


def test_excel_says_the_same_as_csv(here: Path) -> None:
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(GOOD)):
        book.active.append([float(cell) if cell.isdecimal() else cell or None for cell in row])
    book.save(here / "data.xlsx")
    for name in ("data.csv", "data.xlsx"):
        assert fit(*LEVERS, "--out", f"{name}-out", "--quiet", data=name).exit_code == 0
    assert (here / "data.csv-out/levers.csv").read_bytes() == (here / "data.xlsx-out/levers.csv").read_bytes()


def test_a_template_is_a_table_that_can_be_filled(here: Path) -> None:
    assert ibsim("fit", "council.yaml", "--template", "t.csv").exit_code == 0
    text = (here / "t.csv").read_text()
    assert {row["year"] for row in rows(here / "t.csv")} == {"2006-07", "2007-08"}
    assert fit(*LEVERS, "--out", "out", data="t.csv").exit_code == 2, "nothing is filled in yet"
    (here / "filled.csv").write_text(
        text.replace("\nreferrals,all,all,2006-07,", "\nreferrals,all,all,2006-07,1321")
    )
    few = fit("--fit", "workforce.team_size=2..20", "--out", "out", data="filled.csv")
    assert few.exit_code == 0, few.output
    assert ibsim("fit", "council.yaml", "--template", "t.csv").exit_code == 2, "it is never written over"


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("", "an empty file"),
        (HEAD, "no figure"),
        ("metric,value\nreferals,3\n", "did you mean `referrals`?"),
        ("metric,valeu\nreferrals,3\n", "did you mean `value`?"),
        ("metric,group\nreferrals,OP\n", "no column `value`"),
        ("metric,value,value\nreferrals,3,4\n", "twice"),
        ("metric,group,value\nreferrals,OAP,3\n", "PD, LD, MH, OP, all"),
        ("metric,arm,value\nreferrals,ib,3\n", "did you mean `IB`?"),
        ("metric,year,value\nreferrals,2012-13,3\n", "2006-07, 2007-08, all"),
        ("metric,value\nreferrals,many\n", "value 'many'"),
        ('metric,value\nreferrals,"1,321"\n', "write 1321"),
        ("metric,value\nreferrals,nan\n", "finite number"),
        ("metric,value\nreferrals,3\nreferrals,4\n", "line 2"),
        ("metric,value,uncertainty\nreferrals,3,-1\n", "not negative"),
        ("metric,value,hold_out\nreferrals,3,maybe\n", "yes or no"),
        ("metric,value\nreferrals,3\n", "as many figures as levers"),
        ("metric,value\nib_holders,3\nreferrals,3\n", "nobody counts for ib_holders[all,all,all]"),
        ("metric,value\nreferrals,\n", "no value"),
        ('metric,value\n"referrals,3\n', "plain CSV"),
    ],
)
def test_a_table_that_cannot_be_used_is_told_and_nothing_written(here: Path, table: str, told: str) -> None:
    (here / "data.csv").write_text(table)
    result = fit(*LEVERS, "--out", "out")
    assert result.exit_code == 2, result.output
    assert told in " ".join(result.stderr.split()) and "Traceback" not in result.stderr
    assert sorted(os.listdir(here)) == ["council.yaml", "data.csv"]


def test_excel_files_that_are_none_or_too_much_are_told(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = openpyxl.Workbook()
    book.active.append(["metric", "year", "value"])
    book.active.append(["referrals", np.datetime64("2006-07-01").astype(object), 3])
    book.save(here / "dated.xlsx")
    (here / "none.xlsx").write_text("no zip")
    with zipfile.ZipFile(here / "other.xlsx", "w") as packed:
        packed.writestr("a.txt", "no workbook")
    told = {
        "dated": "the date 2006-07-01",
        "none": "no Excel workbook",
        "other": "no workbook",
        "gone": "No such",
    }
    for name, words in told.items():
        result = fit(*LEVERS, "--out", "out", data=f"{name}.xlsx")
        assert result.exit_code == 2 and words in " ".join(result.stderr.split()), result.output
    monkeypatch.setattr(tables, "MAX_EXPANDED", 1000)
    assert "unpacked" in fit(*LEVERS, "--out", "out", data="dated.xlsx").stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--fit", "workforce.teem_size=2..20"], "did you mean `team_size`?"),
        (["--fit", "evidence.refusal-per=2..20"], "refusal-percent"),
        ([], "1 to 10 levers"),
    ],
)
def test_levers_that_cannot_be_fitted_are_told(here: Path, arguments: list[str], told: str) -> None:
    result = fit(*arguments, "--out", "out")
    assert result.exit_code == 2 and told in " ".join(result.stderr.split()), result.output
