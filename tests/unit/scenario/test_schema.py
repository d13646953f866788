from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ibsim.scenario
from ibsim.evidence import load as evidence
from ibsim.scenario.catalogue import catalogue
from ibsim.scenario.model import Levers
from ibsim.scenario.schema import DIALECT, scenario_schema, schema_text

SHIPPED = Path(ibsim.scenario.__file__).parent / "scenario.schema.json"
SCHEMA = scenario_schema()


def at(*path: str) -> dict[str, Any]:
    here = SCHEMA
    for step in path:
        here = here["anyOf"][1] if "anyOf" in here and step == "waves" else here
        here = here["properties"][step]
    return here


def test_the_shipped_schema_is_up_to_date() -> None:
    """If this fails, evidence or levers have changed: `ibsim schema` writes the file again."""
    assert json.loads(schema_text()) == SCHEMA
    assert SHIPPED.read_text(encoding="utf-8") == schema_text()


def test_only_name_and_why_are_required() -> None:
    assert SCHEMA["$schema"] == DIALECT
    assert SCHEMA["required"] == ["name", "why"]
    assert SCHEMA["additionalProperties"] is False
    assert "required" not in at("workforce")


def test_every_lever_has_its_place_description_and_default() -> None:
    for path, lever in catalogue(Levers).items():
        here = SCHEMA
        for step in path:
            here = here["anyOf"][1] if path[0] == "rollout" and "properties" not in here else here
            here = here["properties"][step]
        assert lever.help in here["description"]
        if lever.evidence and not lever.by_group:
            assert here["default"] == evidence().value(lever.evidence, lever.evidence_key)


def test_a_lever_carries_unit_bounds_and_dated_form() -> None:
    planners = at("workforce", "support_planners_fte")
    assert "(posts)" in planners["description"]
    one, dated = planners["anyOf"]
    assert one == {"maximum": 3500.0, "minimum": 0.0, "type": "number"}
    assert dated["items"]["required"] == ["from", "value"]
    assert dated["items"]["properties"]["value"] == one
    assert "anyOf" not in at("workforce", "team_size")


def test_a_lever_by_group_also_takes_one_number() -> None:
    one, dated, groups = at("review", "hours")["anyOf"]
    assert one["type"] == "number"
    assert dated["type"] == "array"
    assert groups["properties"]["OP"]["default"] == evidence().value("review-hours", "OP")
    still, groups = at("population", "clients_at_start")["anyOf"]
    assert still["type"] == "integer"
    assert "anyOf" not in groups["properties"]["PD"]


def test_choices_list_their_words() -> None:
    assert at("access", "facs_threshold")["anyOf"][0]["enum"] == [
        "critical",
        "substantial",
        "moderate",
        "low",
    ]


def test_the_roll_out_is_a_list_of_waves_or_a_mapping() -> None:
    waves, mapping = SCHEMA["properties"]["rollout"]["anyOf"]
    assert set(waves["items"]["required"]) == {"from", "groups", "to"}
    assert waves == mapping["properties"]["waves"]
    assert "anyOf" not in waves["items"]["properties"]["share_percent"]


def test_evidence_takes_known_rows_only() -> None:
    names = SCHEMA["properties"]["evidence"]["propertyNames"]["pattern"]
    assert "team-size" in names
