"""The measures of the decision: cost, throughput, waits, reviews, providers and outcomes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from dashboard.data.run import NOBODY, Cell, Run
from ibsim.results.metrics import STAGES

LIKELY_TO_CLOSE = 0.2
"""From this probability of closing on, a provider counts as at risk."""
WAYS = (
    ("referral to support in place", "wait_days_referral_to_in_place", "conventional"),
    ("consent to budget in place", "wait_days_consent_to_in_place", "IB"),
)


@dataclass(frozen=True)
class Measure:
    """One measure: its name, unit, value and interval, and in one line why it is as it is.

    `metric` names what a comparison has of it, with its `arm`; empty where it is put together from others.
    """

    key: str
    label: str
    unit: str
    cell: Cell
    reason: str
    metric: str = ""
    arm: str = "all"
    higher_is_better: bool = True
    last_year: bool = True

    def year(self, run: Run) -> str:
        """The year of the measure's value: the run's last, or all together."""
        return run.years[-1] if self.last_year and run.years else "all"


def measures(run: Run) -> tuple[Measure, ...]:
    """The measures of the decision, all of them, whether or not the folder has their numbers."""
    return tuple(make(run) for make in _MEASURES)


def exact(value: float) -> Cell:
    """A number that is counted rather than estimated, as a cell without an interval."""
    return Cell(value, math.nan, math.nan, math.nan, math.nan, math.nan, math.nan, 1)


def _neutral(run: Run) -> Measure:
    verdict = run.verdict
    if verdict is None or verdict.probability is None:
        reason = "This result has no verdict: it has no roll-out to judge, or an earlier ibsim wrote it."
        return Measure("neutral", "Cost-neutral", "probability", NOBODY, reason)
    causes = sorted(verdict.causes, key=lambda cause: -abs(cause.gbp.mean or 0.0))
    reason = f"What weighs most: {causes[0].cause}." if causes else "No causes are given."
    draws = "draws of the evidence" if verdict.uncertainty == "sampled" else "replications"
    cell = replace_interval(exact(verdict.probability), verdict.probability_low, verdict.probability_high)
    reason += f" From {verdict.replications} {draws}."
    return Measure("neutral", "Cost-neutral", "probability", cell, reason)


def replace_interval(cell: Cell, low: float | None, high: float | None) -> Cell:
    """The cell with an interval, where there is one."""
    if low is None or high is None:
        return cell
    return Cell(cell.mean, cell.sd, low, high, cell.p10, cell.p50, cell.p90, cell.replications)


def _throughput(run: Run) -> Measure:
    last = run.years[-1] if run.years else "all"
    cell = run.cell("ib_share_percent", year=last)
    holders = run.cell("ib_holders", year=last)
    waiting = {stage: run.cell(f"people_waiting_{stage}", arm="IB", year=last).mean for stage in STAGES}
    there = {stage: people for stage, people in waiting.items() if people == people and people >= 1}
    if not holders.replications:
        reason = "Nobody holds a budget."
    elif there:
        most = max(there, key=lambda stage: there[stage])
        reason = (
            f"{holders.mean:,.0f} hold a budget at the end; on the way most wait at {most.replace('_', '-')} "
            f"({there[most]:,.0f})."
        )
    else:
        reason = f"{holders.mean:,.0f} hold a budget at the end; hardly anybody is on the way to one."
    return Measure("throughput", "Hold a budget", "percent", cell, reason, "ib_share_percent")


def _wait(run: Run) -> Measure:
    last = run.years[-1] if run.years else "all"
    found = [(what, metric, arm, run.cell(f"{metric}_p90", arm=arm, year=last)) for what, metric, arm in WAYS]
    found = [one for one in found if one[3].replications]
    if not found:
        reason = "Nobody's support came into place in the last year."
        return Measure("wait", "Longest wait", "days", NOBODY, reason, higher_is_better=False)
    what, metric, arm, cell = max(found, key=lambda one: one[3].mean)
    reason = f"Nine in ten, {what}, {last}; {_slowest(run, arm, last)}."
    return Measure("wait", "Longest wait", "days", cell, reason, f"{metric}_p90", arm, higher_is_better=False)


_STEPS = {
    "IB": (
        ("agreeing the budget", "wait_days_assessment_to_indicative"),
        ("planning to sign-off", "wait_days_indicative_to_sign_off"),
        ("arranging support", "wait_days_sign_off_to_in_place"),
    ),
    "conventional": (
        ("the assessment", "wait_days_referral_to_assessment"),
        ("arranging support", "wait_days_sign_off_to_in_place"),
    ),
}


def _slowest(run: Run, arm: str, year: str) -> str:
    days = {words: run.cell(metric, arm=arm, year=year).mean for words, metric in _STEPS[arm]}
    days = {words: mean for words, mean in days.items() if mean == mean}
    if not days:
        return "no step of it is measured"
    slow = max(days, key=lambda words: days[words])
    return f"the slowest step is {slow} ({days[slow]:,.0f} days on average)"


def _reviews(run: Run) -> Measure:
    last = run.years[-1] if run.years else "all"
    cell = run.cell("review_compliance_percent", year=last)
    late = run.cell("reviews_overdue", year=last)
    reason = "No review fell due."
    if late.replications:
        reason = f"{late.mean:,.0f} people are overdue at the end of {last}"
        waiting = [queue for queue in run.queues if "review" in queue.name]
        reason += f"; {waiting[0].name} wait {waiting[0].days:,.0f} days for staff." if waiting else "."
    return Measure("reviews", "Reviews on time", "percent", cell, reason, "review_compliance_percent")


def _providers(run: Run) -> Measure:
    last = run.years[-1] if run.years else "all"
    rows = [one for one in run.providers if one.year == last and one.is_firm]
    exits = run.cell("provider_exits")
    if rows:
        risky = sorted(
            (one for one in rows if one.closure_probability >= LIKELY_TO_CLOSE),
            key=lambda one: -one.closure_probability,
        )
        reason = f"None of {len(rows)} providers is likely to close."
        if risky:
            worst = risky[0]
            reason = (
                f"Of {len(rows)}. Most at risk: {worst.name} ({100 * worst.closure_probability:.0f} percent)."
            )
        cell = exact(float(len(risky)))
        return Measure("providers", "Providers at risk", "", cell, reason, higher_is_better=False)
    if exits.replications:
        reason = "Closures over all years; the folder has no list of providers."
        return Measure(
            "providers",
            "Providers that close",
            "",
            exits,
            reason,
            "provider_exits",
            higher_is_better=False,
            last_year=False,
        )
    reason = "This result has no market of providers in it."
    return Measure("providers", "Providers at risk", "", NOBODY, reason, higher_is_better=False)


def _outcomes(run: Run) -> Measure:
    cell = run.cell("ascot_gain_point_years")
    control = run.cell("in_control_gain_person_years")
    reason = "This result has no outcomes in it."
    if cell.replications:
        reason = "Against conventional support for the same people, all years together"
        if control.replications:
            reason += f"; {control.mean:+,.0f} person-years in control of daily life"
        reason += "."
    return Measure(
        "outcomes",
        "Outcome gain (ASCOT)",
        "point-years",
        cell,
        reason,
        "ascot_gain_point_years",
        last_year=False,
    )


_MEASURES: tuple[Callable[[Run], Measure], ...] = (
    _neutral,
    _throughput,
    _wait,
    _reviews,
    _providers,
    _outcomes,
)
