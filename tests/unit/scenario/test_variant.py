"""A variant must mean what its `path=value` texts mean on the parent, and leave no file behind otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from ibsim.errors import InputError, ScenarioError
from ibsim.scenario import load
from ibsim.scenario.variant import write_variant

SETS = (
    "workforce.support_planners_fte=[{from: 2007-04-01, value: 8}]",
    "workforce.care_coordinators_fte.OP=70",
    "rollout.waves=[{from: 2006-10-01, groups: [OP], to: new_referrals, share_percent: 50}]",
    "signoff.support_plan_by=panel",
)


def test_a_variant_means_what_its_sets_mean(tmp_path: Path) -> None:
    name = 'Eight planners: "yes" <b>&'
    written = write_variant(tmp_path / "one.yaml", "metropolitan", name, "To see.", SETS)
    assert written.name == name
    assert written.hash == load("metropolitan", SETS).hash != load("metropolitan").hash
    assert load(tmp_path / "one.yaml").hash == written.hash


def test_a_variant_of_a_variant_keeps_what_it_does_not_change(tmp_path: Path) -> None:
    write_variant(tmp_path / "one.yaml", "metropolitan", "One", "To see.", SETS)
    (tmp_path / "below").mkdir()
    sets = ("workforce.care_coordinators_fte.PD=30",)
    two = write_variant(tmp_path / "below" / "two.yaml", "../one.yaml", "Two", "To see.", sets)
    assert two.hash == load("metropolitan", [*SETS, *sets]).hash


@pytest.mark.parametrize(
    "text", ["workforce.support_planners_fte=-1", "workforce.planners=3", "nonsense", "review.hours=: ["]
)
def test_what_breaks_a_rule_leaves_no_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(ScenarioError):
        write_variant(tmp_path / "one.yaml", "metropolitan", "One", "To see.", [text])
    assert list(tmp_path.iterdir()) == []


def test_a_variant_never_replaces_a_file(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("mine")
    with pytest.raises(InputError, match="never written over"):
        write_variant(tmp_path / "one.yaml", "metropolitan", "One", "To see.", SETS)
    assert (tmp_path / "one.yaml").read_text() == "mine"
