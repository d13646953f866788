"""Any legal scenario: a council of a few people, whatever the levers, finishes with balanced books.

The books are checked inside every replication (stages and their changes, Little's law, minutes, pence,
providers, signs); from outside the tables are added up once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from ibsim.errors import ScenarioError
from ibsim.policy import charges, finance, setup
from ibsim.policy.market import room as market
from ibsim.replication import Keep, Tables, run
from ibsim.scenario import load
from tests.conservation.anything import scenarios
from tests.conservation.test_books import ADDED, EVERYWHERE, NEVER_NEGATIVE
from tests.councils import Plain, Tree
from tests.counts import PROVING, at_push, counted

BOOKS = {
    "columns",
    "timers",
    "stages",
    "changes of stage",
    "pence",
    "task minutes",
    "providers",
    "never negative",
}
"""The books that each replication hands back, each with how much was checked."""
INSTITUTIONS = [*finance.PAY, *setup.POSTED, *charges.CHARGES, *market.POSTED]
"""Categories of the ledger that belong to no one person."""
WITH_IN_HOUSE = ("funding_gbp_asc", "gross_cost_gbp")
"""Sums in which in-house care may earn more, from private customers at any price, than all the rest costs."""
MOST_REFUSED = 0.2
"""Share of the scenarios that may be refused, as levers that are legal one by one do not fit together."""


@pytest.fixture(scope="module")
def tally() -> Iterator[dict[str, int]]:
    """How many scenarios were drawn, and how many refused."""
    found = {"drawn": 0, "refused": 0}
    yield found
    assert found["refused"] <= MOST_REFUSED * max(found["drawn"], 100), found


def check(tables: Tables, warm_up: int) -> None:
    """What every council's tables promise, by the numbers that come out; `warm_up` in years."""
    assert set(tables.books) == BOOKS
    for name in EVERYWHERE:
        assert np.isfinite(tables.metrics[name]).all(), name
    for name, cube in (*tables.metrics.items(), *tables.series.items()):
        assert not np.isinf(cube).any(), name
    earned = np.minimum(tables.metrics["in_house_gbp"], 0)
    for name in set(NEVER_NEGATIVE) - {"net_cost_gbp"}:  # a grant may be more than all that it helps to pay
        less = earned if name in WITH_IN_HOUSE else 0.0
        assert (tables.metrics[name] - less >= np.where(less, -0.01, 0)).all(), name
    for name in ADDED:
        cube = tables.metrics[name]
        assert np.allclose(cube[:4].sum(axis=0), cube[4], rtol=1e-9), name
        assert np.allclose(cube[:, :2].sum(axis=1), cube[:, 2], rtol=1e-9), name
        assert np.allclose(cube[..., :-1].sum(axis=-1), cube[..., -1], rtol=1e-9), name
    metrics = tables.metrics
    payers = np.sum([cube for name, cube in metrics.items() if name.startswith("funding_gbp_")], axis=0)
    assert np.allclose(payers, metrics["gross_cost_gbp"], rtol=1e-9)
    less_income = metrics["gross_cost_gbp"] - metrics["income_gbp"]
    assert np.allclose(less_income, metrics["net_cost_gbp"], rtol=1e-9, atol=0.01)
    net = tables.ledger.sum() / 100
    assert np.allclose(metrics["net_cost_gbp"][4, 2, -1], net, rtol=1e-9, atol=0.01)
    assert tables.people is not None
    spent = int(tables.people["spent_pence"].sum())
    if warm_up:  # what came before the first month that counts is in people's sums, and in no table
        return
    assert tables.books["pence"] == tables.ledger.sum()
    assert spent == np.delete(tables.ledger, INSTITUTIONS, axis=2).sum()


@pytest.mark.counted
@settings(
    max_examples=at_push(300, prove=10_000),
    deadline=None,
    derandomize=not PROVING,  # the same at every push; `make prove` looks elsewhere each time
    suppress_health_check=list(HealthCheck),
)
@given(tree=scenarios())
@counted(300, prove=10_000, what="random scenarios")
def test_any_legal_scenario_has_balanced_books(tally: dict[str, int], tree: Tree) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "anything.yaml"
        path.write_text(yaml.dump(tree, Dumper=Plain), encoding="utf-8")
        tally["drawn"] += 1
        try:
            scenario = load(path)
            tables = run(scenario, 1, 0, Keep(people=True, events=True))
        except ScenarioError as error:
            assert all((error.where, error.found, error.rule, error.remedy))
            tally["refused"] += 1
            return
    check(tables, scenario.calendar.warm_up_years)
