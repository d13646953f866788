"""`ibsim run`: scenarios in, one result folder each out."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ibsim.commands.progress import progress

if TYPE_CHECKING:
    from ibsim.results.summary import RunResult
    from ibsim.scenario import ResolvedScenario

Scenarios = Annotated[
    list[str], typer.Argument(help="Scenario files, or names of scenarios that come with ibsim.")
]
Sets = Annotated[
    list[str], typer.Option("--set", metavar="PATH=VALUE", help="Set a lever, last of all; may be repeated.")
]
MAX_REPLICATIONS = 100_000
MAX_SEED = 2**63 - 1
DEFAULT_REPLICATIONS = 20
COMPILING = "Compiling the engine, once for this version: about a minute"


def run(
    scenarios: Scenarios,
    replications: Annotated[
        int,
        typer.Option(min=1, max=MAX_REPLICATIONS, help="How often each scenario is run, with other dice."),
    ] = DEFAULT_REPLICATIONS,
    seed: Annotated[
        int, typer.Option(min=0, max=MAX_SEED, help="The same seed gives the same dice in every scenario.")
    ] = 1,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the results; must not exist. Several scenarios: one in it each."),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Worker processes; all cores if left out. No result depends on it."),
    ] = None,
    sets: Sets = [],  # noqa: B006  # typer reads it as the default and never changes it
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON in place of the summary.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
    people: Annotated[
        bool, typer.Option("--people", help="Keep people.parquet, one row a person, of replication 1.")
    ] = False,
    events: Annotated[
        bool, typer.Option("--events", help="Keep events.parquet, one row an event, of replication 1.")
    ] = False,
) -> None:
    """Run scenarios and write a result folder for each.

    Example: ibsim run metropolitan-pilot --replications 20 --seed 1 --out results/pilot
    """
    from ibsim.experiment.executors import available_cores, local_executor, sigterm_interrupts
    from ibsim.experiment.runs import run_scenario
    from ibsim.replication import Keep
    from ibsim.results.store import claim, write_run
    from ibsim.scenario import load

    resolved = [load(scenario, sets) for scenario in scenarios]
    workers = min(jobs or available_cores(), replications)
    keep = Keep(people=people, events=events)
    with (
        sigterm_interrupts(),
        claim(out or fresh_folder(resolved)) as place,
        compiled_engine(quiet),
        local_executor(workers) as executor,
    ):
        for scenario, name in zip(resolved, folder_names(resolved), strict=True):
            with progress(scenario.name, replications, quiet) as step:
                result = run_scenario(
                    scenario, seed, replications,
                    executor=executor, jobs=workers, keep=keep, on_done=step,
                )  # fmt: skip
            where = place.publish(lambda folder: write_run(folder, result), name)  # noqa: B023  # called at once
            tell(result, where, as_json, quiet)


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
    """The first of results/<scenario>-1, -2, ... that is not there and that nobody writes."""
    stem = scenarios[0].path.stem if len(scenarios) == 1 else "run"
    number = 1
    while any(
        (Path("results") / f"{form}").exists() for form in (f"{stem}-{number}", f".{stem}-{number}.lock")
    ):
        number += 1
    return Path("results") / f"{stem}-{number}"


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


def tell(result: RunResult, where: Path, as_json: bool, quiet: bool) -> None:
    """Print the summary, or the essentials as one line of JSON a scenario."""
    if as_json:
        import json

        from ibsim.results.manifest import plain

        print(json.dumps(plain(essentials(result, where)), ensure_ascii=False, allow_nan=False))
    elif not quiet:
        from rich.console import Console

        from ibsim.results.terminal import PLAIN_WIDTH, show

        console = Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH, highlight=False)
        show(result, where, console)


def essentials(result: RunResult, where: Path) -> dict[str, Any]:
    """What a program needs to know of a run: where it is, what it was, its headline metrics by year."""
    import json

    from ibsim.results.terminal import SECTIONS

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
    }
