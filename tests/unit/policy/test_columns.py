"""A column has one owner: the room that declares it alone writes it, in Python and in compiled verbs."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

import ibsim
from ibsim.engine.world import CORE

ROOT = Path(ibsim.__file__).parent
OWNERS = {
    "engine/verbs.py": {name for name, _ in CORE},
    "engine/world.py": {name for name, _ in CORE},
    **{f"pathway/{file.name}": set() for file in (ROOT / "pathway").glob("*.py")},
    **{
        name: set()
        for name in ("council.py", "institutions.py", "marketplace.py", "replication.py", "treasury.py")
    },
}
for file in sorted((ROOT / "policy").rglob("*.py")):
    name = file.relative_to(ROOT).as_posix()
    of_folder = f"{Path(name).parent.as_posix()}/room.py"
    room = of_folder if (ROOT / of_folder).exists() else name
    module = import_module("ibsim." + room.removesuffix(".py").replace("/", "."))
    OWNERS[name] = {column for column, _ in getattr(module, "COLUMNS", ())}


def _is_people(node: ast.expr, aliases: set[str]) -> bool:
    """`w.people`, `world.people`, or a name that stands for it."""
    if isinstance(node, ast.Attribute):
        return node.attr in ("people", "_people")
    return isinstance(node, ast.Name) and node.id in aliases


def _written(tree: ast.AST) -> set[str]:
    """The columns that a file assigns to: `people["x"]`, `w.people[p].x`, or `.x` of a row held by name."""
    tables, rows, out = {"people"}, set[str](), set[str]()
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=ast.Subscript(value=table)) if _is_people(table, tables):
                rows |= {target.id for target in targets if isinstance(target, ast.Name)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign | ast.AugAssign):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in [part for whole in targets for part in getattr(whole, "elts", [whole])]:
            inner = target.value if isinstance(target, ast.Subscript) else target
            for part in (target, inner):
                match part:
                    case ast.Subscript(value=table, slice=ast.Constant(value=column)):
                        out |= {str(column)} if _is_people(table, tables) else set()
            if isinstance(target, ast.Attribute):
                row = target.value
                by_place = isinstance(row, ast.Subscript) and _is_people(row.value, tables)
                if by_place or (isinstance(row, ast.Name) and row.id in rows):
                    out.add(target.attr)
    return out


@pytest.mark.parametrize("name", sorted(OWNERS))
def test_only_the_owner_writes_a_column(name: str) -> None:
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    assert _written(tree) <= OWNERS[name]


def test_the_test_sees_what_is_written() -> None:
    assert _written(ast.parse("w.people[p].arm = 1\nperson = w.people[p]\nperson.stage += 1")) == {
        "arm",
        "stage",
    }
    assert _written(ast.parse('people["age"] = 3\nworld.people["sex"][rows] = 1')) == {"age", "sex"}
