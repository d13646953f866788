"""The codes of the journey that rooms, pathway and results share: stages, events, timers, kinds of work."""

from __future__ import annotations

from enum import IntEnum

CONVENTIONAL, IB = 0, 1
"""Arms, in the order of `units.ARMS`."""
NOTHING, CONVENTIONAL_SUPPORT, IB_SUPPORT = 0, 1, 2
"""What a person has in place; support of arm `a` is `a + 1`."""
LIFE, JOURNEY, REVIEWING = 0, 1, 2
"""Tracks of tasks: dropped when the person leaves, leaves the IB's way, or has been reviewed."""


class Stage(IntEnum):
    """Where a person is on the way; everybody is in exactly one stage at any time."""

    NOT_YET = 0
    OFFERED = 1
    ASSESSMENT = 2
    ALLOCATION = 3
    PLANNING = 4
    SIGN_OFF = 5
    ARRANGING = 6
    IN_PLACE = 7
    GONE = 8


class Event(IntEnum):
    """What is written into the history; the numbers that go with each are named behind it."""

    REFERRED = 0
    ASSESSED_FIRST = 1  # minutes since referral; arm
    REASSESSED = 2
    INDICATIVE_AGREED = 3  # minutes since the assessment
    SIGNED_OFF = 4  # minutes since the indicative budget (IB; 0 otherwise); arm
    IN_PLACE = 5  # minutes since sign-off; arm
    FIRST_SUPPORT = 6  # minutes since referral; minutes since the first assessment * 2 + arm
    OFFERED = 7
    REFUSED = 8
    CONSENTED = 9
    IB_ASSESSED = 10  # 1 where it is also a first assessment
    WITHDREW = 11
    RETURNED = 12
    REVIEW_DUE = 13
    REVIEWED = 14  # minutes after the due date; 1 where it came within the days of grace
    UNPLANNED_REVIEWED = (
        15  # minutes after the due date of a review that waited; 1 where on time, -1: none waited
    )
    CRISIS = 16
    PROTECTION = 17
    EXIT = 18  # reason
    TASK = 19  # minutes worked; kind of work
    SOJOURN = 20  # minutes at which the stage was entered; stage and arm
    REVIEW_REPLACED = 21  # due date of a review that an IB assessment takes the place of
    TRIAL = 22  # 1 where randomised to the IB arm


class Timer(IntEnum):
    """What falls due for a person."""

    EXIT = 0
    WITHDRAW = 1
    ANSWER = 2
    FORMS = 3
    RAS_OPENS = 4
    CHOSEN = 5
    BROKERED = 6
    REWORK = 7
    START = 8
    REVIEW_DUE = 9
    LATE = 10
    CLOSE_CASE = 11
    NEEDS_CHANGE = 12
    CRISIS = 13
    PROTECTION = 14
    RETURN = 15


class Work(IntEnum):
    """Kinds of work; each is a queue somewhere."""

    NEW_ASSESSMENT = 0
    SIMPLE_ASSESSMENT = 1
    IB_ASSESSMENT = 2
    CARE_PLAN = 3
    SUPPORT_PLAN = 4
    PLANNER_PLAN = 5
    ARRANGING = 6
    REASSESSMENT = 7
    CARER_ASSESSMENT = 8
    SCREENING = 9
    MONITORING = 10
    FIRST_REVIEW = 11
    ANNUAL_REVIEW = 12
    UNPLANNED_REVIEW = 13
    PROTECTION = 14
    APPROVAL = 15
    SIGN_OFF = 16
    AGREEMENT = 17
    REWORK = 18
    REPLAN = 19


class Activity(IntEnum):
    """Groupings of work, as the diary has them; 0 is kept by the engine for urgent work in hand."""

    ASSESSMENT = 1
    PLANNING = 2
    REVIEW = 3
    DECISION = 4


class ExitReason(IntEnum):
    """Why somebody is no longer supported."""

    LEFT = 0
    INELIGIBLE = 1
    WITHDREW = 2
