"""Budgets by group: what they come to, how they are held, who led the plan, what is bought."""

from __future__ import annotations

from functools import lru_cache

from dashboard.charts.chart import Absent, Chart, Shown, Value
from dashboard.charts.drawing import (
    CELL_COLUMNS,
    Trace,
    bars,
    cell_row,
    hatched,
    lying,
    picture,
    titled,
)
from dashboard.charts.palette import ARM, INK, SERIES
from dashboard.charts.words import ARMS, GROUPS, INTERVAL, figure, listed, readable, year_name
from dashboard.data.reported import reported
from dashboard.data.run import Run
from ibsim.results.budget_metrics import HELD
from ibsim.results.metrics import GROUP_LABELS, REGISTRY

KEPT = 32


def _names(prefix: str) -> tuple[str, ...]:
    """What the metrics with this prefix tell apart, in the order of the registry."""
    return tuple(name.removeprefix(prefix) for name in REGISTRY if name.startswith(prefix))


PARTIES, SERVICES = _names("led_percent_"), _names("services_gbp_per_week_")
NOBODY = "Nobody holds an individual budget in {year}, so that there is nothing to show."
BUDGETS = (
    ("Indicative budget", "indicative_budget_gbp_per_year"),
    ("Final budget", "final_budget_gbp_per_year"),
)
EVALUATED = {
    "personal_account": "personal-account",
    "joint_account": "joint-account",
    "agent": "agent",
    "council": "local-authority",
}
"""The ways of holding a budget that the evaluation's Table 5.3 has too, by the part of its fact's id."""


@lru_cache(maxsize=KEPT)
def budgets(run: Run, year: str) -> Shown:
    """Indicative and final budgets by group."""
    key, title = "budgets", "What budgets come to"
    groups = [group for group in GROUP_LABELS if run.cell(BUDGETS[1][1], group, "all", year).replications]
    if not groups:
        return Absent(key, title, f"No final budget was agreed in {year_name(year)}.")
    cells = {words: [run.cell(metric, group, "all", year) for group in groups] for words, metric in BUDGETS}
    final = dict(zip(groups, cells["Final budget"], strict=True))
    named = [group for group in groups if group != "all"] or groups
    top, low = (pick(named, key=lambda group: final[group].mean) for pick in (max, min))
    worth = run.cell("budget_to_package_percent", "all", "all", year)
    beside = (
        f" For those who had a package before, budgets are worth {figure(worth.mean, 'percent')} of it."
        if worth.replications
        else ""
    )
    return Chart(
        key=key,
        title=(
            f"A final budget comes to {figure(final[top].mean, 'pounds')} a year for {GROUPS[top].lower()}, "
            f"{figure(final[low].mean, 'pounds')} for {GROUPS[low].lower()}"
        ),
        subtitle=f"Council money, pounds a year, agreed in {year_name(year)}; whiskers: {INTERVAL}.{beside}",
        figure=picture(
            [
                lying(
                    [GROUPS[group] for group in groups],
                    found,
                    words,
                    SERIES[at],
                    marker=hatched(SERIES[at], at),
                )
                for at, (words, found) in enumerate(cells.items())
            ],
            barmode="group",
            xaxis={"title": titled("pounds a year"), "rangemode": "tozero"},
            yaxis={"autorange": "reversed"},
        ),
        columns=("Budget", "Group", *CELL_COLUMNS),
        rows=tuple(
            cell_row(words, GROUPS[group], cell=cell)
            for words, found in cells.items()
            for group, cell in zip(groups, found, strict=True)
        ),
        alt="Final budgets a year: "
        + listed(f"{GROUPS[group].lower()} {figure(cell.mean, 'pounds')}" for group, cell in final.items())
        + "."
        + beside,
    )


@lru_cache(maxsize=KEPT)
def held(run: Run, group: str, year: str) -> Shown:
    """How budgets are held, beside the evaluation's Table 5.3 for a single group."""
    key, title = "deployment", "How budgets are held"
    cells = [run.cell(f"held_percent_{way}", group, "IB", year) for way in HELD]
    if not any(cell.replications for cell in cells):
        return Absent(key, title, NOBODY.format(year=year_name(year)))
    labels = [readable(way) for way in HELD]
    traces = [lying(labels, cells, "Model", ARM["IB"])]
    printed: dict[str, float] = {}
    if group != "all":
        printed = {
            readable(way): reported(f"deploy-{part}-{group.lower()}-pct") for way, part in EVALUATED.items()
        }
        traces.append(_diamonds(list(printed), list(printed.values()), "Evaluation (Table 5.3)"))
    top = max(range(len(cells)), key=lambda at: cells[at].mean if cells[at].replications else -1.0)
    return Chart(
        key=key,
        title=f"{figure(cells[top].mean, 'percent')} of holders: {labels[top].lower()}",
        subtitle=(
            f"{GROUPS[group]}, percent of IB holders at the end of {year_name(year)}; whiskers: {INTERVAL}. "
            + (
                "Diamonds: the evaluation."
                if printed
                else "For one group the evaluation's figures stand beside."
            )
        ),
        figure=picture(
            traces, xaxis={"range": [0, 100], "ticksuffix": "%"}, yaxis={"autorange": "reversed"}, bargap=0.4
        ),
        columns=("Held by way of", *CELL_COLUMNS, "Evaluation"),
        rows=tuple(
            (*cell_row(label, cell=cell), printed.get(label))
            for label, cell in zip(labels, cells, strict=True)
        ),
        alt="Budgets held by way of: "
        + listed(
            f"{label.lower()} {figure(cell.mean, 'percent')}"
            for label, cell in zip(labels, cells, strict=True)
        )
        + ".",
        height=320,
    )


def _diamonds(labels: list[str], values: list[float], name: str) -> Trace:
    return {
        "type": "scatter", "mode": "markers", "y": labels, "x": values, "name": name,
        "marker": {"symbol": "diamond-open", "size": 11, "color": INK, "line": {"width": 2}},
    }  # fmt: skip


@lru_cache(maxsize=KEPT)
def led(run: Run, group: str, year: str) -> Shown:
    """Who led the support plans of those who hold a budget."""
    key, title = "plan-leaders", "Who led the plans"
    found = {party: run.cell(f"led_percent_{party}", group, "IB", year) for party in PARTIES}
    found = {party: cell for party, cell in found.items() if cell.replications}
    if not found:
        return Absent(key, title, NOBODY.format(year=year_name(year)))
    order = sorted(found, key=lambda party: -found[party].mean)
    names = {party: _party(party) for party in order}
    return Chart(
        key=key,
        title=(
            f"Plans are led most often by: {_lower(names[order[0]])} "
            f"({figure(found[order[0]].mean, 'percent')})"
        ),
        subtitle=(
            f"{GROUPS[group]}, percent of IB holders at the end of {year_name(year)} in whose plan the party "
            f"led, alone or with others; whiskers: {INTERVAL}."
        ),
        figure=picture(
            [lying([names[party] for party in order], [found[party] for party in order], "Led", SERIES[2])],
            xaxis={"range": [0, 100], "ticksuffix": "%"},
            yaxis={"autorange": "reversed"},
            showlegend=False,
        ),
        columns=("Party", *CELL_COLUMNS),
        rows=tuple(cell_row(names[party], cell=found[party]) for party in order),
        alt="Plans led by: "
        + listed(f"{_lower(names[party])} {figure(found[party].mean, 'percent')}" for party in order)
        + ".",
        height=360,
    )


def _party(name: str) -> str:
    words = readable(name).replace("La care", "Council care").replace("Non la care", "Other care")
    return words.replace("Ib holder", "IB holder").replace("Son daughter", "Son or daughter")


def _lower(name: str) -> str:
    return name if name.startswith("IB") else name[:1].lower() + name[1:]


@lru_cache(maxsize=KEPT)
def bought(run: Run, group: str, year: str) -> Shown:
    """What a week's support is made of, in either system."""
    key, title = "bought", "What is bought"
    rows: list[tuple[Value, ...]] = []
    traces: list[Trace] = []
    found = {
        arm: {service: run.cell(f"services_gbp_per_week_{service}", group, arm, year) for service in SERVICES}
        for arm in ("conventional", "IB")
    }
    used = [
        service
        for service in SERVICES
        if any(cells[service].replications and cells[service].mean for cells in found.values())
    ]
    if not used:
        return Absent(key, title, f"Nobody has a package at the end of {year_name(year)}.")
    labels = [_service(service) for service in used]
    for at, (arm, cells) in enumerate(found.items()):
        shown = [cells[service] for service in used]
        if any(cell.replications for cell in shown):
            traces.append(lying(labels, shown, ARMS[arm], ARM[arm], marker=hatched(ARM[arm], at)))
            rows += [cell_row(ARMS[arm], label, cell=cell) for label, cell in zip(labels, shown, strict=True)]
    gaps = {
        service: found["IB"][service].mean - found["conventional"][service].mean
        for service in used
        if found["IB"][service].replications and found["conventional"][service].replications
    }
    finding = "What conventional support is made of: nobody holds a budget yet"
    if gaps:
        most = max(gaps, key=lambda service: abs(gaps[service]))
        more = "more" if gaps[most] > 0 else "less"
        finding = f"Budgets buy {figure(abs(gaps[most]), 'pounds')} a week {more} of {_service(most).lower()}"
    return Chart(
        key=key,
        title=finding,
        subtitle=(
            f"{GROUPS[group]}, pounds a week, mean over package holders at the end of {year_name(year)}; "
            f"whiskers: {INTERVAL}."
        ),
        figure=picture(
            traces,
            barmode="group",
            xaxis={"title": titled("pounds a week"), "rangemode": "tozero"},
            yaxis={"autorange": "reversed"},
        ),
        columns=("System", "Service", *CELL_COLUMNS),
        rows=tuple(rows),
        alt=f"{finding}. The table has each service in both systems.",
        height=420,
    )


def _service(name: str) -> str:
    return "Not listed by the evaluation" if name == "unlisted" else readable(name)


CHANGES = (("More than before", "winners_percent"), ("Less than before", "losers_percent"))


@lru_cache(maxsize=KEPT)
def changed(run: Run, year: str) -> Shown:
    """Who has more and who has less than the package before, by group."""
    key, title = "more-or-less", "Who has more, who has less"
    groups = [group for group in GROUP_LABELS if run.cell(CHANGES[0][1], group, "all", year).replications]
    if not groups:
        return Absent(key, title, f"No budget took the place of a package in {year_name(year)}.")
    cells = {words: [run.cell(metric, group, "all", year) for group in groups] for words, metric in CHANGES}
    whole = groups.index("all") if "all" in groups else 0
    loss = run.cell("losers_loss_gbp_per_week", groups[whole], "all", year)
    lost = f", {figure(loss.mean, 'pounds a week')} less on average" if loss.replications else ""
    less = cells["Less than before"][whole]
    return Chart(
        key=key,
        title=f"{figure(less.mean, 'percent')} of those who had a package get less than before{lost}",
        subtitle=(
            f"Percent of people whose budget took the place of a package in {year_name(year)}; "
            f"whiskers: {INTERVAL}."
        ),
        figure=picture(
            [
                bars([GROUPS[group] for group in groups], found, words, SERIES[2 - at],
                     marker=hatched(SERIES[2 - at], at))
                for at, (words, found) in enumerate(cells.items())
            ],
            barmode="group",
            yaxis={"title": titled("percent"), "range": [0, 100]},
            xaxis={"tickangle": 0, "tickfont": {"size": 11}},
        ),
        columns=("Change", "Group", *CELL_COLUMNS),
        rows=tuple(
            cell_row(words, GROUPS[group], cell=cell)
            for words, found in cells.items()
            for group, cell in zip(groups, found, strict=True)
        ),
        alt="Less than before: "
        + listed(
            f"{GROUPS[group].lower()} {figure(cell.mean, 'percent')}"
            for group, cell in zip(groups, cells["Less than before"], strict=True)
        )
        + ".",
    )  # fmt: skip
