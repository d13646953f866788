"""A council of package holders, large enough to show what the rules make of a population."""

from __future__ import annotations

from tests.councils import START, Tree


def crowd(people: int) -> Tree:
    """So many clients of each group, most with packages; nobody new, and a grant of SP that binds nobody."""
    return {
        "calendar": {"start": START, "years": 1, "warm_up_years": 0},
        "population": {
            "clients_at_start": people,
            "referrals_per_year": 0,
            "contacts_per_year": 0,
            "package_at_start_percent": 90,
        },
        "funding": {"sp": {"budget_gbp_per_year": 1e10, "cap_percent": 100}},
        # the desk-top exercise is on so many that its own error is small
        "allocation": {"ras": {"sample_people": min(people, 50_000)}},
    }
