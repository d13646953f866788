"""What a what-if starts from: a scenario that comes with ibsim, each lever with words and present value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ibsim.errors import InputError
from ibsim.scenario import ResolvedScenario, load
from ibsim.scenario.extends import gather
from ibsim.scenario.reading import read_file
from ibsim.scenario.shipped import shipped_folder
from ibsim.scenario.workbook.layout import WAVE_KEYS
from ibsim.scenario.workbook.rows import Own, Row, lever_rows, scenario_rows

FIRST = "metropolitan"
"""What is started from where nothing is chosen."""
UNTOUCHABLE = ("population.caseload_file",)
"""Levers that name a file on the machine: nobody sets them from a browser."""
CALENDAR = ("calendar.years", "calendar.warm_up_years")
"""Of the calendar, what may be changed here."""


@dataclass(frozen=True, eq=False)
class Parent:
    """A scenario to start from; `rows` has its levers by their path (with the group for one of several)."""

    id: str
    scenario: ResolvedScenario
    rows: dict[str, Row]

    @property
    def waves(self) -> list[dict[str, object]]:
        """The waves of its roll-out as a scenario file says them."""
        found = self.scenario.levers.rollout.waves
        dumped = (wave.model_dump(mode="json", by_alias=True, exclude_none=True) for wave in found)
        return [{key: wave[key] for key in WAVE_KEYS if key in wave} for wave in dumped]


@cache
def names() -> dict[str, str]:
    """The scenarios that come with ibsim: their names in words by the name to start them with."""
    folder = shipped_folder()
    paths = [*sorted(folder.glob("*.yaml")), *sorted(folder.glob("pilot-sites/*.yaml"))]
    return {path.stem: str(read_file(path, path.name).plain()["name"]) for path in paths}


def parent(id: str) -> Parent:
    """The scenario of this name; InputError if none comes with ibsim under it."""
    if id not in names():
        rule = "a what-if starts from a scenario that comes with ibsim"
        raise InputError("What if", "no such scenario", rule, "choose one from the list")
    return _read(id)


@cache
def _read(id: str) -> Parent:
    scenario = load(id)
    own = Own(gather(id)[0].root, scenario)
    rows = {}
    for row in [*scenario_rows(own), *lever_rows(own)]:
        changeable = not row.key.startswith("calendar.") or row.key in CALENDAR
        if (
            "." in row.key
            and changeable
            and row.key not in UNTOUCHABLE
            and not row.key.startswith("rollout.waves")
        ):
            rows[name_of(row)] = row
    return Parent(id, scenario, rows)


def name_of(row: Row) -> str:
    """The path of a row's lever, with the group for one of several."""
    return f"{row.key}.{row.group}" if row.group else row.key


def title_of(row: Row) -> str:
    """The lever in words: its section, its label, its group."""
    section = row.key.partition(".")[0].replace("_", " ")
    return f"{section.capitalize()}: {row.label}{f' ({row.group})' if row.group else ''}"
