"""Prices: a pound of another year, and what of the evidence follows it."""

from __future__ import annotations

import pytest

from ibsim.errors import EvidenceError
from ibsim.evidence import load
from ibsim.evidence.prices import power_of_pounds, prices_of


def test_the_reports_own_step_from_2006_07_to_2007_08() -> None:
    assert load().in_prices("2006-07").prices.pound == pytest.approx(1 / 1.036)
    assert load().facts["pss-inflator-pct"].value == load().value("price-rise-to-2007-08-percent") == 3.6


def test_years_are_chained_forth_and_back() -> None:
    rises = {"2006-07": 10.0, "2007-08": 50.0, "2008-09": 100.0}
    assert prices_of("2005-06", rises.get).pound == pytest.approx(1 / 1.65)
    assert prices_of("2008-09", rises.get).pound == 2.0
    assert prices_of("2007-08", rises.get).pound == 1.0
    with pytest.raises(EvidenceError, match="price-rise-to-2005-06-percent"):
        prices_of("2004-05", rises.get)


def test_pounds_follow_prices_and_nothing_else_does() -> None:
    usual, cheaper = load(), load().in_prices("2006-07")
    for row in usual.rows():
        if isinstance(row.value, str):
            continue
        power = power_of_pounds(row.unit)
        ratio = (1 / 1.036) ** power
        assert cheaper.value(row.id, row.group) == pytest.approx(row.value * ratio, rel=1e-12), row.key
        assert ("gbp" in row.id.split("-")) == (power == 1), row.key
        if power == 0:
            assert cheaper.value(row.id, row.group) == row.value, row.key


def test_formulas_overrides_and_draws_stay_in_the_packs_prices() -> None:
    cheaper = load().in_prices("2006-07")
    row = cheaper.row("care-coordinator-gbp-per-hour")
    assert cheaper.worked(row) == pytest.approx(row.value, rel=1e-4)
    changed = cheaper.with_overrides({"panel-gbp-per-case": 103.6})
    assert changed.value("panel-gbp-per-case") == pytest.approx(100.0)
    assert cheaper.digest != load().digest
    assert cheaper.sampled(lambda key: 0.5).prices == cheaper.prices == cheaper.rederived().prices
    assert load().in_prices("2007-08").digest == load().digest
