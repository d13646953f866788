"""England's run: the same whatever the workers, different people in each council, resumed from the bank."""

from __future__ import annotations

import csv
import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from ibsim.experiment.bank import SUFFIX, Bank
from ibsim.experiment.england import council_seed, run_england
from ibsim.experiment.executors import local_executor
from ibsim.results.england import EnglandResult
from ibsim.results.england_files import write_england
from ibsim.results.england_terminal import show_england
from ibsim.scenario.england import Council, councils
from ibsim.scenario.model import ResolvedScenario
from tests.unit import fake_model

SETS = ("calendar.years=2",)
Family = list[tuple[Council, ResolvedScenario]]


@pytest.fixture
def family(monkeypatch: pytest.MonkeyPatch) -> Family:
    """Six of England's councils, with a model that answers at once."""
    monkeypatch.setitem(sys.modules, "ibsim.replication", fake_model.fake_module())
    return [(council, council.load(SETS)) for council in councils()[::27]]


def files(folder: Path, result: EnglandResult) -> dict[str, bytes]:
    folder.mkdir()
    write_england(folder, result)
    return {name: (folder / name).read_bytes() for name in ("national.csv", "councils.csv")}


def test_councils_meet_people_of_their_own_and_strategies_the_same() -> None:
    seeds = {council_seed(1, council.name) for council in councils()}
    assert len(seeds) == 150
    assert council_seed(1, "Unitary 01") == council_seed(1, "Unitary 01") != council_seed(2, "Unitary 01")


def test_the_nation_is_the_sum_of_its_councils(family: Family, tmp_path: Path) -> None:
    result = run_england(family, 1, 2, SETS)
    written = files(tmp_path / "england", result)
    rows = list(csv.DictReader(written["councils.csv"].decode().splitlines()))
    national = {
        tuple(row[key] for key in ("metric", "group", "arm", "year")): row
        for row in csv.DictReader(written["national.csv"].decode().splitlines())
    }
    assert [row["council"] for row in rows] == [council.name for council, _ in family]
    for year in ("2006-07", "2007-08"):
        nation = national["referrals", "all", "all", year]
        assert float(nation["value"]) == pytest.approx(sum(float(row[f"referrals {year}"]) for row in rows))
        assert float(nation["ci_low"]) < float(nation["value"]) < float(nation["ci_high"])
    assert {row["queue_that_binds"] for row in rows} == {"team trays"}
    manifest = json.loads((tmp_path / "england" / "manifest.json").read_text())
    assert manifest["sets"] == [*SETS] and manifest["books_checked"] == {"hours": 12, "people": 36}
    assert manifest["metrics"]["referrals"]["of_councils"] == "sum of the councils"


def test_what_no_council_measures_and_nobody_set_is_not_shown(family: Family, tmp_path: Path) -> None:
    whole = run_england(family[:2], 1, 2, ())
    label = next(beside.published.label for beside in whole.beside_returns())
    unknown = replace(whole.yearly, mean=np.full_like(whole.yearly.mean, np.nan))
    for result, told in ((whole, True), (replace(whole, yearly=unknown), False)):
        out = io.StringIO()
        show_england(result, tmp_path, Console(file=out, width=140, highlight=False))
        assert (label in out.getvalue()) == told and "Changed in every council" not in out.getvalue()


def test_what_is_stored_is_not_run_again(
    family: Family, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = Bank(tmp_path / "bank")

    def stored() -> int:
        return len([*bank.folder.rglob(f"*{SUFFIX}")])

    run_england(family[:4], 1, 1, bank=bank)
    assert stored() == 4
    through = run_england(family, 1, 1, bank=bank)
    assert stored() == 6
    monkeypatch.setattr(sys.modules["ibsim.replication"], "run", None)
    again = run_england(family, 1, 1, bank=bank)
    assert files(tmp_path / "one", through) == files(tmp_path / "two", again)


def test_progress_tells_of_every_council(family: Family) -> None:
    told: list[int] = []
    run_england(family, 1, 2, on_done=told.append)
    assert told == [1] * 6 + [2] * 6


@pytest.mark.slow
def test_one_worker_or_two_give_the_same_bytes(tmp_path: Path) -> None:
    """The real model in the three smallest councils of a kind."""
    small = [
        (council, council.load(("calendar.years=1", "calendar.warm_up_years=0"))) for council in councils()
    ]
    family = [small[80], small[116], small[149], small[79]]
    alone = run_england(family, 3, 1)
    with local_executor(2) as pool:
        together = run_england(family, 3, 1, executor=pool, jobs=2)
    assert files(tmp_path / "one", alone) == files(tmp_path / "two", together)
