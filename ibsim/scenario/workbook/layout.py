"""What the writer and the reader of an input workbook agree on: sheets, headings, words."""

from __future__ import annotations

from ibsim.policy.rollout import Wave
from ibsim.scenario.catalogue import Lever, catalogue, key_of
from ibsim.scenario.model import CalendarSettings, Levers

SCENARIO, LEVERS, DATED, WAVES, EVIDENCE = "Scenario", "Levers", "Dated changes", "Roll-out", "Evidence"
SHEETS = (SCENARIO, LEVERS, WAVES, DATED, EVIDENCE)
"""The sheets of an input workbook, in their order; further sheets are the planner's own and not read."""

LABEL, GROUP, OTHERWISE, YOURS, UNIT, ALLOWED, MEANING, ROW, STATUS, KEY, SOURCE = (
    "Lever", "Group", "If left empty", "Your value", "Unit", "Allowed", "What it is",
    "Evidence", "Status", "Key", "Source",
)  # fmt: skip
HEADINGS = (LABEL, GROUP, OTHERWISE, YOURS, UNIT, ALLOWED, MEANING, ROW, STATUS, KEY, SOURCE)
FROM, VALUE = "From", "Value"
DATED_HEADINGS = (KEY, GROUP, FROM, VALUE)
WAVE_KEYS = tuple(key_of(*pair) for pair in Wave.model_fields.items())
NEEDED = {
    SCENARIO: (KEY, YOURS),
    LEVERS: (KEY, GROUP, YOURS),
    DATED: DATED_HEADINGS,
    WAVES: WAVE_KEYS,
    EVIDENCE: (KEY, YOURS),
}
"""The headings that the reader looks for; their columns may stand in any order."""

NOTHING = "(none)"
"""Stands for no value where a lever may have none, such as a date that never comes."""
WAVES_KEY = "rollout.waves"
PROVIDERS_KEY = "market.providers.listed"
NO_WAVES, PARENTS_WAVES = "no wave at all", "as in the parent"
"""What a roll-out sheet without a wave means."""
TEXTS = ("extends", "name", "why")


def known_levers() -> dict[tuple[str, ...], Lever]:
    """Every lever of a scenario by its path, the calendar's among them."""
    calendar = {("calendar", *path): lever for path, lever in catalogue(CalendarSettings).items()}
    return calendar | {
        path: lever
        for path, lever in catalogue(Levers).items()
        if ".".join(path) not in (WAVES_KEY, PROVIDERS_KEY)
    }
