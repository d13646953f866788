"""England on the terminal: how the councils add up, the returns beside the model, the spread of councils."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from ibsim.results.england import Beside, EnglandResult
from ibsim.results.terminal import plain_number, with_interval

if TYPE_CHECKING:
    from rich.console import Console

LABEL_WIDTH = 30
WIDTHS = (10, 8, 20, 8, 13)
HEADS = ("returns", "of", "model", "of", "difference", "")
SPREAD = (
    ("Reviews done on time, %", "review_compliance_percent"),
    ("Assessed within 4 weeks, %", "assessed_within_4_weeks_percent"),
    ("Days from referral to in place", "wait_days_referral_to_in_place"),
    ("Cases open to a co-ordinator", "caseload_mean"),
)
"""What is shown of the councils' differences."""


def show_england(result: EnglandResult, where: Path, console: Console) -> None:
    """Print the summary of a run of England whose results lie in `where`."""
    console.print(Text("England, council by council"), style="bold")
    for text in (*_heading(result), "", *_table(result), "", *_councils(result)):
        console.print(Text(text), soft_wrap=text.startswith(" "))
    console.print(Text(f"Results: {where}"), soft_wrap=True)


def _heading(result: EnglandResult) -> Iterator[str]:
    kinds = result.by_kind()
    clients = {kind: sum(row.council.clients_in_year for row in rows) for kind, rows in kinds.items()}
    parts = [f"{clients[kind]:,} ({kind}, {len(rows)})" for kind, rows in kinds.items()]
    whole = sum(clients.values())
    yield f"Clients in a year: {' + '.join(parts)} = {whole:,} ({len(result.rows)} councils)."
    yield "The sum is the returns'; how it is spread over councils is assumed (`councils.csv` has each)."
    years, n = result.years[:-1], result.replications
    span = years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
    warm_up = result.calendar.warm_up_years
    often = "1 replication of each council: no intervals" if n == 1 else f"{n} replications of each council"
    yield f"{span}, after {warm_up} of warm-up; {often}; seed {result.seed}; {result.seconds:.0f} seconds"
    if result.sets:
        yield f"Changed in every council: {'; '.join(result.sets)}"


def _table(result: EnglandResult) -> Iterator[str]:
    yield _line("", HEADS)
    for beside in result.beside_returns():
        yield _line(beside.published.label, _cells(beside))


def _cells(beside: Beside) -> tuple[str, ...]:
    unit = " points" if beside.in_points else " %"
    return (
        plain_number(beside.figure, 0),
        beside.published.year,
        with_interval(beside.model, beside.factor),
        beside.year,
        f"{beside.difference:+.1f}{unit}",
        beside.published.basis,
    )


def _line(label: str, cells: tuple[str, ...]) -> str:
    *numbers, basis = cells
    padded = (cell.rjust(width) for cell, width in zip(numbers, WIDTHS, strict=True))
    return f"  {label.ljust(LABEL_WIDTH)}{''.join(padded)}  {basis}".rstrip()


def _councils(result: EnglandResult) -> Iterator[str]:
    """How councils differ in the last year, and which queue binds in how many."""
    year = result.years[-2]
    yield f"Councils in {year}: the middle one (eight in ten lie between)"
    for label, metric in SPREAD:
        low, middle, high = (plain_number(float(value), 1) for value in result.spread(metric))
        yield f"  {label.ljust(LABEL_WIDTH)}{middle.rjust(WIDTHS[0])}  ({low} to {high})"
    queues = Counter(row.binding_queue for row in result.rows)
    told = [f"{name or 'none'} in {n}" for name, n in queues.most_common()]
    yield f"The queue that binds: {'; '.join(told)} of {len(result.rows)} councils."
