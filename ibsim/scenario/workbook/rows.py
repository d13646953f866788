"""What the rows of an input workbook hold: each lever with its words, its present value and the user's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from annotated_types import Ge, Gt, Le, Lt

from ibsim.evidence import Evidence
from ibsim.evidence.rows import Row as EvidenceRow
from ibsim.excel import Value
from ibsim.scenario.catalogue import Lever, members, words
from ibsim.scenario.hints import allowed, split_unit
from ibsim.scenario.model import ResolvedScenario
from ibsim.scenario.problems import refuse
from ibsim.scenario.tree import Node
from ibsim.scenario.workbook.layout import LISTINGS, NOTHING, PARENTS, Listing, known_levers
from ibsim.units import GROUPS

UNNAMED_UNITS = ("choice", "order", "date", "financial year")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the words of a lever, its value if left empty, the user's value, what is allowed."""

    label: str
    key: str
    yours: Value = None
    otherwise: Value = None
    group: str = ""
    unit: str = ""
    allowed: str = ""
    meaning: str = ""
    evidence: str = ""
    status: str = ""
    source: str = ""
    validation: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Own:
    """What a scenario file itself states, and what holds where it states nothing (`otherwise`)."""

    root: Node
    otherwise: ResolvedScenario

    def at(self, path: tuple[str, ...]) -> Node | None:
        """The node that the file has at a path."""
        node: Node | None = self.root
        for step in path:
            node = node.value.get(step) if node is not None and isinstance(node.value, dict) else None
        return node


def scenario_rows(own: Own) -> Iterator[Row]:
    """The scenario's own rows: parent, name, reason, calendar, and what an empty list means."""
    texts = (
        ("extends", "Parent", "the scenario that this one starts from: one that comes with ibsim, or a file "
         "beside this one; empty: none"),
        ("name", "Name", "what the scenario is called; needed"),
        ("why", "Why", "what it is for, in a sentence or two; needed"),
    )  # fmt: skip
    for key, label, meaning in texts:
        yield Row(label, key, _cell(own.at((key,))), meaning=meaning, allowed="text")
    for path, lever in known_levers().items():
        if path[0] == "calendar":
            yield from _lever_rows(own, path, lever)
    for listing in LISTINGS:
        items = own.at(listing.path)
        none = items is not None and items.value == []
        meaning = f"what it means when the sheet {listing.sheet} is empty; if left empty, {PARENTS}"
        choice = (("validate", "list"), ("source", [PARENTS, listing.none]))
        yield Row(
            listing.label, listing.key, listing.none if none else None, PARENTS,
            allowed=f"{PARENTS}, or {listing.none}", meaning=meaning, validation=choice,
        )  # fmt: skip


def lever_rows(own: Own) -> Iterator[Row]:
    """Every lever of the rooms, in their order; a lever by group has a row for each."""
    for path, lever in known_levers().items():
        if path[0] != "calendar":
            yield from _lever_rows(own, path, lever)


def _lever_rows(own: Own, path: tuple[str, ...], lever: Lever) -> Iterator[Row]:
    for group in GROUPS if lever.by_group else ("",):
        node = own.at((*path, group) if group else path)
        behind = _behind(own.otherwise.evidence, lever, group)
        yield Row(
            label=label_of(path),
            key=".".join(path),
            yours=None if node is None or is_dated(node) else _cell(node),
            otherwise=_otherwise(own.otherwise, path, group),
            group=group,
            unit="" if lever.unit in UNNAMED_UNITS else lever.unit,
            allowed=allowed(lever.kind, lever.bounds, "") + (f"; {NOTHING}" if _optional(lever) else ""),
            meaning=lever.help,
            evidence=behind.key if behind else "",
            status=behind.status if behind else "",
            source=_basis(behind) if behind else "",
            validation=validation(lever),
        )


def evidence_rows(own: Own) -> Iterator[Row]:
    """Every row of the evidence, with what the scenario puts in its place."""
    node = own.at(("evidence",))
    given = dict(node.value) if node is not None and isinstance(node.value, dict) else {}
    from ibsim.evidence import load as load_evidence

    rows = load_evidence().rows()
    for place, row in enumerate(rows):
        # A row without group speaks for all; where an id has rows for groups alone, its id sets them all.
        if row.group and (place == 0 or rows[place - 1].id != row.id):
            whole = Row(row.id, row.id, _cell(given.pop(row.id, None)), group="all", unit=row.unit)
            yield whole
        key = f"{row.id}/{row.group}" if row.group else row.id
        known = row.low is not None and row.high is not None
        yield Row(
            row.id, key, _cell(given.pop(key, None)), row.value, row.group, row.unit,
            f"{row.low:g} to {row.high:g} is the range" if known else "", row.reasoning, row.formula,
            row.status, row.source,
        )  # fmt: skip
    for key, below in given.items():
        id, _, group = key.partition("/")
        yield Row(id, key, _cell(below), group=group)


def dated_rows(own: Own) -> Iterator[tuple[Value, ...]]:
    """Key, group, first day and value of every dated change that the file states."""
    for path, lever in known_levers().items():
        for group in GROUPS if lever.by_group else ("",):
            node = own.at((*path, group) if group else path)
            if node is not None and is_dated(node):
                assert isinstance(node.value, list)
                for entry in node.value:
                    assert isinstance(entry.value, dict)
                    since, value = _cell(entry.value["from"]), _cell(entry.value["value"])
                    yield ".".join(path), group, since, value


def item_rows(own: Own, listing: Listing) -> Iterator[tuple[Value, ...]]:
    """The items of a list that the file states, a value a key."""
    node = own.at(listing.path)
    for item in node.value if node is not None and isinstance(node.value, list) else []:
        entries = item.value if isinstance(item.value, dict) else {}
        yield tuple(_cell(entries.get(key)) for key in listing.keys)


def is_dated(node: Node) -> bool:
    """Whether a node is a list of dated entries rather than a list of items."""
    items = node.value if isinstance(node.value, list) else []
    return bool(items) and all(isinstance(item.value, dict) and "value" in item.value for item in items)


def label_of(path: tuple[str, ...]) -> str:
    """A lever's key in words, without the unit at its end: `Who plans: coordinator`."""
    *above, last = path[1:] if len(path) > 1 else path
    parts = [part.replace("_", " ") for part in (*above, split_unit(last)[0])]
    label = ": ".join(parts)
    return label[:1].upper() + label[1:]


def validation(lever: Lever) -> tuple[tuple[str, Any], ...]:
    """The data validation of a lever's cell, as XlsxWriter takes it; empty where any text may stand."""
    kinds = [kind for kind in members(lever.kind) if kind is not type(None)]
    if _optional(lever) or lever.is_list:
        return ()
    if chosen := words(lever.kind):
        return (("validate", "list"), ("source", list(chosen)))
    if bool in kinds:
        return (("validate", "list"), ("source", ["yes", "no"]))
    kind = {int: "integer", float: "decimal", date: "date"}.get(kinds[0])
    low, high = _ends(lever.bounds)
    if kind is None or low is None or high is None:
        return ()
    return (("validate", kind), ("criteria", "between"), ("minimum", low), ("maximum", high))


def _ends(bounds: tuple[Any, ...]) -> tuple[Any, Any]:
    """The least and the greatest value; an end that is itself excluded is left to the reader."""
    low = high = None
    for bound in bounds:
        for part in getattr(bound, "metadata", [bound]):
            if isinstance(part, (Ge, Gt)):
                low = part.ge if isinstance(part, Ge) else part.gt
            elif isinstance(part, (Le, Lt)):
                high = part.le if isinstance(part, Le) else part.lt
    return low, high


def _optional(lever: Lever) -> bool:
    return type(None) in members(lever.kind)


def _behind(evidence: Evidence, lever: Lever, group: str) -> EvidenceRow | None:
    return evidence.row(lever.evidence, group or lever.evidence_key) if lever.evidence else None


def _basis(row: EvidenceRow) -> str:
    return "; ".join(part for part in (row.source, row.formula and f"= {row.formula}", row.reasoning) if part)


def _otherwise(scenario: ResolvedScenario, path: tuple[str, ...], group: str) -> Value:
    """The value on the first counted day; with later changes, all of them in words."""
    if path[0] == "calendar":
        return _shown(_walk(scenario.calendar.model_dump(by_alias=True), path[1:]))
    steps = (*path, group) if group else path
    value = _walk(scenario.levers.model_dump(by_alias=True), steps)
    text, held = _shown(value), value
    for since, levers in scenario.timeline:
        later = _walk(levers.model_dump(by_alias=True), steps)
        if since > scenario.calendar.start and later != held:
            text, held = f"{text}; from {since}: {_shown(later)}", later
    return text


def _walk(tree: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        tree = tree[step]
    return tree


def _shown(value: Any) -> Value:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    shown: Value = NOTHING if value is None else value
    return shown


def _cell(node: Node | None) -> Value:
    """A node's value as its cell holds it.  Raises `ScenarioError` for a number that a cell would round."""
    if node is None:
        return None
    value = node.plain()
    if isinstance(value, float) and float(f"{value:.16G}") != value:
        rule, remedy = "a spreadsheet keeps 16 digits of a number", "round the number in the scenario"
        refuse(node.mark, f"the number {value!r}", rule, remedy)
    return _shown(value)
