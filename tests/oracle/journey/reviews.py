"""Reviews, and what breaks in."""

from __future__ import annotations

from ibsim.words import REVIEWING, Decision, Desk, Event, ExitReason, Matter, Stage, Timer, Work
from tests.oracle import buying, market, money
from tests.oracle.calendar import DAY, HOUR, WEEK
from tests.oracle.council import Council
from tests.oracle.draws import whole
from tests.oracle.journey.assessing import approached, eligible
from tests.oracle.journey.leaving import leave
from tests.oracle.journey.plans import watch_plan
from tests.oracle.journey.steps import (
    SEARCH_AGAIN,
    close_case_after,
    forget,
    open_work,
    schedule_review,
    set_overdue,
    start_crises,
    unplanned_review_minutes,
    up_to_date,
    watch_needs,
    watch_safety,
)
from tests.oracle.people import Person


def grace(council: Council) -> int:
    """Minutes after the due date in which a review still counts as on time."""
    return whole(council.levers.review.grace_days * DAY)


def review_due(council: Council, person: Person, at: int) -> None:
    """A review falls due; on the way to an IB it waits until the person is back."""
    if person.stage == Stage.IN_PLACE:
        open_review(council, person, at)


def open_review(council: Council, person: Person, at: int) -> None:
    """A review is open work from the moment at which it fell due, an officer's or a co-ordinator's."""
    s = council.levers.review
    council.note(Event.REVIEW_DUE, person, at)
    person.review_waits = True
    council.set_timer(Timer.LATE, person, at + grace(council) + 1)
    officer = council.staff.has_post(Desk.OFFICER)
    officer = officer and person.born.officer_place < s.by_reviewing_officers_percent
    officer = officer and person.number not in council.office.owner_of
    factor = s.officer_hours_factor if officer else 1.0
    minutes = whole(getattr(s.hours, person.group) * HOUR * factor * person.born.review_spread)
    work = Work.ANNUAL_REVIEW if person.first_review_done else Work.FIRST_REVIEW
    open_work(council, work, person, minutes, at, desk=Desk.OFFICER if officer else None)


def after_review(council: Council, person: Person, at: int) -> None:
    """The next review is set; who is no longer eligible leaves; some need a reassessment."""
    s = council.levers
    up_to_date(council, person, at)
    schedule_review(council, person, at + max(1, whole(s.review.interval_weeks * WEEK)))
    if not eligible(council, person):
        leave(council, person, at, ExitReason.INELIGIBLE)
        return
    again = council.chance(Decision.REASSESSMENT, person, s.review.reassessment_percent / 100)
    if again and person.stage == Stage.IN_PLACE:
        person.case_open = True
        hours = getattr(s.assessment.reassessment_hours, person.group)
        minutes = whole(hours * HOUR * person.born.assessment_spread)
        open_work(council, Work.REASSESSMENT, person, minutes, at)


def review_done(council: Council, person: Person, at: int) -> None:
    """A planned review is done; some are approached at it."""
    late = at - (-1 if person.review_due_at is None else person.review_due_at)
    council.note(Event.REVIEWED, person, at, late, int(late <= grace(council)))
    if person.support == "IB" and person.first_review_done:
        money.settle_accounts(council, person, at)
    after_review(council, person, at)
    may = person.stage == Stage.IN_PLACE and person.support == "conventional"
    if may and council.rollout.approaches(person, "at_review"):
        approached(council, person, at)


def unplanned_review_done(council: Council, person: Person, at: int) -> None:
    """A review out of turn takes the place of one that waits."""
    due_at, late, on_time = person.review_due_at, at + 1, -1
    if due_at is not None:
        late = at - due_at
        if late >= 0:
            on_time = int(late <= grace(council))
    council.note(Event.UNPLANNED_REVIEWED, person, at, late, on_time)
    forget(council, person, REVIEWING)
    after_review(council, person, at)


def reassessed(council: Council, person: Person, at: int) -> None:
    """A reassessment is done: the plan is changed."""
    council.note(Event.REASSESSED, person, at)
    minutes = whole(council.levers.planning.replan_hours * HOUR * person.born.planning_spread)
    open_work(council, Work.REPLAN, person, minutes, at)


def replanned(council: Council, person: Person, at: int) -> None:
    """The plan is changed: the case closes in time."""
    if person.stage == Stage.IN_PLACE:
        close_case_after(council, person, at, council.levers.review.case_open_weeks_conventional)


def became_late(council: Council, person: Person, at: int) -> None:
    """The days of grace are over: from now on a crisis is likelier."""
    if person.support is not None:
        set_overdue(council, person, at, True)


# --- what breaks in -----------------------------------------------------------------------------------


def crisis(council: Council, person: Person, at: int) -> None:
    """A crisis is urgent work: an unplanned review, at once."""
    council.note(Event.CRISIS, person, at)
    minutes = unplanned_review_minutes(council, person)
    open_work(council, Work.UNPLANNED_REVIEW, person, minutes, at, urgent=True)
    start_crises(council, person, at)


def needs_changed(council: Council, person: Person, at: int) -> None:
    """A change of need calls for an unplanned review."""
    open_work(council, Work.UNPLANNED_REVIEW, person, unplanned_review_minutes(council, person), at)
    watch_needs(council, person, at)


def protection_referral(council: Council, person: Person, at: int) -> None:
    """An adult-protection referral is urgent work."""
    council.note(Event.PROTECTION, person, at)
    minutes = int(council.levers.safeguarding.hours * HOUR)
    open_work(council, Work.PROTECTION, person, minutes, at, urgent=True)
    watch_safety(council, person, at)


# --- a plan in use ------------------------------------------------------------------------------------


def plan_changes(council: Council, person: Person, at: int) -> None:
    """An IB holder changes the plan: with notice, or through the panel."""
    if person.support != "IB":
        return
    watch_plan(council, person, at)
    if council.levers.deployment.plan_changes.agreed_by == "panel":
        council.ask(Matter.CHANGE_PLAN, person, at)
    else:
        plan_changed(council, person, at)


def plan_changed(council: Council, person: Person, at: int) -> None:
    """A change of plan is agreed: the co-ordinator writes it down."""
    council.note(Event.PLAN_CHANGED, person, at)
    minutes = int(council.levers.deployment.plan_changes.hours * HOUR)
    open_work(council, Work.PLAN_CHANGE, person, minutes, at)


# --- providers that close -----------------------------------------------------------------------------


def displaced(council: Council, person: Person, at: int, provider: int, closes: bool) -> None:
    """A provider gives notice, or closes: an emergency reassessment; at its closing others cover."""
    if person.support is None:
        return
    if closes:
        money.accrue(council, person, at)
        if not market.lose(council, person, provider):
            return
        buying.start_price(council, person, at, keep=True)
    if person.displaced_at < 0:
        council.note(Event.DISPLACED, person, at, provider, int(closes))
        person.displaced_at = at
        person.case_open = True
        minutes = unplanned_review_minutes(council, person)
        open_work(council, Work.EMERGENCY, person, minutes, at, urgent=closes)


def placed_again(council: Council, person: Person, at: int) -> None:
    """Somebody displaced is reassessed: they go where there is room; else the search goes on a week later."""
    if person.support is None or person.displaced_at < 0:
        return
    money.accrue(council, person, at)
    done = market.move_on(council, person, person.support == "IB")
    buying.start_price(council, person, at, keep=True)
    if not done:
        council.set_timer(Timer.SEARCH, person, at + SEARCH_AGAIN)
        return
    council.note(Event.PLACED_AGAIN, person, at, at - person.displaced_at)
    person.displaced_at = -1
    if person.stage == Stage.IN_PLACE:
        close_case_after(council, person, at, council.levers.review.case_open_weeks_conventional)
