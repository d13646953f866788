"""What support in place buys, from whom, and what that costs each payer."""

from __future__ import annotations

import numpy as np

from ibsim.compiled import Whole, compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import note
from ibsim.policy import finance, packages
from ibsim.policy.deployment import SERVICES
from ibsim.policy.deployment import room as deployment
from ibsim.policy.funding import room as funding
from ibsim.policy.market import verbs as market
from ibsim.words import IB_SUPPORT, Category, Event

ASSISTANCE, HOME_CARE, MEALS, LEISURE, MAINSTREAM, UNLISTED = range(len(SERVICES))
"""What deployment splits a sum into, by its own codes."""


@compiled
def apart(w: Shared, p: int, ib: bool) -> tuple[np.int64, np.int64]:
    """What SP and the ILF pay beside a package or an IB, pence a week."""
    sp, ilf = np.int64(funding.sp_weekly(w, p, ib)), np.int64(funding.ilf_weekly(w, p, ib))
    if ib:
        joined, outside = w.people[p].sp_budget, funding.sp_outside(w, p)
        sp += packages.worth(w, p, joined + outside) - packages.worth(w, p, joined)
    return sp, ilf


@compiled
def weekly(w: Shared, p: int, ib: bool) -> finance.Weekly:
    """What support costs each payer a week at the prices of the start."""
    person = w.people[p]
    asc, atw = np.int64(packages.conventional_services(w, p)), np.int64(0)
    support_pence = np.int64(0)
    sp, ilf = apart(w, p, ib)
    if ib:
        asc = np.int64(packages.worth(w, p, person.final_budget + person.counted_on))
        sp += packages.worth(w, p, person.sp_budget)
        ilf += packages.worth(w, p, person.ilf_budget)
        atw = np.int64(packages.worth(w, p, person.atw_budget))
        support_pence = np.int64(person.payment_support_pence)
    return finance.Weekly(asc, sp, ilf, atw, np.int64(funding.ices_weekly(w, p, ib)), support_pence)


@compiled
def unspent(w: Shared, p: int, ib: bool, pays: finance.Weekly) -> Whole:
    """Pence a week of council money that an IB holder does not spend."""
    if not ib:
        return 0
    left = np.int64(deployment.underspend(w, p, w.people[p].final_budget))
    return min(np.int64(packages.worth(w, p, left)), pays.asc)


@compiled
def for_services(w: Shared, p: int, ib: bool, pays: finance.Weekly) -> Whole:
    """Pence a week that a package or an IB has for services.

    An IB that is paid out first pays for being run, a payroll service or help with it; where that leaves
    nothing, nothing is bought.
    """
    sp, ilf = apart(w, p, ib)
    pooled = pays.asc + pays.sp - sp + pays.ilf - ilf + pays.atw - unspent(w, p, ib, pays)
    if not ib:
        return pooled
    return pooled - min(np.int64(deployment.run_from_within(w, p)), pooled)


@compiled
def money_for(w: Shared, p: int, ib: bool, service: int, sum_pence: Whole) -> int:
    """Of what somebody has for services, the pence a week for one of those that are sold."""
    if service == Category.PERSONAL_ASSISTANCE:
        return deployment.part(w, p, ib, sum_pence, ASSISTANCE)
    if service == Category.HOME_CARE:
        return deployment.part(w, p, ib, sum_pence, HOME_CARE)
    if service == Category.MEALS:
        return deployment.part(w, p, ib, sum_pence, MEALS)
    unlisted = deployment.part(w, p, ib, sum_pence, UNLISTED)
    if service == Category.DAY_CARE:
        return market.day_care(w, p, ib, unlisted)
    return market.supported_living(w, p, ib, unlisted)


@compiled
def buy(w: Shared, p: int, ib: bool, pays: finance.Weekly, keep: bool) -> Whole:
    """Write down what support buys, each service from its provider; returns what the market adds.

    That is in pence a week.  With `keep` people stay where they are.  A council's package holds hours,
    whose price may have moved since the start; a budget buys what it can.  Cover after a closure is the
    council's.
    """
    spent, added = for_services(w, p, ib, pays), np.int64(0)
    for service in range(market.N_SOLD):
        money = np.int64(money_for(w, p, ib, service, spent))
        cost = np.int64(market.supply(w, p, service, money, ib, keep))
        finance.buys(w, p, service, cost)
        added += cost - money
    finance.buys(w, p, Category.LEISURE, deployment.part(w, p, ib, spent, LEISURE))
    finance.buys(w, p, Category.MAINSTREAM, deployment.part(w, p, ib, spent, MAINSTREAM))
    finance.buys(w, p, Category.UNSPENT, unspent(w, p, ib, pays))
    sp, ilf = apart(w, p, ib)
    finance.buys(w, p, Category.HOUSING_SUPPORT, sp)
    finance.buys(w, p, Category.INDEPENDENT_LIVING, ilf)
    cover = np.int64(market.premium(w, p))
    finance.buys(w, p, Category.BRIDGING, cover)
    return added + cover


@compiled
def start_price(w: Shared, p: int, at: int, keep: bool) -> None:
    """What is in place has its price from now on, and what it buys its providers."""
    ib = w.people[p].support == IB_SUPPORT
    pays = weekly(w, p, ib)
    if w.people[p].has_package:
        added = buy(w, p, ib, pays, keep)
        pays = finance.Weekly(pays.asc + added, pays.sp, pays.ilf, pays.atw, pays.ices, pays.payment_support)
    finance.start_spell(w, p, at, pays)


@compiled
def room_for_all(w: Shared, p: int, at: int, ib: bool) -> bool:
    """Whether every service of a package or an IB finds a provider; when it was first asked for is noted."""
    person = w.people[p]
    if not person.has_package:
        return True
    spent, found = for_services(w, p, ib, weekly(w, p, ib)), True
    for service in range(market.N_SOLD):
        found = market.has_room(w, p, service, money_for(w, p, ib, service, spent), ib) and found
    if not found:
        market.start_asking(w, p, at)
        return False
    if person.asked_for_room_at >= 0:
        note(w, Event.ROOM_FOUND, p, at, at - person.asked_for_room_at, 1 if ib else 0)
        market.stop_asking(w, p)
    return True
