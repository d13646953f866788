"""`ibsim workbook`: a scenario from one form into the other, checked to mean the same."""

from __future__ import annotations

import os
from pathlib import Path

from ibsim.errors import RunError, ScenarioError
from ibsim.excel import write_new
from ibsim.scenario.caseload import moved
from ibsim.scenario.dated import spread
from ibsim.scenario.extends import Document, gather
from ibsim.scenario.model import Levers, ResolvedScenario
from ibsim.scenario.problems import quote, refuse
from ibsim.scenario.reading import SUFFIXES, WORKBOOK
from ibsim.scenario.resolve import load, without_own_levers
from ibsim.scenario.shipped import shipped_folder
from ibsim.scenario.tree import Node
from ibsim.scenario.workbook.rows import Own
from ibsim.scenario.workbook.writing import workbook_of
from ibsim.scenario.workbook.yaml_text import yaml_text


def convert(source: str | os.PathLike[str], out: Path) -> ResolvedScenario:
    """Write a scenario as a workbook or as YAML, by the name of `out`, and hand it back as it reads.

    The parent stays the parent: `extends` is rewritten where `out` lies elsewhere.  The file is read again
    and must have the same hash.  Raises `ScenarioError` for a source that is no scenario, and InputError
    for a target that exists, has another ending or cannot be written; then nothing is left.
    """
    if out.suffix.lower() not in (*SUFFIXES, WORKBOOK):
        rule = "a scenario is written as .xlsx or .yaml"
        refuse(
            f"--out {out}", f"a file named {quote(out.name)}", rule, f"call it {out.stem or 'scenario'}.xlsx"
        )
    scenario = load(source)
    documents = gather(source)
    root = _with_parent(spread(documents[0].root, Levers), documents, out)
    root = moved(root, documents[0].path, out)
    if out.suffix.lower() == WORKBOOK:
        content = workbook_of(Own(root, without_own_levers(documents)), scenario.name)
    else:
        content = yaml_text(root, documents[0].path.name).encode("utf-8")
    write_new(out, content)
    try:
        again = load(out)
    except ScenarioError:
        out.unlink()
        raise
    if again.hash != scenario.hash:
        out.unlink()
        raise RunError(f"{out} would not mean the same as {source}; this is a fault in ibsim.")
    return again


def _with_parent(root: Node, documents: list[Document], out: Path) -> Node:
    """The tree with its `extends` as a file at `out` has to say it."""
    if len(documents) == 1:
        return root
    parent = documents[1].path
    assert isinstance(root.value, dict)
    old = root.value["extends"]
    if shipped_folder() in parent.parents and not (out.parent / f"{parent.stem}.yaml").exists():
        name = parent.stem
    else:
        try:
            name = Path(os.path.relpath(parent, out.parent)).as_posix()
        except ValueError:
            rule = "a scenario and its parent lie on one drive"
            refuse(
                f"--out {out}", "another drive than the parent's", rule, "choose a place beside the parent"
            )
    return Node(root.value | {"extends": Node(name, old.mark)}, root.mark)
