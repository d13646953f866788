"""Funding: thresholds, caps and restrictions of the streams, and sums that are the same in every scenario."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import norm

from ibsim.policy.funding import adaptations, room
from ibsim.policy.funding.room import HELD, NEW, NO_AWARD, OUT_OF_REACH
from ibsim.units import GROUPS, WEEKS_PER_YEAR
from ibsim.words import Stream, Timer
from tests.unit.engine.python_calls import open_to_python
from tests.unit.policy.deployed import near
from tests.unit.policy.small import Small, evidence

verbs, works = open_to_python(room), open_to_python(adaptations)
Tree = dict[str, Any]
PD, LD, OP = 0, 1, 3
MANY = 40_000
"""In each group."""


def of(**streams: Tree | float) -> Tree:
    return {"funding": streams}


@pytest.fixture(scope="module")
def council() -> Small:
    return Small(MANY)


def by_group(row: str) -> NDArray[np.float64]:
    return evidence().by_group(row)


# --- what everybody would get -------------------------------------------------------------------------


@pytest.mark.parametrize("group", range(4), ids=GROUPS)
def test_sums_that_join_are_table_5_2s(council: Small, group: int) -> None:
    sp = council.world.people["sp_sum"][council.world.groups == group]
    assert near(sp > 0, by_group("sp-take-up-percent")[group] / 100)
    assert near(sp[sp > 0] / 100, by_group("sp-amount-gbp-per-year")[group])
    award = council.world.people["ilf_award"][council.world.groups == group] / 100
    cap = evidence().value("ilf-award-cap-gbp-per-year")
    mean, sigma = by_group("ilf-award-gbp-per-year")[group], by_group("ilf-award-sigma")[group]
    assert award.max() <= cap
    # the mean of a lognormal cut off at the cap, in closed form
    d = (np.log(cap / mean) + sigma**2 / 2) / sigma
    assert near(award, mean * norm.cdf(d - sigma) + cap * norm.sf(d))


@pytest.mark.parametrize("arm", ["ib", "conventional"])
@pytest.mark.parametrize("group", range(4), ids=GROUPS)
def test_sums_apart_have_the_means_of_table_7_2(council: Small, group: int, arm: str) -> None:
    people = council.world.people[council.world.groups == group]
    half_a_penny = 0.005
    assert near(
        people[f"ices_{arm}"] / 100, by_group(f"ices-{arm}-gbp-per-week")[group], at_least=half_a_penny
    )
    column = "sp_apart" if arm == "ib" else "sp_conventional"
    assert near(people[column] / 100, by_group(f"sp-{arm}-gbp-per-week")[group], at_least=half_a_penny)


def test_nobody_without_a_package_is_given_anything() -> None:
    people = Small(500, package=False).world.people
    for name in ("sp_sum", "sp_apart", "sp_conventional", "ilf_conventional", "atw_sum", "ices_ib"):
        assert not people[name].any(), name


def test_people_are_the_same_whoever_else_comes() -> None:
    alone = Small(200)
    # the same stock, and others who come later
    more = Small(300)
    more.world.people["arrives_at"][alone.world.n :] = 1
    room.fill(more.world, more.levers["funding"])
    for name, _ in room.COLUMNS:
        assert np.array_equal(alone.world.people[name], more.world.people[name][: alone.world.n]), name


def test_a_lever_of_one_stream_moves_no_other() -> None:
    plain = Small(500).world.people
    changed = Small(500, of(sp={"take_up_percent": 50.0, "gbp_per_year": 9_000.0})).world.people
    moved = {name for name, _ in room.COLUMNS if not np.array_equal(plain[name], changed[name])}
    assert moved == {"sp_sum"}
    # who had it still has it
    assert (changed["sp_sum"][plain["sp_sum"] > 0] > 0).all()


# --- ILF: threshold, standing, restriction ------------------------------------------------------------


def standing_at(gbp_of_care_a_week: float, now: float = 200.0, group: int = PD, **person: float) -> int:
    """How somebody of 40 without an award, who would apply, stands at so much personal care a week."""
    small = Small(1, of(ilf={"application_percent": 100.0, "threshold_gbp_per_week": now}))
    people = small.world.people
    people["ilf_place"], people["age"] = 0.999, 40
    for column, value in person.items():
        people[column] = value
    a_year = gbp_of_care_a_week * 100 * WEEKS_PER_YEAR / (by_group("personal-care-percent")[group] / 100)
    return int(verbs.ilf_standing(small.shared(), group, round(a_year)))


@pytest.mark.parametrize("group", [PD, LD])
def test_new_awards_need_the_threshold_of_personal_care(group: int) -> None:
    assert standing_at(200.01, group=group) == NEW
    assert standing_at(199.99, group=group) == NO_AWARD


def test_a_raised_threshold_puts_new_applicants_between_out_of_reach() -> None:
    assert [standing_at(care, now=320.0) for care in (199.99, 200.01, 319.99, 320.01)] == [
        NO_AWARD, OUT_OF_REACH, OUT_OF_REACH, NEW,
    ]  # fmt: skip
    # an award that is held is kept, as it was under the old threshold
    assert standing_at(250.0, now=320.0, ilf_place=0.0) == HELD


def test_a_lowered_threshold_lets_more_apply() -> None:
    assert [standing_at(care, now=150.0) for care in (149.99, 150.01, 199.99, 200.01)] == [
        NO_AWARD, NEW, NEW, NEW,
    ]  # fmt: skip


def test_nobody_over_the_age_applies_anew_and_awards_are_carried_over() -> None:
    oldest = evidence().value("ilf-oldest-applicant")
    assert standing_at(500.0, age=oldest) == NEW
    assert standing_at(500.0, age=oldest + 1) == NO_AWARD
    assert standing_at(500.0, age=oldest + 1, ilf_place=0.0) == HELD


def test_holders_and_applicants_are_the_levers_shares() -> None:
    small = Small(5_000)
    people, w = small.world.people, small.shared()
    found = np.array([verbs.ilf_standing(w, p, 50_000_00) for p in range(people.size)])
    for group in (PD, LD, OP):
        here = found[people["group"] == group]
        held = by_group("ilf-prior-of-eligible-percent")[group] / 100
        assert near(here == HELD, held)
        applies = by_group("ilf-application-percent")[group] / 100
        expected = 0.0 if group == OP else applies  # everybody here is 80
        assert near(here[here != HELD] == NEW, expected)


@given(st.integers(0, 20_000_000), st.floats(0, 99.9), st.integers(0, 3_876_000))
@settings(max_examples=60, deadline=None)
def test_an_award_buys_personal_care_only(council_pence: int, percent: float, award: int) -> None:
    small = Small(1, of(ilf={"personal_care_percent": percent}))
    small.world.people["ilf_award"] = award
    found = verbs.ilf_sum(small.shared(), 0, council_pence)
    assert 0 <= found <= award
    # no more than the personal care in the plan that both pay for; all of the award if there is room
    room_for = percent / 100 * (council_pence + found)
    assert found <= room_for + 0.5 + 1e-6 * room_for
    if found < award:
        assert found + 1 > percent / 100 * (council_pence + found + 1) - 0.5 - 1e-6 * room_for


def test_an_award_is_all_for_a_plan_of_personal_care() -> None:
    small = Small(1, of(ilf={"personal_care_percent": 100.0}))
    small.world.people["ilf_award"] = 777_777
    assert verbs.ilf_sum(small.shared(), 0, 1) == 777_777


# --- SP: the cap --------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 400_000), min_size=8, max_size=8),
    st.lists(st.tuples(st.integers(0, 7), st.booleans()), max_size=40),
    st.floats(0, 20_000),
    st.sampled_from([0.0, 1.0, 10.0, 40.0, 100.0]),
)
def test_sp_in_ibs_never_passes_its_cap(
    sums: list[int], turns: list[tuple[int, bool]], grant: float, percent: float
) -> None:
    small = Small(2, of(sp={"budget_gbp_per_year": grant, "cap_percent": percent}))
    people, w = small.world.people, small.shared()
    people["sp_sum"] = sums
    cap = grant * percent  # pounds times percent are pence
    for p, joins in turns:
        if joins and people["sp_budget"][p] == 0:
            room_left = cap - people["sp_budget"].sum()
            assert verbs.join_sp(w, p) == (0 < people["sp_sum"][p] <= room_left)
        elif not joins:
            verbs.release(w, p)
            assert people["sp_budget"][p] == 0
        assert w.committed[Stream.SP] == people["sp_budget"].sum() <= cap


def test_sp_room_is_free_again_when_an_ib_ends() -> None:
    small = Small(1, of(sp={"budget_gbp_per_year": 10_000.0, "cap_percent": 10.0}))
    people, w = small.world.people, small.shared()
    people["sp_sum"] = 60_000
    assert verbs.join_sp(w, 0)
    assert not verbs.join_sp(w, 1)
    verbs.release(w, 0)
    assert verbs.join_sp(w, 1)
    verbs.release(w, 0)  # who has nothing gives nothing back
    assert w.committed[Stream.SP] == 60_000


def test_an_ib_that_ends_leaves_nothing_behind() -> None:
    small = Small(1)
    people, w = small.world.people, small.shared()
    people["sp_sum"], people["atw_sum"] = 1, 2
    verbs.join_sp(w, 0)
    verbs.join_ilf(w, 0, 3)
    verbs.join_atw(w, 0)
    verbs.count_on(w, 0, 4)
    verbs.keep_ilf_apart(w, 0)
    verbs.apply(w, 0, Stream.ILF)
    verbs.release(w, 0)
    left = ("sp_budget", "ilf_budget", "atw_budget", "counted_on", "ilf_apart", "applying")
    assert {name: int(people[name][0]) for name in left} == dict.fromkeys(left, 0)
    assert not w.committed.any()


# --- applications -------------------------------------------------------------------------------------


def test_each_application_takes_its_minutes_and_is_closed_alone() -> None:
    small = Small(1, of(
        sp={"application_hours": 1.0}, ilf={"application_hours": 5.0}, atw={"application_hours": 1.5}
    ))  # fmt: skip
    w = small.shared()
    taken = {Stream.SP: 60, Stream.ILF: 300, Stream.ATW: 90}
    open_: set[Stream] = set()
    for stream in taken:
        verbs.apply(w, 0, stream)
        open_.add(stream)
        assert verbs.application_minutes(w, 0) == sum(taken[one] for one in open_)
    for stream in taken:
        verbs.close_application(w, 0, stream)
        open_.discard(stream)
        assert {one for one in taken if verbs.has_applied(w, 0, one)} == open_
        assert verbs.application_minutes(w, 0) == sum(taken[one] for one in open_)


# --- adaptations and equipment ------------------------------------------------------------------------


def costs_of_adaptations(limit: float) -> NDArray[np.int64]:
    small = Small(5_000, of(dfg={"limit_gbp": limit}))
    w = small.shared()
    return np.array([works.adaptation(w, p) for p in range(small.world.n)])


def test_no_grant_is_above_the_limit() -> None:
    unlimited, limited = costs_of_adaptations(1e6), costs_of_adaptations(25_000.0)
    assert near(unlimited / 100, evidence().value("dfg-award-gbp"))
    assert limited.max() == 2_500_000
    assert np.array_equal(limited, np.minimum(unlimited, 2_500_000))


def test_equipment_in_a_budget_is_bought_at_the_shops_price() -> None:
    plain = Small(2_000)
    people = plain.world.people
    has = np.flatnonzero(people["ices_ib"] > 0)
    for mode, factor in (("recharge", 1.0), ("aligned", 1.0), ("integrated", 1.5)):
        small = Small(2_000, of(ices={"mode": mode, "high_street_factor": 1.5}))
        w = small.shared()
        assert np.array_equal(small.world.people["ices_ib"], people["ices_ib"])
        for p in has[:50]:
            price = int(people["ices_ib"][p])
            assert verbs.ices_weekly(w, p, True) == int(np.floor(price * factor + 0.5))
            assert verbs.ices_weekly(w, p, False) == people["ices_conventional"][p]


def test_support_goes_on_apart_until_it_joins_an_ib() -> None:
    """Whoever finds the cap full, or whose stream is excluded, still has the support that SP pays for."""
    small = Small(1, of(sp={"mode": "integrated", "budget_gbp_per_year": 123_456, "cap_percent": 1}))
    small.world.people["sp_sum"] = 123_456
    w = small.shared()
    assert verbs.sp_outside(w, 0) == 123_456
    assert verbs.join_sp(w, 0)
    assert verbs.sp_outside(w, 0) == 0


def test_only_what_has_been_applied_for_falls_due_after_its_own_days() -> None:
    small = Small(1, of(sp={"decision_days": 30.0}, atw={"decision_days": 45.0}))
    w, day = small.shared(), 24 * 60
    asked = 7 * day + 615  # a quarter past ten on the eighth day
    verbs.apply(w, 0, Stream.SP)
    verbs.apply(w, 1, Stream.ATW)
    for person in range(3):
        verbs.send(w, person, asked)
    assert w.due[Timer.SP_DECISION].tolist() == [asked + 30 * day, -1, -1, -1]
    assert w.due[Timer.ATW_DECISION].tolist() == [-1, asked + 45 * day, -1, -1]
    assert small.world.people["sp_asked_at"].tolist()[:2] == [asked, -1]
