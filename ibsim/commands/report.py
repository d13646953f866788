"""`ibsim report`: results as one page of HTML, and as a PDF."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ibsim.commands.options import Quiet
from ibsim.commands.study import print_json
from ibsim.errors import InputError

if TYPE_CHECKING:
    from ibsim.results.reading import StoredFolder, StoredRun
    from ibsim.results.report import Contents, TargetRow

DOUBT = 0.05
"""How often a target that is said to be met, or not met, may be the other."""


def report(
    results: Annotated[
        list[Path],
        typer.Argument(
            help="Result folders of `ibsim run` or `compare`; other runs are set against the first."
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="FILE.html", help="The page; must not exist.")],
    pdf: Annotated[
        Path | None, typer.Option(metavar="FILE.pdf", help="The page on paper too; needs Chromium or Chrome.")
    ] = None,
    targets: Annotated[
        list[str],
        typer.Option("--target", metavar="METRIC>=N", help="What is wanted of a metric; may be repeated."),
    ] = [],  # noqa: B006  # typer reads it as the default and never changes it
    sensitivity: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Result folder of `ibsim sensitivity`: what drives it."),
    ] = None,
    validation: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Folder or table of `ibsim validate`: the validation log."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON in place of words.")] = False,
    quiet: Quiet = False,
) -> None:
    """Write results as a report: answer, figures, charts, what drives it, assumptions, checklists.

    One HTML file that needs no network, for a director and for an auditor; with --pdf on paper as well.

    Example: ibsim report results/pilot --out pilot.html --pdf pilot.pdf
    --target "review_compliance_percent>=50"
    """
    from ibsim.excel import write_new
    from ibsim.results.report import report_html
    from ibsim.results.report.printing import browser, pdf_bytes

    _refuse(out, "--out", (".html", ".htm"))
    if pdf is not None:
        _refuse(pdf, "--pdf", (".pdf",))
    command = browser() if pdf is not None else ""
    page = report_html(_contents(results, targets, sensitivity, validation))
    printed = pdf_bytes(page, command) if pdf is not None else b""
    write_new(out, page.encode("utf-8"))
    if pdf is not None:
        write_new(pdf, printed)
    if as_json:
        print_json({"report": str(out), "pdf": None if pdf is None else str(pdf)})
    elif not quiet:
        print(f"Report: {out}" + ("" if pdf is None else f"\nOn paper: {pdf}"))


def _refuse(path: Path, option: str, suffixes: Sequence[str]) -> None:
    """Raise InputError unless a file of this kind may be written there."""
    where = f"{option} {path}"
    if path.suffix.lower() not in suffixes:
        remedy = f"call it {path.stem or 'report'}{suffixes[0]}"
        raise InputError(where, f"a file named {path.name!r}", f"its name ends in {suffixes[0]}", remedy)
    if os.path.lexists(path):
        remedy = f"name another {option}, or move it away"
        raise InputError(where, "it is there already", "files are never written over", remedy)


def _contents(
    results: Sequence[Path], targets: Sequence[str], sensitivity: Path | None, validation: Path | None
) -> Contents:
    """Read all that the report is made of, before anything is written."""
    from ibsim.results.reading import StoredRun, read_folder
    from ibsim.results.report import Contents
    from ibsim.results.report.validation import read_validation

    found = list(_read(results))
    runs = tuple(folder for folder in found if isinstance(folder, StoredRun))
    if not runs:
        rule = "a report is about at least one run"
        remedy = "name the folder of a run before that of the comparison"
        raise InputError(str(results[0]), "no run among the results", rule, remedy)
    if validation is not None and os.path.isdir(validation):
        validation = read_folder(validation).path / "validation.csv"
    return Contents(
        runs,
        comparisons=tuple(folder for folder in found if not isinstance(folder, StoredRun)),
        sensitivity=None if sensitivity is None else _study(sensitivity),
        validation=() if validation is None else read_validation(validation),
        validation_file="" if validation is None else validation.name,
        targets=[row for run in runs for row in _found(run, targets, runs)],
    )


def _read(results: Sequence[Path]) -> Iterator[StoredFolder]:
    """The results that were named, and those in the folders that were; each once."""
    from ibsim.results.reading import read_folder, read_run, run_folders

    for place in dict.fromkeys(folder for path in results for folder in run_folders(path)):
        folder = read_folder(place)
        if folder.kind == "run":
            yield read_run(place)
        elif folder.kind == "comparison":
            yield folder
        else:
            rule = "a report is made of runs and comparisons; --sensitivity takes a sensitivity study"
            raise InputError(str(place), f"the folder of a {folder.kind}", rule, "leave it out")


def _study(path: Path) -> StoredFolder:
    from ibsim.results.reading import read_folder

    folder = read_folder(path)
    if folder.kind != "sensitivity":
        rule = "--sensitivity takes a result folder of `ibsim sensitivity`"
        raise InputError(str(path), f"the folder of a {folder.kind}", rule, "name another folder")
    return folder


def _found(run: StoredRun, targets: Sequence[str], runs: Sequence[StoredRun]) -> Iterator[TargetRow]:
    """What a run says of each target."""
    import numpy as np

    from ibsim.experiment.outputs import short_label
    from ibsim.experiment.seek.targets import find, parse_target
    from ibsim.results.report import TargetRow
    from ibsim.results.terminal import with_interval

    for text in targets:
        target = parse_target(text, run.summary.years)
        output = target.output
        if output is None or output.group != "all":
            rule = "a report's target is about all groups together: a folder keeps no other replications"
            raise InputError(f"--target {text}", "a target for one group", rule, "leave the group out")
        nobody = np.full(run.replications, np.nan)
        values = run.each.get((output.metric, output.arm, output.year), nobody)
        finding = find(target, values, DOUBT)
        cell = run.summary.cell(output.metric, arm=output.arm, year=output.year)
        said = f"in {finding.value:.0f} percent" if target.percent is not None else with_interval(cell)
        place = next(n for n, other in enumerate(runs) if other is run)
        name = "run" if place == 0 else f"run-{place + 1}"
        yield TargetRow(name, f"{short_label(target.name)} {output.about.unit}", said, finding.verdict)
