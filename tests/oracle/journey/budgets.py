"""From a score to an indicative budget that is agreed."""

from __future__ import annotations

from ibsim.words import Decision, Desk, Event, Matter, Stage, Timer, Work
from tests.oracle import allocation
from tests.oracle.calendar import DAY, HOUR
from tests.oracle.council import Council
from tests.oracle.journey.leaving import back_to_conventional
from tests.oracle.journey.steps import open_work, pause, reprice, worth_of_package
from tests.oracle.journey.streams import join_streams
from tests.oracle.people import Person


def ask_for_budget(council: Council, person: Person, at: int) -> None:
    """A score is ready: a panel or a manager agrees the indicative budget."""
    a = council.levers.allocation
    if a.agreed_by == "panel":
        council.ask(Matter.AGREE_BUDGET, person, at)
    else:
        open_work(council, Work.AGREEMENT, person, int(a.agreement_hours * HOUR), at, desk=Desk.MANAGER)


def budget_decided(council: Council, person: Person, at: int) -> None:
    """The score is sent back, or a budget comes of it; some dispute it."""
    a = council.levers.allocation
    if council.chance(Decision.INDICATIVE_RETURNED, person, a.returned_percent / 100):
        open_work(council, Work.REWORK, person, int(a.scoring_hours * HOUR), at)
        return
    if allocation.by_outcome(council):
        person.indicative_budget, person.unprotected_budget, person.indicative_at = 0, 0, at
        budget_agreed(council, person, at)
        return
    allocation.allocate(council, person, at, worth_of_package(council, person))
    if allocation.disputes(council, person):
        council.note(Event.DISPUTED, person, at)
        council.set_timer(Timer.DISPUTE_HEARD, person, at + int(a.dispute_days * DAY))
    else:
        budget_agreed(council, person, at)


def dispute_heard(council: Council, person: Person, at: int) -> None:
    """The co-ordinator makes the case; the answer is final."""
    open_work(council, Work.REWORK, person, int(council.levers.allocation.dispute_hours * HOUR), at)


def budget_agreed(council: Council, person: Person, at: int) -> None:
    """The indicative budget is agreed: some refuse one below their package, the others go on to plan."""
    s = council.levers.planning
    council.note(Event.INDICATIVE_AGREED, person, at, at - person.assessed_at, person.indicative_budget)
    if not allocation.by_outcome(council):
        present = worth_of_package(council, person)
        if allocation.refuses_lower(council, person, person.indicative_budget, present):
            council.note(Event.REFUSED, person, at, 1)
            back_to_conventional(council, person, at)
            return
        join_streams(council, person, at, person.indicative_budget)
    council.move(person, Stage.PLANNING, at)
    person.plan_leader = who_leads(council, person)
    delay = council.delay(Decision.CHOOSING, person, s.choosing_days_median, s.choosing_sigma)
    delay += pause(council, Decision.PLANNING_PAUSED, Decision.PLANNING_PAUSE, person, s.paused_percent)
    council.set_timer(Timer.CHOSEN, person, at + delay)


def who_leads(council: Council, person: Person) -> str:
    """Who leads the plan; without planners in post their share falls to the co-ordinators."""
    who, place = council.levers.planning.who_plans, person.born.leader_place
    if place < who.coordinator_percent:
        return "co-ordinator"
    by_planner = who.coordinator_percent + who.support_planner_percent
    if place < by_planner:
        return "planner" if council.staff.has_post(Desk.PLANNER) else "co-ordinator"
    return "broker" if place < by_planner + who.external_broker_percent else "user or family"


def protection_ends(council: Council, person: Person, at: int) -> None:
    """The years of transitional protection are over: the budget falls to what the points make of it."""
    if person.support == "IB":
        allocation.end_protection(council, person)
        reprice(council, person, at)
