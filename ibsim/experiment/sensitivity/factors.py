"""What a sensitivity study moves: assumed evidence that the scenario uses, and levers with a range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from ibsim.errors import InputError, ScenarioError
from ibsim.evidence import Evidence, Row
from ibsim.evidence import load as load_evidence
from ibsim.evidence.following import uses
from ibsim.evidence.rows import plain
from ibsim.evidence.sampling import quantile
from ibsim.experiment.ranges import LeverRange, parse_range
from ibsim.experiment.varying import Base
from ibsim.scenario import Levers, ResolvedScenario
from ibsim.scenario.catalogue import catalogue
from ibsim.scenario.hints import nearest
from ibsim.scenario.problems import quote
from ibsim.scenario.varied import DIGITS, Span, is_split, tidy, whole_row

SAME_PLACE = 0.01
"""Groups whose values lie so near one another in their ranges count as at one place."""


@dataclass(frozen=True)
class Factor:
    """One thing that moves along its range: an evidence id with its groups' rows together, or a lever.

    `rows` are the evidence rows that move; empty for a lever.
    """

    name: str
    rows: tuple[Row, ...] = ()
    lever: LeverRange | None = None

    @property
    def kind(self) -> str:
        """Why it stands here: a row's status, or `lever`."""
        return self.rows[0].status if self.rows else "lever"

    @property
    def unit(self) -> str:
        """What its values are in."""
        return self.rows[0].unit if self.rows else self.lever.unit if self.lever else ""

    def sets(self, place: float) -> list[str]:
        """What `--set` would be given to move a lever to a place of its range."""
        return self.lever.sets(self._of_lever(place)) if self.lever else []

    def evidence(self, place: float, *, drawn: bool = False) -> dict[str, float]:
        """The rows' values at a place of the range, or of the evidence's own distribution if `drawn`."""
        return {row.key: _row_at(row, place, drawn) for row in self.rows}

    def told(self, place: float, digits: int = DIGITS) -> str:
        """The value at a place, in words and to so many digits; one a group where the groups differ."""

        def short(value: float) -> float:
            return float(f"{value:.{digits}g}")

        if self.lever:
            return plain(short(self._of_lever(place)))
        return _listed({row.group: short(_row_at(row, place, drawn=False)) for row in self.rows})

    @property
    def in_use(self) -> str:
        """The evidence's own value in words; a lever's is the scenario's, and not told."""
        return _listed({row.group: row.value for row in self.rows if isinstance(row.value, float)})

    @property
    def place_in_use(self) -> float | None:
        """Where in its range the evidence's own value lies; None for a lever and where groups differ."""
        places = [
            (row.value - row.low) / (row.high - row.low)
            for row in self.rows
            if isinstance(row.value, float) and row.low is not None and row.high is not None
        ]
        return places[0] if places and max(places) - min(places) < SAME_PLACE else None

    def _of_lever(self, place: float) -> float:
        assert self.lever is not None
        return Span(self.lever.low, self.lever.high, self.lever.whole).at(place)


def _row_at(row: Row, place: float, drawn: bool) -> float:
    assert row.low is not None and row.high is not None
    span = Span(row.low, row.high, whole_row(row))
    if not drawn:
        return span.at(place)
    return span.drawn(place) if span.whole else tidy(quantile(row, place))


def _listed(by_group: Mapping[str, float]) -> str:
    if len(set(by_group.values())) == 1:
        return plain(next(iter(by_group.values())))
    return ", ".join(f"{group} {plain(value)}" for group, value in by_group.items())


@dataclass(frozen=True)
class Choice:
    """Which factors a study takes.

    `levers` are ranges as `path=from..to`; `only` and `without` are names, in which * stands for anything.
    A name in `only` that is just that takes a measured row too.
    """

    all_evidence: bool = False
    by_group: bool = False
    levers: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


def choose(base: Base, scenario: ResolvedScenario, choice: Choice) -> tuple[Factor, ...]:
    """The factors of a study, levers first; those whose range changes nothing in the scenario are left out.

    Raises InputError for a range or name that is none, for two ranges of one lever, and if nothing is left.
    """
    found = [
        *(Factor(one.name, lever=one) for one in _ranges(choice.levers, scenario)),
        *_evidence_factors(scenario.evidence, choice),
    ]
    for option, patterns in (("--only", choice.only), ("--without", choice.without)):
        _refuse_unmatched(option, patterns, [factor.name for factor in found])
    kept = [
        factor
        for factor in found
        if (not choice.only or _matches(factor.name, choice.only))
        and not _matches(factor.name, choice.without)
    ]
    used = tuple(factor for factor in kept if _is_used(base, scenario, factor))
    if not used:
        rule = "a study moves something that the scenario uses and that has a range"
        remedy = "give --levers path=from..to, --all-evidence, or fewer names to --only and --without"
        raise InputError("ibsim sensitivity", "nothing to move", rule, remedy)
    return used


def _ranges(texts: Sequence[str], scenario: ResolvedScenario) -> list[LeverRange]:
    ranges = [parse_range(text, "--levers", scenario) for text in texts]
    for one in ranges:
        if [other.path for other in ranges].count(one.path) > 1:
            raise InputError(f"--levers {one.path}", "the lever twice", "each has one range", "keep one")
    return ranges


def _evidence_factors(evidence: Evidence, choice: Choice) -> Iterator[Factor]:
    """The rows with a range, an id's groups together; parts of a whole cannot move together and are apart."""
    overridden = evidence.overrides
    for id, groups in load_evidence().table.items():
        rows = tuple(
            row
            for row in groups.values()
            if row.varies
            and (choice.all_evidence or row.status == "assumed" or {id, row.key} & set(choice.only))
            and row.key not in overridden
            and id not in overridden
        )
        if not rows:
            continue
        if choice.by_group or is_split(groups.values()):
            yield from (Factor(row.key, (row,)) for row in rows)
        else:
            yield Factor(id, rows)


def _refuse_unmatched(option: str, patterns: Sequence[str], names: Sequence[str]) -> None:
    for pattern in patterns:
        if not any(_matches(name, (pattern,)) for name in names):
            near = nearest(pattern, names)
            remedy = f"did you mean {near}?" if near else "`ibsim evidence assumed` lists ids"
            rule = "a name is that of a lever's range or of evidence with a range; * stands for anything"
            raise InputError(f"{option} {quote(pattern)[1:-1]}", "no such name", rule, remedy)


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) or name.partition("/")[0] == pattern for pattern in patterns)


def _is_used(base: Base, scenario: ResolvedScenario, factor: Factor) -> bool:
    """Whether either end changes a lever; rows that the model reads itself change none and are used too.

    Raises ScenarioError if an end is no scenario, naming the factor.
    """
    changed = False
    for place in (0.0, 1.0):
        try:
            moved = base.loaded(factor.sets(place), factor.evidence(place))
        except ScenarioError as error:
            where = f"{factor.name} at {factor.told(place)}: {error.where}"
            remedy = f"{error.remedy}, or leave it out with --without {factor.name}"
            raise ScenarioError(where, error.found, error.rule, remedy) from None
        changed = changed or moved.timeline != scenario.timeline
    return changed or any(row.id in _read_by_the_model() for row in factor.rows)


@cache
def _read_by_the_model() -> frozenset[str]:
    """Ids that no lever and no formula stands for: if anything reads them, it is the model itself."""
    pack = load_evidence()
    behind = {lever.evidence for lever in catalogue(Levers).values()}
    behind |= {key.partition("/")[0] for keys in uses(pack).values() for key in keys}
    return frozenset(pack.table) - behind
