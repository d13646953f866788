"""Kinds of work: how pressing each is, what it belongs to, and when it is dropped."""

from __future__ import annotations

from collections.abc import Sequence

from ibsim.words import JOURNEY, LIFE, REVIEWING, Activity, Work
from tests.oracle.work import Kind

ACTIVITIES = {
    Activity.ASSESSMENT: (
        Work.NEW_ASSESSMENT, Work.SIMPLE_ASSESSMENT, Work.IB_ASSESSMENT, Work.REASSESSMENT,
        Work.CARER_ASSESSMENT, Work.SCREENING, Work.PROTECTION, Work.OT_ASSESSMENT, Work.OT_EQUIPMENT,
        Work.EMERGENCY,
    ),
    Activity.PLANNING: (
        Work.CARE_PLAN, Work.SUPPORT_PLAN, Work.PLANNER_PLAN, Work.ARRANGING, Work.REWORK, Work.REPLAN,
        Work.APPLICATION, Work.PLAN_CHANGE,
    ),
    Activity.REVIEW: (
        Work.MONITORING, Work.FIRST_REVIEW, Work.ANNUAL_REVIEW, Work.UNPLANNED_REVIEW,
    ),
    Activity.DECISION: (Work.APPROVAL, Work.SIGN_OFF, Work.AGREEMENT),
}  # fmt: skip
ACTIVITY_OF = {work: activity for activity, works in ACTIVITIES.items() for work in works}
AS_PRESSING_AS = {
    Work.REWORK: Work.SUPPORT_PLAN,
    Work.APPLICATION: Work.SUPPORT_PLAN,
    Work.REPLAN: Work.REASSESSMENT,
    Work.PLAN_CHANGE: Work.REASSESSMENT,
    Work.UNPLANNED_REVIEW: Work.REASSESSMENT,
    Work.PROTECTION: Work.NEW_ASSESSMENT,
    Work.EMERGENCY: Work.NEW_ASSESSMENT,
}
"""Work that has no priority of its own; what is in neither list is at a desk that does nothing else."""
OPENS_A_CASE = {
    Work.NEW_ASSESSMENT, Work.IB_ASSESSMENT, Work.CARE_PLAN, Work.SUPPORT_PLAN, Work.ARRANGING,
    Work.REASSESSMENT, Work.EMERGENCY,
}  # fmt: skip
FOR_TRAINED_STAFF = {Work.IB_ASSESSMENT, Work.SUPPORT_PLAN, Work.REWORK}
"""Work that is learnt, and that only co-ordinators trained for IBs do."""
WHILE_REVIEWING = {Work.FIRST_REVIEW, Work.ANNUAL_REVIEW}
FOR_LIFE = {
    Work.UNPLANNED_REVIEW, Work.PROTECTION, Work.REASSESSMENT, Work.REPLAN, Work.CARER_ASSESSMENT,
    Work.PLAN_CHANGE, Work.OT_ASSESSMENT, Work.OT_EQUIPMENT, Work.EMERGENCY,
}  # fmt: skip
"""Work that outlives the journey; everything else is dropped when the person leaves it."""


def track_of(work: Work) -> int:
    """What drops the work: leaving the council (life), the way to an IB (journey), or a review."""
    if work in WHILE_REVIEWING:
        return REVIEWING
    return LIFE if work in FOR_LIFE else JOURNEY


def all_kinds(priorities: Sequence[str]) -> list[Kind]:
    """The kinds in the order of their codes; priorities name them, most pressing first."""
    place = {Work[name.upper()]: level for level, name in enumerate(priorities, start=1)}
    return [
        Kind(
            level=place.get(AS_PRESSING_AS.get(work, work), 1),
            activity=ACTIVITY_OF[work],
            opens_case=work in OPENS_A_CASE,
            flagged_only=work in FOR_TRAINED_STAFF,
            learnt=work in FOR_TRAINED_STAFF,
        )
        for work in Work
    ]
