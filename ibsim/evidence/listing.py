"""The evidence as people look it up: search by words, one row in full, tables and JSON.

Nothing here prints; the command line and the dashboard lay out what these functions return.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from ibsim.errors import EvidenceError
from ibsim.evidence.facts import Fact, Statistic, documents
from ibsim.evidence.registry import Evidence
from ibsim.evidence.rows import Row, plain

HEADINGS = ("id", "group", "value", "unit", "range", "status", "source")
"""The columns of `cells`."""


def search(evidence: Evidence, words: str | Sequence[str], *, include_facts: bool = False) -> list[Row]:
    """Rows in which every word occurs (id, group, unit, status, source, formula or reasoning; any case).

    Without words all rows.  With `include_facts` the printed facts and national figures follow, as rows
    with status `measured` whose file is facts.csv or public_statistics.csv.
    """
    wanted = [word.casefold() for word in (words.split() if isinstance(words, str) else words)]
    rows = evidence.rows()
    if include_facts:
        rows += [fact_row(fact) for fact in evidence.facts.values()]
        rows += [statistic_row(figure) for figure in evidence.statistics.values()]
    return [row for row in rows if all(word in _haystack(row) for word in wanted)]


def cells(row: Row) -> tuple[str, ...]:
    """One row of a listing, under HEADINGS; for an assumed row the source is its reasoning."""
    basis = row.source or row.reasoning
    return (row.id, row.group, row.printed, row.unit, span(row), row.status, basis)


def span(row: Row) -> str:
    """The range as `low to high`, with the distribution if it is drawn from; empty where there is none."""
    if row.low is None or row.high is None:
        return ""
    text = f"{plain(row.low)} to {plain(row.high)}"
    return text if row.distribution == "point" else f"{text} ({row.distribution})"


def render(evidence: Evidence, row: Row) -> str:
    """One row in full as lines of text: value, range, status, source, formula with its numbers, reasoning."""
    lines = [f"{row.key}: {row.printed} {row.unit}"]
    if row.origin == "override":
        lines.append("  overridden: by the scenario; range and basis below are the evidence's own")
    for label, text in (("range", span(row)), ("status", row.status), ("source", row.source)):
        if text:
            lines.append(f"  {label}: {text}")
    if row.formula:
        lines.append("  formula:")
        lines += [f"    {line}" for line in _sum(evidence, row).splitlines()]
    if row.reasoning:
        lines.append(f"  {'reasoning' if row.status == 'assumed' else 'note'}: {row.reasoning}")
    return "\n".join(lines)


def to_dict(evidence: Evidence, row: Row) -> dict[str, object]:
    """One row as JSON-ready values; `worked` is the sum with its numbers, for rows with a formula."""
    return {
        "id": row.id,
        "group": row.group,
        "value": row.value,
        "unit": row.unit,
        "low": row.low,
        "high": row.high,
        "distribution": row.distribution,
        "status": row.status,
        "source": row.source,
        "formula": row.formula,
        "worked": _sum(evidence, row) if row.formula else "",
        "reasoning": row.reasoning,
        "overridden": row.origin == "override",
    }


def to_json(evidence: Evidence, rows: Iterable[Row]) -> str:
    """The rows as a JSON array, one object a row (see `to_dict`)."""
    return json.dumps([to_dict(evidence, row) for row in rows], ensure_ascii=False, indent=2)


def fact_row(fact: Fact) -> Row:
    """A printed fact in the form of a row; arm, statistic, price year and note stand in its reasoning."""
    price = f"{fact.price_year} prices" if fact.price_year else ""
    parts = (fact.statistic, fact.arm, price, fact.note)
    return Row(
        id=fact.id,
        group=fact.group,
        value=fact.value,
        printed=plain(fact.value),
        unit=fact.unit,
        low=None,
        high=None,
        distribution="point",
        status="measured",
        source=f"{fact.source_place}; {documents().get(fact.source_file, fact.source_file)}",
        formula="",
        reasoning="; ".join(part for part in parts if part),
        file="facts.csv",
    )


def statistic_row(figure: Statistic) -> Row:
    """A national figure in the form of a row; its id is `measure|year`, as in a formula."""
    return Row(
        id=figure.key,
        group="",
        value=figure.value,
        printed=plain(figure.value),
        unit=figure.unit,
        low=None,
        high=None,
        distribution="point",
        status="measured",
        source=figure.source,
        formula="",
        reasoning="; ".join(part for part in (figure.measure, figure.note) if part),
        file="public_statistics.csv",
    )


def _haystack(row: Row) -> str:
    parts = (row.id, row.group, row.unit, row.status, row.source, row.formula, row.reasoning)
    return "\n".join(parts).casefold()


def _sum(evidence: Evidence, row: Row) -> str:
    """The worked sum, or the reason why it cannot be worked: a listing shows a bad row, it does not fail."""
    try:
        return evidence.explain(row.id, row.group)
    except EvidenceError as error:
        return f"{row.formula}\ncannot be worked out: {error.found}"
