"""What random scenarios have brought to light: each a small council of its own, which failed before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ibsim.council import Council
from ibsim.engine.signs import check_not_negative
from ibsim.engine.stages import check_changes
from ibsim.errors import BooksError, ScenarioError
from ibsim.pathway import FOLLOWS, Batch
from ibsim.policy import finance
from ibsim.units import DAY_MINUTES, GROUPS
from ibsim.words import CONVENTIONAL, IB, NOTHING, Category, Desk, Event, Stage, Stream, Timer
from tests.councils import START, Laboratory, Tree, by_group

FEW: Tree = {
    "calendar": {"years": 1, "warm_up_years": 0},
    "population": {
        "clients_at_start": by_group(30), "referrals_per_year": by_group(10), "contacts_per_year": 50,
    },
    "workforce": {"care_coordinators_fte": by_group(2.0)},
}  # fmt: skip


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    return Laboratory(tmp_path)


def test_who_is_in_place_does_not_withdraw_the_same_weekend(lab: Laboratory) -> None:
    # on Monday morning both have fallen due: support on Saturday, giving up the wait on Sunday
    council = Council(lab.scenario(FEW), 1, 0)
    people, due = council.world.people, council.machine.timers.due
    person = np.flatnonzero((people["stage"] == Stage.NOT_YET) & people["has_package"])[:1]
    saturday = 300 * 1440
    council.act(Batch.REFERRED, person, np.zeros(1), np.array([saturday - 9_000]))
    people["stage"][person], people["stage_since"][person] = Stage.ARRANGING, saturday - 5_000
    timers, moments = np.array([Timer.START, Timer.WITHDRAW]), np.array([saturday, saturday + 1_440])
    due[timers, person] = moments
    council.act(Batch.DUE, np.repeat(person, 2), timers, moments)
    assert people["stage"][person] == Stage.IN_PLACE and people["arm"][person] == CONVENTIONAL
    history = council.machine.history
    kinds = history.rows["kind"][: int(history.count[0])]
    assert (kinds == Event.FIRST_SUPPORT).sum() == 1 and not (kinds == Event.WITHDREW).any()
    assert council.machine.changes[Stage.IN_PLACE, Stage.IN_PLACE] == 0


def test_nobody_is_on_a_block_that_there_is_not(lab: Laboratory) -> None:
    # an hour of supported living is so dear that people's money buys none before the market opens
    own = {
        "name": "Harbour", "service": "supported_living", "capacity_per_week": 1_000.0, "price_gbp": 10.0,
        "block_per_week": 500.0, "in_house": True,
    }  # fmt: skip
    dear: Tree = {
        "market": {"prices": {"supported_living_gbp_per_hour": 10_000.0}, "providers": {"listed": [own]}}
    }
    everybody: Tree = {"market": {"unlisted": {"supported_living_conventional_percent": by_group(100.0)}}}
    assert lab.tables(FEW, dear, everybody).books["providers"] > 0


def test_an_in_house_service_for_others_alone_draws_nobody(lab: Laboratory) -> None:
    common = {"service": "day_care", "capacity_per_week": 100.0, "price_gbp": 40.0}
    listed = [
        common | {"name": "Ours", "in_house": True, "private_percent": 100.0},
        common | {"name": "Theirs"},
    ]
    assert lab.tables(FEW, {"market": {"providers": {"listed": listed}}}).books["providers"] > 0


def test_where_nobody_would_refuse_nobody_does(lab: Laboratory) -> None:
    tables = lab.tables(
        FEW,
        {
            "population": {"direct_payment_at_start_percent": by_group(100.0), "referrals_per_year": 0},
            "rollout": {
                "refusal_factor_direct_payment": 0.0, "refusal_percent": 50.0,
                "waves": [{"from": START, "groups": [*GROUPS], "to": "everyone", "weeks": 4.0}],
            },
        },
    )  # fmt: skip
    assert tables.metrics["consents"][-1, -1, -1] > 10
    assert tables.people is not None and not (tables.people["support"] == NOTHING).all()


def test_nobody_gets_money_back_at_prices_that_were_not_yet(lab: Laboratory) -> None:
    # support is cut on Saturday; on Sunday, with the month, it has got dearer; on Tuesday all that is known
    council = Council(lab.scenario(FEW), 1, 0)
    people, machine = council.world.people, council.machine
    person = np.flatnonzero((people["stage"] == Stage.IN_PLACE) & people["has_package"])[:1].astype(np.int32)
    sunday = 365 * 1440
    finance.accrue_all(machine.ready(1), sunday, person)
    machine.bought[person, Category.BRIDGING] = 700
    people["rate_asc"][person] += 700
    people["spell_since"][person] = people["posted_until"][person] = sunday
    before = machine.ledger.sum(axis=(0, 1, 3, 4))
    people_pence = int(people["spent_pence"][person][0])
    due = machine.timers.due
    due[Timer.EXIT, person] = sunday - 1_440
    council.act(Batch.DUE, person, np.array([Timer.EXIT]), np.array([sunday - 1_440]))
    assert people["stage"][person] == Stage.GONE
    assert (machine.ledger.sum(axis=(0, 1, 3, 4)) == before).all()
    assert int(people["spent_pence"][person][0]) == people_pence


def test_nobody_works_longer_on_cases_than_the_week_that_is_paid(lab: Laboratory) -> None:
    short_weeks: Tree = {
        "workforce": {
            "hours_per_week": 10.0, "desk_hours_per_week": 60.0, "manager_case_hours_per_week": 40.0,
            "reviewing_officers_fte": 2.0,
        }
    }  # fmt: skip
    council = Council(lab.scenario(FEW, short_weeks), 1, 0)
    paid = np.zeros(len(Desk))
    of_month = council.workforce.payroll

    def payroll() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        hours, sheet = of_month()
        paid[:] += 60 * hours.sum(axis=1)
        return hours, sheet

    council.workforce.payroll = payroll  # type: ignore[method-assign]  # it is read, and hands on the same
    council.run()
    week = council.workforce.week
    rounded = council.clock.n_days * council.workforce.work.workers.size / 2
    assert (week.desk_minutes.sum(axis=0) <= paid + rounded).all()
    assert week.desk_minutes[0, Desk.OFFICER] == pytest.approx(paid[Desk.OFFICER], rel=0.01)


@pytest.mark.parametrize(
    ("levers", "section"),
    [
        ({"funding": {"sp": {"ib_apart_gbp_per_week": 1e7}}}, "funding"),
        ({"funding": {"sp": {"gbp_per_year": 1e7, "take_up_percent": 100.0}}}, "funding"),
        ({"funding": {"ices": {"conventional_gbp_per_week": 5e4, "conventional_percent": 10.0}}}, "funding"),
        ({"packages": {"conventional_services_gbp_per_week": 1e6}}, "packages"),
        ({"deployment": {"one_off": {"gbp": 1e7, "percent": 100.0}}}, "deployment"),
    ],
)
def test_sums_for_one_person_beyond_all_bounds_are_refused(
    lab: Laboratory, levers: Tree, section: str
) -> None:
    with pytest.raises(ScenarioError, match=f"yaml, {section}\n") as caught:
        lab.tables(FEW, levers)
    assert "100,000 pounds a week" in caught.value.rule


# --- the books that found them ----------------------------------------------------------------------


def test_a_change_of_stage_that_is_none_is_found(lab: Laboratory) -> None:
    council = Council(lab.scenario(FEW), 1, 0)
    council.run()
    changes, flows = council.machine.changes, council.machine.flows
    assert check_changes(changes, flows, FOLLOWS) == changes.sum() > 0
    changes[Stage.GONE, Stage.IN_PLACE] += 1
    with pytest.raises(BooksError, match="from stage 8 to stage 7"):
        check_changes(changes, flows, FOLLOWS)
    changes[Stage.GONE, Stage.IN_PLACE] = 0
    changes[Stage.IN_PLACE, Stage.GONE] += 1
    with pytest.raises(BooksError, match="more or less often"):
        check_changes(changes, flows, FOLLOWS)


def test_less_than_nothing_is_found(lab: Laboratory) -> None:
    assert check_not_negative({"pence": np.zeros((2, 0)), "hours": np.array([0, 3])}) == 2
    with pytest.raises(BooksError, match="hours is -3 in row 1"):
        check_not_negative({"hours": np.array([[2, 1], [0, -3]])})
    council = Council(lab.scenario(FEW), 1, 0)
    council.world.people["indicative_budget"][3] = -100
    with pytest.raises(BooksError, match="indicative_budget of person 3 is -100"):
        council.run()


def test_a_grant_may_come_in_another_arm_than_what_the_council_paid_before_it(lab: Laboratory) -> None:
    """Paid with a package, charged on with an IB: the arms differ, and together they owe nothing."""
    council = Council(lab.scenario(FEW), 1, 0)
    sums = council.machine.ledger[0, Stream.ASC, Category.ADAPTATION, 0]
    sums += [500, -500]
    with pytest.raises(BooksError, match="the ledger has"):
        sums[IB] += 1  # a penny that nobody posted is found by the ledger's own sum
        council.run()
    sums[IB] -= 1
    council.check_books(council.clock.n_days * DAY_MINUTES)
    sums += [-(10**9), 10**9]
    council.check_books(council.clock.n_days * DAY_MINUTES)
    sums[CONVENTIONAL] -= 10**9
    council.machine.posted[0] -= 10**9
    council.world.people["spent_pence"][0] -= 10**9
    with pytest.raises(BooksError, match="pence for a category"):
        council.check_books(council.clock.n_days * DAY_MINUTES)
