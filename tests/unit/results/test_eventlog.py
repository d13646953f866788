"""The event log of the real model, as a reader of the result folder meets it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from ibsim.cli import app
from ibsim.words import Stage
from tests.councils import Laboratory, part_of_council, wave

# What vidigi calls the columns of an event log; `run_number` is that of the replication.
VIDIGI = ["entity_id", "pathway", "event_type", "event", "time", "resource_id", "run_number"]
QUEUES = {stage.name.lower() for stage in Stage} - {"not_yet", "in_place", "gone"}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """One replication of a small council that rolls out, written and read again."""
    folder: Path = tmp_path_factory.mktemp("events")
    scenario = Laboratory(folder).scenario(part_of_council(0.1), wave())
    where = folder / "out"
    command = ["run", str(scenario.path), "--events", "--replications", "1", "--jobs", "1"]
    done = CliRunner().invoke(app, [*command, "--quiet", "--out", str(where)])
    assert done.exit_code == 0, done.output
    return pd.read_parquet(where / "events.parquet")


def per_person(log: pd.DataFrame) -> list[tuple[int, Any]]:
    return list(log.groupby("entity_id"))


def test_the_columns_are_those_of_vidigi(log: pd.DataFrame) -> None:
    assert sorted(log.columns) == sorted(VIDIGI)
    assert not log.isna().to_numpy().any()
    assert set(log["run_number"]) == {1}
    assert set(log["pathway"]) == {"conventional", "IB"}
    assert set(log["event_type"]) == {"arrival_departure", "queue"}
    fixed = log["event_type"] == "arrival_departure"
    assert set(log.loc[fixed, "event"]) == {"arrival", "depart"}
    assert {"assessment", "planning"} <= set(log.loc[~fixed, "event"]) <= QUEUES


def test_each_person_comes_first_and_leaves_last(log: pd.DataFrame) -> None:
    assert log["time"].is_monotonic_increasing
    assert log["time"].between(-366, 731).all()
    arrived = left = 0
    for _, events in per_person(log):
        names = events["event"].tolist()
        assert names.count("arrival") <= 1 and names.count("depart") <= 1
        if "arrival" in names:
            arrived += 1
            assert names[0] == "arrival"
        if "depart" in names:
            left += 1
            assert names[-1] == "depart"
    assert arrived > 100 and left > 100


def test_nobody_is_in_a_stage_twice_at_a_time(log: pd.DataFrame) -> None:
    queues = log[log["event_type"] == "queue"]
    assert not queues.duplicated(["entity_id", "time", "event"]).any()
