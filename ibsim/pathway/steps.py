"""Steps that several ways share: move to a stage, assess, price what is in place."""

from __future__ import annotations

from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import DAY, move
from ibsim.pathway.buying import start_price
from ibsim.policy import assessment, brokerage, finance, population, review, safeguarding
from ibsim.policy.funding import adaptations
from ibsim.policy.workforce import verbs as workforce
from ibsim.words import IB_SUPPORT, NOTHING, Event, Stage, Work

SEARCH_AGAIN = 7 * DAY
"""Minutes until a provider is looked for again where none had room."""


@compiled
def go(w: Shared, p: int, stage: int, at: int) -> None:
    """Move the person to a stage; stays in which people wait go into the log, with the arm."""
    waited = Stage.OFFERED <= w.people[p].stage <= Stage.ARRANGING
    move(w, Event.SOJOURN + 0 if waited else -1, p, stage, at, w.people[p].arm)


@compiled
def supported(w: Shared, p: int) -> bool:
    """Whether any support is in place."""
    return w.people[p].support != NOTHING


@compiled
def assess(w: Shared, p: int, at: int) -> int:
    """Open a community care assessment; returns its task.  An urgent one starts at once, in one piece."""
    minutes = assessment.assessment_minutes(w, p)
    if w.people[p].urgent:
        return workforce.open_work(w, Work.NEW_ASSESSMENT, p, minutes, at, True)
    visits = int(w.rules[w.people[p].group].assessment_visits)
    ready = at + assessment.appointment(w, p)
    return workforce.open_visits(w, Work.NEW_ASSESSMENT, p, minutes, ready, visits, False)


@compiled
def price_moves(w: Shared, p: int, at: int) -> None:
    """What is in place has another price now: what is due at the old one is posted, and the new one runs."""
    if supported(w, p):
        finance.accrue(w, p, at)
        start_price(w, p, at, True)


@compiled
def reprice(w: Shared, p: int, at: int) -> None:
    """A sum of an IB in place has changed."""
    if w.people[p].support == IB_SUPPORT:
        price_moves(w, p, at)


@compiled
def switch(w: Shared, p: int, at: int, support: int) -> None:
    """Support changes: what is due for the old is posted, and the new one's price runs."""
    finance.accrue(w, p, at)
    brokerage.put_in_place(w, p, support, at)
    start_price(w, p, at, False)


@compiled
def settle(w: Shared, p: int, at: int) -> None:
    """With the first support life's own clocks start: exit, changes of need, crises, protection."""
    population.set_exit(w, p, at)
    population.set_needs_change(w, p, at)
    review.start_crises(w, p, at)
    safeguarding.watch(w, p, at)
    adaptations.watch_adaptation(w, p, at)
