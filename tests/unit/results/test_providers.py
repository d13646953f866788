"""Providers over replications: how likely each is to close, and whom that would reach."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ibsim.policy.market.verbs import CLOSED, CLOSING, NOT_YET, OPEN
from ibsim.results.providers import COLUMNS, most_at_risk, provider_years, providers_csv, risk_sentence
from tests.unit.fake_model import FakeTables, fake_run, small_scenario

YEARS = ("2006-07", "2007-08")
AGENCY = 2


@pytest.fixture
def four(tmp_path: Any) -> list[FakeTables]:
    """Four replications in which the agency closes in the second year of one, and gives notice in another."""
    scenario = small_scenario(tmp_path)
    made = [fake_run(scenario, 1, number) for number in range(1, 5)]
    for number, state in ((0, CLOSED), (1, CLOSING)):
        table = {name: np.array(values) for name, values in made[number].providers.items()}
        table["state"][AGENCY, 1] = state
        made[number] = replace(made[number], providers=table)
    return made


def test_the_closure_probability_is_the_share_of_replications_in_which_it_has_closed(
    four: list[FakeTables],
) -> None:
    rows = {(row.provider, row.year): row.numbers for row in provider_years(four, YEARS)}
    assert rows[AGENCY, "2006-07"]["closure_probability"] == 0.0
    assert rows[AGENCY, "2007-08"]["closure_probability"] == 0.5
    assert rows[AGENCY, "2007-08"]["open_share"] == 0.5


def test_who_has_never_opened_is_not_told_of_and_counts_in_no_mean(four: list[FakeTables]) -> None:
    for number, tables in enumerate(four):
        table = {name: np.array(values) for name, values in tables.providers.items()}
        if number:
            table["state"][AGENCY], table["weekly"][AGENCY] = NOT_YET, 0.0
        table["price_gbp"][AGENCY] = 10.0 * (number + 1)
        four[number] = replace(tables, providers=table)
    rows = [row for row in provider_years(four, YEARS) if row.provider == AGENCY]
    assert [row.numbers["price_gbp"] for row in rows] == [10.0, 10.0]
    assert rows[1].numbers["closure_probability"] == 1.0  # it closed in the only one in which it was there
    never = replace(four[1])
    assert AGENCY not in {row.provider for row in provider_years([never], YEARS)}


def test_the_file_has_a_row_a_provider_and_year_and_no_live_formula(four: list[FakeTables]) -> None:
    rows = list(csv.DictReader(io.StringIO(providers_csv(provider_years(four, YEARS)))))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["provider"], row["year"]) for row in rows] == [(p, y) for p in "012" for y in YEARS]
    assert rows[-1]["name"] == "'=Agency"
    assert rows[0]["unit_cost_gbp"] == ""  # assistants have no books of their own


def test_the_sentence_names_whose_closing_reaches_most_people(four: list[FakeTables]) -> None:
    for number, tables in enumerate(four):
        table = {name: np.array(values) for name, values in tables.providers.items()}
        table["people"][AGENCY] = [80, 40]
        four[number] = replace(tables, providers=table)
    rows = provider_years(four, YEARS)
    assert [(row.provider, people) for row, people in most_at_risk(rows)] == [(AGENCY, 80.0)]
    assert "=Agency (50 percent by 2007-08, 80 people)" in risk_sentence(rows)
    steady = [row for row in rows if row.year == "2006-07"]
    assert risk_sentence(steady) == "No provider closes in any replication."
    assert four[2].providers["state"][AGENCY, 1] == OPEN
