"""The ledger out of ledger.parquet: means over replications by year, payer, category, group and arm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dashboard.data.series import read_parquet
from ibsim.results.guarded import damaged

_COLUMNS = ("replication", "year", "payer", "category", "group", "arm", "pence")
PENCE_A_POUND = 100


@dataclass(frozen=True, slots=True)
class Posting:
    """What a payer spends on a category for one group and arm in one financial year."""

    year: str
    payer: str
    category: str
    group: str
    arm: str


@dataclass(frozen=True)
class Ledger:
    """Mean spend in pounds by posting; sums of them are exact up to the last pound shown."""

    pounds: Mapping[Posting, float]
    replications: int

    @classmethod
    def read(cls, path: Path) -> Ledger:
        """Read ledger.parquet; ResultFolderError if it is not what ibsim writes."""
        import pyarrow as pa
        import pyarrow.compute as pc

        table = read_parquet(path, _COLUMNS)
        try:
            replications = int(pc.max(table.column("replication")).as_py() or 0)
            keys = ["year", "payer", "category", "group", "arm"]
            summed = table.group_by(keys).aggregate([("pence", "sum")])
            columns = [summed.column(name).to_pylist() for name in keys]
            pence = summed.column("pence_sum").to_pylist()
        except (pa.ArrowException, TypeError, ValueError) as error:
            raise damaged(path, "its columns do not hold what ibsim writes") from error
        if not replications:
            return cls({}, 0)
        share = PENCE_A_POUND * replications
        postings = (Posting(*(str(word) for word in words)) for words in zip(*columns, strict=True))
        return cls({p: value / share for p, value in zip(postings, pence, strict=True)}, replications)

    def total(self, by: Callable[[Posting], str | None]) -> dict[str, float]:
        """Pounds summed by the label that `by` gives to each posting; None leaves it out."""
        sums: dict[str, float] = {}
        for posting, pounds in self.pounds.items():
            label = by(posting)
            if label is not None:
                sums[label] = sums.get(label, 0.0) + pounds
        return sums
