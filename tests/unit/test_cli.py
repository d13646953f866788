from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ibsim import __version__
from ibsim.cli import app
from ibsim.errors import RunError
from ibsim.experiment import warming
from ibsim.results.metrics import REGISTRY
from tests.unit import fake_model
from tests.workbooks import tables

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = (
    "run",
    "compare",
    "warm-up",
    "england",
    "sweep",
    "sensitivity",
    "seek",
    "fit",
    "check",
    "diff",
    "ras",
    "new",
    "workbook",
    "dashboard",
    "caseload",
    "scenarios",
    "metrics",
    "evidence",
    "schema",
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with two small scenarios and a model that answers at once."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path.parent / f"{tmp_path.name}-cache"))
    monkeypatch.setitem(sys.modules, "ibsim.replication", fake_model.fake_module())
    monkeypatch.setattr(warming, "is_compiled", lambda: True)
    for stem, years in (("council", 2), ("borough", 3)):
        text = f"name: The {stem}\nwhy: to [test]\ncalendar: {{years: {years}}}\n"
        (tmp_path / f"{stem}.yaml").write_text(text)
    return tmp_path


def ibsim(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def run(*arguments: str) -> Result:
    return ibsim("run", "--jobs", "1", "--replications", "2", *arguments)


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def test_run_writes_a_workbook_as_well(here: Path) -> None:
    result = run("council.yaml", "--out", "out", "--excel", "books/council.xlsx")
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("Results: out\nWorkbook: books/council.xlsx\n")
    assert names(here / "books") == ["council.xlsx"]
    assert (here / "books" / "council.xlsx").read_bytes().startswith(b"PK")
    result = run("council.yaml", "--out", "out2", "--excel", "two.xlsx", "--json")
    assert json.loads(result.stdout)["excel"] == "two.xlsx"
    assert (here / "two.xlsx").read_bytes() == (here / "books" / "council.xlsx").read_bytes()


def test_several_scenarios_have_a_workbook_each(here: Path) -> None:
    result = run("council.yaml", "borough.yaml", "--out", "out", "--excel", "book.xlsx", "--quiet")
    assert result.exit_code == 0, result.output
    assert {"book-council.xlsx", "book-borough.xlsx"} <= set(names(here))


@pytest.mark.parametrize("target", ["council.yaml", "there.xlsx"])
def test_a_workbook_that_cannot_be_written_is_refused_before_the_run(here: Path, target: str) -> None:
    (here / "there.xlsx").write_text("mine")
    result = run("council.yaml", "--out", "out", "--excel", target)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"--excel {target}\n  found:  ")
    assert not (here / "out").exists()
    assert (here / "there.xlsx").read_text() == "mine"


def test_run_writes_a_folder_and_a_summary(here: Path) -> None:
    result = run("council.yaml", "--out", "out", "--seed", "3")
    assert result.exit_code == 0, result.output
    assert names(here / "out") == [
        "diary.csv", "ledger.parquet", "manifest.json", "providers.csv", "replications.parquet",
        "series.parquet", "summary.csv",
    ]  # fmt: skip
    assert result.stdout.startswith("The council\nto [test]\n2 years (2006-07 to 2007-08) after 2 of warm-up")
    assert (
        "The queue that binds: team trays. On an average day 40 people wait in it, 12.5 days" in result.stdout
    )
    assert result.stdout.endswith("Results: out\n")
    assert "\x1b" not in result.stdout, "plain text when it is no terminal"
    assert max(map(len, result.stdout.splitlines())) <= 100
    assert "2 of 2 replications done" in result.stderr


def test_run_finds_a_fresh_folder(here: Path) -> None:
    for _ in range(2):
        assert run("council", "--quiet").exit_code == 0
    assert names(here / "results") == ["council-1", "council-2"]


def test_several_scenarios_get_a_folder_each(here: Path) -> None:
    (here / "other").mkdir()
    (here / "other" / "council.yaml").write_text("name: Another\nwhy: same file name\ncalendar: {years: 1}\n")
    result = run("council.yaml", "borough.yaml", "other/council.yaml", "--out", "out")
    assert result.exit_code == 0, result.output
    assert names(here / "out") == ["borough", "council", "council-2"]


def test_quiet_prints_nothing(here: Path) -> None:
    result = run("council.yaml", "--out", "out", "--quiet")
    assert (result.exit_code, result.output) == (0, "")


def test_json_is_for_programs(here: Path) -> None:
    result = run("council.yaml", "--out", "out", "--json", "--people", "--events")
    found: dict[str, Any] = json.loads(result.stdout)
    manifest = json.loads((here / "out" / "manifest.json").read_text())
    assert (found["results"], found["replications"], found["digest"]) == ("out", 2, manifest["digest"])
    assert set(found["metrics"]["referrals"]["all"]) == {"mean", "ci_low", "ci_high", "replications"}
    assert {"people.parquet", "events.parquet"} <= set(names(here / "out"))


def test_one_replication_has_no_interval(here: Path) -> None:
    result = ibsim("run", "council.yaml", "--jobs", "1", "--replications", "1", "--out", "out")
    assert "1 replication: no intervals" in result.stdout and "±" not in result.stdout


def test_auto_runs_as_many_as_the_precision_takes(here: Path) -> None:
    """What it finds is the same as a run of that many replications."""
    precise = ("--precise", "referrals", "--precision", "40")
    result = ibsim("run", "council.yaml", "--jobs", "1", "--out", "a", "--replications", "auto", *precise)
    assert result.exit_code == 0 and "Precision reached: referrals ± " in result.stdout
    manifest = json.loads((here / "a" / "manifest.json").read_text())
    (found,) = manifest["precision"]
    assert found["metric"] == "referrals" and found["percent"] <= 40 and found["enough"]
    n = manifest["replications"]
    assert ibsim("run", "council.yaml", "--jobs", "1", "--out", "b", "--replications", str(n)).exit_code == 0
    assert digest(here / "a") == digest(here / "b")
    few = run("council.yaml", "--out", "c", "--replications", "auto", "--most-replications", "3")
    assert few.exit_code == 0 and "Not yet as precise as asked" in few.stdout


def test_set_changes_the_scenario(here: Path) -> None:
    assert run("council.yaml", "--out", "out", "--set", "calendar.years=1", "--quiet").exit_code == 0
    assert json.loads((here / "out" / "manifest.json").read_text())["years"] == ["2006-07"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("missing.yaml",),
        ("council.yaml", "missing.yaml"),
        ("council.yaml", "--set", "calendar.yeers=1"),
        ("council.yaml", "--replications", "0"),
        ("council.yaml", "--replications", "some"),
        ("council.yaml", "--replications", "auto", "--precise", "referals"),
        ("council.yaml", "--seed", "-1"),
        ("council.yaml", "--jobs", "0"),
        (),
    ],
)
def test_bad_input_ends_with_2_and_nothing_written(arguments: tuple[str, ...], here: Path) -> None:
    before = names(here)
    result = run(*arguments, "--out", "new/out")
    assert result.exit_code == 2
    assert result.stdout == "" and result.stderr
    assert "Traceback" not in result.stderr
    assert names(here) == before


def test_an_existing_folder_is_refused_before_anything_runs(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["ibsim.replication"], "run", None)
    (here / "out").mkdir()
    result = run("council.yaml", "--out", "out")
    assert result.exit_code == 2
    assert result.stderr == (
        "out\n  found:  it is there already\n  rule:   results are never written over\n"
        "  remedy: name another --out, or move it away\n"
    )


@pytest.mark.parametrize(("options", "told"), [((), True), (("--json",), True), (("--quiet",), False)])
def test_the_first_run_says_that_it_compiles(
    options: tuple[str, ...], told: bool, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[int] = []
    monkeypatch.setattr(warming, "is_compiled", lambda: bool(times))
    monkeypatch.setattr(warming, "compile_engine", lambda: times.append(1))
    first, second = (run("council.yaml", "--out", out, *options) for out in ("one", "two"))
    assert (first.exit_code, second.exit_code, times) == (0, 0, [1])
    assert first.stderr.startswith("Compiling the engine, once") == told
    assert "Compiling" not in second.stderr + first.stdout


def failing_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(sys.modules["ibsim.replication"], "run", fail)


def test_a_failed_run_ends_with_1(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing_with(RunError("the books do not balance"), monkeypatch)
    before = names(here)
    result = run("council.yaml", "--out", "out")
    assert (result.exit_code, result.stderr) == (1, "the books do not balance\nin replication 1\n")
    assert names(here) == before


def test_a_fault_is_told_without_a_traceback(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing_with(ZeroDivisionError("float division"), monkeypatch)
    result = run("council.yaml", "--out", "out")
    assert result.exit_code == 1
    assert "ZeroDivisionError: float division" in result.stderr and "--debug" in result.stderr
    assert "Traceback" not in result.stderr
    debugged = CliRunner(env={"IBSIM_DEBUG": "1"}).invoke(app, ["run", "council.yaml", "--jobs", "1"])
    assert isinstance(debugged.exception, ZeroDivisionError)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            OSError(28, "No space left on device"),
            "the disk is full ([Errno 28] No space left on device). Make",
        ),
        (MemoryError(), "not enough memory. "),
        (MemoryError("8 GiB for an array"), "not enough memory (8 GiB for an array). "),
        (OSError(12, "Cannot allocate memory"), "not enough memory"),
        (ImportError("libarrow.so: failed to map segment from shared object"), "not enough memory"),
        (OSError(5, "Input/output error"), "cannot go on: [Errno 5] Input/output error\n"),
    ],
)
def test_a_full_machine_is_told_as_such(
    error: Exception, text: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_with(error, monkeypatch)
    result = run("council.yaml", "--out", "out")
    assert result.exit_code == 1
    assert text in result.stderr and "fault" not in result.stderr


def test_an_interrupt_ends_with_130_and_nothing_written(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing_with(KeyboardInterrupt(), monkeypatch)
    before = names(here)
    result = run("council.yaml", "--out", "out")
    assert result.exit_code == 130
    assert names(here) == before


def test_sigterm_ends_with_143_and_nothing_written(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def told_to_end(*arguments: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(10)

    monkeypatch.setattr(sys.modules["ibsim.replication"], "run", told_to_end)
    before = names(here)
    result = run("council.yaml", "--out", "out")
    assert result.exit_code == 143 and result.stderr.startswith("Stopped")
    assert names(here) == before


def stopped_after_one(here: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    """A run of two replications that is stopped in the second; the model works again afterwards."""

    def stop_in_two(scenario: Any, seed: int, number: int, keep: Any = None) -> Any:
        if number == 2:
            raise KeyboardInterrupt
        return fake_model.fake_run(scenario, seed, number, keep)

    with monkeypatch.context() as patch:
        patch.setattr(sys.modules["ibsim.replication"], "run", stop_in_two)
        result = run("council.yaml", *arguments)
    assert result.exit_code == 130
    return result


def digest(folder: Path) -> str:
    return str(json.loads((folder / "manifest.json").read_text())["digest"])


def test_a_stopped_run_says_how_to_go_on_and_does(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = stopped_after_one(here, monkeypatch, "--out", "out")
    assert stopped.stderr.endswith(
        "Stopped; 1 finished replication is kept; to go on, give the same command with --out out --resume\n"
    )
    resumed = run("council.yaml", "--out", "out", "--resume")
    assert resumed.exit_code == 0 and "Going on with 1 finished" in resumed.stderr
    assert run("council.yaml", "--out", "whole").exit_code == 0
    assert digest(here / "out") == digest(here / "whole")
    again = run("council.yaml", "--out", "out", "--resume")
    assert again.exit_code == 0 and "complete already" in again.stderr
    assert [name for name in names(here) if name.startswith(".")] == []


def test_a_stopped_run_is_cleared_away_without_resume(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped_after_one(here, monkeypatch, "--out", "out")
    result = run("council.yaml", "--out", "out")
    assert result.exit_code == 0 and "1 replications of a run that was stopped are cleared" in result.stderr


def test_another_seed_or_scenario_is_not_resumed(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped_after_one(here, monkeypatch, "--out", "out")
    for changed in (["--seed", "2"], ["--set", "calendar.years=1"]):
        result = run("council.yaml", "--out", "out", "--resume", *changed)
        assert result.exit_code == 2 and "begun with another one" in result.stderr
    assert run("council.yaml", "--out", "out", "--resume").exit_code == 0
    other = run("council.yaml", "--out", "out", "--resume", "--seed", "2")
    assert other.exit_code == 2 and "something other" in other.stderr


def test_a_stopped_run_without_out_is_kept_apart_and_found(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped_after_one(here, monkeypatch)
    assert run("council.yaml").exit_code == 0
    assert names(here / "results") == [".council-1.part", "council-2"]
    assert run("council.yaml", "--resume").exit_code == 0
    assert names(here / "results") == ["council-1", "council-2"]


def test_of_several_scenarios_the_finished_ones_stay(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop_in_borough(scenario: Any, seed: int, number: int, keep: Any = None) -> Any:
        if scenario.calendar.years == 3 and number == 2:
            raise KeyboardInterrupt
        return fake_model.fake_run(scenario, seed, number, keep)

    with monkeypatch.context() as patch:
        patch.setattr(sys.modules["ibsim.replication"], "run", stop_in_borough)
        assert run("council.yaml", "borough.yaml", "--out", "out").exit_code == 130
    assert names(here / "out") == ["council"]
    written = (here / "out" / "council" / "manifest.json").stat().st_mtime_ns
    assert run("council.yaml", "borough.yaml", "--out", "out", "--resume").exit_code == 0
    assert names(here / "out") == ["borough", "council"]
    assert (here / "out" / "council" / "manifest.json").stat().st_mtime_ns == written


def compare(*arguments: str) -> Result:
    return ibsim("compare", "--jobs", "1", "--replications", "3", *arguments)


def test_compare_writes_differences_and_says_them_in_words(here: Path) -> None:
    (here / "planners.yaml").write_text(
        "extends: council.yaml\nname: With planners\nwhy: to see\nworkforce: {support_planners_fte: 4}\n"
    )
    result = compare("council.yaml", "planners.yaml", "--out", "out")
    assert result.exit_code == 0, result.output
    assert names(here / "out") == ["comparison.csv", "manifest.json", "waterfall.csv"]
    assert "planners instead of council:" in result.stdout and "What binds:" in result.stdout
    assert "best with probability 0.50" in result.stdout, "the model in this test knows no levers"
    assert "6 of 6 replications done" in result.stderr
    told = json.loads(
        compare("council.yaml", "planners.yaml", "--no-waterfall", "--json", "--excel", "both.xlsx").stdout
    )
    assert {"comparison", "manifest"} <= set(tables((here / "both.xlsx").read_bytes()))
    assert told["first"] == "council" and told["differences"]["planners"]["referrals"]["mean"] == 0
    assert names(Path(told["results"])) == ["comparison.csv", "manifest.json"]


def test_compare_runs_nothing_twice_unless_told_to(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = compare("council.yaml", "council.yaml", "--out", "one")
    assert first.exit_code == 0
    monkeypatch.setattr(sys.modules["ibsim.replication"], "run", None)
    assert compare("council.yaml", "council.yaml", "--out", "two").exit_code == 0
    assert digest(here / "one") == digest(here / "two")
    assert compare("council.yaml", "council.yaml", "--out", "three", "--no-cache").exit_code == 1


def test_a_stopped_comparison_goes_on_from_what_is_stored(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers: list[int] = []

    def stop_at_two(scenario: Any, seed: int, number: int, keep: Any = None) -> Any:
        numbers.append(number)
        if numbers == [1, 1, 2]:
            raise KeyboardInterrupt
        return fake_model.fake_run(scenario, seed, number, keep)

    monkeypatch.setattr(sys.modules["ibsim.replication"], "run", stop_at_two)
    (here / "twin.yaml").write_text("extends: council.yaml\nname: Twin\nwhy: same\nreview: {grace_days: 9}\n")
    command = ("council.yaml", "twin.yaml", "--no-waterfall", "--out", "out")
    stopped = compare(*command)
    assert stopped.exit_code == 130 and "the same command goes on from them" in stopped.stderr
    before = len(numbers)
    assert compare(*command).exit_code == 0
    assert len(numbers) - before == 4, "six less the two that were stored"


@pytest.mark.parametrize(
    "arguments",
    [
        ("council.yaml",),
        ("council.yaml", "borough.yaml"),
        ("council.yaml", "council.yaml", "--objective", "referrals"),
        ("council.yaml", "council.yaml", "--objective", "referals"),
        ("council.yaml", "council.yaml", "--direction", "up"),
    ],
)
def test_what_cannot_be_compared_is_refused(arguments: tuple[str, ...], here: Path) -> None:
    before = names(here)
    result = compare(*arguments, "--out", "out")
    assert result.exit_code == 2 and result.stdout == "" and "remedy:" in result.stderr
    assert names(here) == before


def test_warm_up_needs_a_warm_up_and_shows_a_picture(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = ibsim("warm-up", "council.yaml", "--set", "calendar.warm_up_years=0")
    assert refused.exit_code == 2 and "warm_up_years" in refused.stderr
    monkeypatch.setattr("ibsim.experiment.warmup.METRICS", ("ib_holders",))
    result = ibsim("warm-up", "council.yaml", "--jobs", "1", "--replications", "3", "--out", "out")
    assert result.exit_code == 0, result.output
    assert names(here / "out") == ["warm-up.csv", "warm-up.html"]
    assert "The warm-up of 2 years" in result.stdout and "ib_holders" in result.stdout
    told = json.loads(ibsim("warm-up", "council.yaml", "--jobs", "1", "--json").stdout)
    assert told["metrics"][0]["metric"] == "ib_holders"


def test_check_says_what_a_scenario_means(here: Path) -> None:
    result = ibsim("check", "council.yaml")
    assert result.exit_code == 0 and result.stdout.startswith("The council: valid\n")
    told = json.loads(ibsim("check", "council.yaml", "--json").stdout)
    assert (told[0]["valid"], told[0]["name"]) == (True, "The council")


def test_check_tells_of_each_bad_scenario(here: Path) -> None:
    result = ibsim("check", "nowhere.yaml", "council.yaml", "elsewhere.yaml")
    assert result.exit_code == 2
    assert "The council: valid" in result.stdout
    assert "nowhere.yaml" in result.stderr and "elsewhere.yaml" in result.stderr


def test_diff_shows_what_differs(here: Path) -> None:
    result = ibsim("diff", "council.yaml", "borough.yaml")
    assert result.stdout == "The council -> The borough\n  calendar.years: 2 -> 3 years\n"
    (row,) = json.loads(ibsim("diff", "council.yaml", "borough.yaml", "--json").stdout)
    assert (row["path"], row["first"], row["second"]) == ("calendar.years", 2, 3)
    assert "no lever differs" in ibsim("diff", "council.yaml", "council.yaml").stdout


def test_schema_is_json() -> None:
    assert json.loads(ibsim("schema").stdout)["title"] == "ibsim scenario"


def test_new_needs_a_name_and_a_reason(here: Path) -> None:
    result = ibsim("new", "mine.yaml", "--name", "Mine")
    assert result.exit_code == 2 and "--why" in result.stderr
    assert not (here / "mine.yaml").exists()


@pytest.mark.parametrize(
    "option", [("--rollout-start", "soon"), ("--facs-threshold", "dire"), ("--parent", "x")]
)
def test_new_refuses_a_bad_answer(option: tuple[str, str], here: Path) -> None:
    result = ibsim("new", "mine.yaml", "--name", "Mine", "--why", "to see", *option)
    assert result.exit_code == 2 and option[1] in result.stderr
    assert not (here / "mine.yaml").exists()


def test_scenarios_are_listed_with_their_reasons(here: Path) -> None:
    (here / "county.yaml").write_text("not: one that comes with ibsim\n")
    text = ibsim("scenarios").stdout
    assert "metropolitan-pilot: The pilot of 2006 to 2008, all four groups\n    Individual budgets" in text
    assert "county: A large county" in text and "site-13: " in text
    assert max(map(len, text.splitlines())) <= 100
    rows = json.loads(ibsim("scenarios", "planners", "IN-HOUSE", "--json").stdout)
    assert [row["scenario"] for row in rows] == ["metropolitan-support-planners"]
    assert rows[0].keys() == {"scenario", "name", "why"}
    nothing = ibsim("scenarios", "zzzz")
    assert (nothing.exit_code, nothing.stdout) == (0, "") and "No scenario has" in nothing.stderr


def test_every_shipped_scenario_that_is_listed_can_be_checked(here: Path) -> None:
    rows = json.loads(ibsim("scenarios", "--json").stdout)
    assert len(rows) >= 26
    result = ibsim("check", *(row["scenario"] for row in rows))
    assert result.exit_code == 0, result.output


def test_metrics_are_listed_with_unit_direction_and_definition() -> None:
    rows = json.loads(ibsim("metrics", "--json").stdout)
    assert [row["name"] for row in rows] == list(REGISTRY)
    assert all(row.keys() == {"name", "unit", "direction", "definition"} for row in rows)
    text = ibsim("metrics", "unplanned reviews", "crisis").stdout
    assert text.startswith("unplanned_reviews (reviews; lower is better)\n    Reviews completed")
    assert json.loads(ibsim("metrics", "zzzz", "--json").stdout) == []


def test_evidence_is_listed_searched_and_shown() -> None:
    assert "review-hours" in ibsim("evidence", "review", "hours").stdout
    assert json.loads(ibsim("evidence", "review-hours", "--json").stdout)
    assert ibsim("evidence", "--show", "review-hours").stdout.startswith("review-hours: ")
    assert "funnel-agreed-to-ib-pct" in ibsim("evidence", "--facts", "funnel-agreed").stdout
    assert "No row" in ibsim("evidence", "zzzz").stderr


def test_evidence_unknown_id_ends_with_2() -> None:
    result = ibsim("evidence", "--show", "review-hour")
    assert result.exit_code == 2 and "review-hours" in result.stderr


def test_version() -> None:
    assert ibsim("--version").stdout == f"ibsim {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    result = ibsim(command, "--help")
    assert result.exit_code == 0
    assert "Example: ibsim" in result.stdout


def test_unknown_command_ends_with_2() -> None:
    assert ibsim("simulate").exit_code == 2


def test_help_starts_fast_and_without_heavy_libraries() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "ibsim", "--help"]
    seconds = []
    for _ in range(3):
        before = os.times()
        found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        after = os.times()  # the processor's time: others may be at work on the machine
        used = after.children_user + after.children_system
        seconds.append(used - before.children_user - before.children_system)
    imported = {line.rpartition("|")[2].strip() for line in found.stderr.splitlines()}
    assert not imported & {"pandas", "scipy", "numba", "pyarrow", "numpy", "pydantic"}
    assert min(seconds) < 0.8, "twice what is promised, for busy machines"


def test_exit_codes_reach_the_shell(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "ibsim",
        "run",
        str(tmp_path / "missing.yaml"),
        "--out",
        str(tmp_path / "out"),
    ]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 2
    assert "missing.yaml" in found.stderr and found.stdout == ""
    assert names(tmp_path) == []


def test_ras_says_it_in_words_writes_tidy_rows_and_never_over_a_file(here: Path) -> None:
    asked = ("ras", "council.yaml", "--replications", "2", "--set", "population.clients_at_start=300")
    result = ibsim(*asked, "--out", "tables/ras.csv")
    assert result.exit_code == 0, result.output
    assert "The council: the RAS on its own\nThe RAS promises £" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100
    for title in ("Price list", "Budgets, £ a year", "Against the present package", "What if: less than now"):
        assert title in result.stdout
    head, *rows = (here / "tables" / "ras.csv").read_text(encoding="utf-8").splitlines()
    assert head.startswith("table,item,group,unit,mean") and len(rows) > 100
    again = ibsim(*asked, "--out", "tables/ras.csv")
    assert again.exit_code == 2 and "never written over" in again.stderr
    told = json.loads(ibsim(*asked, "--json").stdout)
    promised = next(row for row in told["rows"] if row["item"] == "promised")
    assert sum(promised[group] for group in ("PD", "LD", "MH", "OP")) == pytest.approx(promised["all"])
    assert ibsim(*asked, "--quiet").stdout == ""


@pytest.mark.parametrize(
    ("more", "part"),
    [
        (("--replications", "0"), "replications"),
        (("--on", "yesterday"), "yesterday"),
        (("--on", "1999-01-01"), "runs from 2004-04-01"),
        (("--set", "allocation.ras.contingency_percent=101"), "from 0 to 100"),
        (("--set", "allocation.ras.prices=each"), "group"),
        (("--set", "population.clients_at_start=0"), "nobody with a package"),
    ],
)
def test_ras_refuses_what_it_cannot_use(here: Path, more: tuple[str, ...], part: str) -> None:
    result = ibsim("ras", "council.yaml", "--out", "ras.csv", *more)
    assert result.exit_code == 2 and part in result.stderr
    assert not (here / "ras.csv").exists()
