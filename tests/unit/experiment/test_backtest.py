"""A backtest gives the errors and skills that a hand works out, and reads its table with care."""

from __future__ import annotations

import csv
import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner, Result

from ibsim.cli import app
from ibsim.errors import InputError
from ibsim.experiment import warming
from ibsim.experiment.backtest.observing import data_file, read_observed
from ibsim.experiment.backtest.scoring import scored, scores, skill, to_score
from ibsim.scenario import ResolvedScenario
from tests.unit import fake_model

YEARS = ("2006-07", "2007-08", "all")
TABLE = """\
metric,group,year,value,uncertainty,forecast,note
referrals,all,2005-06,100,,,the year before
referrals,all,2006-07,110,3,112,
referrals,all,2007-08,120,,126,
exits,OP,2006-07,50,,,nothing before it
exits,OP,2007-08,40,5,,
"""


@dataclass
class Numbers:
    """Two metrics of one replication."""

    metrics: dict[str, NDArray[Any]]


def model(referrals: tuple[float, float], exits: tuple[float, float]) -> Any:
    """A replication with these values by year, the same in every group."""
    cubes = {"referrals": referrals, "exits": exits}
    return Numbers(
        {name: np.broadcast_to([*values, sum(values)], (5, 3, 3)) for name, values in cubes.items()}
    )


TABLES = (model((104, 118), (50, 45)), model((108, 122), (50, 45)))
"""Means: 106 and 120 referrals, 50 and 45 exits."""


def written(folder: Path, text: str = TABLE, name: str = "data.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_errors_and_skill_are_those_of_a_hand(tmp_path: Path) -> None:
    rows = scored(read_observed(written(tmp_path)), TABLES, YEARS, None)
    first, second, third, fourth = rows
    assert [row.error for row in rows] == [106 - 110, 120 - 120, 50 - 50, 45 - 40]
    assert [round(row.percent, 6) for row in rows] == [round(-400 / 110, 6), 0, 0, 12.5]
    # no change: 100 of 2005-06, 110 of 2006-07, nothing, 50 of 2006-07
    assert [row.naive_from for row in rows] == ["2005-06", "2006-07", "", "2006-07"]
    assert [row.naive_error for row in (first, second, fourth)] == [-10, -10, 10]
    assert math.isnan(third.naive_error) and math.isnan(third.skill)
    assert [row.skill for row in (first, second, fourth)] == [1 - 4 / 10, 1.0, 1 - 5 / 10]
    assert [row.forecast_error for row in (first, second)] == [2, 6]
    # sd of 104 and 108 is sqrt(8); one more replication has 1.5 times its variance: 12; with 3 squared 21
    assert first.z == pytest.approx(-4 / math.sqrt(21))
    assert fourth.z == 5 / 5 and fourth.inside
    assert math.isnan(third.z) and third.inside is None


def test_scores_add_up_by_metric_and_in_percent_over_all(tmp_path: Path) -> None:
    referrals, exits, whole = scores(scored(read_observed(written(tmp_path)), TABLES, YEARS, None))
    assert (referrals.metric, referrals.model, referrals.naive) == ("referrals", 2.0, 10.0)
    assert referrals.skill == pytest.approx(0.8)
    assert referrals.forecast == 4.0 and referrals.forecast_skill == pytest.approx(0.6)
    assert referrals.against_forecast == pytest.approx(0.5)
    assert (exits.figures, exits.compared, exits.model, exits.naive) == (2, 1, 5.0, 10.0)
    assert math.isnan(exits.forecast_skill)
    assert whole.compared == 3
    assert whole.model == pytest.approx((400 / 110 + 0 + 12.5) / 3)
    assert whole.naive == pytest.approx((1000 / 110 + 1000 / 120 + 25) / 3)
    assert whole.skill == pytest.approx(1 - (400 / 110 + 12.5) / (1000 / 110 + 1000 / 120 + 25))


def test_what_counts_as_known_ends_with_a_year(tmp_path: Path) -> None:
    observed = read_observed(written(tmp_path))
    rows = scored(observed, TABLES, YEARS, 2005)
    assert [row.naive_from for row in rows] == ["2005-06", "2005-06", "", "the model's 2006-07"]
    assert rows[1].naive_error == -20
    assert rows[3].naive == 50.0, "the model's first year"
    assert [row.observed.output.year for row in scored(observed, TABLES, YEARS, 2006)] == ["2007-08"] * 2
    with pytest.raises(InputError, match="at least one figure is of 2008-09 or later"):
        to_score(observed, 2006, 2007, "data.csv")


def test_skill_has_no_number_where_no_change_made_no_error() -> None:
    assert (skill(0, 2), skill(2, 2), skill(4, 2), skill(0, 0)) == (1, 0, -1, 0)
    assert math.isnan(skill(1, 0))


def test_a_figure_about_nobody_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "metric,year,value\nib_holders,2006-07,3\n")
    with pytest.raises(
        InputError, match=r"line 2\n  found:  nobody counts for ib_holders\[all,all,2006-07\]"
    ):
        scored(read_observed(path), TABLES, YEARS, None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("metric,value\nexits,3\n", "no column `year`"),
        ("metric,year,value,wibble\nexits,2006-07,3,1\n", "the column 'wibble'"),
        ("metric,year,value\nexit,2006-07,3\n", "did you mean `exits`"),
        ("metric,year,value\nexits,2006,3\n", "year '2006'"),
        ("metric,year,value\nexits,2006-08,3\n", "year '2006-08'"),
        ("metric,year,value\nexits,2006-07,3 people\n", "value '3 people'"),
        ("metric,year,value,forecast\nexits,2006-07,3,nan\n", "forecast 'nan'"),
        ("metric,year,value,uncertainty\nexits,2006-07,3,-1\n", "uncertainty -1"),
        ("metric,group,year,value\nexits,XX,2006-07,3\n", "the group 'XX'"),
        ("metric,year,value\nexits,2006-07,3\nexits,2006-07,4\n", r"line 2 has too"),
        ("metric,year,value\nexits,2006-07,\n", "no value"),
        ("", "an empty file"),
    ],
)
def test_a_table_that_breaks_a_rule_is_told_with_its_place(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=told):
        read_observed(written(tmp_path, text))


def test_the_shipped_table_is_found_by_its_name_and_sound() -> None:
    rows = read_observed(data_file("england-returns"))
    assert len(rows) >= 20
    assert {row.output.year for row in rows} == {"2004-05", "2005-06", "2006-07", "2007-08"}


def growing(scenario: ResolvedScenario, seed: int, number: int, keep: Any = None) -> fake_model.FakeTables:
    """Referrals are 100 in the first year and 10 more in each later one."""
    tables = fake_model.fake_run(scenario, seed, number, keep)
    years = scenario.calendar.years
    tables.metrics["referrals"][..., :years] = 100 + 10 * np.arange(years)
    return tables


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    module = fake_model.fake_module()
    monkeypatch.setattr(module, "run", growing)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "ibsim.replication", module)
    monkeypatch.setattr(warming, "is_compiled", lambda: True)
    written(tmp_path, "name: The council\nwhy: to test\ncalendar: {years: 1}\n", "council.yaml")
    rows = "referrals,2005-06,100\nreferrals,2006-07,110\nreferrals,2008-09,130\n"
    written(tmp_path, f"metric,year,value\n{rows}")
    return tmp_path


def backtest(*arguments: str) -> Result:
    words = ["backtest", "data.csv", "council.yaml", "--jobs", "1", "--no-cache", "--replications", "3"]
    return CliRunner().invoke(app, [*words, *arguments])


def test_the_calendar_is_extended_to_the_last_figure_and_the_answer_told(here: Path) -> None:
    result = backtest("--out", "out")
    assert result.exit_code == 0, result.output
    with (here / "out" / "backtest.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    # errors 100 - 110 and 120 - 130; no change 100 - 110 and 110 - 130
    assert [(row["year"], row["error"], row["no_change_error"]) for row in rows] == [
        ("2006-07", "-10", "-10"), ("2008-09", "-10", "-20"),
    ]  # fmt: skip
    with (here / "out" / "scores.csv").open(newline="") as file:
        (referrals, _) = list(csv.DictReader(file))
    assert float(referrals["skill"]) == pytest.approx(1 - 20 / 30, abs=1e-6)
    assert json.loads((here / "out" / "manifest.json").read_text())["calendar"]["years"] == 3
    said = " ".join(result.stdout.split())
    assert "Over 2 figures the model is 8.4 percent off on average, no change 12.2 percent" in said
    assert "better than no change" in said


def test_json_says_what_the_words_say(here: Path) -> None:
    result = backtest("--known-to", "2006-07", "--json", "--quiet", "--out", "out")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["figures"] == 1 and told["known_to"] == "2006-07"
    assert (
        told["scores"][0] | {"metric": "referrals", "error": 10.0, "no_change_error": 20.0, "skill": 0.5}
        == (told["scores"][0])
    )
    assert told["scores"][0]["forecast_error"] is None


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--set", "calendar.start=2006-10-01"], "begin on 1 April"),
        (["--set", "calendar.start=2012-04-01"], "no figure to score"),
        (["--known-to", "2006"], "a year is a financial year"),
        (["--set", "calendar.start=1960-04-01"], "calendar.start"),
    ],
)
def test_what_cannot_be_scored_is_told_and_nothing_written(
    arguments: list[str], told: str, here: Path
) -> None:
    result = backtest(*arguments, "--out", "out")
    assert result.exit_code == 2, result.output
    assert told in " ".join(result.output.split()) and "Traceback" not in result.output
    assert not (here / "out").exists()
