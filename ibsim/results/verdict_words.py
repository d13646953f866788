"""The verdict in words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ibsim.results.gap import CAUSES

if TYPE_CHECKING:
    from ibsim.results.verdict import Verdict

TOLD = 2
"""So many causes are named."""
TOLD_PERCENT = 1.0
"""A difference in weeks of support is told from so many percent on."""


def sentence(verdict: Verdict) -> str:
    """One plain sentence: neutral or not, by how much, how likely, from when, and the largest causes."""
    total = verdict.cumulative
    mean, low, high = (float(values[-1]) for values in (total.mean, total.p10, total.p90))
    first, last = verdict.months[0], verdict.months[-1]
    head = "Cost-neutral" if verdict.over[:, -1].mean() <= 0 else "Not cost-neutral"
    if verdict.gaps[0].tolerance_percent:
        head += f" within {verdict.gaps[0].tolerance_percent:g} percent"
    draws = "draws of the evidence" if verdict.uncertainty == "sampled" else "replications"
    spread = f" (in eight of ten {draws} {_span(low, high)})" if len(verdict.gaps) > 1 else ""
    return (
        f"{head}: from {month(first)} to {month(last)} the roll-out costs {more(mean)} than carrying on "
        f"without one{spread}; the probability that it is cost-neutral by then, set-up included, is "
        f"{chance(verdict.probability)}, {_break_even(verdict)}; what weighs most: {_causes(verdict)}"
        f"{_support(verdict)}."
    )


def _support(verdict: Verdict) -> str:
    """A warning where support itself was shorter or longer: a saving on those who wait is none of IBs."""
    percent = float(verdict.support_weeks.mean[0])
    if not abs(percent) >= TOLD_PERCENT:
        return ""
    worth, way = float(verdict.support_worth.mean[0]), "fewer" if percent < 0 else "more"
    saved = "less" if percent < 0 else "more"
    return (
        f"; people had {abs(percent):.0f} percent {way} weeks of support than without it, which alone comes "
        f"to {pounds(abs(worth))} {saved}"
    )


def more(amount: float) -> str:
    """A gap in words: `£1.2 million more`."""
    return f"{pounds(abs(amount))} {'more' if amount >= 0 else 'less'}"


def _span(low: float, high: float) -> str:
    """A range of gaps: `£1.2 million to £1.9 million more`, `£200,000 less to £1.1 million more`."""
    if low < 0 <= high:
        return f"{more(low)} to {more(high)}"
    near, far = sorted((low, high), key=abs)
    return f"{pounds(abs(near))} to {more(far)}"


def chance(probability: float) -> str:
    """A probability to two decimals."""
    return f"{probability:.2f}"


def pounds(amount: float) -> str:
    """A sum as people say it: £1.2 million, £350,000, £900."""
    size, sign = abs(amount), "-" if amount < 0 else ""
    if size >= 999_500:
        return f"{sign}£{size / 1e6:,.1f} million"
    if size >= 1_000:
        return f"{sign}£{round(size, -3):,.0f}"
    return f"{sign if round(size) else ''}£{size:.0f}"


def _break_even(verdict: Verdict) -> str:
    at = verdict.break_even
    if at is None:
        return "and on average it does not break even"
    if at == 0:
        return "and on average it is never dearer"
    return f"and on average it breaks even in {month(verdict.months[at])}"


def _causes(verdict: Verdict) -> str:
    """The causes that move the gap most, either way, with their sums."""
    means = verdict.causes.mean
    order = sorted(range(len(CAUSES)), key=lambda cause: (-abs(float(means[cause])), cause))
    told = [f"{CAUSES[cause]} ({signed(float(means[cause]))})" for cause in order[:TOLD] if means[cause]]
    return " and ".join(told) if told else "nothing"


def signed(amount: float) -> str:
    """A sum with its sign: +£350,000, -£1.2 million."""
    return f"+{pounds(amount)}" if amount > 0 else pounds(amount)


def month(label: str) -> str:
    """A month like 2007-08 as people say it: August 2007."""
    first = date.fromisoformat(f"{label}-01")
    return f"{first:%B} {first.year}"
