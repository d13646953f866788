"""Compiled verbs of the market: find a provider with room, take on, let go, price what people get."""

from __future__ import annotations

from enum import IntEnum
from math import log
from typing import NamedTuple

import numpy as np

from ibsim.compiled import Whole, compiled
from ibsim.draws import uniform_at
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import chance, kept, minutes_of
from ibsim.words import SOLD, Category, Decision

N_SOLD = len(SOLD)
ASSISTANTS, COVER = 0, 1
"""Providers that are always there: the pool of assistants, and whoever covers until there is a provider."""
FIRST, LAST, REF, UNIT, DOORS, ASKED, REFUSED, TIGHTNESS = 0, 1, 2, 3, 4, 5, 6, 7
"""Places in `shops`: the first provider and the one after the last, pence a unit at the start, parts of a
unit, 1 where nobody is turned away, searches of the month, those in vain, and (of assistants) how many
millionths of the start's time it takes to find one."""
N_SHOP = 8
MILLION = 1e6
MOST_PRICE = 200_000_000
"""Pence a unit: a run in which a price comes to it is refused; below it, products stay within 64 bits."""
NOT_YET, OPEN, CLOSING, CLOSED = 0, 1, 2, 3
"""States of a provider."""
NEVER_CHOSEN = -1e30


class Terms(IntEnum):
    """Under what kind of contract somebody's service is bought."""

    NONE = 0
    BLOCK = 1
    SPOT = 2
    BUDGET = 3
    COVERED = 4


class Wanted(NamedTuple):
    """What somebody looks for: so much money's worth a week, or (above 0) a volume that is known."""

    pence: np.int64
    volume: np.int64


@compiled
def take(w: Shared, provider: int, terms: int, volume: Whole, people: int) -> None:
    """A provider's books gain (or, below 0, lose) one person's weekly volume under some terms."""
    shop = w.market[provider]
    if terms == Terms.BLOCK:
        shop.block_used += volume
    elif terms == Terms.SPOT:
        shop.spot += volume
    elif terms == Terms.BUDGET:
        shop.budget += volume
        shop.holders += people
    elif terms == Terms.COVERED:
        shop.covered += volume


@compiled
def release(w: Shared, p: int, service: int) -> None:
    """A person's service is given up where it is."""
    take(w, w.placed[p, service], w.terms[p, service], -np.int64(w.volume[p, service]), -1)
    w.terms[p, service] = Terms.NONE
    w.volume[p, service] = 0


@compiled
def start_asking(w: Shared, p: int, at: int) -> None:
    """No provider has room for somebody: when they were first looked for in vain is kept."""
    if w.people[p].asked_for_room_at < 0:
        w.people[p].asked_for_room_at = at


@compiled
def stop_asking(w: Shared, p: int) -> None:
    """Somebody does not look for a provider any more."""
    w.people[p].asked_for_room_at = -1


@compiled
def release_all(w: Shared, p: int) -> None:
    """A person's support has ended."""
    for service in range(N_SOLD):
        release(w, p, service)
    stop_asking(w, p)


@compiled
def terms_offered(w: Shared, p: int, provider: int, volume: Whole, ib: bool) -> int:
    """Under what terms a provider can take somebody on; NONE where it has no room."""
    shop = w.market[provider]
    if shop.state != OPEN:
        return Terms.NONE + 0
    # a volume of nought fits everywhere, but nobody is on a block that there is not
    if (not ib or w.people[p].service_fund) and shop.block > 0 and shop.block - shop.block_used >= volume:
        return Terms.BLOCK + 0
    kept = max(np.int64(shop.block), np.int64(shop.block_used))
    free = shop.capacity - shop.private - kept - shop.spot - shop.budget - shop.covered
    if w.shops[shop.service, DOORS] == 0 and free < volume:
        return Terms.NONE + 0
    return Terms.BUDGET + 0 if ib else Terms.SPOT + 0


@compiled
def appeal(w: Shared, p: int, provider: int, terms: int, ib: bool) -> float:
    """How far a provider draws somebody: its size, quality and price, and the council's own preferences.

    With the person's own noise (of an extreme-value law) providers are chosen in proportion to exp(appeal).
    """
    shop, rule = w.market[provider], w.rules[w.people[p].group]
    noise = -log(-log(uniform_at(w.keys[Decision.PROVIDER], w.people[p].id, provider)))
    score = (shop.budget_weight if ib else shop.weight) + shop.quality + noise
    if not shop.in_house:  # who is sent to the council's own services is not asked what they cost
        score -= rule.price_sensitivity * log(shop.price / w.shops[shop.service, REF])
    if terms == Terms.BLOCK:
        score += rule.block_first
    elif shop.listed and not ib:
        score += rule.list_first
    return score


@compiled
def price_for(w: Shared, p: int, service: int, provider: int, terms: int) -> Whole:
    """Pence a unit that somebody's service costs there; cover has the price of the start."""
    shop, rule = w.market[provider], w.rules[w.people[p].group]
    if provider == COVER:
        return w.shops[service, REF]
    if terms == Terms.SPOT and shop.listed:
        return np.int64(minutes_of(shop.price * (1 - rule.list_discount)))
    if terms == Terms.BUDGET and w.people[p].pooled:
        return np.int64(minutes_of(shop.price * (1 - rule.pool_discount)))
    return np.int64(shop.price)


@compiled
def stands_for(w: Shared, p: int, service: int, provider: int) -> Whole:
    """Pence a unit at which a package's money stands for hours: those of the first provider, at the start."""
    known = np.int64(w.base[p, service])
    if known > 0:
        return known
    return w.shops[service, REF] if provider <= COVER else np.int64(w.market[provider].first_price)


@compiled
def volume_there(w: Shared, p: int, service: int, provider: int, wanted: Wanted, ib: bool) -> Whole:
    """The weekly volume that somebody would have with a provider.

    A package holds hours, whatever they come to cost; a budget, and assistants' pay, buy what they can.
    """
    if wanted.volume > 0:
        return wanted.volume
    unit = w.shops[service, UNIT]
    if ib or service == Category.PERSONAL_ASSISTANCE:
        terms = Terms.BUDGET + 0 if ib else Terms.SPOT + 0
        return wanted.pence * unit // max(np.int64(price_for(w, p, service, provider, terms)), np.int64(1))
    return (wanted.pence * unit) // max(np.int64(stands_for(w, p, service, provider)), np.int64(1))


@compiled
def find(w: Shared, p: int, service: int, wanted: Wanted, ib: bool) -> int:
    """The provider that somebody goes to, -1 where none has room: one of the own locality if there is one."""
    best, best_score = -1, NEVER_CHOSEN
    for near in (True, False):
        for provider in range(w.shops[service, FIRST], w.shops[service, LAST]):
            area = w.market[provider].area
            if near and area >= 0 and area != w.people[p].locality:
                continue
            terms = terms_offered(w, p, provider, volume_there(w, p, service, provider, wanted, ib), ib)
            if terms == Terms.NONE:
                continue
            score = appeal(w, p, provider, terms, ib)
            if score > best_score:
                best, best_score = provider, score
        if best >= 0:
            return best
    return best


@compiled
def settle_on(w: Shared, p: int, service: int, pence: Whole, ib: bool) -> Whole:
    """Place somebody's volume with the provider in `placed`, on the terms there; returns pence a week."""
    provider, terms, unit = w.placed[p, service], w.terms[p, service], w.shops[service, UNIT]
    price = np.int64(price_for(w, p, service, provider, terms))
    cost = np.int64(pence)
    if ib or service == Category.PERSONAL_ASSISTANCE:
        volume = cost * unit // max(price, np.int64(1))
    else:
        base = np.int64(stands_for(w, p, service, provider))
        volume = cost * unit // base
        cost = cost * price // base  # to the penny what the money was where the price has not moved
        if terms != Terms.COVERED:
            w.base[p, service] = base
    volume = kept(w, volume)
    w.volume[p, service] = volume
    take(w, provider, terms, volume, 1)
    return cost


@compiled
def stays(w: Shared, p: int, service: int, wanted: Wanted, ib: bool) -> bool:
    """Whether somebody whose support changes stays with the present provider, on new terms."""
    provider = w.placed[p, service]
    if w.terms[p, service] == Terms.NONE or provider <= COVER:
        return False
    if not chance(w, Decision.STAYS, p, w.rules[w.people[p].group].stay_share):
        return False
    release(w, p, service)
    terms = terms_offered(w, p, provider, volume_there(w, p, service, provider, wanted, ib), ib)
    w.terms[p, service] = terms
    return terms != Terms.NONE


@compiled
def supply(w: Shared, p: int, service: int, pence: Whole, ib: bool, keep: bool) -> Whole:
    """Somebody's support holds so much money for a service: place it; returns what it costs, pence a week.

    With `keep` it stays where it is.  Where nobody has room it is covered until there is.
    """
    if pence <= 0:
        release(w, p, service)
        return np.int64(0)
    wanted = Wanted(np.int64(pence), np.int64(0))
    if keep and w.terms[p, service] != Terms.NONE:
        terms = w.terms[p, service]
        release(w, p, service)
        w.terms[p, service] = terms
    elif service == Category.PERSONAL_ASSISTANCE:
        release(w, p, service)
        w.placed[p, service] = ASSISTANTS
        w.terms[p, service] = Terms.BUDGET if ib else Terms.SPOT
    elif not stays(w, p, service, wanted, ib):
        release(w, p, service)
        found = find(w, p, service, wanted, ib)
        if found < 0:
            w.placed[p, service], w.terms[p, service] = COVER, Terms.COVERED
        else:
            volume = volume_there(w, p, service, found, wanted, ib)
            w.placed[p, service] = found
            w.terms[p, service] = terms_offered(w, p, found, volume, ib)
    return settle_on(w, p, service, pence, ib)


@compiled
def has_room(w: Shared, p: int, service: int, pence: int, ib: bool) -> bool:
    """Whether somebody who wants a service finds a provider for it; the search is counted."""
    if pence <= 0 or service == Category.PERSONAL_ASSISTANCE:
        return True
    w.shops[service, ASKED] += 1
    provider = w.placed[p, service]
    if w.terms[p, service] != Terms.NONE and provider > COVER and w.market[provider].state == OPEN:
        return True
    if find(w, p, service, Wanted(np.int64(pence), np.int64(0)), ib) >= 0:
        return True
    w.shops[service, REFUSED] += 1
    return False


@compiled
def premium(w: Shared, p: int) -> int:
    """What cover costs on top, pence a week."""
    pence = np.int64(0)
    for service in range(N_SOLD):
        if w.terms[p, service] == Terms.COVERED:
            pence += w.bought[p, service]
    return minutes_of(pence * w.rules[w.people[p].group].bridging)


@compiled
def lose(w: Shared, p: int, provider: int) -> bool:
    """A provider has closed: what somebody had there is covered; False where they had nothing there."""
    lost = False
    for service in range(1, N_SOLD):
        if w.placed[p, service] == provider and w.terms[p, service] != Terms.NONE:
            volume = np.int64(w.volume[p, service])
            take(w, provider, w.terms[p, service], -volume, -1)
            w.placed[p, service], w.terms[p, service] = COVER, Terms.COVERED
            take(w, COVER, Terms.COVERED, volume, 1)
            lost = True
    return lost


@compiled
def is_displaced(w: Shared, p: int) -> bool:
    """Whether somebody's provider has given notice or closed, and no other is found yet."""
    return w.people[p].displaced_at >= 0


@compiled
def displace(w: Shared, p: int, at: int) -> None:
    """Somebody is displaced from a moment on; -1: no longer."""
    w.people[p].displaced_at = at


@compiled
def move_on(w: Shared, p: int, ib: bool) -> bool:
    """Move what is covered, or with a provider that closes, to one with room; True where all has gone."""
    done = True
    for service in range(1, N_SOLD):
        terms = w.terms[p, service]
        if terms == Terms.NONE or (terms != Terms.COVERED and w.market[w.placed[p, service]].state == OPEN):
            continue
        volume = np.int64(w.volume[p, service])
        found = find(w, p, service, Wanted(np.int64(0), volume), ib)
        w.shops[service, ASKED] += 1
        if found < 0:
            w.shops[service, REFUSED] += 1
            done = False
            continue
        offered = terms_offered(w, p, found, volume, ib)
        release(w, p, service)
        w.placed[p, service], w.terms[p, service], w.volume[p, service] = found, offered, volume
        take(w, found, offered, volume, 1)
    return done


@compiled
def day_care(w: Shared, p: int, ib: bool, unlisted: int) -> int:
    """Of somebody's unlisted money, the pence a week for a day centre."""
    bit = 2 if ib else 1
    return (
        minutes_of(unlisted * w.rules[w.people[p].group].day_care_part) if w.people[p].day_care & bit else 0
    )


@compiled
def supported_living(w: Shared, p: int, ib: bool, unlisted: int) -> int:
    """Of somebody's unlisted money, the pence a week for supported living."""
    bit, rule = 2 if ib else 1, w.rules[w.people[p].group]
    return minutes_of(unlisted * rule.living_part) if w.people[p].supported_living & bit else 0


@compiled
def recruiting_factor(w: Shared, p: int) -> float:
    """How many times longer recruiting takes than at the start: tight labour, failure, an assistant lost."""
    rule = w.rules[w.people[p].group]
    tightness = w.shops[ASSISTANTS, TIGHTNESS] / MILLION
    times = 1
    if chance(w, Decision.RECRUITING_FAILS, p, rule.recruiting_failure * tightness):
        times += 1
    if w.people[p].assistant_lost:
        times += 1
    return times * tightness


@compiled
def waited_for_sign_off(w: Shared, p: int, minutes: int) -> None:
    """A plan is signed off after a wait: an assistant who was lined up may have gone elsewhere."""
    rule = w.rules[w.people[p].group]
    late = minutes > rule.assistant_waits
    w.people[p].assistant_lost = chance(
        w, Decision.ASSISTANT_LOST, p, rule.assistant_lost_share if late else 0.0
    )
