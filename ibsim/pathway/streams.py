"""The other streams: how each joins a budget, applications, adaptations and equipment."""

from __future__ import annotations

from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import chance, minutes_of, note, set_timer
from ibsim.pathway.steps import reprice
from ibsim.policy import finance, planning, signoff
from ibsim.policy.allocation import room as allocation
from ibsim.policy.funding import adaptations
from ibsim.policy.funding import room as funding
from ibsim.policy.workforce import verbs as workforce
from ibsim.words import IB, Category, Decision, Desk, Event, Stream, Timer, Work


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
def ask_ot(w: Shared, work: int, p: int, at: int, stream: int) -> None:
    """An occupational therapist is asked to assess, and comes when one has a day free."""
    minutes = adaptations.ask_for_ot(w, p, stream, at)
    ready = at + int(w.rules[w.people[p].group].ot_wait)
    workforce.open_at_desk(w, Desk.OT, work, p, minutes, ready)


@compiled
def adaptation_needed(w: Shared, p: int, at: int) -> None:
    """A major adaptation is needed: an OT assesses first, unless one is in hand that can be widened."""
    adaptations.watch_adaptation(w, p, at)
    if not adaptations.adaptation_in_hand(w, p):
        ask_ot(w, Work.OT_ASSESSMENT, p, at, Stream.DFG)


@compiled
def adaptation_assessed(w: Shared, p: int, at: int) -> None:
    """The OT has assessed: those whom the means test leaves a grant apply; the council may pay first."""
    rule = w.rules[w.people[p].group]
    note(w, Event.OT_ASSESSED, p, at, at - funding.asked_at(w, p, Stream.DFG), Stream.DFG + 0)
    if not chance(w, Decision.DFG_PASSED, p, rule.dfg_passed):
        adaptations.close_adaptation(w, p)
        return
    if chance(w, Decision.DFG_PAID_FIRST, p, rule.dfg_upfront):
        cost = adaptations.adaptation(w, p)
        adaptations.pay_first(w, p, cost)
        finance.pay(w, p, at, Stream.ASC, Category.ADAPTATION, cost)
    set_timer(w, Timer.DFG_DECISION, p, at + int(rule.dfg_delay))


@compiled
def adapted(w: Shared, p: int, at: int) -> None:
    """The grant is made: what the council has paid is charged on."""
    note(w, Event.DECIDED, p, at, at - funding.asked_at(w, p, Stream.DFG), Stream.DFG + 0)
    cost = w.people[p].dfg_paid
    if cost > 0:
        finance.pay(w, p, at, Stream.ASC, Category.ADAPTATION, -cost)
    else:
        cost = adaptations.adaptation(w, p)
    adaptations.close_adaptation(w, p)
    finance.pay(w, p, at, Stream.DFG, Category.ADAPTATION, cost)
    awarded(w, p, at, Stream.DFG, cost)


@compiled
def equipped(w: Shared, p: int, at: int) -> None:
    """Support has started: some of its equipment takes an OT's assessment."""
    weekly = funding.ices_weekly(w, p, w.people[p].arm == IB)
    if adaptations.equipment_takes_ot(w, p, weekly):
        ask_ot(w, Work.OT_EQUIPMENT, p, at, Stream.ICES)


@compiled
def equipment_assessed(w: Shared, p: int, at: int) -> None:
    """The OT has assessed for equipment."""
    note(w, Event.OT_ASSESSED, p, at, at - funding.asked_at(w, p, Stream.ICES), Stream.ICES + 0)
