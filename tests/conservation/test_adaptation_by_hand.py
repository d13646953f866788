"""Adaptations and equipment of the people of `test_five_journeys`: the OT's queue and who pays, by hand.

The same quiet council has one occupational therapist: 35 hours a week, 25 of them for cases, so 300 minutes a
day from 9 to 17 o'clock.  An assessment takes 3 hours, 180 of these minutes: 4 h 48.  Only the moment of each
need is put into the calendar by hand, as it would be an exponential draw.  PD's person holds an IB by then,
the refuser (of OP) a conventional package.

=============================  ================================================  ===========  ===========
step                           arithmetic                                        PD, IB       the refuser
=============================  ================================================  ===========  ===========
a major adaptation is needed   given                                             5 Jun 10:00  5 Jun 12:00
an OT has a day free           + 42 days (25 left of June, 17 of July)           17 Jul 10:00 17 Jul 12:00
assessed, PD first             next morning; 180 / 300 of 8 hours: 4 h 48        18 Jul 13:48
assessed, the refuser          120 minutes are left that day, 60 come the next:
                               60 / 300 of 8 hours: 1 h 36                                    19 Jul 10:36
papers of the grant are seen   + 98 days, 14 weeks                               24 Oct 13:48 25 Oct 10:36
grant, one a week              Wednesdays at 14:00, oldest first                 25 Oct 14:00 1 Nov 14:00
=============================  ================================================  ===========  ===========

The wait for the OT is counted from the need: 42 days and 27 h 48, or 42 days and 46 h 36.  So is that for the
grant, which holds it: 142 days (25 + 31 + 31 + 30 + 25) and 4 hours, or 149 days and 2 hours.

An adaptation costs 7,000 pounds, or its grant's limit.  It is the grant's money (DFG), posted when it is
made; where the council pays first, it pays on the day of the assessment and is given the same sum back on the
day of the grant.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ibsim.compiled import entry
from ibsim.council import Council
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import set_timer
from ibsim.replication import Keep, tables_of
from ibsim.units import GROUPS
from ibsim.words import CONVENTIONAL, IB, Category, Event, Stream, Timer
from tests.conservation.test_five_journeys import (
    A_POINT,
    END,
    FRIDAY,
    HOLDERS,
    PACKAGE,
    QUIET,
    REFUSER,
    SATURDAY,
    WEEK,
    Told,
    at,
)
from tests.councils import STEADY_MARKET, Laboratory, Tree, merged, wave

PD, OP = GROUPS.index("PD"), GROUPS.index("OP")
HOLDER = 0
"""PD's person, whose IB is in place from May on."""
NEEDS = {HOLDER: at("5 Jun 2006", "10:00"), REFUSER: at("5 Jun 2006", "12:00")}
ASSESSED = {HOLDER: at("18 Jul 2006", "13:48"), REFUSER: at("19 Jul 2006", "10:36")}
GRANTED = {HOLDER: at("25 Oct 2006", "14:00"), REFUSER: at("1 Nov 2006", "14:00")}
JULY, OCTOBER, NOVEMBER = 3, 6, 7
"""Months of the run, of which April is 0."""
DAY, HOUR = 24 * 60, 60
ONE_OT: Tree = {
    "workforce": {"occupational_therapists_fte": 1.0, "desk_hours_per_week": 25.0},
    "finance": {"occupational_therapist_gbp_per_hour": 40.0},
    "funding": {"ot_hours": 3.0, "ot_wait_days": 42.0},
}


def grants(**changed: float | str) -> Tree:
    """One grant a week, with everybody passed by the means test, unless changed."""
    usual: Tree = {
        "mode": "aligned", "means_test_passed_percent": 100.0, "award_gbp": 7_000.0, "award_sigma": 0.0,
        "limit_gbp": 25_000.0, "decision_days": 98.0, "decisions_per_week": 1.0, "upfront_percent": 0.0,
    }  # fmt: skip
    return {"funding": {"dfg": usual | changed}}


@entry
def _comes_to_need(w: Shared, p: int, at: int) -> None:
    set_timer(w, Timer.DFG_NEED, p, at)


def told_of(folder: Path, levers: Tree, needs: dict[int, int]) -> Told:
    """A year of the five people, some of whom come to need an adaptation at these moments."""
    tree = merged(QUIET, STEADY_MARKET, ONE_OT, levers)
    council = Council(Laboratory(folder).scenario(tree, wave(weeks=0.1)), 1, 0)
    people = council.world.people
    people["needs"], people["services_pence"] = 1.0, PACKAGE
    people["direct_payment"][REFUSER] = True
    council.prices.prices[:] = A_POINT
    council.set_rules()
    for person, moment in needs.items():
        _comes_to_need(council.machine.ready(1), person, moment)
    council.run()
    return Told(council, tables_of(council, Keep(people=True)))


def adaptations(told: Told) -> dict[tuple[int, Stream, int, int], int]:
    """Pence posted for adaptations, by month, payer, group and arm."""
    posted = told.tables.ledger[:, :, Category.ADAPTATION]
    return {
        (month, Stream(payer), group, arm): int(posted[month, payer, group, arm])
        for month, payer, group, arm in np.argwhere(posted).tolist()
    }


@pytest.fixture(scope="module")
def aligned(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return told_of(tmp_path_factory.mktemp("aligned"), grants(), NEEDS)


def when(told: Told, event: Event) -> dict[int, int]:
    """The one moment at which it happened to each of those to whom it did."""
    history = told.council.machine.history
    people, moments = history.entities(event).tolist(), history.at(event).tolist()
    assert len(set(people)) == len(people)
    return dict(zip(people, moments, strict=True))


def test_the_ot_comes_to_one_after_the_other_and_carries_an_hour_over(aligned: Told) -> None:
    assert when(aligned, Event.OT_ASSESSED) == ASSESSED
    metrics = aligned.tables.metrics
    for group, arm in ((PD, IB), (OP, CONVENTIONAL)):
        assert metrics["ot_hours"][group, arm, 0] == 3.0
    assert metrics["ot_hours"][-1, -1, 0] == 6.0
    # from Monday the 5th of June to Monday the 17th of July are 42 days; on to Tuesday's or Wednesday's hour
    assert ASSESSED[HOLDER] - NEEDS[HOLDER] == 42 * DAY + 27 * HOUR + 48
    assert ASSESSED[REFUSER] - NEEDS[REFUSER] == 42 * DAY + 46 * HOUR + 36
    assert metrics["wait_days_ot"][PD, IB, 0] == pytest.approx(42 + (27 + 48 / 60) / 24)
    assert metrics["wait_days_ot"][OP, CONVENTIONAL, 0] == pytest.approx(42 + (46 + 36 / 60) / 24)


def test_grants_are_made_on_wednesdays_one_a_week(aligned: Told) -> None:
    decided = when(aligned, Event.DECIDED)
    assert decided == when(aligned, Event.AWARDED) == GRANTED
    metrics = aligned.tables.metrics
    for group, arm in ((PD, IB), (OP, CONVENTIONAL)):
        assert metrics["awards_dfg"][group, arm, 0] == 1
        assert metrics["award_gbp_dfg"][group, arm, 0] == metrics["funding_gbp_dfg"][group, arm, 0] == 7_000
    assert metrics["wait_days_dfg"][PD, IB, 0] == pytest.approx(142 + 4 / 24)
    assert metrics["wait_days_dfg"][OP, CONVENTIONAL, 0] == pytest.approx(149 + 2 / 24)


def test_the_grant_pays_on_the_day_on_which_it_is_made_in_the_arm_of_the_support(aligned: Told) -> None:
    assert adaptations(aligned) == {
        (OCTOBER, Stream.DFG, PD, IB): 700_000,
        (NOVEMBER, Stream.DFG, OP, CONVENTIONAL): 700_000,
    }
    people = aligned.council.world.people
    # a year of the refuser's package is 365 days at 20,000 pence a week
    assert people["spent_pence"][REFUSER] == 365 * 20_000 // 7 + 700_000 == 1_742_857
    # the holder's package and IB are those of the five journeys, by the day on which support starts
    support = {FRIDAY: 138_595 + 693_207, SATURDAY: 141_452 + 691_016}[aligned.started(HOLDER)]
    assert people["spent_pence"][HOLDER] == support + 700_000
    assert (people["dfg_asked_at"] == -1).all(), "nothing is in hand any more"


def test_where_the_council_pays_first_the_grant_gives_the_same_sum_back(tmp_path: Path) -> None:
    told = told_of(tmp_path, grants(mode="recharge"), NEEDS)
    assert when(told, Event.OT_ASSESSED) == ASSESSED and when(told, Event.DECIDED) == GRANTED
    assert adaptations(told) == {
        (JULY, Stream.ASC, PD, IB): 700_000,
        (JULY, Stream.ASC, OP, CONVENTIONAL): 700_000,
        (OCTOBER, Stream.ASC, PD, IB): -700_000,
        (OCTOBER, Stream.DFG, PD, IB): 700_000,
        (NOVEMBER, Stream.ASC, OP, CONVENTIONAL): -700_000,
        (NOVEMBER, Stream.DFG, OP, CONVENTIONAL): 700_000,
    }
    assert told.council.world.people["spent_pence"][REFUSER] == 1_042_857 + 700_000
    # users pay a tenth of packages, and nothing of what the council has lent: July's 31 days of the refuser
    july = told.tables.ledger[JULY, Stream.ASC, Category.USER_CHARGES, OP, CONVENTIONAL]
    assert july == -8_857  # 31 * 20,000 / 7 are 88,571 pence


def test_whom_the_means_test_leaves_nothing_is_assessed_and_gets_nothing(tmp_path: Path) -> None:
    told = told_of(tmp_path, grants(mode="recharge", means_test_passed_percent=0.0), NEEDS)
    assert when(told, Event.OT_ASSESSED) == ASSESSED
    assert when(told, Event.DECIDED) == when(told, Event.AWARDED) == {}
    assert adaptations(told) == {}
    assert (told.council.world.people["dfg_asked_at"] == -1).all()


def test_no_grant_is_above_the_limit_and_a_second_waits_for_nobody(tmp_path: Path) -> None:
    """With two grants a week the refuser's papers, seen at 10:36 on a Wednesday, are decided at 14:00."""
    levers = grants(award_gbp=30_000.0, limit_gbp=25_000.0, decisions_per_week=2.0)
    told = told_of(tmp_path, levers, NEEDS)
    wednesday = at("25 Oct 2006", "14:00")
    assert when(told, Event.DECIDED) == {HOLDER: wednesday, REFUSER: wednesday}
    assert adaptations(told) == {
        (OCTOBER, Stream.DFG, PD, IB): 2_500_000,
        (OCTOBER, Stream.DFG, OP, CONVENTIONAL): 2_500_000,
    }


def test_the_ot_s_pay_is_hours_at_work_and_six_of_them_are_assessment(aligned: Told) -> None:
    # 252 working days: to 23,436,000 pence of the others come 7 hours a day at 40 pounds
    pay = aligned.tables.ledger[:, :, Category.ASSESSMENT_TIME : Category.SPARE_TIME + 1].sum()
    assert pay == 23_436_000 + 252 * 7 * 4_000 == 30_492_000
    # nobody else assesses in July: 3 hours at 40 pounds for each
    july = aligned.tables.ledger[JULY, Stream.ASC, Category.ASSESSMENT_TIME]
    assert july[PD, IB] == july[OP, CONVENTIONAL] == 3 * 4_000
    assert july.sum() == 24_000


def test_equipment_of_all_four_holders_waits_for_the_same_ot(tmp_path: Path) -> None:
    """Ten pounds a week of equipment (ICES) for each, all of it after an OT's assessment of 3 hours.

    Support from the IBs is in place on Friday 19 and Saturday 20 May at 12:12; 42 days later are Friday 30
    June and Saturday 1 July.  So the OT begins on Monday 3 July, with Friday's people, and has 300 minutes a
    day: 180 (13:48), 120 + 60 (10:36 on Tuesday), 180 (240 in all by then: 6 h 24, 15:24), 60 + 120 (3 h 12,
    12:12 on Wednesday).
    """
    equipment = {"ib_percent": 100.0, "ib_gbp_per_week": 10.0, "sigma": 0.0, "ot_percent": 100.0}
    told = told_of(tmp_path, {"funding": {"ices": equipment | {"mode": "recharge"}}}, {})
    assessed = [("3 Jul", "13:48"), ("4 Jul", "10:36"), ("4 Jul", "15:24"), ("5 Jul", "12:12")]
    assert told.moments(Event.OT_ASSESSED) == [at(f"{day} 2006", clock) for day, clock in assessed]
    starts = [told.started(person) for person in when(told, Event.OT_ASSESSED)]
    assert starts == [FRIDAY, FRIDAY, SATURDAY, SATURDAY]
    # Friday 12:12 is minute 69,852 of 525,600: 455,748 minutes at 1,000 pence in 10,080; Saturday 1,440 less
    pence = {FRIDAY: 455_748 * 1_000 // 10_080, SATURDAY: 454_308 * 1_000 // 10_080}
    assert pence == {FRIDAY: 45_213, SATURDAY: 45_070} and END == 525_600 and WEEK == 10_080
    paid = told.tables.ledger[:, :, Category.EQUIPMENT].sum(axis=0)
    for person in HOLDERS:
        assert paid[Stream.ICES, person, IB] == pence[told.started(person)]
    assert paid.sum() == paid[Stream.ICES, :, IB].sum() == 2 * (45_213 + 45_070)
    assert told.tables.metrics["ot_hours"][:4, IB, 0].tolist() == [3.0] * 4
