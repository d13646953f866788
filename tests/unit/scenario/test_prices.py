"""Price bases of scenarios: whose pounds are in which, and that a run in other prices is the same run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ibsim.errors import ScenarioError
from ibsim.replication import run
from ibsim.results.metrics import REGISTRY
from ibsim.scenario import load
from ibsim.scenario.catalogue import catalogue
from ibsim.scenario.model import Levers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    head = "why: to test\n"
    files = {
        "old": "extends: metropolitan\nname: Old\ncalendar: {price_base: 2006-07}\n"
        "finance: {panel_gbp_per_case: 100}\nsetup: {grant_year_one_gbp: 1000}\n",
        "child": "extends: old.yaml\nname: Child\nfinance: {access_team_gbp_per_hour: 20}\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(head + text, encoding="utf-8")
    return tmp_path


def test_every_lever_in_pounds_says_so_in_its_name() -> None:
    for lever in catalogue(Levers).values():
        named = any("gbp" in key.split("_") for key in lever.path)
        assert named == lever.unit.startswith("pounds"), lever.path


def test_a_files_pounds_are_in_the_base_that_it_states_or_inherits(folder: Path) -> None:
    old = load(folder / "child.yaml").levers
    assert (old.finance.panel_gbp_per_case, old.finance.access_team_gbp_per_hour) == (100, 20)
    assert old.finance.team_manager_gbp_per_hour == pytest.approx(45 / 1.036)
    new = load(folder / "child.yaml", ["calendar.price_base=2007-08", "finance.visit_gbp=7"]).levers
    assert new.finance.panel_gbp_per_case == pytest.approx(103.6)
    assert new.finance.access_team_gbp_per_hour == pytest.approx(20.72)
    assert new.finance.team_manager_gbp_per_hour == 45
    assert new.finance.visit_gbp == 7, "what is set is in the scenario's own prices"


def test_a_dated_lever_is_brought_to_the_base_too(folder: Path) -> None:
    text = (folder / "child.yaml").read_text()
    dated = text.replace(
        "access_team_gbp_per_hour: 20", "panel_gbp_per_case: [{from: 2006-04-01, value: 10}]"
    )
    (folder / "dated.yaml").write_text(dated, encoding="utf-8")
    levers = load(folder / "dated.yaml", ["calendar.price_base=2007-08"]).levers
    assert levers.finance.panel_gbp_per_case == pytest.approx(10.36)


@pytest.mark.parametrize("base", ["1995-96", "2030-31"])
def test_a_base_without_inflators_is_refused_with_the_line(folder: Path, base: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        load(folder / "child.yaml", [f"calendar.price_base={base}"])
    message = str(refused.value)
    assert "calendar.price_base" in message and base in message and "price-rise-to-" in message


def test_a_file_alone_in_a_base_without_inflators_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "alone.yaml"
    path.write_text("name: Alone\nwhy: to test\ncalendar: {price_base: 2012-13}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        load(path)
    assert refused.value.where.endswith("alone.yaml:3, calendar.price_base")
    assert "2012-13" in refused.value.found


def test_a_run_in_other_prices_is_the_same_run_in_other_pounds() -> None:
    """All decisions compare pounds with pounds, so only what is printed in pounds may move."""
    small = ["calendar.years=1", "calendar.warm_up_years=0", "calendar.price_base=2006-07"]
    usual, other = (run(load("metropolitan-pilot", sets), 1, 1) for sets in (small[:2], small))
    for name, cube in usual.metrics.items():
        if REGISTRY[name].unit.startswith("pounds"):
            assert other.metrics[name] == pytest.approx(cube / 1.036, rel=2e-3, abs=2.0, nan_ok=True), name
        else:
            assert np.allclose(other.metrics[name], cube, rtol=5e-3, atol=1.0, equal_nan=True), name
