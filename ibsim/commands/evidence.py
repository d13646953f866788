"""`ibsim evidence`: every default with its value, unit, range, source and status."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ibsim.errors import EvidenceError

if TYPE_CHECKING:
    from ibsim.evidence import Row


def evidence(
    words: Annotated[
        list[str] | None, typer.Argument(help="Words that all occur in a row; none lists all.")
    ] = None,
    show: Annotated[
        str | None, typer.Option(metavar="ID[/GROUP]", help="Show one row in full, with its sum worked out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    facts: Annotated[
        bool, typer.Option("--facts", help="Search the printed facts and national figures too.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Work every formula out again and report problems.")
    ] = False,
) -> None:
    """List and search the numbers on which the model stands.

    Example: ibsim evidence review hours
    """
    from ibsim.evidence import load
    from ibsim.evidence.listing import render, search, to_json

    pack = load()
    if check:
        _check(pack.check(), len(pack.rows()))
    elif show is not None:
        row_id, _, group = show.partition("/")
        row = pack.row(row_id, group)
        print(to_json(pack, [row]) if as_json else render(pack, row))
    else:
        rows = search(pack, words or [], include_facts=facts)
        if as_json:
            print(to_json(pack, rows))
        elif rows:
            _table(rows)
        else:
            print(f"No row has all of these words: {' '.join(words or [])}", file=sys.stderr)


def _check(problems: list[str], n_rows: int) -> None:
    if problems:
        rule, remedy = "formulas give the values they explain, sources exist", "correct the rows"
        raise EvidenceError("the evidence", "\n          ".join(problems), rule, remedy)
    print(f"{n_rows} rows checked: every formula gives its value, every source exists.")


def _table(rows: list[Row]) -> None:
    """The rows as a table on a terminal, as tab-separated text elsewhere."""
    from ibsim.evidence.listing import HEADINGS, cells

    lines = [cells(row) for row in rows]
    if not sys.stdout.isatty():
        print("\n".join("\t".join(" ".join(cell.split()) for cell in line) for line in (HEADINGS, *lines)))
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*HEADINGS, box=SIMPLE_HEAD, pad_edge=False)
    for line in lines:
        table.add_row(*(Text(cell) for cell in line))
    Console(highlight=False).print(table)
