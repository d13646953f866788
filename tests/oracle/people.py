"""Who the oracle's people are: what is drawn at birth, which it is given, and what happens to them."""

from __future__ import annotations

from dataclasses import dataclass, field

from ibsim.words import Decision, Event, Stage, Timer, Work
from tests.oracle.purse import Purse

GROUPS = ("PD", "LD", "MH", "OP")


@dataclass(frozen=True)
class Born:
    """What people bring with them, whatever the council does; money in pence, spreads as factors."""

    group: int
    arrives_at: int
    extra: bool  # comes forward only where IBs are on offer
    has_package: bool
    direct_payment: bool
    age: int
    transition: bool
    locality: int
    exit_rate: float
    exit_exposure: float
    simple: bool
    urgent: bool
    band: int
    kept_open: bool
    simple_spread: float
    assessment_spread: float
    planning_spread: float
    arranging_spread: float
    review_spread: float
    kind_of_ib_assessment: float
    leader_place: float
    officer_place: float
    recruits_assistant: bool
    needs: float
    points_normal: float
    services_pence: int
    sp_sum: int
    sp_apart: int
    sp_conventional: int
    ilf_award: int
    ilf_place: float
    ilf_brings: bool
    ilf_conventional: int
    atw_sum: int
    ices_ib: int
    ices_conventional: int
    held: int
    held_mixed: bool
    ib_services: int
    conventional_services: int
    underspend_share: float
    payment_support_pence: int
    payroll_pence: int
    service_fund: bool
    pooled: bool
    day_care: int
    supported_living: int


@dataclass(eq=False)
class Person:
    """One person on the council's books; moments are minutes of the run, sums pence a year."""

    number: int
    id: int
    group: str
    born: Born
    in_stock: bool
    tie: int
    team: int = 0
    team_number: int = 0
    """of the teams of the group and locality, from 1"""
    # where the person is
    stage: Stage = Stage.NOT_YET
    stage_since: int = 0
    in_ib_arm: bool = False
    support: str | None = None  # "conventional" or "IB"
    case_open: bool = False
    approached: bool = False
    timers: dict[Timer, int] = field(default_factory=dict)
    come_up: dict[Decision, int] = field(default_factory=dict)
    """how often each decision has been left to chance"""
    # assessment, allocation, planning, sign-off
    assessed_at: int = -1
    points: int = 0
    indicative_budget: int = 0
    unprotected_budget: int = 0
    indicative_at: int = -1
    dispute: str = ""  # "heard now" or "over"
    plan_leader: str = ""
    final_budget: int | None = None
    budget_gap: float = 0.0
    # reviews
    review_due_at: int | None = None
    review_waits: bool = False
    """a review has fallen due and is open work"""
    overdue: bool = False
    first_review_done: bool = False
    crisis_left: float = 0.0
    crisis_since: int = 0
    # streams: what has joined the IB
    sp_budget: int = 0
    ilf_budget: int = 0
    ilf_apart: int = 0
    atw_budget: int = 0
    counted_on: int = 0
    applying: set[str] = field(default_factory=set)
    asked_at: dict[str, int] = field(default_factory=dict)
    dfg_paid: int = 0
    # money and market
    purse: Purse = field(default_factory=Purse)
    displaced_at: int = -1
    assistant_lost: bool = False


@dataclass(frozen=True)
class Noted:
    """One line of the history."""

    event: Event
    person: int
    at: int
    first: int
    second: int


@dataclass(frozen=True)
class Done:
    """One piece of work that was finished: for whom, when, by whom, and the minutes it took in all."""

    work: Work
    person: int
    at: int
    worker: int
    minutes: int
    last: bool  # False for a part of a pair whose other part is still open


@dataclass(frozen=True)
class Sum:
    """Where a sum stands in the ledger: the keys by which compare.py lays both ledgers side by side."""

    month: int
    payer: str
    category: str
    group: str
    in_ib_arm: bool
