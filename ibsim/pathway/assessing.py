"""Referral, offer and assessment."""

from __future__ import annotations

import numpy as np

from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import minutes_of, note, set_timer
from ibsim.pathway.budgets import ask_for_budget
from ibsim.pathway.leaving import back_to_conventional, leave
from ibsim.pathway.steps import assess, go, supported
from ibsim.policy import access, assessment, brokerage, packages, planning, population, review
from ibsim.policy.allocation import room as allocation
from ibsim.policy.rollout import room as rollout
from ibsim.policy.workforce import verbs as workforce
from ibsim.units import WEEKS_PER_YEAR
from ibsim.words import CONVENTIONAL, IB, REVIEWING, Desk, Event, ExitReason, Stage, Timer, Work


@compiled
def approached(w: Shared, p: int, at: int) -> bool:
    """An IB is offered, and the answer comes some days later; in a trial not to everybody approached."""
    if not rollout.offered_an_ib(w, p, at):
        return False
    go(w, p, Stage.OFFERED, at)
    note(w, Event.OFFERED, p, at, 0, 0)
    rollout.offer(w, p, at)
    return True


@compiled
def referred(w: Shared, p: int, at: int) -> None:
    """Somebody new comes: a simple case goes to the access team, others to their team.

    Those who are approached now and offered an IB answer first; urgent work starts at once.
    """
    go(w, p, Stage.ASSESSMENT, at)
    note(w, Event.REFERRED, p, at, 0, 0)
    # those who wait when the run starts have not withdrawn so far
    population.set_withdrawal(w, p, int(max(np.int64(at), np.int64(0))))
    person = w.people[p]
    if person.simple:
        minutes = access.simple_minutes(w, p)
        workforce.open_at_desk(w, Desk.ACCESS, Work.SIMPLE_ASSESSMENT, p, minutes, at)
        return
    workforce.open_case(w, p)
    if not person.urgent and rollout.approaches(w, p, rollout.AT_REFERRAL) and approached(w, p, at):
        return
    assess(w, p, at)


@compiled
def still_eligible(w: Shared, p: int, at: int) -> bool:
    """Note an assessment; a person without support whose needs are too low leaves here."""
    new = not supported(w, p)
    if new:
        note(w, Event.ASSESSED_FIRST, p, at, at - w.people[p].arrives_at, w.people[p].arm)
    assessment.assessed(w, p, at)
    if new and not access.eligible(w, p):
        leave(w, p, at, ExitReason.INELIGIBLE)
        return False
    return True


@compiled
def simply_assessed(w: Shared, p: int, at: int) -> None:
    """The access team has assessed and planned: the service starts some days later."""
    if still_eligible(w, p, at):
        note(w, Event.SIGNED_OFF, p, at, 0, CONVENTIONAL)
        go(w, p, Stage.ARRANGING, at)
        set_timer(w, Timer.START, p, at + brokerage.start_delay(w, p))


@compiled
def assessed(w: Shared, p: int, at: int) -> None:
    """An assessment (the later of two in parallel) is done: a budget or a care plan comes next."""
    in_ib = w.people[p].arm == IB
    if in_ib:
        note(w, Event.IB_ASSESSED, p, at, 0 if supported(w, p) else 1, 0)
    if not still_eligible(w, p, at):
        return
    if assessment.with_carer(w, p):
        workforce.open_work(w, Work.CARER_ASSESSMENT, p, assessment.carer_minutes(w, p), at, False)
    if not in_ib:
        go(w, p, Stage.PLANNING, at)
        workforce.open_work(w, Work.CARE_PLAN, p, planning.care_plan_minutes(w, p), at, False)
        return
    go(w, p, Stage.ALLOCATION, at)
    review.reviewed(w, p, at)
    package = minutes_of(packages.conventional_services(w, p) * WEEKS_PER_YEAR)
    allocation.state(w, p, at, assessment.filled_in_by(w, p), package)
    usable = int(w.rules[w.people[p].group].ras_usable_at)
    if usable > at:
        set_timer(w, Timer.RAS_OPENS, p, usable)
    else:
        ask_for_budget(w, p, at)


@compiled
def answered(w: Shared, p: int, at: int) -> None:
    """The answer: no, or the person's own way to an IB begins; a review that waits is replaced by it."""
    if rollout.refuses(w, p):
        note(w, Event.REFUSED, p, at, 0, 0)
        back_to_conventional(w, p, at)
        return
    note(w, Event.CONSENTED, p, at, 0, 0)
    rollout.consent(w, p, at)
    rollout.set_arm(w, p, IB)
    workforce.count_as_ib(w, p, 1)
    workforce.open_case(w, p)
    go(w, p, Stage.ASSESSMENT, at)
    if supported(w, p):
        population.set_withdrawal(w, p, at)
        due_at = w.people[p].review_due_at
        if due_at != review.NO_REVIEW and due_at <= at:
            note(w, Event.REVIEW_REPLACED, p, at, due_at, 0)
        workforce.forget(w, p, REVIEWING)
        review.replaced(w, p)
    set_timer(w, Timer.FORMS, p, at + assessment.forms(w, p))


@compiled
def forms_done(w: Shared, p: int, at: int) -> None:
    """The person is ready: the IB assessment opens; for new people the community care part with it."""
    rule = w.rules[w.people[p].group]
    new = not supported(w, p)
    merged = new and rule.merged > 0
    minutes = minutes_of(assessment.ib_minutes(w, p, merged) * rule.outcome_assessing)
    minutes += int(rule.scoring_minutes)
    ready = at + assessment.appointment(w, p)
    visits = int(rule.ib_assessment_visits)
    task = workforce.open_visits(w, Work.IB_ASSESSMENT, p, minutes, ready, visits, False)
    if new and not merged:
        workforce.join_two(w, task, assess(w, p, at))
