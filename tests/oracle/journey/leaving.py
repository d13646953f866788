"""Leaving, giving up, and going back to conventional support."""

from __future__ import annotations

from ibsim.words import JOURNEY, LIFE, REVIEWING, Event, ExitReason, Stage, Timer
from tests.oracle import market, money
from tests.oracle.council import Council
from tests.oracle.journey.steps import assess, forget, note_exit, schedule_first_review, switch
from tests.oracle.people import Person

ON_THE_WAY = (
    Timer.FORMS, Timer.RAS_OPENS, Timer.CHOSEN, Timer.BROKERED, Timer.REWORK, Timer.START,
    Timer.DISPUTE_HEARD,
)  # fmt: skip
"""What falls due only for those on the way to an IB."""


def close_case(council: Council, person: Person) -> None:
    person.case_open = False
    council.office.close_case(person.number)


def case_closes(council: Council, person: Person, at: int) -> None:
    """The case closes, unless the person is on the way to an IB by then."""
    if person.stage == Stage.IN_PLACE:
        close_case(council, person)


def leave(council: Council, person: Person, at: int, reason: ExitReason) -> None:
    """The council's part ends: support stops, nothing more falls due, open work is dropped."""
    note_exit(council, person, at, int(reason))
    money.accrue(council, person, at)
    person.support = None
    market.release_all(council, person)
    council.sp_promised -= person.sp_budget
    person.applying.clear()
    person.timers.clear()
    person.overdue, person.review_due_at = False, None
    forget(council, person, LIFE, JOURNEY, REVIEWING)
    close_case(council, person)
    council.move(person, Stage.GONE, at)


def release_streams(council: Council, person: Person) -> None:
    """The IB is off: what had joined it is free again, and nothing is applied for."""
    council.sp_promised -= person.sp_budget
    person.sp_budget = person.ilf_budget = person.ilf_apart = person.atw_budget = person.counted_on = 0
    person.applying.clear()


def no_longer_ib(council: Council, person: Person) -> None:
    """The person's way is the conventional one from now on; a later plan is settled anew."""
    person.in_ib_arm = False
    council.office.flagged.discard(person.number)
    person.final_budget = None
    release_streams(council, person)


def back_to_conventional(council: Council, person: Person, at: int) -> None:
    """Refused or given up: support stays as it was, or the community care assessment is made."""
    no_longer_ib(council, person)
    forget(council, person, JOURNEY)
    for timer in ON_THE_WAY:
        person.timers.pop(timer, None)
    market.stop_asking(council, person)
    if person.support is None:
        council.move(person, Stage.ASSESSMENT, at)
        assess(council, person, at)
        return
    person.timers.pop(Timer.WITHDRAW, None)
    council.move(person, Stage.IN_PLACE, at)
    if not person.review_waits:  # reviews run again: what fell due meanwhile is due now
        due_at = -1 if person.review_due_at is None else person.review_due_at
        council.set_timer(Timer.REVIEW_DUE, person, max(due_at, at + 1))
    if not person.born.kept_open:
        council.set_timer(Timer.CLOSE_CASE, person, at)


def withdrew(council: Council, person: Person, at: int) -> None:
    """Who waits for first support leaves the council's books; who has support keeps it as it is."""
    if person.support is None:
        leave(council, person, at, ExitReason.WITHDREW)
    else:
        council.note(Event.WITHDREW, person, at)
        back_to_conventional(council, person, at)


def returned(council: Council, person: Person, at: int) -> None:
    """An IB holder goes back to conventional support; a review that waits is replaced by the first there."""
    if person.support != "IB" or person.stage != Stage.IN_PLACE:
        return
    council.note(Event.RETURNED, person, at)
    switch(council, person, at, "conventional")
    no_longer_ib(council, person)
    forget(council, person, REVIEWING)
    schedule_first_review(council, person, at)
