"""England's councils add up to the returns, and each is a council that runs."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ibsim.evidence import load as load_evidence
from ibsim.evidence.tables import council_kinds, statistics
from ibsim.scenario.england import Council, councils, totals
from ibsim.scenario.model import Levers, ResolvedScenario
from ibsim.units import GROUPS


@pytest.fixture(scope="module")
def family() -> list[tuple[Council, ResolvedScenario]]:
    return [(council, council.load()) for council in councils()]


def test_kinds_are_150_councils_with_all_the_clients() -> None:
    kinds = council_kinds()
    assert sum(kind.councils for kind in kinds) == statistics(
        "councils-with-adult-social-services", "2007-08"
    )
    assert sum(kind.clients_share_percent for kind in kinds) == 100
    assert all(kind.status in ("measured", "derived", "assumed") and kind.reasoning for kind in kinds)


def test_sizes_add_up_to_the_returns_exactly(family: list[tuple[Council, ResolvedScenario]]) -> None:
    england = totals()
    assert sum(council.clients_in_year for council, _ in family) == 1_770_000
    assert england.clients_in_year == england.clients_at_start.sum() + england.new_clients.sum()
    levers = [scenario.levers for _, scenario in family]

    def whole(values: list[NDArray[np.float64]]) -> list[float]:
        return list(np.sum(values, axis=0))

    assert whole([one.population.clients_at_start.array() for one in levers]) == list(
        england.clients_at_start
    )
    assert whole([one.population.referrals_per_year.array() for one in levers]) == list(england.referrals)
    assert england.referrals.sum() == statistics("rap-first-assessments-new-clients", "2006-07")
    assert sum(one.population.contacts_per_year for one in levers) == statistics(
        "rap-new-contacts", "2006-07"
    )
    posts = sum(one.workforce.care_coordinators_fte.array().sum() for one in levers)
    expected = 150 * load_evidence().by_group("care-coordinators-fte").sum()
    assert posts == pytest.approx(expected, abs=0.05), "tenths of posts"
    therapists = sum(one.workforce.occupational_therapists_fte for one in levers)
    assert therapists == pytest.approx(150 * load_evidence().value("ot-posts"), abs=0.05)
    grants = sum(one.funding.sp.budget_gbp_per_year for one in levers)
    assert grants == 150 * load_evidence().value("sp-budget-gbp-per-council")


def test_as_many_leave_as_come(family: list[tuple[Council, ResolvedScenario]]) -> None:
    """Otherwise England would shrink or grow from the first day on."""
    england, people = totals(), family[0][1].levers.population
    holders = england.clients_at_start * people.package_at_start_percent.array() / 100
    others = england.clients_at_start - holders
    exits = holders * people.exit_rate_package_per_year.array() + others * england.exit_rate_other
    assert exits == pytest.approx(england.new_clients, rel=1e-3)


def test_kinds_keep_their_ways_and_sizes(family: list[tuple[Council, ResolvedScenario]]) -> None:
    by_kind: dict[str, list[tuple[Council, Levers]]] = {}
    for council, scenario in family:
        by_kind.setdefault(council.kind, []).append((council, scenario.levers))
    for kind in council_kinds():
        found = [council.clients_in_year for council, _ in by_kind[kind.kind]]
        assert found == sorted(found, reverse=True)
        assert found[0] / found[-1] == pytest.approx(kind.largest_to_smallest, rel=0.02)
        assert sum(found) / 17_700 == pytest.approx(kind.clients_share_percent, abs=0.5)
    boroughs, counties = by_kind["London borough"], by_kind["Shire county"]
    assert all(levers.workforce.turnover_percent_per_year == 20 for _, levers in boroughs)
    assert {levers.population.localities for _, levers in counties} == {5}
    mental_health = GROUPS.index("MH")

    def share(one: Levers) -> float:
        stock = one.population.clients_at_start.array()
        return float(stock[mental_health] / stock.sum())

    assert share(boroughs[0][1]) > 1.3 * share(counties[0][1])


def test_what_is_set_comes_last() -> None:
    council = councils()[0]
    changed = council.load(["calendar.years=1", "allocation.panel_cases=7"])
    assert (changed.calendar.years, changed.levers.allocation.panel_cases) == (1, 7)
    assert len({council.load().hash for council in councils()}) == 150
