"""The printed numbers that the parameters rest on: the evaluation's facts and the national returns.

Both are read only when a formula, a search or a table asks for them, and then kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ibsim.errors import EvidenceError
from ibsim.evidence.csvfile import read_table
from ibsim.evidence.rows import parse_number

DATA = Path(__file__).parent / "data"
"""The folder of the shipped pack."""
FACT_COLUMNS = (
    "id", "topic", "group", "arm", "statistic", "value", "unit", "price_year",
    "source_file", "source_place", "note",
)  # fmt: skip
STATISTIC_COLUMNS = ("measure_id", "year", "value", "unit", "measure", "source", "note")


@dataclass(frozen=True, slots=True)
class Fact:
    """One number as a source document prints it (percentages as percent)."""

    id: str
    topic: str
    group: str
    arm: str
    statistic: str
    value: float
    unit: str
    price_year: str
    source_file: str
    source_place: str
    note: str


@dataclass(frozen=True, slots=True)
class Statistic:
    """One figure of a national return for England; `year` is `2006-07`, or `2006` for a count on a day."""

    measure_id: str
    year: str
    value: float
    unit: str
    measure: str
    source: str
    note: str

    @property
    def key(self) -> str:
        """The figure's name in formulas: `measure|year`."""
        return f"{self.measure_id}|{self.year}"


@lru_cache(maxsize=8)
def read_facts(folders: tuple[Path, ...]) -> dict[str, Fact]:
    """Facts by id; those of a later folder replace those of an earlier one. Do not change the result."""
    facts: dict[str, Fact] = {}
    for path in _present(folders, "facts.csv"):
        own: dict[str, Fact] = {}
        for line, cells in read_table(path, FACT_COLUMNS):
            where = f"{path}, line {line}, {cells['id']}"
            fact = Fact(**{**cells, "value": _number(where, cells["value"])})  # type: ignore[arg-type]  # text but one
            _refuse_repeat(where, fact.id in own)
            own[fact.id] = fact
        facts |= own
    return facts


@lru_cache(maxsize=8)
def read_statistics(folders: tuple[Path, ...]) -> dict[str, Statistic]:
    """National figures by `measure|year`; later folders replace earlier ones. Do not change the result."""
    figures: dict[str, Statistic] = {}
    for path in _present(folders, "public_statistics.csv"):
        own: dict[str, Statistic] = {}
        for line, cells in read_table(path, STATISTIC_COLUMNS):
            where = f"{path}, line {line}, {cells['measure_id']}|{cells['year']}"
            figure = Statistic(**{**cells, "value": _number(where, cells["value"])})  # type: ignore[arg-type]  # as above
            _refuse_repeat(where, figure.key in own)
            own[figure.key] = figure
        figures |= own
    return figures


@lru_cache(maxsize=1)
def documents() -> dict[str, str]:
    """The title of each source document by the name that `facts.csv` gives it."""
    path = DATA / "documents.csv"
    return {cells["source_file"]: cells["title"] for _, cells in read_table(path, ("source_file", "title"))}


def _present(folders: tuple[Path, ...], name: str) -> list[Path]:
    """The files of that name; only the shipped folder, the first, must have one."""
    return [folder / name for n, folder in enumerate(folders) if n == 0 or (folder / name).exists()]


def _number(where: str, text: str) -> float:
    number = parse_number(text)
    if number is None:
        rule = "value is a finite plain number"
        raise EvidenceError(where, f"value {text!r}", rule, "write the number alone")
    return number


def _refuse_repeat(where: str, repeated: bool) -> None:
    if repeated:
        rule = "each fact and each figure of a year stands once"
        raise EvidenceError(where, "an id that stands above already", rule, "delete one of the two rows")
