"""The form of a what-if: a row for each lever that is changed, and the waves of the roll-out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.aria import aria
from dashboard.whatif.change import Change
from dashboard.whatif.parent import Parent, title_of
from ibsim.scenario.workbook.rows import Row

COMMON = (
    *("workforce.support_planners_fte", "workforce.reviewing_officers_fte", "workforce.agency_cover_percent"),
    *("workforce.overtime_hours_per_week_max", "signoff.support_plan_by", "rollout.refusal_percent"),
)
"""Levers that are offered without having been looked for."""
WAVE_FIELDS = {
    "from": ("From", "yyyy-mm-dd"),
    "until": ("Until", "open"),
    "groups": ("Groups", "PD, LD, MH, OP"),
    "to": ("Offered to", ""),
    "share_percent": ("Share, percent", "100"),
    "quota": ("Quota, people", "none"),
    "deadline": ("Quota met by", "none"),
    "weeks": ("Spread over weeks", "52"),
}
TO = {
    "new_referrals": "new referrals, at first assessment",
    "at_review": "people at their next review",
    "everyone": "everyone, over some weeks",
}


def lever_id(lever: str, field: str) -> dict[str, str]:
    """The id of a part of a lever's row."""
    return {"field": field, "lever": lever}


def wave_id(number: int, field: str) -> dict[str, Any]:
    """The id of a cell of a wave."""
    return {"cell": field, "wave": number}


def dom_id(id: dict[str, Any]) -> str:
    """The id as it stands in the page, for the label of a control."""
    return json.dumps(id, sort_keys=True, separators=(",", ":"))


def lever_rows(parent: Parent, changes: Iterable[Change]) -> list[Component]:
    """A row for each changed lever, and for the common ones."""
    changed = {change.lever: change for change in changes}
    wanted = dict.fromkeys([*COMMON, *changed])
    return [
        _lever_row(parent.rows[name], name, changed.get(name, Change(name, "")))
        for name in wanted
        if name in parent.rows
    ]


def _lever_row(row: Row, name: str, change: Change) -> Component:
    control = _control(row, name, change)
    told = [f"Now {_present(row)}.", f"Allowed: {row.allowed}." if row.allowed else ""]
    return html.Div(
        [
            html.Label(title_of(row), htmlFor=dom_id(lever_id(name, "value")), className="lever-name"),
            html.Div([control, html.Span(row.unit, className="units")], className="lever-value"),
            html.Div(
                [
                    html.Label("from", htmlFor=dom_id(lever_id(name, "since"))),
                    dcc.Input(
                        id=lever_id(name, "since"), type="text", value=change.since, debounce=True,
                        placeholder="the start", maxLength=10, className="date",
                    ),
                ],
                className="lever-since",
            ),
            html.P(" ".join([_sentence(row.meaning), *told]), className="note"),
            _evidence(row),
        ],
        className="lever",
    )  # fmt: skip


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def _present(row: Row) -> str:
    present = "none" if row.otherwise is None or row.otherwise == "" else row.otherwise
    shown = f"{present:,.6g}" if isinstance(present, float) else str(present)
    return f"{shown} {row.unit}".strip()


def _evidence(row: Row) -> Component:
    if not row.evidence:
        return html.P("A choice of the council's own; no evidence stands behind it.", className="note")
    return html.Details(
        [html.Summary(f"Evidence: {row.status}"), html.P([html.Code(row.evidence), f" {row.source}"])],
        className="note",
    )


def _control(row: Row, name: str, change: Change) -> Component:
    rule = dict(row.validation)
    id = lever_id(name, "value")
    if rule.get("validate") == "list":
        return dcc.Dropdown(
            options=[str(word) for word in rule["source"]], value=change.value or None, id=id,
            searchable=False, placeholder=_present(row), className="choose",
        )  # fmt: skip
    if rule.get("validate") in ("integer", "decimal"):
        low, high = rule.get("minimum", rule.get("value")), rule.get("maximum")
        return dcc.Input(
            id=id, type="number", value=_number(change.value), debounce=True, placeholder=_present(row),
            step=1 if rule["validate"] == "integer" else "any", min=low, max=high,
        )  # fmt: skip
    return dcc.Input(
        id=id, type="text", value=change.value, debounce=True, placeholder=_present(row)[:40], maxLength=400
    )


def _number(text: str) -> float | int | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return int(value) if value.is_integer() else value


def wave_rows(waves: Sequence[dict[str, Any]]) -> list[Component]:
    """A fieldset for each wave."""
    return [_wave(number, wave) for number, wave in enumerate(waves)]


def _wave(number: int, wave: dict[str, Any]) -> Component:
    cells = [_wave_cell(number, field, wave.get(field)) for field in WAVE_FIELDS]
    remove = html.Button(
        "Remove",
        id={"remove-wave": number},
        type="button",
        n_clicks=0,
        **aria(label=f"Remove wave {number + 1}"),
    )
    return html.Fieldset([html.Legend(f"Wave {number + 1}"), *cells, remove], className="wave")


def _wave_cell(number: int, field: str, value: Any) -> Component:
    words, empty = WAVE_FIELDS[field]
    id = wave_id(number, field)
    if field == "to":
        options = [{"label": told, "value": word} for word, told in TO.items()]
        control: Component = dcc.Dropdown(
            options=options, value=value, id=id, clearable=False, searchable=False
        )
    elif field in ("share_percent", "quota", "weeks"):
        control = dcc.Input(
            id=id, type="number", value=value, debounce=True, placeholder=empty, min=0, step="any"
        )
    else:
        shown = ", ".join(value) if isinstance(value, list) else value
        control = dcc.Input(id=id, type="text", value=shown, debounce=True, placeholder=empty, maxLength=40)
    return html.Div([html.Label(words, htmlFor=dom_id(id)), control], className=f"cell {field}")
