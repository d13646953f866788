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
    SOJOURN = 19  # minutes at which the stage was entered; stage * 2 + arm
    REVIEW_REPLACED = 20  # due date of a review that an IB assessment takes the place of
    PANEL = 21
    FINAL_BUDGET = 22  # pence a year of council money at sign-off; those of the indicative budget
    COMPARED = 23  # pence a week that an IB in place of a package comes to; those of the old package
    AWARDED = 24  # pence a year (of a DFG: once); stream * 2 + 1 where granted, + 0 where not
    DECIDED = 25  # minutes from application to decision; stream
    DISPUTED = 26
    PLAN_CHANGED = 27
    GUESS_FAILED = 28  # pence a year that the council meets in place of an award that it had counted on
    OT_ASSESSED = 29  # minutes from the request to the assessment; stream that asked
    ROOM_FOUND = 30  # minutes since a provider was first asked for in vain; arm
    DISPLACED = 31  # provider that has closed
    PLACED_AGAIN = 32  # minutes since then


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
    DISPUTE_HEARD = 16
    SP_DECISION = 17
    ILF_DECISION = 18
    ATW_DECISION = 19
    DFG_NEED = 20
    DFG_DECISION = 21
    PLAN_CHANGE = 22
    PROTECTION_ENDS = 23
    SEARCH = 24


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
    APPLICATION = 20
    OT_ASSESSMENT = 21
    PLAN_CHANGE = 22
    OT_EQUIPMENT = 23
    EMERGENCY = 24


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


class Decision(IntEnum):
    """What is left to chance on the way; each has its own draws."""

    WITHDRAWAL = 0
    NEEDS_CHANGE = 1
    APPOINTMENT = 2
    FORMS = 3
    ASSESSMENT_PAUSED = 4
    ASSESSMENT_PAUSE = 5
    CARER = 6
    INDICATIVE_RETURNED = 7
    REFUSES_LOWER = 8
    CHOOSING = 9
    PLANNING_PAUSED = 10
    PLANNING_PAUSE = 11
    BROKER = 12
    PLAN_RETURNED = 13
    SERVICE_START = 14
    RECRUITING = 15
    CRIMINAL_RECORD_CHECK = 16
    ARRANGING_PAUSED = 17
    ARRANGING_PAUSE = 18
    REASSESSMENT = 19
    CRISIS = 20
    PROTECTION = 21
    ANSWER = 22
    REFUSES = 23
    RETURN = 24
    OUTCOME_COST = 25
    ADJUSTED = 26
    ADJUSTMENT = 27
    DISPUTES = 28
    UPHELD = 29
    FINAL_CHANGED = 30
    GAP = 31
    GAP_REFUSED = 32
    ILF_APPLIES = 33
    ILF_AWARDED = 34
    ILF_DELAY = 35
    ILF_TWO_PLANS = 36
    ILF_COUNTED_ON = 37
    SP_AWARDED = 38
    DFG_NEED = 39
    DFG_PASSED = 40
    OT_NEEDED = 41
    PLAN_CHANGE = 42
    DFG_COST = 43
    DFG_PAID_FIRST = 44
    PROVIDER = 45
    STAYS = 46
    RECRUITING_FAILS = 47
    ASSISTANT_LOST = 48


class Desk(IntEnum):
    """Where somebody works."""

    COORDINATOR = 0
    ACCESS = 1
    PLANNER = 2
    OFFICER = 3
    MANAGER = 4
    OT = 5


class FilledIn(IntEnum):
    """By whom an IB assessment is filled in."""

    SELF = 0
    SUPPORTED = 1
    PROFESSIONAL = 2


class Leader(IntEnum):
    """Who leads a support plan."""

    COORDINATOR = 0
    SUPPORT_PLANNER = 1
    EXTERNAL_BROKER = 2
    USER_OR_FAMILY = 3


class Category(IntEnum):
    """What money is spent on; the first ones are what packages and budgets buy."""

    PERSONAL_ASSISTANCE = 0
    HOME_CARE = 1
    DAY_CARE = 2
    SUPPORTED_LIVING = 3
    MEALS = 4
    LEISURE = 5
    MAINSTREAM = 6
    OTHER_SERVICES = 7
    BRIDGING = 8  # what cover costs on top after a closure
    UNSPENT = 9  # left in an IB holder's account
    INDEPENDENT_LIVING = 10  # the ILF's money beside a package, spent on assistants
    HOUSING_SUPPORT = 11  # Supporting People's money beside a package
    EQUIPMENT = 12
    OTHER_SUPPORT = 13  # of people without an ongoing package
    PLANNING_FEE = 14
    PANEL = 15
    PAYMENT_SUPPORT = 16
    ADAPTATION = 17
    CLAWBACK = 18
    VOID = 19  # block hours paid and not used
    IN_HOUSE = 20  # overheads of in-house services that their hours do not cover
    MARKET_SUPPORT = 21  # grants to providers
    ASSESSMENT_TIME = 22  # pay, from here to AGENCY_PREMIUM: for what the hours went
    PLANNING_TIME = 23
    REVIEW_TIME = 24
    DECISION_TIME = 25
    CASE_SUPPORT_TIME = 26
    CONTACT_TIME = 27
    ORGANISATIONAL_TIME = 28
    TRAVEL_TIME = 29
    SPARE_TIME = 30
    OVERTIME_PREMIUM = 31
    AGENCY_PREMIUM = 32
    SUPPORT_PLANNERS = 33  # pay of the in-house desk, whatever its hours went for
    SETUP_TEAM = 34  # the first year's project team, then a leader
    SETUP_SYSTEMS = 35
    SETUP_WORKFORCE = 36
    SETUP_PLANNING = 37
    SETUP_MARKET = 38
    SETUP_OTHER = 39
    DUAL_ADMINISTRATION = 40
    PILOT_GRANT = 41  # income, negative
    USER_CHARGES = 42  # income, negative


SOLD = (
    Category.PERSONAL_ASSISTANCE,
    Category.HOME_CARE,
    Category.DAY_CARE,
    Category.SUPPORTED_LIVING,
    Category.MEALS,
)
"""The services that providers sell, in the order of their codes 0 to 4."""
BOUGHT = Category.EQUIPMENT + 0
"""How many categories stand for what packages and budgets buy: the first ones."""
PACKAGE = tuple(Category(category) for category in range(BOUGHT + 1))
"""The categories that make up packages and budgets in place, equipment among them."""
PAID_TIME = (
    Category.ASSESSMENT_TIME,
    Category.PLANNING_TIME,
    Category.REVIEW_TIME,
    Category.DECISION_TIME,
    Category.CASE_SUPPORT_TIME,
    Category.CONTACT_TIME,
    Category.ORGANISATIONAL_TIME,
    Category.TRAVEL_TIME,
    Category.SPARE_TIME,
)
"""What paid hours go for: the four activities of `Activity` in its order, then all that is no task."""
CARE_MANAGEMENT_TIME = (*PAID_TIME, Category.OVERTIME_PREMIUM, Category.AGENCY_PREMIUM)
"""Pay of all desks but the in-house support planners', whose own category is SUPPORT_PLANNERS."""


SETUP = (
    Category.SETUP_TEAM,
    Category.SETUP_SYSTEMS,
    Category.SETUP_WORKFORCE,
    Category.SETUP_PLANNING,
    Category.SETUP_MARKET,
    Category.SETUP_OTHER,
)
"""What introducing IBs costs, apart from running two systems side by side."""
INCOME = (Category.PILOT_GRANT, Category.USER_CHARGES)
"""Money that comes in; it stands in the ledger with a minus, and is no part of the gross cost."""


class Stream(IntEnum):
    """Who pays: the council's adult social care, and the five streams beside it."""

    ASC = 0
    SP = 1
    ILF = 2
    ATW = 3
    DFG = 4
    ICES = 5


class Matter(IntEnum):
    """What people ask of the panel, and from APPLY_SP on of the streams' own staff."""

    AGREE_BUDGET = 0
    DECIDE_PLAN = 1
    CHANGE_PLAN = 2
    APPLY_SP = 3
    APPLY_ILF = 4
    APPLY_ATW = 5
    APPLY_DFG = 6
