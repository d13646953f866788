"""The result files that programs open: Parquet, the same bytes for the same results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ibsim.errors import RunError
from ibsim.results.metrics import ARM_LABELS, GROUP_LABELS, REGISTRY
from ibsim.results.summary import Summary
from ibsim.units import ARMS, GROUPS, financial_year, month_starts, year_label
from ibsim.words import Category, Stream

if TYPE_CHECKING:
    import pyarrow as pa


REPLICATIONS = "replications.parquet"
EVENT_COLUMNS = ("entity_id", "pathway", "event_type", "event", "time", "resource_id", "run_number")
"""The columns that vidigi's event log expects; `event_type` is one of arrival_departure (event: arrival
or depart), queue, resource_use and resource_use_end."""


def write_series(path: Path, summary: Summary, start: date) -> None:
    """`series.parquet`: metric, group, arm, month, unit, mean, interval, replications; where anybody counts.

    `month` is the first day of the month.
    """
    import pyarrow as pa

    found = summary.monthly
    row, group, arm, month = np.nonzero(found.replications)
    of_series = [REGISTRY[name].unit for name in summary.series]
    # each word once: Arrow writes bytes of no meaning for a dictionary that has a word twice
    units = list(dict.fromkeys(of_series))
    unit = np.array([units.index(name) for name in of_series], dtype=np.intp)
    columns = {
        "metric": _words(summary.series, row),
        "group": _words(GROUP_LABELS, group),
        "arm": _words(ARM_LABELS, arm),
        "month": pa.array(_months(start, found.mean.shape[-1])[month], type=pa.date32()),
        "unit": _words(units, unit[row]),
    }
    for name in ("mean", "ci_low", "ci_high"):
        values = getattr(found, name)[row, group, arm, month]
        columns[name] = pa.array(values, type=pa.float64(), from_pandas=True)  # NaN becomes null
    columns["replications"] = pa.array(found.replications[row, group, arm, month], type=pa.int32())
    _write(path, pa.table(columns))


def write_ledger(path: Path, ledgers: Sequence[NDArray[Any]], start: date) -> None:
    """`ledger.parquet`: every posted penny of every replication, one row a cell that is not zero.

    `ledgers` are int64[month, payer, category, group, arm] by replication; `start` is the first counted day.
    `month` is written like 2006-04; `pence` are exact.
    """
    import pyarrow as pa

    cells = [np.nonzero(ledger) for ledger in ledgers]
    numbers = np.repeat(np.arange(1, len(cells) + 1, dtype=np.int32), [cell[0].size for cell in cells])
    month, payer, category, group, arm = (np.concatenate(codes) for codes in zip(*cells, strict=True))
    firsts = month_starts(start, ledgers[0].shape[0])
    years = np.array([financial_year(first) for first in firsts])
    labels = [year_label(year) for year in range(years[0], years[-1] + 1)]
    pence = np.concatenate([ledger[cell] for ledger, cell in zip(ledgers, cells, strict=True)])
    columns = {
        "replication": pa.array(numbers),
        "month": _words([f"{first:%Y-%m}" for first in firsts], month),
        "year": _words(labels, years[month] - years[0]),
        "payer": _words([stream.name.lower() for stream in Stream], payer),
        "category": _words([category.name.lower() for category in Category], category),
        "group": _words(GROUPS, group),
        "arm": _words(ARMS, arm),
        "pence": pa.array(pence, type=pa.int64()),
    }
    _write(path, pa.table(columns))


def write_replications(path: Path, metrics: Sequence[Mapping[str, Any]], summary: Summary) -> None:
    """`replications.parquet`: replication, metric, arm, year, value; all groups, where anybody counts.

    With it two folders of the same seed can be set against each other replication by replication.
    `metrics` are each replication's (see `RunResult.yearly`).
    """
    import pyarrow as pa

    values = np.array([[one[name][-1] for name in summary.metrics] for one in metrics])
    which, metric, arm, year = np.nonzero(~np.isnan(values))
    columns = {
        "replication": pa.array(which + 1, type=pa.int32()),
        "metric": _words(summary.metrics, metric),
        "arm": _words(ARM_LABELS, arm),
        "year": _words(summary.years, year),
        "value": pa.array(values[which, metric, arm, year], type=pa.float64()),
    }
    _write(path, pa.table(columns))


def write_people(path: Path, people: Mapping[str, NDArray[Any]]) -> None:
    """`people.parquet`: one row a person of replication 1, with the columns that the model kept."""
    import pyarrow as pa

    _write(path, pa.table({name: _column(values) for name, values in people.items()}))


def write_events(path: Path, events: Mapping[str, NDArray[Any]]) -> None:
    """`events.parquet`: one row an event of replication 1, vidigi's columns first.

    Raises RunError if the model left one of them out; `run_number` is added.
    """
    import pyarrow as pa

    n = len(next(iter(events.values()), ()))
    given = {"run_number": np.ones(n, dtype=np.int32), **events}
    missing = [name for name in EVENT_COLUMNS if name not in given]
    if missing:
        raise RunError(f"The model's event log lacks {', '.join(missing)}; this is a fault in ibsim.")
    names = [*EVENT_COLUMNS, *(name for name in given if name not in EVENT_COLUMNS)]
    _write(path, pa.table({name: _column(given[name]) for name in names}))


def _write(path: Path, table: pa.Table) -> None:
    from pyarrow import parquet

    parquet.write_table(table, path, compression="zstd", version="2.6")


def _column(values: NDArray[Any]) -> pa.Array:
    """An Arrow column; text is kept once a word, NaN and NaT become null."""
    import pyarrow as pa

    if values.dtype.kind in "OU":
        return pa.array(values.tolist(), type=pa.string()).dictionary_encode()
    return pa.array(values, from_pandas=True)


def _words(words: tuple[str, ...] | list[str], codes: NDArray[np.intp]) -> pa.Array:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(codes, type=pa.int16()), pa.array(words, type=pa.string()))


def _months(start: date, n: int) -> NDArray[np.datetime64]:
    first = np.datetime64(f"{start.year:04d}-{start.month:02d}", "M")
    return (first + np.arange(n)).astype("datetime64[D]")
