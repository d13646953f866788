"""Mutants: the sources with one thing changed, by Cosmic Ray's operators, drawn with a seed.

Left out are changes that plain Python cannot feel: types of arguments and results, decorators (those
of Numba, which compiles nothing here), and what comes out as the same program.
"""

from __future__ import annotations

import ast
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

UNFELT = ("core/RemoveDecorator",)
"""Operators whose changes only Numba's compiler would feel."""
NOT_PLAIN = ("ibsim/engine/reference.py",)
"""Files that do nothing where Numba compiles nothing."""

COMPILERS = ("compiled", "entry", "njit")


@dataclass(frozen=True)
class Mutant:
    """One change: the file, its line, what the line said and says, and the whole changed source."""

    path: str
    line: int
    was: str
    becomes: str
    source: str

    @property
    def first(self) -> int:
        """The line on which the changed statement begins."""
        around = [
            node.lineno
            for node in ast.walk(ast.parse(self.source))
            if isinstance(node, ast.stmt) and node.lineno <= self.line <= (node.end_lineno or node.lineno)
        ]
        return max(around, default=self.line)

    @property
    def is_compiled(self) -> bool:
        """Whether the change is in a compiled verb, or in what verbs may read on import.

        A file's functions without decorator, its classes and what they hold are Python's alone.
        """
        for node in ast.parse(self.source).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and self.line <= (node.end_lineno or 0):
                first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
                if first <= self.line:
                    return any(ast.unparse(one).startswith(COMPILERS) for one in node.decorator_list)
        return True

    @property
    def name(self) -> tuple[str, str, str]:
        """What stays the same when other lines of the file change."""
        return self.path, self.was, self.becomes


def draw(root: Path, folders: Iterable[str], seed: int) -> Iterator[Mutant]:
    """Mutants of the Python files in these folders without end of repetition: each place at most once.

    A place is a token or an expression; of the changes possible there one is drawn.  So an addition,
    which can become ten other things, is not ten times as likely as a number.
    """
    dice = random.Random(seed)
    files = sorted(file for folder in folders for file in (root / folder).rglob("*.py"))
    names = [file.relative_to(root).as_posix() for file in files]
    places = [place for name in names if name not in NOT_PLAIN for place in _places(root, name)]
    dice.shuffle(places)
    for name, changes in places:
        mutant = _mutant(root, name, *dice.choice(changes))
        if mutant is not None:
            yield mutant


def _places(root: Path, name: str) -> list[tuple[str, list[tuple[str, int]]]]:
    """Where a file can be changed, and there by which operator's which occurrence."""
    nodes = list(ast_nodes(get_ast((root / name).read_text(encoding="utf-8"))))
    comparisons = [node for node in nodes if node.type == "comparison"]
    found: dict[tuple[int, int], list[tuple[str, int]]] = defaultdict(list)
    spots: dict[str, list[tuple[int, int]]] = {}
    for operator in operator_names():
        of = get_operator(operator)
        if of.arguments() or operator in UNFELT:
            continue
        # an operator of arithmetic stands where it stands, whatever it is to become
        kind = operator.rpartition("_")[0] if "BinaryOperator" in operator else operator
        if kind not in spots:
            among = comparisons if "ComparisonOperator" in operator else nodes
            spots[kind] = [start for node in among for start, _ in of().mutation_positions(node)]
        for occurrence, start in enumerate(spots[kind]):
            found[start].append((operator, occurrence))
    return [(name, changes) for _, changes in sorted(found.items())]


def _mutant(root: Path, name: str, operator: str, occurrence: int) -> Mutant | None:
    """The changed file; None if it means the same or nothing."""
    before = (root / name).read_text(encoding="utf-8")
    after = mutate_code(before, get_operator(operator)(), occurrence)
    if after is None or _meaning(after) in ("", _meaning(before)):
        return None
    lines = list(unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))[2:]
    line = int(lines[0].split()[1].lstrip("-").split(",")[0])
    was = " ".join(line[1:].strip() for line in lines[1:] if line.startswith("-"))
    becomes = " ".join(line[1:].strip() for line in lines[1:] if line.startswith("+"))
    return Mutant(name, line, was, becomes, after)


def _meaning(source: str) -> str:
    """The program without the types of arguments and results; nothing if it is no program."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.test = ast.Constant(False)
    return ast.dump(tree)
