"""Providers as a table: what each sold, earned and held in each year, means over the replications."""

from __future__ import annotations

from ibsim.excel import Value
from ibsim.results.providers import NUMBERS, provider_years
from ibsim.results.summary import RunResult
from ibsim.results.workbook.contents import Column, Table

MEANING = {
    "council_hours_block": "units a week on block contracts that people used",
    "council_hours_spot": "units a week that the council bought one by one, cover among them",
    "ib_hours": "units a week that IB holders bought",
    "private_hours": "units a week that private customers bought",
    "price_gbp": "pounds a unit at the year's end",
    "unit_cost_gbp": "pounds a unit that it cost the provider",
    "margin_percent": "income less costs, percent of income",
    "reserves_gbp": "pounds of reserves at the year's end",
    "void_gbp": "pounds of block hours that were paid and not used",
    "grant_gbp": "pounds of transitional grants",
    "people": "people with services of it at the year's end",
    "open_share": "share of the replications in which it is open at the year's end",
    "closure_probability": "share of those in which it had opened that saw it give notice or close by then",
    "displaced_people": "people whom that reached in the year",
}


def providers_table(result: RunResult) -> Table:
    """Every provider that was ever there, one row a financial year; empty where nothing is known."""
    rows: list[tuple[Value, ...]] = [
        (row.year, row.provider, row.name, row.service, row.size, row.unit, *map(row.rounded, NUMBERS))
        for row in provider_years(result.tables, result.summary.years[:-1])
    ]
    columns = (
        Column("year", "text", "the financial year"),
        Column("provider", "whole", "its number, the same in every replication"),
        Column("name", "text", "the council's name for it, or a made one", 26),
        Column("service", "text", "what it sells"),
        Column("size", "text", "how large it is, or what kind it is"),
        Column("unit", "text", "what its volumes count"),
        *(Column(name, "number", MEANING[name]) for name in NUMBERS),
    )
    about = "every provider and year: volumes, price, cost, reserves and how likely it is to close."
    return Table("providers", "Providers", about, columns, rows, "providers.csv of the result folder")
