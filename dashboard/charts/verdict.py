"""The verdict in pictures: the cumulative gap with its fan, and the causes that add up to it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dashboard.charts.chart import Absent, Chart, Shown
from dashboard.charts.drawing import Trace, band, picture, rounded, titled
from dashboard.charts.palette import BETTER, BLACK, BLUE, INK, WORSE
from dashboard.charts.words import INTERVAL, figure, listed, month_name, span
from dashboard.data.run import Run
from dashboard.data.verdict import Cause, Pounds, Verdict

KEPT = 32
MILLION = 1e-6
NO_VERDICT = (
    "This result has no verdict (verdict.json): the scenario has no roll-out to judge, or the folder was "
    "written before there were verdicts."
)


@lru_cache(maxsize=KEPT)
def fan(run: Run) -> Shown:
    """The gap to carrying on, added up month by month, with the range of eight in ten replications."""
    key, title = "break-even", "When the change pays for itself"
    verdict = run.verdict
    if verdict is None or not verdict.months:
        return Absent(key, title, NO_VERDICT)
    last = verdict.months[-1]
    return Chart(
        key=key,
        title=fan_title(verdict),
        subtitle=(
            "Cost to all payers less that of carrying on without a roll-out, added up from the start, in "
            f"million pounds: mean, and the range of eight in ten of {verdict.replications} replications"
            + (" that draw their evidence." if verdict.uncertainty == "sampled" else ".")
        ),
        figure=picture(
            _fan(verdict),
            yaxis={
                "title": titled("million pounds"),
                "zeroline": True,
                "zerolinecolor": INK,
                "zerolinewidth": 2,
            },
            shapes=_break_even(verdict),
            showlegend=False,
        ),
        columns=(
            "Month",
            "Mean, £",
            "10% below, £",
            "Half below, £",
            "90% below, £",
            "Probability of neutral",
        ),
        rows=tuple(
            (month.month, gap.mean, gap.p10, gap.p50, gap.p90, month.probability)
            for month in verdict.months
            for gap in (month.cumulative_gbp,)
        ),
        alt=(
            f"The cumulative gap reaches {_pounds(last.cumulative_gbp.mean)} in {month_name(last.month)}, "
            f"with eight in ten replications between {_pounds(last.cumulative_gbp.p10)} and "
            f"{_pounds(last.cumulative_gbp.p90)}."
        ),
        source="verdict.json",
    )


def fan_title(verdict: Verdict) -> str:
    """When the change breaks even, and how likely it is by the end."""
    by_end = verdict.break_even.probability_by_end
    chance = "" if by_end is None else f"; the probability by the end is {by_end:.2f}"
    if verdict.break_even.date is None:
        return (
            f"On average the change does not pay for itself by {month_name(verdict.months[-1].month)}{chance}"
        )
    if verdict.break_even.date == verdict.months[0].month:
        return f"On average the change is never dearer than carrying on{chance}"
    return f"On average the change pays for itself in {month_name(verdict.break_even.date)}{chance}"


def _fan(verdict: Verdict) -> list[Trace]:
    months = [month.month for month in verdict.months]
    gaps = [month.cumulative_gbp for month in verdict.months]
    mean = [_million(gap.mean) for gap in gaps]
    low, high = [_million(gap.p10) for gap in gaps], [_million(gap.p90) for gap in gaps]
    line: Trace = {
        "type": "scatter", "mode": "lines", "x": months, "y": mean, "name": "Mean gap",
        "line": {"color": BLUE, "width": 3}, "hovertemplate": "%{x}: £%{y:.2f}m<extra></extra>",
    }  # fmt: skip
    if None in low or None in high:
        return [line]
    return [band(months, low, high, BLUE), line]


def _break_even(verdict: Verdict) -> list[dict[str, Any]]:
    date = verdict.break_even.date
    if date is None or date == verdict.months[0].month:
        return []
    line = {"color": BETTER, "width": 2, "dash": "dash"}
    return [{"type": "line", "x0": date, "x1": date, "yref": "paper", "y0": 0, "y1": 1, "line": line}]


@lru_cache(maxsize=KEPT)
def waterfall(run: Run) -> Shown:
    """The causes of the gap, one upon the other, up to the whole."""
    key, title = "gap-waterfall", "What makes up the gap"
    verdict = run.verdict
    if verdict is None or not verdict.causes:
        return Absent(key, title, NO_VERDICT)
    causes = verdict.causes
    total = sum(cause.gbp.mean or 0.0 for cause in causes)
    ranked = ranked_causes(verdict)
    told = listed(f"{cause.cause} ({signed(cause.gbp.mean)})" for cause in ranked[:2])
    return Chart(
        key=key,
        title=f"The gap of {signed(total)} comes mostly from {told}",
        subtitle=(
            "What each cause adds to the cost of carrying on, all years together, million pounds, mean over "
            f"replications; whiskers: {INTERVAL}. The causes add up to the gap."
        ),
        figure=picture(
            [_steps(causes, total)],
            xaxis={"type": "category", "tickangle": -35},
            yaxis={"title": titled("million pounds"), "zeroline": True},
            showlegend=False,
        ),
        columns=("Cause", "Pounds", "95% from", "95% to"),
        rows=(
            *((cause.cause, cause.gbp.mean, cause.gbp.ci_low, cause.gbp.ci_high) for cause in causes),
            ("The gap", total, verdict.gap.ci_low, verdict.gap.ci_high),
        ),
        alt="The gap's causes: "
        + listed(f"{cause.cause} {signed(cause.gbp.mean)}" for cause in ranked)
        + f"; together {signed(total)}.",
        source="verdict.json",
        height=400,
    )


def _steps(causes: tuple[Cause, ...], total: float) -> Trace:
    names = [*(cause.cause.capitalize() for cause in causes), "Gap"]
    values = [*(_million(cause.gbp.mean) for cause in causes), _million(total)]
    return {
        "type": "waterfall", "x": names, "y": values,
        "measure": [*(["relative"] * len(causes)), "total"],
        "text": [*(signed(cause.gbp.mean) for cause in causes), signed(total)], "textposition": "outside",
        "cliponaxis": False,
        "increasing": {"marker": {"color": WORSE}}, "decreasing": {"marker": {"color": BETTER}},
        "totals": {"marker": {"color": BLACK}}, "connector": {"line": {"color": INK, "width": 1}},
        "hovertemplate": "%{x}: %{text}<extra></extra>",
    }  # fmt: skip


def ranked_causes(verdict: Verdict) -> list[Cause]:
    """The causes of the gap, the one that weighs most first, those that come to nothing left out."""
    found = [cause for cause in verdict.causes if cause.gbp.mean]
    return sorted(found, key=lambda cause: -abs(cause.gbp.mean or 0.0))


def signed(pounds: float | None) -> str:
    """A sum with its sign: `+£1.2m`."""
    if pounds is None:
        return "not known"
    return ("+" if pounds > 0 else "") + figure(pounds, "pounds")


def interval(gap: Pounds) -> str:
    """The interval of a mean in words; empty where there is none."""
    if gap.ci_low is None or gap.ci_high is None:
        return ""
    return span(gap.ci_low, gap.ci_high, "pounds")


def _pounds(value: float | None) -> str:
    return "not known" if value is None else figure(value, "pounds")


def _million(value: float | None) -> float | None:
    return None if value is None else rounded(value * MILLION)
