from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ibsim.cli import app
from ibsim.experiment import warming
from ibsim.experiment.points import Crew
from ibsim.experiment.sweep.files import sweep_csv
from ibsim.experiment.sweep.reading import read_plan
from ibsim.experiment.sweep.result import run_sweep
from ibsim.scenario import ResolvedScenario
from tests.unit.experiment.linear_model import linear_module
from tests.unit.fake_model import FakeKeep, FakeTables
from tests.workbooks import tables

TEXT = """\
name: A sweep
why: to test
scenario: metropolitan-pilot
replications: 2
levers:
  workforce.team_size: [8, 10, 12]
  workforce.champion_teams_percent: [0, 50]
uncertainties:
  review-grace-days: [10, 20]
metrics: [review_compliance_percent, reviews_overdue, ib_holders]
"""


@pytest.fixture
def sweep_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sweep over a model where team size counts most, days of grace less, champions nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(warming, "is_compiled", lambda: True)
    formulas = {
        "review_compliance_percent": lambda s: 6 * s.levers.workforce.team_size + s.levers.review.grace_days,
        "reviews_overdue": lambda s: 900 - 6 * s.levers.workforce.team_size,
        "ib_holders": lambda s: 5.0,
    }
    monkeypatch.setitem(sys.modules, "ibsim.replication", linear_module(formulas, noise=30))
    path = tmp_path / "sweep.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def command(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["sweep", *arguments])


def test_the_table_has_a_row_a_point_metric_group_arm_and_year(sweep_file: Path) -> None:
    result = run_sweep(read_plan(sweep_file), Crew(1, 2))
    rows = list(csv.DictReader(io.StringIO(sweep_csv(result))))
    assert len(rows) == 12 * 3 * 5 * 3 * 3, "points, metrics, groups, arms, two years and all"
    last = rows[-1]
    assert [last[key] for key in ("point", "workforce.team_size", "evidence.review-grace-days")] == [
        "12", "12", "20",
    ]  # fmt: skip
    assert (last["metric"], last["group"], last["arm"], last["year"]) == ("ib_holders", "all", "all", "all")
    assert float(last["ci_low"]) < float(last["mean"]) < float(last["ci_high"])
    assert last["replications"] == "2"


def test_the_lever_that_does_most_is_named_first_whatever_the_noise(sweep_file: Path) -> None:
    result = run_sweep(read_plan(sweep_file), Crew(1, 2))
    team, grace, champions = result.influences(0)
    assert team.dimension.name == "workforce.team_size"
    # Variances of 6 * (8, 10, 12) and of (10, 20): 96 and 25.  Chance is taken off, so a little less.
    assert team.share == pytest.approx(96 / 121, abs=0.06)
    assert grace.share == pytest.approx(25 / 121, abs=0.1)
    assert champions.share == 0
    assert (team.direction, grace.direction) == (1, 1)
    assert result.influences(1)[0].direction == -1


def test_the_same_dice_leave_no_noise_in_a_difference(sweep_file: Path) -> None:
    result = run_sweep(read_plan(sweep_file), Crew(1, 2))
    assert result.half_width(0, 0, 11) == pytest.approx(0, abs=1e-9)


def test_the_command_writes_a_folder_and_says_what_moved(sweep_file: Path) -> None:
    done = command("sweep.yaml", "--jobs", "1", "--out", "out")
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in Path("out").iterdir()) == ["manifest.json", "sweep.csv"]
    words = " ".join(done.stdout.split())
    assert "Differences between points go with workforce.team_size" in words
    assert "Best, " in words and "point 10, workforce.team_size 12" in words
    assert "nothing moves it" in words
    manifest = json.loads(Path("out/manifest.json").read_text())
    assert set(manifest["levers"]) == {"workforce.team_size", "workforce.champion_teams_percent"}
    assert set(manifest["uncertainties"]) == {"review-grace-days"}


def test_lower_is_better_puts_the_lowest_point_first(sweep_file: Path) -> None:
    words = " ".join(command("sweep.yaml", "--jobs", "1").stdout.split())
    about_overdue = words[words.index("reviews_overdue") :]
    best, worst = about_overdue.index("Best"), about_overdue.index("Worst")
    assert "workforce.team_size 12" in about_overdue[best:worst]


def test_json_is_for_programs(sweep_file: Path) -> None:
    told = json.loads(command("sweep.yaml", "--jobs", "1", "--json", "--quiet").stdout)
    found = told["metrics"]["review_compliance_percent"]
    assert found["highest"]["point"] == 10, "the first of the two that champions do not tell apart"
    assert (
        max(found["influences"], key=lambda name: found["influences"][name]["share"]) == "workforce.team_size"
    )


def test_what_was_finished_is_not_run_again_and_the_bytes_are_the_same(
    sweep_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = sys.modules["ibsim.replication"]
    whole_run = model.run
    runs: list[tuple[str, int]] = []

    def stopped_at(limit: int) -> None:
        def run(scenario: ResolvedScenario, seed: int, number: int, keep: FakeKeep) -> FakeTables:
            if len(runs) == limit:
                raise KeyboardInterrupt
            runs.append((scenario.hash, number))
            return whole_run(scenario, seed, number, keep)  # type: ignore[no-any-return]  # a module by hand

        monkeypatch.setattr(model, "run", run)

    stopped_at(7)
    stopped = command("sweep.yaml", "--jobs", "1", "--out", "out")
    assert stopped.exit_code == 130
    assert "the same command goes on from them" in stopped.stderr
    assert not Path("out").exists()
    stopped_at(24)
    assert command("sweep.yaml", "--jobs", "1", "--out", "out").exit_code == 0
    assert len(set(runs)) == len(runs) == 24, "each once"
    assert command("sweep.yaml", "--jobs", "1", "--out", "again").exit_code == 0
    stopped_at(48)
    assert command("sweep.yaml", "--jobs", "1", "--out", "anew", "--no-cache").exit_code == 0
    first, again, anew = (Path(name, "sweep.csv").read_bytes() for name in ("out", "again", "anew"))
    assert first == again == anew


def test_bad_input_ends_with_two_and_nothing_written(sweep_file: Path) -> None:
    sweep_file.write_text(TEXT.replace("[8, 10, 12]", "[0]"))
    done = command("sweep.yaml", "--out", "out")
    assert done.exit_code == 2
    assert "Traceback" not in done.stderr
    assert not Path("out").exists()


def test_a_dry_run_only_says_what_it_would_do(sweep_file: Path) -> None:
    done = command("sweep.yaml", "--dry-run")
    assert done.stdout.startswith("12 points, a grid of metropolitan-pilot")
    assert not Path("results").exists()


def test_a_sweep_has_a_workbook_as_well(sweep_file: Path) -> None:
    result = command("sweep.yaml", "--jobs", "1", "--out", "out", "--excel", "book.xlsx", "--quiet")
    assert result.exit_code == 0, result.output
    with Path("out/sweep.csv").open(encoding="utf-8", newline="") as file:
        assert len(tables(Path("book.xlsx").read_bytes())["sweep"]) == len(list(csv.DictReader(file)))
    again = command("sweep.yaml", "--jobs", "1", "--out", "out2", "--excel", "book.xlsx")
    assert again.exit_code == 2 and not Path("out2").exists()
