"""`ibsim seek` from the command line: bad input is told before anything is run, answers come in words."""

from __future__ import annotations

import csv
import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from ibsim.cli import app
from ibsim.experiment import warming
from ibsim.scenario import ResolvedScenario
from tests.unit import fake_model

OFFICERS = "workforce.reviewing_officers_fte=0..20"
PLANNERS = "workforce.support_planners_fte=0..20"
NINETY = "review_compliance_percent[OP,all,2006-07]>=90"


def staffed(scenario: ResolvedScenario, seed: int, number: int, keep: Any = None) -> fake_model.FakeTables:
    """Review compliance is 80 percent and two more for each officer or planner, give or take dice."""
    tables = fake_model.fake_run(scenario, seed, number, keep)
    posts = scenario.levers.workforce
    staff = posts.reviewing_officers_fte + posts.support_planners_fte
    dice = np.random.default_rng((seed, number)).normal()
    tables.metrics["review_compliance_percent"][:] = 80.5 + 2 * staff + 0.2 * dice
    tables.metrics["ib_holders"][:] = np.nan
    return tables


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a small scenario and a model that answers at once."""
    module = fake_model.fake_module()
    monkeypatch.setattr(module, "run", staffed)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "ibsim.replication", module)
    monkeypatch.setattr(warming, "is_compiled", lambda: True)
    (tmp_path / "council.yaml").write_text("name: The council\nwhy: to test\ncalendar: {years: 2}\n")
    return tmp_path


def seek(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["seek", "council.yaml", "--jobs", "1", "--no-cache", *arguments])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_answer_in_words_and_files(here: Path) -> None:
    result = seek("--lever", OFFICERS, "--target", NINETY, "--out", "out")
    assert result.exit_code == 0, result.output
    text = " ".join(result.stdout.split())
    assert "Answer: workforce.reviewing_officers_fte = 5 posts, the least that is shown" in text
    assert "One step less (by 1) gives 88." in text and "not met." in text
    assert sorted(os.listdir(here / "out")) == ["manifest.json", "seek.csv"]
    table = rows(here / "out" / "seek.csv")
    assert {row["workforce.reviewing_officers_fte"]: row["verdict"] for row in table}["4"] == "not met"
    assert [row["workforce.reviewing_officers_fte"] for row in table if row["on_front"] == "yes"] == ["5"]
    manifest = json.loads((here / "out" / "manifest.json").read_text())
    assert manifest["answer"]["found"] == {"workforce.reviewing_officers_fte": 5}
    assert manifest["study"] == "seek" and "review_compliance_percent" in manifest["metrics"]


def test_the_same_question_gives_the_same_bytes(here: Path) -> None:
    for name in ("one", "two"):
        assert seek("--lever", OFFICERS, "--target", NINETY, "--out", name, "--quiet").exit_code == 0
    assert (here / "one" / "seek.csv").read_bytes() == (here / "two" / "seek.csv").read_bytes()


def test_two_levers_give_a_front_with_its_cheapest_point(here: Path) -> None:
    officers, planners = f"{OFFICERS[:-2]}8", f"{PLANNERS[:-2]}8"
    result = seek(
        "--lever", officers, "--lever", planners, "--target", NINETY, "--out", "out", "--json",
        "--cost", "workforce.reviewing_officers_fte=30000", "--cost", "workforce.support_planners_fte=28000",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert all(sum(point.values()) == 5 for point in found["front"]) and len(found["front"]) == 6
    assert found["cheapest"] == {"workforce.reviewing_officers_fte": 0, "workforce.support_planners_fte": 5}
    assert found["complete"] and "cost_gbp" in rows(here / "out" / "seek.csv")[0]


def test_a_lever_can_be_multiplied_and_dated(here: Path) -> None:
    """From its date on only, and the value before it is the scenario's own, not the evidence's."""
    result = seek(
        "--set", "workforce.reviewing_officers_fte=2",
        "--lever", "workforce.reviewing_officers_fte*=1..4:0.5",
        "--target", "review_compliance_percent[OP,all,2006-07] >= 90 in 60 percent of replications",
        "--from", "2006-04-01", "--out", "out", "--json",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["found"] == {"workforce.reviewing_officers_fte*": 2.5}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--lever", "workforce.reviewing_oficers_fte=0..9"], "did you mean `reviewing_officers_fte`?"),
        (["--lever", "workforce.reviewing_officers_fte=0-9"], "FIRST..LAST"),
        (["--lever", "workforce.reviewing_officers_fte=3..3"], "two different ends"),
        (["--lever", "workforce.reviewing_officers_fte=-3..3"], "posts"),
        (["--lever", "access.facs_threshold=0..3"], "access.facs_threshold"),
        (["--lever", "calendar.years=1..3"], "the same years"),
        (["--lever", OFFICERS, "--lever", OFFICERS], "one range"),
        (["--lever", "rollout.waves*=1..3"], "no such lever"),
        (["--lever", OFFICERS, "--target", "review_complience_percent>=90"], "review_compliance_percent"),
        (["--lever", OFFICERS, "--target", "review_compliance_percent[OAP]>=90"], "PD, LD, MH, OP, all"),
        (["--lever", OFFICERS, "--target", "crises[OP,all,2019-20]>=90"], "2006-07, 2007-08, all"),
        (["--lever", OFFICERS, "--target", "review_compliance_percent[OP]=90"], ">=NUMBER"),
        (["--lever", OFFICERS, "--target", "review_compliance_percent>=90 in 100 percent"], "below 100"),
        (["--lever", OFFICERS, "--target", "ib_holders>=9"], "nobody counts"),
        (["--lever", OFFICERS, "--confidence", "120"], "confidence"),
        (["--lever", OFFICERS, "--from", "1999-01-01"], "1999-01-01"),
        (["--lever", OFFICERS, "--cost", "x=3"], "not sought"),
        (["--lever", "workforce.team_size=9..1", "--cost", "workforce.team_size=3"], "range round"),
        (["--lever", OFFICERS, "--cost", "workforce.reviewing_officers_fte=lots"], "number of pounds"),
        (["--lever", OFFICERS, "--most-replications", "20", "--target", "crises<=9 in 95 %"], "--most-"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_and_nothing_written(here: Path, arguments: list[str], told: str) -> None:
    target = [] if "--target" in arguments else ["--target", NINETY]
    result = seek(*arguments, *target, "--out", "out")
    assert result.exit_code == 2, result.output
    assert told in " ".join(result.stderr.split()) and "Traceback" not in result.stderr
    assert os.listdir(here) == ["council.yaml"]


def test_nothing_found_is_an_answer_too(here: Path) -> None:
    result = seek("--lever", "workforce.reviewing_officers_fte=0..3", "--target", NINETY, "--out", "out")
    assert result.exit_code == 0, result.output
    assert "No value from 0 to 3 is shown to meet the target." in result.stdout
    assert "The nearest is workforce.reviewing_officers_fte = 3 posts" in result.stdout
