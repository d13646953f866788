"""From a score to an indicative budget that is agreed."""

from __future__ import annotations

from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import note, request, set_timer
from ibsim.pathway.leaving import back_to_conventional
from ibsim.pathway.steps import go, reprice, supported
from ibsim.pathway.streams import join_streams
from ibsim.policy import assessment, packages, planning, signoff
from ibsim.policy.allocation import room as allocation
from ibsim.policy.workforce import verbs as workforce
from ibsim.words import IB_SUPPORT, Decision, Desk, Event, Matter, Stage, Timer, Work


@compiled
def ask_for_budget(w: Shared, p: int, at: int) -> None:
    """A score is ready: a panel or a manager agrees the indicative budget."""
    rule = w.rules[w.people[p].group]
    if rule.budget_by_panel > 0:
        request(w, Matter.AGREE_BUDGET, p, at)
    else:
        workforce.open_at_desk(w, Desk.MANAGER, Work.AGREEMENT, p, int(rule.agreement_minutes), at)


@compiled
def present_sum(w: Shared, p: int) -> int:
    """What would be worth the services in place, pence a year: nothing for new people."""
    return packages.years_sum(w, p, packages.conventional_services(w, p)) if supported(w, p) else 0


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
def dispute_heard(w: Shared, p: int, at: int) -> None:
    """The co-ordinator makes the case; the answer is final."""
    minutes = int(w.rules[w.people[p].group].dispute_minutes)
    workforce.open_work(w, Work.REWORK, p, minutes, at, False)


@compiled
def protection_ends(w: Shared, p: int, at: int) -> None:
    """The years of transitional protection are over: the budget falls to what the points make of it."""
    if w.people[p].support == IB_SUPPORT:
        final = w.people[p].final_budget
        signoff.add(w, p, allocation.without_protection(w, p, final) - final)
        reprice(w, p, at)
