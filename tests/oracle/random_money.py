"""Levers of money and market drawn at random: every way of paying, buying and faring comes up."""

from __future__ import annotations

from random import Random
from typing import Any

Tree = dict[str, Any]
SERVICES = ("home_care", "day_care", "supported_living", "meals")


def money_levers(random: Random, localities: int) -> Tree:
    """Sections of a scenario: market, finance, charges, set-up, and the undated part of deployment."""
    return {
        "market": _market(random, localities),
        "finance": _finance(random),
        "charges": {"percent_of_package": random.uniform(0, 40), "ib_factor": random.uniform(0, 3)},
        "setup": _set_up(random),
        "deployment": _deployment(random),
        "packages": {
            "plan_content_factor": random.uniform(0.6, 1.5),
            "arm_correlation": random.uniform(-1, 1),
            "council_factor": random.uniform(0.5, 1.5),
        },
    }


def market_of_its_size(random: Random) -> Tree:
    """Sizes and prices such that a small council has a few providers of each kind, and not thousands."""
    return {
        "market": {
            "providers": {
                "agency_small_hours": random.choice((20, 60)),
                "agency_medium_hours": random.choice((60, 150)),
                "agency_large_hours": random.choice((200, 500)),
                "day_centre_places": random.choice((5, 20)),
                "supported_living_hours": random.choice((10, 50)),
                "meals_per_week": random.choice((10, 40)),
                "agency_private_percent": random.choice((0, 30, 100)),
                "day_centre_private_percent": random.choice((0, 15)),
            },
            "prices": {
                "home_care_gbp_per_hour": random.choice((9.99, 15.54, 40)),
                "day_centre_gbp_per_attendance": random.choice((20, 39.75)),
                "supported_living_gbp_per_hour": random.choice((7.77, 14)),
                "meal_gbp": random.choice((2.5, 4.62)),
                "assistant_gbp_per_hour": random.choice((5.52, 9, 12.34)),
            },
        }
    }


def _market(random: Random, localities: int) -> Tree:
    percents = {service: random.choice((0, 40, 90)) for service in SERVICES}
    return {
        "providers": _providers(random, localities),
        "unlisted": {
            "day_care_conventional_percent": random.choice((10, 60)),
            "day_care_ib_percent": random.choice((5, 40)),
            "supported_living_ib_percent": random.choice((5, 40)),
            "day_care_part_percent": random.choice((20, 60)),
            "supported_living_part_percent": random.choice((10, 40)),
        },
        "contracts": {
            "block_percent": percents,
            "block_headroom_percent": random.choice((0, 10, 50)),
            "block_term_years": random.choice((0.5, 1, 3)),
            "block_renewal_percent": random.choice((50, 90, 110)),
            "block_release_percent": random.choice((0, 50, 100)),
            "block_notice_months": random.choice((0, 1, 3)),
            "preferred_list": random.choice(("off", "on")),
            "preferred_list_discount_percent": random.choice((0, 7.5)),
            "preferred_list_volume_percent": random.choice((0, 50)),
            "individual_service_fund_percent": random.choice((0, 50)),
            "pooled_percent": random.choice((0, 30)),
            "pooled_discount_percent": 6.5,
        },
        "matching": {
            "stay_with_provider_percent": random.choice((0, 60, 100)),
            "late_payment_weeks": random.choice((0, 4)),
            "unpaid_percent": random.choice((0, 5)),
            "bridging_premium_percent": random.choice((0, 25)),
        },
        "fortunes": _fortunes(random),
        "support": {
            "transition_grant_percent": random.choice((0, 60)),
            "transition_grant_months": random.choice((0, 3, 12)),
            "in_house": random.choice(("keep", "close", "convert")),
            "in_house_rundown_months": random.choice((0, 2, 12)),
        },
        "assistants": {
            "spare_percent": random.choice((0, 10, 50)),
            "supply_elasticity": random.uniform(0, 3),
            "wage_adjustment_per_year": random.uniform(0, 2),
            "from_agencies_percent": random.choice((0, 50, 100)),
            "tightness_power": random.choice((0, 1, 2)),
        },
    }


def _providers(random: Random, localities: int) -> Tree:
    tree: Tree = {
        "in_house_home_care_percent": random.choice((0, 20, 60)),
        "capacity_headroom_percent": random.choice((0, 5, 30)),
        "reserve_weeks": random.choice((0.5, 4, 26)),
    }
    if random.random() < 0.4:
        tree["listed"] = [_listed(random, number, localities) for number in range(random.randint(1, 5))]
    return tree


def _listed(random: Random, number: int, localities: int) -> Tree:
    """One provider of the council's own list."""
    service = random.choice(SERVICES)
    capacity = random.choice((10, 40, 150))
    one: Tree = {
        "name": f"Provider {number + 1}",
        "service": service,
        "capacity_per_week": capacity,
        "price_gbp": random.choice((2.5, 12, 16.4)),
        "block_per_week": random.choice((0, capacity / 2)),
        "block_ends_months": random.choice((0, 2, 9)),
        "private_percent": random.choice((0, 25)),
        "in_house": random.random() < 0.2,
        "preferred": random.random() < 0.5,
    }
    if random.random() < 0.5:
        one |= {"reserves_gbp": random.choice((0, 5000)), "fixed_cost_percent": random.choice((0, 35))}
    if localities > 1 and random.random() < 0.5:
        one["locality"] = random.randint(1, localities)
    return one


def _fortunes(random: Random) -> Tree:
    return {
        "price_response_share": random.choice((0, 0.5, 1)),
        "price_rise_most_percent": random.choice((3, 20)),
        "fixed_cost_shed_percent_per_year": random.choice((0, 50)),
        "capacity_cut_percent": random.choice((0, 30)),
        "capacity_cut_trigger_weeks": random.choice((0, 4, 40)),
        "capacity_growth_percent_per_year": random.choice((0, 20)),
        "diversification_percent_per_year": random.choice((0, 40)),
        "base_exit_percent_per_year": random.choice((0, 10, 60)),
        "closure_notice_weeks": random.choice((0, 4, 13)),
        "entry_months": random.choice((0, 2)),
        "entry_trigger_percent": random.choice((0, 20)),
    }


def _finance(random: Random) -> Tree:
    return {
        "care_coordinator_gbp_per_hour": random.choice((0, 23.37, 30)),
        "panel_gbp_per_case": random.choice((0, 45.5)),
        "overtime_premium_percent": random.choice((0, 33.3)),
        "agency_premium_percent": random.choice((0, 20)),
    }


def _set_up(random: Random) -> Tree:
    return {
        "mode": random.choice(("dedicated_team", "own_resources", "none")),
        "further_years": random.choice((0, 0.5, 2)),
        "dual_after_months": random.choice((0, 3)),
        "dual_until_percent": random.choice((10, 80)),
        "later_group_factor": random.choice((0, 0.5)),
        "grant_year_one_gbp": random.choice((0, 100_000)),
        "grant_year_two_gbp": random.choice((0, 50_001)),
    }


def _deployment(random: Random) -> Tree:
    paid_out = random.choice((0, 40, 70))
    return {
        "held": {
            "personal_account_percent": paid_out,
            "joint_account_percent": 10,
            "agent_percent": 10,
            "third_party_percent": 10,
            "council_percent": 70 - paid_out,
            "mixed_percent": random.choice((0, 30)),
        },
        "payment_support": {
            "payroll_percent": random.choice((0, 50)),
            "in_budget_percent": random.choice((0, 50)),
            "outside_percent": random.choice((0, 50)),
        },
        "service_use_correlation": random.choice((0.2, 0.5, 0.8)),
        "ib_services": {"unlisted_gbp_per_week": random.choice((120, 300))},
        "conventional_services": {"unlisted_gbp_per_week": random.choice((120, 300))},
        "underspend_percent": random.choice((0, 8, 30)),
        "clawback_percent": random.choice((0, 100)),
        "clawback_kept_weeks": random.choice((0, 4)),
    }
