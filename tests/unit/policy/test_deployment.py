"""Deployment: shares and means of Tables 5.1, 5.3 and 5.4, the same person in every scenario, clawback."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from scipy.stats import norm

from ibsim.engine.verbs import YEAR
from ibsim.engine.world import World
from ibsim.evidence import load
from ibsim.policy import deployment
from ibsim.policy.deployment import PARTIES, Held, room
from ibsim.policy.planning import PlanningSettings
from ibsim.units import GROUPS, WEEKS_PER_YEAR
from ibsim.words import Timer
from tests.unit.engine.python_calls import open_to_python
from tests.unit.policy.deployed import PEOPLE, deployed, near, settings, shared
from tests.unit.policy.filling import filled

verbs = open_to_python(room)
RECORDED = {"PD": 91, "LD": 71, "MH": 35, "OP": 65}
"""People whose way of holding is in Table 5.3; the older people's column has fewer mentions than people."""
MIXED = {"PD": 8, "LD": 8, "MH": 9, "OP": 8}
"""Of the 33 in section 5.4 who used several ways."""
TABLE_5_3 = {
    Held.PERSONAL_ACCOUNT: ("personal-account",),
    Held.JOINT_ACCOUNT: ("joint-account",),
    Held.AGENT: ("agent",),
    Held.THIRD_PARTY: ("trust", "service-provider", "other"),
}


@pytest.fixture(scope="module")
def council() -> World:
    return deployed()


def printed(fact: str) -> float:
    """A number as the report prints it; 0 where a table's cell is empty."""
    facts = load().facts
    return facts[fact].value if fact in facts else 0.0


@pytest.mark.parametrize("group", range(4), ids=GROUPS)
def test_budgets_are_held_as_in_table_5_3(council: World, group: int) -> None:
    name, here = GROUPS[group], council.groups == group
    held, mixed = council.people["held"][here], council.people["held_mixed"][here]
    for way, rows in TABLE_5_3.items():
        mentions = sum(printed(f"deploy-{row}-{name.lower()}-n") for row in rows)
        assert near(held == way, mentions / RECORDED[name]), way.name
    by_council = printed(f"deploy-local-authority-{name.lower()}-n")
    assert near((held == Held.COUNCIL) | mixed, by_council / RECORDED[name])
    assert near(mixed, MIXED[name] / RECORDED[name])
    assert not (mixed & (held == Held.COUNCIL)).any()


@pytest.mark.parametrize("party", range(10), ids=PARTIES)
def test_parties_plan_as_in_table_5_4(council: World, party: int) -> None:
    row = f"plan-role-{PARTIES[party].replace('_', '-')}"
    leads, helps = council.people["leads"] >> party & 1, council.people["helps"] >> party & 1
    assert near(leads, printed(f"{row}-leading-pct") / 100)
    assert near(helps, printed(f"{row}-involved-pct") / 100)


def test_every_plan_has_a_leader_and_nobody_both_leads_and_helps(council: World) -> None:
    leads, helps = council.people["leads"], council.people["helps"]
    assert (leads > 0).all()
    assert not (leads & helps).any()
    # several lead: the table's leading shares add up to 152
    assert near(np.bitwise_count(leads), 1.52)


def test_a_plan_has_the_leader_whom_the_room_of_planning_names(council: World) -> None:
    who = filled(PlanningSettings).who_plans
    place = council.draws.uniform("who plans", council.ids) * 100
    staff, paid_help = 0b11, 0b1100
    by_staff = place < who.coordinator_percent
    by_broker = ~by_staff & (place < who.coordinator_percent + who.external_broker_percent)
    leads = council.people["leads"]
    assert (leads[by_staff] & staff > 0).all()
    assert (leads[by_broker] & paid_help > 0).all()
    assert (leads[~by_staff & ~by_broker] & ~(staff | paid_help) > 0).all()


def test_help_with_payments_goes_to_those_whose_budget_is_paid_out(council: World) -> None:
    people = council.people
    paid_out = people["held"] != Held.COUNCIL
    inside = people["payroll_pence"][paid_out] / 100 * WEEKS_PER_YEAR
    outside = people["payment_support_pence"][paid_out] / 100 * WEEKS_PER_YEAR
    # 31 payroll services at 320 pounds a year and 7 helpers at 2,218 in 189 budgets paid out
    a_year = (31 * printed("payroll-support-in-ib-mean") + 7 * printed("dp-support-in-ib-mean")) / 189
    rounding = 0.5 * WEEKS_PER_YEAR / 100
    assert near(inside, a_year, at_least=rounding)
    assert near(outside, 0.6 * 981, at_least=rounding)
    assert not people["payroll_pence"][~paid_out].any()
    assert not people["payment_support_pence"][~paid_out].any()


@pytest.mark.parametrize("group", range(4), ids=GROUPS)
def test_one_off_payments_are_table_5_1s(council: World, group: int) -> None:
    name = GROUPS[group].lower()
    pence = council.people["one_off_pence"][council.groups == group]
    share = printed(f"ib-one-off-{name}-n") / printed(f"ib-plan-records-{name}-n")
    assert near(pence > 0, share)
    assert near(pence[pence > 0] / 100, printed(f"ib-one-off-{name}-mean"))


def test_what_is_left_is_a_share_of_what_is_paid_out(council: World) -> None:
    people = council.people
    left, mixed, by_council = people["underspend_share"], people["held_mixed"], people["held"] == Held.COUNCIL
    assert near(left[~mixed & ~by_council], 0.07)
    assert near(left[mixed], 0.07 * 0.5)
    assert not left[by_council].any()
    assert left.max() <= 1


def same(one: World, other: World, *columns: str) -> bool:
    return all(np.array_equal(one.people[name], other.people[name]) for name in columns)


def test_people_are_the_same_whoever_else_is_there(council: World) -> None:
    some = np.arange(PEOPLE - 1, 0, -37, dtype=np.int64)
    alone = deployed(ids=some)
    for name, _ in deployment.COLUMNS:
        assert np.array_equal(alone.people[name], council.people[name][some]), name


def test_a_lever_moves_its_own_column_and_only_those_whom_it_must(council: World) -> None:
    changed = deployed({"one_off": {"percent": 60.0}, "service_use_correlation": 0.2})
    others = [name for name, _ in deployment.COLUMNS if name not in ("one_off_pence", "ib_services")]
    assert same(council, changed, *(name for name in others if name != "conventional_services"))
    before, after = council.people["one_off_pence"], changed.people["one_off_pence"]
    assert np.array_equal(after[before > 0], before[before > 0])

    more = {"agent_percent": 0.0, "council_percent": {g: 0.0 for g in GROUPS}}
    ways = settings().held.ways()
    to_council = ways[Held.AGENT] + ways[Held.COUNCIL]
    more["council_percent"] = dict(zip(GROUPS, to_council.tolist(), strict=True))
    moved = deployed({"held": more})
    was_council = council.people["held"] == Held.COUNCIL
    assert (moved.people["held"][was_council] == Held.COUNCIL).all()
    at_home = council.people["held"] <= Held.JOINT_ACCOUNT
    assert np.array_equal(moved.people["held"][at_home], council.people["held"][at_home])
    # who would use a support organisation does not hang on who holds the budget
    both = (council.people["held"] != Held.COUNCIL) & (moved.people["held"] != Held.COUNCIL)
    for name in ("payment_support_pence", "payroll_pence"):
        assert np.array_equal(council.people[name][both], moved.people[name][both])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"held": {"agent_percent": {"LD": 30.0}}}, "those of LD add up to 114"),
        ({"held": {"mixed_percent": {"OP": 95.0}}}, "in OP council_percent leaves 87"),
        ({"leading": {"ib_holder_percent": 0.0, "la_care_manager_percent": 0.0}}, "add up to 62"),
        ({"ib_services": {"meals_gbp_per_week": {"MH": 3.0}}}, "meals_gbp_per_week of MH is 3, and nobody"),
        ({"conventional_services": {"unlisted_gbp_per_week": 0.0}}, "unlisted_gbp_per_week of PD must be"),
        ({"held": {"council_percent": 100.5}}, "less than or equal to 100"),
        ({"held": {"council_percent": -1.0}}, "greater than or equal to 0"),
        ({"underspend_percent": 101.0}, "less than or equal to 100"),
        ({"clawback_percent": -1.0}, "greater than or equal to 0"),
        ({"clawback_kept_weeks": -1.0}, "greater than or equal to 0"),
        ({"plan_changes": {"per_year": -0.1}}, "greater than or equal to 0"),
        ({"plan_changes": {"agreed_by": "nobody"}}, "'notice' or 'panel'"),
        ({"service_use_correlation": 1.0}, "less than 1"),
        ({"one_off": {"sigma": {"PD": 3.5}}}, "less than or equal to 3"),
        ({"payment_support": {"payroll": 5.0}}, "Extra inputs are not permitted"),
        ({"involved": {"neighbour_percent": 5.0}}, "Extra inputs are not permitted"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        settings(given)


def test_everybody_can_lead_and_nobody_need_help() -> None:
    alone = {f"{party}_percent": 0.0 for party in PARTIES}
    world = deployed(
        {"leading": alone | {"ib_holder_percent": 100.0}, "involved": alone | {"ib_holder_percent": 50.0}},
        np.arange(1000, dtype=np.int64),
    )
    assert (world.people["leads"] == 1 << PARTIES.index("ib_holder")).all()
    assert not world.people["helps"].any()


def test_levers_travel_to_other_processes() -> None:
    given = settings({"held": {"mixed_council_part_percent": 20.0}, "plan_changes": {"agreed_by": "panel"}})
    assert pickle.loads(pickle.dumps(given)) == given  # noqa: S301  # the executors' own way


def test_every_lever_of_a_changing_policy_reaches_the_rules() -> None:
    before = deployment.rules(settings())
    for given, rule in (
        ({"clawback_percent": 50.0}, "clawback_share"),
        ({"clawback_kept_weeks": 4.0}, "kept_weeks"),
        ({"plan_changes": {"per_year": 1.0}}, "plan_change_rate"),
        ({"plan_changes": {"agreed_by": "panel"}}, "plan_change_by_panel"),
        ({"plan_changes": {"hours": 2.0}}, "plan_change_minutes"),
    ):
        after = deployment.rules(settings(given))
        assert {name for name in before if before[name] != after[name]} == {rule}
    mixed = deployment.rules(settings({"held": {"mixed_council_part_percent": 20.0}}))
    assert mixed["mixed_paid_share"] == 0.8 and before["mixed_paid_share"] == 0.5


BUDGET = 800_000
"""Pence a year."""
SOME = np.arange(20_000, dtype=np.int64)


def test_what_is_over_some_weeks_money_is_clawed_back() -> None:
    levers = {"clawback_percent": 100.0, "clawback_kept_weeks": 5.0}
    world = deployed(levers, SOME)
    w = shared(world, settings(levers))
    left = np.array([verbs.underspend(w, p, BUDGET) for p in range(world.n)])
    back = np.array([verbs.clawed_back(w, p, BUDGET) for p in range(world.n)])
    assert (back <= left).all()
    assert np.array_equal(left, np.rint(BUDGET * world.people["underspend_share"].astype(float)))
    # the expected excess of a lognormal over a limit, in closed form; a mixed budget is half of one
    mean, sigma, kept = 0.07, 0.8, 5 / WEEKS_PER_YEAR
    d = (np.log(mean / kept) + sigma * sigma / 2) / sigma
    excess = BUDGET * (mean * norm.cdf(d) - kept * norm.cdf(d - sigma))
    whole = (world.people["held"] != Held.COUNCIL) & ~world.people["held_mixed"]
    assert near(back[whole], excess)
    assert near(back[world.people["held_mixed"]], excess / 2)
    assert not back[world.people["held"] == Held.COUNCIL].any()


def test_more_kept_and_a_lower_share_leave_people_more() -> None:
    def taken(**levers: float) -> int:
        w = shared(world, settings(levers))
        return sum(verbs.clawed_back(w, p, BUDGET) for p in range(world.n))

    world = deployed(ids=SOME[:2000])
    assert taken() == 0
    assert taken(clawback_percent=100.0) > taken(clawback_percent=50.0) > 0
    assert taken(clawback_percent=50.0, clawback_kept_weeks=4.0) > taken(clawback_percent=50.0)


def test_nothing_is_left_over_of_the_part_that_the_council_holds() -> None:
    def left(percent: float) -> np.ndarray:
        column: np.ndarray = (
            deployed({"held": {"mixed_council_part_percent": percent}}, SOME[:1000])
            .people["underspend_share"]
            .astype(float)
        )
        return column

    mixed = deployed(ids=SOME[:1000]).people["held_mixed"]
    none, third = left(0.0), left(30.0)
    assert third[mixed] == pytest.approx(0.7 * none[mixed], rel=1e-6) and none[mixed].min() > 0
    assert np.array_equal(third[~mixed], none[~mixed])


def test_a_budget_is_paid_out_unless_the_council_holds_it_all() -> None:
    world = deployed(ids=SOME[:500])
    w = shared(world, settings())
    found = [verbs.paid_out(w, p) for p in range(world.n)]
    assert found == (world.people["held"] != Held.COUNCIL).tolist()


def test_plans_change_at_their_rate() -> None:
    world = deployed(ids=SOME[:400])
    w = shared(world, settings({"plan_changes": {"per_year": 5.0}}))
    for p in range(world.n):
        verbs.set_plan_change(w, p, 1440)
    exposure = world.draws.exponential("plan_change", world.ids)
    expected = 1440 + np.floor(exposure / 5 * YEAR + 0.5)
    in_time = expected < 1000 * 1440
    assert in_time.mean() > 0.99
    assert np.array_equal(w.due[Timer.PLAN_CHANGE][in_time], expected[in_time])

    never = shared(world, settings({"plan_changes": {"per_year": 0.0}}))
    verbs.set_plan_change(never, 0, 1440)
    assert never.due[Timer.PLAN_CHANGE, 0] == -1
