"""From a plan to support in place: planning, sign-off, rework, arranging, the start."""

from __future__ import annotations

from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import DAY, cancel, minutes_of, note, request, set_timer
from ibsim.pathway.budgets import ask_for_budget, budget_agreed, present_sum
from ibsim.pathway.buying import room_for_all
from ibsim.pathway.leaving import back_to_conventional
from ibsim.pathway.steps import SEARCH_AGAIN, go, settle, supported, switch
from ibsim.pathway.streams import equipped, join_streams
from ibsim.policy import assessment, brokerage, finance, packages, planning, review, signoff
from ibsim.policy.allocation import room as allocation
from ibsim.policy.deployment import room as deployment
from ibsim.policy.market import verbs as market
from ibsim.policy.rollout import room as rollout
from ibsim.policy.workforce import verbs as workforce
from ibsim.words import (
    CONVENTIONAL_SUPPORT,
    IB,
    IB_SUPPORT,
    Category,
    Decision,
    Desk,
    Event,
    Leader,
    Matter,
    Stage,
    Timer,
    Work,
)


@compiled
def chosen(w: Shared, p: int, at: int) -> None:
    """The person knows what to buy: whoever leads writes the plan, with the co-ordinator."""
    rule, leader = w.rules[w.people[p].group], w.people[p].plan_leader
    if leader == Leader.EXTERNAL_BROKER:
        finance.fee(w, p, at, Category.PLANNING_FEE, int(rule.broker_fee))
        set_timer(w, Timer.BROKERED, p, at + planning.brokering(w, p))
        return
    minutes = minutes_of(planning.coordinator_plan_minutes(w, p) * rule.outcome_planning)
    visits = int(rule.plan_visits)
    if leader != Leader.SUPPORT_PLANNER:
        workforce.open_visits(w, Work.SUPPORT_PLAN, p, minutes, at, visits, False)
        return
    ready = at + int(rule.planner_notice)
    plan = workforce.open_visits(
        w, Work.PLANNER_PLAN, p, planning.planner_minutes(w, p), ready, visits, False
    )
    w.work.tasks[plan].team = w.desk_team[Desk.PLANNER]
    workforce.join_two(w, plan, workforce.open_work(w, Work.SUPPORT_PLAN, p, minutes, at, False))


@compiled
def brokered(w: Shared, p: int, at: int) -> None:
    """The broker's draft is there: the co-ordinator goes through it."""
    workforce.open_work(w, Work.SUPPORT_PLAN, p, planning.coordinator_plan_minutes(w, p), at, False)


@compiled
def ask_for_decision(w: Shared, p: int, at: int) -> None:
    """A plan is ready: a manager or the panel decides on it."""
    rule, ib = w.rules[w.people[p].group], w.people[p].arm == IB
    go(w, p, Stage.SIGN_OFF, at)
    if signoff.by_panel(w, p, ib):
        request(w, Matter.DECIDE_PLAN, p, at)
    elif ib:
        workforce.open_at_desk(w, Desk.MANAGER, Work.SIGN_OFF, p, int(rule.sign_off_minutes), at)
    else:
        workforce.open_at_desk(w, Desk.MANAGER, Work.APPROVAL, p, int(rule.approval_minutes), at)


@compiled
def budget_final(w: Shared, p: int, at: int) -> None:
    """Note the final budget, and set it beside the package that it takes the place of."""
    person = w.people[p]
    note(w, Event.FINAL_BUDGET, p, at, person.final_budget, person.indicative_budget)
    if supported(w, p) and person.has_package:
        worth = packages.worth(w, p, person.final_budget)
        note(w, Event.COMPARED, p, at, worth, packages.conventional_services(w, p))


@compiled
def settled_now(w: Shared, p: int, at: int) -> bool:
    """Settle the final budget; a plan that is returned or has to be made again is not signed off today."""
    rule, person = w.rules[w.people[p].group], w.people[p]
    if signoff.plan_returned(w, p):
        set_timer(w, Timer.REWORK, p, at + int(rule.rework_delay))
        return False
    if allocation.by_outcome(w, p):
        signoff.settle_at(w, p, allocation.plan_cost(w, p))
        if allocation.refuses_lower(w, p, person.final_budget, present_sum(w, p)):
            note(w, Event.REFUSED, p, at, 1, 0)
            back_to_conventional(w, p, at)
            return False
        join_streams(w, p, at, person.final_budget)
        return True
    signoff.settle(w, p, person.indicative_budget, rule.budget_floor, rule.budget_ceiling)
    if signoff.refuses_gap(w, p):
        note(w, Event.REFUSED, p, at, 2, 0)
        back_to_conventional(w, p, at)
        return False
    if signoff.gap_calls_for_a_new_plan(w, p):
        minutes = int(rule.gap_replan_minutes)
        workforce.open_work(w, Work.REWORK, p, minutes, at + int(rule.visit_gap_days) * DAY, False)
        return False
    return True


@compiled
def plan_decided(w: Shared, p: int, at: int) -> None:
    """A plan is signed off and arranged, or a support plan comes back for rework."""
    ib = w.people[p].arm == IB
    if ib and not signoff.settled(w, p) and not settled_now(w, p, at):
        return
    since = at - w.people[p].indicative_at if ib else 0
    note(w, Event.SIGNED_OFF, p, at, since, w.people[p].arm)
    if ib:
        budget_final(w, p, at)
        market.waited_for_sign_off(w, p, at - w.people[p].stage_since)
    go(w, p, Stage.ARRANGING, at)
    workforce.open_work(w, Work.ARRANGING, p, brokerage.arranging_minutes(w, p, ib), at, False)


@compiled
def rework(w: Shared, p: int, at: int) -> None:
    """Person and planner have changed the plan: the co-ordinator writes it up again."""
    minutes = int(w.rules[w.people[p].group].rework_minutes)
    workforce.open_work(w, Work.REWORK, p, minutes, at, False)


@compiled
def reworked(w: Shared, p: int, at: int) -> None:
    """A score goes back to those who agree budgets, a plan to those who decide on plans."""
    if allocation.in_dispute(w, p):
        allocation.hear(w, p, at)
        budget_agreed(w, p, at)
    elif w.people[p].stage == Stage.ALLOCATION:
        ask_for_budget(w, p, at)
    else:
        ask_for_decision(w, p, at)


@compiled
def arranged(w: Shared, p: int, at: int) -> None:
    """All is arranged; support starts once services and assistants are there."""
    delay = 0
    if w.people[p].arm == IB:
        delay = brokerage.ib_start_delay(w, p, market.recruiting_factor(w, p))
        paused = w.rules[w.people[p].group].arranging_paused
        delay += assessment.pause(w, Decision.ARRANGING_PAUSED, Decision.ARRANGING_PAUSE, p, paused)
    else:
        delay = brokerage.start_delay(w, p)
    set_timer(w, Timer.START, p, at + delay)


@compiled
def started(w: Shared, p: int, at: int) -> None:
    """Support is in place: life's clocks and the clock of reviews start, and the case closes in time.

    Where no provider has room the search goes on a week later.
    """
    person = w.people[p]
    arm, first = person.arm, not supported(w, p)
    if not room_for_all(w, p, at, arm == IB):
        set_timer(w, Timer.START, p, at + SEARCH_AGAIN)
        return
    if first:
        since_assessed = at - person.assessed_at
        note(w, Event.FIRST_SUPPORT, p, at, at - person.arrives_at, since_assessed * 2 + arm)
    note(w, Event.IN_PLACE, p, at, at - person.stage_since, arm)
    switch(w, p, at, IB_SUPPORT if arm == IB else CONVENTIONAL_SUPPORT)
    cancel(w, Timer.WITHDRAW, p)
    if first:
        settle(w, p, at)
    go(w, p, Stage.IN_PLACE, at)
    review.schedule_first(w, p, at)
    rule = w.rules[person.group]
    equipped(w, p, at)
    if arm == IB:
        workforce.open_work(w, Work.MONITORING, p, int(rule.monitoring_minutes), at, False)
        rollout.watch_return(w, p, at)
        allocation.watch_protection(w, p, at)
        deployment.set_plan_change(w, p, at)
    if not person.kept_open:
        set_timer(w, Timer.CLOSE_CASE, p, at + int(rule.case_open_ib if arm == IB else rule.case_open))
