"""Tables 5.1 to 5.4, 7.1 and 7.2 in closed form: the rooms' own rules on some 200,000 people, no waits.

A row is inside where the printed figure lies within the 99 percent interval of samples of its size from
the law, and as near as asked where a nearness is asked for.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ibsim.evidence import Evidence
from ibsim.evidence import load as load_evidence
from ibsim.units import GROUPS, WEEKS_PER_YEAR
from ibsim.validation.bridge import bridge
from ibsim.validation.law import Law
from ibsim.validation.rows import Row, listed
from ibsim.validation.tables import REASONS, REMARKS, fit


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return load_evidence()


@pytest.fixture(scope="module")
def rows(law: Law, evidence: Evidence) -> list[Row]:
    return fit(law, evidence)


def test_each_row_fits_or_is_listed_with_its_reason(
    rows: list[Row], capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print("\n" + "\n".join(listed(rows, REASONS, REMARKS)))
    assert {row.key for row in rows if not row.inside} == set(REASONS)
    assert set(REMARKS) <= {row.key for row in rows}


def test_nearness_is_asked_of_budgets_and_weekly_costs(rows: list[Row]) -> None:
    asked = {row.key: row.tolerance for row in rows if row.tolerance is not None}
    budgets = {("5.1", group, f"total, {of}"): share for group in GROUPS
               for of, share in (("mean", 0.10), ("median", 0.15), ("sd", 0.25))}  # fmt: skip
    costs = {
        ("7.1", group, f"{arm}: pounds a week"): 0.05 for group in GROUPS for arm in ("comparison", "ib")
    }
    assert asked == budgets | costs


def test_a_law_that_pays_too_much_is_caught(law: Law, evidence: Evidence) -> None:
    rich = law.people.copy()
    rich["final_budget"] = rich["final_budget"] * 1.5
    outside = {row.key for row in fit(replace(law, people=rich), evidence) if not row.inside}
    assert {("5.1", group, "total, mean") for group in GROUPS} <= outside
    assert ("5.2", "OP", "council, mean") in outside


def test_weekly_cost_is_the_plans_content_and_what_stays_beside_it(law: Law) -> None:
    # the same sums by two ways: what payers owe a week, and the plan's content and the streams apart
    people = law.people
    apart = (people["sp_apart"] + people["ices_ib"] + people["ilf_apart"] / WEEKS_PER_YEAR) / 100
    assert np.abs(law.weekly(1) - law.services[1].sum(axis=1) - apart).max() < 0.04  # whole pence
    conventional = law.conventional
    beside = sum(conventional[f"{stream}_conventional"] for stream in ("sp", "ilf", "ices")) / 100
    assert np.abs(law.weekly(0) - law.services[0].sum(axis=1) - beside).max() < 0.02


def test_the_bridge_adds_up_to_the_penny(evidence: Evidence) -> None:
    built = bridge(evidence)
    assert np.array_equal(sum(built.steps.values()), built.end)
    printed = [evidence.facts[f"ib-weekly-cost-{group.lower()}-mean"].value for group in GROUPS]
    assert built.end.tolist() == [100 * pounds for pounds in printed]
    start = [evidence.facts[f"ib-total-budget-{group.lower()}-mean"].value for group in GROUPS]
    assert np.allclose(built.steps["budget of Table 5.1"] / 100, np.array(start) / WEEKS_PER_YEAR, atol=0.005)
    assert len(list(built.lines())) == len(built.steps) + 3


def test_the_bridge_and_the_law_use_the_same_content(law: Law, evidence: Evidence) -> None:
    """What the bridge cannot explain is what the plans' content factor carries in the model."""
    built = bridge(evidence)
    steps = [pence for name, pence in built.steps.items() if "added" not in name and "care man" not in name]
    for place, group in enumerate(GROUPS):
        services = law.services[1][law.people["group"] == place].sum(axis=1)
        error = services.std() / np.sqrt(services.size)
        content = sum(int(pence[place]) for pence in steps) / 100
        # the law's own mean is within two percent of the sum of the evidence rows
        assert abs(services.mean() - content) < 4 * error + 0.02 * content, group
