"""What the model stands on: how its numbers are known, and which of them drive the results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from dashboard.charts.chart import Absent, Chart, Shown
from dashboard.charts.drawing import picture, rounded, titled
from dashboard.charts.palette import AMBER, BLUE, GREEN, INK, ORANGE
from ibsim.evidence import Evidence
from ibsim.evidence.rows import STATUSES

COLOURS = {"measured": GREEN, "derived": BLUE, "assumed": AMBER}
MEANINGS = {
    "measured": "printed in the evaluation's report or a national return",
    "derived": "worked out from other numbers by a sum that is shown",
    "assumed": "reasoned, as nobody has measured it",
}
MOST_FACTORS = 15
ROW_PIXELS = 32


def standing(evidence: Evidence) -> Shown:
    """How many numbers are measured, derived and assumed."""
    counts = Counter(row.status for row in evidence.rows())
    total = sum(counts.values())
    share = 100 * counts["assumed"] / total if total else 0.0
    traces = [
        {
            "type": "bar", "orientation": "h", "y": [""], "x": [counts[status]], "name": status,
            "marker": {"color": COLOURS.get(status, INK)}, "text": [f"{status} {counts[status]}"],
            "textposition": "inside", "insidetextanchor": "middle",
        }
        for status in STATUSES
    ]  # fmt: skip
    told = "; ".join(f"{counts[status]} {status} ({MEANINGS.get(status, '')})" for status in STATUSES)
    return Chart(
        key="standing",
        title=f"{share:.0f} percent of the {total} numbers are assumed",
        subtitle="Numbers of evidence by how they are known; the assumed ones are the first to be varied.",
        figure=picture(traces, barmode="stack", showlegend=False, xaxis={"title": titled("numbers")}),
        columns=("Status", "Numbers", "Meaning"),
        rows=tuple((status, counts[status], MEANINGS.get(status, "")) for status in STATUSES),
        alt=f"Of {total} numbers {told}.",
        source="the evidence of this ibsim",
        height=150,
    )


def drivers(rows: Sequence[Mapping[str, str]], metric: str, name: str) -> Shown:
    """How far each factor, alone at the ends of its range, moves one output of a sensitivity study."""
    key, title = "drivers", "Which assumptions drive the results"
    of = [row for row in rows if row.get("metric") == metric and row.get("swing")]
    try:
        found = sorted(of, key=lambda row: float(row["swing"]))[-MOST_FACTORS:]
        ends = [
            [float(row[end]) - float(row["as_it_stands"]) for row in found] for end in ("at_low", "at_high")
        ]
    except (KeyError, ValueError):
        found = []
    if not found:
        return Absent(key, title, "This study has no factor that moves it.")
    factors, unit = [row["factor"] for row in found], found[-1].get("unit", "")
    traces = [
        {
            "type": "bar", "orientation": "h", "y": factors, "name": words,
            "x": [rounded(value) for value in values],
            "marker": {"color": colour, "pattern": {"shape": pattern}},
        }
        for values, words, colour, pattern in zip(
            ends, ("at the low end", "at the high end"), (BLUE, ORANGE), ("", "/"), strict=True
        )
    ]  # fmt: skip
    return Chart(
        key=key,
        title=f"{factors[-1]} moves {metric.replace('_', ' ')} most",
        subtitle=f"{name}: change in {unit} when one number alone is at the end of its range.",
        figure=picture(traces, barmode="overlay", xaxis={"title": titled(unit)}),
        columns=("Factor", "Kind", "At low", "As it stands", "At high"),
        rows=tuple(
            (
                row["factor"],
                row.get("kind", ""),
                *(float(row[end]) for end in ("at_low", "as_it_stands", "at_high")),
            )
            for row in reversed(found)
        ),
        alt="; ".join(
            f"{row['factor']}: {row['at_low']} to {row['at_high']} {unit}" for row in reversed(found)
        ),
        source="sensitivity.csv",
        height=140 + ROW_PIXELS * len(found),
    )
