"""The registry: every default of the model with its value, unit, range, source and status.

`Evidence` is unchangeable.  Overrides, a council's own pack and a draw of the uncertain rows each
give a new one, so that a result can say which evidence it used (`digest`, `overrides`).
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ibsim.errors import EvidenceError
from ibsim.evidence import formula as sums
from ibsim.evidence.facts import DATA, Fact, Statistic, read_facts, read_statistics
from ibsim.evidence.overriding import overridden, range_note
from ibsim.evidence.prices import OF_THE_PACK, Prices, power_of_pounds, prices_of, rise_id
from ibsim.evidence.rows import Row, plain, read_parameters
from ibsim.units import GROUPS

_Table = dict[str, dict[str, Row]]


def load(folder: Path | None = None) -> Evidence:
    """The shipped pack (read once a process), or that pack with the rows of `folder` in place of its own.

    A council's folder holds a `parameters.csv` with the same columns; its rows replace shipped ones by
    id and group, and it may bring a `facts.csv` and a `public_statistics.csv` for its formulas.
    Raises EvidenceError, with file and line, for a pack that breaks a rule.
    """
    if folder is None:
        return _shipped()
    shipped = _shipped()
    own = read_parameters(Path(folder) / "parameters.csv")
    table = {row_id: dict(groups) for row_id, groups in shipped.table.items()}
    for row in own:
        shipped.refuse_unknown(row.id, row.group, row.where)
        table[row.id][row.group] = row
    return Evidence(table, folders=(DATA, Path(folder)))


class Evidence:
    """A complete set of parameters; see the module.  Unknown ids are EvidenceErrors with the nearest id."""

    def __init__(
        self,
        table: _Table,
        folders: tuple[Path, ...] = (DATA,),
        overrides: Mapping[str, float | str] | None = None,
        notes: tuple[str, ...] = (),
        prices: Prices = OF_THE_PACK,
    ) -> None:
        self.table = table
        self.prices = prices
        """In which `value` and `by_group` speak; rows, ranges and formulas stay in the pack's own."""
        self.folders = folders
        self.overrides: dict[str, float | str] = dict(overrides or {})
        """What was overridden, by `id` or `id/GROUP`: for the manifest and the report."""
        self.notes = notes
        """What a reader should know about the overrides, one sentence each."""

    # Reading -------------------------------------------------------------------------------------------

    def row(self, id: str, group: str = "") -> Row:
        """The row of `id` for `group`, or the row with blank group that stands for all others."""
        groups = self.table.get(id)
        if groups is None:
            raise self._unknown(f"evidence {id!r}", id, self.table)
        found = groups.get(group) or groups.get("")
        if found is None:
            what = f"group {group!r}" if group else "no group"
            rule = f"it has rows for {', '.join(groups)} only"
            raise EvidenceError(f"evidence {id!r}", what, rule, "name one of these groups")
        return found

    def value(self, id: str, group: str = "") -> float:
        """The number of `id` for `group`, pounds in `prices`; falls back to the row with blank group."""
        number, unit = self._stated(id, group), self.row(id, group).unit
        power = power_of_pounds(unit)
        return number * self.prices.pound**power if power else number

    def _stated(self, id: str, group: str) -> float:
        """The number of a row as the pack states it."""
        row = self.row(id, group)
        if isinstance(row.value, str):
            rule = "value() is for numbers"
            raise EvidenceError(row.where, f"the choice {row.value!r}", rule, "ask for its text() instead")
        return row.value

    def text(self, id: str, group: str = "") -> str:
        """The word of a choice, or a number as the pack prints it."""
        return self.row(id, group).printed

    def by_group(self, id: str) -> NDArray[np.float64]:
        """The values of the four service user groups, in the order of `GROUPS`: float64[4], a fresh array."""
        return np.array([self.value(id, group) for group in GROUPS], dtype=np.float64)

    def rows(self) -> list[Row]:
        """Every row, in the order of the pack."""
        return [row for groups in self.table.values() for row in groups.values()]

    @property
    def facts(self) -> Mapping[str, Fact]:
        """The printed numbers by id (`facts.csv`), read on first use."""
        return read_facts(self.folders)

    @property
    def statistics(self) -> Mapping[str, Statistic]:
        """National figures by `measure|year`, read on first use."""
        return read_statistics(self.folders)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that can change a run (values, units, ranges, distributions), as hex."""
        hasher = hashlib.sha256()
        for row in sorted(self.rows(), key=lambda row: row.key):
            hasher.update(repr((row.key, row.value, row.unit, row.low, row.high, row.distribution)).encode())
        if self.prices != OF_THE_PACK:
            hasher.update(repr(self.prices).encode())
        return hasher.hexdigest()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Evidence):
            return NotImplemented
        return self.digest == other.digest and self.overrides == other.overrides

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"<Evidence: {len(self.rows())} rows, {len(self.overrides)} overrides, {self.digest[:12]}>"

    # Formulas ------------------------------------------------------------------------------------------

    def resolve(self, reference: str) -> float:
        """The number behind a formula's reference, in its own unit.

        `id` or `id|group` names a parameter, `id` alone a fact, `measure|year` a national figure;
        a parameter comes before a fact of the same name.
        """
        name, _, key = (part.strip() for part in reference.partition("|"))
        if name in self.table:
            return self._stated(name, key)
        if not key and name in self.facts:
            return self.facts[name].value
        if f"{name}|{key}" in self.statistics:
            return self.statistics[f"{name}|{key}"].value
        known = [*self.table, *self.facts, *self.statistics]
        raise self._unknown(f"evidence reference [{reference}]", f"{name}|{key}" if key else name, known)

    def worked(self, row: Row) -> float:
        """What the row's formula gives with the numbers now in force; EvidenceError if it gives nothing."""
        try:
            return sums.evaluate(row.formula, self.resolve)
        except sums.FormulaError as error:
            rule = "a formula is arithmetic over numbers and [references]"
            where = f"{row.where}, formula"
            raise EvidenceError(where, f"{row.formula!r}: {error}", rule, "correct the formula") from error

    def explain(self, id: str, group: str = "") -> str:
        """The sum behind a derived row: ids, numbers, result; for other rows the value and its basis."""
        row = self.row(id, group)
        if not row.formula:
            return f"{row.key} = {row.printed} {row.unit} ({row.status}: {row.source or row.reasoning})"
        result = self.worked(row)
        numbers = sums.with_numbers(row.formula, self.resolve, plain)
        margin = " " * len(row.key)
        return (
            f"{row.key} = {row.formula}\n"
            f"{margin} = {numbers}\n"
            f"{margin} = {result:.6g} {row.unit}, in use as {row.printed}"
        )

    def check(self) -> list[str]:
        """Problems that need the whole pack: wrong formulas, circles, sources that do not exist.

        Returns one sentence a problem, with file and line; an empty list for a sound pack.
        """
        from ibsim.evidence.checking import problems

        return problems(self)

    # Changing ------------------------------------------------------------------------------------------

    def with_overrides(self, mapping: Mapping[str, float | str]) -> Evidence:
        """New evidence with other values for some rows; keys are `id` or `id/GROUP`.

        `id` alone means the row with blank group, or all rows of the id where there is none; `id/GROUP`
        also makes a row of its own for a group that has shared the blank one.  An overridden row is taken
        as known: it is no longer redrawn by `sampled`.  A value outside the row's range is allowed and
        noted.  Raises EvidenceError for an unknown id or group (with the nearest) and a wrong type.
        """
        table = dict(self.table)
        notes = list(self.notes)
        # Keys without group come first, so that the more precise key wins in any order.
        for key, given in sorted(mapping.items(), key=lambda item: ("/" in item[0], item[0])):
            id, _, group = key.partition("/")
            where = f"evidence override {key!r}"
            self.refuse_unknown(id, group, where)
            groups = dict(table[id])
            targets = [group] if group or "" in groups else list(groups)
            for target in targets:
                base = groups.get(target) or groups[""]
                groups[target] = overridden(replace(base, group=target), given, where)
                notes += range_note(base, groups[target])
            own = [name for name in groups if name and name not in targets]
            if own and not group:
                notes.append(f"{id}: rows of its own keep their value for {', '.join(own)}")
            table[id] = groups
        changed = Evidence(table, self.folders, self.overrides | dict(mapping), prices=self.prices)
        changed.notes = (*notes, *changed._left_behind({key.partition("/")[0] for key in mapping}))
        return changed

    def sampled(self, draw: Callable[[str], float]) -> Evidence:
        """New evidence with each uncertain row redrawn from its range; see `ibsim.evidence.sampling`.

        `draw` gives a uniform number in (0, 1) for a row's key, so that a row's draw depends on nothing
        but its key.  Rows without range, choices and overridden rows keep their value.
        """
        from ibsim.evidence.sampling import redraw

        table = {
            id: {group: redraw(row, draw) if row.varies else row for group, row in groups.items()}
            for id, groups in self.table.items()
        }
        return Evidence(table, self.folders, self.overrides, self.notes, self.prices)

    def rederived(self) -> Evidence:
        """New evidence whose derived rows follow overridden and redrawn inputs; see `following`.

        Call it after `with_overrides` or `sampled`; the shipped pack itself comes back as it is.
        """
        from ibsim.evidence.following import rederive

        return rederive(self)

    def copy(self) -> Evidence:
        """The same evidence with a table of its own."""
        table = {id: dict(groups) for id, groups in self.table.items()}
        return Evidence(table, self.folders, self.overrides, self.notes, self.prices)

    def in_prices(self, label: str) -> Evidence:
        """The same evidence, whose pounds `value` and `by_group` give in prices of a financial year.

        Raises EvidenceError for a year without inflators.
        """

        def rise(label: str) -> float | None:
            return self._stated(rise_id(label), "") if rise_id(label) in self.table else None

        return Evidence(self.table, self.folders, self.overrides, self.notes, prices_of(label, rise))

    def _left_behind(self, ids: set[str]) -> list[str]:
        """A note for each derived row that uses one of `ids` and keeps its value until `rederived`."""
        notes = []
        for row in self.rows():
            if row.formula and row.origin == "pack":
                used = ids & {name.partition("|")[0].strip() for name in sums.references(row.formula)}
                if used:
                    names = ", ".join(sorted(used))
                    notes.append(f"{row.key} keeps {row.printed}, though {names} was overridden")
        return notes

    def refuse_unknown(self, id: str, group: str, where: str) -> None:
        """Raise EvidenceError unless `id` exists and `group` is one of its own or may share its blank row."""
        if id not in self.table:
            raise self._unknown(where, id, self.table)
        groups = self.table[id]
        allowed = [name for name in groups if name] + [name for name in GROUPS if "" in groups]
        if group and group not in allowed:
            rule = f"the groups of {id} are {', '.join(dict.fromkeys(allowed)) or 'none'}"
            near = difflib.get_close_matches(group.upper(), allowed, 1, 0.5)
            remedy = f"did you mean {near[0]}?" if near else "use one of these"
            raise EvidenceError(where, f"group {group!r}", rule, remedy)

    def _unknown(self, where: str, id: str, known: Iterable[str]) -> EvidenceError:
        near = difflib.get_close_matches(id, list(known), 1, 0.4)
        remedy = f"did you mean {near[0]!r}?" if near else "`ibsim evidence` lists them"
        return EvidenceError(where, f"no row with the id {id!r}", "every id is a row of the evidence", remedy)


@cache
def _shipped() -> Evidence:
    table: _Table = {}
    for row in read_parameters(DATA / "parameters.csv"):
        table.setdefault(row.id, {})[row.group] = row
    return Evidence(table)
