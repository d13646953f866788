"""Set-up: the report's first year, how it grows, how long two systems are run, and when nothing is due."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ibsim.policy.setup import POSTED, SetUp, SetupSettings
from ibsim.words import IB, SETUP, Category
from tests.unit.policy.filling import filled
from tests.unit.policy.small import evidence

NOBODY, EVERYBODY = np.zeros(4), np.ones(4)
HOLDERS = np.array([14.0, 14.0, 7.0, 21.0])
"""As many as an average pilot site planned, 56."""
MODES = {"dedicated_team": "dedicated-team", "own_resources": "own-resources"}


def set_up(starts: dict[str, int], holders: np.ndarray = HOLDERS, **levers: Any) -> SetUp:
    return SetUp(filled(SetupSettings, levers, evidence()), starts, holders)


def posted(plan: SetUp, months: int, ib_share: np.ndarray = NOBODY) -> np.ndarray:
    """Pounds by month and category."""
    pence = np.array([plan.month(month, ib_share) for month in range(months)])
    pounds: np.ndarray = pence.sum(axis=(2, 3)) / 100
    return pounds


def fact(name: str) -> float:
    return evidence().facts[name].value


@pytest.mark.parametrize("mode", MODES)
def test_the_first_year_of_the_mean_is_table_d1s_mean_to_the_pound(mode: str) -> None:
    levers: dict[str, Any] = {"mode": mode, "groups_at_mean": 2.0}
    year = posted(set_up({"PD": 3, "LD": 3}, **levers), 15)
    assert not year[:3].any()
    found = year[3:, list(SETUP)].sum()
    # lines rounded in the evidence's own digits
    assert found == pytest.approx(fact(f"setup-year1-{MODES[mode]}-mean"), abs=1.0)
    further = fact(f"setup-further-{MODES[mode]}-mean")
    assert found - year[3:, Category.SETUP_TEAM].sum() == pytest.approx(further, abs=1.0)


HEADINGS = {
    "team_gbp": Category.SETUP_TEAM,
    "systems_gbp": Category.SETUP_SYSTEMS,
    "other_gbp": Category.SETUP_OTHER,
    "workforce_gbp": Category.SETUP_WORKFORCE,
    "planning_gbp": Category.SETUP_PLANNING,
    "peer_support_gbp": Category.SETUP_PLANNING,
    "market_gbp": Category.SETUP_MARKET,
}
"""Under which heading of the ledger each line of Table D.1 stands; peer support helps people to plan."""
OWN_LINES = ("team_gbp", "systems_gbp", "other_gbp")
"""Lines that a dedicated team and own resources have apart."""


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("line", HEADINGS)
def test_every_line_of_table_d1_is_posted_under_its_own_heading(mode: str, line: str) -> None:
    def year(more: float) -> np.ndarray:
        changed = {line: posted_before + more}
        levers = {mode: changed} if line in OWN_LINES else changed
        amounts: np.ndarray = posted(set_up({"PD": 0}, mode=mode, **levers), 12).sum(axis=0)
        return amounts

    filled_in = filled(SetupSettings, {"mode": mode}, evidence())
    posted_before = getattr(getattr(filled_in, mode) if line in OWN_LINES else filled_in, line)
    rise = year(12_000.0) - year(0.0)
    assert rise[HEADINGS[line]] > 6_000.0
    assert not np.delete(rise, HEADINGS[line]).any()


def test_the_two_halves_of_table_d2_differ_as_printed() -> None:
    few, many = (evidence().value(f"setup-groups-{word}") for word in ("few", "many"))
    per_group = evidence().value("setup-rise-per-group-percent") / 100
    printed = [fact(f"setup-year1-{half}-groups-mean") for half in ("2-or-fewer", "3-or-more")]
    mean = fact("setup-year1-all-mean")
    at_mean = evidence().value("setup-groups-at-mean")
    assert [mean * (1 + per_group * (n - at_mean)) for n in (few, many)] == pytest.approx(printed, rel=1e-4)


@pytest.mark.parametrize("mode", MODES)
def test_pilot_sites_lie_within_table_d1s_range(mode: str) -> None:
    for groups in range(1, 5):
        for holders in (20.0, 56.0, 120.0):
            starts = dict.fromkeys(("PD", "LD", "MH", "OP")[:groups], 0)
            total = posted(set_up(starts, holders * HOLDERS / 56, mode=mode), 12)[:, list(SETUP)].sum()
            low, high = (fact(f"setup-year1-{MODES[mode]}-{end}") for end in ("min", "max"))
            assert low < total < high


def test_the_second_year_is_the_reports_and_a_third_has_two_systems_only() -> None:
    years = posted(set_up({"OP": 0}), 36).reshape(3, 12, -1).sum(axis=1)
    assert years[0, Category.DUAL_ADMINISTRATION] == 0
    assert years[1].sum() == pytest.approx(fact("setup-year2-total"))
    assert years[1, Category.SETUP_TEAM] == pytest.approx(fact("setup-year2-project-leader"))
    assert years[2].sum() == years[2, Category.DUAL_ADMINISTRATION] == 30_000


def test_twice_the_groups_at_once_cost_more_at_first_and_fewer_years_of_two_systems() -> None:
    at_once = set_up(dict.fromkeys(("PD", "LD", "MH", "OP"), 0))
    staged = set_up({"PD": 0, "LD": 0, "MH": 18, "OP": 18})
    share = np.zeros(4)
    two_systems = []
    for plan, starts in ((at_once, (0, 0, 0, 0)), (staged, (0, 0, 18, 18))):
        pence = []
        for month in range(72):
            share = np.array([(month - start) / 30 for start in starts])
            pence.append(plan.month(month, share))
        by_month = np.array(pence).sum(axis=(2, 3)) / 100
        two_systems.append((by_month[:12].sum(), by_month[:, Category.DUAL_ADMINISTRATION].sum()))
    (first_at_once, dual_at_once), (first_staged, dual_staged) = two_systems
    assert first_at_once > first_staged
    # nine tenths of a group hold an IB after 27 months; the first 12 are within the first year's sum
    assert dual_at_once == pytest.approx(15 * 2_500) and dual_staged == pytest.approx(33 * 2_500)


def test_a_later_group_costs_more_than_one_that_starts_with_the_others() -> None:
    plans = [set_up(starts, leader_gbp_per_year=0.0) for starts in ({"PD": 0}, {"PD": 0, "LD": 0})]
    alone, together = (posted(plan, 12)[:, list(SETUP)].sum() for plan in plans)
    staged = posted(set_up({"PD": 0, "LD": 12}, leader_gbp_per_year=0.0), 36)[:, list(SETUP)].sum(axis=1)
    assert staged[:12].sum() == alone and not staged[24:].any()
    factor = evidence().value("setup-later-group-factor")
    assert staged[12:24].sum() == pytest.approx(factor * (together - alone), abs=0.1)


def test_twice_the_holders_cost_what_the_lever_says_and_nobody_costs_no_less_than_one() -> None:
    totals = [posted(set_up({"PD": 0}, n * HOLDERS / 56), 12).sum() for n in (56, 112, 1, 0)]
    assert totals[1] / totals[0] == pytest.approx(1.08, rel=1e-6)
    assert totals[2] == totals[3] > 0


def test_without_a_roll_out_or_with_mode_none_no_set_up_is_posted() -> None:
    assert not posted(set_up({}, np.zeros(4), grant_year_one_gbp=5e5), 36).any()
    without = posted(set_up({"PD": 0}, mode="none", dual_administration_gbp_per_year=0.0), 36)
    assert not without.any()


def test_one_system_once_enough_stays_enough() -> None:
    plan = set_up({"PD": 0}, dual_after_months=0.0)
    shares = [NOBODY, EVERYBODY, NOBODY]
    dual = [
        plan.month(month, share)[Category.DUAL_ADMINISTRATION].sum() for month, share in enumerate(shares)
    ]
    assert dual == [250_000, 0, 0]


def test_a_grant_is_income_in_two_years_and_ends() -> None:
    levers: dict[str, Any] = {"grant_year_one_gbp": 200_000.0, "grant_year_two_gbp": 150_000.0}
    grant = posted(set_up({"PD": 2}, **levers), 40)[:, Category.PILOT_GRANT]
    assert [grant[:2].sum(), grant[2:14].sum(), grant[14:26].sum(), grant[26:].sum()] == [
        0,
        -200_000,
        -150_000,
        0,
    ]


def test_money_goes_to_the_ib_arm_by_planned_holders_and_to_no_other_category() -> None:
    pence = sum(set_up({"PD": 0}).month(month, NOBODY) for month in range(1))
    assert isinstance(pence, np.ndarray) and not pence[..., 1 - IB].any()
    others = [category for category in Category if category not in POSTED]
    assert not pence[others].any()
    assert pence.sum(axis=0)[:, IB] / pence.sum() == pytest.approx(HOLDERS / 56, abs=1e-4)
