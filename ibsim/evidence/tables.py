"""The evidence tables that the model reads whole: diary, aspects, stages, sites, councils, statistics.

Always the shipped tables; each is read once a process and must not be changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ibsim.errors import EvidenceError
from ibsim.evidence.csvfile import read_table
from ibsim.evidence.facts import DATA, read_statistics
from ibsim.evidence.rows import parse_number

_HOURS = ("hours_some_ib", "pct_some_ib", "hours_no_ib", "pct_no_ib", "p_value")
_DIARY = ("task_number", "task", "activity_type", *_HOURS, "aspects")
_ASPECTS = ("aspect", "label", "task_numbers", *_HOURS, "note")
_STAGES = (
    "stage", "who_does_it", "time_low_hours", "time_mode_hours", "time_high_hours", "delay_low_days",
    "delay_high_days", "conventional_equivalent", "conventional_hours_low", "conventional_hours_high",
    "source_place", "note",
)  # fmt: skip
_SITES = (
    "site", "structure", "high_bme", "deprived", "csci_stars", "facs_threshold", "prior_direct_payments",
    "in_control_ticks", "user_groups", "funding_streams", "rollout_strategy_planned", "rollout_actual",
    "note",
)  # fmt: skip
_KINDS = (
    "kind", "councils", "scenario", "clients_share_percent", "largest_to_smallest", "localities", "status",
    "source", "reasoning",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DiaryTask:
    """Hours a week that a care co-ordinator gave to one task (Tables 12.1 to 12.3).

    `hours_some_ib` is of co-ordinators with individual budget cases, `hours_no_ib` of those without.
    `activity_type` is direct-user, direct-carer, related-services or organisational.
    """

    task_number: int
    task: str
    activity_type: str
    hours_some_ib: float
    hours_no_ib: float
    aspects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DiaryAspect:
    """A grouping of diary tasks (Table 12.4), hours a week; groupings overlap."""

    aspect: str
    label: str
    task_numbers: tuple[int, ...]
    hours_some_ib: float
    hours_no_ib: float
    note: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the pathway: staff hours a case and elapsed days, None where nothing is printed."""

    stage: str
    who_does_it: str
    time_low_hours: float | None
    time_mode_hours: float | None
    time_high_hours: float | None
    delay_low_days: float | None
    delay_high_days: float | None
    conventional_equivalent: str
    conventional_hours_low: float | None
    conventional_hours_high: float | None
    source_place: str
    note: str


@dataclass(frozen=True, slots=True)
class Site:
    """A pilot site (Tables 2.1 to 2.4); `prior_direct_payments` is L, M or H."""

    site: int
    structure: str
    high_bme: bool
    deprived: bool
    csci_stars: int
    facs_threshold: str
    prior_direct_payments: str
    in_control_ticks: int
    user_groups: tuple[str, ...]
    funding_streams: tuple[str, ...]
    rollout_strategy_planned: str
    rollout_actual: str
    note: str


@dataclass(frozen=True, slots=True)
class CouncilKind:
    """A kind of council: how many England had, the scenario that says how one works, and their sizes.

    `clients_share_percent` is the kind's share of England's clients before its mix of groups is applied;
    its largest council has `largest_to_smallest` times the clients of its smallest.
    """

    kind: str
    councils: int
    scenario: str
    clients_share_percent: float
    largest_to_smallest: float
    localities: int
    status: str
    source: str
    reasoning: str


@cache
def diary() -> tuple[DiaryTask, ...]:
    """The tabulated tasks of the diary, in the order of diary.csv."""
    return tuple(
        DiaryTask(
            task_number=int(cells["task_number"]),
            task=cells["task"],
            activity_type=cells["activity_type"],
            hours_some_ib=float(cells["hours_some_ib"]),
            hours_no_ib=float(cells["hours_no_ib"]),
            aspects=_parts(cells["aspects"]),
        )
        for _, cells in read_table(DATA / "diary.csv", _DIARY)
    )


@cache
def aspects() -> tuple[DiaryAspect, ...]:
    """The groupings of Table 12.4, in the order of diary_aspects.csv."""
    return tuple(
        DiaryAspect(
            aspect=cells["aspect"],
            label=cells["label"],
            task_numbers=tuple(int(number) for number in _parts(cells["task_numbers"])),
            hours_some_ib=float(cells["hours_some_ib"]),
            hours_no_ib=float(cells["hours_no_ib"]),
            note=cells["note"],
        )
        for _, cells in read_table(DATA / "diary_aspects.csv", _ASPECTS)
    )


@cache
def stages() -> tuple[Stage, ...]:
    """The steps of the pathway, in the order of stages.csv."""
    return tuple(
        Stage(
            stage=cells["stage"],
            who_does_it=cells["who_does_it"],
            time_low_hours=parse_number(cells["time_low_hours"]),
            time_mode_hours=parse_number(cells["time_mode_hours"]),
            time_high_hours=parse_number(cells["time_high_hours"]),
            delay_low_days=parse_number(cells["delay_low_days"]),
            delay_high_days=parse_number(cells["delay_high_days"]),
            conventional_equivalent=cells["conventional_equivalent"],
            conventional_hours_low=parse_number(cells["conventional_hours_low"]),
            conventional_hours_high=parse_number(cells["conventional_hours_high"]),
            source_place=cells["source_place"],
            note=cells["note"],
        )
        for _, cells in read_table(DATA / "stages.csv", _STAGES)
    )


@cache
def sites() -> tuple[Site, ...]:
    """The thirteen pilot sites, in their order."""
    return tuple(
        Site(
            site=int(cells["site"]),
            structure=cells["structure"],
            high_bme=cells["high_bme"] == "yes",
            deprived=cells["deprived"] == "yes",
            csci_stars=int(cells["csci_stars"]),
            facs_threshold=cells["facs_threshold"],
            prior_direct_payments=cells["prior_direct_payments"],
            in_control_ticks=int(cells["in_control_ticks"]),
            user_groups=_parts(cells["user_groups"]),
            funding_streams=_parts(cells["funding_streams"]),
            rollout_strategy_planned=cells["rollout_strategy_planned"],
            rollout_actual=cells["rollout_actual"],
            note=cells["note"],
        )
        for _, cells in read_table(DATA / "sites.csv", _SITES)
    )


@cache
def council_kinds() -> tuple[CouncilKind, ...]:
    """The kinds of council that England had between 2006 and 2008; all of their sizes are assumed."""
    return tuple(
        CouncilKind(
            kind=cells["kind"],
            councils=int(cells["councils"]),
            scenario=cells["scenario"],
            clients_share_percent=float(cells["clients_share_percent"]),
            largest_to_smallest=float(cells["largest_to_smallest"]),
            localities=int(cells["localities"]),
            status=cells["status"],
            source=cells["source"],
            reasoning=cells["reasoning"],
        )
        for _, cells in read_table(DATA / "council_kinds.csv", _KINDS)
    )


def statistics(measure_id: str, year: str) -> float:
    """One figure of a national return for England, in its own unit; EvidenceError if there is none."""
    figures = read_statistics((DATA,))
    figure = figures.get(f"{measure_id}|{year}")
    if figure is None:
        years = [other.year for other in figures.values() if other.measure_id == measure_id]
        rule = f"its years are {', '.join(years)}" if years else "a measure of public_statistics.csv"
        where = f"national statistic {measure_id!r}"
        raise EvidenceError(where, f"no figure for {year}", rule, "`ibsim evidence` lists them")
    return figure.value


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())
