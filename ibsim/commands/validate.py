"""`ibsim validate`: the thirteen pilot sites and England's average council beside what was printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ibsim.commands.options import DEFAULT_REPLICATIONS, Jobs, NoCache, Quiet, Scheduler, Seed
from ibsim.commands.progress import progress
from ibsim.commands.study import print_json, print_words, study

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from ibsim.evidence import Evidence
    from ibsim.experiment.bank import Bank
    from ibsim.scenario.model import ResolvedScenario
    from ibsim.validation.rows import Row

ENGLAND = "metropolitan"
"""The average council."""
ENGLAND_YEARS = 2
"""2006-07 and 2007-08, the years of the returns."""
MOST = 1_000


def validate(
    replications: Annotated[
        int, typer.Option(min=2, max=MOST, help="How often each site is run, with other dice.")
    ] = DEFAULT_REPLICATIONS,
    seed: Seed = 1,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; must not exist.")] = None,
    jobs: Jobs = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON in place of the tables.")] = False,
    quiet: Quiet = False,
    no_cache: NoCache = False,
    scheduler: Scheduler = "",
) -> None:
    """Set the model beside the evaluation's tables and the national returns, figure by figure.

    Runs the thirteen pilot sites in trial mode, pooled as the report's sample was, and England's average
    council. Each figure has its 99 percent interval (the report's sample and the model's own error), and
    whether the model was fitted to it or predicts it. Writes validation.csv.

    Example: ibsim validate --out results/validation
    """
    from ibsim.validation.telling import tables, tree, words

    councils = _councils()
    evidence = councils[-1].evidence
    label, total = "Pilot sites and England", len(councils) * replications
    with (
        progress(label, total, quiet) as step,
        study(
            "validation", out, partial(_rows, councils, replications, seed, step),
            jobs=jobs, scheduler=scheduler, no_cache=no_cache, quiet=quiet,
        ) as (place, rows),
    ):  # fmt: skip
        where = place.publish(lambda folder: _write(folder, rows, councils, seed, replications))
    if as_json:
        print_json({"results": str(where), "replications": replications} | tree(rows, evidence))
    elif not quiet:
        print("\n".join(tables(rows, evidence)))
        print_words(["", *words(rows), f"Results: {where}"])


def _councils() -> list[ResolvedScenario]:
    """The thirteen sites, then the average council."""
    from ibsim.scenario import load
    from ibsim.scenario.shipped import shipped_folder

    sites = sorted((shipped_folder() / "pilot-sites").glob("site-*.yaml"))
    return [*(load(path) for path in sites), load(ENGLAND, [f"calendar.years={ENGLAND_YEARS}"])]


def _rows(
    councils: list[ResolvedScenario], replications: int, seed: int, step: Callable[[int], None],
    *, executor: Executor | None, jobs: int, bank: Bank | None,
) -> list[Row]:  # fmt: skip
    """Run what is not stored, and set it beside the tables."""
    from ibsim.experiment.replicate import Task
    from ibsim.experiment.runs import carry_out
    from ibsim.policy.finance import visits_weekly
    from ibsim.validation.whole import Round, Setting
    from ibsim.validation.whole import validate as compare

    tasks = [Task(council, seed, number) for number in range(1, replications + 1) for council in councils]
    done = {}
    for place, found in carry_out(tasks, executor=executor, jobs=jobs, bank=bank):
        done[place] = found
        step(tasks[place].number)
    each = len(councils)
    rounds = []
    for first in range(0, len(tasks), each):
        *sites, england = (done[place] for place in range(first, first + each))
        rounds.append(Round(tuple(sites), england))
    england_ = councils[-1]
    visits = visits_weekly(councils[0].levers.finance)
    return compare(rounds, Setting(england_.calendar, visits, england_.evidence))


def _write(
    folder: Path, rows: list[Row], councils: list[ResolvedScenario], seed: int, replications: int
) -> None:
    """Write `validation.csv` and `manifest.json` into a folder that exists."""
    from ibsim.results.manifest import digest, file_sums
    from ibsim.results.seal import write_manifest
    from ibsim.validation.telling import validation_csv, words

    evidence: Evidence = councils[-1].evidence
    (folder / "validation.csv").write_bytes(validation_csv(rows, evidence).encode())
    files = file_sums(folder)
    told: Iterator[str] = words(rows)
    manifest = {
        "format": 1,
        "name": "Validation",
        "scenarios": [{"name": council.name, "hash": council.hash} for council in councils],
        "evidence": {"digest": evidence.digest},
        "uncertainty": "point",
        "seed": seed,
        "replications": replications,
        "figures": len(rows),
        "inside": sum(row.inside for row in rows),
        "words": [line.strip() for line in told],
        "digest": digest(files),
        "files": files,
    }
    write_manifest(folder, manifest)
