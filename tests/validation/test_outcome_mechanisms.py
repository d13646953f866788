"""Outcomes in the run: they last as long as the support does, and the dice of one person never change."""

from __future__ import annotations

import numpy as np

from tests.councils import Laboratory, Tree, wave, whole
from tests.validation.levels import SLACK

ALIKE: Tree = {"outcomes": {"group_differences_percent": 0}}
"""One effect for all groups, so that a gain is a gain whoever has it."""


def test_delaying_support_plans_delays_outcomes(lab: Laboratory) -> None:
    soon, late = (
        lab.tables(SLACK, ALIKE, wave(), {"planning": {"choosing_days_median": days}}) for days in (14, 150)
    )
    gains = [whole(tables, "ascot_gain_point_years") for tables in (soon, late)]
    assert 0 < gains[1] < 0.8 * gains[0]
    # those who have an IB fare as well with it, however long they waited
    means = [tables.metrics["ascot_mean"][-1, 1, -1] for tables in (soon, late)]
    assert abs(means[0] - means[1]) < 0.1


def test_nobody_gains_without_an_ib(lab: Laboratory) -> None:
    nobody = lab.tables(SLACK)
    assert whole(nobody, "ascot_gain_point_years") == 0
    assert np.isnan(nobody.metrics["ascot_mean"][:, 1]).all()


def test_an_effect_changes_nothing_but_outcomes(lab: Laboratory) -> None:
    usual, better = (lab.tables(SLACK, ALIKE, wave(), {"outcomes": {"ascot_ib_effect": x}}) for x in (0, 0.5))
    changed = {
        name for name, cube in usual.metrics.items()
        if not np.array_equal(cube, better.metrics[name], equal_nan=True)
    }  # fmt: skip
    assert changed == {"ascot_mean", "ascot_gain_point_years"}
    conventional = [tables.metrics["ascot_mean"][:, 0] for tables in (usual, better)]
    assert np.array_equal(conventional[0], conventional[1], equal_nan=True)
    held = [tables.metrics["ascot_mean"][-1, 1, -1] for tables in (usual, better)]
    assert 0.45 < held[1] - held[0] < 0.55  # of these few people each has draws of their own


def test_health_costs_stand_beside_the_books(lab: Laboratory) -> None:
    usual, dearer = (
        lab.tables(SLACK, wave(), {"outcomes": {"health_ib_gbp_per_week": pounds}}) for pounds in (50, 500)
    )
    assert np.array_equal(usual.ledger, dearer.ledger)
    assert whole(usual, "gross_cost_gbp") == whole(dearer, "gross_cost_gbp")
    spent = [tables.metrics["health_gbp"][:, 1, -1] for tables in (usual, dearer)]
    assert np.allclose(10 * spent[0], spent[1])
    parts = [name for name in usual.metrics if name.startswith("health_gbp_per_person_week_")]
    assert np.allclose(
        sum(usual.metrics[name] for name in parts),
        usual.metrics["health_gbp_per_person_week"],
        equal_nan=True,
    )


def test_who_wins_and_who_loses_adds_up(lab: Laboratory) -> None:
    gains = lab.tables(SLACK, wave()).gains
    people, more, less, change = gains["winners_all"][0]
    assert people > 50 and more > 0 and less > 0 and more + less <= people
    for by in ("group", "age", "ethnicity", "old_package", "direct_payment"):
        assert np.allclose(gains[f"winners_{by}"].sum(axis=0), [people, more, less, change]), by


def test_the_sample_of_holders_stands_for_all(lab: Laboratory) -> None:
    tables = lab.tables(SLACK, wave())
    gains, time = tables.gains, tables.metrics["ascot_gain_point_years"][:4, 1, -1]
    in_years = gains["all_weeks"] * 7 / 365.25
    assert np.allclose(gains["all_difference"][:, 2] * in_years, time)
    for group in range(4):
        mine = gains["group"] == group
        assert mine.sum() == min(150, gains["all_people"][group])
        if mine.sum() == gains["all_people"][group]:
            mean = np.average(gains["difference"][mine], axis=0, weights=gains["weight"][mine])
            assert np.allclose(mean, gains["all_difference"][group], rtol=1e-4, atol=1e-4)
