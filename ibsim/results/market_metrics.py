"""Metrics of the market: providers, blocks, closures, and personal assistants."""

from __future__ import annotations

from ibsim.results.metric import LESS, NEUTRAL, Metric, wait

_ALL_ONLY = "It is the council's as a whole, not of a group or an arm."


def market_metrics() -> tuple[Metric, ...]:
    """All metrics of the market, in the order in which results list them."""
    money = "pounds"
    return (
        Metric(
            "provider_exits", "providers", f"Providers that gave notice in the year. {_ALL_ONLY}",
            LESS, "count",
        ),
        Metric("provider_entries", "providers", f"Newcomers that opened. {_ALL_ONLY}", NEUTRAL, "count"),
        Metric(
            "people_displaced", "people",
            "People whose provider gave notice or closed in the year; somebody who loses two counts twice.",
            LESS, "count",
        ),
        Metric(
            "home_care_hhi", "index",
            "Herfindahl-Hirschman index of the home-care hours that the council and IB holders buy: the sum "
            f"of providers' squared percentage shares, 10,000 for a single one. {_ALL_ONLY}",
            NEUTRAL, "mean",
        ),
        Metric(
            "home_care_gbp_per_hour", "pounds an hour",
            "Mean price of an hour of home care, over the hours sold to the council and IB holders. "
            + _ALL_ONLY,
            LESS, "mean",
        ),
        Metric(
            "home_care_hours_per_week", "hours a week",
            "Hours of home care in place, mean over the weeks of the year; the conventional arm's are those "
            "under block and spot contracts. By arm, not by group.",
            NEUTRAL, "mean",
        ),
        Metric(
            "assistant_hours_per_week", "hours a week",
            "Hours of personal assistants in place, as home_care_hours_per_week.", NEUTRAL, "mean",
        ),
        Metric(
            "in_house_unit_cost_gbp_per_hour", "pounds an hour",
            "Cost of in-house home care, overheads included, by the hours that it gives; empty once it has "
            f"closed. {_ALL_ONLY}",
            LESS, "mean",
        ),
        Metric(
            "in_house_gbp", money,
            "Overheads of in-house services that their hours do not cover, met by the council.",
            LESS, "money",
        ),
        Metric(
            "void_gbp", money,
            "Block contracts' hours, attendances and meals that are paid and not used: the double funding of "
            "parallel running. Split over groups as their services are, in the conventional arm.",
            LESS, "money",
        ),
        Metric(
            "block_used_percent", "percent",
            f"Share of what block contracts hold that is used, by value. {_ALL_ONLY}", NEUTRAL, "percent",
        ),
        Metric("market_support_gbp", money, "Transitional grants to providers.", NEUTRAL, "money"),
        Metric(
            "bridging_gbp", money,
            "What cover costs on top, from a closure until people have a provider again.", LESS, "money",
        ),
        Metric(
            "pa_wage_gbp_per_hour", "pounds an hour",
            "What an hour of a personal assistant costs in the labour market, employer's costs included, "
            f"mean over the year's months; holders pay it from the next April on. {_ALL_ONLY}",
            NEUTRAL, "mean",
        ),
        Metric(
            "pa_tightness", "times",
            "Assistants' hours that stood spare at the start over those spare now; recruiting takes as "
            f"many times as long (to the power of its lever), five times at most. {_ALL_ONLY}",
            LESS, "mean",
        ),
        Metric(
            "hours_missed_percent", "percent",
            f"Home-care and assistants' hours that are bought and not given. {_ALL_ONLY}", LESS, "percent",
        ),
        Metric(
            "searches_in_vain_percent", "percent",
            "Searches for a provider in which none has room; who waits searches again each week. "
            + _ALL_ONLY,
            LESS, "percent",
        ),
        *wait(
            "wait_days_room",
            "from the first search for a provider in vain to support in place, of those who had to wait, by "
            "the date of the start.",
        ),
        Metric(
            "people_short_of_room", "people", "Starts of support that waited for a provider.",
            LESS, "count",
        ),
        *wait(
            "wait_days_new_provider",
            "from a provider's notice or closure until the person's services are with another, by the date "
            "of the move.",
        ),
    )  # fmt: skip
