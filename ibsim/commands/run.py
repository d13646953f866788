"""`ibsim run`: scenarios in, one result folder each out."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ibsim.commands.excel import ExcelFile, excel_targets, write_run_workbook
from ibsim.commands.options import (
    DEFAULT_REPLICATIONS,
    Jobs,
    Most,
    NoCache,
    Precise,
    Precision,
    ProgressFile,
    Quiet,
    Replications,
    Scenarios,
    Scheduler,
    Seed,
    Sets,
    how_often,
)
from ibsim.commands.progress import progress

if TYPE_CHECKING:
    from ibsim.results.store import Claim
    from ibsim.results.summary import RunResult
    from ibsim.scenario import ResolvedScenario

COMPILING = "Compiling the engine, once for this version: about a minute"


def run(
    scenarios: Scenarios,
    replications: Replications = DEFAULT_REPLICATIONS,
    seed: Seed = 1,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the results; must not exist. Several scenarios: one in it each."),
    ] = None,
    jobs: Jobs = None,
    sets: Sets = [],  # noqa: B006  # typer reads it as the default and never changes it
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON in place of the summary.")] = False,
    quiet: Quiet = False,
    people: Annotated[
        bool, typer.Option("--people", help="Keep people.parquet, one row a person, of replication 1.")
    ] = False,
    events: Annotated[
        bool, typer.Option("--events", help="Keep events.parquet, one row an event, of replication 1.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a run to --out that was stopped or killed.")
    ] = False,
    scheduler: Scheduler = "",
    precision: Precision = 5.0,
    precise: Precise = [],  # noqa: B006  # as above
    most: Most = 200,
    verdict: Annotated[
        bool,
        typer.Option(help="Say whether the roll-out is cost-neutral, against the same council without one."),
    ] = True,
    no_cache: NoCache = False,
    excel: ExcelFile = None,
    progress_file: ProgressFile = None,
) -> None:
    """Run scenarios and write a result folder for each.

    Example: ibsim run metropolitan-pilot --replications 20 --seed 1 --out results/pilot
    """
    from ibsim.experiment.bank import Bank, shared_bank
    from ibsim.experiment.executors import available_cores, opened, sigterm_interrupts
    from ibsim.experiment.pairs import Pairing, extra_runs, with_verdict
    from ibsim.experiment.progress_file import kept_progress
    from ibsim.experiment.runs import run_scenario
    from ibsim.replication import Keep
    from ibsim.results.store import claim, write_run
    from ibsim.scenario import load

    resolved = [load(scenario, sets) for scenario in scenarios]
    often = how_often(replications, precision, precise, most)
    at_most = replications or most
    folder = out or (resumable_folder(resolved) if resume else fresh_folder(resolved))
    keep = Keep(people=people, events=events)
    names = folder_names(resolved)
    books = excel_targets(excel, names)
    twins = shared_bank() if verdict and not no_cache else None
    runs = {one.hash: 1 + (extra_runs(one) if verdict else 0) for one in resolved}
    with (
        sigterm_interrupts(),
        kept_progress(progress_file, replications * sum(runs[one.hash] for one in resolved)) as told,
        claim(folder, plan(resolved, seed), resume=resume) as place,
        kept_when_stopped(place),
        compiled_engine(quiet),
        opened(min(jobs or available_cores(), at_most), scheduler) as (executor, workers),
    ):
        tell_of_leftovers(place, resume, quiet)
        for scenario, name, book in zip(resolved, names, books, strict=True):
            if is_there(place.target(name), scenario, seed, replications, verdict):
                if not quiet:
                    without = f"; {book} is not written" if book else ""
                    print(f"{place.target(name)} is complete already{without}.", file=sys.stderr)
                continue
            told.begin(scenario)
            with progress(scenario.name, at_most * runs[scenario.hash], quiet) as step:
                bank = Bank(place.parts)
                result = run_scenario(
                    scenario, seed, often, executor=executor, jobs=workers,
                    bank=bank, keep=keep, on_done=step, seen=told.seen,
                )  # fmt: skip
                if verdict:
                    pairing = Pairing(executor, workers, bank, twins, told.stepping(step))
                    result = with_verdict(result, pairing)
            where = place.publish(lambda folder: write_run(folder, result), name)  # noqa: B023  # called at once
            told.published(where)
            if book is not None:
                write_run_workbook(book, result, where)
            tell(result, where, as_json, quiet, book)


def plan(scenarios: Sequence[ResolvedScenario], seed: int) -> dict[str, Any]:
    """What must be the same when a run is resumed, in the words in which a refusal names it."""
    from ibsim.experiment.bank import model_digest

    return {
        "the scenarios": [scenario.hash for scenario in scenarios],
        "the seed": seed,
        "the version of ibsim": model_digest(),
    }


def is_there(target: Path, scenario: ResolvedScenario, seed: int, replications: int, verdict: bool) -> bool:
    """Whether a run that is resumed had this result finished; refused if it is another one."""
    from ibsim.results.store import is_complete
    from ibsim.scenario.variants import Pair, has_rollout

    wanted: dict[str, Any] = {"scenario.hash": scenario.hash, "seed": seed}
    if replications:
        wanted["replications"] = replications
    if verdict and has_rollout(scenario):
        wanted["verdict.scenario_hash"] = Pair.of(scenario).scenario.hash
    return is_complete(target, wanted)


@contextmanager
def kept_when_stopped(place: Claim) -> Iterator[None]:
    """Have an error say what is kept of the run, and how it goes on."""
    try:
        yield
    except BaseException as error:
        kept = sum(path.is_file() for path in place.parts.rglob("*"))
        if kept:
            error.add_note(
                f"{kept} finished replication{'s are' if kept > 1 else ' is'} kept; to go on, give the same "
                f"command with --out {place.path} --resume"
            )
        raise


def tell_of_leftovers(place: Claim, resume: bool, quiet: bool) -> None:
    """Say what an earlier run left, and what becomes of it."""
    if quiet:
        return
    if place.cleared:
        told = (
            f"{place.cleared} replications of a run that was stopped are cleared away (--resume keeps them)."
        )
    elif resume:
        told = (
            f"Going on with {place.kept} finished replications."
            if place.kept
            else "Nothing is kept to go on with; beginning anew."
        )
    else:
        return
    print(told, file=sys.stderr, flush=True)


@contextmanager
def compiled_engine(quiet: bool) -> Iterator[None]:
    """Have the engine compiled within: by this process, once, before several would each compile it."""
    from ibsim.experiment.warming import compile_engine, is_compiled

    if not is_compiled():
        if not quiet:
            print(COMPILING, file=sys.stderr, flush=True)
        compile_engine()
    yield


def fresh_folder(scenarios: Sequence[ResolvedScenario]) -> Path:
    """A folder of results/ that is named after a single scenario, and otherwise `run`."""
    return first_free(_stem(scenarios))


def first_free(stem: str) -> Path:
    """The first of results/<stem>-1, -2, ... that is not there, is not written and was not stopped."""
    from ibsim.results.store import hidden

    for number in count(1):
        path = Path("results") / f"{stem}-{number}"
        if not any(place.exists() for place in (path, hidden(path, "lock"), hidden(path, "part"))):
            break
    return path


def resumable_folder(scenarios: Sequence[ResolvedScenario]) -> Path:
    """The last of results/<scenario>-1, -2, ... that was stopped on the way; a fresh one if none was."""
    stem = _stem(scenarios)
    numbers = [name.name[len(stem) + 2 : -len(".part")] for name in Path("results").glob(f".{stem}-*.part")]
    stopped = [int(number) for number in numbers if number.isdecimal()]
    return Path("results") / f"{stem}-{max(stopped)}" if stopped else fresh_folder(scenarios)


def _stem(scenarios: Sequence[ResolvedScenario]) -> str:
    return scenarios[0].path.stem if len(scenarios) == 1 else "run"


def folder_names(scenarios: Sequence[ResolvedScenario]) -> list[str]:
    """A folder name for each of several scenarios, from its file's name; empty for a single one."""
    if len(scenarios) == 1:
        return [""]
    names: list[str] = []
    for scenario in scenarios:
        stem, number = scenario.path.stem, 1
        name = stem
        while name in names:
            number += 1
            name = f"{stem}-{number}"
        names.append(name)
    return names


def tell(result: RunResult, where: Path, as_json: bool, quiet: bool, book: Path | None = None) -> None:
    """Print the summary, or the essentials as one line of JSON a scenario."""
    if as_json:
        import json

        from ibsim.results.manifest import plain

        told = essentials(result, where) | ({"excel": book} if book is not None else {})
        print(json.dumps(plain(told), ensure_ascii=False, allow_nan=False))
    elif not quiet:
        from rich.console import Console

        from ibsim.results.terminal import PLAIN_WIDTH, show

        console = Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH, highlight=False)
        show(result, where, console)
        if book is not None:
            print(f"Workbook: {book}")


def essentials(result: RunResult, where: Path) -> dict[str, Any]:
    """What a program needs to know of a run: where it is, what it was, its headline metrics by year."""
    import json

    from ibsim.results.terminal import SECTIONS
    from ibsim.results.verdict import verdict_of
    from ibsim.results.verdict_words import sentence

    manifest = json.loads((where / "manifest.json").read_text(encoding="utf-8"))
    summary = result.summary
    metrics = {}
    for name in dict.fromkeys(line.metric for _, lines in SECTIONS for line in lines):
        cells = {year: summary.cell(name, year=year) for year in summary.years}
        metrics[name] = {year: vars(cell) for year, cell in cells.items() if cell.counts}
    keys = ("name", "seed", "replications", "years", "digest", "queues")
    return {
        "results": str(where),
        **{key: manifest[key] for key in keys},
        "scenario_hash": result.scenario.hash,
        "metrics": metrics,
        **({"verdict": found.tree(sentence(found))} if (found := verdict_of(result)) else {}),
    }
