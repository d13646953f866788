"""The journey of a person: what follows when work is finished, when a timer falls due, when others decide."""

from __future__ import annotations

from collections.abc import Callable

from ibsim.words import Event, ExitReason, Matter, Timer, Work
from tests.oracle import money
from tests.oracle.council import Council
from tests.oracle.journey import assessing, budgets, leaving, plans, reviews, streams
from tests.oracle.people import Person

Step = Callable[[Council, Person, int], None]

AFTER_WORK: dict[Work, Step] = {
    Work.SIMPLE_ASSESSMENT: assessing.simply_assessed,
    Work.NEW_ASSESSMENT: assessing.assessed,
    Work.IB_ASSESSMENT: assessing.assessed,
    Work.CARE_PLAN: plans.ask_for_decision,
    Work.SUPPORT_PLAN: plans.ask_for_decision,
    Work.PLANNER_PLAN: plans.ask_for_decision,
    Work.APPROVAL: plans.plan_decided,
    Work.SIGN_OFF: plans.plan_decided,
    Work.AGREEMENT: budgets.budget_decided,
    Work.REWORK: plans.reworked,
    Work.ARRANGING: plans.arranged,
    Work.FIRST_REVIEW: reviews.review_done,
    Work.ANNUAL_REVIEW: reviews.review_done,
    Work.UNPLANNED_REVIEW: reviews.unplanned_review_done,
    Work.REASSESSMENT: reviews.reassessed,
    Work.REPLAN: reviews.replanned,
    Work.APPLICATION: streams.send_applications,
    Work.OT_ASSESSMENT: streams.adaptation_assessed,
    Work.OT_EQUIPMENT: streams.equipment_assessed,
    Work.EMERGENCY: reviews.placed_again,
}
"""Carers' assessments, screening, monitoring, protection and changes of plans lead nowhere."""


def _asks(matter: Matter) -> Step:
    return lambda council, person, at: council.ask(matter, person, at)


def _dies_or_moves(council: Council, person: Person, at: int) -> None:
    leaving.leave(council, person, at, ExitReason.LEFT)


WHEN_DUE: dict[Timer, Step] = {
    Timer.EXIT: _dies_or_moves,
    Timer.WITHDRAW: leaving.withdrew,
    Timer.ANSWER: assessing.answered,
    Timer.FORMS: assessing.forms_done,
    Timer.RAS_OPENS: budgets.ask_for_budget,
    Timer.CHOSEN: plans.chosen,
    Timer.BROKERED: plans.brokered,
    Timer.REWORK: plans.rework,
    Timer.START: plans.started,
    Timer.REVIEW_DUE: reviews.review_due,
    Timer.LATE: reviews.became_late,
    Timer.CLOSE_CASE: leaving.case_closes,
    Timer.NEEDS_CHANGE: reviews.needs_changed,
    Timer.CRISIS: reviews.crisis,
    Timer.PROTECTION: reviews.protection_referral,
    Timer.RETURN: leaving.returned,
    Timer.DISPUTE_HEARD: budgets.dispute_heard,
    Timer.SP_DECISION: _asks(Matter.APPLY_SP),
    Timer.ILF_DECISION: _asks(Matter.APPLY_ILF),
    Timer.ATW_DECISION: _asks(Matter.APPLY_ATW),
    Timer.DFG_NEED: streams.adaptation_needed,
    Timer.DFG_DECISION: _asks(Matter.APPLY_DFG),
    Timer.PLAN_CHANGE: reviews.plan_changes,
    Timer.PROTECTION_ENDS: budgets.protection_ends,
    Timer.SEARCH: reviews.placed_again,
}


def panel_decided(council: Council, matter: Matter, person: Person, at: int) -> None:
    """The panel has decided on a budget or a plan, at a price."""
    money.fee(council, person, at, "PANEL", round(council.levers.finance.panel_gbp_per_case * 100))
    council.note(Event.PANEL, person, at)
    if matter == Matter.AGREE_BUDGET:
        budgets.budget_decided(council, person, at)
    elif matter == Matter.CHANGE_PLAN:
        reviews.plan_changed(council, person, at)
    else:
        plans.plan_decided(council, person, at)
