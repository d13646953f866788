"""The market of one council: its providers, its weeks and months, and what befalls people through them."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from ibsim.words import SOLD, Category, Decision, Stream
from tests.oracle import fortunes, placing
from tests.oracle.arithmetic import split
from tests.oracle.assistants import Pool
from tests.oracle.blocks import assign_blocks, renew
from tests.oracle.books import Books
from tests.oracle.calendar import DAY, WEEK
from tests.oracle.money import post
from tests.oracle.opening import money_at_start, open_books, set_prices
from tests.oracle.people import GROUPS
from tests.oracle.providers import PLACED, UNIT, Provider, first_prices, providers_of
from tests.oracle.shares import Shares
from tests.oracle.treasury import Treasury

if TYPE_CHECKING:
    from tests.oracle.council import Council
    from tests.oracle.people import Person

lose, move_on = placing.lose, placing.move_on


class Market:
    """Providers, what of each is paid for, and the searches of the month."""

    def __init__(self, council: Council) -> None:
        levers = council.first_levers
        self.shares = Shares(levers)
        self.first_prices = first_prices(levers.market)
        in_house = levers.deployment.in_house_home_care_percent / 100
        self.providers = providers_of(levers.market, money_at_start(levers), in_house, council.draws)
        self.sellers: dict[Category, list[Provider]] = {
            service: [one for one in self.providers if one.service == service and one.is_real]
            for service in PLACED
        }
        self.pool = Pool(self.providers[0])
        self.is_open = False
        """whether providers can turn people away: before counting starts they cannot"""
        self.group_shares = [0.25] * len(GROUPS)
        """what of costs that belong to nobody goes to each group"""
        self.paid: defaultdict[tuple[int, int, bool], int] = defaultdict(int)
        """pence for people's support, by provider, month and whether from an IB"""
        self.books = Books()
        self.asked: Counter[Category] = Counter()
        self.refused: Counter[Category] = Counter()
        self.opens: list[tuple[int, Category]] = []
        """newcomers on their way: the month in which each opens, and its service"""
        self.was_short: dict[Category, bool] = dict.fromkeys(PLACED, False)
        self.releases: list[tuple[int, dict[int, int]]] = []
        """block hours that are handed back: from which month on, and how many by provider"""


def set_up(council: Council) -> None:
    """Once, before anything happens: the providers of this council, and its own accounts."""
    council.market, council.treasury = Market(council), Treasury(council)


def open_(council: Council) -> None:
    """On the first counted day, a minute past midnight: prices are set, people repriced, books opened."""
    start_prices(council)
    _reprice(council, council.calendar.start_day)
    open_doors(council)


def start_prices(council: Council) -> None:
    """Providers have prices of their own from now on, at which people's money stands for hours."""
    set_prices(council.market, council.levers.market)
    for person in council.people:
        person.purse.hour_price.clear()


def open_doors(council: Council) -> None:
    """Capacity, costs, blocks and reserves are set for what people have now; providers can be full."""
    market = council.market
    open_books(market, council.levers.market, council.draws)
    assign_blocks(council)
    market.is_open = True
    placed = dict.fromkeys(GROUPS, 0)
    for person in council.people:
        for service in PLACED:
            if service in person.purse.places:
                placed[person.group] += person.purse.bought[service]
    if total := sum(placed.values()):
        market.group_shares = [placed[group] / total for group in GROUPS]


def _reprice(council: Council, day: int) -> None:
    """Everybody's package or budget has the prices of today."""
    from tests.oracle.journey.steps import price_moves

    for person in council.here:
        if person.support is not None and person.born.has_package:
            price_moves(council, person, day * DAY)


def week(council: Council, day: int) -> None:
    """On each seventh day from the first counted one, at 23:00: unused block hours are paid for the week.

    Of the last week the days that are left of the run are paid.
    """
    month, total, days = council.calendar.month(day), 0, min(7, council.calendar.n_days - day)
    council.market.books.note_week(council, council.calendar.year(day))
    for one in council.market.providers:
        if one.is_alive:
            pence = one.idle_block * one.price * days // (7 * UNIT[one.service])
            council.market.books.months["void", one.number, month] += pence
            total += pence
    _post(council, month, Category.VOID, total)


def _post(council: Council, month: int, category: Category, pence: int) -> None:
    """What the council pays beside people's support is the groups' in proportion to what they buy."""
    if pence:
        for group, part in zip(GROUPS, split(pence, council.market.group_shares), strict=True):
            post(council, month, (Stream.ASC.name, category.name, group, False), part)


def month_end(council: Council, month: int, year: int, day: int) -> None:
    """Providers close a counted month; some give notice or close, and once a year prices move.

    On the run's last day nobody is told of it.
    """
    from tests.oracle.journey.reviews import displaced

    turn = close(council, month, year, day)
    if day < council.calendar.n_days:
        for which, closes in ((turn.give_notice, False), (turn.close, True)):
            for person, provider in _told(council, which, year, closes):
                displaced(council, person, day * DAY, provider, closes)
        if turn.ends_year:
            _reprice(council, day)
    if turn.ends_year:
        council.market.books.note_people(council, year)


def _told(council: Council, which: list[int], year: int, closes: bool) -> list[tuple[Person, int]]:
    """Whoever loses a provider; they count once, with the notice or with a closure that had none."""
    found = clients(council, which)
    if not closes or council.levers.market.fortunes.closure_notice_weeks == 0:
        council.market.books.years.update(("displaced", provider, year) for _, provider in found)
    return found


def close(council: Council, month: int, year: int, day: int) -> fortunes.Turn:
    """Close the providers' month, and post what the council pays them beside people's support."""
    calendar = council.calendar
    days = [d for d in range(calendar.n_days) if calendar.month(d) == month]
    last = days[-1] + 1 == calendar.n_days or calendar.year(days[-1] + 1) > year
    turn = fortunes.close_month(council, fortunes.When(month, year, day, len(days), last))
    _post(council, month, Category.IN_HOUSE, turn.in_house_pence)
    _post(council, month, Category.MARKET_SUPPORT, turn.grant_pence)
    for number, size in turn.renewed.items():
        renew(council, council.market.providers[number], size)
    return turn


def clients(council: Council, which: list[int]) -> list[tuple[Person, int]]:
    """Who has services with these providers, and the first of them that each has."""
    found = []
    for person in council.people:
        theirs = [person.purse.places[s].provider for s in PLACED if s in person.purse.places]
        mine = [provider for provider in theirs if provider in which]
        if mine:
            found.append((person, mine[0]))
    return found


def release_all(council: Council, person: Person) -> None:
    """A person's support has ended: nothing is placed with anybody, and nothing is asked for."""
    for service in SOLD:
        placing.release(council, person, service)
    stop_asking(council, person)


def stop_asking(council: Council, person: Person) -> None:
    """Somebody does not look for a provider any more."""
    person.purse.asked_for_room_at = None


def waited_for_sign_off(council: Council, person: Person, minutes: int) -> None:
    """A plan is signed off after a wait: an assistant who was lined up may have gone elsewhere."""
    own = council.levers.market.assistants
    share = own.lost_percent / 100 if minutes > own.lost_after_weeks * WEEK else 0.0
    person.assistant_lost = council.chance(Decision.ASSISTANT_LOST, person, share)


def recruiting_factor(council: Council, person: Person) -> float:
    """How many times longer recruiting takes than at the start: tight labour, failure, an assistant lost."""
    tightness = council.market.pool.tightness
    fails = council.levers.market.assistants.recruiting_failure_percent / 100 * tightness
    times = 1 + council.chance(Decision.RECRUITING_FAILS, person, fails) + person.assistant_lost
    return times * tightness
