"""Providers at the start: legal extremes of their levers still make a market that people can buy from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ibsim.draws import Draws
from ibsim.policy.market import MarketSettings
from ibsim.policy.market.providers import UNITS, make
from ibsim.policy.market.verbs import FIRST, LAST, N_SOLD, OPEN, REF
from tests.unit.policy.filling import filled
from tests.unit.policy.small import evidence

DEMAND = np.array([1_000.0 * unit for unit in UNITS])
"""A thousand units a week of each service."""
LISTED = {"name": "Riverside", "service": "day_care", "capacity_per_week": 100.0, "price_gbp": 40.0}
EXTREMES: tuple[dict[str, Any], ...] = (
    {"providers": {"day_centre_private_percent": 100.0}},
    {"providers": {"agency_private_percent": 100.0}},
    {"providers": {"listed": [LISTED | {"private_percent": 100.0}]}},
    {"providers": {"in_house_home_care_percent": 100.0, "in_house_price_multiple": 0.0}},
    {"prices": {"home_care_gbp_per_hour": 0.01, "meal_gbp": 0.01}},
)


@pytest.mark.parametrize("levers", EXTREMES)
def test_every_service_has_an_open_provider_and_a_price(levers: dict[str, Any]) -> None:
    made = make(filled(MarketSettings, levers, evidence()), DEMAND, Draws(7, 0), 0.1)
    assert (made.shops[:, REF] >= 1).all()
    for service in range(1, N_SOLD):
        here = made.market[made.shops[service, FIRST] : made.shops[service, LAST]]
        assert (here["state"] == OPEN).any()


def test_a_listed_provider_that_others_fill_is_open_all_the_same() -> None:
    levers = {"providers": {"listed": [LISTED | {"private_percent": 100.0}]}}
    made = make(filled(MarketSettings, levers, evidence()), DEMAND, Draws(7, 0), 0.1)
    assert made.market["state"][made.names.index("Riverside")] == OPEN
