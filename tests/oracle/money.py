"""What support costs each payer, and when that is posted: people's own part of the ledger."""

from __future__ import annotations

from ibsim.words import SOLD, Category, Stage, Stream
from tests.oracle.calendar import DAY, WEEK
from tests.oracle.council import Council
from tests.oracle.draws import whole
from tests.oracle.people import Person, Sum
from tests.oracle.purse import Purse, Weekly
from tests.oracle.worth import clawed_back, worth

LISTED_FIRST = [c for c in Category if c < Category.INDEPENDENT_LIVING and c != Category.OTHER_SERVICES]
"""What pooled money buys by name, in the order in which payers' money goes to it."""


def post(council: Council, month: int, sum_: tuple[str, str, str, bool], pence: int) -> None:
    """Write a sum into the ledger: payer, category, group and arm."""
    if pence:
        council.ledger[Sum(month, *sum_)] += pence


def fee(council: Council, person: Person, at: int, category: str, pence: int) -> None:
    """A fee that the council pays on one person's way, in the arm of that way."""
    month = council.calendar.month_of(at)
    post(council, month, (Stream.ASC.name, category, person.group, person.in_ib_arm), pence)


def pay(council: Council, person: Person, at: int, payer: str, category: str, pence: int) -> None:
    """A sum that somebody pays for one person, in the arm of the support in place."""
    if pence == 0:
        return
    month = council.calendar.month_of(at)
    post(council, month, (payer, category, person.group, person.support == "IB"), pence)


def begin_spell(person: Person, at: int, pays: Weekly) -> None:
    """Support has these prices from a moment on."""
    purse = person.purse
    since = max(at, purse.since)  # never before the prices that it follows
    purse.pays, purse.since, purse.posted_until = pays, since, since


def due(purse: Purse, until: int, weekly: int) -> int:
    """Pence of a weekly price since the last posting: all postings of a spell make its whole pence."""
    if weekly <= 0:
        return 0
    return (until - purse.since) * weekly // WEEK - (purse.posted_until - purse.since) * weekly // WEEK


def accrue(council: Council, person: Person, at: int) -> None:
    """Post what support in place has come to since the last time, up to a moment."""
    if person.support is None:
        return
    purse = person.purse
    at = max(at, purse.since)  # what came before the prices of a month's end takes effect with them
    if person.born.has_package:
        _package(council, person, at)
    else:
        streams = (Stream.ASC, Stream.SP, Stream.ILF, Stream.ATW, Stream.ICES)
        for payer, weekly in zip(streams, purse.pays[:5], strict=True):
            pay(council, person, at, payer.name, Category.OTHER_SUPPORT.name, due(purse, at, weekly))
    running = due(purse, at, purse.pays.payment_support)
    pay(council, person, at, Stream.ASC.name, Category.PAYMENT_SUPPORT.name, running)
    purse.posted_until = at


def _package(council: Council, person: Person, at: int) -> None:
    """Post a package or an IB: what stands apart, what is bought by name, and what is left.

    Each payer pays the whole pence of its weekly price.  Of what is pooled the ILF's money goes first,
    then SP's, AtW's and the council's; whatever pennies are left have bought other services.
    """
    purse = person.purse
    pays, bought = purse.pays, purse.bought
    apart = {Stream.SP: Category.HOUSING_SUPPORT, Stream.ILF: Category.INDEPENDENT_LIVING}
    prices = {Stream.ILF: pays.ilf, Stream.SP: pays.sp, Stream.ATW: pays.atw, Stream.ASC: pays.asc}
    owed = {payer: due(purse, at, weekly) for payer, weekly in prices.items()}
    for payer, category in apart.items():
        owed[payer] -= _buy(council, person, at, payer, category, bought[category])
        prices[payer] -= bought[category]
    for category in LISTED_FIRST:
        rest = bought.get(category, 0)
        for payer in owed:
            part = rest if payer == Stream.ASC else min(rest, prices[payer])
            prices[payer] -= part
            rest -= part
            owed[payer] -= _buy(council, person, at, payer, category, part)
    for payer, pence in owed.items():
        pay(council, person, at, payer.name, Category.OTHER_SERVICES.name, pence)
    pay(council, person, at, Stream.ICES.name, Category.EQUIPMENT.name, due(purse, at, pays.ices))


def _buy(council: Council, person: Person, at: int, payer: Stream, category: Category, weekly: int) -> int:
    """Post what one payer gives for one service, and tell its provider; returns the pence."""
    if weekly <= 0:
        return 0
    pence = due(person.purse, at, weekly)
    pay(council, person, at, payer.name, category.name, pence)
    if category in SOLD:
        provider = person.purse.places[category].provider
        month = council.calendar.month_of(at)
        council.market.paid[provider, month, person.support == "IB"] += pence
    return pence


def accrue_all(council: Council, at: int) -> None:
    """Post everybody's support at a month's end; what the warm-up cost is posted together, at its end."""
    day = at // DAY
    counted_next = council.calendar.month(min(day, council.calendar.n_days - 1)) >= 0
    if council.calendar.month_of(at) < 0 and not counted_next:
        return
    for person in council.here:
        if person.stage != Stage.GONE:
            accrue(council, person, at)


def settle_accounts(council: Council, person: Person, at: int) -> None:
    """At the review of an IB: the council takes back what it may of what is not spent between reviews."""
    back = clawed_back(council, person)
    if back > 0:
        pence = whole(worth(council, person, back) * council.levers.review.interval_weeks)
        pay(council, person, at, Stream.ASC.name, Category.CLAWBACK.name, -pence)
