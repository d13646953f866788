"""The assumptions log: every number that the model stands on, its status, its range and its basis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from ibsim.errors import EvidenceError
from ibsim.evidence import Evidence, load
from ibsim.evidence.listing import span
from ibsim.evidence.rows import STATUSES, Row
from ibsim.results.reading import StoredRun
from ibsim.results.report.contents import Contents, Part
from ibsim.results.report.drawing import amount
from ibsim.results.report.markup import (
    Cells,
    Child,
    Markup,
    element,
    folded,
    grid,
    paragraph,
    points,
    together,
)
from ibsim.results.workbook.standing import overrides_table
from ibsim.scenario.catalogue import catalogue
from ibsim.scenario.model import Levers

MEANINGS = {
    "assumed": "nobody has measured it; the reasoning stands beside it, and it is the first to be varied",
    "derived": "worked out from measured and assumed numbers by the sum that stands beside it",
    "measured": "printed in the evaluation's report or in a national return",
}
HEADINGS = ("number", "value", "range", "basis")


def evidence_of(run: StoredRun) -> tuple[Evidence, bool]:
    """The evidence with the run's overrides, and whether it is surely that which the run used."""
    told = run.manifest["evidence"]
    try:
        evidence = load().with_overrides(told["overrides"])
    except EvidenceError:
        return load(), False
    return evidence, evidence.digest == told["digest"]


def assumptions(contents: Contents, evidence: Evidence, same: bool) -> Iterator[Part]:
    """The numbers that are assumed, in the body; what was overridden; the rest at the end of the report."""
    counts = Counter(row.status for row in evidence.rows())
    said: list[Child] = [
        together(element("strong", f"{counts[status]} {status}"), f": {MEANINGS[status]}.")
        for status in STATUSES
    ]
    parts = [
        paragraph(f"The model stands on {sum(counts.values())} numbers. Of these are"),
        points(said),
        paragraph(_standing(same)),
        *_overrides(contents.runs),
        element("h3", "Assumed numbers"),
        paragraph(
            "Range: low to high, and, in brackets, the shape from which it is drawn where it is drawn."
        ),
        _log("Assumed numbers and the reasoning behind each", _with_status(evidence, "assumed")),
    ]
    yield Part("assumptions", "Assumptions log", together(*parts))


def _standing(same: bool) -> str:
    if same:
        return (
            "The evidence's checksum is that of the manifest: these are the very numbers that the run used."
        )
    return (
        "Caution: the checksum of the evidence differs from that in the manifest. The result was made "
        "with another version of ibsim or of its evidence, and the numbers below are those of this "
        "version."
    )


def _with_status(evidence: Evidence, status: str) -> list[Row]:
    return [row for row in evidence.rows() if row.status == status]


def _overrides(runs: Sequence[StoredRun]) -> Iterator[Markup]:
    yield element("h3", "Evidence that the scenario replaces")
    for run in runs:
        rows: list[Cells] = []
        for key, value, shipped, unit, low, high, status, source in overrides_table(
            run.manifest["evidence"]
        ).rows:
            if value is None:
                rows.append([str(key), "", "", "", ""])
                continue
            ends = "" if low is None else f"{_text(low)} to {_text(high)}"
            basis = f"{status}{f': {source}' if source else ''}"
            rows.append([element("code", str(key)), f"{_text(value)} {unit}", _text(shipped), ends, basis])
        if rows:
            heads = ("number", "in this scenario", "shipped", "shipped range", "shipped basis")
            yield grid(f"Replaced by {run.name}", heads, rows, text=range(5), class_="log")
        else:
            yield paragraph(f"{run.name}: none; all evidence as shipped.")


def _text(value: object) -> str:
    return amount(value) if isinstance(value, float) else "" if value is None else str(value)


def appendix(evidence: Evidence) -> Iterator[Part]:
    """The derived and the measured numbers."""
    derived, measured = (_with_status(evidence, status) for status in ("derived", "measured"))
    body = together(
        paragraph(
            "The numbers that are not assumed. Each derived one has its sum, each measured one its source."
        ),
        folded(f"{len(derived)} derived numbers", _log("Derived numbers and their sums", derived)),
        folded(f"{len(measured)} measured numbers", _log("Measured numbers and their sources", measured)),
    )
    yield Part("evidence", "Derived and measured numbers", body)


def _log(caption: str, rows: Iterable[Row]) -> Markup:
    """Rows of evidence; the groups of one number with the same basis share a row."""
    levers: dict[str, list[str]] = {}
    for path, lever in catalogue(Levers).items():
        if lever.evidence:
            levers.setdefault(lever.evidence, []).append(".".join(path))
    told: list[Cells] = []
    for (id, unit, basis), alike in groupby(rows, key=lambda row: (row.id, row.unit, _basis(row))):
        them = list(alike)
        values = [f"{row.group} {row.printed}".strip() for row in them]
        spans = dict.fromkeys(f"{row.group} {span(row)}".strip() for row in them if span(row))
        named: list[Child] = [element("code", id)]
        if id in levers:
            named.append(f" sets {', '.join(levers[id])}")
        told.append([together(*named), f"{'; '.join(values)} {unit}", "; ".join(spans) or "–", basis])
    return grid(caption, HEADINGS, told, text=range(4), class_="log")


def _basis(row: Row) -> str:
    parts = (f"= {row.formula}" if row.formula else "", row.reasoning, row.source)
    return ". ".join(part for part in parts if part)
