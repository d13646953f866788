from __future__ import annotations

import csv
import io
import json
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from ibsim.cli import app
from ibsim.evidence import load as load_evidence
from ibsim.evidence.sampling import quantile
from ibsim.experiment import warming
from ibsim.experiment.sensitivity import designs
from ibsim.experiment.sensitivity.decision import HALVINGS
from ibsim.experiment.sensitivity.factors import Choice, Factor, choose
from ibsim.experiment.varying import Base
from ibsim.scenario import ResolvedScenario
from tests.unit.experiment.linear_model import linear_module

PILOT = "metropolitan-pilot"
QUICK = ("--jobs", "1", "--no-cache", "--replications", "2")
DRIVERS = tuple(
    word
    for name in ("team-size", "review-grace-days", "refusal-if*", "planner-hours")
    for word in ("--only", name)
)
"""A planted driver among factors of little or no effect, so that the test is quick."""


def compliance(scenario: ResolvedScenario) -> float:
    """A planted driver: team size, by way of the managers that follow it; days of grace count little."""
    levers = scenario.levers
    return 3 * levers.workforce.team_managers_fte + 0.1 * levers.review.grace_days


@pytest.fixture(autouse=True)
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model with one dominant driver, and dice that weigh more than the rest."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(warming, "is_compiled", lambda: True)
    formulas = {"review_compliance_percent": compliance, "ib_holders": lambda scenario: 5.0}
    monkeypatch.setitem(sys.modules, "ibsim.replication", linear_module(formulas, noise=20))


def command(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["sensitivity", PILOT, *arguments])


def table(folder: str, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(Path(folder, name).read_text(encoding="utf-8"))))


IDS = (
    "team-size", "review-grace-days", "adl-able-percent", "kept-open-percent", "client-share-percent",
    "champion*",
)  # fmt: skip


def factors(choice: Choice, scenario: str = PILOT) -> dict[str, Factor]:
    base = Base(scenario)
    return {factor.name: factor for factor in choose(base, base.loaded([], {}), choice)}


def test_the_planted_driver_is_ranked_first_although_it_works_through_derived_evidence() -> None:
    asked = ("--morris", "4", "--metric", "review_compliance_percent", "--out", "out")
    done = command(*QUICK, *DRIVERS, *asked)
    assert done.exit_code == 0, done.output
    rows = table("out", "sensitivity.csv")
    assert rows[0]["factor"] == "team-size"
    row, funded = load_evidence().row("team-size"), load_evidence().value("posts-per-council")
    assert row.low is not None and row.high is not None
    assert float(rows[0]["swing"]) == pytest.approx(3 * (funded / row.high - funded / row.low), rel=1e-3)
    assert float(rows[0]["noise"]) == pytest.approx(0, abs=1e-6), "the same dice at every point"
    assert rows[1]["factor"] == "review-grace-days"
    assert float(rows[0]["mu_star_low"]) > float(rows[1]["mu_star_high"])
    assert [row["mu_star"] for row in rows[2:]] == ["", ""], "what moves nothing is not walked over"


def test_sobol_gives_the_planted_driver_its_share_of_the_variance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(designs, "RESAMPLES", 50)
    asked = ("--metric", "review_compliance_percent", "--morris", "0", "--sobol", "32", "--out", "out")
    assert command(*QUICK, *DRIVERS, *asked).exit_code == 0
    rows = {row["factor"]: row for row in table("out", "sensitivity.csv")}
    # The sum has no interaction, so both orders are the shares of the variances over the uniform ranges.
    size, grace, funded = (
        load_evidence().row(id) for id in ("team-size", "review-grace-days", "posts-per-council")
    )
    assert isinstance(funded.value, float)
    places = (np.arange(10_000) + 0.5) / 10_000
    managers = 3 * funded.value / np.array([quantile(size, place) for place in places])
    days = 0.1 * np.array([quantile(grace, place) for place in places])
    share = managers.var() / (managers.var() + days.var())
    for order in ("first_order", "total_order"):
        assert float(rows["team-size"][order]) == pytest.approx(share, abs=0.1)
        assert float(rows["review-grace-days"][order]) == pytest.approx(1 - share, abs=0.1)


def test_a_decision_names_what_alone_would_flip_it_and_where() -> None:
    asked = ("--jobs", "1", "--no-cache", "--replications", "1", "--only", "team-size", "--morris", "0")
    metric = "review_compliance_percent"
    told = json.loads(command(*asked, "--metric", metric, "--json", "--quiet").stdout)
    now = told["outputs"][f"{metric}[all,all,all]"]["as_it_stands"]
    # Managers are posts over team size: 4 points more need 4 / 3 managers more.
    done = command(*asked, "--target", f"{metric}>={now + 4:.3f}", "--out", "out")
    assert done.exit_code == 0, done.output
    (row,) = table("out", "decisions.csv")
    posts, size = load_evidence().value("posts-per-council"), load_evidence().value("team-size")
    assert (row["met"], row["factor"], row["end"]) == ("no", "team-size", "7")
    halved = (size - 7) / 2**HALVINGS
    assert float(row["turns_at"]) == pytest.approx(posts / (posts / size + 4 / 3), abs=halved)
    assert "It would be met with one of these alone" in done.stdout


def test_what_only_some_dice_flip_is_too_close_to_call() -> None:
    asked = (
        "--jobs",
        "1",
        "--no-cache",
        "--replications",
        "4",
        "--only",
        "review-grace-days",
        "--morris",
        "0",
    )
    metric = "review_compliance_percent"
    told = json.loads(command(*asked, "--metric", metric, "--json", "--quiet").stdout)
    now = told["outputs"][f"{metric}[all,all,all]"]["as_it_stands"]
    words = " ".join(command(*asked, "--target", f"{metric}>={now + 0.5:.3f}").stdout.split())
    assert "too close to call" in words
    assert "with one of these alone" not in words


def test_a_target_that_nothing_reaches_is_said_to_stand() -> None:
    done = command(*QUICK, "--only", "team-size", "--morris", "0", "--target", "ib_holders>=600")
    assert "ib_holders >= 600: not met as it stands (" in done.stdout
    assert "None of the 1 alone, within its range, changes that." in " ".join(done.stdout.split())


def test_only_what_the_scenario_uses_is_moved(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        "extends: metropolitan-pilot\nname: x\nwhy: y\n"
        "workforce: {team_size: 9, champion_teams_percent: 10}\nevidence: {review-grace-days: 20}\n"
    )
    some = ("team-*", "review-grace-*", "champion-*", "adl-*")
    everywhere, own = factors(Choice(only=some)), factors(Choice(only=(*some[:1], *some[2:])), str(path))
    assert {"review-grace-days", "team-size", "champion-teams-percent"} <= set(everywhere)
    assert "review-grace-days" not in own, "the scenario says what it is"
    assert "champion-teams-percent" not in own, "the scenario sets the lever that it stands for"
    assert "team-size" in own, "the lever is set, but the managers are still worked out from it"
    assert "adl-able-percent" in everywhere, "no lever stands for it: the model reads it itself"


def test_measured_rows_move_only_when_asked_for() -> None:
    assert "hours-per-week" not in factors(Choice(only=("*hours-per-week",)))
    for choice in (Choice(all_evidence=True, only=("*hours-per-week",)), Choice(only=("hours-per-week",))):
        assert factors(choice)["hours-per-week"].kind == "measured"


def test_groups_move_together_unless_they_are_parts_of_a_whole_or_asked_one_by_one() -> None:
    together, apart = factors(Choice(only=IDS)), factors(Choice(by_group=True, only=IDS))
    assert len(together["kept-open-percent"].rows) == 4
    assert "kept-open-percent/OP" in apart
    assert {"client-share-percent/PD", "client-share-percent/OP"} <= set(together)


def test_levers_join_in_by_their_range() -> None:
    lever = factors(Choice(levers=("rollout.3.quota=30..60",), only=("rollout*",)))["rollout.3.quota"]
    assert lever.kind == "lever"
    assert lever.sets(0.5) == ["rollout.3.quota=45"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--only", "team-sise"), "did you mean team-size?"),
        (("--levers", "workforce.team_size"), "PATH=FIRST..LAST"),
        (("--levers", "workforce.team_sise=5..9"), "team_size"),
        (("--metric", "review_complience_percent"), "review_compliance_percent"),
        (("--target", "ib_holders=6"), ">="),
        (("--without", "*"), "nothing to move"),
        (("--sobol", "100"), "power of two"),
    ],
)
def test_bad_input_ends_with_two_one_message_and_nothing_written(
    arguments: tuple[str, ...], says: str
) -> None:
    done = command(*QUICK, *arguments, "--out", "out")
    assert done.exit_code == 2
    assert says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not Path("out").exists()


def test_the_tornado_is_sound_xml_with_a_text_alternative_and_the_files_are_listed() -> None:
    asked = ("--metric", "review_compliance_percent[OP]", "--morris", "0", "--only", "team*", "--out", "out")
    assert command(*QUICK, *asked).exit_code == 0
    files = sorted(path.name for path in Path("out").iterdir())
    assert files == [
        "factors.csv",
        "manifest.json",
        "sensitivity.csv",
        "tornado-review_compliance_percent-OP.svg",
    ]
    root = ElementTree.parse(Path("out", files[-1])).getroot()
    space = "{http://www.w3.org/2000/svg}"
    description = root.findtext(f"{space}desc") or ""
    assert "team-size from 7 to 14 posts" in description
    manifest = json.loads(Path("out/manifest.json").read_text())
    assert set(manifest["files"]) == set(files) - {"manifest.json"}


def test_the_same_study_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(designs, "RESAMPLES", 50)
    asked = ("--only", "team-size", "--only", "review-grace-days", "--morris", "2", "--sobol", "8")
    for out in ("one", "other"):
        assert command(*QUICK, *asked, "--out", out).exit_code == 0
    names = [path.name for path in Path("one").iterdir() if path.name != "manifest.json"]
    assert all(Path("one", name).read_bytes() == Path("other", name).read_bytes() for name in names)


def test_an_output_that_nobody_counts_in_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    formulas = {"ib_holders": lambda scenario: float(np.nan)}
    monkeypatch.setitem(sys.modules, "ibsim.replication", linear_module(formulas))
    done = command(*QUICK, "--only", "team-size", "--metric", "ib_holders", "--sobol", "4")
    assert done.exit_code == 0, done.output
    assert "ib_holders: nobody counts." in done.stdout
