"""A scenario that differs from its parent in a few levers, written from `path=value` texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ibsim.errors import ScenarioError
from ibsim.excel import write_new
from ibsim.scenario.model import Levers, ResolvedScenario
from ibsim.scenario.resolve import load
from ibsim.scenario.sets import apply_sets
from ibsim.scenario.tree import Mark, Node
from ibsim.scenario.workbook.yaml_text import yaml_text


def write_variant(out: Path, parent: str, name: str, why: str, sets: Sequence[str]) -> ResolvedScenario:
    """Write the scenario to a YAML file that does not exist yet, and hand it back as it reads.

    `parent` is what its `extends` says, as seen from the file; `sets` are as for `load`, but name no item of
    a list that only the parent has.  Raises `ScenarioError` for what breaks a rule; then no file is left.
    """
    mark = Mark(str(out.name), 0)
    texts = {"extends": parent, "name": name, "why": why}
    root = apply_sets(Node({key: Node(text, mark) for key, text in texts.items()}, mark), sets, Levers)
    write_new(out, yaml_text(root, parent).encode("utf-8"))
    try:
        return load(out)
    except ScenarioError:
        out.unlink()
        raise
