"""Metrics of the verdict: what a roll-out costs against no roll-out, and whether it is cost-neutral."""

from __future__ import annotations

from ibsim.results.gap import CAUSES, cause_metric
from ibsim.results.metric import LESS, MORE, NEUTRAL, Metric

PAIRS = (
    "against the twin: the same council, people and dice without a roll-out. It comes from the verdict's own "
    "pairs of replications, in which the uncertain evidence is drawn unless verdict.uncertainty is point"
)


def gap_metrics() -> tuple[Metric, ...]:
    """All metrics of the verdict, in the order in which results list them."""
    money = "pounds"
    return (
        Metric("cost_gap_gbp", money, f"Cost to all payers in the year, {PAIRS}.", LESS, "money"),
        Metric(
            "cost_gap_without_setup_gbp",
            money,
            "Of cost_gap_gbp all but setting up.",
            LESS,
            "money",
        ),
        Metric(
            "council_cost_gap_gbp",
            money,
            "The part of cost_gap_gbp that the council itself pays; the rest falls on other streams.",
            LESS,
            "money",
        ),
        Metric(
            "cumulative_cost_gap_gbp",
            money,
            "The sum of cost_gap_gbp from the start to the end of the year.",
            LESS,
            "money",
        ),
        Metric(
            "cost_gap_gbp_per_person",
            "pounds a person",
            "The quotient of cost_gap_gbp and the people supported in the year; both arms together.",
            LESS,
            "mean",
        ),
        Metric(
            "cost_neutral_probability",
            "probability",
            "Share of the pairs of replications in which the cumulative gap at the end of the year, set-up "
            "included, is at most verdict.tolerance_percent of what the twin has cost by then.",
            MORE,
            "mean",
        ),
        *(
            Metric(
                cause_metric(cause),
                money,
                f"The part of cost_gap_gbp that {cause} contributes; the parts add up to it.",
                NEUTRAL,
                "money",
            )
            for cause in CAUSES
        ),
    )
