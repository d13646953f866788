"""Asking for a what-if: its scenario written, its run queued, and its parent's beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dashboard.data.run import Run
from dashboard.runs.job import CANCELLED, COMPARE, FAILED, RUN, Job, Status
from dashboard.runs.manager import Runs
from dashboard.whatif.change import Change, texts
from dashboard.whatif.checking import MOST_NAME, UNNAMED, check, shortened, write
from dashboard.whatif.parent import Parent, names
from ibsim.errors import InputError
from ibsim.scenario import load
from ibsim.scenario.workbook.layout import WAVE_KEYS, WAVES_KEY

MOST = 500
"""A what-if has at most so many replications; `ibsim run` does more."""


@dataclass(frozen=True)
class Order:
    """What is asked for."""

    parent: Parent
    changes: Sequence[Change]
    name: Any
    why: Any
    replications: int
    seed: int


def whole(value: Any) -> int:
    """A whole number from a form; InputError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int):
        rule = "replications and seed are whole numbers"
        raise InputError("What if", "no whole number", rule, "write one")
    return value


def submit(runs: Runs, order: Order, *, with_parent: bool) -> str:
    """Queue the run, and after it that of its parent unless one is there; the run's id.

    Raises InputError if the changes break a rule, or the queue is full.
    """
    if not 1 <= order.replications <= MOST or not 0 <= order.seed <= 2**31:
        rule = f"a what-if has 1 to {MOST} replications and a seed that is not negative"
        raise InputError(
            "What if", f"{order.replications} replications, seed {order.seed}", rule, "choose others"
        )
    checked = check(order.parent, order.changes)
    if checked.problem is not None:
        raise checked.problem
    job = Job(
        "", RUN, shortened(order.name, UNNAMED, MOST_NAME), ("scenario.yaml",), order.replications,
        order.seed, asked_at="", parent=order.parent.id, changes=tuple(texts(order.changes)),
    )  # fmt: skip

    def prepare(folder: Path) -> None:
        write(folder, order.parent, order.changes, str(order.name or ""), str(order.why or ""))

    id = runs.submit(job, prepare)
    wanted = with_parent and set(_calendar(job)) != set(job.changes)
    if wanted and not any(_is_parents(status, job) for status in runs.look(fresh=True)):
        _submit_parent(runs, order, job)
    return id


def _submit_parent(runs: Runs, order: Order, job: Job) -> None:
    """Queue the run of the parent over the what-if's own years."""
    name, changes = order.parent.scenario.name, [Change.parse(text) for text in _calendar(job)]

    def prepare(folder: Path) -> None:
        write(folder, order.parent, changes, name, order.parent.scenario.why)

    scenarios = ("scenario.yaml",) if changes else (order.parent.id,)
    asked = replace(job, name=name, scenarios=scenarios, changes=_calendar(job))
    runs.submit(asked, prepare if changes else lambda folder: None)


def _calendar(job: Job) -> tuple[str, ...]:
    """What a what-if changes of the calendar, which its parent's run has to share."""
    return tuple(text for text in job.changes if text.startswith("calendar."))


def baseline_of(status: Status, found: Iterable[Status]) -> Status | None:
    """The run of a what-if's parent as it is, with the same dice, if there is one."""
    return next((one for one in found if one is not status and _is_parents(one, status.job)), None)


def submit_comparison(runs: Runs, scenarios: Sequence[str], name: str, replications: int, seed: int) -> str:
    """Queue a comparison of scenarios, with the same dice in each; its id."""
    job = Job("", COMPARE, shortened(name, "Comparison", MOST_NAME), tuple(scenarios), replications, seed, "")
    return runs.submit(job)


def source_of(runs: Runs, run: Run) -> str:
    """The scenario of a result as `ibsim compare` takes it, seen from a job's folder; empty if there is none.

    It is a scenario that comes with ibsim and has not changed since, or the file of a what-if.
    """
    beside = run.path.resolve().parent
    if beside.parent == runs.folder.resolve() and (beside / "scenario.yaml").is_file():
        return f"../{beside.name}/scenario.yaml"
    path = (run.manifest.get("scenario") or {}).get("path")
    stem = Path(str(path)).stem
    return stem if stem in names() and load(stem).hash == run.scenario_hash else ""


def waves_of(parent: Parent, text: str) -> list[dict[str, Any]]:
    """The waves that a link asks for; the parent's where they break a rule."""
    try:
        found = load(parent.id, [f"{WAVES_KEY}={text}"]).levers.rollout.waves
    except InputError:
        return parent.waves
    dumped = (wave.model_dump(mode="json", by_alias=True, exclude_unset=True) for wave in found)
    return [{key: wave[key] for key in WAVE_KEYS if wave.get(key) is not None} for wave in dumped]


def _is_parents(status: Status, job: Job) -> bool:
    """Whether a job is a run of another's parent as it is, which was not in vain."""
    one = status.job
    same = (one.parent, one.replications, one.seed) == (job.parent, job.replications, job.seed)
    return same and one.changes == _calendar(job) and status.state not in (FAILED, CANCELLED)
