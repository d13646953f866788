"""What varies in a sweep file: `levers:` by path and `uncertainties:` by evidence id, with their values."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NoReturn

from ibsim.errors import EvidenceError
from ibsim.evidence import Row
from ibsim.evidence import load as load_evidence
from ibsim.experiment.sweep.plan import MAX_POINTS, Cells, Dimension
from ibsim.experiment.varying import LEVER, UNCERTAINTY, Kind, is_whole
from ibsim.scenario.problems import quote, refuse, show
from ibsim.scenario.tree import Node
from ibsim.scenario.varied import Span, tidy, whole_row

MAX_DIMENSIONS = 200
RANGE = "range"
"""The word for a row's own range in the evidence."""
_LEVER_RULE = "a lever has a list of values, or {from, to} with `steps` in a grid"
_EVIDENCE_RULE = f"an uncertainty has `{RANGE}` (its own), a list of values, or {{from, to}}"


def levers(node: Node | None, grid: bool) -> Iterator[Dimension]:
    """The levers of a sweep, in the order of the file."""
    for path, below in _entries(node, "levers", "a lever's path and its values").items():
        where = f"{below.mark}, levers.{path}"
        if path.partition(".")[0] == "calendar":
            rule = "all points of a sweep have the same years"
            refuse(where, quote(path), rule, "change the calendar with --set or in the scenario")
        if path.partition(".")[0] in ("evidence", "extends", "name", "why"):
            remedy = "put evidence under `uncertainties`, as `id` or `id/GROUP`"
            refuse(where, quote(path), "levers are what the council decides", remedy)
        yield _dimension(path, LEVER, (path,), below, where, grid, is_whole(path))


def uncertainties(node: Node | None, grid: bool) -> Iterator[Dimension]:
    """The uncertainties of a sweep, in the order of the file; a bare list of ids takes their ranges."""
    if node is not None and isinstance(node.value, list):
        node = Node({str(item.value): Node(RANGE, item.mark) for item in node.value}, node.mark)
    taken: dict[str, str] = {}
    for key, below in _entries(node, "uncertainties", "an evidence id and its values").items():
        where = f"{below.mark}, uncertainties.{key}"
        rows = _rows(key, where)
        whole = whole_row(rows[0])
        columns = tuple(row.key for row in rows)
        for column in columns:
            if column in taken:
                refuse(where, f"{column}, which {taken[column]} moves too", "a row moves once", "keep one")
            taken[column] = key
        if below.value == RANGE or _only_steps(below):
            yield _over_range(key, rows, below, where, grid)
        else:
            yield _dimension(key, UNCERTAINTY, columns, below, where, grid, whole)


def _entries(node: Node | None, key: str, what: str) -> dict[str, Node]:
    if node is None:
        return {}
    if not isinstance(node.value, dict):
        rule = f"{key} is a mapping of {what}"
        refuse(f"{node.mark}, {key}", show(node.plain()), rule, "indent them below it")
    if len(node.value) > MAX_DIMENSIONS:
        rule = f"a sweep has at most {MAX_DIMENSIONS} {key}"
        refuse(f"{node.mark}, {key}", f"{len(node.value)} {key}", rule, "let `ibsim sensitivity` choose")
    return node.value


def _rows(key: str, where: str) -> tuple[Row, ...]:
    """The rows of an evidence id, all that it has, or the one of `id/GROUP`."""
    pack = load_evidence()
    id, _, group = key.partition("/")
    try:
        pack.refuse_unknown(id, group, where)
        found = (pack.row(id, group),) if group else tuple(pack.table[id].values())
    except EvidenceError as error:
        refuse(where, error.found, error.rule, error.remedy)
    for row in found:
        if isinstance(row.value, str):
            refuse(where, f"the choice {row.value!r}", "an uncertainty is a number", "vary the lever instead")
    return found


def _dimension(
    name: str, kind: Kind, columns: tuple[str, ...], node: Node, where: str, grid: bool, whole: bool
) -> Dimension:
    """A dimension with listed values or {from, to}; every column gets the same value."""
    rule = _LEVER_RULE if kind == LEVER else _EVIDENCE_RULE
    if isinstance(node.value, list):
        return Dimension(name, kind, columns, _listed(node, len(columns), kind, where), where=where)
    if not isinstance(node.value, dict) or not {"from", "to"} <= set(node.value) <= {"from", "to", "steps"}:
        remedy = "write for instance [4, 8, 12], or {from: 4, to: 12, steps: 3}"
        refuse(where, show(node.plain()), rule, remedy)
    low, high = _number(node.value["from"], where, "from"), _number(node.value["to"], where, "to")
    if high <= low:
        refuse(where, f"from {show(low)} to {show(high)}", "`to` is above `from`", "swap or change them")
    if whole and not (isinstance(low, int) and isinstance(high, int)):
        refuse(where, f"from {show(low)} to {show(high)}", "this lever takes whole numbers", "round them")
    span = Span(low, high, whole)
    if "steps" not in node.value:
        if grid:
            _needs_steps(where, node)
        return Dimension(name, kind, columns, spans=(span,) * len(columns), where=where)
    steps = _steps(node.value["steps"], where)
    places = [number / (steps - 1) for number in range(steps)]
    values = list(dict.fromkeys(span.at(place) for place in places))
    return Dimension(name, kind, columns, tuple((value,) * len(columns) for value in values), where=where)


def _over_range(key: str, rows: tuple[Row, ...], node: Node, where: str, grid: bool) -> Dimension:
    """An uncertainty over its own range: in a grid low, in use and high, or evenly in `steps`."""
    spans = tuple(_range_of(row, where) for row in rows)
    columns = tuple(row.key for row in rows)
    if isinstance(node.value, dict):
        steps = _steps(node.value["steps"], where)
        places = [number / (steps - 1) for number in range(steps)]
        cells: list[Cells] = [tuple(span.at(place) for span in spans) for place in places]
    elif grid:
        in_use = tuple(tidy(row.value) for row in rows if isinstance(row.value, float))
        cells = [tuple(span.at(0) for span in spans), in_use, tuple(span.at(1) for span in spans)]
    else:
        return Dimension(key, UNCERTAINTY, columns, spans=spans, rows=rows, where=where)
    return Dimension(key, UNCERTAINTY, columns, tuple(dict.fromkeys(cells)), where=where)


def _range_of(row: Row, where: str) -> Span:
    if row.low is None or row.high is None:
        rule = f"`{RANGE}` needs a range in the evidence"
        refuse(where, f"{row.key} = {row.printed}, without a range", rule, "give {from: ..., to: ...}")
    return Span(row.low, row.high, whole_row(row))


def _only_steps(node: Node) -> bool:
    return isinstance(node.value, dict) and set(node.value) == {"steps"}


def _listed(node: Node, columns: int, kind: Kind, where: str) -> tuple[Cells, ...]:
    assert isinstance(node.value, list)
    if not node.value:
        refuse(where, "an empty list", "at least one value is listed", "write one, or take the line out")
    values = []
    for item in node.value:
        value = item.value
        if isinstance(value, (dict, list)) or value is None:
            refuse(where, show(item.plain()), "each value is one number, word or date", "write one value")
        if kind == UNCERTAINTY and (isinstance(value, bool) or not isinstance(value, (int, float))):
            refuse(where, show(item.plain()), "an uncertainty is a number", "write one number")
        values.append(value)
    for one, other in pairwise(sorted(map(repr, values))):
        if one == other:
            refuse(where, f"{one} twice", "each value is listed once", "take one of the two out")
    return tuple((value,) * columns for value in values)


def _number(node: Node, where: str, key: str) -> int | float:
    value = node.value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        refuse(f"{where}.{key}", show(node.plain()), "a range runs between two numbers", "write a number")
    return value


def _steps(node: Node, where: str) -> int:
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int) or not 2 <= value <= MAX_POINTS:
        rule = f"steps is a whole number from 2 to {MAX_POINTS:,}: how many values, both ends among them"
        refuse(f"{where}.steps", show(node.plain()), rule, "write one")
    return value


def _needs_steps(where: str, node: Node) -> NoReturn:
    remedy = "write {from: ..., to: ..., steps: 5}, or choose `design: latin_hypercube`"
    refuse(where, show(node.plain()), "a grid needs the number of steps of a range", remedy)
