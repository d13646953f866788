"""Finance: what an hour of each desk costs; the only room that posts to the ledger."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ibsim.compiled import Whole, compiled, entry
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import kept, month_of, post
from ibsim.engine.world import Columns, Rules
from ibsim.policy.lever import ByGroup, Percent, Pounds, Settings, lever
from ibsim.units import DAY_MINUTES, split_pence
from ibsim.words import (
    CARE_MANAGEMENT_TIME,
    IB_SUPPORT,
    NOTHING,
    PAID_TIME,
    SOLD,
    Category,
    Desk,
    Stream,
)

I64 = NDArray[np.int64]
Floats = NDArray[np.float64]
PAY = (*CARE_MANAGEMENT_TIME, Category.SUPPORT_PLANNERS)
"""The categories of the ledger in which only the payroll posts."""
DESKS = (
    "care_coordinator", "access_team", "support_planner", "reviewing_officer", "team_manager",
    "occupational_therapist",
)  # fmt: skip
"""The desks as the levers name their prices, in the order of `Desk`."""
WEEK_MINUTES = 7 * DAY_MINUTES


VisitCount = Annotated[float, Field(ge=0, le=100)]
N_SOLD = len(SOLD)
QUARTER_WEEKS = 12
"""The report divides three months by twelve weeks."""


class FinanceSettings(Settings):
    """Prices of staff time, in the price base of the scenario."""

    care_coordinator_gbp_per_hour: Pounds = lever(
        "care-coordinator-gbp-per-hour", "pounds an hour", "a care co-ordinator's hour, overheads included"
    )
    access_team_gbp_per_hour: Pounds = lever(
        "access-team-gbp-per-hour", "pounds an hour", "an access worker's hour"
    )
    support_planner_gbp_per_hour: Pounds = lever(
        "support-planner-gbp-per-hour", "pounds an hour", "an in-house support planner's hour"
    )
    reviewing_officer_gbp_per_hour: Pounds = lever(
        "reviewing-officer-gbp-per-hour", "pounds an hour", "a reviewing officer's hour"
    )
    team_manager_gbp_per_hour: Pounds = lever(
        "team-manager-gbp-per-hour", "pounds an hour", "a team manager's hour"
    )
    occupational_therapist_gbp_per_hour: Pounds = lever(
        "occupational-therapist-gbp-per-hour", "pounds an hour", "an occupational therapist's hour"
    )
    panel_gbp_per_case: Pounds = lever("panel-gbp-per-case", "pounds", "a panel's time for one case")
    visits_ib_per_quarter: ByGroup[VisitCount] = lever(
        "care-management-visits-ib-per-quarter", "visits", "care-management visits as the report counts them",
        dated=False,
    )  # fmt: skip
    visits_conventional_per_quarter: ByGroup[VisitCount] = lever(
        "care-management-visits-conventional-per-quarter", "visits", "the same, conventional", dated=False
    )
    visit_gbp: Pounds = lever(
        "care-management-visit-gbp", "pounds", "the report's price of such a visit", dated=False
    )
    overtime_premium_percent: Percent = lever(
        "overtime-premium-percent", "percent", "paid on top for overtime"
    )
    agency_premium_percent: Percent = lever(
        "agency-premium-percent", "percent", "paid on top for agency cover"
    )


def visits_weekly(settings: FinanceSettings) -> NDArray[np.float64]:
    """Care-management visits as the report counts them, pounds a week: float64[group, arm]."""
    per_quarter = [settings.visits_conventional_per_quarter.array(), settings.visits_ib_per_quarter.array()]
    return np.array(per_quarter).T * settings.visit_gbp / QUARTER_WEEKS


COLUMNS: Columns = (
    # pence a week of the present spell of support, by payer
    ("rate_asc", np.int32),
    ("rate_sp", np.int32),
    ("rate_ilf", np.int32),
    ("rate_atw", np.int32),
    ("rate_ices", np.int32),
    ("rate_payment_support", np.int32),
    ("spell_since", np.int32),
    ("posted_until", np.int32),
    ("spent_pence", np.int64),  # all payers together
)


class Left(NamedTuple):
    """What payers of support have not spent yet: pence a week, and of the pence that have become due."""

    asc: np.int64
    sp: np.int64
    ilf: np.int64
    atw: np.int64
    asc_due: np.int64
    sp_due: np.int64
    ilf_due: np.int64
    atw_due: np.int64


class Weekly(NamedTuple):
    """What support costs each payer a week, in pence; payment support is the council's own."""

    asc: np.int64
    sp: np.int64
    ilf: np.int64
    atw: np.int64
    ices: np.int64
    payment_support: np.int64


def rules(settings: FinanceSettings) -> Rules:
    """The levers that compiled verbs read."""
    return {"panel_fee": float(round(settings.panel_gbp_per_case * 100))}


@compiled
def start_spell(w: Shared, p: int, at: int, weekly: Weekly) -> None:
    """Support at these prices begins."""
    person = w.people[p]
    since = not_before_the_spell(w, p, at)
    person.rate_asc, person.rate_sp = kept(w, weekly.asc), kept(w, weekly.sp)
    person.rate_ilf, person.rate_atw = kept(w, weekly.ilf), kept(w, weekly.atw)
    person.rate_ices, person.rate_payment_support = kept(w, weekly.ices), kept(w, weekly.payment_support)
    person.spell_since, person.posted_until = since, since


@compiled
def not_before_the_spell(w: Shared, p: int, at: int) -> int:
    """A moment, or the later one at which present prices began.

    On Monday somebody may leave who left on Saturday, and prices have changed on Sunday, with the month: no
    spell is shorter than nothing, and what came before its prices takes effect with them.
    """
    return int(max(np.int64(at), np.int64(w.people[p].spell_since)))


@compiled
def pay(w: Shared, p: int, at: int, payer: int, category: int, pence: Whole) -> None:
    """Post a sum that somebody pays for one person, in the arm of the support in place."""
    person = w.people[p]
    person.spent_pence += pence
    post(w, at, payer, category, person.group, 1 if person.support == IB_SUPPORT else 0, pence)


@compiled
def due(w: Shared, p: int, until: int, weekly: Whole) -> int:
    """Pence of a weekly price that have become due since the last posting.

    What is due in one spell of support always adds up to the whole pence of its length so far.
    """
    if weekly <= 0:
        return 0
    since = np.int64(w.people[p].spell_since)
    before = (w.people[p].posted_until - since) * weekly // WEEK_MINUTES
    return (until - since) * weekly // WEEK_MINUTES - before


@compiled
def pay_weekly(w: Shared, p: int, until: int, payer: int, category: int, weekly: int) -> None:
    """Post what has become due of one weekly price."""
    if weekly > 0:
        pay(w, p, until, payer, category, due(w, p, until, weekly))


@compiled
def buys(w: Shared, p: int, service: int, weekly: Whole) -> None:
    """Support in place buys so much of a service, pence a week."""
    w.bought[p, service] = kept(w, weekly)


@compiled
def pay_for(w: Shared, p: int, until: int, payer: int, service: int, weekly: Whole) -> Whole:
    """Post what has become due of what one payer gives for one service; its provider is told of it."""
    if weekly <= 0:
        return np.int64(0)
    pence = np.int64(due(w, p, until, weekly))
    pay(w, p, until, payer, service, pence)
    if service < N_SOLD:
        arm = 1 if w.people[p].support == IB_SUPPORT else 0
        w.accounts[w.placed[p, service], month_of(w, until), arm] += pence
    return pence


@compiled
def pay_shared(w: Shared, p: int, until: int, service: int, left: Left) -> Left:
    """Pay for one service from what the streams within an IB have left, and then from the council's money.

    The first payer's money buys the first service, and so on: which pound bought what, nobody can say.
    """
    rest = np.int64(w.bought[p, service])
    ilf = min(rest, left.ilf)
    sp = min(rest - ilf, left.sp)
    atw = min(rest - ilf - sp, left.atw)
    asc = rest - ilf - sp - atw
    return Left(
        left.asc - asc,
        left.sp - sp,
        left.ilf - ilf,
        left.atw - atw,
        left.asc_due - pay_for(w, p, until, Stream.ASC, service, asc),
        left.sp_due - pay_for(w, p, until, Stream.SP, service, sp),
        left.ilf_due - pay_for(w, p, until, Stream.ILF, service, ilf),
        left.atw_due - pay_for(w, p, until, Stream.ATW, service, atw),
    )


@compiled
def accrue_package(w: Shared, p: int, until: int) -> None:
    """Post what a package or an IB has bought, service by service; what is left bought other things.

    Each payer pays the whole pence of its weekly price, as if there were one service.
    """
    person = w.people[p]
    housing = np.int64(w.bought[p, Category.HOUSING_SUPPORT])
    living = np.int64(w.bought[p, Category.INDEPENDENT_LIVING])
    sp_apart = pay_for(w, p, until, Stream.SP, Category.HOUSING_SUPPORT, housing)
    ilf_apart = pay_for(w, p, until, Stream.ILF, Category.INDEPENDENT_LIVING, living)
    left = Left(
        np.int64(person.rate_asc),
        person.rate_sp - housing,
        person.rate_ilf - living,
        np.int64(person.rate_atw),
        np.int64(due(w, p, until, person.rate_asc)),
        np.int64(due(w, p, until, person.rate_sp) - sp_apart),
        np.int64(due(w, p, until, person.rate_ilf) - ilf_apart),
        np.int64(due(w, p, until, person.rate_atw)),
    )
    for service in range(Category.INDEPENDENT_LIVING):
        if service != Category.OTHER_SERVICES and w.bought[p, service] > 0:
            left = pay_shared(w, p, until, service, left)
    pay(w, p, until, Stream.ASC, Category.OTHER_SERVICES, left.asc_due)
    # pence are rounded service by service: what is left may be a penny below nought as well as above it
    if left.sp_due != 0 or left.ilf_due != 0 or left.atw_due != 0:
        pay(w, p, until, Stream.SP, Category.OTHER_SERVICES, left.sp_due)
        pay(w, p, until, Stream.ILF, Category.OTHER_SERVICES, left.ilf_due)
        pay(w, p, until, Stream.ATW, Category.OTHER_SERVICES, left.atw_due)
    pay_weekly(w, p, until, Stream.ICES, Category.EQUIPMENT, person.rate_ices)


@compiled
def accrue(w: Shared, p: int, until: int) -> None:
    """Post what has become due since the last posting, up to a moment."""
    person = w.people[p]
    if person.support == NOTHING:
        return
    until = not_before_the_spell(w, p, until)
    if person.has_package:
        accrue_package(w, p, until)
    else:
        pay_weekly(w, p, until, Stream.ASC, Category.OTHER_SUPPORT, person.rate_asc)
        pay_weekly(w, p, until, Stream.SP, Category.OTHER_SUPPORT, person.rate_sp)
        pay_weekly(w, p, until, Stream.ILF, Category.OTHER_SUPPORT, person.rate_ilf)
        pay_weekly(w, p, until, Stream.ATW, Category.OTHER_SUPPORT, person.rate_atw)
        pay_weekly(w, p, until, Stream.ICES, Category.OTHER_SUPPORT, person.rate_ices)
    pay_weekly(w, p, until, Stream.ASC, Category.PAYMENT_SUPPORT, person.rate_payment_support)
    person.posted_until = until


@entry
def accrue_all(w: Shared, until: int, people: NDArray[np.int32]) -> None:
    """Post the support of these people up to a moment."""
    for p in people:
        accrue(w, p, until)


@compiled
def fee(w: Shared, p: int, at: int, category: int, pence: int) -> None:
    """Post a fee that the council pays on one person's way, in the arm of that way."""
    w.people[p].spent_pence += pence
    post(w, at, Stream.ASC, category, w.people[p].group, w.people[p].arm, pence)


class Payroll:
    """Pay of the desks, month by month at the prices in force."""

    def __init__(self, settings: FinanceSettings) -> None:
        self.settings = settings

    def month(self, hours: Floats, minutes: Floats) -> I64:
        """A month's pay, pence int64[category, group, arm].

        `hours` float64[desk, 3] (ordinary, overtime, agency); `minutes` float64[desk, use, group, arm] say
        what they went for, in the order of `PAID_TIME`.  What overtime and agency cover cost above the plain
        hour goes with all of a desk's minutes alike.
        """
        s = self.settings
        prices = 100 * np.array([getattr(s, f"{desk}_gbp_per_hour") for desk in DESKS])
        premiums = np.array([s.overtime_premium_percent, s.agency_premium_percent]) / 100
        pay = np.zeros((len(Category), *minutes.shape[2:]), dtype=np.int64)
        for desk in Desk:
            plain, above = hours[desk].sum(), hours[desk, 1:] * premiums
            pence = round(float((plain + above.sum()) * prices[desk]))
            if pence == 0:
                continue
            uses = minutes[desk].reshape(len(PAID_TIME), -1)
            shares = uses / uses.sum()
            weights = np.vstack([shares * plain, np.outer(above, shares.sum(axis=0))])
            parts = split_pence(pence, weights.ravel()).reshape(-1, *pay.shape[1:])
            if desk == Desk.PLANNER:
                pay[Category.SUPPORT_PLANNERS] += parts.sum(axis=0)
            else:
                pay[list(CARE_MANAGEMENT_TIME)] += parts
        return pay
