"""Metrics of budgets and funding: points and pounds, who gains and loses, who pays, what streams decide."""

from __future__ import annotations

from collections.abc import Iterator

from ibsim.policy.deployment import PARTIES, SERVICES
from ibsim.results.metric import LESS, MORE, NEUTRAL, Metric, wait

STREAMS = {
    "asc": "the council's adult social care",
    "sp": "Supporting People",
    "ilf": "the Independent Living Fund",
    "atw": "Access to Work",
    "dfg": "the Disabled Facilities Grant",
    "ices": "the equipment service",
}
"""The streams by the suffix of their metrics, in the order of their codes."""
HELD = ("personal_account", "joint_account", "agent", "third_party", "council", "mixed")
"""Ways in which a budget is held, in the order of their codes; mixed is one of them and the council."""
JOINING = ("sp", "ilf", "atw")
"""Streams whose money joins a budget."""
DECIDING = ("sp", "ilf", "atw", "dfg")
"""Streams whose own staff decide on applications."""
STREAM_QUEUES = {
    "sp": "Supporting People's decisions",
    "ilf": "the Independent Living Fund's decisions",
    "atw": "Access to Work's decisions",
    "dfg": "grants for adaptations",
}
"""The queues for those staff, in words."""


def budget_metrics() -> tuple[Metric, ...]:
    """All metrics of budgets and funding, in the order in which results list them."""
    return (*_budgets(), *_compared(), *_deployed(), *_funding())


def _budgets() -> Iterator[Metric]:
    a_year = "pounds a year"
    agreed = "of council money agreed in the year"
    yield Metric("ras_points", "points", "Mean points behind the indicative budgets agreed in the year.",
                 NEUTRAL, "mean")  # fmt: skip
    yield Metric(
        "price_gbp_per_point",
        a_year,
        "What a point is worth at the end of the year; in `all` groups only where there is a single price.",
        NEUTRAL,
        "mean",
    )
    yield Metric(
        "indicative_budget_gbp_per_year", a_year, f"Mean indicative budget {agreed}.", NEUTRAL, "mean"
    )
    yield Metric(
        "final_budget_gbp_per_year",
        a_year,
        "Mean final budget of council money at sign-off in the year, other streams left out.",
        NEUTRAL,
        "mean",
    )
    yield Metric(
        "budget_gap_percent",
        "percent",
        "Final budgets of the year, all together, above (or below) the same people's indicative budgets.",
        NEUTRAL,
        "percent",
    )
    yield Metric(
        "budgets_changed_percent",
        "percent",
        "Final budgets of the year that differ from the indicative budget by more than a twentieth.",
        LESS,
        "percent",
    )
    words = "Final budgets of the year of which a part is paid once"
    yield Metric("one_off_percent", "percent", f"{words} (Table 5.1).", NEUTRAL, "percent")
    yield Metric("one_off_gbp", "pounds", f"{words}: mean of that part (Table 5.1).", NEUTRAL, "mean")
    yield Metric("budgets_disputed", "budgets", "Budgets disputed in the year.", LESS, "count")


def _compared() -> Iterator[Metric]:
    old = "People who had a conventional package when their support plan was signed off in the year"
    yield Metric(
        "budget_to_package_percent",
        "percent",
        f"{old}: what their budgets are worth as a percentage of the services they take the place of.",
        NEUTRAL,
        "percent",
    )
    yield Metric("losers_percent", "percent", f"{old}: whose budget is worth less.", LESS, "percent")
    yield Metric("winners_percent", "percent", f"{old}: whose budget is worth more.", MORE, "percent")
    yield Metric(
        "losers_loss_gbp_per_week",
        "pounds a week",
        f"{old} and whose budget is worth less: how much less, on the mean.",
        LESS,
        "mean",
    )
    yield Metric(
        "social_care_gbp_per_person_week",
        "pounds a week",
        "As Table 7.1 counts it: services of all payers for package holders in the year, divided by their "
        "person-weeks, and care-management visits at the report's price.",
        NEUTRAL,
        "mean",
    )


def _deployed() -> Iterator[Metric]:
    holders = "IB holders on 31 March"
    for way in HELD:
        words = f"{holders} whose budget is held by way of: {way.replace('_', ' ')} (Table 5.3)."
        yield Metric(f"held_percent_{way}", "percent", words, NEUTRAL, "percent")
    for party in PARTIES:
        words = f"{holders} in whose support plan this party led, alone or with others: "
        name = party.replace("_", " ")
        yield Metric(f"led_percent_{party}", "percent", f"{words}{name} (Table 5.4).", NEUTRAL, "percent")
    for service in SERVICES:
        name = service.replace("_", " ")
        yield Metric(
            f"services_gbp_per_week_{service}",
            "pounds a week",
            f"What package holders on 31 March buy of {name}, on the mean over all of them (Table 7.2).",
            NEUTRAL,
            "mean",
        )
    for word, rest in (("held", "promised for the time"), ("drawn", "spent of it")):
        yield Metric(
            f"budget_{word}_gbp",
            "pounds",
            f"IB holders' money of all streams in the budget, {rest} in which it was in place in the year.",
            NEUTRAL,
            "money",
        )
    yield Metric("plan_changes", "changes", "Changes of plans in use in the year.", NEUTRAL, "count")


def _funding() -> Iterator[Metric]:
    for stream, words in STREAMS.items():
        yield Metric(
            f"funding_gbp_{stream}",
            "pounds",
            f"Spend in the year that {words} pays; the six streams add up to the gross cost.",
            NEUTRAL,
            "money",
        )
    for stream in JOINING:
        yield Metric(
            f"take_up_percent_{stream}",
            "percent",
            f"IB holders on 31 March whose budget has money of {STREAMS[stream]} in it.",
            NEUTRAL,
            "percent",
        )
    for stream in DECIDING:
        words, each = STREAMS[stream], "once" if stream == "dfg" else "a year"
        yield Metric(f"awards_{stream}", "awards", f"Awards of {words} in the year.", NEUTRAL, "count")
        yield Metric(
            f"award_gbp_{stream}", f"pounds {each}", f"Mean award of {words} in the year.", NEUTRAL, "mean"
        )
        asked = "the request for an OT's assessment" if stream == "dfg" else f"an application to {words}"
        yield from wait(f"wait_days_{stream}", f"from {asked} to the decision, decided in the year.")
    yield from wait("wait_days_ot", "from the request for an OT's assessment to its end in the year.")
    yield Metric(
        "application_hours",
        "hours",
        "Co-ordinators' hours in the year on applications to other streams, and on plans written twice "
        "or changed.",
        LESS,
        "count",
    )
    yield Metric(
        "ot_hours", "hours", "Occupational therapists' hours in the year on assessments.", NEUTRAL, "count"
    )
    yield Metric(
        "failed_awards_met_gbp",
        "pounds a year",
        "What the council took on in the year in place of ILF awards that it had counted on and that failed.",
        LESS,
        "money",
    )
