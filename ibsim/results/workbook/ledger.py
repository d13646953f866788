"""The ledger as a table: pounds by year, payer, category, group and arm, means over the replications."""

from __future__ import annotations

import numpy as np

from ibsim.excel import Value
from ibsim.results.summary import RunResult
from ibsim.results.workbook.contents import Column, Table
from ibsim.units import ARMS, GROUPS, financial_year, month_starts
from ibsim.words import Category, Stream


def ledger_table(result: RunResult) -> Table:
    """Every posted pound, one row for each cell of a year in which anything was posted."""
    summary, start = result.summary, result.scenario.calendar.start
    total = np.sum([tables.ledger for tables in result.tables], axis=0)
    firsts = month_starts(start, total.shape[0])
    year_of = np.array([financial_year(first) - financial_year(start) for first in firsts])
    rows: list[tuple[Value, ...]] = []
    for year, label in enumerate(summary.years[:-1]):
        pence = total[year_of == year].sum(axis=0)
        for payer, category, group, arm in np.argwhere(pence):
            words = (Stream(payer), Category(category))
            pounds = round(int(pence[payer, category, group, arm]) / 100 / len(result.tables), 2)
            rows.append((label, *(word.name.lower() for word in words), GROUPS[group], ARMS[arm], pounds))
    columns = (
        Column("year", "text", "the financial year"),
        Column("payer", "text", "adult social care (asc) or the stream that pays"),
        Column("category", "text", "what the money went on; income is negative", 24),
        Column("group", "text", "PD, LD, MH or OP"),
        Column("arm", "text", "conventional or IB"),
        Column("gbp", "number", "pounds, mean over the replications"),
    )
    about = "every pound by year, payer, category, group and arm; the sum is the net cost."
    return Table("ledger", "Ledger", about, columns, rows, "ledger.parquet of the result folder")
