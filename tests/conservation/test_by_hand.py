"""Five people through allocation, streams and sign-off, with every penny worked out by hand."""

from __future__ import annotations

from math import floor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from ibsim.council import Council
from ibsim.pathway import Batch
from ibsim.policy.finance import WEEK_MINUTES, accrue_all
from ibsim.units import DAY_MINUTES, GROUPS, WEEKS_PER_YEAR
from ibsim.words import (
    CONVENTIONAL_SUPPORT,
    IB,
    IB_SUPPORT,
    PACKAGE,
    Category,
    Matter,
    Stage,
    Stream,
    Timer,
    Work,
)
from tests.councils import Laboratory, Tree, part_of_council

SETTLED: Tree = {
    "calendar": {"years": 1, "warm_up_years": 0},
    "assessment": {
        "self_percent": 0, "supported_percent": 0, "professional_percent": 100, "paused_percent": 0,
    },
    "allocation": {
        "ras": {"professional_bias_percent": 0, "professional_noise": 0, "drift_percent_per_year": 0},
        "returned_percent": 0, "adjusted_percent": 0, "dispute_percent": 0, "refusal_if_lower_percent": 0,
    },
    "planning": {
        "paused_percent": 0,
        "who_plans": {
            "coordinator_percent": 100, "support_planner_percent": 0,
            "external_broker_percent": 0, "user_or_family_percent": 0,
        },
    },
    "signoff": {
        "returned_percent": 0, "changed_percent": 100, "gap_percent": -4, "gap_sigma": 0,
        "gap_tolerance_percent": 5, "gap_refusal_percent": 0,
    },
    "funding": {
        "sp": {"mode": "integrated"},
        "ilf": {
            "mode": "aligned", "success_percent": 0, "counted_on_percent": 100, "shortfall_met_percent": 50,
            "two_plans_percent": 0, "application_percent": 100, "threshold_gbp_per_week": 200,
        },
        "atw": {"mode": "aligned"},
        "ices": {"mode": "integrated", "high_street_factor": 1.5},
    },
}  # fmt: skip
"""Nothing is left to chance but who applies to whom: all sums fall by 4 percent on the way to sign-off."""
PRICE = {"PD": 20_000, "LD": 28_000, "MH": 17_000, "OP": 24_000}
"""Pence a point a year."""
CONTENT = {"PD": 1.18712, "LD": 0.907957, "MH": 1.14458, "OP": 1.16303}
"""What a pound of an IB is worth in the pounds of a package (the evidence's plan-content-factor)."""
STARTS = 100 * DAY_MINUTES
"""When all five IBs start; support is conventional until then."""
DECIDED = STARTS + 5 * DAY_MINUTES + 7
"""When streams' staff decide on applications."""
ENDS = STARTS + 17 * DAY_MINUTES + 123


class Person(NamedTuple):
    """One of the five: what streams would give, and what has to come of it; pence a year, or a week."""

    group: str
    needs: float
    columns: dict[str, float]
    indicative: int
    final: int
    joined: dict[str, int]


FIVE = {
    # 40 points at 200 pounds; 4 percent less; a bed at 26.01 a week of which the shops ask half as much again
    "no other stream": Person(
        "PD", 1.0, {"ices_ib": 2_601, "payment_support_pence": 1_880}, 800_000, 768_000, {}
    ),
    # 78 points at 280 pounds; 60 percent of it is 251 pounds a week of personal care; the award comes in
    "an ILF award brought in": Person(
        "LD", 1.5, {"ilf_award": 1_386_001, "ilf_place": 0, "ilf_brings": 1, "sp_apart": 500},
        2_184_000, 2_096_640, {"ilf_budget": 1_386_001},
    ),
    # 14 points at 170 pounds; of the 5,500 pounds of SP that may go into IBs 2,190.03 are taken
    "SP that joins": Person("MH", 0.5, {"sp_sum": 219_003}, 238_000, 228_480, {"sp_budget": 219_003}),
    # 68 points at 240 pounds; an award of before is kept apart, and SP would pass what is left of the cap
    "an ILF award kept apart, SP beyond the cap": Person(
        "OP", 2.0, {"sp_sum": 330_998, "ilf_award": 1_000_000, "ilf_place": 0, "ilf_brings": 0},
        1_632_000, 1_566_720, {"ilf_apart": 1_000_000},
    ),
    # 120 points at 200 pounds; the council counts on an award that is refused, and then pays half of it
    "an ILF award that fails, and AtW": Person(
        "PD", 3.0, {"ilf_award": 1_916_000, "ilf_place": 0.999, "atw_sum": 300_000},
        2_400_000, 2_304_000, {"counted_on": 1_916_000},
    ),
}  # fmt: skip
OPEN = ("sp_sum", "sp_apart", "ilf_award", "ilf_brings", "atw_sum", "ices_ib", "payment_support_pence")
JOINED = ("sp_budget", "ilf_budget", "ilf_apart", "atw_budget", "counted_on")


class Five(NamedTuple):
    """The council with its five people, by their names above the rows."""

    council: Council
    rows: dict[str, int]

    def act(self, batch: Batch, code: int, at: int, *names: str) -> None:
        """Hand some of them over."""
        rows = np.array([self.rows[name] for name in names or self.rows])
        if batch == Batch.DUE:
            self.council.machine.timers.due[code, rows] = at
        self.council.act(batch, rows, np.full(rows.size, code), np.full(rows.size, at))

    def known(self, name: str, *columns: str) -> dict[str, int]:
        """What the books have of one of them."""
        return {column: int(self.council.world.people[column][self.rows[name]]) for column in columns}


@pytest.fixture
def five(tmp_path: Path) -> Five:
    """A small council that is about to assess five package holders for an IB."""
    council = Council(Laboratory(tmp_path).scenario(part_of_council(0.05), SETTLED), 1, 0)
    people = council.world.people
    holders = (people["stage"] == Stage.IN_PLACE) & people["has_package"] & (people["arrives_at"] == 0)
    rows: dict[str, int] = {}
    for name, person in FIVE.items():
        free = np.flatnonzero(holders & (people["group"] == GROUPS.index(person.group)))
        rows[name] = row = int(next(one for one in free if one not in rows.values()))
        for column in OPEN:
            people[column][row] = person.columns.get(column, 0)
        people["ilf_place"][row] = person.columns.get("ilf_place", 0.999)
        people["needs"][row], people["age"][row], people["arm"][row] = person.needs, 64, IB
        assert people["support"][row] == CONVENTIONAL_SUPPORT
    for group, pence in enumerate(PRICE.values()):
        council.prices.prices[group] = pence
    council.set_rules()
    return Five(council, rows)


def whole(pence: float) -> int:
    """To the penny, halves upwards."""
    return floor(pence + 0.5)


def worth(group: str, pence_a_year: int) -> int:
    """Pence a week of a sum of an IB."""
    return whole(pence_a_year * CONTENT[group] / WEEKS_PER_YEAR)


def rates(name: str, council_sum: int, atw: int = 0) -> dict[str, int]:
    """What each payer pays a week, by hand."""
    person = FIVE[name]
    given = {column: int(person.columns.get(column, 0)) for column in OPEN}
    return {
        "rate_asc": worth(person.group, council_sum),
        # support that has not joined goes on apart, and its payer is the same
        "rate_sp": given["sp_apart"] + worth(person.group, given["sp_sum"]),
        "rate_ilf": worth(person.group, person.joined.get("ilf_budget", 0))
        + whole(person.joined.get("ilf_apart", 0) / WEEKS_PER_YEAR),
        "rate_atw": worth(person.group, atw),
        "rate_ices": whole(given["ices_ib"] * 1.5),
        "rate_payment_support": given["payment_support_pence"],
    }


def due(weekly: dict[str, int], minutes: int) -> dict[str, int]:
    """Whole pence of a spell."""
    return {rate: minutes * pence // WEEK_MINUTES for rate, pence in weekly.items()}


def test_five_people_from_points_to_pounds_to_the_penny(five: Five) -> None:
    five.act(Batch.FINISHED, Work.IB_ASSESSMENT, STARTS - 3 * DAY_MINUTES)
    for name, person in FIVE.items():
        points = person.indicative // PRICE[person.group]
        assert five.known(name, "points") == {"points": points}
    five.act(Batch.DECIDED, Matter.AGREE_BUDGET, STARTS - 2 * DAY_MINUTES)
    for name, person in FIVE.items():
        assert five.known(name, "indicative_budget")["indicative_budget"] == person.indicative
        assert five.known(name, *JOINED) == dict.fromkeys(JOINED, 0) | person.joined
    five.act(Batch.FINISHED, Work.SUPPORT_PLAN, STARTS - DAY_MINUTES)
    five.act(Batch.FINISHED, Work.SIGN_OFF, STARTS - 100)
    for name, person in FIVE.items():
        assert five.known(name, "final_budget")["final_budget"] == person.final
    five.act(Batch.DUE, Timer.START, STARTS)

    world, machine = five.council.world, five.council.machine
    spent = {name: five.known(name, "spent_pence")["spent_pence"] for name in FIVE}
    ledger = machine.ledger.sum(axis=(0, 3))
    refused = "an ILF award that fails, and AtW"
    expected: dict[str, dict[str, int]] = {}
    for name, person in FIVE.items():
        weekly = rates(name, person.final + person.joined.get("counted_on", 0))
        assert five.known(name, *weekly) == weekly, name
        assert five.known(name, "support")["support"] == IB_SUPPORT
        expected[name] = due(weekly, (DECIDED if name == refused else ENDS) - STARTS)

    five.act(Batch.FINISHED, Work.APPLICATION, STARTS, refused)
    for stream in (Stream.ILF, Stream.ATW):
        five.act(Batch.AWARDED, stream, DECIDED, refused)
    # half of 19,160 pounds is the council's from now on; nothing is counted on any more
    assert five.known(refused, "final_budget", "counted_on", "ilf_budget", "atw_budget") == {
        "final_budget": 2_304_000 + 958_000, "counted_on": 0, "ilf_budget": 0, "atw_budget": 300_000,
    }  # fmt: skip
    later = rates(refused, 2_304_000 + 958_000, atw=300_000)
    assert five.known(refused, *later) == later
    for rate, pence in due(later, ENDS - DECIDED).items():
        expected[refused][rate] += pence

    accrue_all(machine.ready(0), ENDS, np.array(list(five.rows.values()), dtype=np.int32))
    for name in FIVE:
        assert five.known(name, "spent_pence")["spent_pence"] - spent[name] == sum(expected[name].values())
    # and the ledger has it by payer, in the IB arm
    posted = machine.ledger.sum(axis=(0, 3)) - ledger
    for payer in (Stream.ASC, Stream.SP, Stream.ILF, Stream.ATW, Stream.ICES):
        of_all = sum(one[f"rate_{payer.name.lower()}"] for one in expected.values())
        assert posted[payer, list(PACKAGE), IB].sum() == of_all, payer.name
    assert posted[Stream.ASC, Category.PAYMENT_SUPPORT, IB] == 1_880 * (ENDS - STARTS) // WEEK_MINUTES
    assert posted[:, :, IB].sum() == sum(sum(one.values()) for one in expected.values())
    assert world.people["spent_pence"].sum() == machine.ledger.sum() == machine.posted[0]


@pytest.mark.parametrize("mode", ["aligned", "recharge"])
def test_an_adaptation_that_the_council_pays_first_costs_it_nothing_in_the_end(
    tmp_path: Path, mode: str
) -> None:
    grants: Tree = {
        "funding": {"dfg": {"mode": mode, "upfront_percent": 100, "means_test_passed_percent": 100}}
    }
    council = Council(Laboratory(tmp_path).scenario(part_of_council(0.05), SETTLED, grants), 1, 0)
    people, machine = council.world.people, council.machine
    chosen = np.flatnonzero(people["stage"] == Stage.IN_PLACE)[:20]

    def paid() -> tuple[int, int]:
        by_payer = machine.ledger.sum(axis=(0, 3, 4))[:, Category.ADAPTATION]
        assert not np.delete(by_payer, [Stream.ASC, Stream.DFG]).any()
        return int(by_payer[Stream.ASC]), int(by_payer[Stream.DFG])

    # five of them need two adaptations before the first one's grant is made
    for some in (chosen, chosen[:5]):
        codes, at = np.full(some.size, Work.OT_ASSESSMENT), np.full(some.size, STARTS)
        council.act(Batch.FINISHED, some, codes, at)
    first = int(people["dfg_paid"][chosen].sum())
    assert first > 0
    assert paid() == (first, 0)
    council.act(Batch.AWARDED, chosen, np.full(20, Stream.DFG), np.full(20, DECIDED))
    assert paid() == (0, first)
    assert not people["dfg_paid"].any()
    assert people["spent_pence"].sum() == machine.ledger.sum() == machine.posted[0]
