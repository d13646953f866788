"""The summary on the terminal: what a planner wants to know first, with its uncertainty."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from ibsim.results.budget_metrics import JOINING
from ibsim.results.gain_files import gain_sentences
from ibsim.results.providers import provider_years, risk_sentence
from ibsim.results.summary import Cell, RunResult, Summary
from ibsim.results.verdict import verdict_of
from ibsim.results.verdict_words import sentence

if TYPE_CHECKING:
    from rich.console import Console

    from ibsim.results.precision import Reached

PLAIN_WIDTH = 100
"""Columns when the output is no terminal."""
LABEL_WIDTH = 34
GAP = 2


@dataclass(frozen=True)
class Line:
    """A line of the summary: its words, the metric, and for waits the metric of the 90th percentile.

    One `unless_nought` is left out where every cell of it would be printed as nought.
    """

    label: str
    metric: str
    arm: str = "all"
    p90: str = ""
    millions: bool = False
    unless_nought: bool = False


def _wait(label: str, name: str) -> Line:
    return Line(label, f"wait_days_{name}", p90=f"wait_days_{name}_p90")


def _week(label: str, metric: str) -> tuple[Line, Line]:
    return (
        Line(f"{label}, without IB cases", metric, "conventional"),
        Line(f"{label}, with IB cases", metric, "IB"),
    )


def _stream(label: str, name: str) -> Iterator[Line]:
    """What a stream pays, and how many budgets have its money in them, where it joins any."""
    yield Line(label, f"funding_gbp_{name}", millions=True, unless_nought=True)
    if name in JOINING:
        yield Line(
            f"IBs with {name.upper()}, % at the year's end", f"take_up_percent_{name}", unless_nought=True
        )


def _by_arm(label: str, metric: str) -> tuple[Line, Line]:
    return Line(f"{label}, conventional", metric, "conventional"), Line(f"{label}, with an IB", metric, "IB")


SECTIONS: tuple[tuple[str, tuple[Line, ...]], ...] = (
    (
        "People",
        (
            Line("Supported in the year", "people_supported"),
            Line("Referred", "referrals"),
            Line("Assessments completed", "assessments_completed"),
            Line("Plans signed off", "plans_signed_off"),
            Line("Left support", "exits"),
            Line("Waiting at any stage", "people_waiting"),
        ),
    ),
    (
        "Days: mean (nine in ten within)",
        (
            _wait("Referral to assessment", "referral_to_assessment"),
            _wait("Assessment to indicative (IB)", "assessment_to_indicative"),
            _wait("Indicative to sign-off (IB)", "indicative_to_sign_off"),
            _wait("Sign-off to support in place", "sign_off_to_in_place"),
            _wait("Referral to support in place", "referral_to_in_place"),
            _wait("Consent to support in place (IB)", "consent_to_in_place"),
            Line("Assessed within 2 days, %", "assessed_within_2_days_percent"),
            Line("Assessed within 2 weeks, %", "assessed_within_2_weeks_percent"),
            Line("Assessed within 4 weeks, %", "assessed_within_4_weeks_percent"),
            Line("In place within 2 weeks, %", "services_within_2_weeks_percent"),
            Line("In place within 4 weeks, %", "services_within_4_weeks_percent"),
        ),
    ),
    (
        "Reviews",
        (
            Line("Due in the year", "reviews_due"),
            Line("Completed", "reviews_completed"),
            Line("Done on time, %", "review_compliance_percent"),
            Line("Overdue at the year's end", "reviews_overdue"),
            Line("Unplanned (crisis, change)", "unplanned_reviews"),
        ),
    ),
    (
        "Co-ordinators' week in hours",
        (
            *_week("Assessment", "case_hours_assessment"),
            *_week("Planning", "case_hours_planning"),
            *_week("Review", "case_hours_review"),
            Line("Case hours used, %", "coordinator_utilisation_percent"),
            Line("Planners' hours used, %", "planner_utilisation_percent"),
            Line("Cases open to each", "caseload_mean"),
        ),
    ),
    (
        "Individual budgets",
        (
            Line("Offered", "offers_made"),
            Line("Refused", "offers_refused"),
            Line("Holders at the year's end", "ib_holders"),
            Line("Holders, % of packages", "ib_share_percent"),
            Line("At 6 months: agreed, %", "funnel_6_months_agreed_percent"),
            Line("At 6 months: assessed, %", "funnel_6_months_assessed_percent"),
            Line("At 6 months: plan signed off, %", "funnel_6_months_plan_percent"),
            Line("At 6 months: in place, %", "funnel_6_months_in_place_percent"),
        ),
    ),
    (
        "Money",
        (
            Line("Gross cost, £ million", "gross_cost_gbp", millions=True),
            Line("Net cost, £ million", "net_cost_gbp", millions=True),
            Line("Care management, £ million", "care_management_gbp", millions=True),
            Line("Support packages, £ million", "package_gbp", millions=True),
            Line("Care management, £ a person-week", "care_management_gbp_per_person_week"),
            Line("Package, £ a holder's week", "package_gbp_per_person_week"),
        ),
    ),
    (
        "Introducing budgets",
        (
            Line("Set-up, £", "setup_gbp"),
            Line("Two systems' administration, £", "dual_running_gbp"),
        ),
    ),
    (
        "Budgets (council money)",
        (
            Line("Indicative, £ a year", "indicative_budget_gbp_per_year"),
            Line("Final, £ a year", "final_budget_gbp_per_year"),
            Line("Final above indicative, %", "budget_gap_percent"),
            Line("Worth, % of the old package", "budget_to_package_percent"),
            Line("Less than the old package, %", "losers_percent"),
            Line("Loss of these, £ a week", "losers_loss_gbp_per_week"),
        ),
    ),
    (
        "Against no roll-out, £ million",
        (
            Line("Cost gap of all payers", "cost_gap_gbp", millions=True),
            Line("The same since the start", "cumulative_cost_gap_gbp", millions=True),
            Line("The council's own gap", "council_cost_gap_gbp", millions=True),
        ),
    ),
    (
        "Market",
        (
            Line("Providers that close", "provider_exits"),
            Line("People who lose their provider", "people_displaced"),
            Line("Block hours paid and unused, £", "void_gbp"),
            Line("In-house overheads uncovered, £", "in_house_gbp", unless_nought=True),
            Line("In-house home care, £ an hour", "in_house_unit_cost_gbp_per_hour"),
            Line("Home care, £ an hour", "home_care_gbp_per_hour"),
            Line("Personal assistants, £ an hour", "pa_wage_gbp_per_hour"),
        ),
    ),
    (
        "Who pays, £ million",
        (
            *_stream("Adult social care", "asc"),
            *_stream("Supporting People", "sp"),
            *_stream("Independent Living Fund", "ilf"),
            *_stream("Access to Work", "atw"),
            *_stream("Disabled Facilities Grant", "dfg"),
            *_stream("Equipment service (ICES)", "ices"),
        ),
    ),
    (
        "How people fare (package holders)",
        (
            *_by_arm("ASCOT, 0 to 4.57", "ascot_mean"),
            *_by_arm("In control, %", "in_control_percent"),
            *_by_arm("Satisfied, %", "satisfied_percent"),
            *_by_arm("NHS, £ a week", "health_gbp_per_person_week"),
        ),
    ),
)


def show(result: RunResult, where: Path, console: Console) -> None:
    """Print the summary of a run whose results lie in `where`."""
    summary = result.summary
    for text in _heading(result):
        console.print(Text(text), style="bold" if text == result.scenario.name else "")
    _show_sections(summary, console)
    _show_gains(result, console)
    verdict = verdict_of(result)
    if verdict is not None:
        console.print(Text(f"Verdict: {sentence(verdict)}"), style="bold")
    risk = risk_sentence(provider_years(result.tables, summary.years[:-1]))
    for words in (
        *_holders(summary), risk, binding_sentence(summary), *precision_sentences(result.precision),
    ):  # fmt: skip
        console.print(Text(words))
    console.print(Text(f"Results: {where}"), soft_wrap=True)


def _show_gains(result: RunResult, console: Console) -> None:
    """One sentence a group on what people gained, where anybody has an IB."""
    if not result.effects:
        return
    against = "IB holders against the same people with conventional support"
    console.print(Text(f"What people gained ({against}; 95 percent of draws)"), style="bold")
    for words in gain_sentences(result.effects):
        console.print(Text(words))
    console.print()


def _heading(result: RunResult) -> Iterator[str]:
    calendar, n = result.scenario.calendar, len(result.tables)
    yield result.scenario.name
    yield " ".join(result.scenario.why.split())
    years = result.summary.years[:-1]
    span = years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
    warm_up = f" after {calendar.warm_up_years} of warm-up" if calendar.warm_up_years else ""
    what = f"{len(years)} year{'s' * (len(years) > 1)} ({span}){warm_up}"
    often = "1 replication: no intervals" if n == 1 else f"{n} replications; ± is the 95 percent interval"
    yield f"{what}; {often}"
    yield f"Seed {result.seed}; prices of {calendar.price_base}; {result.seconds:.1f} seconds"


def _show_sections(summary: Summary, console: Console) -> None:
    """The tables, aligned with one another: first year, last year and, where there is room, all years."""
    years = summary.years[:-1]
    columns = [years[0], years[-1], "all"] if len(years) > 1 else [years[0]]
    sections = [(title, found) for title, lines in SECTIONS if (found := _rows(summary, lines, columns))]
    number = max((len(cell) for _, rows in sections for _, cells in rows for cell in cells), default=0)
    number = max(number, len("all years"))
    room = (console.width - LABEL_WIDTH) // (number + GAP)
    shown = columns[: max(room, 1)]
    heads = ["all years" if column == "all" else column for column in shown]
    for title, rows in sections:
        console.print()
        console.print(Text(_line(title, heads, number)), style="bold", soft_wrap=True)
        for label, cells in rows:
            console.print(Text(_line(label, cells[: len(shown)], number)), soft_wrap=True)
    console.print()
    if len(shown) < len(columns):
        needed = LABEL_WIDTH + len(columns) * (number + GAP)
        console.print(Text(f"For all columns widen the terminal to {needed}, or see summary.csv."))


def _line(label: str, cells: Sequence[str], width: int) -> str:
    return label.ljust(LABEL_WIDTH) + "".join(cell.rjust(GAP + width) for cell in cells)


def _rows(summary: Summary, lines: tuple[Line, ...], columns: list[str]) -> list[tuple[str, list[str]]]:
    """The lines of one section in which anybody counts, as label and cells.

    A section in which all is nought (individual budgets without a roll-out) has no line at all.
    """
    found = [summary.cell(line.metric, arm=line.arm, year=year) for line in lines for year in columns]
    if not any(cell.counts and cell.mean for cell in found):
        return []
    rows = [(line, [_cell(summary, line, year) for year in columns]) for line in lines]
    return [(line.label, cells) for line, cells in rows if any(cells) and not _left_out(line, cells)]


def _left_out(line: Line, cells: list[str]) -> bool:
    """Whether a line is not worth its room: its means would all be printed as nought."""
    return line.unless_nought and all(cell.split(" ")[0] in ("", "0", "0.0") for cell in cells)


def _cell(summary: Summary, line: Line, year: str) -> str:
    cell = summary.cell(line.metric, arm=line.arm, year=year)
    if not cell.counts:
        return ""
    text = with_interval(cell, 1e-6 if line.millions else 1.0)
    if line.p90:
        text += f" ({plain_number(summary.cell(line.p90, arm=line.arm, year=year).mean, 0)})"
    return text


def with_interval(cell: Cell, factor: float = 1.0) -> str:
    """A mean with the half-width of its interval: `4,812 ± 22`; the mean alone of one replication."""
    mean, half = cell.mean * factor, (cell.ci_high - cell.ci_low) / 2 * factor
    decimals = 0 if abs(mean) >= 100 and (math.isnan(half) or half >= 0.5) else 1
    if math.isnan(half):
        return plain_number(mean, decimals)
    return f"{plain_number(mean, decimals)} ± {plain_number(half, decimals)}"


def plain_number(value: float, decimals: int) -> str:
    """A number with commas and so many decimals; never a negative nought."""
    text = f"{value:,.{decimals}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text


def _holders(summary: Summary) -> Iterator[str]:
    """The growth of individual budgets, year by year, where there are more than the two years shown."""
    cells = [(year, summary.cell("ib_holders", year=year)) for year in summary.years[:-1]]
    held = [f"{year} {plain_number(cell.mean, 0)}" for year, cell in cells if cell.counts]
    if len(held) > 2 and any(cell.mean > 0 for _, cell in cells):
        yield f"IB holders at each year's end: {', '.join(held)}."


def precision_sentences(precision: Sequence[Reached]) -> Iterator[str]:
    """What precision was reached, where the number of replications was left to it."""
    found = [metric for metric in precision if metric.counts]
    told = ", ".join(f"{metric.metric} ± {metric.percent:.1f} %" for metric in found)
    if told:
        yield f"Precision reached: {told}."
    late = [metric.metric for metric in found if not metric.enough]
    if late:
        yield f"Not yet as precise as asked, at the most replications allowed: {', '.join(late)}."


def binding_sentence(summary: Summary) -> str:
    """Which queue binds: the one with the longest waiting time in all, and the next."""
    waiting = [queue for queue in summary.queues if queue.people_waiting >= 0.05]
    if not waiting:
        return "No queue binds: nobody waits long for staff."
    first, *others = waiting
    share = 100 * first.people_waiting / sum(queue.people_waiting for queue in waiting)
    people, days = plain_number(first.people_waiting, 0), plain_number(first.wait_days, 1)
    sentence = (
        f"The queue that binds: {first.name}. On an average day {people} people wait in it, {days} days each "
        f"({share:.0f} percent of all waiting for staff)."
    )
    if others:
        second = others[0]
        people, days = plain_number(second.people_waiting, 0), plain_number(second.wait_days, 1)
        sentence += f" Next: {second.name} ({people} people, {days} days)."
    return sentence
