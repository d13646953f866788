"""What some changes make of a scenario: what differs from it, or which rule they break."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboard.whatif.change import MOST_CHANGES, Change, texts
from dashboard.whatif.parent import Parent
from ibsim.errors import InputError
from ibsim.scenario import ResolvedScenario, load
from ibsim.scenario.diff import Difference, diff
from ibsim.scenario.variant import write_variant
from ibsim.scenario.workbook import convert

MOST_NAME, MOST_WHY = 200, 1_000
UNNAMED = "What if"
NO_REASON = "A what-if from the dashboard."


@dataclass(frozen=True)
class Checked:
    """The scenario that changes make, and what differs from its parent; or the rule that they break."""

    scenario: ResolvedScenario | None
    differences: tuple[Difference, ...] = ()
    problem: InputError | None = None


def check(parent: Parent, changes: Sequence[Change]) -> Checked:
    """Resolve the changes on their parent."""
    try:
        if len(changes) > MOST_CHANGES:
            rule = f"a what-if changes at most {MOST_CHANGES} levers"
            raise InputError("What if", f"{len(changes)} changes", rule, "write a scenario file for more")
        scenario = load(parent.id, texts(changes))
    except InputError as problem:
        return Checked(None, problem=problem)
    return Checked(scenario, tuple(diff(parent.scenario, scenario)))


def write(folder: Path, parent: Parent, changes: Sequence[Change], name: str, why: str) -> Path:
    """Write the scenario into a folder as YAML; InputError for what breaks a rule."""
    path = folder / "scenario.yaml"
    write_variant(
        path,
        parent.id,
        shortened(name, UNNAMED, MOST_NAME),
        shortened(why, NO_REASON, MOST_WHY),
        texts(changes),
    )
    return path


def download(parent: Parent, changes: Sequence[Change], name: str, why: str, suffix: str) -> bytes:
    """The scenario as the bytes of a YAML file (`.yaml`) or of a workbook to fill in (`.xlsx`)."""
    with tempfile.TemporaryDirectory(prefix="ibsim-") as folder:
        path = write(Path(folder), parent, changes, name, why)
        if suffix == ".xlsx":
            path = Path(folder) / "scenario.xlsx"
            convert(Path(folder) / "scenario.yaml", path)
        return path.read_bytes()


def shortened(text: object, otherwise: str, most: int) -> str:
    """A text on one line, no longer than `most`; `otherwise` where there is none."""
    plain = " ".join(str(text or "").split())
    printable = "".join(letter for letter in plain if letter.isprintable())
    return printable[:most] or otherwise
