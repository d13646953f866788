"""Validation in words: table by table for the terminal, what does not fit, and validation.csv."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from ibsim.evidence import Evidence
from ibsim.results.textfiles import csv_text, number, text_cell
from ibsim.validation.bridge import bridge
from ibsim.validation.rows import COMPARISON, PREDICTED, Row
from ibsim.validation.tables import REASONS, REMARKS

COLUMNS = (
    "table", "place", "group", "arm", "quantity", "unit", "report", "model", "difference", "low", "high",
    "inside", "fitted", "note",
)  # fmt: skip
DECIMALS = 4
WIDTH = 41
BOTH_ARMS = ("6.", "7.1", "7.2", "7.3", "7.5")
"""Tables, by how their numbers begin, that print both arms."""
TITLES = {
    "4.4": "how far people offered an IB had come at the interview, 6.2 months after consent",
    "4.5": "how long IB services had been in place by then, of those whose time is known",
    "5.1": "budgets",
    "5.2": "funding streams within budgets",
    "5.3": "how budgets are held",
    "5.4": "who leads support plans, and who helps",
    "5.5": "what IBs are used for",
    "5.6": "what IBs are used for, by how they are held",
    "6.3": "social care outcomes and strain six months on",
    "6.4": "the same by group, and quality of life",
    "6.5": "control over daily life",
    "6.6": "control over daily life, physical disability",
    "6.7": "control over daily life, learning disability",
    "6.8": "control over daily life, mental health problems",
    "6.9": "control over daily life, older people",
    "6.10": "satisfaction with help",
    "7.1": "social care, pounds a week, in both arms",
    "7.2": "its parts",
    "7.3": "what the health service spends, in both arms",
    "7.4": "what the health service spends, by group",
    "7.5": "care management",
    "12.1": "co-ordinators' hours with users and carers",
    "12.2": "co-ordinators' hours on services related to users",
    "12.3": "co-ordinators' organisational hours",
    "12.4": "co-ordinators' hours by aspect of care management",
    "B.2": "co-ordinators' whole week",
    "C.5": "prices in the first year",
    "D.1": "set-up",
    "returns": "national returns, England (RAP and PSS EX1), beside the average council times 150",
}
MISFITS = {
    "4.5": (
        "In the report half of those in place had been so for over three months. The model's journeys are "
        "too much alike: its quick half is too slow, its slow half too quick, and few have services before "
        "the third month."
    ),
    "5.5": (
        "Most users of a service spend little on it and a few a great deal: the report's medians lie far "
        "below its means. The model shares a budget out among the services in use, in the same proportion "
        "for everybody with the same services, so that small and very large uses are too rare. How many "
        "plans hold short breaks, equipment or transport is not printed by group and assumed alike for "
        "all: too few, above all for MH."
    ),
    "7.5": (
        "Two measures of different things: the report prices the visits that people remember of the last "
        "three months, the model counts all paid hours of the council's staff, and in the IB arm the work "
        "of moving people over as well."
    ),
    "12.4": (
        "Co-ordinators with IB cases plan more than the others, as in the report, but by less and from a "
        "lower level."
    ),
}
"""What is known of the tables in which something lies outside."""
OTHERWISE = "No reason is known; one figure in a hundred lies outside by chance alone."


def places(evidence: Evidence) -> dict[str, str]:
    """Where each table stands in the report, as the facts have it: `Table 4.4, p.42`."""
    found: dict[str, str] = {}
    for fact in evidence.facts.values():
        head, _, _ = fact.source_place.partition(",")
        found.setdefault(head.removeprefix("Table "), fact.source_place)
    return found


def validation_csv(rows: Sequence[Row], evidence: Evidence) -> str:
    """`validation.csv`: a row a printed figure."""
    where = places(evidence)
    return csv_text(COLUMNS, (_cells(row, where) for row in rows))


def _cells(row: Row, where: Mapping[str, str]) -> list[str]:
    low, high = row.interval
    values = (row.report, row.model, row.difference, low, high)
    words = (row.table, where.get(row.table, "public statistics"), row.group, row.arm, row.quantity, row.unit)
    ends = ("yes" if row.inside else "no", row.basis, _note(row))
    return [
        *map(text_cell, words), *(number(value, DECIMALS) for value in values), *map(text_cell, ends),
    ]  # fmt: skip


def _note(row: Row) -> str:
    """What is known of a figure: its own note, or why it lies outside."""
    known = row.note or REMARKS.get(row.key, "")
    return known if known or row.inside else REASONS.get(row.key, MISFITS.get(row.table, OTHERWISE))


def tree(rows: Sequence[Row], evidence: Evidence) -> dict[str, Any]:
    """The rows and their count for a program."""
    where = places(evidence)
    listed = []
    for row in rows:
        low, high = row.interval
        listed.append(
            {
                "table": row.table, "place": where.get(row.table, "public statistics"), "group": row.group,
                "arm": row.arm, "quantity": row.quantity, "unit": row.unit, "report": row.report,
                "model": row.model, "difference": row.difference, "low": low, "high": high,
                "inside": row.inside, "fitted": row.basis, "note": _note(row),
            }
        )  # fmt: skip
    return {"figures": len(rows), "inside": sum(row.inside for row in rows), "rows": listed}


def tables(rows: Sequence[Row], evidence: Evidence) -> Iterator[str]:
    """Every table as lines of at most 100 characters."""
    where = places(evidence)
    for table, members in groupby(rows, key=lambda row: row.table):
        place = where.get(table, "")
        yield ""
        yield f"{place}: {TITLES[table]}" if place else TITLES[table][0].upper() + TITLES[table][1:]
        yield f"{'':{4 + WIDTH}}{'report':>8}{'model':>8}{'differs':>8}{'99 % interval':>17}"
        yield from (_line(row) for row in members)
        if table == "7.1":
            yield ""
            yield "From Table 5.1 to Table 7.1, which the report does not reconcile:"
            yield from (f"  {line}" for line in bridge(evidence).lines())


def _line(row: Row) -> str:
    low, high = row.interval
    sign = "+" if row.difference >= 0 else ""
    arm = f", {row.arm}" if row.arm == COMPARISON and row.table.startswith(BOTH_ARMS) else ""
    between = f"{figure(low)} to {figure(high)}"
    line = (
        f"{row.group:4}{_short(row.quantity + arm):{WIDTH}}{figure(row.report):>8}{figure(row.model):>8}"
        f"{sign + figure(row.difference):>8}{between:>17}  {row.basis:9}{'' if row.inside else ' OUTSIDE'}"
    )
    return line.rstrip()


def _short(text: str) -> str:
    """A quantity no wider than its column; what stands after its last comma is kept."""
    head, comma, end = text.rpartition(", ")
    return text if len(text) < WIDTH else f"{head[: WIDTH - len(end) - 5]}..{comma}{end}"


def figure(value: float) -> str:
    """A number with about three digits."""
    if math.isnan(value):
        return "-"
    size = abs(value)
    if size >= 1e5:
        return f"{value / 1e6:.2f}m"
    return f"{value:,.{0 if size >= 100 else 1 if size >= 10 else 2}f}"


def words(rows: Sequence[Row]) -> Iterator[str]:
    """How much fits, and plainly what does not."""
    inside = sum(row.inside for row in rows)
    predicted = [row for row in rows if row.basis == PREDICTED]
    yield (
        f"{inside} of {len(rows)} figures lie inside their interval. Of these {len(predicted)} are "
        f"predicted, {sum(row.inside for row in predicted)} of them inside; the others were put in, or "
        "the model's numbers were chosen with them in view, so that they show no more than that it does "
        "what it was told."
    )
    outside = [row for row in rows if not row.inside]
    if outside:
        yield "What does not fit:"
    for table, group in groupby(outside, key=lambda row: row.table):
        members = list(group)
        names = "; ".join(
            f"{row.group} {row.quantity} ({figure(row.report)}, model {figure(row.model)})" for row in members
        )
        why = MISFITS.get(table) or " ".join(dict.fromkeys(map(_known, members)))
        yield f"  {_titled(table)}: {names}. {why}"


def _known(row: Row) -> str:
    """What is known of a figure of a table that fits on the whole, as a sentence."""
    known = REASONS.get(row.key) or REMARKS.get(row.key)
    return f"{known[0].upper()}{known[1:]}." if known else OTHERWISE


def _titled(table: str) -> str:
    return "Returns" if table == "returns" else f"Table {table}"
