"""The journey of a person through the rooms, on one page: the only place where rooms meet.

What is done and what comes next stand here and nowhere else: `finished` says what follows when a
piece of work is done, `fell_due` what happens when a timer falls due.  Every verb takes the shared
tables `w`, a person `p` (a row) and a moment `at` (minutes since the run's first day).
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from ibsim.compiled import compiled, entry
from ibsim.engine.shared import STAYED, Shared
from ibsim.engine.state import I32, I64
from ibsim.engine.verbs import DAY, cancel, chance, minutes_of, move, note, request, set_timer
from ibsim.policy import (
    access,
    assessment,
    brokerage,
    finance,
    packages,
    planning,
    population,
    review,
    rollout,
    safeguarding,
    signoff,
)
from ibsim.policy.allocation import room as allocation
from ibsim.policy.deployment import room as deployment
from ibsim.policy.funding import room as funding
from ibsim.policy.workforce import verbs as workforce
from ibsim.units import WEEKS_PER_YEAR
from ibsim.words import (
    CONVENTIONAL,
    CONVENTIONAL_SUPPORT,
    IB,
    IB_SUPPORT,
    JOURNEY,
    LIFE,
    NOTHING,
    REVIEWING,
    Category,
    Decision,
    Desk,
    Event,
    ExitReason,
    Leader,
    Matter,
    Stage,
    Stream,
    Timer,
    Work,
)


@compiled
def go(w: Shared, p: int, stage: int, at: int) -> None:
    """Move the person to a stage; stays in which people wait go into the log, with the arm."""
    waited = Stage.OFFERED <= w.people[p].stage <= Stage.ARRANGING
    move(w, Event.SOJOURN + 0 if waited else -1, p, stage, at, w.people[p].arm)


@compiled
def supported(w: Shared, p: int) -> bool:
    """Whether any support is in place."""
    return w.people[p].support != NOTHING


# --- referral and assessment ---------------------------------------------------------------------


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
def has_waited(w: Shared, p: int, since: int) -> None:
    """Somebody was referred before the run starts, and waits for the assessment."""
    # The books of stages open at minute 0: what the person waited before is taken off the time outside.
    w.people[p].stage_since = since
    w.flows[Stage.NOT_YET, STAYED] += since
    referred(w, p, since)


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


# --- individual budgets: offer, budget, plan -------------------------------------------------------


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


@compiled
def ask_for_budget(w: Shared, p: int, at: int) -> None:
    """A score is ready: a panel or a manager agrees the indicative budget."""
    rule = w.rules[w.people[p].group]
    if rule.budget_by_panel > 0:
        request(w, Matter.AGREE_BUDGET, p, at)
    else:
        workforce.open_at_desk(w, Desk.MANAGER, Work.AGREEMENT, p, int(rule.agreement_minutes), at)


@compiled
def budget_decided(w: Shared, p: int, at: int) -> None:
    """The score is sent back, or a budget comes of it; some dispute it."""
    rule = w.rules[w.people[p].group]
    if allocation.score_returned(w, p):
        workforce.open_work(w, Work.REWORK, p, int(rule.scoring_minutes), at, False)
        return
    if allocation.by_outcome(w, p):
        allocation.without_sum(w, p, at)
        budget_agreed(w, p, at)
        return
    allocation.allocate(w, p, at, present_sum(w, p))
    if allocation.disputes(w, p):
        note(w, Event.DISPUTED, p, at, 0, 0)
        set_timer(w, Timer.DISPUTE_HEARD, p, at + int(rule.dispute_delay))
    else:
        budget_agreed(w, p, at)


@compiled
def present_sum(w: Shared, p: int) -> int:
    """What would be worth the services in place, pence a year: nothing for new people."""
    return packages.years_sum(w, p, packages.conventional_services(w, p)) if supported(w, p) else 0


@compiled
def dispute_heard(w: Shared, p: int, at: int) -> None:
    """The co-ordinator makes the case; the answer is final."""
    minutes = int(w.rules[w.people[p].group].dispute_minutes)
    workforce.open_work(w, Work.REWORK, p, minutes, at, False)


@compiled
def budget_agreed(w: Shared, p: int, at: int) -> None:
    """The indicative budget is agreed: some refuse one below their package, the others go on to plan."""
    rule, budget = w.rules[w.people[p].group], w.people[p].indicative_budget
    note(w, Event.INDICATIVE_AGREED, p, at, at - w.people[p].assessed_at, budget)
    if not allocation.by_outcome(w, p):
        if allocation.refuses_lower(w, p, budget, present_sum(w, p)):
            note(w, Event.REFUSED, p, at, 1, 0)
            back_to_conventional(w, p, at)
            return
        join_streams(w, p, at, budget)
    go(w, p, Stage.PLANNING, at)
    planning.choose_leader(w, p)
    delay = planning.choosing(w, p)
    delay += assessment.pause(w, Decision.PLANNING_PAUSED, Decision.PLANNING_PAUSE, p, rule.planning_paused)
    set_timer(w, Timer.CHOSEN, p, at + delay)


# --- the other streams ------------------------------------------------------------------------------


@compiled
def join_streams(w: Shared, p: int, at: int, council_pence_a_year: int) -> None:
    """The other streams join the council's sum: at once, or after an application by the co-ordinator."""
    rule, person = w.rules[w.people[p].group], w.people[p]
    if person.sp_sum > 0 and rule.sp_mode != funding.EXCLUDED:
        if rule.sp_mode == funding.ALIGNED:
            funding.apply(w, p, Stream.SP)
        elif funding.join_sp(w, p):
            awarded(w, p, at, Stream.SP, person.sp_sum)
            if rule.sp_mode == funding.RECHARGE:
                workforce.open_work(w, Work.APPLICATION, p, int(rule.sp_minutes), at, False)
    join_ilf(w, p, at, council_pence_a_year)
    if person.atw_sum > 0 and rule.atw_mode != funding.EXCLUDED:
        if rule.atw_mode == funding.INTEGRATED:
            funding.join_atw(w, p)
            awarded(w, p, at, Stream.ATW, person.atw_sum)
        else:
            funding.apply(w, p, Stream.ATW)
    minutes = funding.application_minutes(w, p)
    if minutes > 0:
        workforce.open_work(w, Work.APPLICATION, p, minutes, at, False)


@compiled
def join_ilf(w: Shared, p: int, at: int, council_pence_a_year: int) -> None:
    """An award that is held comes in or stays apart; a new one is applied for, or out of reach."""
    rule, person = w.rules[w.people[p].group], w.people[p]
    standing = funding.ilf_standing(w, p, council_pence_a_year)
    award = funding.ilf_sum(w, p, council_pence_a_year)
    excluded = rule.ilf_mode == funding.EXCLUDED
    if standing == funding.HELD:
        if person.ilf_brings and not excluded:
            funding.join_ilf(w, p, award)
            awarded(w, p, at, Stream.ILF, award)
        else:
            funding.keep_ilf_apart(w, p)
    elif standing == funding.OUT_OF_REACH:
        if chance(w, Decision.ILF_AWARDED, p, rule.ilf_granted):
            council_meets(w, p, minutes_of(award * rule.ilf_met))
    elif standing == funding.NEW and not excluded:
        if rule.ilf_mode != funding.INTEGRATED:
            apply_to_ilf(w, p, at, award)
        elif chance(w, Decision.ILF_AWARDED, p, rule.ilf_granted):
            funding.join_ilf(w, p, award)
            awarded(w, p, at, Stream.ILF, award)


@compiled
def apply_to_ilf(w: Shared, p: int, at: int, award: int) -> None:
    """The ILF is asked: some sums count on its award meanwhile, and some plans are written twice."""
    rule = w.rules[w.people[p].group]
    funding.apply(w, p, Stream.ILF)
    counted_on = chance(w, Decision.ILF_COUNTED_ON, p, rule.ilf_counted_on)
    if counted_on or rule.ilf_mode == funding.RECHARGE:
        funding.count_on(w, p, award)
    if chance(w, Decision.ILF_TWO_PLANS, p, rule.ilf_two_plans):
        minutes = minutes_of(planning.coordinator_plan_minutes(w, p) * rule.ilf_second_plan)
        workforce.open_work(w, Work.PLAN_CHANGE, p, minutes, at, False)


@compiled
def awarded(w: Shared, p: int, at: int, stream: int, pence: int) -> None:
    """Note what a stream gives."""
    note(w, Event.AWARDED, p, at, pence, stream * 2 + 1)


@compiled
def council_meets(w: Shared, p: int, pence_a_year: int) -> None:
    """The council pays what another stream does not: in the final budget, if that is settled."""
    if signoff.settled(w, p):
        signoff.add(w, p, pence_a_year)
    else:
        allocation.add(w, p, pence_a_year)


@compiled
def stream_decided(w: Shared, stream: int, p: int, at: int) -> None:
    """A stream's own staff have decided on an application."""
    if stream == Stream.DFG:
        adapted(w, p, at)
        return
    if not funding.has_applied(w, p, stream):
        return
    rule, person = w.rules[w.people[p].group], w.people[p]
    funding.close_application(w, p, stream)
    note(w, Event.DECIDED, p, at, at - funding.asked_at(w, p, stream), stream)
    if stream == Stream.SP:
        granted, pence = chance(w, Decision.SP_AWARDED, p, rule.sp_granted), person.sp_sum
        granted = granted and funding.join_sp(w, p)
    elif stream == Stream.ATW:
        granted, pence = True, person.atw_sum
        funding.join_atw(w, p)
    else:
        budget = person.final_budget if signoff.settled(w, p) else person.indicative_budget
        granted, pence = chance(w, Decision.ILF_AWARDED, p, rule.ilf_granted), funding.ilf_sum(w, p, budget)
        if granted:
            funding.join_ilf(w, p, pence)
        elif person.counted_on > 0:
            note(w, Event.GUESS_FAILED, p, at, minutes_of(person.counted_on * rule.ilf_met), 0)
            council_meets(w, p, minutes_of(person.counted_on * rule.ilf_met))
        funding.count_on(w, p, 0)
    note(w, Event.AWARDED, p, at, pence if granted else 0, stream * 2 + (1 if granted else 0))
    reprice(w, p, at)


@compiled
def adaptation_needed(w: Shared, p: int, at: int) -> None:
    """A major adaptation is needed: an OT assesses first."""
    funding.watch_adaptation(w, p, at)
    ask_ot(w, Work.OT_ASSESSMENT, p, at, Stream.DFG)


@compiled
def ask_ot(w: Shared, work: int, p: int, at: int, stream: int) -> None:
    """An occupational therapist is asked to assess, and comes when one has a day free."""
    minutes = funding.ask_for_ot(w, p, stream, at)
    ready = at + int(w.rules[w.people[p].group].ot_wait)
    workforce.open_at_desk(w, Desk.OT, work, p, minutes, ready)


@compiled
def adaptation_assessed(w: Shared, p: int, at: int) -> None:
    """The OT has assessed: those whom the means test leaves a grant apply; the council may pay first."""
    rule = w.rules[w.people[p].group]
    note(w, Event.OT_ASSESSED, p, at, at - funding.asked_at(w, p, Stream.DFG), Stream.DFG + 0)
    if not chance(w, Decision.DFG_PASSED, p, rule.dfg_passed):
        return
    if chance(w, Decision.DFG_PASSED, p, rule.dfg_upfront):
        cost = funding.adaptation(w, p)
        funding.pay_first(w, p, cost)
        finance.pay(w, p, at, Stream.ASC, Category.ADAPTATION, cost)
    set_timer(w, Timer.DFG_DECISION, p, at + int(rule.dfg_delay))


@compiled
def adapted(w: Shared, p: int, at: int) -> None:
    """The grant is made: what the council has paid is charged on."""
    note(w, Event.DECIDED, p, at, at - funding.asked_at(w, p, Stream.DFG), Stream.DFG + 0)
    cost = w.people[p].dfg_paid
    if cost > 0:
        finance.pay(w, p, at, Stream.ASC, Category.ADAPTATION, -cost)
        funding.pay_first(w, p, 0)
    else:
        cost = funding.adaptation(w, p)
    finance.pay(w, p, at, Stream.DFG, Category.ADAPTATION, cost)
    awarded(w, p, at, Stream.DFG, cost)


@compiled
def equipped(w: Shared, p: int, at: int) -> None:
    """Support has started: some of its equipment takes an OT's assessment."""
    weekly = funding.ices_weekly(w, p, w.people[p].arm == IB)
    if funding.equipment_takes_ot(w, p, weekly):
        ask_ot(w, Work.OT_EQUIPMENT, p, at, Stream.ICES)


@compiled
def equipment_assessed(w: Shared, p: int, at: int) -> None:
    """The OT has assessed for equipment."""
    note(w, Event.OT_ASSESSED, p, at, at - funding.asked_at(w, p, Stream.ICES), Stream.ICES + 0)


# --- plans -----------------------------------------------------------------------------------------


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


# --- sign-off, rework, arranging -------------------------------------------------------------------


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
def plan_decided(w: Shared, p: int, at: int) -> None:
    """A plan is signed off and arranged, or a support plan comes back for rework."""
    ib = w.people[p].arm == IB
    if ib and not signoff.settled(w, p) and not settled_now(w, p, at):
        return
    since = at - w.people[p].indicative_at if ib else 0
    note(w, Event.SIGNED_OFF, p, at, since, w.people[p].arm)
    if ib:
        budget_final(w, p, at)
    go(w, p, Stage.ARRANGING, at)
    workforce.open_work(w, Work.ARRANGING, p, brokerage.arranging_minutes(w, p, ib), at, False)


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
def budget_final(w: Shared, p: int, at: int) -> None:
    """Note the final budget, and set it beside the package that it takes the place of."""
    person = w.people[p]
    note(w, Event.FINAL_BUDGET, p, at, person.final_budget, person.indicative_budget)
    if supported(w, p) and person.has_package:
        worth = packages.worth(w, p, person.final_budget)
        note(w, Event.COMPARED, p, at, worth, packages.conventional_services(w, p))


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
        delay = brokerage.ib_start_delay(w, p)
        paused = w.rules[w.people[p].group].arranging_paused
        delay += assessment.pause(w, Decision.ARRANGING_PAUSED, Decision.ARRANGING_PAUSE, p, paused)
    else:
        delay = brokerage.start_delay(w, p)
    set_timer(w, Timer.START, p, at + delay)


@compiled
def started(w: Shared, p: int, at: int) -> None:
    """Support is in place: life's clocks and the clock of reviews start, and the case closes in time."""
    person = w.people[p]
    arm, first = person.arm, not supported(w, p)
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


@compiled
def switch(w: Shared, p: int, at: int, support: int) -> None:
    """Support changes: what is due for the old is posted, and the new one's price runs."""
    finance.accrue(w, p, at)
    brokerage.put_in_place(w, p, support, at)
    finance.start_spell(w, p, at, weekly(w, p, support))


@compiled
def weekly(w: Shared, p: int, support: int) -> finance.Weekly:
    """What support costs each payer a week, in the pounds that conventional packages are counted in."""
    person, ib = w.people[p], support == IB_SUPPORT
    asc, atw = np.int64(packages.conventional_services(w, p)), np.int64(0)
    support_pence = np.int64(0)
    sp, ilf = np.int64(funding.sp_weekly(w, p, ib)), np.int64(funding.ilf_weekly(w, p, ib))
    if ib:
        asc = np.int64(packages.worth(w, p, person.final_budget + person.counted_on))
        sp += packages.worth(w, p, person.sp_budget + funding.sp_outside(w, p))
        ilf += packages.worth(w, p, person.ilf_budget)
        atw = np.int64(packages.worth(w, p, person.atw_budget))
        support_pence = np.int64(person.payment_support_pence)
    return finance.Weekly(asc, sp, ilf, atw, np.int64(funding.ices_weekly(w, p, ib)), support_pence)


@compiled
def reprice(w: Shared, p: int, at: int) -> None:
    """A sum of an IB in place has changed: what is due at the old one is posted, and the new one runs."""
    if w.people[p].support == IB_SUPPORT:
        finance.accrue(w, p, at)
        finance.start_spell(w, p, at, weekly(w, p, IB_SUPPORT))


@compiled
def protection_ends(w: Shared, p: int, at: int) -> None:
    """The years of transitional protection are over: the budget falls to what the points make of it."""
    if w.people[p].support == IB_SUPPORT:
        final = w.people[p].final_budget
        signoff.add(w, p, allocation.without_protection(w, p, final) - final)
        reprice(w, p, at)


@compiled
def settle(w: Shared, p: int, at: int) -> None:
    """With the first support life's own clocks start: exit, changes of need, crises, protection."""
    population.set_exit(w, p, at)
    population.set_needs_change(w, p, at)
    review.start_crises(w, p, at)
    safeguarding.watch(w, p, at)
    funding.watch_adaptation(w, p, at)


# --- reviews, and what breaks in -------------------------------------------------------------------


@compiled
def review_due(w: Shared, p: int, at: int) -> None:
    """A review falls due; on the way to an IB it waits until the person is back."""
    if w.people[p].stage == Stage.IN_PLACE:
        open_review(w, p, at)


@compiled
def open_review(w: Shared, p: int, at: int) -> None:
    """A review has fallen due at a moment: it is open work from then on."""
    person = w.people[p]
    note(w, Event.REVIEW_DUE, p, at, 0, 0)
    set_timer(w, Timer.LATE, p, at + review.grace(w, p) + 1)
    officer = review.goes_to_officer(w, p) and not workforce.owned(w, p)
    minutes = review.review_minutes(w, p, officer)
    work = Work.ANNUAL_REVIEW + 0 if person.first_review_done else Work.FIRST_REVIEW + 0
    if officer:
        workforce.open_at_desk(w, Desk.OFFICER, work, p, minutes, at)
    else:
        workforce.open_work(w, work, p, minutes, at, False)


@compiled
def review_done(w: Shared, p: int, at: int) -> None:
    """A planned review is done; some are approached at it."""
    late = at - w.people[p].review_due_at
    note(w, Event.REVIEWED, p, at, late, 1 if late <= review.grace(w, p) else 0)
    if w.people[p].support == IB_SUPPORT and w.people[p].first_review_done:
        settle_accounts(w, p, at)
    after_review(w, p, at)
    person = w.people[p]
    if person.stage != Stage.IN_PLACE or person.support != CONVENTIONAL_SUPPORT:
        return
    if rollout.approaches(w, p, rollout.AT_REVIEW):
        approached(w, p, at)


@compiled
def settle_accounts(w: Shared, p: int, at: int) -> None:
    """Once a year, at the review: the council takes back what it may of an IB that is not spent."""
    back = deployment.clawed_back(w, p, w.people[p].final_budget)
    if back > 0:
        pence = minutes_of(packages.worth(w, p, back) * WEEKS_PER_YEAR)
        finance.pay(w, p, at, Stream.ASC, Category.CLAWBACK, -pence)


@compiled
def plan_changes(w: Shared, p: int, at: int) -> None:
    """An IB holder changes the plan: with notice, or through the panel."""
    if w.people[p].support != IB_SUPPORT:
        return
    deployment.set_plan_change(w, p, at)
    if w.rules[w.people[p].group].plan_change_by_panel > 0:
        request(w, Matter.CHANGE_PLAN, p, at)
    else:
        plan_changed(w, p, at)


@compiled
def plan_changed(w: Shared, p: int, at: int) -> None:
    """A change of plan is agreed: the co-ordinator writes it down."""
    note(w, Event.PLAN_CHANGED, p, at, 0, 0)
    minutes = int(w.rules[w.people[p].group].plan_change_minutes)
    workforce.open_work(w, Work.PLAN_CHANGE, p, minutes, at, False)


@compiled
def unplanned_review_done(w: Shared, p: int, at: int) -> None:
    """A review out of turn takes the place of one that waits."""
    due_at = w.people[p].review_due_at
    late, on_time = at - due_at, -1
    if due_at != review.NO_REVIEW and late >= 0:
        on_time = 1 if late <= review.grace(w, p) else 0
    note(w, Event.UNPLANNED_REVIEWED, p, at, late, on_time)
    workforce.forget(w, p, REVIEWING)
    after_review(w, p, at)


@compiled
def after_review(w: Shared, p: int, at: int) -> None:
    """The next review is set; who is no longer eligible leaves; some need a reassessment."""
    review.reviewed(w, p, at)
    review.schedule_next(w, p, at)
    if not access.eligible(w, p):
        leave(w, p, at, ExitReason.INELIGIBLE)
    elif review.needs_reassessment(w, p) and w.people[p].stage == Stage.IN_PLACE:
        workforce.open_case(w, p)
        workforce.open_work(w, Work.REASSESSMENT, p, assessment.reassessment_minutes(w, p), at, False)


@compiled
def reassessed(w: Shared, p: int, at: int) -> None:
    """A reassessment is done: the plan is changed."""
    note(w, Event.REASSESSED, p, at, 0, 0)
    workforce.open_work(w, Work.REPLAN, p, planning.replan_minutes(w, p), at, False)


@compiled
def replanned(w: Shared, p: int, at: int) -> None:
    """The plan is changed: the case closes in time."""
    person = w.people[p]
    if not person.kept_open and person.stage == Stage.IN_PLACE:
        set_timer(w, Timer.CLOSE_CASE, p, at + int(w.rules[person.group].case_open))


@compiled
def became_late(w: Shared, p: int, at: int) -> None:
    """The days of grace are over: from now on a crisis is likelier."""
    if supported(w, p):
        review.set_overdue(w, p, at, True)


@compiled
def crisis(w: Shared, p: int, at: int) -> None:
    """A crisis is urgent work: an unplanned review, at once."""
    note(w, Event.CRISIS, p, at, 0, 0)
    workforce.open_work(w, Work.UNPLANNED_REVIEW, p, review.unplanned_minutes(w, p), at, True)
    review.start_crises(w, p, at)


@compiled
def needs_changed(w: Shared, p: int, at: int) -> None:
    """A change of need calls for an unplanned review."""
    workforce.open_work(w, Work.UNPLANNED_REVIEW, p, review.unplanned_minutes(w, p), at, False)
    population.set_needs_change(w, p, at)


@compiled
def protection_referral(w: Shared, p: int, at: int) -> None:
    """An adult-protection referral is urgent work."""
    note(w, Event.PROTECTION, p, at, 0, 0)
    minutes = int(w.rules[w.people[p].group].protection_minutes)
    workforce.open_work(w, Work.PROTECTION, p, minutes, at, True)
    safeguarding.watch(w, p, at)


# --- leaving, and going back -----------------------------------------------------------------------


@compiled
def case_closes(w: Shared, p: int, at: int) -> None:
    """The case closes, unless the person is on the way to an IB by then."""
    if w.people[p].stage == Stage.IN_PLACE:
        workforce.end_case(w, p)


@compiled
def withdrew(w: Shared, p: int, at: int) -> None:
    """Who waits for first support leaves the council's books; who has support keeps it as it is."""
    if supported(w, p):
        note(w, Event.WITHDREW, p, at, 0, 0)
        back_to_conventional(w, p, at)
    else:
        leave(w, p, at, ExitReason.WITHDREW)


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
def returned(w: Shared, p: int, at: int) -> None:
    """An IB holder goes back to conventional support."""
    if w.people[p].support != IB_SUPPORT or w.people[p].stage != Stage.IN_PLACE:
        return
    note(w, Event.RETURNED, p, at, 0, 0)
    switch(w, p, at, CONVENTIONAL_SUPPORT)
    rollout.set_arm(w, p, CONVENTIONAL)
    workforce.count_as_ib(w, p, 0)
    signoff.unsettle(w, p)
    funding.release(w, p)
    review.schedule_first(w, p, at)


@compiled
def leave(w: Shared, p: int, at: int, reason: int) -> None:
    """The council's part ends: support stops, nothing more falls due, open work is dropped."""
    note(w, Event.EXIT, p, at, reason + 0, 1 if supported(w, p) else 0)
    finance.accrue(w, p, at)
    brokerage.end_support(w, p)
    funding.release(w, p)
    review.stop_reviews(w, p)
    workforce.forget(w, p, LIFE)
    workforce.forget(w, p, JOURNEY)
    workforce.forget(w, p, REVIEWING)
    workforce.end_case(w, p)
    go(w, p, Stage.GONE, at)


# --- the two tables --------------------------------------------------------------------------------


@compiled
def fell_due(w: Shared, timer: int, p: int, at: int) -> None:
    """What happens when a timer falls due."""
    if timer == Timer.EXIT:
        leave(w, p, at, ExitReason.LEFT)
    elif timer == Timer.WITHDRAW:
        withdrew(w, p, at)
    elif timer == Timer.ANSWER:
        answered(w, p, at)
    elif timer == Timer.FORMS:
        forms_done(w, p, at)
    elif timer == Timer.RAS_OPENS:
        ask_for_budget(w, p, at)
    elif timer == Timer.CHOSEN:
        chosen(w, p, at)
    elif timer == Timer.BROKERED:
        brokered(w, p, at)
    elif timer == Timer.REWORK:
        rework(w, p, at)
    elif timer == Timer.START:
        started(w, p, at)
    elif timer == Timer.REVIEW_DUE:
        review_due(w, p, at)
    elif timer == Timer.LATE:
        became_late(w, p, at)
    elif timer == Timer.CLOSE_CASE:
        case_closes(w, p, at)
    elif timer == Timer.NEEDS_CHANGE:
        needs_changed(w, p, at)
    elif timer == Timer.CRISIS:
        crisis(w, p, at)
    elif timer == Timer.PROTECTION:
        protection_referral(w, p, at)
    elif timer == Timer.RETURN:
        returned(w, p, at)
    elif timer == Timer.DISPUTE_HEARD:
        dispute_heard(w, p, at)
    elif timer == Timer.SP_DECISION:
        request(w, Matter.APPLY_SP, p, at)
    elif timer == Timer.ILF_DECISION:
        request(w, Matter.APPLY_ILF, p, at)
    elif timer == Timer.ATW_DECISION:
        request(w, Matter.APPLY_ATW, p, at)
    elif timer == Timer.DFG_NEED:
        adaptation_needed(w, p, at)
    elif timer == Timer.DFG_DECISION:
        request(w, Matter.APPLY_DFG, p, at)
    elif timer == Timer.PLAN_CHANGE:
        plan_changes(w, p, at)
    elif timer == Timer.PROTECTION_ENDS:
        protection_ends(w, p, at)


@compiled
def finished(w: Shared, work: int, p: int, at: int) -> None:
    """What comes after a piece of work; carers' assessments, screening and monitoring lead nowhere."""
    if work == Work.SIMPLE_ASSESSMENT:
        simply_assessed(w, p, at)
    elif work == Work.NEW_ASSESSMENT or work == Work.IB_ASSESSMENT:
        assessed(w, p, at)
    elif work == Work.CARE_PLAN or work == Work.SUPPORT_PLAN or work == Work.PLANNER_PLAN:
        ask_for_decision(w, p, at)
    elif work == Work.APPROVAL or work == Work.SIGN_OFF:
        plan_decided(w, p, at)
    elif work == Work.AGREEMENT:
        budget_decided(w, p, at)
    elif work == Work.REWORK:
        reworked(w, p, at)
    elif work == Work.ARRANGING:
        arranged(w, p, at)
    elif work == Work.FIRST_REVIEW or work == Work.ANNUAL_REVIEW:
        review_done(w, p, at)
    elif work == Work.UNPLANNED_REVIEW:
        unplanned_review_done(w, p, at)
    elif work == Work.REASSESSMENT:
        reassessed(w, p, at)
    elif work == Work.REPLAN:
        replanned(w, p, at)
    elif work == Work.APPLICATION:
        funding.send(w, p, at)
    elif work == Work.OT_ASSESSMENT:
        adaptation_assessed(w, p, at)
    elif work == Work.OT_EQUIPMENT:
        equipment_assessed(w, p, at)


# --- batches: what institutions hand over ----------------------------------------------------------


class Batch(IntEnum):
    """What institutions hand over; `codes` of a batch say more about each person."""

    STOCK = 0  # support is in place when the run starts; codes: the next review, in millionths of an interval
    REFERRED = 1  # new people come; codes: 1 where IBs are on offer to their group
    DUE = 2  # a timer falls due; codes: the timer
    FINISHED = 3  # work is finished; codes: the kind of work
    DECIDED = 4  # the panel has decided, at a price; codes: the matter
    APPROACHED = 5  # a wave to the whole caseload approaches them
    AWARDED = 6  # a stream's own staff have decided; codes: the stream
    BOOKED = 7  # support is in place when the run starts, and the next review is due; codes: 1 if the first
    WAITING = 8  # referred before the run starts, and waiting for the assessment since


@compiled
def panel_decided(w: Shared, matter: int, p: int, at: int) -> None:
    """The panel has decided on a budget or a plan."""
    finance.fee(w, p, at, Category.PANEL, int(w.rules[w.people[p].group].panel_fee))
    note(w, Event.PANEL, p, at, 0, 0)
    if matter == Matter.AGREE_BUDGET:
        budget_decided(w, p, at)
    elif matter == Matter.CHANGE_PLAN:
        plan_changed(w, p, at)
    else:
        plan_decided(w, p, at)


@compiled
def taken_over(w: Shared, p: int) -> None:
    """Somebody has support when the run starts."""
    go(w, p, Stage.IN_PLACE, 0)
    switch(w, p, 0, CONVENTIONAL_SUPPORT)
    settle(w, p, 0)


@compiled
def booked(w: Shared, p: int, due_at: int, first: bool) -> None:
    """The next review of somebody taken over is known; one that is overdue is open work on day one."""
    review.schedule_known(w, p, due_at, first)
    if due_at < 0:
        open_review(w, p, due_at)


@entry
def act(w: Shared, batch: int, people: I32, codes: I32, at: I64) -> None:
    """Hand a batch over, person by person; who has left meanwhile is passed over.

    One entry for all, so that the journey is compiled once.
    """
    for i in range(people.size):
        p = people[i]
        if p < 0 or w.people[p].stage == Stage.GONE:
            continue
        if batch == Batch.DUE:
            fell_due(w, codes[i], p, at[i])
        elif batch == Batch.FINISHED:
            finished(w, codes[i], p, at[i])
        elif batch == Batch.REFERRED:
            if not w.people[p].extra or codes[i] > 0:
                referred(w, p, at[i])
        elif batch == Batch.DECIDED:
            panel_decided(w, codes[i], p, at[i])
        elif batch == Batch.APPROACHED:
            approached(w, p, at[i])
        elif batch == Batch.AWARDED:
            stream_decided(w, codes[i], p, at[i])
        elif batch == Batch.STOCK:
            taken_over(w, p)
            review.schedule_stock(w, p, codes[i] / 1e6)
        elif batch == Batch.BOOKED:
            taken_over(w, p)
            booked(w, p, at[i], codes[i] > 0)
        elif batch == Batch.WAITING:
            has_waited(w, p, at[i])
