"""Referral, offer and assessment."""

from __future__ import annotations

from ibsim.words import REVIEWING, Decision, Desk, Event, ExitReason, Stage, Timer, Work
from tests.oracle import allocation
from tests.oracle.calendar import HOUR
from tests.oracle.council import Council
from tests.oracle.draws import whole
from tests.oracle.journey.budgets import ask_for_budget
from tests.oracle.journey.leaving import back_to_conventional, leave
from tests.oracle.journey.plans import start_delay
from tests.oracle.journey.steps import (
    appointment,
    assess,
    forget,
    join,
    open_work,
    pause,
    up_to_date,
)
from tests.oracle.people import Person

BANDS = ("critical", "substantial", "moderate", "low")


def watch_withdrawal(council: Council, person: Person, at: int) -> None:
    """While people wait they may withdraw, die or move."""
    rate = council.levers.population.withdrawal_rate_per_year
    council.set_hazard(Timer.WITHDRAW, Decision.WITHDRAWAL, person, at, rate)


def approached(council: Council, person: Person, at: int) -> bool:
    """An IB is offered, and the answer comes some days later; in a trial not to everybody approached."""
    if council.rollout.lot(person) not in ("offered", "IB arm"):
        return False
    council.move(person, Stage.OFFERED, at)
    council.note(Event.OFFERED, person, at)
    s = council.levers.rollout
    answer = council.delay(Decision.ANSWER, person, s.consent_days_median, s.consent_sigma)
    council.set_timer(Timer.ANSWER, person, at + answer)
    return True


def referred(council: Council, person: Person, at: int) -> None:
    """Somebody new comes: a simple case goes to the access team, others to their team.

    Those who are approached now and offered an IB answer first; urgent work starts at once.
    """
    council.move(person, Stage.ASSESSMENT, at)
    council.note(Event.REFERRED, person, at)
    watch_withdrawal(council, person, max(at, 0))  # who waited before the start has not withdrawn so far
    if person.born.simple:
        minutes = whole(council.levers.access.simple_assessment_hours * HOUR * person.born.simple_spread)
        open_work(council, Work.SIMPLE_ASSESSMENT, person, minutes, at, desk=Desk.ACCESS)
        return
    person.case_open = True
    may = not person.born.urgent and council.rollout.approaches(person, "new_referrals")
    if may and approached(council, person, at):
        return
    assess(council, person, at)


def eligible(council: Council, person: Person) -> bool:
    """Whether needs reach the threshold that holds now."""
    return person.born.band <= BANDS.index(council.levers.access.facs_threshold)


def still_eligible(council: Council, person: Person, at: int) -> bool:
    """Note an assessment; a person without support whose needs are too low leaves here."""
    new = person.support is None
    if new:
        waited = at - person.born.arrives_at
        council.note(Event.ASSESSED_FIRST, person, at, waited, int(person.in_ib_arm))
    person.assessed_at = at
    if new and not eligible(council, person):
        leave(council, person, at, ExitReason.INELIGIBLE)
        return False
    return True


def simply_assessed(council: Council, person: Person, at: int) -> None:
    """The access team has assessed and planned: the service starts some days later."""
    if still_eligible(council, person, at):
        council.note(Event.SIGNED_OFF, person, at)
        council.move(person, Stage.ARRANGING, at)
        council.set_timer(Timer.START, person, at + start_delay(council, person))


def assessed(council: Council, person: Person, at: int) -> None:
    """An assessment (the later of two in parallel) is done: a budget or a care plan comes next."""
    s, born = council.levers.assessment, person.born
    if person.in_ib_arm:
        council.note(Event.IB_ASSESSED, person, at, int(person.support is None))
    if not still_eligible(council, person, at):
        return
    if council.chance(Decision.CARER, person, s.carer_assessment_percent / 100):
        minutes = whole(s.carer_assessment_hours * HOUR * born.assessment_spread)
        open_work(council, Work.CARER_ASSESSMENT, person, minutes, at)
    if not person.in_ib_arm:
        council.move(person, Stage.PLANNING, at)
        hours = getattr(council.levers.planning.care_plan_hours, person.group)
        open_work(council, Work.CARE_PLAN, person, whole(hours * HOUR * born.planning_spread), at)
        return
    council.move(person, Stage.ALLOCATION, at)
    up_to_date(council, person, at)
    allocation.state(council, person, at, filled_in_by(council, person))
    usable = allocation.usable_at(council)
    if usable > at:
        council.set_timer(Timer.RAS_OPENS, person, usable)
    else:
        ask_for_budget(council, person, at)


def filled_in_by(council: Council, person: Person) -> str:
    """Who fills an IB assessment in: the person, the person with support, or the co-ordinator."""
    s, place = council.levers.assessment, person.born.kind_of_ib_assessment
    if place < s.self_percent:
        return "self"
    return "supported" if place < s.self_percent + s.supported_percent else "professional"


def answered(council: Council, person: Person, at: int) -> None:
    """The answer: no, or the person's own way to an IB begins; a review that waits is replaced by it."""
    if refuses(council, person):
        council.note(Event.REFUSED, person, at)
        back_to_conventional(council, person, at)
        return
    council.note(Event.CONSENTED, person, at)
    person.in_ib_arm = True
    council.office.flagged.add(person.number)
    person.case_open = True
    council.move(person, Stage.ASSESSMENT, at)
    if person.support is not None:
        watch_withdrawal(council, person, at)
        if person.review_due_at is not None and person.review_due_at <= at:
            council.note(Event.REVIEW_REPLACED, person, at, person.review_due_at)
        forget(council, person, REVIEWING)
        person.review_waits = False
    s = council.levers.assessment
    wait = council.delay(Decision.FORMS, person, s.ib_forms_days_median, s.ib_forms_sigma)
    wait += pause(council, Decision.ASSESSMENT_PAUSED, Decision.ASSESSMENT_PAUSE, person, s.paused_percent)
    council.set_timer(Timer.FORMS, person, at + wait)


def refuses(council: Council, person: Person) -> bool:
    """About the evidence's share says no, holders of a direct payment or an ILF award likelier."""
    s = council.levers.rollout
    holders = [other for other in council.people if other.born.has_package]
    factors = [_refusal_factor(council, other) for other in holders]
    mean = sum(factors) / len(factors) if factors else 1.0
    share = s.refusal_percent / 100 / mean * _refusal_factor(council, person)
    return council.chance(Decision.REFUSES, person, min(share, 1.0))


def _refusal_factor(council: Council, person: Person) -> float:
    s = council.levers.rollout
    factor = s.refusal_factor_direct_payment if person.born.direct_payment else 1.0
    return factor * (s.refusal_factor_ilf if person.born.ilf_conventional > 0 else 1.0)


def forms_done(council: Council, person: Person, at: int) -> None:
    """The person is ready: the IB assessment opens; for new people the community care part with it."""
    s, a = council.levers.assessment, council.levers.allocation
    new = person.support is None
    merged = new and s.ib_mode == "merged"
    hours = getattr(s.ib_hours, person.group)
    if merged:
        hours = max(hours, getattr(s.conventional_hours, person.group)) * s.merged_hours_factor
    kind = filled_in_by(council, person)
    minutes = hours * HOUR
    if kind == "self":
        minutes *= s.self_hours_factor
    elif kind == "professional":
        minutes *= s.professional_hours_factor
    minutes = whole(minutes * person.born.assessment_spread)
    if allocation.by_outcome(council):
        minutes = whole(minutes * a.ras.outcome_assessment_factor)
    minutes += int(a.scoring_hours * HOUR)
    ready = at + appointment(council, person)
    task = open_work(council, Work.IB_ASSESSMENT, person, minutes, ready, visits=s.ib_visits)
    if new and not merged:
        join(task, assess(council, person, at))
