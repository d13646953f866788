"""The journey of a person through the rooms: the only place where rooms meet.

What is done and what comes next stand here and nowhere else: `finished` says what follows when a
piece of work is done, `fell_due` what happens when a timer falls due; the steps themselves are in
the files beside this one, in the order of the journey.  Every verb takes the shared tables `w`, a
person `p` (a row) and a moment `at` (minutes since the run's first day).
"""

from __future__ import annotations

from enum import IntEnum

from ibsim.compiled import compiled, entry
from ibsim.engine.shared import Shared
from ibsim.engine.state import I32, I64
from ibsim.engine.verbs import falls_due, note, request, stays_since
from ibsim.pathway.assessing import answered, approached, assessed, forms_done, referred, simply_assessed
from ibsim.pathway.budgets import ask_for_budget, budget_decided, dispute_heard, protection_ends
from ibsim.pathway.leaving import case_closes, leave, returned, withdrew
from ibsim.pathway.plans import (
    arranged,
    ask_for_decision,
    brokered,
    chosen,
    plan_decided,
    rework,
    reworked,
    started,
)
from ibsim.pathway.reviews import (
    became_late,
    crisis,
    displaced,
    needs_changed,
    open_review,
    placed_again,
    plan_changed,
    plan_changes,
    protection_referral,
    reassessed,
    replanned,
    review_done,
    review_due,
    unplanned_review_done,
)
from ibsim.pathway.steps import go, price_moves, settle, switch
from ibsim.pathway.streams import adaptation_assessed, adaptation_needed, equipment_assessed, stream_decided
from ibsim.pathway.ways import FOLLOWS as FOLLOWS
from ibsim.policy import finance, review
from ibsim.policy.funding import room as funding
from ibsim.words import CONVENTIONAL_SUPPORT, Category, Event, ExitReason, Matter, Stage, Timer, Work


@compiled
def has_waited(w: Shared, p: int, since: int) -> None:
    """Somebody was referred before the run starts, and waits for the assessment."""
    stays_since(w, p, since)
    referred(w, p, since)


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
    elif timer == Timer.SEARCH:
        placed_again(w, p, at)


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
    elif work == Work.EMERGENCY:
        placed_again(w, p, at)


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
    NOTICE = 9  # a provider gives notice; codes: the provider
    CLOSED = 10  # a provider closes; codes: the provider
    REPRICED = 11  # prices have changed


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
            if falls_due(w, codes[i], p, at[i]):
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
        elif batch == Batch.NOTICE:
            displaced(w, p, at[i], codes[i], False)
        elif batch == Batch.CLOSED:
            displaced(w, p, at[i], codes[i], True)
        elif batch == Batch.REPRICED:
            price_moves(w, p, at[i])
