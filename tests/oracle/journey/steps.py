"""Steps that several ways share: open work, move to a stage, put support in place."""

from __future__ import annotations

from ibsim.words import Decision, Desk, Event, Stage, Timer, Work
from tests.oracle import buying, money
from tests.oracle.calendar import DAY, HOUR, WEEK, WEEKS_A_YEAR, YEAR
from tests.oracle.council import Council, lasting
from tests.oracle.draws import single, whole
from tests.oracle.kinds import track_of
from tests.oracle.people import Person
from tests.oracle.work import Join, Task

SEARCH_AGAIN = WEEK
"""Minutes until a provider is looked for again where none had room."""


def open_work(
    council: Council, work: Work, person: Person, minutes: int, at: int, *,
    visits: int = 1, urgent: bool = False, desk: Desk | None = None,
) -> Task:  # fmt: skip
    """Open work at the person's own team, or at another desk."""
    team = person.team if desk is None else council.staff.team_of_desk[desk]
    gap = round(council.levers.assessment.visit_gap_days)
    return council.office.open(
        int(work), person.number, team, minutes, at,
        visits=visits, gap_days=gap, urgent=urgent, track=track_of(work),
    )  # fmt: skip


def join(*tasks: Task) -> None:
    """Of these tasks only the last one to end counts as done."""
    both = Join(len(tasks))
    for task in tasks:
        task.join = both


def forget(council: Council, person: Person, *tracks: int) -> None:
    for track in tracks:
        council.office.forget(person.number, track)


def pause(council: Council, whether: Decision, length: Decision, person: Person, percent: float) -> int:
    """Minutes that a person puts a step off: none for most, long for the others."""
    if not council.chance(whether, person, percent / 100):
        return 0
    return whole(council.exponential(length, person) * council.levers.assessment.pause_days_mean * DAY)


def appointment(council: Council, person: Person) -> int:
    """Minutes until the first visit suits everybody."""
    s = council.levers.assessment
    return council.delay(Decision.APPOINTMENT, person, s.appointment_days_median, s.appointment_sigma)


def assess(council: Council, person: Person, at: int) -> Task:
    """Open a community care assessment.  An urgent one starts at once, in one piece."""
    s = council.levers.assessment
    hours = getattr(s.conventional_hours, person.group)
    minutes = whole(hours * HOUR * person.born.assessment_spread)
    if person.born.urgent:
        return open_work(council, Work.NEW_ASSESSMENT, person, minutes, at, urgent=True)
    ready = at + appointment(council, person)
    visits = s.conventional_visits
    return open_work(council, Work.NEW_ASSESSMENT, person, minutes, ready, visits=visits)


def unplanned_review_minutes(council: Council, person: Person) -> int:
    hours = getattr(council.levers.review.unplanned_review_hours, person.group)
    return whole(hours * HOUR * person.born.review_spread)


def coordinator_minutes(council: Council, person: Person) -> int:
    """The co-ordinator's minutes for a support plan, by who leads it."""
    s = council.levers.planning
    hours = {
        "co-ordinator": s.coordinator_hours,
        "user or family": s.coordinator_hours_if_user_leads,
    }.get(person.plan_leader, s.coordinator_hours_if_planner_leads)
    return whole(hours * HOUR * person.born.planning_spread)


# --- support in place ---------------------------------------------------------------------------------


def content(council: Council, person: Person) -> float:
    """What a pound of an IB is worth in the pounds of packages."""
    return float(getattr(council.levers.packages.plan_content_factor, person.group))


def worth_a_week(council: Council, person: Person, pence_a_year: int) -> int:
    return whole(pence_a_year * content(council, person) / WEEKS_A_YEAR)


def worth_of_package(council: Council, person: Person) -> int:
    """The sum of an IB, pence a year, that would be worth the services in place: none for new people."""
    if person.support is None or content(council, person) <= 0:
        return 0
    return whole(person.born.services_pence * WEEKS_A_YEAR / content(council, person))


def switch(council: Council, person: Person, at: int, support: str) -> None:
    """Support changes: what is due for the old is posted, and the new one's price runs."""
    money.accrue(council, person, at)
    person.support = support
    buying.start_price(council, person, at, keep=False)


def price_moves(council: Council, person: Person, at: int) -> None:
    """What is in place has another price now: what is due at the old one is posted, and the new one runs."""
    if person.support is not None:
        money.accrue(council, person, at)
        buying.start_price(council, person, at, keep=True)


def reprice(council: Council, person: Person, at: int) -> None:
    """A sum of an IB in place has changed."""
    if person.support == "IB":
        price_moves(council, person, at)


def settle(council: Council, person: Person, at: int) -> None:
    """With the first support life's own clocks start: exit, changes of need, crises, protection."""
    born = person.born
    if born.exit_rate > 0:  # both are kept to seven digits, and so is what they come to
        years = single(born.exit_exposure / born.exit_rate)
        council.set_timer(Timer.EXIT, person, at + lasting(years, 1.0))
    watch_needs(council, person, at)
    start_crises(council, person, at)
    watch_safety(council, person, at)
    watch_adaptation(council, person, at)


def watch_needs(council: Council, person: Person, at: int) -> None:
    rate = getattr(council.levers.population.needs_change_rate_per_year, person.group)
    council.set_hazard(Timer.NEEDS_CHANGE, Decision.NEEDS_CHANGE, person, at, rate)


def watch_safety(council: Council, person: Person, at: int) -> None:
    """Draw the next adult-protection referral; an IB holder's may be likelier."""
    s = council.levers.safeguarding
    rate = s.referrals_per_1000_per_year / 1000 * (s.ib_factor if person.support == "IB" else 1.0)
    council.set_hazard(Timer.PROTECTION, Decision.PROTECTION, person, at, rate)


def watch_adaptation(council: Council, person: Person, at: int) -> None:
    """Draw when a package holder will next need a major adaptation."""
    if person.born.has_package:
        rate = getattr(council.levers.funding.dfg.need_percent_per_year, person.group) / 100
        council.set_hazard(Timer.DFG_NEED, Decision.DFG_NEED, person, at, rate)


# --- crises -------------------------------------------------------------------------------------------


def crisis_rate(council: Council, person: Person) -> float:
    s = council.levers.review
    rate = getattr(s.crisis_rate_per_year, person.group)
    return float(rate * (s.crisis_factor_overdue if person.overdue else 1.0))


def start_crises(council: Council, person: Person, at: int) -> None:
    """Draw the next crisis: a unit exponential, used up at the rate that holds."""
    person.crisis_left = single(council.exponential(Decision.CRISIS, person))
    _run_down(council, person, at)


def set_overdue(council: Council, person: Person, at: int, overdue: bool) -> None:
    """A review becomes, or is no longer, overdue: from now on a crisis is likelier, or less so."""
    if person.overdue == overdue:
        return
    used = (at - person.crisis_since) / YEAR * crisis_rate(council, person)
    person.crisis_left = single(max(person.crisis_left - used, 0.0))
    person.overdue = overdue
    _run_down(council, person, at)


def _run_down(council: Council, person: Person, at: int) -> None:
    person.crisis_since = at
    wait = lasting(person.crisis_left, crisis_rate(council, person))
    council.set_timer(Timer.CRISIS, person, at + wait)


# --- reviews ------------------------------------------------------------------------------------------


def schedule_review(council: Council, person: Person, due_at: int) -> None:
    """The next review falls due then."""
    person.review_due_at, person.review_waits = due_at, False
    council.set_timer(Timer.REVIEW_DUE, person, due_at)
    person.timers.pop(Timer.LATE, None)


def schedule_first_review(council: Council, person: Person, at: int) -> None:
    person.first_review_done = False
    schedule_review(council, person, at + whole(council.levers.review.first_review_weeks * WEEK))


def up_to_date(council: Council, person: Person, at: int) -> None:
    """A review, or an assessment for an IB, is done."""
    person.first_review_done = True
    set_overdue(council, person, at, False)


def close_case_after(council: Council, person: Person, at: int, weeks: float) -> None:
    """The case closes in time, unless it stays open for good."""
    if not person.born.kept_open:
        council.set_timer(Timer.CLOSE_CASE, person, at + int(weeks * WEEK))


def note_exit(council: Council, person: Person, at: int, reason: int) -> None:
    council.note(Event.EXIT, person, at, reason, int(person.support is not None))


def is_in_place(person: Person) -> bool:
    return person.stage == Stage.IN_PLACE
