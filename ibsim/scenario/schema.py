"""The JSON Schema of a scenario file, for editors: made from the rooms' settings, never by hand."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any

from pydantic import TypeAdapter

from ibsim.evidence import Evidence
from ibsim.evidence import load as load_evidence
from ibsim.policy.lever import Settings
from ibsim.scenario.catalogue import Lever, catalogue, is_settings, item_model, key_of
from ibsim.scenario.model import CalendarSettings, Levers
from ibsim.scenario.resolve import MAX_TEXT
from ibsim.units import GROUPS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def scenario_schema() -> Schema:
    """The schema: nothing is required but `name` and `why`; defaults are those of the shipped evidence."""
    evidence = load_evidence()
    texts: Schema = {
        "extends": {
            "type": "string",
            "description": "the parent: a file beside this one, or a shipped scenario",
        },
        "name": {
            "type": "string",
            "minLength": 1,
            "maxLength": MAX_TEXT["name"],
            "description": "what it is",
        },
        "why": {
            "type": "string",
            "minLength": 1,
            "maxLength": MAX_TEXT["why"],
            "description": "what it is for",
        },
        "calendar": _mapping(CalendarSettings, (), evidence, "when the run starts and how long it lasts"),
    }
    rooms = _mapping(Levers, (), evidence, "")["properties"]
    rooms["rollout"] = {"anyOf": [rooms["rollout"]["properties"]["waves"], rooms["rollout"]]}
    overrides = {
        "type": "object",
        "description": "evidence overrides: a row's id, or id/GROUP, and the value; see `ibsim evidence`",
        "additionalProperties": {"type": ["number", "string"]},
        "propertyNames": {
            "pattern": "^(" + "|".join(sorted({row.id for row in evidence.rows()})) + ")(/.+)?$"
        },
    }
    return {
        "$schema": DIALECT,
        "title": "ibsim scenario",
        "description": "A council, what it decides, and what differs from its parent.",
        "type": "object",
        "required": ["name", "why"],
        "additionalProperties": False,
        "properties": texts | rooms | {"evidence": overrides},
    }


def schema_text() -> str:
    """The schema as the shipped file holds it."""
    return json.dumps(scenario_schema(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _mapping(model: type[Settings], above: tuple[str, ...], evidence: Evidence, help: str) -> Schema:
    """The schema of a section: its levers and the sections below it."""
    levers = {lever.path: lever for lever in catalogue(model).values() if len(lever.path) == 1}
    properties: Schema = {}
    for name, field in model.model_fields.items():
        key = key_of(name, field)
        if is_settings(field.annotation):
            kind: type[Settings] = field.annotation  # type: ignore[assignment]  # is_settings has just looked
            properties[key] = _mapping(kind, (*above, key), evidence, field.description or "")
        else:
            dated = bool(above) and above[0] != "population"
            properties[key] = _lever(levers[(key,)], dated, evidence)
    schema: Schema = {"type": "object", "additionalProperties": False, "properties": properties}
    return {"description": help, **schema} if help else schema


def _lever(lever: Lever, dated: bool, evidence: Evidence) -> Schema:
    described = {"description": f"{lever.help} ({lever.unit})" if lever.unit else lever.help}
    if lever.evidence:
        described["description"] += f"; evidence: {lever.evidence}"
    one = _value(lever)
    may_be_dated = dated and lever.dated
    if not lever.by_group:
        return described | _default(lever, evidence) | (_or_dated(one) if may_be_dated else one)
    single = _or_dated(one) if may_be_dated else one
    groups = {
        "type": "object",
        "additionalProperties": False,
        "properties": {group: single | _default(lever, evidence, group) for group in GROUPS},
    }
    return described | {"anyOf": [*(single["anyOf"] if may_be_dated else [single]), groups]}


def _value(lever: Lever) -> Schema:
    """The schema of one value of a lever, from its type and bounds."""
    item = item_model(lever.kind)
    if item is not None:
        return {"type": "array", "items": _item(item)}
    kind: Any = Annotated[lever.kind, *lever.bounds] if lever.bounds else lever.kind
    schema: Schema = TypeAdapter(kind).json_schema()
    return schema


def _item(model: type[Settings]) -> Schema:
    """The schema of a list's item, such as a roll-out wave: here some keys are required."""
    schema = _mapping(model, (), load_evidence(), "")
    fields = {key_of(*pair): pair[1] for pair in model.model_fields.items()}
    levers = catalogue(model)
    required = [key for key, field in fields.items() if field.is_required() and not levers[(key,)].evidence]
    return schema | {"required": required}


def _or_dated(one: Schema) -> Schema:
    entry = {
        "type": "object",
        "required": ["from", "value"],
        "additionalProperties": False,
        "properties": {"from": {"type": "string", "format": "date"}, "value": one},
    }
    return {"anyOf": [one, {"type": "array", "minItems": 1, "items": entry}]}


def _default(lever: Lever, evidence: Evidence, group: str = "") -> Schema:
    if lever.field.is_required() and not lever.evidence:
        return {}
    value = lever.default(evidence, group)
    return {"default": value.isoformat() if isinstance(value, date) else value}
