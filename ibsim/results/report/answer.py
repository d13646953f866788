"""The question, the answer in plain English, and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from ibsim.results.precision import HEADLINES
from ibsim.results.reading import StoredRun
from ibsim.results.report.contents import Contents, Part
from ibsim.results.report.markup import Child, Markup, element, paragraph, points, together
from ibsim.results.report.money import pounds
from ibsim.results.summary import Cell, Summary
from ibsim.results.terminal import binding_sentence, plain_number, with_interval

NO_VERDICT = (
    "This result holds no verdict on cost-neutrality: it was run without the same council with no "
    "roll-out beside it. It answers what happens to people, waits, reviews and staff; it is no ground for "
    "saying that money is saved or lost."
)
TELLING_APART = (
    "Differences smaller than the half-widths after ± cannot be told from the chance of the dice with "
    "this many replications."
)


def answers(contents: Contents) -> Iterator[Part]:
    """The answer of each run."""
    for run in contents.runs:
        title = "The answer" if len(contents.runs) == 1 else f"The answer: {run.name}"
        body = together(_question(contents, run), _answer(run), *_sureness(run))
        yield Part(contents.id(run, "answer"), title, body)


def _question(contents: Contents, run: StoredRun) -> Markup:
    if len(contents.runs) == 1:
        return Markup("")
    return paragraph(element("strong", "The question: "), run.why)


def _answer(run: StoredRun) -> Markup:
    verdict = run.json("verdict.json")
    lead = str(verdict.get("sentence", "")) or _flow_lead(run.summary)
    said = [*money_sentences(verdict)] if verdict else []
    said += [*flow_sentences(run.summary), binding_sentence(run.summary)]
    more = [] if verdict else [paragraph(NO_VERDICT)]
    return element("div", paragraph(lead, class_="lead"), points(said), *more, class_="answer")


def _flow_lead(summary: Summary) -> str:
    """The one sentence that a director takes away where there is no verdict on money."""
    holders = _last(summary, "ib_holders")
    wait = _last(summary, "wait_days_referral_to_in_place")
    year = summary.years[-2]
    if holders.counts and holders.mean > 0:
        return (
            f"At the end of {year}, {with_interval(holders)} people hold an individual budget; a new "
            f"client waits {with_interval(wait)} days from referral to support in place."
        )
    if not wait.counts:
        return "Nobody comes to have support in place in the years that are counted."
    return f"In {year} a new client waits {with_interval(wait)} days from referral to support in place."


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


def money_sentences(verdict: Mapping[str, Any]) -> Iterator[str]:
    """What the verdict says beside its sentence: how likely, when, and what makes the difference."""
    if (chance := _number(verdict.get("probability"))) is not None:
        yield f"Probability that it is cost-neutral at the end, set-up included: {_percent(chance)} percent."
    even = verdict.get("break_even") or {}
    chance = _number(even.get("probability_by_end"))
    if chance is not None:
        when = f"; half of the replications that get there do so by {even['p50']}" if even.get("p50") else ""
        yield f"It breaks even by the end in {_percent(chance)} percent of replications{when}."
    without = verdict.get("without_setup") or {}
    if (gap := _mean(without.get("gap_gbp"))) is not None:
        yield f"Without set-up the gap is {pounds(gap)}."
    causes = [(str(cause["cause"]), _mean(cause.get("gbp"))) for cause in verdict.get("causes", ())]
    known = sorted(
        ((name, value) for name, value in causes if value), key=lambda cause: -abs(cause[1] or 0.0)
    )
    if known:
        told = ", ".join(f"{name} {pounds(value or 0.0, signed=True)}" for name, value in known[:3])
        yield f"What makes most of the difference: {told}."


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def _mean(value: Any) -> float | None:
    return _number(value.get("mean")) if isinstance(value, dict) else _number(value)


def _percent(share: float) -> str:
    return plain_number(100 * share, 0)


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
            "Each replication also drew the uncertain numbers of the evidence from their ranges: the "
            "probabilities carry the doubt about the evidence as well as that of the dice."
        )
    else:
        said.append(
            "Every number of the evidence stands at its point value: the intervals show the chance of the "
            "dice, not the doubt about the evidence. Many of its numbers are assumed (see the assumptions "
            "log)."
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
