"""Five people through the whole council on its own clock, every date, hour and penny worked out by hand.

Nothing is left to chance: all delays are their medians, all hours are the levers', nobody else is there.
One person of each group holds a package of 200 pounds a week and is offered an IB; a fifth, with a direct
payment, refuses.  Each group has one co-ordinator (35 hours, 10 of them organisational: 300 minutes of cases
a day, from 9 to 17 o'clock, so that 5 minutes of work pass in 8) and all have one manager (2 hours a day:
1 minute in 4).

================================  ==============================================  ====================
step                              arithmetic                                      moment
================================  ==============================================  ====================
offer                             the wave's first Monday                         Mon  3 Apr 00:00
consent, or refusal               + 6 days                                        Sun  9 Apr 00:00
forms are ready                   + 10 days                                       Wed 19 Apr 00:00
first visit (195 of 390 minutes)  + 5 days; 195 / 300 of 8 hours: 5 h 12          Mon 24 Apr 14:12
second visit                      3 days after; the assessment is done            Thu 27 Apr 14:12
RAS                               40 points at 200 pounds: 8,000 pounds a year    the same
budget agreed (30 minutes)        next morning; 30 / 120 of 8 hours each: 2 h     Fri 28 Apr 11, 13, 15, 17
the person chooses                + 7 days                                        Fri  5 May 11, 13, 15, 17
plan, first visit (180 of 360)    next working day; 180 / 300 of 8 hours: 4 h 48  Mon  8 May 13:48
plan, second visit                3 days after                                    Thu 11 May 13:48
sign-off (60 minutes)             next morning, two a day; 60 / 120: 4 h          Fri 12 May 13, 17
                                  the other two                                   Mon 15 May 13, 17
brokerage (120 minutes)           next working day; 120 / 300: 3 h 12             Mon 15, Tue 16 May 12:12
support is in place               + 4 days                                        Fri 19, Sat 20 May 12:12
monitoring (60 minutes)           next working day                                Mon 22 May
first review is due               + 8 weeks                                       Fri 14, Sat 15 Jul 12:12
reviewed (180 minutes)            next working day; 180 / 300: 4 h 48             Mon 17 Jul 13:48
================================  ==============================================  ====================

A week of the old package costs 200.00 pounds, a week of the IB 8,000 / (365.25 / 7) = 153.32; nine tenths of
either buy home care.  Users pay a tenth.  The run ends on 1 April 2007.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from ibsim.council import Council
from ibsim.replication import Keep, Tables, tables_of
from ibsim.scenario.catalogue import catalogue
from ibsim.scenario.model import Levers
from ibsim.units import GROUPS
from ibsim.words import CONVENTIONAL, IB, Category, Event, Stream
from tests.councils import START, STEADY_MARKET, Laboratory, Tree, merged, wave


def only_home_care(section: str) -> dict[str, float]:
    """Everybody has home care for nine tenths of the money, and nothing else that has a name."""
    names = [path[-1] for path in catalogue(Levers) if path[:2] == ("deployment", section)]
    used = {"home_care_percent": 100.0, "home_care_gbp_per_week": 90.0, "unlisted_gbp_per_week": 10.0}
    return dict.fromkeys(names, 0.0) | used


NO_SIGMA = {"hours_sigma": 0.0}
QUIET: Tree = {
    "calendar": {"start": START, "years": 1, "warm_up_years": 0},
    "population": {
        "clients_at_start": {"PD": 1, "LD": 1, "MH": 1, "OP": 2}, "referrals_per_year": 0,
        "contacts_per_year": 0, "localities": 1, "package_at_start_percent": 100.0,
        "direct_payment_at_start_percent": 0.0, "exit_rate_package_per_year": 0.0,
        "withdrawal_rate_per_year": 0.0, "needs_change_rate_per_year": 0.0, "demand_response_percent": 0.0,
    },
    "access": {"access_team_fte": 0.0, "facs_threshold": "low"},
    "workforce": {
        "care_coordinators_fte": 1.0, "team_size": 1.0, "hours_per_week": 35.0,
        "organisational_hours_per_week": 10.0, "travel_hours_per_case_hour": 0.0,
        "ib_extra_hours_per_week": 0.0, "ib_organisational_hours_per_week": 0.0,
        "ib_travel_hours_per_case_hour": 0.0, "support_hours_per_case_per_week": 0.0,
        "leave_days_per_year": 0.0, "sickness_days_per_year": 0.0, "turnover_percent_per_year": 0.0,
        "learning_first_case_factor": 1.0, "team_managers_fte": 1.0, "manager_case_hours_per_week": 10.0,
        "occupational_therapists_fte": 0.0,
    },
    "assessment": NO_SIGMA | {
        "self_percent": 0.0, "supported_percent": 100.0, "professional_percent": 0.0,
        "appointment_days_median": 5.0, "appointment_sigma": 0.0, "ib_hours": 6.0, "ib_visits": 2,
        "visit_gap_days": 3.0, "ib_forms_days_median": 10.0, "ib_forms_sigma": 0.0, "paused_percent": 0.0,
        "carer_assessment_percent": 0.0,
    },
    "allocation": {
        "ras": {"points": 40.0, "supported_bias_percent": 0.0, "supported_noise": 0.0,
                "recalibration_weeks": 0, "drift_percent_per_year": 0.0},
        "agreed_by": "manager", "agreement_hours": 0.5, "scoring_hours": 0.5, "returned_percent": 0.0,
        "adjusted_percent": 0.0, "dispute_percent": 0.0, "refusal_if_lower_percent": 0.0,
    },
    "planning": NO_SIGMA | {
        "who_plans": {"coordinator_percent": 100.0, "support_planner_percent": 0.0,
                      "external_broker_percent": 0.0, "user_or_family_percent": 0.0},
        "coordinator_hours": 6.0, "visits": 2, "choosing_days_median": 7.0, "choosing_sigma": 0.0,
        "paused_percent": 0.0,
    },
    "signoff": {"support_plan_by": "manager", "support_plan_hours": 1.0, "returned_percent": 0.0,
                "changed_percent": 0.0},
    "brokerage": NO_SIGMA | {
        "ib_hours": 2.0, "start_days_median": 4.0, "start_sigma": 0.0, "personal_assistant_percent": 0.0,
        "paused_percent": 0.0,
    },
    "review": NO_SIGMA | {
        "first_review_weeks": 8.0, "interval_weeks": 400.0, "hours": 3.0, "monitoring_hours": 1.0,
        "kept_open_percent": 0.0, "reassessment_percent": 0.0, "crisis_rate_per_year": 0.0,
    },
    "safeguarding": {"referrals_per_1000_per_year": 0.0},
    "rollout": {"suitable_percent": 100.0, "refusal_percent": 1.0, "refusal_factor_direct_payment": 100.0,
                "consent_days_median": 6.0, "consent_sigma": 0.0, "return_percent": 0.0},
    "funding": {
        "sp": {"take_up_percent": 0.0, "holders_percent": 0.0},
        "ilf": {"application_percent": 0.0, "conventional_gbp_per_week": 0.0},
        "atw": {"take_up_percent": 0.0}, "dfg": {"need_percent_per_year": 0.0},
        "ices": {"ib_percent": 0.0, "conventional_percent": 0.0},
    },
    "deployment": {
        "ib_services": only_home_care("ib_services"),
        "conventional_services": only_home_care("conventional_services"),
        "service_use_correlation": 0.0, "underspend_percent": 0.0, "plan_changes": {"per_year": 0.0},
        "one_off": {"percent": 0.0},
        "payment_support": {"payroll_percent": 0.0, "in_budget_percent": 0.0, "outside_percent": 0.0},
    },
    "packages": {"plan_content_factor": 1.0, "conventional_sigma": 0.0, "needs_sigma": 0.0},
    "market": {"unlisted": {f"{what}_{arm}_percent": 0.0 for what in ("day_care", "supported_living")
                            for arm in ("conventional", "ib")}},
    "outcomes": {"health_conventional_gbp_per_week": 60.0, "health_ib_gbp_per_week": 80.0},
    "evidence": {"health-cost-sigma": 0},
    "charges": {"percent_of_package": 10.0, "ib_factor": 1.0},
    "finance": {"care_coordinator_gbp_per_hour": 30.0, "team_manager_gbp_per_hour": 45.0},
    "setup": {"level_factor": 0.0, "leader_gbp_per_year": 0.0, "dual_administration_gbp_per_year": 0.0},
}  # fmt: skip
HOLDERS, REFUSER = (0, 1, 2, 3), 4
PACKAGE, A_POINT, WEEK = 20_000, 20_000, 7 * 24 * 60
"""Pence a week, pence a point a year, minutes."""
BUDGET = 40 * A_POINT
IB_WEEKLY = round(BUDGET / (365.25 / 7))


def at(day: str, clock: str = "00:00") -> int:
    """Minutes from the start of the run to a moment of 2006 or 2007."""
    moment = datetime.strptime(f"{day} {clock}", "%d %b %Y %H:%M")
    return int((moment - datetime(START.year, START.month, START.day)).total_seconds()) // 60


END = at("1 Apr 2007")
FRIDAY, SATURDAY = at("19 May 2006", "12:12"), at("20 May 2006", "12:12")
"""When support is in place: for the two whose plans are signed off first, and for the others."""
HOLIDAYS = ("14 Apr", "17 Apr", "1 May", "29 May", "28 Aug", "25 Dec", "26 Dec")
"""Bank holidays of 2006 from April on; 1 January 2007 is one too."""


class Told:
    """The run and what it says of each person."""

    def __init__(self, council: Council, tables: Tables) -> None:
        self.council, self.tables = council, tables
        history = council.machine.history
        self._rows = history.rows[: int(history.count[0])]

    def moments(self, event: Event, people: tuple[int, ...] = HOLDERS) -> list[int]:
        """When it happened to these people, once each, in order of time."""
        rows = self._rows[self._rows["kind"] == event]
        assert sorted(rows["person"].tolist()) == sorted(people), event.name
        return sorted(rows["at"].tolist())

    def started(self, person: int) -> int:
        rows = self._rows[(self._rows["kind"] == Event.IN_PLACE) & (self._rows["person"] == person)]
        return int(rows["at"][0])


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    lab = Laboratory(tmp_path_factory.mktemp("five"))
    council = Council(lab.scenario(merged(QUIET, STEADY_MARKET), wave(weeks=0.1)), 1, 0)
    people = council.world.people
    assert [GROUPS[group] for group in people["group"]] == ["PD", "LD", "MH", "OP", "OP"]
    people["needs"], people["services_pence"] = 1.0, PACKAGE
    people["direct_payment"][REFUSER] = True
    council.prices.prices[:] = A_POINT
    council.set_rules()
    council.run()
    return Told(council, tables_of(council, Keep(people=True)))


def test_the_way_to_an_ib_takes_the_days_that_the_table_says(told: Told) -> None:
    assert told.moments(Event.OFFERED, (*HOLDERS, REFUSER)) == [at("3 Apr 2006")] * 5
    assert told.moments(Event.REFUSED, (REFUSER,)) == [at("9 Apr 2006")]
    assert told.moments(Event.CONSENTED) == [at("9 Apr 2006")] * 4
    assert told.moments(Event.IB_ASSESSED) == [at("27 Apr 2006", "14:12")] * 4
    hours = ("11:00", "13:00", "15:00", "17:00")
    assert told.moments(Event.INDICATIVE_AGREED) == [at("28 Apr 2006", hour) for hour in hours]
    signed = [at(day, hour) for day in ("12 May 2006", "15 May 2006") for hour in ("13:00", "17:00")]
    assert told.moments(Event.SIGNED_OFF) == told.moments(Event.FINAL_BUDGET) == signed
    assert told.moments(Event.IN_PLACE) == [FRIDAY] * 2 + [SATURDAY] * 2


def test_the_first_review_comes_after_eight_weeks_and_a_weekend(told: Told) -> None:
    due = [at("14 Jul 2006", "12:12")] * 2 + [at("15 Jul 2006", "12:12")] * 2
    assert told.moments(Event.REVIEW_DUE) == due
    reviewed = at("17 Jul 2006", "13:48")
    assert told.moments(Event.REVIEWED) == [reviewed] * 4
    assert (told.council.world.people["review_due_at"][[*HOLDERS]] == reviewed + 400 * WEEK).all()


def test_every_minute_of_work_is_somebodys(told: Told) -> None:
    assessing, planning, arranging, monitoring, reviewing = 6 * 60 + 30, 6 * 60, 2 * 60, 60, 3 * 60
    agreeing, signing = 30, 60
    one = assessing + planning + arranging + monitoring + reviewing + agreeing + signing
    assert told.tables.books["task minutes"] == 4 * one == 4 * 1_200


def test_budgets_are_points_times_the_price(told: Told) -> None:
    people = told.council.world.people
    assert people["points"].tolist() == [40, 40, 40, 40, 0]
    assert people["indicative_budget"].tolist() == [BUDGET] * 4 + [0] == [800_000] * 4 + [0]
    assert people["final_budget"].tolist() == [BUDGET] * 4 + [-1]
    assert people["rate_asc"].tolist() == [IB_WEEKLY] * 4 + [PACKAGE] == [15_332] * 4 + [20_000]


def spent(start: int) -> tuple[int, int]:
    """A holder's pence for the old package until support from the IB starts, and for the IB from then on."""
    return start * PACKAGE // WEEK, (END - start) * IB_WEEKLY // WEEK


def test_everybodys_pence_are_minutes_at_a_weekly_price(told: Told) -> None:
    people = told.council.world.people
    # Friday 12:12 is minute 69,852: 1,385.95 pounds before it, 6,932.07 after it; Saturday a day later
    assert spent(FRIDAY) == (138_595, 693_207) and spent(SATURDAY) == (141_452, 691_016)
    for person in HOLDERS:
        assert people["spent_pence"][person] == sum(spent(told.started(person)))
    assert people["spent_pence"][REFUSER] == END * PACKAGE // WEEK == 1_042_857


def test_the_ledger_has_home_care_and_the_rest_by_group_and_arm(told: Told) -> None:
    ledger = told.tables.ledger[:, Stream.ASC].sum(axis=0)
    for person, group in enumerate(GROUPS):
        old, new = spent(told.started(person))
        before = told.started(person)
        care = before * (PACKAGE * 9 // 10) // WEEK
        # nine tenths of 15,332 are 13,798.8: the odd penny is home care's, by largest remainder
        ib_care = (END - before) * 13_799 // WEEK
        if group == "OP":  # the refuser's too
            old += END * PACKAGE // WEEK
            care += END * (PACKAGE * 9 // 10) // WEEK
        both = [Category.HOME_CARE, Category.OTHER_SERVICES]
        assert ledger[Category.HOME_CARE, person].tolist() == [care, ib_care]
        assert ledger[both, person].sum(axis=0).tolist() == [old, new]
    assert told.council.machine.accounts.sum() == ledger[Category.HOME_CARE].sum()
    assert not told.tables.ledger[:, 1:].any(), "no other stream pays"


def test_charges_are_a_tenth_month_by_month(told: Told) -> None:
    ledger = told.tables.ledger[:, Stream.ASC]
    spend = ledger[:, [Category.HOME_CARE, Category.OTHER_SERVICES]].sum(axis=1)
    assert np.array_equal(ledger[:, Category.USER_CHARGES], -np.rint(spend * 0.1).astype(np.int64))
    # April's 30 days of 200 pounds a week, and a tenth of it
    assert spend[0, 0, CONVENTIONAL] == 30 * 24 * 60 * PACKAGE // WEEK == 85_714
    assert ledger[0, Category.USER_CHARGES, 0, CONVENTIONAL] == -8_571
    assert ledger[0, Category.USER_CHARGES, 0, IB] == 0


def test_pay_is_hours_at_work_times_their_price(told: Told) -> None:
    weekdays = sum((START.toordinal() + day) % 7 not in (6, 0) for day in range(365))
    days = weekdays - len(HOLIDAYS) - 1
    assert (weekdays, days) == (260, 252)
    # four co-ordinators for 7 hours a day at 30 pounds, a manager for 2 of 7 at 45
    due = 100 * days * (4 * 7 * 30 + 2 * 45)
    pay = told.tables.ledger[:, :, Category.ASSESSMENT_TIME : Category.SPARE_TIME + 1].sum()
    assert pay == due == 23_436_000


def test_the_health_service_spends_on_each_what_the_levers_say(told: Told) -> None:
    """With no spread between people: 80 pounds a week beside an IB in place, 60 beside a package."""
    weekly = told.tables.metrics["health_gbp_per_person_week"][:4, :2, 0]
    assert weekly.tolist() == [[60.0, 80.0]] * 4
