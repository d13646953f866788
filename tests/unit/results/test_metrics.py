from __future__ import annotations

import pytest

from ibsim.errors import RunError
from ibsim.evidence.tables import diary
from ibsim.results.metrics import DIARY_TASKS, REGISTRY, STAGES, Metric, check_names

PROMISED = (
    "people_supported", "people_supported_31_march", "ib_holders", "ib_share_percent", "referrals",
    "contacts", "assessments_completed", "plans_signed_off", "first_assessments_new_clients",
    "reviews_completed", "reviews_due", "reviews_overdue", "unplanned_reviews", "review_compliance_percent",
    "crises", "protection_referrals", "offers_made", "offers_refused", "consents", "withdrawals", "exits",
    "returns_to_conventional", "assessed_within_2_days_percent", "assessed_within_2_weeks_percent",
    "assessed_within_4_weeks_percent", "services_within_2_weeks_percent", "services_within_4_weeks_percent",
    "people_waiting", "overdue_days_mean", "funnel_6_months_agreed_percent",
    "funnel_6_months_assessed_percent", "funnel_6_months_plan_percent", "funnel_6_months_in_place_percent",
    "in_place_under_1_month_percent", "in_place_1_to_3_months_percent", "in_place_over_3_months_percent",
    "caseload_mean", "coordinator_utilisation_percent", "coordinator_hours_per_week", "overtime_hours",
    "recorded_extra_hours", "rework_hours", "case_hours_assessment", "case_hours_planning",
    "case_hours_review", "planner_utilisation_percent", "care_management_gbp_per_person_week",
    "package_gbp_per_person_week", "gross_cost_gbp", "care_management_gbp", "package_gbp",
    "setup_gbp", "dual_running_gbp", "income_gbp", "net_cost_gbp",
)  # fmt: skip
WAITS = (
    "referral_to_assessment", "assessment_to_indicative", "indicative_to_sign_off", "sign_off_to_in_place",
    "referral_to_in_place", "consent_to_in_place",
)  # fmt: skip

BUDGETS = (
    "ras_points", "price_gbp_per_point", "indicative_budget_gbp_per_year", "final_budget_gbp_per_year",
    "budget_gap_percent", "budgets_changed_percent", "budgets_disputed", "budget_to_package_percent",
    "losers_percent", "winners_percent", "losers_loss_gbp_per_week", "social_care_gbp_per_person_week",
    "budget_held_gbp", "budget_drawn_gbp", "plan_changes", "application_hours", "ot_hours",
    "failed_awards_met_gbp", "one_off_gbp", "one_off_percent",
)  # fmt: skip
OUTCOMES = (
    "ascot_mean", "control_mean", "in_control_percent", "ghq_mean", "ghq_case_percent",
    "quality_of_life_mean", "satisfied_percent", "health_gbp_per_person_week", "health_gbp",
    "hospital_days_per_person_year", "ascot_gain_point_years", "in_control_gain_person_years",
)  # fmt: skip
MARKET = (
    "provider_exits", "provider_entries", "people_displaced", "people_short_of_room", "home_care_hhi",
    "home_care_gbp_per_hour", "home_care_hours_per_week", "assistant_hours_per_week", "void_gbp",
    "in_house_unit_cost_gbp_per_hour", "in_house_gbp", "block_used_percent", "market_support_gbp",
    "bridging_gbp", "pa_wage_gbp_per_hour", "pa_tightness", "hours_missed_percent",
    "searches_in_vain_percent",
)  # fmt: skip
VERDICT = (
    "cost_gap_gbp", "cost_gap_without_setup_gbp", "council_cost_gap_gbp", "cumulative_cost_gap_gbp",
    "cost_gap_gbp_per_person", "cost_neutral_probability",
)  # fmt: skip
BY_NAME = {
    "health_gbp_per_person_week": "day_hospital nurse therapist gp ae chiropodist inpatient",
    "held_percent": "personal_account joint_account agent third_party council mixed",
    "led_percent": "ib_holder partner son_daughter parent other_family friend "
    "independent_broker_advocate provider la_care_manager non_la_care_manager",
    "services_gbp_per_week": "personal_assistance home_care meals leisure other_mainstream unlisted",
    "care_management_gbp": "assessment planning review decision case_support contact travel organisational "
    "spare premiums",
    "funding_gbp": "asc sp ilf atw dfg ices",
    "take_up_percent": "sp ilf atw",
    "awards": "sp ilf atw dfg",
    "award_gbp": "sp ilf atw dfg",
    "wait_days": "sp ilf atw dfg ot room new_provider",
    "backlog_waiting": "under_4_weeks 4_to_12_weeks 12_to_26_weeks over_26_weeks",
    "backlog_overdue": "under_3_months 3_to_6_months 6_to_12_months over_12_months",
    "cost_gap_gbp": "packages care_management planning setup dual_running void market streams",
}
"""Metrics of a kind: a way of holding, a leader (Table 5.4), an activity, a service (Table 7.2), a stream."""


def _by_name() -> set[str]:
    names = {f"{start}_{end}" for start, ends in BY_NAME.items() for end in ends.split()}
    waits = {name for name in names if name.startswith("wait_")}
    return names | {f"{name}_{suffix}" for name in waits for suffix in ("p50", "p90")}


def test_every_promised_name_is_there() -> None:
    waits = {f"wait_days_{wait}{suffix}" for wait in WAITS for suffix in ("", "_p50", "_p90")}
    stages = {f"{start}_{stage}" for start in ("people_waiting", "waiting_age_days") for stage in STAGES}
    known = {*PROMISED, *BUDGETS, *OUTCOMES, *MARKET, *VERDICT, *_by_name()}
    assert set(REGISTRY) == {*known, *waits, *stages, "waiting_age_days"}


@pytest.mark.parametrize("found", REGISTRY.values(), ids=lambda metric: str(metric.name))
def test_a_metric_says_what_it_is(found: Metric) -> None:
    assert not found.definition[0].islower() and found.definition.endswith(".")
    assert "  " not in found.definition
    assert ("percent" in found.name.split("_")) == (found.unit == "percent")
    assert (found.kind == "percent") == (found.unit == "percent")
    assert ("_gbp" in found.name) == found.unit.startswith("pounds")


def test_the_diary_has_the_evidence_tasks_and_travel() -> None:
    assert [task.task_number for task in DIARY_TASKS[:-1]] == [str(task.task_number) for task in diary()]
    assert DIARY_TASKS[-1].activity == "Travel and untabulated time"


def test_an_unknown_name_is_refused() -> None:
    check_names(REGISTRY)
    with pytest.raises(RunError, match="happiness"):
        check_names(["referrals", "happiness"])
