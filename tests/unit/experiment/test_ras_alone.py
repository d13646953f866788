"""The RAS on its own: it is the council's own RAS, its sums add up, and its levers cost what they should."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ibsim.compiled import entry
from ibsim.council import Council
from ibsim.engine.shared import Shared
from ibsim.errors import InputError
from ibsim.experiment.ras_alone import levers_on, ras_alone
from ibsim.experiment.ras_stock import Promise, Stock
from ibsim.policy import assessment
from ibsim.policy.allocation import room as allocation
from ibsim.policy.packages import worth
from ibsim.results.ras import RasAlone, ras_csv, sentences
from ibsim.scenario import ResolvedScenario, load
from ibsim.units import GROUPS, WEEKS_PER_YEAR

SMALL = ("calendar.years=1", "calendar.warm_up_years=0", "population.clients_at_start=600")
PLAIN = (
    *SMALL,
    "allocation.adjusted_percent=0",
    "allocation.dispute_percent=0",
    "allocation.ras.floor_gbp_per_year=0",
    "allocation.ras.ceiling_gbp_per_year=10000000",
)


def small(*sets: str, base: tuple[str, ...] = SMALL) -> ResolvedScenario:
    return load("metropolitan", [*base, *sets])


def stock_of(scenario: ResolvedScenario) -> Stock:
    return Stock(scenario, scenario.levers, 1, 1)


def promised(scenario: ResolvedScenario) -> Promise:
    stock, settings = stock_of(scenario), scenario.levers.allocation
    return stock.promise(settings, stock.prices(settings.ras))


def total(found: RasAlone, item: str, group: str = "all", table: str = "money") -> float:
    return found.mean(table, item, "pounds a year", group)


@entry
def _in_the_council(w: Shared, people: np.ndarray, present: np.ndarray, out: np.ndarray) -> None:
    """What the council's own verbs give: points, budget before and after disputes, and its worth a week."""
    for i in range(people.size):
        p = people[i]
        allocation.state(w, p, 0, assessment.filled_in_by(w, p), 0)
        if allocation.by_outcome(w, p):
            out[i, 1] = allocation.plan_cost(w, p)
        else:
            allocation.allocate(w, p, 0, present[i])
            out[i, 1] = w.people[p].indicative_budget
            if allocation.disputes(w, p):
                allocation.hear(w, p, 0)
        out[i, 0] = w.people[p].points
        out[i, 2] = out[i, 1] if allocation.by_outcome(w, p) else w.people[p].indicative_budget
        out[i, 3] = worth(w, p, out[i, 2])


@pytest.mark.parametrize("method", allocation.METHODS)
def test_everybody_gets_to_the_penny_what_the_council_s_own_rooms_would_give(method: str) -> None:
    protection = ("allocation.ras.protection_percent=80", "allocation.ras.protection_years=2")
    scenario = small(f"allocation.ras.method={method}", *protection)
    council, stock = Council(scenario, 1, 1), stock_of(scenario)
    settings = scenario.levers.allocation
    people = np.flatnonzero(council.world.people["has_package"] & (council.world.people["arrives_at"] == 0))
    by_id = people[np.argsort(council.world.ids[people])]
    mine = np.argsort(stock.people["id"])
    assert (council.world.ids[by_id] == stock.people["id"][mine]).all()
    price = {"points": council.prices.prices, "hours": np.full(4, 100 * settings.ras.gbp_per_hour)}
    if method == "points":
        assert (stock.prices(settings.ras) == price["points"]).all()
    prices = price.get(method, np.zeros(4)) * (WEEKS_PER_YEAR if method == "hours" else 1)
    own = stock.promise(settings, prices)
    content = scenario.levers.packages.plan_content_factor.array()[stock.groups]
    present = np.floor(stock.services * WEEKS_PER_YEAR / content + 0.5).astype(np.int64)[mine]
    theirs = np.zeros((people.size, 4), dtype=np.int64)
    _in_the_council(council.machine.ready(people.size), by_id, present, theirs)
    assert (theirs[:, 0] == stock.points(settings.ras)[mine]).all()
    assert (theirs[:, 1] == own.protected[mine]).all()
    assert (theirs[:, 2] == own.budget[mine]).all()
    assert (theirs[:, 3] == stock.worth(own.budget)[mine]).all()


def test_one_more_pound_a_point_costs_exactly_the_points() -> None:
    scenario = small(base=PLAIN)
    found, stock = ras_alone(scenario, 1, 1), stock_of(scenario)
    points = stock.points(scenario.levers.allocation.ras)
    by_group = [points[stock.groups == group].sum() for group in range(len(GROUPS))]
    more = found.row("what if", "one_pound", "pounds a year")
    assert more is not None
    assert more.values[0] == pytest.approx([*by_group, points.sum()], abs=1e-6)


def test_the_account_leads_from_the_money_to_what_is_promised() -> None:
    found = ras_alone(
        small("allocation.ras.protection_percent=60", "allocation.ras.protection_years=1"), 1, 2
    )
    for group in (*GROUPS, "all"):
        steps = ("formula", "adjustments", "floor_and_ceiling", "protection", "disputes")
        added = sum(total(found, item, group) for item in steps)
        assert added == pytest.approx(total(found, "promised", group), abs=0.01)
        assert total(found, "protection", group) > 0
    parts = [total(found, "promised", group) for group in GROUPS]
    assert sum(parts) == pytest.approx(total(found, "promised"))


@pytest.mark.parametrize("prices", ["group", "single"])
def test_a_price_set_on_everybody_shares_out_the_money_less_contingency(prices: str) -> None:
    """Only the sample of the desk-top exercise, and who fills its forms in, part the two otherwise."""
    kinds = ("self_percent=100", "supported_percent=0", "professional_percent=0")
    ras = ("sample_people=100000", "contingency_percent=12", f"prices={prices}")
    sets = [f"assessment.{kind}" for kind in kinds] + [f"allocation.ras.{lever}" for lever in ras]
    found = ras_alone(small(*sets, base=PLAIN), 1, 1)
    assert total(found, "to_share_out") == pytest.approx(0.88 * total(found, "money"))
    half_a_penny_each = 0.005 * found.mean("price list", "people") + 0.01
    assert abs(total(found, "promised") - total(found, "to_share_out")) < half_a_penny_each
    apart = abs(total(found, "promised", "LD") - total(found, "to_share_out", "LD"))
    assert (apart < half_a_penny_each) == (prices == "group")


def test_a_single_price_pools_money_and_points_and_what_if_says_so() -> None:
    group, single = small(), small("allocation.ras.prices=single")
    stock, levers = stock_of(group), single.levers.allocation
    one = stock.prices(levers.ras)
    assert (one == one[0]).all()
    own = stock.prices(group.levers.allocation.ras)
    assert own.min() < one[0] < own.max()
    other = ras_alone(single, 1, 1)
    extra = total(ras_alone(group, 1, 1), "single_prices", table="what if")
    assert extra == pytest.approx(total(other, "promised") - total(ras_alone(group, 1, 1), "promised"))
    assert other.mean("price list", "price") == pytest.approx(one[0] / 100)


def test_full_protection_costs_what_the_losers_would_lose() -> None:
    """Each loser's budget rises to what is worth the package; nobody else's changes."""
    scenario = small(base=PLAIN)
    stock, base = stock_of(scenario), promised(scenario)
    found = ras_alone(scenario, 1, 1)
    present = stock.services * WEEKS_PER_YEAR / stock.content
    short = np.maximum(present - base.budget, 0).sum() / 100
    assert total(found, "full_protection", table="what if") == pytest.approx(short, rel=1e-6)
    assert found.mean("what if", "full_protection", "percent") == 0


def test_limits_hold_for_every_budget() -> None:
    scenario = small("allocation.ras.floor_gbp_per_year=3000", "allocation.ras.ceiling_gbp_per_year=9000")
    budget = promised(scenario).budget
    assert budget.min() == 300_000 and budget.max() == 900_000
    found = ras_alone(scenario, 1, 1)
    assert found.mean("budgets", "at_floor") == pytest.approx(100 * (budget == 300_000).mean())
    assert found.mean("budgets", "at_ceiling") == pytest.approx(100 * (budget == 900_000).mean())


def test_the_levers_are_those_of_the_day_asked_for() -> None:
    dated = "allocation.ras.contingency_percent=[{from: 2006-10-01, value: 20}]"
    scenario = small(dated)
    assert levers_on(scenario, date(2006, 9, 30)).allocation.ras.contingency_percent == 5
    assert levers_on(scenario, date(2006, 10, 1)).allocation.ras.contingency_percent == 20
    early, late = ras_alone(scenario, 1, 1), ras_alone(scenario, 1, 1, date(2007, 1, 1))
    ratio = late.mean("price list", "price", group="OP") / early.mean("price list", "price", group="OP")
    assert ratio == pytest.approx(0.8 / 0.95)
    with pytest.raises(InputError, match="--on"):
        ras_alone(scenario, 1, 1, date(2030, 1, 1))


def test_a_council_without_packages_has_nothing_to_try_the_ras_on() -> None:
    with pytest.raises(InputError, match="nobody with a package"):
        ras_alone(small("population.clients_at_start=0"), 1, 1)


def test_a_group_without_people_is_left_blank() -> None:
    found = ras_alone(small("population.clients_at_start.MH=0"), 1, 2)
    assert np.isnan(found.mean("budgets", "mean", group="MH"))
    assert found.mean("budgets", "mean", group="OP") > 0
    rows = ras_csv(found).splitlines()
    assert "budgets,mean,OP" in "\n".join(rows) and "budgets,mean,MH" not in "\n".join(rows)
    assert not any("nan" in sentence for sentence in sentences(found))


@pytest.mark.parametrize("method", allocation.METHODS)
def test_words_fit_the_method(method: str) -> None:
    found = ras_alone(small(f"allocation.ras.method={method}"), 1, 2)
    text = " ".join(sentences(found))
    assert ("a point" in text, "an hour" in text) == (method == "points", method == "hours")
    assert ("disputes included" in text) == (method != "outcome")
    assert (found.row("price list", "price") is None) == (method == "outcome")


def test_a_larger_sample_steadies_the_price() -> None:
    few, many = (
        ras_alone(small(f"allocation.ras.sample_people={people}"), 1, 8).row("money", "over_shared")
        for people in (20, 400)
    )
    assert few is not None and many is not None
    assert many.statistics.sd[-1] < few.statistics.sd[-1] / 2


def shipped(strategy: str) -> RasAlone:
    return ras_alone(load(f"metropolitan-{strategy}", SMALL[2:]), 1, 2)


def test_the_shipped_levers_do_what_a_council_means_by_them() -> None:
    parent = shipped("total-transformation")
    single, group = shipped("single-price"), shipped("group-prices")
    assert group.rows[-1].values == pytest.approx(parent.rows[-1].values, nan_ok=True)
    # points go with the root of what a group's packages cost: one price takes from LD for PD and MH
    for name, more in (("PD", True), ("LD", False), ("MH", True)):
        assert (total(single, "promised", name) > total(parent, "promised", name)) == more
    assert shipped("no-losers").mean("against packages", "losers") < 0.5, "all but those above the ceiling"
    tight = shipped("tight-contingency")
    assert tight.mean("money", "over_money") - parent.mean("money", "over_money") == pytest.approx(
        4.2, abs=0.3
    )
    assert shipped("outcome-focused").row("price list", "price") is None


@pytest.mark.parametrize(
    ("sets", "part"),
    [
        (("allocation.ras.money_percent_of_package=0",), "there is no money to share out"),
        (("allocation.ras.contingency_percent=100",), "all the money is held back"),
        (("allocation.ras.method=hours", "allocation.ras.gbp_per_hour=0"), "0 percent have more."),
        (("packages.plan_content_factor=0",), "100 percent of the people have less"),
        (("population.clients_at_start.OP=0",), "One more pound a point costs"),
    ],
)
def test_words_stay_sense_at_the_ends_of_the_levers(sets: tuple[str, ...], part: str) -> None:
    text = " ".join(sentences(ras_alone(small(*sets), 1, 1)))
    assert part in text and "nan" not in text
    assert "lose (100 percent), least often" not in text
