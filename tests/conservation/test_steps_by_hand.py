"""Single steps of the pathway: what follows for these people and nobody else, worked out by hand."""

from __future__ import annotations

from math import floor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ibsim.council import Council
from ibsim.pathway import Batch
from ibsim.policy.deployment import Held
from ibsim.policy.market.verbs import CLOSED, COVER, DOORS, FIRST, LAST, OPEN, Terms
from ibsim.policy.rollout.room import Rollout
from ibsim.units import DAY_MINUTES, GROUPS, WEEKS_PER_YEAR
from ibsim.words import IB, IB_SUPPORT, Category, Event, Leader, Matter, Stage, Stream, Timer, Work
from tests.councils import Laboratory, Tree, part_of_council

NOW = 100 * DAY_MINUTES
SHORT: Tree = {"calendar": {"years": 1, "warm_up_years": 0}}
CONTENT = {"PD": 1.18712, "LD": 0.907957, "MH": 1.14458, "OP": 1.16303}
"""What a pound of an IB is worth in the pounds of a package (the evidence's plan-content-factor)."""
REFUSED_LOWER = 1
"""Why somebody refuses: the sum is below the support in place."""
HOME_CARE, DAY_CARE = int(Category.HOME_CARE), int(Category.DAY_CARE)
Rows = NDArray[np.int64]


class Some:
    """A small council, and some of its package holders whose support is in place."""

    def __init__(self, folder: Path, *levers: Tree, n: int = 12) -> None:
        self.council = Council(Laboratory(folder).scenario(part_of_council(0.03), SHORT, *levers), 1, 0)
        self.people, self.machine = self.council.world.people, self.council.machine
        there = (self.people["stage"] == Stage.IN_PLACE) & self.people["has_package"]
        self.rows: Rows = np.flatnonzero(there)[:n]

    def hold_ibs(self, pence_a_year: int) -> None:
        """An IB of so much is in place for each."""
        for column, value in (("arm", IB), ("support", IB_SUPPORT), ("final_budget", pence_a_year)):
            self.people[column][self.rows] = value

    def act(self, batch: Batch, code: int, at: int = NOW) -> None:
        """Hand them over."""
        if batch == Batch.DUE:
            self.machine.timers.due[code, self.rows] = at
        n = self.rows.size
        self.council.act(batch, self.rows, np.full(n, code), np.full(n, at))

    def noted(self, event: Event) -> NDArray[Any]:
        """The rows of the history about them."""
        history = self.machine.history
        rows: NDArray[Any] = history.rows[: history.count[0]]
        found: NDArray[Any] = rows[(rows["kind"] == event) & np.isin(rows["person"], self.rows)]
        return found


@pytest.mark.parametrize("agreed_by", ["notice", "panel"])
def test_a_change_of_plan_waits_for_the_panel_only_where_it_has_to_be_asked(
    tmp_path: Path, agreed_by: str
) -> None:
    some = Some(tmp_path, {"deployment": {"plan_changes": {"agreed_by": agreed_by}}})
    some.hold_ibs(800_000)
    some.act(Batch.DUE, Timer.PLAN_CHANGE)
    changed = some.noted(Event.PLAN_CHANGED)["person"].tolist()
    asked = some.machine.take_requests()
    asked = asked[asked["matter"] == Matter.CHANGE_PLAN]["person"].tolist()
    everybody, nobody = some.rows.tolist(), list[int]()
    assert (changed, asked) == ((everybody, nobody) if agreed_by == "notice" else (nobody, everybody))
    if agreed_by == "panel":
        some.act(Batch.DECIDED, Matter.CHANGE_PLAN)
        assert some.noted(Event.PLAN_CHANGED)["person"].tolist() == everybody


@pytest.mark.parametrize("weeks", [13, 52])
def test_what_is_left_over_between_reviews_is_taken_back_to_the_penny(tmp_path: Path, weeks: int) -> None:
    claws = {"deployment": {"clawback_percent": 100.0, "clawback_kept_weeks": 0.0}}
    some = Some(tmp_path, claws | {"review": {"interval_weeks": weeks}})
    some.hold_ibs(1_000_000)
    people, rows = some.people, some.rows
    people["held"][rows], people["held_mixed"][rows] = Held.PERSONAL_ACCOUNT, False
    people["underspend_share"][rows] = left = 0.125 + np.arange(rows.size) / 64
    people["first_review_done"][rows], people["review_due_at"][rows] = True, NOW - DAY_MINUTES
    before = some.machine.ledger[:, Stream.ASC, Category.CLAWBACK].sum(axis=(0, 2))
    assert not before.any()
    some.act(Batch.FINISHED, Work.ANNUAL_REVIEW)
    taken = np.zeros(len(GROUPS), np.int64)
    for row, share in zip(rows, left, strict=True):
        group = int(people["group"][row])
        a_week = floor(1_000_000 * share * CONTENT[GROUPS[group]] / WEEKS_PER_YEAR + 0.5)
        taken[group] += a_week * weeks
    found = some.machine.ledger[:, Stream.ASC, Category.CLAWBACK, :, IB].sum(axis=0)
    assert found.tolist() == (-taken).tolist()


@pytest.mark.parametrize("mode", ["integrated", "aligned", "excluded"])
def test_access_to_work_comes_to_those_who_have_it_and_to_nobody_else(tmp_path: Path, mode: str) -> None:
    none = {"sp": {"mode": "excluded"}, "ilf": {"mode": "excluded"}, "atw": {"mode": mode}}
    willing = {"returned_percent": 0, "adjusted_percent": 0, "dispute_percent": 0}
    some = Some(tmp_path, {"funding": none, "allocation": willing | {"refusal_if_lower_percent": 0}})
    people, rows = some.people, some.rows
    people["arm"][rows], people["atw_sum"][rows] = IB, 0
    people["atw_sum"][rows[::3]] = 300_000
    some.act(Batch.FINISHED, Work.IB_ASSESSMENT)
    some.act(Batch.DECIDED, Matter.AGREE_BUDGET)
    has = people["atw_sum"][rows] > 0
    applies = people["applying"][rows] >> Stream.ATW & 1 == 1
    awarded = some.noted(Event.AWARDED)
    assert applies.tolist() == (has & (mode == "aligned")).tolist()
    assert awarded["person"].tolist() == (rows[has].tolist() if mode == "integrated" else [])
    assert (awarded["first"] == 300_000).all()
    assert (people["atw_budget"][rows] > 0).tolist() == (has & (mode == "integrated")).tolist()


def test_a_plan_worth_less_than_the_package_is_refused_for_that(tmp_path: Path) -> None:
    ras = {"method": "outcome", "floor_gbp_per_year": 0, "ceiling_gbp_per_year": 1}
    refusing = {"ras": ras, "refusal_if_lower_percent": 100}
    some = Some(tmp_path, {"allocation": refusing, "signoff": {"returned_percent": 0}})
    some.people["arm"][some.rows] = IB
    some.act(Batch.FINISHED, Work.IB_ASSESSMENT)
    some.act(Batch.DECIDED, Matter.AGREE_BUDGET)
    some.act(Batch.FINISHED, Work.SUPPORT_PLAN)
    some.act(Batch.FINISHED, Work.SIGN_OFF)
    refused = some.noted(Event.REFUSED)
    assert refused["person"].tolist() == some.rows.tolist()
    assert (refused["first"] == REFUSED_LOWER).all()


def test_a_broker_takes_notice_and_then_the_days_of_the_work(tmp_path: Path) -> None:
    lengths = {"planner_notice_days": 7.0, "broker_days_median": 3.0, "broker_sigma": 0.0}
    some = Some(tmp_path, {"planning": lengths})
    some.people["arm"][some.rows], some.people["plan_leader"][some.rows] = IB, Leader.EXTERNAL_BROKER
    some.act(Batch.DUE, Timer.CHOSEN)
    due = some.machine.timers.due[Timer.BROKERED, some.rows]
    assert (due == NOW + 10 * DAY_MINUTES).all()


# --- who looks for another provider ------------------------------------------------------------------


class Lost(Some):
    """People whose day centre, or home care as well, is covered until they are placed again."""

    def __init__(self, folder: Path, *services: int) -> None:
        super().__init__(folder)
        self.market, self.shops, machine = self.council.market.market, self.machine.shops, self.machine
        self.people["day_care"][self.rows] = 1  # with a package
        machine.terms[self.rows], machine.volume[self.rows] = Terms.NONE, 0
        for service in services:
            machine.terms[self.rows, service], machine.placed[self.rows, service] = Terms.COVERED, COVER
            machine.volume[self.rows, service] = 600
        self.people["displaced_at"][self.rows] = NOW - DAY_MINUTES

    def open(self, service: int, *places: int) -> list[int]:
        """Keep only these providers of a service open, with all the room that anybody wants."""
        rows = np.arange(self.shops[service, FIRST], self.shops[service, LAST])
        self.market["state"][rows], self.market["area"][rows] = CLOSED, -1
        chosen: list[int] = rows[list(places)].tolist()
        self.market["state"][chosen], self.market["capacity"][chosen] = OPEN, 10**9
        return chosen

    def found(self, service: int) -> set[int]:
        """Where they have gone once they are looked after again."""
        self.act(Batch.FINISHED, Work.EMERGENCY)
        return set(self.machine.placed[self.rows, service].tolist())


def test_who_is_full_or_closed_is_passed_over_for_the_next(tmp_path: Path) -> None:
    lost = Lost(tmp_path, DAY_CARE)
    full, free = lost.open(DAY_CARE, 1, 3)
    lost.shops[DAY_CARE, DOORS], lost.market["capacity"][full] = 0, 0
    assert lost.found(DAY_CARE) == {free}
    assert (lost.machine.terms[lost.rows, DAY_CARE] == Terms.SPOT).all()


def test_a_provider_of_the_own_locality_comes_before_one_of_another(tmp_path: Path) -> None:
    lost = Lost(tmp_path, DAY_CARE)
    away, near = lost.open(DAY_CARE, 0, 1)
    own = int(lost.people["locality"][lost.rows[0]])  # the council has one
    lost.market["area"][away], lost.market["area"][near] = own + 1, own
    lost.market["weight"][away] = 50.0  # by far the largest
    assert lost.found(DAY_CARE) == {near}


@pytest.mark.parametrize("home_care", [False, True])
def test_a_day_centre_is_found_whether_or_not_home_care_is(tmp_path: Path, home_care: bool) -> None:
    lost = Lost(tmp_path, *([HOME_CARE] if home_care else []), DAY_CARE)
    lost.open(HOME_CARE)
    (centre,) = lost.open(DAY_CARE, 0)
    assert lost.found(DAY_CARE) == {centre}
    # as long as home care has not been found they stay on the list of those who look
    assert ((lost.people["displaced_at"][lost.rows] >= 0) == home_care).all()


def test_a_review_that_the_file_names_falls_due_then_and_one_of_before_is_late(
    tmp_path: Path,
) -> None:
    some = Some(tmp_path, n=2)
    some.machine.timers.due[Timer.REVIEW_DUE, some.rows] = -1
    due = np.array([NOW, -3 * DAY_MINUTES])
    some.council.act(Batch.BOOKED, some.rows, np.array([1, 0]), due)
    assert some.people["review_due_at"][some.rows].tolist() == due.tolist()
    assert some.machine.timers.due[Timer.REVIEW_DUE, some.rows].tolist() == [NOW, -1]
    assert some.people["first_review_done"][some.rows].tolist() == [False, True]


@pytest.mark.parametrize("column", ["direct_payment", "ilf_conventional"])
def test_who_refuses_has_a_direct_payment_or_money_of_ilf(
    tmp_path: Path, column: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # one in a hundred, a hundred times as often with it: all of these, and none of the others with this seed
    monkeypatch.setattr(Rollout, "mean_refusal_factor", lambda self, settings: 1.0)
    levers: Tree = {"refusal_percent": 1.0, "refusal_factor_direct_payment": 1.0, "refusal_factor_ilf": 1.0}
    which = "direct_payment" if column == "direct_payment" else "ilf"
    some = Some(tmp_path, {"rollout": levers | {f"refusal_factor_{which}": 100.0}})
    for name in ("direct_payment", "ilf_conventional"):
        some.people[name][some.rows] = 0
    with_it = some.rows[::2]
    some.people[column][with_it] = 1
    some.people["stage"][some.rows] = Stage.OFFERED
    some.act(Batch.DUE, Timer.ANSWER)
    assert sorted(some.noted(Event.REFUSED)["person"].tolist()) == with_it.tolist()
