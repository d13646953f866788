"""Monthly series out of series.parquet, kept as columns and handed out by metric, group and arm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.results.guarded import damaged

_COLUMNS = ("metric", "group", "arm", "month", "mean", "ci_low", "ci_high", "replications")


@dataclass(frozen=True)
class Series:
    """A metric by month: `months` like `2006-04`, means and 95 percent intervals, None where unknown."""

    months: tuple[str, ...] = ()
    mean: tuple[float | None, ...] = ()
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()

    def __len__(self) -> int:
        return len(self.months)

    def at(self, month: str) -> float | None:
        """The mean of a month; None where nobody counts in it."""
        try:
            return self.mean[self.months.index(month)]
        except ValueError:
            return None


EMPTY = Series()


@dataclass(frozen=True)
class SeriesTable:
    """All series of a run.  `rows` says which rows of the columns are a metric's, group's and arm's."""

    rows: Mapping[tuple[str, str, str], NDArray[np.intp]]
    months: tuple[str, ...]
    month_of: NDArray[np.int32]
    numbers: Mapping[str, NDArray[np.float64]]

    def get(self, metric: str, group: str, arm: str) -> Series:
        """One series in the order of its months; empty where nobody counts in any."""
        rows = self.rows.get((metric, group, arm))
        if rows is None:
            return EMPTY
        return Series(
            tuple(self.months[place] for place in self.month_of[rows]),
            *(_numbers(self.numbers[name][rows]) for name in ("mean", "ci_low", "ci_high")),
        )


def _numbers(values: NDArray[np.float64]) -> tuple[float | None, ...]:
    return tuple(None if value != value else value for value in values.tolist())


def read_series(path: Path) -> SeriesTable:
    """Read series.parquet; ResultFolderError if it is not what ibsim writes."""
    table = read_parquet(path, _COLUMNS)
    names = [_codes(table, name) for name in ("metric", "group", "arm")]
    dates = np.asarray(table.column("month").to_numpy()).astype("datetime64[M]")
    months, month_of = np.unique(dates, return_inverse=True)
    keys = np.stack([codes for _, codes in names])
    order = np.lexsort((month_of, keys[2], keys[1], keys[0]))
    ordered = keys[:, order]
    starts = np.flatnonzero(np.r_[True, (ordered[:, 1:] != ordered[:, :-1]).any(axis=0)])
    groups = np.split(order, starts[1:]) if len(order) else []
    rows = {
        (names[0][0][keys[0, at[0]]], names[1][0][keys[1, at[0]]], names[2][0][keys[2, at[0]]]): at
        for at in groups
    }
    numbers = {
        name: np.asarray(table.column(name).to_numpy(), dtype=np.float64)
        for name in ("mean", "ci_low", "ci_high")
    }
    return SeriesTable(rows, tuple(str(month) for month in months), month_of.astype(np.int32), numbers)


def read_parquet(path: Path, columns: tuple[str, ...]) -> Any:
    """An Arrow table with these columns; ResultFolderError if the file is no Parquet or lacks one."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        return parquet.read_table(path, columns=list(columns)).combine_chunks()
    except (OSError, KeyError, pa.ArrowException) as error:
        raise damaged(path, "it is not a Parquet file with the columns that ibsim writes") from error


def _codes(table: Any, name: str) -> tuple[list[str], NDArray[np.int64]]:
    """The words of a column, and for each row which of them it is."""
    column = table.column(name)
    chunk = column.chunk(0) if column.num_chunks else column.combine_chunks()
    if not hasattr(chunk, "dictionary"):
        chunk = chunk.dictionary_encode()
    return [str(word) for word in chunk.dictionary.to_pylist()], np.asarray(chunk.indices).astype(np.int64)
