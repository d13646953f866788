"""Bad input for each lever of budgets and streams: one message that says where, exit 2, nothing written."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from ibsim.cli import app
from ibsim.experiment import warming
from ibsim.scenario.catalogue import Lever, catalogue, words
from ibsim.scenario.model import Levers
from tests.hostile.test_scenario_files import bounds
from tests.unit import fake_model

ROOMS = ("allocation", "signoff", "packages", "funding", "deployment", "finance")
LEVERS = {path: lever for path, lever in catalogue(Levers).items() if path[0] in ROOMS}
CHOICES = {path: lever for path, lever in LEVERS.items() if words(lever.kind)}
NUMBERS = {path: lever for path, lever in LEVERS.items() if lever.kind in (int, float)}
UNDATED = {path: lever for path, lever in LEVERS.items() if not lever.dated}
DATED = {path: lever for path, lever in NUMBERS.items() if lever.dated}
Refused = Callable[..., str]


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Refused:
    """Run a council with this tree, which must be refused; returns the one message."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path.parent / f"{tmp_path.name}-cache"))
    # were bad input accepted, the test would fail at once and not after a run of the real council
    monkeypatch.setitem(sys.modules, "ibsim.replication", fake_model.fake_module())
    monkeypatch.setattr(warming, "is_compiled", lambda: True)

    def said(tree: dict[str, Any], *sets: str) -> str:
        text = yaml.safe_dump({"name": "n", "why": "w"} | tree, allow_unicode=True)
        (tmp_path / "council.yaml").write_text(text, encoding="utf-8")
        options = [part for one in sets for part in ("--set", one)]
        result = CliRunner().invoke(app, ["run", "council.yaml", "--out", "out", *options])
        assert result.exit_code == 2, (tree, result.output)
        assert result.stdout == ""
        for word in ("  found:  ", "  rule:   ", "  remedy: "):
            assert result.stderr.count(word) == 1, result.stderr
        assert "Traceback" not in result.stderr
        assert [path.name for path in tmp_path.iterdir()] == ["council.yaml"]
        return result.stderr

    return said


def tree_of(path: tuple[str, ...], value: object) -> dict[str, Any]:
    """A scenario's tree with a value at one lever."""
    out: Any = value
    for step in reversed(path):
        out = {step: out}
    return dict(out)


def name(path: tuple[str, ...]) -> str:
    return ".".join(path)


def test_the_levers_are_those_of_the_rooms() -> None:
    for path in (
        ("allocation", "ras", "ceiling_gbp_per_year"), ("signoff", "gap_percent"),
        ("packages", "needs_sigma"), ("funding", "sp", "cap_percent"), ("funding", "dfg", "mode"),
        ("deployment", "held", "mixed_percent"),
    ):  # fmt: skip
        assert path in LEVERS, path
    assert len(LEVERS) > 150 and len(CHOICES) >= 10 and len(UNDATED) > 40


def wrongs(lever: Lever) -> list[object]:
    """What a lever must refuse: other types, no number, numbers out of range, groups that are none."""
    out: list[object] = [{"no": "such"}, [1, 2], "1e", True, float("nan"), float("inf"), -float("inf")]
    if lever.kind is int:
        out.append(1.5)
    if words(lever.kind):
        out.append(3)
    if lever.by_group:
        out += [{"XX": 1}, {"PD": "many"}, {"LD": float("nan")}, *({"OP": bad} for bad in bounds(lever))]
    return out + bounds(lever)


def one_of(found: list[object], path: tuple[str, ...]) -> list[object]:
    """One of them, another one from lever to lever, so that all kinds come up; none where there is none."""
    return [found[list(LEVERS).index(path) % len(found)]] if found else []


@pytest.mark.parametrize("path", LEVERS, ids=name)
def test_a_lever_refuses_what_breaks_its_rule(refused: Refused, path: tuple[str, ...]) -> None:
    for wrong in one_of(wrongs(LEVERS[path]), path):
        assert name(path) in refused(tree_of(path, wrong)).splitlines()[0]


@pytest.mark.slow
@pytest.mark.parametrize("path", LEVERS, ids=name)
def test_a_lever_refuses_all_that_breaks_its_rule(refused: Refused, path: tuple[str, ...]) -> None:
    for wrong in wrongs(LEVERS[path]):
        assert name(path) in refused(tree_of(path, wrong)).splitlines()[0]


@pytest.mark.parametrize("path", LEVERS, ids=name)
def test_a_slip_in_a_name_is_told_the_nearest(refused: Refused, path: tuple[str, ...]) -> None:
    slip = path[-1][:-1] + path[-1][-1] * 2
    assert f"`{path[-1]}`" in refused(tree_of((*path[:-1], slip), 1))


@pytest.mark.slow
@pytest.mark.parametrize("path", NUMBERS, ids=name)
def test_a_set_that_breaks_the_rule_is_refused(refused: Refused, path: tuple[str, ...]) -> None:
    for wrong in (".nan", "much", *bounds(NUMBERS[path])):
        assert name(path) in refused({}, f"{name(path)}={wrong}").splitlines()[0]


@pytest.mark.parametrize("path", CHOICES, ids=name)
def test_a_slip_in_a_word_is_told_the_nearest(refused: Refused, path: tuple[str, ...]) -> None:
    for word in words(CHOICES[path].kind):
        assert f"did you mean `{word}`?" in refused(tree_of(path, word[:-1] + word[-1] * 2))
    message = refused(tree_of(path, "qqqq"))
    assert all(word in message for word in words(CHOICES[path].kind))


@pytest.mark.parametrize("path", UNDATED, ids=name)
def test_a_lever_of_the_whole_run_takes_no_dates(refused: Refused, path: tuple[str, ...]) -> None:
    dated = [{"from": "2007-04-01", "value": 1}]
    message = refused(tree_of(path, dated))
    assert "holds for the whole run and cannot be dated" in message
    assert name(path) in message.splitlines()[0]


@pytest.mark.slow
@pytest.mark.parametrize("path", DATED, ids=name)
def test_a_dated_value_keeps_to_the_rule(refused: Refused, path: tuple[str, ...]) -> None:
    for wrong in bounds(DATED[path]):
        dated = f"[{{from: 2007-04-01, value: {wrong}}}]"
        message = refused(tree_of(path, yaml.safe_load(dated)))
        assert name(path) in message.splitlines()[0]


CROSS: dict[str, tuple[str, str]] = {
    "floor above ceiling": (
        "allocation: {ras: {floor_gbp_per_year: 200, ceiling_gbp_per_year: 100}}", "floor_gbp_per_year 200"
    ),
    "floor above the default ceiling": ("allocation: {ras: {floor_gbp_per_year: 200000}}", "165000"),
    "a floor that rises above the ceiling later": (
        "allocation: {ras: {floor_gbp_per_year: [{from: 2008-04-01, value: 170000}]}}", "165000"
    ),
    "a ceiling that falls below the floor later": (
        "allocation: {ras: {ceiling_gbp_per_year: [{from: 2008-04-01, value: 10}]}}", "floor_gbp_per_year 57"
    ),
    "ways of holding over 100": ("deployment: {held: {agent_percent: {LD: 30}}}", "add up to 114"),
    "ways of holding under 100": ("deployment: {held: {council_percent: 0}}", "add up to 9"),
    "more mixed than held": ("deployment: {held: {mixed_percent: {OP: 95}}}", "council_percent leaves 87"),
    "leaders short of 100": (
        "deployment: {leading: {ib_holder_percent: 0, la_care_manager_percent: 0}}", "add up to 62"
    ),
    "money without people": (
        "deployment: {ib_services: {meals_gbp_per_week: {MH: 3}}}", "meals_gbp_per_week of MH is 3"
    ),
    "kinds of assessment over 100": ("assessment: {self_percent: 90}", "180"),
    "a mode of another stream's": ("funding: {sp: integrated}", "funding.sp"),
    "a section that is none": ("allocation: {ras: 3}", "allocation.ras"),
    "a stream that is none": ("funding: {nhs: {mode: aligned}}", "funding.nhs"),
    "the shape that is gone": ("packages: {gamma_shape: 2}", "packages.gamma_shape"),
    "the spread that is gone": ("allocation: {indicative_spread: 0.2}", "allocation.indicative_spread"),
    "a date for the RAS that is none": ("allocation: {ras_usable_from: 2007-02-30}", "ras_usable_from"),
}  # fmt: skip


@pytest.mark.parametrize("case", CROSS)
def test_levers_that_cannot_stand_together_are_refused(refused: Refused, case: str) -> None:
    text, expected = CROSS[case]
    tree = yaml.load(text, Loader=yaml.BaseLoader) if "02-30" in text else yaml.safe_load(text)
    assert expected in refused(tree)


def test_a_faulty_group_is_named_and_four_alike_are_told_once(refused: Refused) -> None:
    path = ("funding", "ilf", "personal_care_percent")
    assert "personal_care_percent.MH" in refused(tree_of(path, {"MH": 101})).splitlines()[0]
    assert "more to mend" not in refused(tree_of(path, 101))
