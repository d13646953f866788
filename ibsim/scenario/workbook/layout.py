"""What the writer and the reader of an input workbook agree on: sheets, headings, words."""

from __future__ import annotations

from dataclasses import dataclass

from ibsim.policy.lever import Settings
from ibsim.policy.market.settings import ListedProvider
from ibsim.policy.rollout import Wave
from ibsim.scenario.catalogue import Lever, catalogue, key_of
from ibsim.scenario.model import CalendarSettings, Levers

SCENARIO, LEVERS, DATED, WAVES, EVIDENCE = "Scenario", "Levers", "Dated changes", "Roll-out", "Evidence"
PROVIDERS = "Providers"
SHEETS = (SCENARIO, LEVERS, WAVES, PROVIDERS, DATED, EVIDENCE)
"""The sheets of an input workbook, in their order; further sheets are the planner's own and not read."""

LABEL, GROUP, OTHERWISE, YOURS, UNIT, ALLOWED, MEANING, ROW, STATUS, KEY, SOURCE = (
    "Lever", "Group", "If left empty", "Your value", "Unit", "Allowed", "What it is",
    "Evidence", "Status", "Key", "Source",
)  # fmt: skip
HEADINGS = (LABEL, GROUP, OTHERWISE, YOURS, UNIT, ALLOWED, MEANING, ROW, STATUS, KEY, SOURCE)
FROM, VALUE = "From", "Value"
DATED_HEADINGS = (KEY, GROUP, FROM, VALUE)
PARENTS = "as in the parent"


@dataclass(frozen=True)
class Listing:
    """A lever that is a list, with a sheet of its own: a row an item, a column a key of the item."""

    sheet: str
    path: tuple[str, ...]
    item: type[Settings]
    title: str
    none: str
    """what stands in the sheet Scenario for a list without items; an empty sheet means the parent's list"""
    label: str

    @property
    def key(self) -> str:
        """The lever's path with dots."""
        return ".".join(self.path)

    @property
    def keys(self) -> tuple[str, ...]:
        """An item's keys, which are the headings."""
        return tuple(key_of(*pair) for pair in self.item.model_fields.items())


LISTINGS = (
    Listing(
        WAVES,
        ("rollout", "waves"),
        Wave,
        "Roll-out: who is offered an individual budget, and when",
        "no wave at all",
        "No wave listed",
    ),
    Listing(
        PROVIDERS,
        ("market", "providers", "listed"),
        ListedProvider,
        "Providers: the council's own, where it knows them",
        "no provider of its own",
        "No provider listed",
    ),
)
WAVES_KEY, WAVE_KEYS = LISTINGS[0].key, LISTINGS[0].keys
NEEDED = {
    SCENARIO: (KEY, YOURS),
    LEVERS: (KEY, GROUP, YOURS),
    DATED: DATED_HEADINGS,
    **{listing.sheet: listing.keys for listing in LISTINGS},
    EVIDENCE: (KEY, YOURS),
}
"""The headings that the reader looks for; their columns may stand in any order."""

NOTHING = "(none)"
"""Stands for no value where a lever may have none, such as a date that never comes."""
TEXTS = ("extends", "name", "why")


def known_levers() -> dict[tuple[str, ...], Lever]:
    """Every lever of a scenario by its path, the calendar's among them."""
    calendar = {("calendar", *path): lever for path, lever in catalogue(CalendarSettings).items()}
    return calendar | {
        path: lever
        for path, lever in catalogue(Levers).items()
        if path not in {listing.path for listing in LISTINGS}
    }
