"""What support in place buys, from whom, and what that costs each payer."""

from __future__ import annotations

from ibsim.words import SOLD, Category, Event
from tests.oracle.council import Council
from tests.oracle.draws import whole
from tests.oracle.money import begin_spell
from tests.oracle.people import Person
from tests.oracle.placing import has_room, premium, supply
from tests.oracle.purse import Weekly
from tests.oracle.worth import apart, for_services, unspent, weekly

SHARED = ("PERSONAL_ASSISTANCE", "HOME_CARE", "MEALS", "LEISURE", "MAINSTREAM")
"""The categories among which a sum is shared, in the order of the services; what is left is unlisted."""
LAST = len(SHARED)


def share_of(council: Council, person: Person, ib: bool, pence: int, service: int) -> int:
    """Pence of a week's sum for one of the services: those of all of them add up to it."""
    shares, born = council.market.shares, person.born
    bits = born.ib_services if ib else born.conventional_services

    def up_to(last: int) -> int:
        return whole(pence * shares.up_to(person.group, int(ib), bits, last))

    return up_to(service) - (up_to(service - 1) if service else 0)


def money_for(council: Council, person: Person, ib: bool, category: Category, pence: int) -> int:
    """Of what somebody has for services, the pence a week for one of those that are sold.

    Day care and supported living are parts of what the tables do not list.
    """
    if category.name in SHARED:
        return share_of(council, person, ib, pence, SHARED.index(category.name))
    own, born, bit = council.levers.market.unlisted, person.born, 2 if ib else 1
    unlisted = share_of(council, person, ib, pence, LAST)
    if category == Category.DAY_CARE:
        return whole(unlisted * (own.day_care_part_percent / 100)) if born.day_care & bit else 0
    return whole(unlisted * (own.supported_living_part_percent / 100)) if born.supported_living & bit else 0


def start_price(council: Council, person: Person, at: int, keep: bool) -> None:
    """What is in place has its price from now on, and what it buys its providers.

    Conventional packages hold hours, whose price may have moved since the start, and cover after a closure
    is the council's: what either adds, the council pays.
    """
    ib = person.support == "IB"
    pays = weekly(council, person, ib)
    if person.born.has_package:
        added = _buy(council, person, ib, pays, keep)
        pays = pays._replace(asc=pays.asc + added)
    begin_spell(person, at, pays)


def _buy(council: Council, person: Person, ib: bool, pays: Weekly, keep: bool) -> int:
    """Write down what support buys; returns what the market adds to its price, pence a week."""
    spent, bought, added = for_services(council, person, ib, pays), person.purse.bought, 0
    for category in SOLD:
        money = money_for(council, person, ib, category, spent)
        bought[category] = supply(council, person, category, money, keep)
        added += bought[category] - money
    bought[Category.LEISURE] = share_of(council, person, ib, spent, SHARED.index("LEISURE"))
    bought[Category.MAINSTREAM] = share_of(council, person, ib, spent, SHARED.index("MAINSTREAM"))
    bought[Category.UNSPENT] = unspent(council, person, ib, pays)
    bought[Category.HOUSING_SUPPORT], bought[Category.INDEPENDENT_LIVING] = apart(council, person, ib)
    bought[Category.BRIDGING] = premium(council, person)
    return added + bought[Category.BRIDGING]


def room_for_all(council: Council, person: Person, at: int, ib: bool) -> bool:
    """Whether every service of a package or an IB finds a provider; when it was first asked for is kept."""
    if not person.born.has_package:
        return True
    spent = for_services(council, person, ib, weekly(council, person, ib))
    # all are asked, also after one is full: each search counts
    found = [
        has_room(council, person, category, money_for(council, person, ib, category, spent), ib)
        for category in SOLD
    ]
    purse = person.purse
    if not all(found):
        purse.asked_for_room_at = at if purse.asked_for_room_at is None else purse.asked_for_room_at
        return False
    if purse.asked_for_room_at is not None:
        council.note(Event.ROOM_FOUND, person, at, at - purse.asked_for_room_at, int(ib))
        purse.asked_for_room_at = None
    return True
