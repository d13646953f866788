"""Who goes to which provider, on what terms and at what price; and who has to move."""

from __future__ import annotations

from math import log

from ibsim.words import SOLD, Category, Decision
from tests.oracle.council import Council
from tests.oracle.draws import whole
from tests.oracle.people import Person
from tests.oracle.providers import PLACED, UNIT, Kind, Provider, State, Terms
from tests.oracle.purse import Place

ASSISTANTS, COVER = 0, 1
"""The pool of assistants, and whoever covers until there is a provider."""
BLOCK_FIRST, LIST_FIRST = 20.0, 10.0
"""Appeal that puts unused block hours, then listed providers, before anybody else."""


def buys_hours_itself(category: Category, ib: bool) -> bool:
    """Whether a sum buys what it can; a council's package holds hours, whatever they come to cost."""
    return ib or category == Category.PERSONAL_ASSISTANCE


def price_for(council: Council, person: Person, category: Category, one: Provider, terms: Terms) -> int:
    """Pence a unit that somebody's service costs with a provider; cover has the price of the start."""
    contracts = council.levers.market.contracts
    if one.kind == Kind.COVER:
        return council.market.first_prices[category]
    if terms == Terms.SPOT and one.listed and contracts.preferred_list == "on":
        return whole(one.price * (1 - contracts.preferred_list_discount_percent / 100))
    if terms == Terms.BUDGET and person.born.pooled:
        return whole(one.price * (1 - contracts.pooled_discount_percent / 100))
    return one.price


def hour_price(council: Council, person: Person, category: Category, one: Provider) -> int:
    """Pence a unit at which a package's money stands for hours: its first provider's at the start."""
    known = person.purse.hour_price.get(category)
    if known:
        return known
    return one.first_price if one.is_real else council.market.first_prices[category]


def volume_there(
    council: Council, person: Person, category: Category, one: Provider, pence: int, ib: bool
) -> int:
    """The parts of a unit a week that a sum means with a provider."""
    if buys_hours_itself(category, ib):
        price = price_for(council, person, category, one, Terms.BUDGET if ib else Terms.SPOT)
    else:
        price = hour_price(council, person, category, one)
    return pence * UNIT[category] // max(price, 1)


def terms_offered(council: Council, person: Person, one: Provider, volume: int, ib: bool) -> Terms | None:
    """On what terms a provider can take somebody on; None where it has no room.

    A budget can be in a block only where the provider holds it.  Before counting starts nobody is turned
    away.
    """
    if one.state != State.OPEN:
        return None
    on_block = one.block > 0 and one.block - one.used[Terms.BLOCK] >= volume
    if on_block and (not ib or person.born.service_fund):
        return Terms.BLOCK
    if council.market.is_open and one.capacity - one.promised < volume:
        return None
    return Terms.BUDGET if ib else Terms.SPOT


def appeal(council: Council, person: Person, one: Provider, terms: Terms, ib: bool) -> float:
    """How far a provider draws somebody: size, quality, price, the council's preferences, and taste.

    Who is sent to the council's own services is not asked what they cost.
    """
    market = council.levers.market
    taste = -log(-log(council.draws.uniform("provider", person.id, one.number)))
    score = (one.budget_weight if ib else one.weight) + one.quality + taste
    if not one.in_house:
        dearer = log(one.price / council.market.first_prices[one.service])
        score -= market.matching.price_sensitivity * dearer
    if terms == Terms.BLOCK:
        return score + BLOCK_FIRST
    on_list = one.listed and not ib and market.contracts.preferred_list == "on"
    return score + (LIST_FIRST if on_list else 0.0)


def find(
    council: Council, person: Person, category: Category, ib: bool, pence: int = 0, volume: int = 0
) -> tuple[Provider, Terms] | None:
    """The provider that draws somebody most, of those with room: of the own locality if there is one.

    What is looked for is a sum's worth a week or, above 0, a volume.
    """
    sellers = council.market.sellers[category]
    near = [one for one in sellers if one.area is None or one.area == person.born.locality]
    for choice in (near, sellers):
        best: tuple[float, Provider, Terms] | None = None
        for one in choice:
            wanted = volume or volume_there(council, person, category, one, pence, ib)
            terms = terms_offered(council, person, one, wanted, ib)
            if terms is None:
                continue
            score = appeal(council, person, one, terms, ib)
            if best is None or score > best[0]:
                best = score, one, terms
        if best is not None:
            return best[1], best[2]
    return None


# --- taking on and letting go ----------------------------------------------------------------------


def take(council: Council, place: Place, sign: int) -> None:
    """A provider's books gain (or lose) one person's place."""
    one, terms = council.market.providers[place.provider], Terms(place.terms)
    one.used[terms] += sign * place.volume
    if terms == Terms.BUDGET:
        one.holders += sign


def put(council: Council, person: Person, category: Category, place: Place) -> None:
    """Somebody's service is placed, and given up where it was."""
    release(council, person, category)
    person.purse.places[category] = place
    take(council, place, 1)


def release(council: Council, person: Person, category: Category) -> None:
    """Somebody's service is given up where it is."""
    place = person.purse.places.pop(category, None)
    if place is not None:
        take(council, place, -1)


def supply(council: Council, person: Person, category: Category, pence: int, keep: bool) -> int:
    """Somebody's support holds so much money for a service: place it; returns what it costs a week.

    With `keep` it stays where it is.  Where nobody has room it is covered until there is.
    """
    ib = person.support == "IB"
    before = person.purse.places.get(category)
    if pence <= 0:
        release(council, person, category)
        return 0
    if keep and before is not None:
        provider, terms = council.market.providers[before.provider], Terms(before.terms)
        release(council, person, category)
    elif category == Category.PERSONAL_ASSISTANCE:
        provider, terms = council.market.providers[ASSISTANTS], Terms.BUDGET if ib else Terms.SPOT
    else:
        stays = _terms_of_staying(council, person, category, pence, ib)
        release(council, person, category)
        found = stays or find(council, person, category, ib, pence=pence)
        provider, terms = found or (council.market.providers[COVER], Terms.COVERED)
    return _settle(council, person, category, pence, (provider, terms))


def _terms_of_staying(
    council: Council, person: Person, category: Category, pence: int, ib: bool
) -> tuple[Provider, Terms] | None:
    """Whether somebody whose support changes stays with the present provider, on new terms."""
    before = person.purse.places.get(category)
    if before is None or before.provider <= COVER:
        return None
    share = council.levers.market.matching.stay_with_provider_percent / 100
    if not council.chance(Decision.STAYS, person, share):
        return None
    one = council.market.providers[before.provider]
    release(council, person, category)
    volume = volume_there(council, person, category, one, pence, ib)
    terms = terms_offered(council, person, one, volume, ib)
    return None if terms is None else (one, terms)


def _settle(
    council: Council, person: Person, category: Category, pence: int, where: tuple[Provider, Terms]
) -> int:
    """Place somebody's volume; returns pence a week: a package's hours cost what the provider asks now."""
    one, terms = where
    price = price_for(council, person, category, one, terms)
    if buys_hours_itself(category, person.support == "IB"):
        volume = pence * UNIT[category] // max(price, 1)
    else:
        base = hour_price(council, person, category, one)
        volume = pence * UNIT[category] // base
        pence = pence * price // base
        if terms != Terms.COVERED:
            person.purse.hour_price[category] = base
    put(council, person, category, Place(one.number, terms, volume))
    return pence


def premium(council: Council, person: Person) -> int:
    """What cover costs on top, pence a week."""
    purse, percent = person.purse, council.levers.market.matching.bridging_premium_percent
    covered = [category for category, place in purse.places.items() if place.terms == Terms.COVERED]
    return whole(sum(purse.bought[category] for category in covered) * (percent / 100))


# --- searches ---------------------------------------------------------------------------------------


def has_room(council: Council, person: Person, category: Category, pence: int, ib: bool) -> bool:
    """Whether somebody who wants a service finds a provider for it; the search is counted."""
    if pence <= 0 or category == Category.PERSONAL_ASSISTANCE:
        return True
    market, place = council.market, person.purse.places.get(category)
    market.asked[category] += 1
    if place and place.provider > COVER and market.providers[place.provider].state == State.OPEN:
        return True
    if find(council, person, category, ib, pence=pence):
        return True
    market.refused[category] += 1
    return False


def lose(council: Council, person: Person, provider: int) -> bool:
    """A provider has closed: what somebody had there is covered; False where they had nothing there."""
    mine = [c for c in PLACED if c in person.purse.places and person.purse.places[c].provider == provider]
    for category in mine:
        volume = person.purse.places[category].volume
        put(council, person, category, Place(COVER, Terms.COVERED, volume))
    return bool(mine)


def move_on(council: Council, person: Person, ib: bool) -> bool:
    """Move what is covered, or with a provider that closes, to one with room; True where all has gone."""
    market, done = council.market, True
    for category in SOLD:
        place = person.purse.places.get(category)
        if category == Category.PERSONAL_ASSISTANCE or place is None:
            continue
        if place.terms != Terms.COVERED and market.providers[place.provider].state == State.OPEN:
            continue
        market.asked[category] += 1
        found = find(council, person, category, ib, volume=place.volume)
        if found is None:
            market.refused[category] += 1
            done = False
        else:
            put(council, person, category, Place(found[0].number, found[1], place.volume))
    return done
