"""From a plan to support in place: planning, sign-off, rework, arranging, the start."""

from __future__ import annotations

from ibsim.words import Decision, Desk, Event, Matter, Stage, Timer, Work
from tests.oracle import allocation, buying, market, money
from tests.oracle.calendar import DAY, HOUR
from tests.oracle.council import Council
from tests.oracle.draws import single, spread_factor, whole
from tests.oracle.journey.budgets import ask_for_budget, budget_agreed
from tests.oracle.journey.leaving import back_to_conventional
from tests.oracle.journey.steps import (
    SEARCH_AGAIN,
    close_case_after,
    coordinator_minutes,
    join,
    open_work,
    pause,
    schedule_first_review,
    settle,
    switch,
    worth_a_week,
    worth_of_package,
)
from tests.oracle.journey.streams import equipped, join_streams
from tests.oracle.people import Person


def chosen(council: Council, person: Person, at: int) -> None:
    """The person knows what to buy: whoever leads writes the plan, with the co-ordinator."""
    s, ras = council.levers.planning, council.levers.allocation.ras
    if person.plan_leader == "broker":
        money.fee(council, person, at, "PLANNING_FEE", round(s.broker_fee_gbp * 100))
        wait = whole(s.planner_notice_days * DAY)
        wait += council.delay(Decision.BROKER, person, s.broker_days_median, s.broker_sigma)
        council.set_timer(Timer.BROKERED, person, at + wait)
        return
    minutes = coordinator_minutes(council, person)
    if allocation.by_outcome(council):
        minutes = whole(minutes * ras.outcome_plan_factor)
    if person.plan_leader != "planner":
        open_work(council, Work.SUPPORT_PLAN, person, minutes, at, visits=s.visits)
        return
    planners = whole(s.planner_hours * HOUR * person.born.planning_spread)
    ready = at + int(s.planner_notice_days * DAY)
    plan = open_work(council, Work.PLANNER_PLAN, person, planners, ready, visits=s.visits, desk=Desk.PLANNER)
    join(plan, open_work(council, Work.SUPPORT_PLAN, person, minutes, at))


def brokered(council: Council, person: Person, at: int) -> None:
    """The broker's draft is there: the co-ordinator goes through it."""
    open_work(council, Work.SUPPORT_PLAN, person, coordinator_minutes(council, person), at)


def ask_for_decision(council: Council, person: Person, at: int) -> None:
    """A plan is ready: a manager or the panel decides on it."""
    s = council.levers.signoff
    council.move(person, Stage.SIGN_OFF, at)
    if (s.support_plan_by if person.in_ib_arm else s.care_plan_by) == "panel":
        council.ask(Matter.DECIDE_PLAN, person, at)
    elif person.in_ib_arm:
        open_work(council, Work.SIGN_OFF, person, int(s.support_plan_hours * HOUR), at, desk=Desk.MANAGER)
    else:
        open_work(council, Work.APPROVAL, person, int(s.care_plan_hours * HOUR), at, desk=Desk.MANAGER)


def plan_decided(council: Council, person: Person, at: int) -> None:
    """A plan is signed off and arranged, or a support plan comes back for rework."""
    s = council.levers.brokerage
    if person.in_ib_arm:
        if person.final_budget is None and not settled_now(council, person, at):
            return
        council.note(Event.SIGNED_OFF, person, at, at - person.indicative_at, 1)
        final = person.final_budget or 0
        council.note(Event.FINAL_BUDGET, person, at, final, person.indicative_budget)
        if person.support is not None and person.born.has_package:
            worth = worth_a_week(council, person, final)
            council.note(Event.COMPARED, person, at, worth, person.born.services_pence)
        market.waited_for_sign_off(council, person, at - person.stage_since)
        hours = s.ib_hours
    else:
        council.note(Event.SIGNED_OFF, person, at)
        hours = getattr(s.conventional_hours, person.group)
    council.move(person, Stage.ARRANGING, at)
    open_work(council, Work.ARRANGING, person, whole(hours * HOUR * person.born.arranging_spread), at)


def settled_now(council: Council, person: Person, at: int) -> bool:
    """Settle the final budget; a plan that is returned or has to be made again is not signed off today."""
    s = council.levers.signoff
    if council.chance(Decision.PLAN_RETURNED, person, s.returned_percent / 100):
        council.set_timer(Timer.REWORK, person, at + int(s.rework_days * DAY))
        return False
    if allocation.by_outcome(council):
        person.final_budget, person.budget_gap = allocation.plan_cost(council, person), 0.0
        present = worth_of_package(council, person)
        if allocation.refuses_lower(council, person, person.final_budget, present):
            council.note(Event.REFUSED, person, at, 1)
            back_to_conventional(council, person, at)
            return False
        join_streams(council, person, at, person.final_budget)
        return True
    settle_budget(council, person)
    if refuses_gap(council, person):
        council.note(Event.REFUSED, person, at, 2)
        back_to_conventional(council, person, at)
        return False
    if abs(person.budget_gap) > s.gap_tolerance_percent / 100:
        again = at + round(council.levers.assessment.visit_gap_days) * DAY
        open_work(council, Work.REWORK, person, int(s.gap_replan_hours * HOUR), again)
        return False
    return True


def settle_budget(council: Council, person: Person) -> None:
    """The final budget: the indicative sum for most, more or less of it for some, within the limits."""
    s, indicative = council.levers.signoff, person.indicative_budget
    pence = float(indicative)
    if council.chance(Decision.FINAL_CHANGED, person, s.changed_percent / 100):
        change = spread_factor(council.normal(Decision.GAP, person), s.gap_sigma)
        pence *= (1 + s.gap_percent / 100) * change
    person.final_budget = allocation.within(council, pence)
    person.budget_gap = single(person.final_budget / indicative - 1) if indicative > 0 else 0.0


def refuses_gap(council: Council, person: Person) -> bool:
    """Whether the person gives up because the sum has fallen: the lever speaks of a fall by a quarter."""
    fall = -person.budget_gap
    share = council.levers.signoff.gap_refusal_percent / 100 / 0.25 * fall
    return fall > 0 and council.chance(Decision.GAP_REFUSED, person, min(share, 1.0))


def rework(council: Council, person: Person, at: int) -> None:
    """Person and planner have changed the plan: the co-ordinator writes it up again."""
    open_work(council, Work.REWORK, person, int(council.levers.signoff.rework_hours * HOUR), at)


def reworked(council: Council, person: Person, at: int) -> None:
    """A score goes back to those who agree budgets, a plan to those who decide on plans."""
    if person.dispute == "heard now":
        allocation.hear(council, person, at)
        budget_agreed(council, person, at)
    elif person.stage == Stage.ALLOCATION:
        ask_for_budget(council, person, at)
    else:
        ask_for_decision(council, person, at)


def start_delay(council: Council, person: Person) -> int:
    """Minutes until an arranged service starts."""
    s = council.levers.brokerage
    return council.delay(Decision.SERVICE_START, person, s.start_days_median, s.start_sigma)


def arranged(council: Council, person: Person, at: int) -> None:
    """All is arranged; support starts once services and assistants are there."""
    s = council.levers.brokerage
    factor = market.recruiting_factor(council, person) if person.in_ib_arm else 1.0
    wait = start_delay(council, person)
    if person.in_ib_arm:
        if person.born.recruits_assistant:
            days = s.recruiting_days_median * factor
            recruiting = council.delay(Decision.RECRUITING, person, days, s.recruiting_sigma)
            checked = s.criminal_record_check_percent / 100
            if council.chance(Decision.CRIMINAL_RECORD_CHECK, person, checked):
                recruiting += whole(s.criminal_record_check_days * DAY)
            wait = max(wait, recruiting)
        wait += pause(council, Decision.ARRANGING_PAUSED, Decision.ARRANGING_PAUSE, person, s.paused_percent)
    council.set_timer(Timer.START, person, at + wait)


def started(council: Council, person: Person, at: int) -> None:
    """Support is in place: life's clocks and the clock of reviews start, and the case closes in time.

    Where no provider has room the search goes on a week later.
    """
    r, first, in_ib = council.levers.review, person.support is None, person.in_ib_arm
    if not buying.room_for_all(council, person, at, in_ib):
        council.set_timer(Timer.START, person, at + SEARCH_AGAIN)
        return
    if first:
        since_referral, since_assessed = at - person.born.arrives_at, at - person.assessed_at
        council.note(Event.FIRST_SUPPORT, person, at, since_referral, since_assessed * 2 + int(in_ib))
    council.note(Event.IN_PLACE, person, at, at - person.stage_since, int(in_ib))
    switch(council, person, at, "IB" if in_ib else "conventional")
    person.timers.pop(Timer.WITHDRAW, None)
    if first:
        settle(council, person, at)
    council.move(person, Stage.IN_PLACE, at)
    schedule_first_review(council, person, at)
    equipped(council, person, at)
    if in_ib:
        open_work(council, Work.MONITORING, person, int(r.monitoring_hours * HOUR), at)
        returns = council.levers.rollout.return_percent / 100
        council.set_hazard(Timer.RETURN, Decision.RETURN, person, at, returns)
        allocation.watch_protection(council, person, at)
        watch_plan(council, person, at)
    weeks = r.case_open_weeks_ib if in_ib else r.case_open_weeks_conventional
    close_case_after(council, person, at, weeks)


def watch_plan(council: Council, person: Person, at: int) -> None:
    """Draw the next change of a plan in use."""
    rate = council.levers.deployment.plan_changes.per_year
    council.set_hazard(Timer.PLAN_CHANGE, Decision.PLAN_CHANGE, person, at, rate)
