from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ibsim.errors import ScenarioError
from ibsim.scenario import extends, load
from ibsim.scenario.new import PARENTS, Answers, render, write_new


@pytest.fixture(autouse=True)
def parents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four plain parents, so that these tests do not hang on the shipped councils' numbers."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    for name in PARENTS:
        (folder / f"{name}.yaml").write_text("name: a parent\nwhy: to extend\n")
    monkeypatch.setattr(extends, "shipped_folder", lambda: folder)
    monkeypatch.chdir(tmp_path)


def test_all_answers_become_levers(tmp_path: Path) -> None:
    answers = Answers(
        name='Our "council": 2006 #1',
        why="To see",
        parent="county",
        clients_in_year=6_000,
        service_users_at_start=4_001,
        contacts_per_year=7_000,
        care_coordinators_fte=70.5,
        support_planners_fte=4,
        care_coordinator_gbp_per_hour=28.5,
        facs_threshold="substantial",
        rollout_start=date(2007, 4, 1),
        rollout_share_percent=40,
        rollout_groups=("PD", "OP"),
    )
    scenario = write_new(answers, tmp_path / "ours.yaml")
    levers = scenario.levers
    assert scenario.name == 'Our "council": 2006 #1'
    assert scenario.lineage == ("ours.yaml", "county.yaml")
    assert levers.population.clients_at_start.array().sum() == 4_001
    assert levers.population.contacts_per_year == 7_000
    referred = levers.population.referrals_per_year.array()
    eligible = 1 - levers.access.low_percent.array() / 100
    assert (referred * eligible).sum() == pytest.approx(2_000, rel=0.01)
    assert levers.workforce.care_coordinators_fte.array().sum() == pytest.approx(70.5)
    assert levers.workforce.support_planners_fte == 4
    assert levers.finance.care_coordinator_gbp_per_hour == 28.5
    assert levers.access.facs_threshold == "substantial"
    (wave,) = levers.rollout.waves
    assert (wave.from_, wave.groups, wave.share_percent) == (date(2007, 4, 1), ["PD", "OP"], 40)


def test_nothing_but_the_parent(tmp_path: Path) -> None:
    scenario = write_new(Answers("A", "B"), tmp_path / "ours.yaml")
    assert scenario.hash == load("metropolitan").hash
    assert "No roll-out" in (tmp_path / "ours.yaml").read_text()


@pytest.mark.parametrize("known", ["in a year", "at the start"])
def test_one_size_scales_people_and_staff(tmp_path: Path, known: str) -> None:
    parent = load("metropolitan").levers
    stock = parent.population.clients_at_start.array()
    coming = parent.population.referrals_per_year.array() * (1 - parent.access.low_percent.array() / 100)
    answers = Answers("A", "B", service_users_at_start=round(stock.sum() / 2))
    if known == "in a year":
        answers = Answers("A", "B", clients_in_year=round((stock + coming).sum() / 2))
    levers = write_new(answers, tmp_path / "ours.yml").levers
    for one, other in [
        (levers.population.clients_at_start.array().sum(), stock.sum()),
        (levers.population.contacts_per_year, parent.population.contacts_per_year),
        (
            levers.workforce.care_coordinators_fte.array().sum(),
            parent.workforce.care_coordinators_fte.array().sum(),
        ),
        (levers.workforce.team_managers_fte, parent.workforce.team_managers_fte),
        (levers.workforce.occupational_therapists_fte, parent.workforce.occupational_therapists_fte),
        (levers.funding.sp.budget_gbp_per_year, parent.funding.sp.budget_gbp_per_year),
    ]:
        assert one / other == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        (Answers("A", "B", parent="village"), "'village'"),
        (Answers("A", "B", clients_in_year=10, service_users_at_start=20), "10 clients in a year"),
        (Answers("A", "B", care_coordinators_fte=float("nan")), "nan"),
        (Answers("A", "B", care_coordinators_fte=-1), "-1"),
        (Answers("A", "B", facs_threshold="high"), "'high'"),
        (Answers("", "B"), "''"),
        (Answers("A", "B\u202e"), "U+202E"),
        (Answers("A", "B", rollout_start=date(1999, 1, 1)), "1999-01-01"),
        (Answers("A", "B", rollout_start=date(2006, 4, 1), rollout_share_percent=140), "140"),
    ],
)
def test_wrong_answers_leave_no_file(tmp_path: Path, answers: Answers, found: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        write_new(answers, tmp_path / "ours.yaml")
    assert found in caught.value.found
    assert not (tmp_path / "ours.yaml").exists()


def test_files_are_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text("mine")
    for path in (tmp_path / "ours.yaml", tmp_path / "no" / "ours.yaml", tmp_path / "ours.txt"):
        with pytest.raises(ScenarioError):
            write_new(Answers("A", "B"), path)
    assert (tmp_path / "ours.yaml").read_text() == "mine"


def test_each_lever_is_explained() -> None:
    text = render(Answers("A", "B", support_planners_fte=2.5))
    assert (
        "  # in-house support planners with a queue of their own, from the first wave on (posts)\n"
        "  support_planners_fte: 2.5\n" in text
    )
