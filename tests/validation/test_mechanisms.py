"""What staff do and do not do shows in results: each test asks what would be wrong if this broke.

Two scenarios share people and draws, so that they differ by the lever alone.  The margin that each test
asks for held for each of seven seeds when it was written; where one run is too noisy, several are added up.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.replication import Tables
from tests.councils import Laboratory, Tree, merged, wave, whole
from tests.validation.levels import SHORT, SLACK, STEADY

DAY = 24 * 60


def who_plans(coordinator: float, planner: float) -> Tree:
    shares = {"coordinator_percent": coordinator, "support_planner_percent": planner}
    rest = {"external_broker_percent": 0, "user_or_family_percent": 100 - coordinator - planner}
    return {"planning": {"who_plans": shares | rest}}


def waits(tables: Tables, urgent: bool) -> NDArray[np.float64]:
    """Days from referral to the completed assessment of new clients whom co-ordinators assess."""
    people: dict[str, NDArray[Any]] = tables.people or {}
    assessed = (people["arrives_at"] > 0) & (people["assessed_at"] > 0)
    mine = assessed & ~people["simple"] & (people["urgent"] == urgent)
    days: NDArray[np.float64] = (people["assessed_at"] - people["arrives_at"])[mine] / DAY
    return days


# --- individual budgets take time from reviews ------------------------------------------------------


def test_more_ib_holders_at_the_same_staff_crowd_out_reviews(lab: Laboratory) -> None:
    # a model in which IB work came on top of a fixed amount of reviewing would miss the evaluation's warning
    none, many = lab.tables(STEADY), lab.tables(STEADY, wave(weeks=52))
    assert whole(many, "ib_holders") > 150
    assert whole(many, "review_compliance_percent") < whole(none, "review_compliance_percent") - 10


def test_reviews_crowded_out_come_back_as_unplanned_ones(lab: Laboratory) -> None:
    # only reviews are crowded out here: after a change of needs somebody still comes in good time
    rough: Tree = {"review": {"crisis_factor_overdue": 4}}
    more: Tree = wave(weeks=52, share_percent=40)
    none = [lab.tables(STEADY, rough, number=number) for number in range(3)]
    many = [lab.tables(STEADY, rough, more, number=number) for number in range(3)]

    def growth(name: str) -> float:
        return sum(whole(t, name) for t in many) / sum(whole(t, name) for t in none)

    assert growth("crises") > 1.1
    assert growth("unplanned_reviews") > 1.03


def test_overdue_reviews_raise_crises(lab: Laboratory) -> None:
    calm, rough = (lab.tables(SHORT, {"review": {"crisis_factor_overdue": times}}) for times in (1, 4))
    assert whole(rough, "crises") > 1.5 * whole(calm, "crises")
    assert whole(rough, "unplanned_reviews") > 1.2 * whole(calm, "unplanned_reviews")


def test_crises_do_not_hang_on_lateness_where_the_factor_is_one(lab: Laboratory) -> None:
    # the same people, nobody new: whatever staff do, everybody has the same crises on the same days
    alone: Tree = {"population": {"referrals_per_year": 0}, "review": {"crisis_factor_overdue": 1}}
    short, slack = lab.tables(SHORT, alone), lab.tables(SLACK, alone)
    assert np.array_equal(short.series["crises"], slack.series["crises"])
    assert whole(short, "crises") > 50


# --- who plans, and how it is assessed --------------------------------------------------------------


def test_support_planners_take_planning_off_coordinators(lab: Laboratory) -> None:
    by_coordinators = lab.tables(SLACK, wave(), who_plans(100, 0))
    many: Tree = {"workforce": {"support_planners_fte": 12}}
    by_planners = lab.tables(SLACK, wave(), who_plans(0, 100), many)
    hours = "case_hours_planning"
    assert whole(by_planners, hours) < 0.75 * whole(by_coordinators, hours)
    assert whole(by_planners, "planner_utilisation_percent") > 5


def test_few_support_planners_lengthen_the_wait_for_a_plan(lab: Laboratory) -> None:
    many, few = (
        lab.tables(SLACK, wave(), who_plans(0, 100), {"workforce": {"support_planners_fte": posts}})
        for posts in (12, 1)
    )
    wait = "wait_days_indicative_to_sign_off"
    assert whole(few, wait) > whole(many, wait) + 30
    assert whole(few, "people_waiting_planning") > 2 * whole(many, "people_waiting_planning")


def test_parallel_assessment_costs_hours_against_merged(lab: Laboratory) -> None:
    merged_, parallel = (
        lab.tables(SLACK, wave("new_referrals"), {"assessment": {"ib_mode": mode}})
        for mode in ("merged", "parallel")
    )
    assert whole(parallel, "case_hours_assessment") > 1.01 * whole(merged_, "case_hours_assessment")


def test_turnover_lowers_learning(lab: Laboratory) -> None:
    # posts are covered at once: what is lost is experience and nothing else
    def hours_a_plan(turnover: float, first_case: float) -> float:
        levers: Tree = {
            "turnover_percent_per_year": turnover,
            "agency_cover_percent": 100,
            "learning_first_case_factor": first_case,
        }
        tables = lab.tables(SLACK, wave(), who_plans(100, 0), {"workforce": levers})
        return whole(tables, "case_hours_planning") / whole(tables, "plans_signed_off")

    assert hours_a_plan(150, 3) > 1.05 * hours_a_plan(0, 3)
    assert abs(hours_a_plan(150, 1) / hours_a_plan(0, 1) - 1) < 0.04


def test_a_champion_saves_beginners_time(lab: Laboratory) -> None:
    alone: Tree = {"workforce": {"learning_first_case_factor": 3}}
    helped = merged(alone, {"workforce": {"champion_teams_percent": 100, "champion_saving_percent": 50}})
    hours = "case_hours_planning"
    assert whole(lab.tables(SLACK, wave(), helped), hours) < 0.98 * whole(
        lab.tables(SLACK, wave(), alone), hours
    )


# --- what comes first -------------------------------------------------------------------------------


def test_urgent_work_preempts(lab: Laboratory) -> None:
    # assessments of two hours fit into a worker's day; reviews make the backlog
    quick: Tree = {"assessment": {"conventional_hours": 2, "hours_sigma": 0.2}}
    backlog = merged(SHORT, quick, {"review": {"hours": 6}, "workforce": {"priorities": REVIEWS_FIRST}})
    free, busy = lab.tables(SLACK, quick), lab.tables(backlog)
    assert np.mean(waits(busy, urgent=False)) > 2 * np.mean(waits(free, urgent=False))
    assert np.mean(waits(busy, urgent=True)) < np.mean(waits(free, urgent=True)) + 0.5
    for tables in (free, busy):  # an arrival early on a Saturday or before a holiday waits longer
        assert np.mean(waits(tables, urgent=True) <= 2) > 0.75


REVIEWS_FIRST = [
    "annual_review", "first_review", "monitoring", "care_plan", "arranging", "ib_assessment", "support_plan",
    "screening", "reassessment", "carer_assessment", "new_assessment",
]  # fmt: skip


def test_the_order_of_priorities_decides_what_waits(lab: Laboratory) -> None:
    usual, turned = lab.tables(SHORT), lab.tables(SHORT, {"workforce": {"priorities": REVIEWS_FIRST}})
    compliance, wait = "review_compliance_percent", "wait_days_referral_to_assessment"
    assert whole(turned, compliance) > whole(usual, compliance) + 20
    assert whole(turned, wait) > whole(usual, wait) + 10


def test_protected_review_hours_raise_compliance(lab: Laboratory) -> None:
    kept: Tree = {"workforce": {"protected_hours_per_week": {"assessment": 0, "planning": 0, "review": 6}}}
    usual, protected = lab.tables(SHORT), lab.tables(SHORT, kept)
    compliance, hours = "review_compliance_percent", "case_hours_review"
    assert whole(protected, compliance) > whole(usual, compliance) + 10
    # six hours are kept and reviews never run out: nearly all of them go into reviews
    assert whole(protected, hours) > 4.5


def test_a_cap_holds_an_activity_down(lab: Laboratory) -> None:
    cap: Tree = {"workforce": {"capped_hours_per_week": {"assessment": 60, "planning": 60, "review": 1}}}
    assert (
        whole(lab.tables(STEADY, cap), "case_hours_review")
        <= 1.3
        < whole(lab.tables(STEADY), "case_hours_review")
    )


# --- hours there are --------------------------------------------------------------------------------


def test_overtime_raises_throughput_at_a_price(lab: Laboratory) -> None:
    usual, longer = lab.tables(SHORT), lab.tables(SHORT, {"workforce": {"overtime_hours_per_week_max": 6}})
    assert whole(usual, "overtime_hours") == 0 < whole(longer, "overtime_hours")
    assert whole(longer, "reviews_completed") > 1.3 * whole(usual, "reviews_completed")
    assert whole(longer, "care_management_gbp") > 1.05 * whole(usual, "care_management_gbp")
    assert whole(longer, "coordinator_hours_per_week") > whole(usual, "coordinator_hours_per_week") + 1


def test_reviewing_officers_take_reviews_off_coordinators(lab: Laboratory) -> None:
    officers: Tree = {"workforce": {"reviewing_officers_fte": 4}}
    usual, helped = lab.tables(STEADY), lab.tables(STEADY, officers)
    assert whole(helped, "case_hours_review") < 0.6 * whole(usual, "case_hours_review")
    assert whole(helped, "review_compliance_percent") > whole(usual, "review_compliance_percent") + 5


LEAVERS: Tree = {"workforce": {"turnover_percent_per_year": 60, "weeks_to_fill_a_post": 26}}


def test_vacancies_cost_hours(lab: Laboratory) -> None:
    usual, vacant = lab.tables(STEADY), lab.tables(STEADY, LEAVERS)
    assert whole(vacant, "reviews_completed") < 0.8 * whole(usual, "reviews_completed")
    assert whole(vacant, "care_management_gbp") < 0.95 * whole(usual, "care_management_gbp")


def test_agency_staff_cover_vacancies_at_a_price(lab: Laboratory) -> None:
    covered = merged(LEAVERS, {"workforce": {"agency_cover_percent": 100}})
    vacant, helped = lab.tables(STEADY, LEAVERS), lab.tables(STEADY, covered)
    assert whole(helped, "reviews_completed") > 1.2 * whole(vacant, "reviews_completed")
    assert whole(helped, "care_management_gbp") > 1.1 * whole(vacant, "care_management_gbp")


def test_agency_cover_ends_when_the_post_is_filled(lab: Laboratory) -> None:
    covered: Tree = {"workforce": {"turnover_percent_per_year": 60, "agency_cover_percent": 100}}
    long, short = (
        lab.tables(STEADY, covered, {"workforce": {"weeks_to_fill_a_post": weeks}}) for weeks in (40, 4)
    )
    assert whole(short, "care_management_gbp") < 0.95 * whole(long, "care_management_gbp")


def test_more_staff_shorten_waits(lab: Laboratory) -> None:
    short, steady, slack = (lab.tables(level) for level in (SHORT, STEADY, SLACK))
    for name in ("wait_days_referral_to_assessment", "coordinator_utilisation_percent", "reviews_overdue"):
        assert whole(slack, name) < whole(steady, name) < whole(short, name), name
