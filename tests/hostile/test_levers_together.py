"""Levers that are legal each and not together: one message that says where, exit 2, nothing written."""

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
from tests.unit import fake_model

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
    def told(value: object) -> str:
        return refused({"funding": {"ilf": {"personal_care_percent": value}}})

    assert "personal_care_percent.MH" in told({"MH": 101}).splitlines()[0]
    assert "more to mend" not in told(101)
