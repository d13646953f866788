"""What sums of an IB come to a week, what of them is left, and how they are shared among services."""

from __future__ import annotations

from tests.oracle.calendar import WEEKS_A_YEAR
from tests.oracle.council import Council
from tests.oracle.draws import whole
from tests.oracle.people import Person
from tests.oracle.purse import Weekly

HELD_BY_COUNCIL = 4
"""The last of the five ways in which a budget is held."""


def worth(council: Council, person: Person, pence_a_year: int) -> int:
    """A sum of an IB, a week, in the pounds that conventional packages are counted in."""
    content = getattr(council.levers.packages.plan_content_factor, person.group)
    return whole(pence_a_year * content / WEEKS_A_YEAR)


def apart(council: Council, person: Person, ib: bool) -> tuple[int, int]:
    """What SP and the ILF pay beside a package or an IB, pence a week.

    Housing-related support that might have joined an IB and has not goes on beside it.
    """
    born = person.born
    if not ib:
        return born.sp_conventional, born.ilf_conventional
    outside = born.sp_sum if person.sp_budget == 0 else 0
    sp = born.sp_apart + worth(council, person, person.sp_budget + outside)
    return sp - worth(council, person, person.sp_budget), whole(person.ilf_apart / WEEKS_A_YEAR)


def ices_weekly(council: Council, person: Person, ib: bool) -> int:
    """Equipment, pence a week; in a budget it is bought at the shops' price."""
    if not ib:
        return person.born.ices_conventional
    ices = council.levers.funding.ices
    factor = ices.high_street_factor if ices.mode == "integrated" else 1.0
    return whole(person.born.ices_ib * factor)


def final(person: Person) -> int:
    """The council's money in somebody's IB, pence a year."""
    assert person.final_budget is not None
    return person.final_budget


def weekly(council: Council, person: Person, ib: bool) -> Weekly:
    """What support costs each payer a week at the prices of the start."""
    sp, ilf = apart(council, person, ib)
    ices = ices_weekly(council, person, ib)
    if not ib:
        return Weekly(person.born.services_pence, sp, ilf, 0, ices, 0)
    return Weekly(
        worth(council, person, final(person) + person.counted_on),
        sp + worth(council, person, person.sp_budget),
        ilf + worth(council, person, person.ilf_budget),
        worth(council, person, person.atw_budget),
        ices,
        person.born.payment_support_pence,
    )


def underspend(person: Person) -> int:
    """Pence a year that are left of somebody's budget."""
    return whole(final(person) * person.born.underspend_share)


def unspent(council: Council, person: Person, ib: bool, pays: Weekly) -> int:
    """Pence a week of council money that an IB holder does not spend."""
    return min(worth(council, person, underspend(person)), pays.asc) if ib else 0


def clawed_back(council: Council, person: Person) -> int:
    """Pence a year that the council takes back: its share of what is left beyond some weeks' money."""
    own = council.levers.deployment
    paid_out = 1 - own.held.mixed_council_part_percent / 100 if person.born.held_mixed else 1.0
    kept = final(person) * paid_out * own.clawback_kept_weeks / WEEKS_A_YEAR
    return whole(max(underspend(person) - kept, 0.0) * (own.clawback_percent / 100))


def for_services(council: Council, person: Person, ib: bool, pays: Weekly) -> int:
    """Pence a week that a package or an IB has for services.

    An IB that is paid out first pays for being run: a payroll service, or help with it.
    """
    sp, ilf = apart(council, person, ib)
    pooled = pays.asc + pays.sp - sp + pays.ilf - ilf + pays.atw - unspent(council, person, ib, pays)
    return max(pooled - person.born.payroll_pence, 0) if ib else pooled
