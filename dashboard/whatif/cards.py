"""The runs of what-ifs: how far each is, what it says so far against its parent, where its results are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.aria import aria
from dashboard.data.differences import judgement
from dashboard.data.library import Library
from dashboard.runs.job import CANCELLED, COMPARE, DONE, FAILED, QUEUED, RUNNING, STARTING, Status
from dashboard.view import View
from dashboard.whatif.change import Change, texts
from dashboard.whatif.ordering import baseline_of
from ibsim.results.metrics import REGISTRY
from ibsim.results.statistics import summarise

SHOWN = 12
"""So many runs are listed, the newest first."""
STATES = {
    QUEUED: "Waiting", STARTING: "Starting", RUNNING: "Running", DONE: "Done", FAILED: "Failed",
    CANCELLED: "Cancelled",
}  # fmt: skip
_RANKS = {RUNNING: 0, STARTING: 0, QUEUED: 1}
LABELS = {
    "people_supported": "People supported",
    "wait_days_referral_to_in_place": "Days from referral to support in place",
    "reviews_overdue": "Reviews overdue",
    "ib_holders": "People with a budget",
    "gross_cost_gbp": "Gross cost, £",
    "review_compliance_percent": "Reviews on time, %",
    "coordinator_utilisation_percent": "Co-ordinators' case hours used, %",
    "people_waiting": "People waiting at any stage",
    "cost_gap_gbp": "Cost gap against no roll-out, £",
    "provider_exits": "Providers that close",
    "ascot_mean": "Outcome (ASCOT), mean",
}


def cards(found: Sequence[Status], library: Library) -> list[Component]:
    """A card for each run: what runs, what waits, then the newest of the others."""
    if not found:
        return [html.P("Nothing has been run from here yet.", className="note")]
    ordered = sorted(found, key=lambda status: (_RANKS.get(status.state, len(_RANKS)), status.place))
    return [_card(status, baseline_of(status, found), library) for status in ordered[:SHOWN]]


def _card(status: Status, baseline: Status | None, library: Library) -> Component:
    job = status.job
    parts: list[Component] = [
        html.H3(job.name),
        html.P(_said(status), className=f"state {status.state}", role="status"),
    ]
    if status.state in (RUNNING, STARTING):
        done, total = int(status.progress.get("done", 0)), int(status.progress.get("total", 0))
        label = aria(label=f"Replications of {job.name} that are done")
        parts.append(html.Progress(value=str(done), max=str(max(total, 1)), **label))
    if status.error:
        parts.append(html.Pre(status.error, className="said"))
    if estimates := status.progress.get("estimates"):
        parts.append(_estimates(estimates, status, baseline))
    parts.append(_doors(status, baseline, library))
    return html.Article(parts, className="card job")


def _said(status: Status) -> str:
    job, progress = status.job, status.progress
    if status.state == QUEUED:
        return f"Waiting, number {status.place} in the queue."
    if status.state == STARTING:
        return "Starting; the first run of a version of ibsim compiles its engine, about a minute."
    done, total = progress.get("done", 0), progress.get("total", 0)
    if status.state == RUNNING:
        seconds = float(progress.get("seconds") or 0)
        left = seconds * (total - done) / done if done else math.nan
        told = f", about {left:.0f} s left" if not math.isnan(left) else ""
        return f"Running: {done} of {total} replications{told}. Estimates get narrower as it goes on."
    kind = "comparison" if job.kind == COMPARE else "run"
    if status.state == DONE:
        return f"Done: a {kind} of {job.replications} replications, seed {job.seed}."
    return f"{STATES[status.state]}."


def _estimates(estimates: Mapping[str, Any], status: Status, baseline: Status | None) -> Component:
    """What is known so far; differences are of the same replications, with the same dice."""
    pairs = _paired(status.progress, baseline.progress) if baseline is not None else {}
    head = ["All years, all groups", "This run", *(["Difference to its parent"] if pairs else [])]
    rows, done = [], status.progress.get("done", 0)
    for metric, found in estimates.items():
        if metric not in LABELS or metric not in REGISTRY:
            continue
        cells = [
            html.Th(LABELS[metric], scope="row"),
            html.Td(_with_interval(found, metric), className="number"),
        ]
        if pairs:
            cells.append(_difference(pairs.get(metric), metric))
        rows.append(html.Tr(cells))
    return html.Div(
        html.Table(
            [
                html.Caption(f"Means of {done} replications ± half the 95 percent interval"),
                html.Thead(html.Tr([html.Th(words, scope="col") for words in head])),
                html.Tbody(rows),
            ]
        ),
        className="scroll", tabIndex=0, role="region", **aria(label=f"Estimates of {status.job.name}"),
    )  # fmt: skip


def _difference(pair: tuple[float, float, int] | None, metric: str) -> Component:
    if pair is None:
        return html.Td("–", className="number")
    mean, half, n = pair
    apart = not math.isnan(half) and abs(mean) > half
    judged = judgement(metric, mean) if apart else ""
    decimals = _decimals(metric)
    mean = round(mean, decimals) + 0.0  # no minus before nought
    told = f"{mean:+,.{decimals}f}" + (f" ± {half:,.{decimals}f}" if n > 1 else "")
    words = f" ({judged})" if judged else ("" if apart else " (may be chance)")
    return html.Td(told + words, className=f"number {judged}")


def _paired(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, tuple[float, float, int]]:
    """Mean difference, half its interval and count, over the replications that both have."""
    numbers = [list(progress.get("numbers") or ()) for progress in (one, other)]
    common = sorted(set(numbers[0]) & set(numbers[1]))
    if not common:
        return {}
    places = [[number.index(wanted) for wanted in common] for number in numbers]
    found = {}
    for metric, values in (one.get("values") or {}).items():
        others = (other.get("values") or {}).get(metric)
        if others is None:
            continue
        pair = [
            np.array([math.nan if row[at] is None else row[at] for at in at_places], dtype=float)
            for row, at_places in zip((values, others), places, strict=True)
        ]
        statistics = summarise(pair[0] - pair[1])
        if statistics.replications:
            half = float(statistics.ci_high - statistics.mean)
            found[metric] = (float(statistics.mean), half, int(statistics.replications))
    return found


def _with_interval(found: Mapping[str, Any], metric: str) -> str:
    decimals = _decimals(metric)
    mean, high = float(found["mean"]), found.get("ci_high")
    half = f" ± {float(high) - mean:,.{decimals}f}" if high is not None else ""
    return f"{mean:,.{decimals}f}{half}"


def _decimals(metric: str) -> int:
    if metric == "ascot_mean":
        return 3
    return 0 if REGISTRY[metric].unit in ("people", "pounds") else 1


def _doors(status: Status, baseline: Status | None, library: Library) -> Component:
    """Where to go from a run: cancel it, look at its results, change it further."""
    job = status.job
    doors: list[Component] = []
    if status.active:
        label = aria(label=f"Cancel {job.name}")
        doors.append(html.Button("Cancel", id={"cancel": job.id}, type="button", n_clicks=0, **label))
    ids = {entry.path.resolve(): entry.id for entry in library.entries()}
    here = ids.get(status.result.resolve()) if status.state == DONE else None
    other = ids.get(baseline.result.resolve()) if baseline is not None and baseline.state == DONE else None
    if here is not None and job.kind != COMPARE:
        view = View(results=(here,), against=other or "")
        doors.append(dcc.Link("Open its results", href="/" + view.search, className="button"))
        if other:
            doors.append(
                dcc.Link("Compare with its parent", href="/compare" + view.search, className="button")
            )
    if job.parent:
        sets = "\n".join(texts(map(Change.parse, job.changes)))
        more = View(more={"parent": job.parent, "sets": sets})
        doors.append(dcc.Link("Change it further", href="/what-if" + more.search, className="button"))
    return html.Div(doors, className="tools")
