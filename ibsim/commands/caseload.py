"""`ibsim caseload`: check a council's own caseload and backlog, and say what it holds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ibsim.commands.options import Sets

if TYPE_CHECKING:
    from ibsim.scenario.model import ResolvedScenario

ROWS = (
    ("people with support in place", "in_place"),
    ("  with an ongoing package", "packages"),
    ("  package not known: drawn", "packages_unknown"),
    ("  on a direct payment", "direct_payments"),
    ("  services known", "services_known"),
    ("  mean services, pounds a week", "services_gbp_mean"),
    ("  next review known", "reviews_known"),
    ("  review overdue", "reviews_overdue"),
    ("  mean days overdue", "overdue_days_mean"),
    ("people waiting for assessment", "waiting"),
    ("  mean days waited", "waited_days_mean"),
    ("  longest wait, days", "waited_days_longest"),
)


def caseload(
    file: Annotated[
        Path | None, typer.Argument(help="The council's caseload: .csv or .xlsx, as --template writes it.")
    ] = None,
    template: Annotated[
        Path | None, typer.Option(help="Write the heading of a caseload, say what stands where, and stop.")
    ] = None,
    scenario: Annotated[
        str, typer.Option(help="The scenario for whose start and review interval it is told.")
    ] = "metropolitan",
    sets: Sets = [],  # noqa: B006  # typer's default
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check a council's own caseload and backlog, and say by group what it holds; run nothing.

    A scenario starts from it with `population: {caseload_file: our-caseload.csv}`.

    Example: ibsim caseload our-caseload.csv --scenario our-council.yaml
    """
    from ibsim.errors import InputError

    if (file is None) == (template is None):
        rule = "the command takes one file: to check, or as --template to write"
        raise InputError("ibsim caseload", "none or both", rule, "write `ibsim caseload FILE`")
    if template is not None:
        _write_template(template)
    if file is not None:
        from ibsim.scenario import load

        _tell(file, load(scenario, sets), as_json)


def _tell(file: Path, scenario: ResolvedScenario, as_json: bool) -> None:
    import json

    from ibsim.scenario.caseload import read_caseload
    from ibsim.scenario.caseload.telling import holdings
    from ibsim.scenario.extends import shown_name

    start = scenario.calendar.start
    found = read_caseload(file, shown_name(file), start)
    held = holdings(found, start, scenario.levers.review)
    if as_json:
        told = {"file": str(file), "sha256": found.digest, "start": str(start), "rows": int(found.group.size)}
        print(json.dumps(told | {"groups": held}, ensure_ascii=False, indent=2))
        return
    print(f"{file}: valid; {found.group.size:,} rows, sha256 {found.digest[:16]}; before {start}")
    width = max(len(label) for label, _ in ROWS)
    print(" " * width + "".join(f"{group:>10}" for group in held))
    for label, key in ROWS:
        print(label.ljust(width) + "".join(f"{_cell(numbers[key]):>10}" for numbers in held.values()))


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"


def _write_template(path: Path) -> None:
    """Write the heading; a row is one person, or people who are alike."""
    from ibsim.errors import InputError
    from ibsim.excel import write_new
    from ibsim.results.textfiles import csv_text
    from ibsim.scenario.caseload.columns import COLUMNS, NAMES

    if path.suffix.lower() != ".csv":
        rule, remedy = "a template is a .csv file", "end it in .csv"
        raise InputError(str(path), f"a file named {path.name!r}", rule, remedy)
    write_new(path, csv_text(NAMES, []).encode())
    print(f"Wrote {path}: one row a person, or a row with a count for people who are alike.", file=sys.stderr)
    print("Leave a cell empty, or a column out, where you do not know; it is drawn then.", file=sys.stderr)
    for column in COLUMNS:
        print(f"  {column.name:<21} {column.meaning} ({column.rule})")
