"""`--excel FILE`: the results of a command as a workbook as well."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ibsim.results.summary import RunResult
    from ibsim.results.workbook import Contents

ExcelFile = Annotated[
    Path | None,
    typer.Option(
        "--excel",
        metavar="FILE",
        help="Write an Excel workbook too; must not exist. Several scenarios: FILE-NAME.xlsx for each.",
    ),
]


def excel_targets(excel: Path | None, names: Sequence[str]) -> list[Path | None]:
    """The workbook of each scenario by its folder's name, checked before anything is run.

    One scenario, whose name is empty, has FILE itself.  Raises InputError for a file that is there or is
    not named as a workbook.
    """
    from ibsim.excel import refuse_target

    if excel is None:
        return [None for _ in names]
    targets = [excel.with_name(f"{excel.stem}-{name}{excel.suffix}") if name else excel for name in names]
    for target in targets:
        refuse_target(target, "--excel")
    return list(targets)


def write_run_workbook(target: Path, result: RunResult, folder: Path) -> None:
    """Write the workbook of a run whose result folder stands; what did not fit is told on stderr."""
    from ibsim.results.seal import unsealed
    from ibsim.results.workbook.run import run_contents

    manifest = unsealed((folder / "manifest.json").read_bytes())
    write_workbook(target, run_contents(result, manifest))


def write_study_workbook(target: Path, folder: Path, title: str, why: str, words: Iterable[str]) -> None:
    """Write the workbook of a result folder that is tables and a manifest; `words` are the answer's lines."""
    from ibsim.results.workbook.study import study_contents

    write_workbook(target, study_contents(folder, title, why, words))


def write_workbook(target: Path, contents: Contents) -> None:
    """Write a workbook to a file that does not exist yet; what did not fit into it is told on stderr."""
    from ibsim.excel import write_new
    from ibsim.results.workbook import workbook_bytes

    content, told = workbook_bytes(contents)
    write_new(target, content)
    for words in told:
        print(f"{target}: {words}", file=sys.stderr)
