"""An input workbook as the tree of a scenario: each value placed at its sheet and cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ibsim.excel import cell_name
from ibsim.policy.rollout import Wave
from ibsim.scenario.catalogue import Lever, catalogue
from ibsim.scenario.hints import nearest
from ibsim.scenario.problems import quote, refuse
from ibsim.scenario.tree import Mark, Node
from ibsim.scenario.workbook.cells import node_of, text_of
from ibsim.scenario.workbook.guard import Found, Grid, read_grids
from ibsim.scenario.workbook.layout import (
    DATED,
    EVIDENCE,
    FROM,
    GROUP,
    KEY,
    LEVERS,
    LISTINGS,
    NEEDED,
    PARENTS,
    SCENARIO,
    TEXTS,
    VALUE,
    YOURS,
    Listing,
    known_levers,
)

HEADING_ROWS = 20
"""Headings stand in the first rows of a sheet."""


def read_workbook(content: bytes, shown: str) -> Node:
    """The tree of the scenario that a workbook's bytes hold; `shown` names the file in messages.

    Raises `ScenarioError` for a file that cannot be read safely, lacks a sheet or heading, or holds a
    value that no scenario can; the message names sheet and cell.
    """
    return _Reader(read_grids(content, shown), shown).root()


@dataclass(frozen=True)
class _Sheet:
    """A sheet with its headings found: their row, and the column of each."""

    grid: Grid
    heading: int
    columns: dict[str, int]
    shown: str

    def mark(self, row: int, heading: str) -> Mark:
        return Mark(f"{self.shown}, {self.grid.name}!{cell_name(row, self.columns[heading])}", 0)

    def cell(self, row: int, heading: str) -> Found | None:
        """What a cell holds; a formula of which the file keeps no result is refused."""
        place = (row, self.columns[heading])
        found = self.grid.cells.get(place)
        if found is None and place in self.grid.formulas:
            rule = "a formula stands with its last result, which the file does not have"
            remedy = "open the file in Excel or LibreOffice, let it calculate and save it; or write the value"
            refuse(self.mark(row, heading), "a formula without a result", rule, remedy)
        return found

    def rows(self) -> Iterator[int]:
        """The rows below the headings in which one of the known columns holds something."""
        columns = set(self.columns.values())
        places = {*self.grid.cells, *self.grid.formulas}
        yield from sorted({row for row, column in places if row > self.heading and column in columns})

    def text(self, row: int, heading: str) -> str:
        found = self.cell(row, heading)
        return text_of(found, self.mark(row, heading)) if found is not None else ""


class _Reader:
    """Builds the tree sheet by sheet; every lever may be set once."""

    def __init__(self, grids: dict[str, Grid], shown: str) -> None:
        self.shown = shown
        self.sheets = {name: _found(grid, shown) for name, grid in grids.items()}
        self.levers = known_levers()
        self.tree = Node({}, Mark(shown, 0))
        self.placed: dict[tuple[str, ...], Mark] = {}
        self.within: dict[tuple[str, ...], Mark] = {}

    def root(self) -> Node:
        self._values(self.sheets[SCENARIO])
        self._values(self.sheets[LEVERS])
        self._dated(self.sheets[DATED])
        for listing in LISTINGS:
            self._items(self.sheets[listing.sheet], listing)
        self._evidence(self.sheets[EVIDENCE])
        return self.tree

    def _values(self, sheet: _Sheet) -> None:
        for row in sheet.rows():
            if (found := sheet.cell(row, YOURS)) is None:
                continue
            mark = sheet.mark(row, YOURS)
            key = self._key(sheet, row)
            group = sheet.text(row, GROUP) if GROUP in sheet.columns else ""
            listed = [listing for listing in LISTINGS if listing.key == key]
            if listed:
                self._none(listed[0], text_of(found, mark), mark)
                continue
            path = tuple(key.split("."))
            lever = None if key in TEXTS else self._lever(path, sheet.mark(row, KEY))
            self._put((*path, group) if group else path, node_of(found, mark, lever))

    def _dated(self, sheet: _Sheet) -> None:
        """Rows of lever, group, day and value; those of one lever and group are its series."""
        series: dict[tuple[str, ...], list[Node]] = {}
        for row in sheet.rows():
            key, group = self._key(sheet, row), sheet.text(row, GROUP)
            path = tuple(key.split("."))
            lever = self._lever(path, sheet.mark(row, KEY))
            since, value = sheet.cell(row, FROM), sheet.cell(row, VALUE)
            for heading, found in ((FROM, since), (VALUE, value)):
                if found is None:
                    rule = "a dated change has its first day and its value"
                    refuse(sheet.mark(row, heading), "an empty cell", rule, "fill it, or clear the row")
            assert since is not None and value is not None
            start = sheet.mark(row, FROM)
            entry = {
                "from": node_of(since, start, catalogue(Wave)[("from",)]),
                "value": node_of(value, sheet.mark(row, VALUE), lever),
            }
            series.setdefault((*path, group) if group else path, []).append(Node(entry, start))
        for path, entries in series.items():
            self._put(path, Node(list(entries), entries[0].mark))

    def _items(self, sheet: _Sheet, listing: Listing) -> None:
        items: list[Node] = []
        known = catalogue(listing.item)
        for row in sheet.rows():
            entries = {
                key: node_of(found, sheet.mark(row, key), known[(key,)])
                for key in listing.keys
                if (found := sheet.cell(row, key)) is not None
            }
            items.append(Node(entries, Mark(f"{self.shown}, {sheet.grid.name}!{cell_name(row, 0)}", 0)))
        if items:
            self._put(listing.path, Node(list(items), items[0].mark))

    def _none(self, listing: Listing, text: str, mark: Mark) -> None:
        if text == listing.none:
            self._put(listing.path, Node([], mark))
        elif text != PARENTS:
            rule = f"one of {PARENTS}, {listing.none}"
            refuse(mark, quote(text), rule, "choose one of the two, or clear the cell")

    def _evidence(self, sheet: _Sheet) -> None:
        for row in sheet.rows():
            if (found := sheet.cell(row, YOURS)) is not None:
                self._put(("evidence", self._key(sheet, row)), node_of(found, sheet.mark(row, YOURS), None))

    def _key(self, sheet: _Sheet, row: int) -> str:
        key = sheet.text(row, KEY)
        if not key:
            rule = f"the column {KEY} says which lever a row sets"
            refuse(sheet.mark(row, KEY), "an empty cell beside a value", rule, "fill it, or clear the row")
        return key

    def _lever(self, path: tuple[str, ...], mark: Mark) -> Lever:
        lever = self.levers.get(path)
        if lever is None:
            near = nearest(".".join(path), [".".join(known) for known in self.levers])
            remedy = f"did you mean {quote(near)}?" if near else "the keys stand in the sheet Levers"
            refuse(mark, f"the unknown key {quote('.'.join(path))}", "a key is that of a lever", remedy)
        return lever

    def _put(self, path: tuple[str, ...], node: Node) -> None:
        """Set a value in the tree; a lever that another cell has set, whole or by group, is refused."""
        above = [path[:length] for length in range(1, len(path))]
        mark = self.placed.get(path) or self.within.get(path)
        mark = mark or next((self.placed[short] for short in above if short in self.placed), None)
        if mark is not None:
            rule = "a lever is set in one place of the workbook"
            found = f"a lever that {str(mark).partition(', ')[2]} sets too"
            refuse(node.mark, found, rule, "clear one of them")
        self.placed[path] = node.mark
        for short in above:
            self.within.setdefault(short, node.mark)
        entries = self.tree.value
        for step in path[:-1]:
            assert isinstance(entries, dict)
            entries = entries.setdefault(step, Node({}, node.mark)).value
        assert isinstance(entries, dict)
        entries[path[-1]] = node


def _found(grid: Grid, shown: str) -> _Sheet:
    """The sheet with its headings, looked for in the first rows."""
    needed = NEEDED[grid.name]
    for row in range(HEADING_ROWS):
        words: dict[str, int] = {}
        for (at, column), found in sorted(grid.cells.items()):
            if at == row and isinstance(found.value, str):
                words.setdefault(found.value.strip(), column)
        if all(heading in words for heading in needed):
            kept = {heading: words[heading] for heading in (*needed, GROUP) if heading in words}
            return _Sheet(grid, row, kept, shown)
    rule = f"this sheet has a row of headings with {', '.join(needed)}"
    remedy = "give the headings their words back, or write the workbook anew with `ibsim workbook`"
    refuse(f"{shown}, {grid.name}", "no such row", rule, remedy)
