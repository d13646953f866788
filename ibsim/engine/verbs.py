"""The compiled verbs that every room uses: draw, set a timer, move, note, post, open work."""

from __future__ import annotations

from math import exp, floor, log

import numpy as np

from ibsim.compiled import Whole, compiled
from ibsim.draws import uniform_at
from ibsim.engine.shared import (
    ASTRAY,
    CAME,
    CAME_AT,
    FREE,
    N_FREE,
    OUTGROWN,
    STAYED,
    WENT,
    WENT_AT,
    Shared,
)
from ibsim.normal import normal_of

DAY = 1440
YEAR = 365.25 * DAY
NEVER = 2_000_000_000
"""A moment that no run reaches."""
FARTHEST = 4e18
MOST_KEPT = 2**31 - 1
"""The most points, and pence or parts of a unit a week, of one person that records of 32 bits hold."""
NO_TIME = -(1 << 62) - 7
"""What no time comes to: below any moment, and below 0 in a column of any width, so that the books tell."""


@compiled
def minutes_of(value: float) -> int:
    """A time rounded to whole minutes; NaN and infinity come to NO_TIME on every machine."""
    if not abs(value) < FARTHEST:
        return NO_TIME
    return floor(value + 0.5)


@compiled
def kept(w: Shared, amount: Whole) -> Whole:
    """One person's points, or amount of a week, as it is kept.

    One that outgrows its place would wrap round in silence: it is counted, and the run refused.
    """
    if amount > MOST_KEPT:
        w.today[OUTGROWN] += 1
        return np.int64(MOST_KEPT)
    return np.int64(amount)


@compiled
def draw(w: Shared, decision: int, p: int) -> float:
    """The person's next uniform for a decision: a new one each time it comes up."""
    occurrence = w.counts[decision, p]
    w.counts[decision, p] = occurrence + 1
    return uniform_at(w.keys[decision], w.people[p].id, occurrence)


@compiled
def chance(w: Shared, decision: int, p: int, probability: float) -> bool:
    """A yes with this probability; raising it never turns a yes into a no."""
    return draw(w, decision, p) < probability


@compiled
def elapsed(w: Shared, decision: int, p: int, median_days: float, sigma: float) -> int:
    """A lognormal time with this median in days, in minutes."""
    return minutes_of(median_days * exp(sigma * normal_of(draw(w, decision, p))) * DAY)


@compiled
def exponential(w: Shared, decision: int, p: int) -> float:
    """A unit exponential."""
    return -log(draw(w, decision, p))


@compiled
def lasting(exposure: float, rate_per_year: float) -> int:
    """How long a unit exponential lasts at a rate a year, in whole minutes, at least one."""
    if rate_per_year <= 0.0:
        return NEVER
    return max(1, minutes_of(min(exposure / rate_per_year * YEAR, 1e9)))


@compiled
def set_timer(w: Shared, timer: int, p: int, due_at: int) -> None:
    """Set (or move) a person's timer; what is past falls due next."""
    if due_at < -NEVER:  # what comes of NaN and of infinity is no moment
        w.today[ASTRAY] += 1
        return
    due = max(np.int64(due_at), w.today[0])
    day = due // w.today[1]
    if day >= w.timer_heads.size:
        w.due[timer, p] = -1
        return
    w.due[timer, p] = due
    row = w.timer_free[FREE]
    w.timer_free[FREE] = w.timers[row].next
    w.timer_free[N_FREE] -= 1
    entry = w.timers[row]
    entry.person, entry.kind, entry.due = p, timer, due
    entry.next = w.timer_heads[day]
    w.timer_heads[day] = row


@compiled
def cancel(w: Shared, timer: int, p: int) -> None:
    """Take back a person's timer, if set."""
    w.due[timer, p] = -1


@compiled
def falls_due(w: Shared, timer: int, p: int, at: int) -> bool:
    """Whether a person's timer falls due now; it is used up.

    What fell due before it, the same morning, may have taken it back or moved it.
    """
    if w.due[timer, p] != at:
        return False
    w.due[timer, p] = -1
    return True


@compiled
def hazard(w: Shared, timer: int, decision: int, p: int, at: int, rate_per_year: float) -> None:
    """Set a timer to an exponential time from a moment on."""
    set_timer(w, timer, p, at + lasting(exponential(w, decision, p), rate_per_year))


@compiled
def note(w: Shared, event: int, p: int, at: int, first: int, second: int) -> None:
    """Write an event into the history."""
    row = w.events[w.n_events[0]]
    row.kind, row.person, row.at, row.first, row.second = event, p, at, first, second
    w.n_events[0] += 1


@compiled
def month_of(w: Shared, at: int) -> int:
    """The counted month in which the minute before a moment lies; -1 before the counted start."""
    day = (max(at, 1) - 1) // DAY
    return w.months[min(day, w.months.size - 1)]


@compiled
def move(w: Shared, event: int, p: int, stage: int, at: int, mark: int) -> None:
    """Move a person to a stage and note the stay in the one before, with `mark`, once years count.

    With an `event` of -1 nothing is noted.

    A task that ends at eleven may follow a timer of three the same day: a stay is never negative.
    """
    person = w.people[p]
    before, since = person.stage, person.stage_since
    now = int(max(np.int64(at), np.int64(since)))
    if event >= 0 and month_of(w, now) >= 0:
        note(w, event, p, now, since, before * 2 + mark)
    w.changes[before, stage] += 1
    w.flows[before, WENT] += 1
    w.flows[before, WENT_AT] += now
    w.flows[before, STAYED] += now - since
    w.flows[stage, CAME] += 1
    w.flows[stage, CAME_AT] += now
    person.stage, person.stage_since = stage, now


@compiled
def stays_since(w: Shared, p: int, since: int) -> None:
    """Say that a person has been in the present stage since before minute 0.

    The books of stages open at minute 0: what was stayed before is taken off the stay outside.
    """
    w.people[p].stage_since = since
    w.flows[w.people[p].stage, STAYED] += since


@compiled
def post(w: Shared, at: int, payer: int, category: int, group: int, arm: int, pence: Whole) -> None:
    """Post a sum to the ledger."""
    w.ledger[month_of(w, at), payer, category, group, arm] += pence
    w.posted[0] += pence


@compiled
def request(w: Shared, matter: int, p: int, at: int) -> None:
    """Ask something of an institution that decides outside compiled code."""
    row = w.requests[w.n_requests[0]]
    row.person, row.at, row.matter = p, at, matter
    w.n_requests[0] += 1
