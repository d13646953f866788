from __future__ import annotations

from pathlib import Path

import pytest

from ibsim.errors import ScenarioError
from ibsim.scenario import extends, load
from ibsim.scenario.extends import shipped_names, shown_name
from tests.unit.scenario.conftest import HEAD, Refused, Write


@pytest.fixture
def shipped(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("shipped")
    (folder / "metropolitan.yaml").write_text(HEAD + "workforce: {team_size: 7}\n")
    (folder / "pilot-sites").mkdir()
    (folder / "pilot-sites" / "site-01.yaml").write_text(HEAD + "extends: ../metropolitan\n")
    monkeypatch.setattr(extends, "shipped_folder", lambda: folder)
    return folder


def test_mappings_merge_and_everything_else_replaces(write: Write) -> None:
    waves = (
        "rollout:\n"
        "  - {from: 2006-04-01, groups: [OP], to: everyone}\n"
        "  - {from: 2007-04-01, groups: [PD], to: everyone}\n"
    )
    write("workforce: {team_size: 8, support_planners_fte: 3}\n" + waves, "grand.yaml")
    write("extends: grand\nworkforce: {team_size: 9}\nrollout: {refusal_percent: 12}\n", "parent.yaml")
    scenario = load(
        write("extends: parent.yaml\nrollout: [{from: 2008-04-01, groups: [LD], to: at_review}]\n")
    )
    levers = scenario.levers
    assert levers.workforce.team_size == 9
    assert levers.workforce.support_planners_fte == 3
    assert levers.rollout.refusal_percent == 12
    assert [wave.groups for wave in levers.rollout.waves] == [["LD"]]
    assert scenario.lineage == ("council.yaml", "parent.yaml", "grand.yaml")
    assert scenario.sources["workforce.team_size"] == "parent.yaml:4"
    assert scenario.sources["workforce.support_planners_fte"] == "grand.yaml:3"


def test_a_group_differs_from_the_parents_one_number(write: Write) -> None:
    write("review: {hours: 4}\n", "parent.yaml")
    hours = load(write("extends: parent\nreview: {hours: {OP: 2}}\n")).levers.review.hours
    assert (hours.PD, hours.LD, hours.MH, hours.OP) == (4, 4, 4, 2)
    hours = load(write("extends: council\nreview: {hours: 5}\n", "child.yaml")).levers.review.hours
    assert (hours.PD, hours.OP) == (5, 5)


def test_an_error_names_the_file_that_it_is_in(write: Write) -> None:
    write("workforce:\n  team_size: 500\n", "parent.yaml")
    path = write("extends: parent\nreview:\n  hours: 2\n")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert caught.value.where == "parent.yaml:4, workforce.team_size"


def test_parents_lie_relative_to_the_child(write: Write) -> None:
    write("workforce: {team_size: 8}\n", "base.yaml")
    write("extends: ../base\n", "sub/middle.yml")
    assert load(write("extends: sub/middle.yml\n")).levers.workforce.team_size == 8


def test_shipped_scenarios_work_from_anywhere(write: Write, shipped: Path) -> None:
    assert load(write("extends: metropolitan\n")).levers.workforce.team_size == 7
    assert load(write("extends: metropolitan.yaml\n")).levers.workforce.team_size == 7
    assert load("metropolitan").levers.workforce.team_size == 7
    assert load("site-01").lineage == ("site-01.yaml", "metropolitan.yaml")
    assert load(write("extends: metropolitan\nworkforce: {team_size: 6}\n", "metropolitan.yaml")).lineage == (
        "metropolitan.yaml",
        "metropolitan.yaml",
    )
    assert shipped_names() == ("metropolitan", "site-01")


def test_a_file_beside_comes_before_a_shipped_one(write: Write, shipped: Path) -> None:
    write("workforce: {team_size: 5}\n", "metropolitan.yaml")
    assert load(write("extends: metropolitan\n")).levers.workforce.team_size == 5
    assert load("metropolitan.yaml").levers.workforce.team_size == 5


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("nowhere", "does not exist"),
        ("../../../etc/passwd", "does not exist"),
        ("/etc/passwd", "the path"),
        ("~/x.yaml", "the path"),
        ("C:/x.yaml", "the path"),
        ("a\\b", "the path"),
        ("https://example.org/x.yaml", "the path"),
        ("[a, b]", "a list of 2"),
        ("5", "5"),
        ("''", "the text ''"),
        ("", "nothing"),
        ("council", "a circle"),
        ("a\0", "U+0000"),
    ],
)
def test_parents_that_are_refused(refused: Refused, given: str, found: str) -> None:
    error = refused(f"extends: {given}\n")
    assert found in error.found
    assert error.where.startswith("council.yaml:3")


def test_the_nearest_parent_is_named(write: Write, refused: Refused, shipped: Path) -> None:
    write("", "parents.yaml")
    assert "'parents.yaml'" in refused("extends: parent\n").remedy
    assert "'metropolitan'" in refused("extends: metropolitian\n").remedy
    assert "check the name" in refused("extends: zzzzzzz/qqqq\n").remedy


def test_no_scenarios_to_suggest(refused: Refused, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(extends, "shipped_folder", lambda: tmp_path / "none")
    assert refused("extends: zzzzzz\n").remedy == "check the name"


def test_a_circle_is_told_with_its_way(write: Write) -> None:
    write("extends: b\n", "a.yaml")
    write("extends: c\n", "b.yaml")
    write("extends: a\n", "c.yaml")
    with pytest.raises(ScenarioError) as caught:
        load("a.yaml")
    assert caught.value.found == "a circle: a.yaml extends b.yaml extends c.yaml extends a.yaml"
    assert caught.value.where == "c.yaml:3, extends"


def test_a_line_of_parents_has_an_end(write: Write) -> None:
    for number in range(25):
        write(f"extends: s{number + 1}\n", f"s{number}.yaml")
    write("", "s25.yaml")
    with pytest.raises(ScenarioError, match="more than 20 parents"):
        load("s0.yaml")
    assert len(load("s5.yaml").lineage) == 21


def test_a_link_to_something_else_is_refused(write: Write, refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("root:x:0:0\n")
    write("", "other.yaml")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "secret.txt")
    error = refused("extends: link\n")
    assert "another kind of file" in error.found
    assert "root" not in str(error)


def test_the_file_that_is_run(write: Write, tmp_path: Path) -> None:
    write("", "council.yaml")
    assert load("council").name == "A council"
    for given, found in [("councl.yaml", "no such file"), ("sub", "a folder"), ("data.csv", "a file named")]:
        (tmp_path / "sub").mkdir(exist_ok=True)
        (tmp_path / "data.csv").write_text("a,b\n")
        with pytest.raises(ScenarioError) as caught:
            load(given)
        assert found in caught.value.found
    with pytest.raises(ScenarioError):
        load("x" * 5000)
    with pytest.raises(ScenarioError):
        load("")


def test_names_in_messages_are_short(write: Write, tmp_path: Path) -> None:
    write("")
    assert shown_name(tmp_path / "a" / "b.yaml") == "a/b.yaml"
    assert shown_name(Path("/elsewhere/b.yaml")) == "/elsewhere/b.yaml"


def test_every_file_has_its_name_and_why(write: Write, refused: Refused) -> None:
    write("name: x\n", "parent.yaml", head="")
    error = refused("extends: parent\n")
    assert error.where == "parent.yaml:1, why"
    assert "council.yaml" in refused("", head="why: x\nname: 5\n").where
    assert "characters" in refused("", head=f"why: x\nname: {'n' * 300}\n").found
    assert refused("", head="why: ' '\nname: n\n").where == "council.yaml:1, why"
