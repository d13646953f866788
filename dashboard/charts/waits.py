"""How long people wait: bands by group, and the whole way by group and pathway."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from dashboard.charts.chart import Absent, Chart, Shown
from dashboard.charts.drawing import (
    CELL_COLUMNS,
    Trace,
    cell_row,
    hatched,
    known,
    picture,
    rounded,
    titled,
)
from dashboard.charts.palette import ARM, ARM_SYMBOL
from dashboard.charts.words import ARMS, GROUPS, INTERVAL, figure, listed, with_interval, year_name
from dashboard.data.run import Cell, Run
from ibsim.results.metrics import GROUP_LABELS

KEPT = 32
ASSESSED = (("within 2 days", "2_days"), ("2 days to 2 weeks", "2_weeks"), ("2 to 4 weeks", "4_weeks"))
SERVED = (("within 2 weeks", "2_weeks"), ("2 to 4 weeks", "4_weeks"))
LATER = "longer than 4 weeks"
BAND_COLOURS = ("#1f5f8b", "#4a90c2", "#b07900", "#b3541e")
FATES = {"assessed": "assessed", "services": "served"}
ENDS = {
    "assessed": "assessed within four weeks of contact",
    "services": "have all services within four weeks of the assessment",
}


@lru_cache(maxsize=KEPT)
def bands(run: Run, what: str, year: str) -> Shown:
    """How many new clients are assessed (`what`: `assessed`) or have services (`services`) how soon."""
    limits = ASSESSED if what == "assessed" else SERVED
    key = f"{what}-in-bands"
    metrics = [f"{what}_within_{limit}_percent" for _, limit in limits]
    groups = [group for group in GROUP_LABELS if run.cell(metrics[-1], group, "all", year).replications]
    if not groups:
        reason = f"No new client is {FATES[what]} in {year_name(year)}."
        return Absent(key, f"How soon new clients are {FATES[what]}", reason)
    labels = [*(label for label, _ in limits), LATER]
    shares = {
        group: _shares([run.cell(metric, group, "all", year) for metric in metrics]) for group in groups
    }
    late = max(groups, key=lambda group: shares[group][-1])
    whole = run.cell(metrics[-1], "all", "all", year)
    within = [run.cell(metrics[-1], group, "all", year) for group in groups]
    return Chart(
        key=key,
        title=f"{figure(whole.mean, 'percent')} {ENDS[what]}; {GROUPS[late].lower()} wait longest",
        subtitle=(
            f"New clients in {year_name(year)}, percent by band of calendar days. All groups within four "
            f"weeks: {with_interval(whole, 'percent')}, {INTERVAL}."
        ),
        figure=picture(
            _stack(labels, shares),
            barmode="stack",
            legend={"traceorder": "normal"},
            xaxis={"range": [0, 100], "ticksuffix": "%"},
            yaxis={"autorange": "reversed"},
            bargap=0.35,
        ),
        columns=("Group", *labels, "Within 4 weeks: 95% from", "95% to"),
        rows=tuple(
            (GROUPS[group], *shares[group], known(cell.low), known(cell.high))
            for group, cell in zip(groups, within, strict=True)
        ),
        alt=f"Percent of new clients by how soon they are {FATES[what]}: "
        + "; ".join(f"{GROUPS[group]}: {_told(shares[group], labels)}" for group in groups)
        + ".",
        height=300,
    )


def _stack(labels: list[str], shares: dict[str, list[float]]) -> list[Trace]:
    colours = BAND_COLOURS[-len(labels) :]
    return [
        {
            "type": "bar", "orientation": "h", "name": label, "y": [GROUPS[group] for group in shares],
            "x": [rounded(parts[at]) for parts in shares.values()], "marker": hatched(colours[at], at),
            "hovertemplate": "%{y}: %{x:.1f}%",
        }
        for at, label in enumerate(labels)
    ]  # fmt: skip


def _told(shares: list[float], labels: list[str]) -> str:
    return listed(f"{figure(share, 'percent')} {label}" for share, label in zip(shares, labels, strict=True))


def _shares(within: list[Cell]) -> list[float]:
    """Shares of the bands between growing limits, and of what lies beyond the last."""
    means = [0.0, *(cell.mean for cell in within), 100.0]
    return [max(after - before, 0.0) for before, after in pairwise(means)]


@dataclass(frozen=True)
class Way:
    """A pathway's whole wait, and where its markers stand beside the line of a group."""

    arm: str
    metric: str
    what: str
    aside: float


@dataclass(frozen=True)
class Waited:
    """How long one group waits on one way: mean, median and 90th percentile over people."""

    group: str
    mean: Cell
    median: Cell
    late: Cell


WAYS = (
    Way("conventional", "wait_days_referral_to_in_place", "referral to support in place", -0.16),
    Way("IB", "wait_days_consent_to_in_place", "consent to budget in place", 0.16),
)


@lru_cache(maxsize=KEPT)
def waits(run: Run, year: str) -> Shown:
    """Mean, median and 90th percentile of the whole wait, by group and pathway."""
    key = "waits-by-group"
    found = {way: waited for way in WAYS if (waited := _waited(run, way, year))}
    if not found:
        reason = f"Nobody's support comes into place in {year_name(year)}."
        return Absent(key, "How long the whole way takes", reason)
    words = [_sentence(way, waited[-1]) for way, waited in found.items() if waited[-1].group == "all"]
    return Chart(
        key=key,
        title=f"On average {'; '.join(words)}",
        subtitle=(
            f"{year_name(year).capitalize()}. Calendar days: the marker is the mean, the line reaches from "
            "the median (bar) to the 90th percentile over people (arrow); means over replications."
        ),
        figure=picture(
            [trace for way, waited in found.items() for trace in _spans(way, waited)],
            xaxis={"rangemode": "tozero", "title": titled("calendar days")},
            yaxis={
                "tickvals": list(range(len(GROUP_LABELS))),
                "ticktext": [GROUPS[group] for group in GROUP_LABELS],
                "range": [len(GROUP_LABELS) - 0.5, -0.5],
                "zeroline": False,
            },
        ),
        columns=("Pathway", "Group", *CELL_COLUMNS, "Median", "90th percentile"),
        rows=tuple(
            (
                *cell_row(ARMS[way.arm], GROUPS[one.group], cell=one.mean),
                known(one.median.mean),
                known(one.late.mean),
            )
            for way, waited in found.items()
            for one in waited
        ),
        alt=f"Waits in {year_name(year)}: {'; '.join(words)}. The table has each group.",
    )


def _waited(run: Run, way: Way, year: str) -> list[Waited]:
    found = [
        Waited(group, *(run.cell(way.metric + end, group, way.arm, year) for end in ("", "_p50", "_p90")))
        for group in GROUP_LABELS
    ]
    return [one for one in found if one.mean.replications]


def _sentence(way: Way, whole: Waited) -> str:
    late = figure(whole.late.mean, "days")
    return f"{figure(whole.mean.mean, 'days')} from {way.what}, nine in ten within {late}"


def _spans(way: Way, waited: list[Waited]) -> list[Trace]:
    colour, name = ARM[way.arm], ARMS[way.arm]
    places = [GROUP_LABELS.index(one.group) + way.aside for one in waited]
    ends = [(rounded(one.median.mean), rounded(one.late.mean)) for one in waited]
    line: Trace = {
        "type": "scatter", "mode": "lines", "showlegend": False, "hoverinfo": "skip",
        "x": [x for median, late in ends for x in (median, late, None)],
        "y": [y for place in places for y in (place, place, None)], "line": {"color": colour, "width": 3},
    }  # fmt: skip
    marks = (
        ("mean", ARM_SYMBOL[way.arm], [rounded(one.mean.mean) for one in waited]),
        ("half within", "line-ns-open", [median for median, _ in ends]),
        ("nine in ten within", "triangle-right", [late for _, late in ends]),
    )
    return [line, *(
        {
            "type": "scatter", "mode": "markers", "name": f"{name}: {what}", "x": x, "y": places,
            "text": [GROUPS[one.group] for one in waited], "showlegend": what == "mean",
            "hovertemplate": f"%{{text}}: %{{x:.0f}} days<extra>{name}, {what}</extra>",
            "marker": {"symbol": symbol, "size": 11, "color": colour, "line": {"width": 2, "color": colour}},
        }
        for what, symbol, x in marks
    )]  # fmt: skip
