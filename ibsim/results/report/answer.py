"""The question, the answer in plain English, and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from ibsim.results.precision import HEADLINES
from ibsim.results.reading import StoredRun
from ibsim.results.report.contents import Contents, Part
from ibsim.results.report.markup import Cells, Child, Markup, element, grid, paragraph, points, together
from ibsim.results.summary import Cell, Summary
from ibsim.results.terminal import binding_sentence, with_interval
from ibsim.results.verdict_words import month, signed

GLANCE = (
    ("IB holders", "ib_holders"),
    ("days from referral to support", "wait_days_referral_to_in_place"),
    ("reviews on time, %", "review_compliance_percent"),
)
NO_VERDICT = (
    "This result holds no verdict on cost-neutrality: it was run without the same council with no "
    "roll-out beside it. It answers what happens to people, waits, reviews and staff; it is no ground for "
    "saying that money is saved or lost."
)
NO_ROLL_OUT = "Nobody is offered an individual budget here: there is no change whose cost could be judged."
TELLING_APART = (
    "Differences smaller than the half-widths after ± cannot be told from the chance of the dice with "
    "this many replications."
)


def answers(contents: Contents) -> Iterator[Part]:
    """The answer of each run; that which the others are set against comes last."""
    alone = len(contents.runs) == 1
    for run in (*contents.runs[1:], contents.first):
        title = "The answer" if alone else f"The answer: {run.name}"
        question = [] if alone else [paragraph(element("strong", "The question: "), run.why)]
        body = together(*question, _answer(run), *_sureness(run))
        yield Part(contents.id(run, "answer"), title, body)


def glance(contents: Contents) -> Iterator[Part]:
    """Several runs in one table: the verdict and what a director asks first."""
    if len(contents.runs) == 1:
        return
    year = contents.first.summary.years[-2]
    rows: list[Cells] = [[run.name, *_glance(run)] for run in contents.runs]
    heads = ("scenario", "gap to no roll-out", "neutral with probability", *(words for words, _ in GLANCE))
    table = grid(f"Money over all years; the rest in {year}", heads, rows)
    yield Part("glance", "At a glance", table)


def _glance(run: StoredRun) -> Iterator[str]:
    verdict, year = run.json("verdict.json"), run.summary.years[-2]
    years = verdict.get("years") or [{}]
    gap = _mean(years[-1].get("cumulative_gbp"))
    chance = _number(verdict.get("probability"))
    yield "–" if gap is None else signed(gap)
    yield "–" if chance is None else f"{chance:.2f}"
    for _, metric in GLANCE:
        cell = run.summary.cell(metric, year=year)
        yield with_interval(cell) if cell.counts else "–"


def _answer(run: StoredRun) -> Markup:
    verdict = run.json("verdict.json")
    lead = str(verdict.get("sentence", "")) or _flow_lead(run.summary)
    said = {
        "Money": list(money_sentences(verdict)) if verdict else [],
        "People and staff": [*flow_sentences(run.summary), binding_sentence(run.summary)],
        "What people gain": list(gain_sentences(run)),
    }
    told = [part for head, some in said.items() if some for part in (element("h3", head), points(some))]
    more = [] if verdict else [paragraph(NO_VERDICT if run.has_rollout else NO_ROLL_OUT)]
    return element("div", paragraph(lead, class_="lead"), *told, *more, class_="answer")


def _flow_lead(summary: Summary) -> str:
    """The one sentence that a director takes away where there is no verdict on money."""
    holders = _last(summary, "ib_holders")
    wait = _last(summary, "wait_days_referral_to_in_place")
    year = summary.years[-2]
    waits = f"a new client waits {with_interval(wait)} days from referral to support in place."
    if holders.counts and holders.mean > 0:
        held = f"At the end of {year}, {with_interval(holders)} people hold an individual budget"
        return f"{held}; {waits}" if wait.counts else f"{held}."
    return f"In {year} {waits}" if wait.counts else f"In {year} nobody comes to have support in place."


def _last(summary: Summary, metric: str) -> Cell:
    return summary.cell(metric, year=summary.years[-2])


def flow_sentences(summary: Summary) -> Iterator[str]:
    """What becomes of people, waits, reviews and spend, in sentences."""
    first, last = summary.years[0], summary.years[-2]
    share = summary.cell("ib_share_percent", year=last)
    if share.counts and share.mean > 0:
        yield f"Individual budgets: {with_interval(share)} percent of support packages at the end of {last}."
    told = (
        ("wait_days_referral_to_in_place", "The wait from referral to support in place", "days"),
        ("wait_days_consent_to_in_place", "The wait from consent to an individual budget in place", "days"),
        ("review_compliance_percent", "Reviews done on time", "percent"),
        ("coordinator_utilisation_percent", "Co-ordinators' case hours in use", "percent"),
    )
    for metric, words, unit in told:
        one, other = summary.cell(metric, year=first), summary.cell(metric, year=last)
        if other.counts and one.counts and first != last:
            yield f"{words}: {with_interval(one)} {unit} in {first}, {with_interval(other)} in {last}."
        elif other.counts:
            yield f"{words}: {with_interval(other)} {unit} in {last}."
    cost = summary.cell("gross_cost_gbp", year=last)
    if cost.counts:
        yield f"Gross cost in {last}: {with_interval(cost, 1e-6)} million pounds."


def gain_sentences(run: StoredRun) -> Iterator[str]:
    """What an individual budget changes for people, all groups together, and who has less than before."""
    rows = {row["outcome"]: row for row in run.table("cost_effectiveness.csv") if row["group"] == "all"}
    for outcome, words in (
        ("ascot", "social care outcome (ASCOT, 0 to 4.57)"),
        ("control", "control (0 to 2)"),
    ):
        row = rows.get(outcome, {})
        ends = [row.get(f"outcome_{end}", "") for end in ("difference", "ci_low", "ci_high")]
        if all(ends):
            value, low, high = map(float, ends)
            yield f"By an individual budget, {words}: {value:+.2f} points ({low:+.2f} to {high:+.2f})."
    for row in run.table("winners.csv"):
        if row["by"] == "all" and row["losers_percent"]:
            share = float(row["losers_percent"])
            yield f"Of those with a package before, {share:.0f} percent have less than that."


def money_sentences(verdict: Mapping[str, Any]) -> Iterator[str]:
    """What the verdict says beside its sentence: how sure the probability is, when, and what is left out."""
    low, high = (verdict[f"probability_{end}"] for end in ("low", "high"))
    yield (
        f"Cost-neutral at the end with probability {verdict['probability']:.2f}; with "
        f"{verdict['replications']} pairs of council and twin it lies between {low:.2f} and {high:.2f}."
    )
    even = verdict["break_even"]
    if even["p50"]:
        ends = [month(str(even[key])) if even.get(key) else "after the end" for key in ("p10", "p90")]
        half = month(str(even["p50"]))
        yield f"Half have broken even by {half}, one in ten by {ends[0]}, nine in ten by {ends[1]}."
    for key, words in (
        ("without_setup", "Without set-up"),
        ("council_only", "On the council's own money alone"),
    ):
        part = verdict.get(key) or {}
        gap, chance = _mean(part.get("gap_gbp")), _number(part.get("probability"))
        if gap is not None and chance is not None:
            yield f"{words} the gap is {signed(gap)}, neutral with probability {chance:.2f}."
    each = _mean(verdict.get("per_person_gbp"))
    if each is not None:
        yield f"In all, set-up included, the gap is {signed(each)} for each person supported."


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def _mean(value: Any) -> float | None:
    return _number(value.get("mean")) if isinstance(value, dict) else _number(value)


def _sureness(run: StoredRun) -> Iterator[Markup]:
    """How sure the answer is: what the intervals cover, what they leave out, and how wide they are."""
    verdict, summary = run.json("verdict.json"), run.summary
    yield element("h3", "How sure this is")
    said: list[Child] = []
    if run.replications == 1:
        said.append(
            "The council was run once: there are no intervals, and nothing here can be told from chance."
        )
    else:
        said.append(
            f"The council was run {run.replications} times with other dice. After ± stands half the width "
            f"of the 95 percent interval of the mean. {TELLING_APART}"
        )
    if verdict.get("uncertainty") == "sampled":
        said.append(
            "For the verdict on money each pair of council and twin also drew the uncertain numbers of "
            "the evidence from their ranges: its probability and spread carry the doubt about the "
            "evidence."
        )
    said.append(
        f"{'For all else every' if verdict else 'Every'} number of the evidence stands at its point value: "
        "the intervals show the chance of the dice. Many of those numbers are assumed (see the "
        "assumptions log)."
    )
    wide = [cell for cell in (_width(summary, metric) for metric in HEADLINES) if cell]
    if wide:
        said.append(f"Half-widths over all years, in percent of the mean: {', '.join(wide)}.")
    yield points(said)


def _width(summary: Summary, metric: str) -> str:
    cell = summary.cell(metric)
    half = (cell.ci_high - cell.ci_low) / 2
    if math.isnan(half) or cell.mean == 0:
        return ""
    return f"{metric.replace('_', ' ').replace(' gbp', '')} {100 * half / abs(cell.mean):.1f}"
