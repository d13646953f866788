"""A nation is the sum of its councils, and its means are those that one large council would have."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ibsim.errors import RunError
from ibsim.results.metrics import REGISTRY
from ibsim.results.national import NationalSum, combined, is_summed, weight_of

Cube = NDArray[np.float64]


def cube(value: float) -> Cube:
    return np.full((5, 3, 2), value)


def nation(*councils: dict[str, Cube]) -> dict[str, float]:
    added = NationalSum()
    for council in councils:
        added.add(council)
    added.close()
    return {name: float(added.statistics().mean[row, -1, -1, -1]) for row, name in enumerate(added.metrics)}


def test_numbers_are_added_and_means_weighted_by_those_they_are_over() -> None:
    small = {"first_assessments_new_clients": cube(100), "wait_days_referral_to_assessment": cube(10)}
    large = {"first_assessments_new_clients": cube(300), "wait_days_referral_to_assessment": cube(30)}
    found = nation(small, large)
    assert found["first_assessments_new_clients"] == 400
    assert found["wait_days_referral_to_assessment"] == pytest.approx((100 * 10 + 300 * 30) / 400)


def test_a_weekly_cost_is_all_spend_over_all_weeks() -> None:
    """Council one: 1,000 pounds over 10 weeks, council two: 300 pounds over 30."""
    one = {"package_gbp": cube(1000), "package_gbp_per_person_week": cube(100)}
    two = {"package_gbp": cube(300), "package_gbp_per_person_week": cube(10)}
    assert nation(one, two)["package_gbp_per_person_week"] == pytest.approx(1300 / 40)


def test_who_does_not_count_in_a_council_does_not_count_in_the_nation() -> None:
    none = {"reviews_due": cube(0), "review_compliance_percent": cube(np.nan), "ib_holders": cube(np.nan)}
    some = {"reviews_due": cube(10), "review_compliance_percent": cube(60), "ib_holders": cube(5)}
    found = nation(none, some)
    assert found["review_compliance_percent"] == pytest.approx(60)
    assert found["ib_holders"] == 5
    assert np.isnan(nation(none, none)["review_compliance_percent"])


def test_means_without_weight_count_alike() -> None:
    """Nobody consented, yet the metric has values: better their mean than none."""
    councils = [{"consents": cube(0), "wait_days_consent_to_in_place": cube(value)} for value in (20.0, 40.0)]
    assert nation(*councils)["wait_days_consent_to_in_place"] == pytest.approx(30)


def test_replications_give_the_interval() -> None:
    added = NationalSum()
    for values in ((1.0, 2.0), (3.0, 4.0)):
        for value in values:
            added.add({"referrals": cube(value)})
        added.close()
    found = added.statistics()
    assert (found.mean[0, 0, 0, 0], found.replications[0, 0, 0, 0]) == (5, 2)
    assert found.ci_low[0, 0, 0, 0] < 3 and found.ci_high[0, 0, 0, 0] > 7


def test_every_metric_has_a_way_to_be_combined() -> None:
    for name, metric in REGISTRY.items():
        if is_summed(metric):
            assert combined(metric) == "sum of the councils"
        else:
            assert is_summed(REGISTRY[weight_of(name)]), f"{name} is weighted by a number of something"
    assert weight_of("waiting_age_days_planning") == "people_waiting_planning"
    assert combined(REGISTRY["wait_days_referral_to_assessment_p90"]).startswith("the councils' percentiles")


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(RunError, match="nonsense"):
        NationalSum().add({"nonsense": cube(1)})
