"""Parents: finding the files that a scenario extends, and merging them, oldest first."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ibsim.scenario.hints import nearest
from ibsim.scenario.problems import quote, refuse, show
from ibsim.scenario.reading import SUFFIXES, WORKBOOK, read_file
from ibsim.scenario.shipped import shipped_folder
from ibsim.scenario.tree import Node

MAX_PARENTS = 20
_RULE = "`extends` names a scenario file beside this one, or a scenario that comes with ibsim"


@dataclass(frozen=True, slots=True)
class Document:
    """One scenario file as it was read; `shown` is its name in messages."""

    path: Path
    shown: str
    root: Node


def gather(path: str | os.PathLike[str]) -> list[Document]:
    """Read a scenario and its parents, the scenario itself first.

    `path` is a file, with or without `.yaml`, or the name of a shipped scenario.  Raises `ScenarioError`
    for a file or parent that is missing, not allowed or unreadable, for a circle and for too long a line.
    """
    current = _start(Path(path))
    documents: list[Document] = []
    while True:
        documents.append(Document(current, shown_name(current), read_file(current, shown_name(current))))
        parent = _field(documents[-1].root, "extends")
        if parent is None:
            return documents
        current = _parent(parent, current)
        _refuse_circle(parent, current, documents)


def merge(documents: list[Node]) -> Node:
    """Merge trees, oldest first: mappings merge, everything else is replaced; places stay with the values."""
    merged = documents[0]
    for document in documents[1:]:
        merged = _over(merged, document)
    return merged


def shown_name(path: Path) -> str:
    """A file's name in messages: relative where it lies below the working folder."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def _over(old: Node, new: Node) -> Node:
    if not isinstance(old.value, dict) or not isinstance(new.value, dict):
        return new
    merged = dict(old.value)
    for key, node in new.value.items():
        merged[key] = _over(merged[key], node) if key in merged else node
    # A mapping that several files fill is placed where it was last added to.
    return Node(merged, new.mark)


def _field(root: Node, key: str) -> Node | None:
    return root.value.get(key) if isinstance(root.value, dict) else None


def _start(path: Path) -> Path:
    """The file that the user means: this path, the path with `.yaml`, or a shipped scenario."""
    if path.suffix.lower() in (*SUFFIXES, WORKBOOK) and os.path.exists(path):
        return path
    if not path.suffix and os.path.exists(Path(f"{path}.yaml")) and path.name:
        return Path(f"{path}.yaml")
    shipped = _shipped(str(path)) if len(path.parts) == 1 else None
    if shipped is not None:
        return shipped
    if os.path.exists(path) and not path.is_dir():
        rule = "a scenario is a .yaml or .yml file, or a workbook (.xlsx)"
        refuse(shown_name(path), f"a file named {quote(path.name)}", rule, "rename the file")
    refuse(
        shown_name(path),
        "a folder" if os.path.exists(path) else "no such file",
        "a scenario is a .yaml or .xlsx file, or the name of one that comes with ibsim",
        _suggest(path),
    )


def _parent(extends: Node, child: Path) -> Path:
    """The file that an `extends` of `child` names."""
    where = f"{extends.mark}, extends"
    name = extends.value
    if not isinstance(name, str) or not name.strip():
        refuse(
            where, show(extends.plain()), _RULE, "write the name of one file, like `extends: metropolitan`"
        )
    path = Path(name)
    if path.is_absolute() or "\\" in name or ":" in name or name.startswith("~"):
        remedy = "name it relative to this file, with forward slashes, like ../council.yaml"
        refuse(where, f"the path {quote(name)}", _RULE, remedy)
    if path.suffix.lower() not in (*SUFFIXES, WORKBOOK):
        path = Path(f"{name}.yaml")
    beside = Path(os.path.normpath(child.parent / path))
    shipped = _shipped(path.stem) if len(path.parts) == 1 else None
    # A council's own `metropolitan.yaml` may extend the shipped one of that name.
    itself = beside.absolute() == child.absolute() and shipped is not None and not _same(shipped, child)
    if os.path.exists(beside) and not itself:
        if beside.resolve().suffix.lower() not in (*SUFFIXES, WORKBOOK):
            refuse(where, f"a link {quote(name)} to another kind of file", _RULE, "name a .yaml file")
        return beside
    if shipped is not None:
        return shipped
    refuse(where, f"{quote(name)}, which does not exist", _RULE, _suggest(beside))


def _refuse_circle(extends: Node, parent: Path, documents: list[Document]) -> None:
    line = [document.shown for document in documents]
    if any(_same(parent, document.path) for document in documents):
        circle = " extends ".join([*line, shown_name(parent)][-6:])
        rule = "a scenario does not extend itself, directly or through its parents"
        refuse(f"{extends.mark}, extends", f"a circle: {circle}", rule, "take one `extends` out")
    if len(documents) > MAX_PARENTS:
        rule = f"a scenario has at most {MAX_PARENTS} parents in a line"
        refuse(
            f"{extends.mark}, extends", f"more than {MAX_PARENTS} parents", rule, "merge some of the files"
        )


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _shipped(name: str) -> Path | None:
    """The shipped scenario of this name, without folder; pilot sites too."""
    stem = name[: -len(Path(name).suffix)] if Path(name).suffix.lower() in SUFFIXES else name
    folder = shipped_folder()
    places = (folder / f"{stem}.yaml", folder / "pilot-sites" / f"{stem}.yaml")
    return next((path for path in places if os.path.exists(path)), None)


def shipped_names() -> tuple[str, ...]:
    """The names of all scenarios that come with ibsim, as `extends` and the commands take them."""
    folder = shipped_folder()
    return tuple(
        path.stem for path in [*sorted(folder.glob("*.yaml")), *sorted(folder.glob("pilot-sites/*.yaml"))]
    )


def _suggest(path: Path) -> str:
    """The nearest scenario that exists: beside the missing one, or shipped."""
    beside: list[str] = []
    with suppress(OSError, ValueError):
        beside = [file.name for file in path.parent.iterdir() if file.suffix.lower() in SUFFIXES]
    near = nearest(path.stem, [Path(name).stem for name in beside])
    if near:
        return f"did you mean {quote(next(name for name in beside if Path(name).stem == near))}?"
    names = shipped_names()
    near = nearest(path.stem, names)
    if near:
        return f"did you mean {quote(near)}, which comes with ibsim?"
    return f"check the name; ibsim brings {', '.join(names[:6])} and others" if names else "check the name"
