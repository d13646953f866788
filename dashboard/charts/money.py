"""The ledger in pictures: what is spent on what, by whom, in which of the two systems, year by year."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from dashboard.charts.chart import Absent, Chart, Shown, Value
from dashboard.charts.drawing import (
    CELL_COLUMNS,
    Trace,
    bars,
    cell_row,
    hatched,
    picture,
    rounded,
    titled,
)
from dashboard.charts.palette import ARM, SERIES
from dashboard.charts.words import ARMS, GROUPS, INTERVAL, figure, listed, percent, year_name
from dashboard.data.run import Cell, Run
from ibsim.results.budget_metrics import STREAMS

KEPT = 32
MILLION = 1e-6
NO_LEDGER = "This result folder has no ledger (ledger.parquet): it was written before ledgers were."
HEADINGS = {
    "Packages and budgets": (
        "package personal_assistance home_care day_care supported_living meals leisure mainstream "
        "other_services unspent housing_support equipment adaptation independent_living"
    ),
    "Support of other clients": "other_support",
    "Care management": (
        "assessment_time planning_time review_time decision_time case_support_time contact_time "
        "organisational_time travel_time spare_time overtime_premium agency_premium panel"
    ),
    "Planning and payment support": "support_planners planning_fee payment_support",
    "Set-up": "setup_team setup_systems setup_workforce setup_planning setup_market setup_other",
    "Dual running": "dual_administration",
    "Void and market": "void in_house market_support bridging",
    "Income": "pilot_grant user_charges clawback",
}
"""What categories of the ledger come to, in a director's words."""
OTHER = "Other"
_HEADING = {name: heading for heading, names in HEADINGS.items() for name in names.split()}
STREAM_NAMES = {
    "asc": "Adult social care",
    "sp": "Supporting People",
    "ilf": "Independent Living Fund",
    "atw": "Access to Work",
    "dfg": "Disabled Facilities Grant",
    "ices": "Equipment service (ICES)",
}


def heading(category: str) -> str:
    """The heading of a category of the ledger; `Other` for one that this dashboard does not know."""
    return _HEADING.get(category.lower(), OTHER)


@lru_cache(maxsize=KEPT)
def spending(run: Run, group: str) -> Shown:
    """What money goes for, by heading and year, with every category in the table."""
    key, title = "spending", "What money goes for"
    if run.ledger is None:
        return Absent(key, title, NO_LEDGER)
    by_year: dict[str, dict[str, float]] = {}
    detail: dict[tuple[str, str], dict[str, float]] = {}
    for posting, pounds in run.ledger.pounds.items():
        if group in (posting.group, "all"):
            place = heading(posting.category)
            _add(by_year.setdefault(place, {}), posting.year, pounds)
            _add(detail.setdefault((place, posting.category), {}), posting.year, pounds)
    found = {place: by_year[place] for place in (*HEADINGS, OTHER) if place in by_year}
    if not found:
        return Absent(key, title, f"The ledger has no posting for {GROUPS[group].lower()}.")
    totals = {year: sum(parts.get(year, 0.0) for parts in found.values()) for year in run.years}
    last = run.years[-1]
    top = max(found, key=lambda place: found[place].get(last, 0.0))
    return Chart(
        key=key,
        title=(
            f"{figure(totals[last], 'pounds')} net in {last}, "
            f"{percent(found[top].get(last, 0.0), totals[last])} of it for {top.lower()}"
        ),
        subtitle=(
            f"{GROUPS[group]}, all payers, million pounds a year, means; income counts negative. "
            "The table has every category of the ledger."
        ),
        figure=picture(
            _stack(run, found),
            barmode="relative",
            xaxis={"type": "category"},
            yaxis={"title": titled("million pounds")},
            legend={"traceorder": "normal"},
        ),
        columns=("Heading", "Category", *(f"{year}, £" for year in run.years)),
        rows=(*_detail(run, detail), ("All", "", *(totals[year] for year in run.years))),
        alt=f"In {last}: "
        + listed(
            f"{place.lower()} {figure(years.get(last, 0.0), 'pounds')}" for place, years in found.items()
        )
        + ".",
        source="ledger.parquet",
        height=420,
    )


def _detail(run: Run, detail: Mapping[tuple[str, str], Mapping[str, float]]) -> list[tuple[Value, ...]]:
    return [
        (place, category.replace("_", " "), *(years.get(year, 0.0) for year in run.years))
        for (place, category), years in sorted(detail.items())
    ]


def any_money(cells: list[Cell]) -> bool:
    """Whether there is any money in these cells."""
    return any(cell.mean for cell in cells if cell.replications)


def _add(sums: dict[str, float], key: str, pounds: float) -> None:
    sums[key] = sums.get(key, 0.0) + pounds


def _stack(run: Run, found: Mapping[str, Mapping[str, float]]) -> list[Trace]:
    return [
        {
            "type": "bar", "name": place, "x": list(run.years),
            "marker": hatched(SERIES[at % len(SERIES)], at),
            "y": [rounded(years.get(year, 0.0) * MILLION) for year in run.years],
            "hovertemplate": "%{x}: £%{y:.2f}m",
        }
        for at, (place, years) in enumerate(found.items())
    ]  # fmt: skip


@lru_cache(maxsize=KEPT)
def payers(run: Run, group: str) -> Shown:
    """Who pays, by funding stream and year."""
    key, title = "who-pays", "Who pays"
    found = {
        stream: [run.cell(f"funding_gbp_{stream}", group, "all", year) for year in run.years]
        for stream in STREAMS
    }
    found = {stream: cells for stream, cells in found.items() if any_money(cells)}
    if not found:
        return Absent(key, title, "This result folder has no funding metrics (funding_gbp_...).")
    last = {stream: cells[-1].mean for stream, cells in found.items()}
    whole = sum(last.values())
    own = percent(last.get("asc", 0.0), whole)
    others = sorted((stream for stream in last if stream != "asc"), key=lambda stream: -last[stream])
    return Chart(
        key=key,
        title=f"Adult social care pays {own}"
        + (f"; next {STREAM_NAMES[others[0]]} with {figure(last[others[0]], 'pounds')}" if others else ""),
        subtitle=f"{GROUPS[group]}, million pounds a year from others than adult social care; "
        f"whiskers: {INTERVAL}. The table has all streams.",
        figure=picture(
            [
                bars(run.years, cells, STREAM_NAMES[stream], SERIES[at], factor=MILLION,
                     marker=hatched(SERIES[at], at))
                for at, (stream, cells) in enumerate(found.items())
                if stream != "asc"
            ],
            barmode="group",
            xaxis={"type": "category"},
            yaxis={"title": titled("million pounds"), "rangemode": "tozero"},
        ),
        columns=("Stream", "Year", *(f"£: {name.lower()}" for name in CELL_COLUMNS)),
        rows=tuple(
            cell_row(STREAM_NAMES[stream], year, cell=cell)
            for stream, cells in found.items()
            for year, cell in zip(run.years, cells, strict=True)
        ),
        alt=f"In {run.years[-1]}: "
        + listed(f"{STREAM_NAMES[stream]} {figure(pounds, 'pounds')}" for stream, pounds in last.items())
        + ".",
        height=400,
    )  # fmt: skip


@lru_cache(maxsize=KEPT)
def shares(run: Run, year: str) -> Shown:
    """Which streams pay for which system: the shares of each, side by side."""
    key, title = "payers-by-arm", "Who pays for which system"
    if run.ledger is None:
        return Absent(key, title, NO_LEDGER)
    sums: dict[str, dict[str, float]] = {}
    for posting, pounds in run.ledger.pounds.items():
        if year in (posting.year, "all") and posting.arm in ARM:
            _add(sums.setdefault(posting.arm, {}), posting.payer.lower(), pounds)
    found = {arm: payers for arm, payers in sums.items() if sum(payers.values()) > 0}
    if not found:
        return Absent(key, title, f"The ledger has no postings in {year_name(year)}.")
    streams = [stream for stream in STREAM_NAMES if any(payers.get(stream) for payers in found.values())]
    percent = {
        arm: {stream: 100 * payers.get(stream, 0.0) / sum(payers.values()) for stream in streams}
        for arm, payers in found.items()
    }
    front = "IB" if "IB" in percent else next(iter(percent))
    aside = 100 - percent[front].get("asc", 0.0)
    return Chart(
        key=key,
        title=f"{ARMS[front]}: {figure(aside, 'percent')} of the money comes from outside adult social care",
        subtitle=f"Percent of what each system costs in {year_name(year)}, all groups, by who pays; means.",
        figure=picture(
            [
                {
                    "type": "bar", "orientation": "h", "name": STREAM_NAMES[stream],
                    "y": [ARMS[arm] for arm in percent],
                    "x": [rounded(percent[arm][stream]) for arm in percent],
                    "marker": hatched(SERIES[at], at), "hovertemplate": "%{y}: %{x:.1f}%",
                }
                for at, stream in enumerate(streams)
            ],
            barmode="relative",
            xaxis={"ticksuffix": "%"},
            legend={"traceorder": "normal"},
            bargap=0.4,
        ),
        columns=("System", "Stream", "Pounds", "Percent"),
        rows=tuple(
            (ARMS[arm], STREAM_NAMES[stream], found[arm].get(stream, 0.0), percent[arm][stream])
            for arm in found
            for stream in streams
        ),
        alt="; ".join(
            f"{ARMS[arm]}: "
            + listed(f"{STREAM_NAMES[stream]} {figure(share, 'percent')}" for stream, share in parts.items())
            for arm, parts in percent.items()
        )
        + ".",
        source="ledger.parquet",
        height=260,
    )  # fmt: skip
