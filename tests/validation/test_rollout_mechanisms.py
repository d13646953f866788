"""Roll-out, allocation and demand: each lever does what a council means by it, and shows in results."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.replication import Tables
from tests.councils import START, Laboratory, Tree, wave, whole
from tests.validation.levels import SLACK, STEADY

DAY = 24 * 60
WARM_UP_DAYS = (START - date(2005, 4, 1)).days


def monthly(tables: Tables, name: str) -> NDArray[np.float64]:
    """A monthly series over all groups and arms."""
    series: NDArray[np.float64] = tables.series[name][-1, -1]
    return series


def people_of(tables: Tables) -> dict[str, NDArray[Any]]:
    assert tables.people is not None
    return tables.people


# --- who is offered, when ---------------------------------------------------------------------------


def test_a_quota_with_a_deadline_bunches_consents(lab: Laboratory) -> None:
    # two thirds of the pilot's consents came in the last four months of twelve
    tables = lab.tables(STEADY, wave(quota=120, deadline=date(2007, 3, 31)))
    offers, consents = monthly(tables, "offers_made"), monthly(tables, "consents")
    assert 117 <= offers.sum() <= 120 and offers[12:].sum() == 0
    assert 0.60 <= offers[8:12].sum() / offers.sum() <= 0.73
    assert 0.55 <= consents[8:13].sum() / consents.sum() <= 0.80


def test_without_pressure_recruiting_is_even(lab: Laboratory) -> None:
    even: Tree = {"rollout": {"effort_before_pressure_percent": 100}}
    offers = monthly(lab.tables(STEADY, wave(quota=120, deadline=date(2007, 3, 31)), even), "offers_made")
    assert 0.28 <= offers[8:12].sum() / offers.sum() <= 0.39


def test_an_offer_to_everyone_is_spread_over_its_weeks(lab: Laboratory) -> None:
    for weeks, months in ((26, 6), (52, 12)):
        offers = monthly(lab.tables(STEADY, wave(weeks=weeks)), "offers_made")
        share = np.cumsum(offers)[: months + 1] / offers[: months + 1].sum()
        assert abs(share[months // 2 - 1] - 0.5) < 0.1
        assert share[months - 1] > 0.9


def test_new_referrals_only_leave_the_caseload_alone(lab: Laboratory) -> None:
    people = people_of(lab.tables(SLACK, wave("new_referrals")))
    offered = people["offered_at"] >= 0
    assert offered.sum() > 30
    assert (people["arrives_at"][offered] >= WARM_UP_DAYS * DAY).all()
    assert people["has_package"][offered].all() and not people["urgent"][offered].any()


def test_at_review_offers_follow_reviews(lab: Laboratory) -> None:
    at_review = lab.tables(STEADY, wave("at_review"))
    people = people_of(at_review)
    assert 0 < (people["offered_at"] >= 0).sum() <= whole(at_review, "reviews_completed")
    # reviews fall due over the year, so that no month brings a third of the year's offers
    offers = monthly(at_review, "offers_made")[:12]
    assert offers.max() < 0.3 * offers.sum()


def test_a_wave_keeps_to_its_groups_share_and_dates(lab: Laboratory) -> None:
    half: Tree = {"rollout": {"suitable_percent": 100}}
    older = {"from": date(2006, 7, 1), "until": date(2007, 1, 1), "groups": ["OP"], "to": "everyone"}
    tables = lab.tables(STEADY, half, {"rollout": {"waves": [older | {"share_percent": 50, "weeks": 13}]}})
    people, offers = people_of(tables), tables.series["offers_made"][:, -1]
    offered = people["offered_at"] >= 0
    assert offers[:3].sum() == 0 and offers[3, 3:9].sum() == offered.sum() == offers.sum() / 2
    package = people["has_package"] & (people["group"] == "OP") & (people["arrives_at"] == 0)
    there = package & (people["supported_since"] >= 0) & (people["support"] > 0)
    assert 0.4 < offered[there].mean() < 0.6


def test_refusal_follows_its_lever(lab: Laboratory) -> None:
    none, many = (
        lab.tables(SLACK, wave(), {"rollout": {"refusal_percent": percent}, **NEVER_LOWER})
        for percent in (0, 40)
    )
    assert whole(none, "offers_refused") == 0
    share = whole(many, "offers_refused") / (whole(many, "offers_refused") + whole(many, "consents"))
    assert 0.34 < share < 0.46
    assert whole(many, "ib_holders") < 0.8 * whole(none, "ib_holders")


NEVER_LOWER: Tree = {
    "allocation": {"refusal_if_lower_percent": 0},
    "signoff": {"gap_refusal_percent": 0},
}


def test_a_lower_budget_makes_people_refuse(lab: Laboratory) -> None:
    patient, choosy = (
        lab.tables(STEADY, wave(), {"allocation": {"refusal_if_lower_percent": percent}})
        for percent in (0, 60)
    )
    assert whole(choosy, "offers_refused") > 1.5 * whole(patient, "offers_refused")


def test_ib_holders_return_at_the_rate_of_the_lever(lab: Laboratory) -> None:
    none, some = (lab.tables(SLACK, wave(), {"rollout": {"return_percent": percent}}) for percent in (0, 50))
    assert whole(none, "returns_to_conventional") == 0
    holders = some.metrics["ib_holders"][-1, -1]
    # at half the holders a year, some 0.5 of the mean stock return
    years = monthly(some, "ib_holders").sum() / 12
    assert 0.35 < whole(some, "returns_to_conventional") / years < 0.65
    assert holders[-1] < 0.85 * whole(none, "ib_holders")


def test_trial_mode_splits_those_who_consent(lab: Laboratory) -> None:
    trial: Tree = {"rollout": {"trial": {"enabled": True}, "suitable_percent": 100}}
    tables = lab.tables(STEADY, wave(weeks=26), trial)
    people = people_of(tables)
    to_ib, stays = people["trial"] == 1, people["trial"] == 0
    assert abs(to_ib.sum() / (to_ib.sum() + stays.sum()) - 0.5) < 0.08
    assert whole(tables, "offers_made") == to_ib.sum()
    # the comparison arm never meets an IB
    assert (people["offered_at"][stays] < 0).all() and (people["support"][stays] < 2).all()
    assert (people["consented_at"][stays] >= 0).all()
    # some 63 percent of those approached consent to the research
    without = lab.tables(STEADY, wave(weeks=26), {"rollout": {"suitable_percent": 100}})
    everybody = whole(without, "offers_made")
    assert 0.56 < (to_ib.sum() + stays.sum()) / everybody < 0.70


# --- budgets ----------------------------------------------------------------------------------------


def test_the_panel_decides_no_more_than_it_can(lab: Laboratory) -> None:
    small: Tree = {"allocation": {"panel_cases": 2, "panel_interval_weeks": 2, "returned_percent": 0}}
    usual, narrow = lab.tables(STEADY, wave()), lab.tables(STEADY, wave(), small)
    agreed = (people_of(narrow)["indicative_at"] >= 0).sum()
    assert 0 < agreed <= 2 * 53
    wait = "wait_days_assessment_to_indicative"
    assert whole(narrow, wait) > whole(usual, wait) + 60
    assert whole(narrow, "people_waiting_allocation") > 3 * whole(usual, "people_waiting_allocation")


def test_no_budget_is_agreed_before_the_ras_is_usable(lab: Laboratory) -> None:
    opens = date(2007, 1, 1)
    late = lab.tables(STEADY, wave(), {"allocation": {"ras_usable_from": opens}})
    agreed = people_of(late)["indicative_at"]
    day = (opens - START).days + WARM_UP_DAYS
    assert agreed.max() >= day * DAY > 0 and agreed[agreed >= 0].min() >= day * DAY
    usual = lab.tables(STEADY, wave())
    wait = "wait_days_assessment_to_indicative"
    assert whole(late, wait) > whole(usual, wait) + 30


def test_returned_plans_cost_rework(lab: Laboratory) -> None:
    back: Tree = {
        "signoff": {"returned_percent": 0, "changed_percent": 0},
        "allocation": {"returned_percent": 0, "dispute_percent": 0},
    }
    assert whole(lab.tables(SLACK, wave(), back), "rework_hours") == 0
    many = lab.tables(SLACK, wave(), back, {"signoff": {"returned_percent": 50}})
    # at a half, each plan comes back once on average, for two hours of a practised co-ordinator
    plans = many.metrics["plans_signed_off"][-1, 1, -1]
    assert 1.5 < whole(many, "rework_hours") / plans < 3.0


# --- eligibility and demand -------------------------------------------------------------------------


def test_a_tighter_threshold_removes_people_at_their_review(lab: Laboratory) -> None:
    tighter: Tree = {"access": {"facs_threshold": [{"from": date(2007, 4, 1), "value": "substantial"}]}}
    usual, tight = lab.tables(STEADY), lab.tables(STEADY, tighter)
    first, last = ((t.metrics["people_supported_31_march"][-1, -1]) for t in (usual, tight))
    assert last[0] == first[0]
    assert last[1] < 0.9 * first[1]
    exits = [t.metrics["exits"][-1, -1] for t in (usual, tight)]
    assert exits[1][0] == exits[0][0] and exits[1][1] > 1.1 * exits[0][1]
    people = people_of(tight)
    changed = (WARM_UP_DAYS + 365) * DAY
    moderate = (people["band"] == 2) & (people["support"] > 0) & (people["supported_since"] < changed)
    # who is still there has not been reviewed since: the next review is due within a year of the last
    assert (people["review_due_at"][moderate] <= changed + 366 * DAY).all()


def test_the_monthly_profile_shapes_referrals(lab: Laboratory) -> None:
    spring: Tree = {"population": {"monthly_profile_percent": [25, 25, 0, 0, 0, 0, 10, 10, 10, 10, 10, 0]}}
    referrals = monthly(lab.tables(STEADY, spring), "referrals")
    assert referrals[2:6].sum() + referrals[14:18].sum() + referrals[[11, 23]].sum() == 0
    share = (referrals[:2].sum() + referrals[12:14].sum()) / referrals.sum()
    assert abs(share - 0.5) < 0.04


def test_referrals_grow_by_the_lever(lab: Laboratory) -> None:
    growth: Tree = {"population": {"referral_growth_percent_per_year": 20}}
    level, rising = (lab.tables(STEADY, g).metrics["referrals"][-1, -1] for g in ({}, growth))
    # years 0 and 1 after the start: e.g. 1.2 ** 0.5 and 1.2 ** 1.5 at mid-year
    assert abs(rising[0] / level[0] - 1.095) < 0.06
    assert abs(rising[1] / level[1] - 1.315) < 0.07


def test_demand_answers_to_ibs_only_where_they_are_on_offer(lab: Laboratory) -> None:
    drawn: Tree = {"population": {"demand_response_percent": 25}}
    without, offered = lab.tables(STEADY, drawn), lab.tables(STEADY, drawn, wave("new_referrals"))
    more = whole(offered, "referrals") / whole(without, "referrals")
    assert 1.19 < more < 1.31
    assert abs(whole(without, "referrals") / whole(lab.tables(STEADY), "referrals") - 1) < 0.06


def test_more_protection_referrals_take_hours(lab: Laboratory) -> None:
    few, many = (
        lab.tables(SLACK, {"safeguarding": {"referrals_per_1000_per_year": rate}}) for rate in (0, 300)
    )
    assert whole(few, "protection_referrals") == 0
    stock = few.metrics["people_supported_31_march"][-1, -1, :2].mean()
    assert abs(whole(many, "protection_referrals") / (0.3 * stock * 2) - 1) < 0.12
    assert whole(many, "case_hours_assessment") > whole(few, "case_hours_assessment") + 0.5
