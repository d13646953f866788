"""The tables that every results workbook has: definitions, evidence overrides, levers and the manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ibsim.evidence import load as load_evidence
from ibsim.excel import Value
from ibsim.results.metrics import REGISTRY
from ibsim.results.workbook.contents import Column, Contents, Table
from ibsim.scenario.catalogue import catalogue
from ibsim.scenario.model import Levers

DIRECTIONS = {"higher_is_better": "higher", "lower_is_better": "lower", "neutral": "neither"}
LEFT_OUT = ("metrics", "run", "scenario", "evidence")
"""Parts of the manifest that stand on sheets of their own, or differ between two equal runs."""


def standing_tables(contents: Contents) -> tuple[Table, ...]:
    """Definitions first, then what the manifest says: overrides, levers, and the rest."""
    manifest = contents.manifest
    scenario, evidence = _part(manifest, "scenario"), _part(manifest, "evidence")
    return (
        _definitions(contents.tables),
        *([overrides_table(evidence)] if evidence else []),
        *([levers_table(scenario)] if scenario else []),
        manifest_table(manifest),
    )


def _part(tree: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A part of a manifest as a run has it; empty where another command says it in other words."""
    part = tree.get(key)
    return part if isinstance(part, Mapping) else {}


def _definitions(tables: tuple[Table, ...]) -> Table:
    rows: list[tuple[Value, ...]] = [
        ("metric", name, metric.unit, metric.kind, DIRECTIONS[metric.direction], metric.definition)
        for name, metric in REGISTRY.items()
    ]
    for table in tables:
        rows += [
            (f"column of {table.name}", column.name, "", column.kind, "", column.meaning)
            for column in table.columns
        ]
    columns = (
        Column("what", "text", "a metric, or a column of one of this file's tables"),
        Column("name", "text", "as it stands in the tables"),
        Column("unit", "text", "what its numbers are in"),
        Column("kind", "text", "how a metric is made: count, mean, percent, stock or money"),
        Column("better", "text", "whether higher or lower is better, where either is"),
        Column("definition", "text", "who or what is counted, from when to when", 90),
    )
    return Table("definitions", "Definitions", "what each metric and column means.", columns, rows)


def overrides_table(evidence: Mapping[str, Any]) -> Table:
    """The numbers of the evidence that a scenario replaces; `evidence` is the part of the manifest."""
    shipped = load_evidence()
    rows: list[tuple[Value, ...]] = []
    for key, value in evidence.get("overrides", {}).items():
        id, _, group = key.partition("/")
        known = [row for row in shipped.rows() if row.id == id]
        row = next((row for row in known if row.group == group), known[0])
        rows.append((key, value, row.value, row.unit, row.low, row.high, row.status, row.source))
    rows += [(note, *[None] * 7) for note in evidence.get("notes", ())]
    columns = (
        Column("key", "text", "the row of the evidence, and the group where it is for one"),
        Column("value", "number", "what the scenario puts in its place"),
        Column("shipped", "number", "what ibsim brings"),
        Column("unit", "text", "what both are in"),
        Column("low", "number", "low end of the row's range"),
        Column("high", "number", "high end of the row's range"),
        Column("status", "text", "measured, derived or assumed"),
        Column("source", "text", "where the shipped number comes from", 60),
    )
    about = (
        "numbers of the evidence that the scenario replaces." if rows else "none: all evidence as shipped."
    )
    return Table("evidence_overrides", "Evidence overrides", about, columns, rows)


def levers_table(scenario: Mapping[str, Any]) -> Table:
    """Every lever with the value in force, from each day on which it changes; `scenario` is of the "
    "manifest."""
    known = {".".join(path): lever for path, lever in catalogue(Levers).items()}
    stated = dict(leaves(scenario.get("tree", {})))
    rows: list[tuple[Value, ...]] = []
    held: dict[str, Value] = {}
    for step in scenario.get("resolved", ()):
        for path, value in leaves(step["levers"]):
            if path in held and held[path] == value:
                continue
            held[path] = value
            parts = path.split(".")
            lever = next(
                (known[above] for n in range(len(parts), 0, -1) if (above := ".".join(parts[:n])) in known),
                None,
            )
            said = any(key == path or key.startswith(f"{path}.") for key in stated)
            rows.append(
                (
                    path, step["from"], value, lever.unit if lever else "",
                    "yes" if said else "no", lever.help if lever else "",
                )
            )  # fmt: skip
    columns = (
        Column("lever", "text", "its path, as in a scenario file and in --set"),
        Column("from", "text", "the day from which the value holds; the first is that of the warm-up"),
        Column("value", "number", "the value in force", 16),
        Column("unit", "text", "what it is in"),
        Column(
            "stated", "text", "whether the scenario or a parent states it; otherwise the evidence's default"
        ),
        Column("meaning", "text", "what the lever is", 80),
    )
    return Table("levers", "Levers", "every lever with the value in force, and since when.", columns, rows)


def manifest_table(manifest: Mapping[str, Any]) -> Table:
    """What makes the result again, without what stands in other tables or differs between equal runs."""
    rows: list[tuple[Value, ...]] = []
    scenario, evidence = _part(manifest, "scenario"), _part(manifest, "evidence")
    whole = [key for key, part in (("scenario", scenario), ("evidence", evidence)) if not part]
    tree = {key: value for key, value in manifest.items() if key not in LEFT_OUT or key in whole}
    if scenario:
        tree["scenario"] = {key: scenario[key] for key in ("hash", "lineage", "calendar") if key in scenario}
    if evidence:
        tree["evidence"] = {"digest": evidence.get("digest")}
    if version := _part(_part(manifest, "run"), "versions").get("ibsim"):
        tree["ibsim"] = version
    for path, value in leaves(tree):
        # A seed or a year is a name here: text keeps every digit of it.
        rows.append((path, value if isinstance(value, float) else None if value is None else str(value)))
    columns = (
        Column("item", "text", "its place in manifest.json"),
        Column("value", "text", "its value", 90),
    )
    return Table("manifest", "Manifest", "what is needed to make this result again.", columns, rows)


def leaves(value: Any, above: str = "") -> Iterator[tuple[str, Value]]:
    """The single values of a tree with their paths; a list of plain words is one value."""
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from leaves(below, f"{above}.{key}" if above else str(key))
    elif isinstance(value, (list, tuple)):
        if any(isinstance(item, (Mapping, list, tuple)) for item in value):
            for number, item in enumerate(value):
                yield from leaves(item, f"{above}.{number}")
        else:
            yield above, ", ".join(str(item) for item in value)
    else:
        yield above, value
