"""Block contracts: who is on them at the start, when they end, and how they are renewed and handed back."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from tests.oracle.providers import PLACED, UNIT, Provider, State, Terms

if TYPE_CHECKING:
    from tests.oracle.council import Council
    from tests.oracle.people import Person

YEAR = 12


def assign_blocks(council: Council) -> None:
    """Part of each provider's people are on its block, in an order of chance; blocks have headroom.

    Capacity is at least what is promised then.  Blocks of the start end at any time within a term, those of
    the council's own list when it says.
    """
    contracts = council.levers.market.contracts
    for one in council.market.providers:
        if one.is_real:
            _assign(council, one)
            size = round(one.used[Terms.BLOCK] * (1 + contracts.block_headroom_percent / 100))
            given = one.settings
            one.block = size if given is None else round(given.block_per_week * UNIT[one.service])
        one.capacity = max(one.capacity, one.promised)
        place = council.draws.uniform("block ends", one.number)
        if one.settings is not None:
            if one.settings.block_per_week > 0:
                one.block_ends = max(round(one.settings.block_ends_months), 1)
        elif one.block > 0:
            one.block_ends = 1 + floor(place * contracts.block_term_years * YEAR)


def _assign(council: Council, one: Provider) -> None:
    """Put people on a provider's block, as many as it is to have used at the start."""
    contracts = council.levers.market.contracts
    here = [
        person
        for person in council.people
        if (place := person.purse.places.get(one.service)) is not None
        and place.provider == one.number
        and place.terms == Terms.SPOT
    ]
    total = sum(volume_of(person, one) for person in here)
    if one.settings is not None:
        wanted = min(one.settings.block_per_week * UNIT[one.service], total)
    elif one.in_house:
        wanted = 0.0
    else:
        wanted = getattr(contracts.block_percent, one.service.name.lower()) / 100 * total
    so_far = 0
    for person in sorted(here, key=lambda person: council.draws.uniform("on a block", person.id)):
        so_far += volume_of(person, one)
        if so_far <= wanted:
            change_terms(person, one, Terms.BLOCK)


def volume_of(person: Person, one: Provider) -> int:
    """What somebody has with a provider, parts a week."""
    return person.purse.places[one.service].volume


def change_terms(person: Person, one: Provider, terms: Terms) -> None:
    """Somebody goes on with the same provider on other terms."""
    place = person.purse.places[one.service]
    one.used[Terms(place.terms)] -= place.volume
    one.used[terms] += place.volume
    place.terms = terms


def renew(council: Council, one: Provider, size: int) -> None:
    """A block is renewed at a size; who is on it and does not fit goes on as spot, first come first."""
    one.block = size
    over, left = one.used[Terms.BLOCK] - size, 0
    for person in council.people:
        place = person.purse.places.get(one.service)
        if place is None or place.provider != one.number or place.terms != Terms.BLOCK:
            continue
        if left < over:
            left += place.volume
            change_terms(person, one, Terms.SPOT)


def close_blocks(council: Council, month: int, ends_year: bool) -> dict[int, int]:
    """A month of the blocks: which are renewed at what size, and what unused hours are handed back."""
    market, contracts = council.market, council.levers.market.contracts
    renewed = {}
    live = [one for one in market.providers if one.block > 0 and one.state == State.OPEN]
    ending = [one for one in live if one.block_ends <= month + 1]
    for one in live:
        one.block_use += one.used[Terms.BLOCK]
        one.block_months += 1
    for one in ending:
        # the last year's use counts, and of a shorter time what there is
        use = one.block_use / one.block_months
        renewed[one.number] = round(use * contracts.block_renewal_percent / 100)
        one.block_ends = month + 1 + round(contracts.block_term_years * YEAR)
    for one in market.providers if ends_year else ending:
        one.block_use = one.block_months = 0
    for due, amounts in market.releases:
        for number, amount in amounts.items() if due <= month else ():
            one = market.providers[number]
            one.block -= min(amount, one.idle_block)
    market.releases = [release for release in market.releases if release[0] > month]
    if contracts.block_release_percent > 0:
        _hand_back(council, month, [one for one in live if one not in ending])
    return renewed


def _hand_back(council: Council, month: int, which: list[Provider]) -> None:
    """Part of the unused block hours, less those handed back already, is given notice of."""
    market, contracts = council.market, council.levers.market.contracts
    handed = {}
    for one in which:
        pending = sum(amounts.get(one.number, 0) for _, amounts in market.releases)
        unused = max(one.block - one.used[Terms.BLOCK] - pending, 0)
        handed[one.number] = round(unused * contracts.block_release_percent / 100)
    market.releases.append((month + max(round(contracts.block_notice_months), 1), handed))


__all__ = ["PLACED", "assign_blocks", "close_blocks", "renew"]
