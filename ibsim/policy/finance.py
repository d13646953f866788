"""Finance: what an hour of each desk costs; the only room that posts to the ledger."""

from __future__ import annotations

from ibsim.policy.lever import Percent, Pounds, Settings, lever


class FinanceSettings(Settings):
    """Prices of staff time, in the price base of the scenario."""

    care_coordinator_gbp_per_hour: Pounds = lever(
        "care-coordinator-gbp-per-hour", "pounds an hour", "a care co-ordinator's hour, overheads included"
    )
    access_team_gbp_per_hour: Pounds = lever(
        "access-team-gbp-per-hour", "pounds an hour", "an access worker's hour"
    )
    support_planner_gbp_per_hour: Pounds = lever(
        "support-planner-gbp-per-hour", "pounds an hour", "an in-house support planner's hour"
    )
    reviewing_officer_gbp_per_hour: Pounds = lever(
        "reviewing-officer-gbp-per-hour", "pounds an hour", "a reviewing officer's hour"
    )
    team_manager_gbp_per_hour: Pounds = lever(
        "team-manager-gbp-per-hour", "pounds an hour", "a team manager's hour"
    )
    panel_gbp_per_case: Pounds = lever("panel-gbp-per-case", "pounds", "a panel's time for one case")
    overtime_premium_percent: Percent = lever(
        "overtime-premium-percent", "percent", "paid on top for overtime"
    )
    agency_premium_percent: Percent = lever(
        "agency-premium-percent", "percent", "paid on top for agency cover"
    )
