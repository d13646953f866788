"""Leaving, giving up, and going back to conventional support."""

from __future__ import annotations

from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import cancel, note, set_timer
from ibsim.pathway.steps import assess, go, supported, switch
from ibsim.policy import brokerage, finance, review, signoff
from ibsim.policy.funding import room as funding
from ibsim.policy.market import verbs as market
from ibsim.policy.rollout import room as rollout
from ibsim.policy.workforce import verbs as workforce
from ibsim.words import (
    CONVENTIONAL,
    CONVENTIONAL_SUPPORT,
    IB_SUPPORT,
    JOURNEY,
    LIFE,
    REVIEWING,
    Event,
    ExitReason,
    Stage,
    Timer,
)


@compiled
def case_closes(w: Shared, p: int, at: int) -> None:
    """The case closes, unless the person is on the way to an IB by then."""
    if w.people[p].stage == Stage.IN_PLACE:
        workforce.end_case(w, p)


@compiled
def leave(w: Shared, p: int, at: int, reason: int) -> None:
    """The council's part ends: support stops, nothing more falls due, open work is dropped."""
    note(w, Event.EXIT, p, at, reason + 0, 1 if supported(w, p) else 0)
    finance.accrue(w, p, at)
    brokerage.end_support(w, p)
    market.release_all(w, p)
    funding.end(w, p)
    review.stop_reviews(w, p)
    workforce.forget(w, p, LIFE)
    workforce.forget(w, p, JOURNEY)
    workforce.forget(w, p, REVIEWING)
    workforce.end_case(w, p)
    go(w, p, Stage.GONE, at)


@compiled
def back_to_conventional(w: Shared, p: int, at: int) -> None:
    """Refused or given up: support stays as it was, or the community care assessment is made."""
    rollout.set_arm(w, p, CONVENTIONAL)
    workforce.count_as_ib(w, p, 0)
    workforce.forget(w, p, JOURNEY)
    cancel(w, Timer.FORMS, p)
    cancel(w, Timer.RAS_OPENS, p)
    cancel(w, Timer.CHOSEN, p)
    cancel(w, Timer.BROKERED, p)
    cancel(w, Timer.REWORK, p)
    cancel(w, Timer.START, p)
    cancel(w, Timer.DISPUTE_HEARD, p)
    signoff.unsettle(w, p)
    funding.release(w, p)
    market.stop_asking(w, p)
    if not supported(w, p):
        go(w, p, Stage.ASSESSMENT, at)
        assess(w, p, at)
        return
    cancel(w, Timer.WITHDRAW, p)
    go(w, p, Stage.IN_PLACE, at)
    review.resume(w, p, at)
    if not w.people[p].kept_open:
        set_timer(w, Timer.CLOSE_CASE, p, at)


@compiled
def withdrew(w: Shared, p: int, at: int) -> None:
    """Who waits for first support leaves the council's books; who has support keeps it as it is."""
    if supported(w, p):
        note(w, Event.WITHDREW, p, at, 0, 0)
        back_to_conventional(w, p, at)
    else:
        leave(w, p, at, ExitReason.WITHDREW)


@compiled
def returned(w: Shared, p: int, at: int) -> None:
    """An IB holder goes back to conventional support, whose first review replaces one that waits."""
    if w.people[p].support != IB_SUPPORT or w.people[p].stage != Stage.IN_PLACE:
        return
    note(w, Event.RETURNED, p, at, 0, 0)
    switch(w, p, at, CONVENTIONAL_SUPPORT)
    rollout.set_arm(w, p, CONVENTIONAL)
    workforce.count_as_ib(w, p, 0)
    signoff.give_up(w, p, funding.joined(w, p), w.people[p].ilf_apart)
    funding.release(w, p)
    workforce.forget(w, p, REVIEWING)
    review.schedule_first(w, p, at)
