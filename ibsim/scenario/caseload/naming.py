"""Which file a scenario names as its caseload: beside the scenario file that says so."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ibsim.caseload import Caseload
from ibsim.scenario.caseload.reading import SUFFIXES, read_caseload
from ibsim.scenario.extends import Document, shown_name
from ibsim.scenario.model import CalendarSettings
from ibsim.scenario.problems import Problem, quote
from ibsim.scenario.tree import Node
from ibsim.scenario.validate import Broken

KEY = ("population", "caseload_file")
REPLACED = ("population", "clients_at_start")
_RULE = "caseload_file names a .csv or .xlsx file beside the scenario"


def caseload_of(root: Node, documents: Sequence[Document], calendar: CalendarSettings) -> Caseload | None:
    """The caseload that a merged tree names; None where it names none.

    The path is meant from the file that says it, on the command line from the working folder.  Raises
    `Broken` or `ScenarioError` for a file that cannot be used, and for a warm-up: a run from a real caseload
    starts from it, and nothing may come before.
    """
    node = _at(root)
    if node is None or not isinstance(node.value, str):
        return None
    _refuse_both(root)
    where = f"{node.mark}, {'.'.join(KEY)}"
    name = Path(node.value)
    if name.is_absolute() or "\\" in node.value or ":" in node.value or node.value.startswith("~"):
        remedy = "name it relative to this file, with forward slashes, like data/caseload.csv"
        raise Broken([Problem(where, f"the path {quote(node.value)}", _RULE, remedy)])
    if name.suffix.lower() not in SUFFIXES:
        raise Broken([Problem(where, f"the path {quote(node.value)}", _RULE, "save the caseload as one")])
    if calendar.warm_up_years:
        rule = "a run from the council's own caseload starts from it, without a warm-up"
        found = f"a caseload, and a warm-up of {calendar.warm_up_years} years"
        raise Broken([Problem(where, found, rule, "write `calendar: {warm_up_years: 0}`")])
    path = Path(os.path.normpath(_folder(node, documents) / name))
    if not os.path.exists(path):
        raise Broken([Problem(where, f"{quote(node.value)}, which does not exist", _RULE, "check the name")])
    return read_caseload(path, shown_name(path), calendar.start)


def moved(root: Node, source: Path, out: Path) -> Node:
    """The tree of the file `source` with its caseload named as a file at `out` has to."""
    node = _at(root)
    if node is None or not isinstance(node.value, str) or not isinstance(root.value, dict):
        return root
    name = Path(os.path.relpath(source.parent / node.value, out.parent)).as_posix()
    section = root.value[KEY[0]]
    assert isinstance(section.value, dict)
    changed = Node(section.value | {KEY[1]: Node(name, node.mark)}, section.mark)
    return Node(root.value | {KEY[0]: changed}, root.mark)


def _refuse_both(root: Node) -> None:
    """A parent's number of clients is replaced; one of the command line or of a study would do nothing."""
    stock = _at(root, REPLACED)
    parts = stock.value.values() if stock is not None and isinstance(stock.value, dict) else ()
    for part in parts:
        if part.mark.file.startswith("--set"):
            rule = "the people of caseload_file take the place of clients_at_start"
            remedy = "leave it out, or set population.caseload_file=null"
            raise Broken([Problem(str(part.mark), "clients_at_start beside a caseload", rule, remedy)])


def _at(root: Node, path: tuple[str, ...] = KEY) -> Node | None:
    node: Node | None = root
    for step in path:
        node = node.value.get(step) if node is not None and isinstance(node.value, dict) else None
    return node


def _folder(node: Node, documents: Sequence[Document]) -> Path:
    """The folder of the youngest file that says it; of a `--set` the working folder."""
    for document in documents:
        said = _at(document.root)
        if said is not None:
            return document.path.parent if said.mark == node.mark else Path()
    return Path()
