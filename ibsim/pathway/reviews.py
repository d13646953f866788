"""Reviews, and what breaks in."""

from __future__ import annotations

from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import minutes_of, note, request, set_timer
from ibsim.pathway.assessing import approached
from ibsim.pathway.buying import start_price
from ibsim.pathway.leaving import leave
from ibsim.pathway.steps import SEARCH_AGAIN, supported
from ibsim.policy import (
    access,
    assessment,
    finance,
    packages,
    planning,
    population,
    review,
    safeguarding,
)
from ibsim.policy.deployment import room as deployment
from ibsim.policy.market import verbs as market
from ibsim.policy.rollout import room as rollout
from ibsim.policy.workforce import verbs as workforce
from ibsim.words import (
    CONVENTIONAL_SUPPORT,
    IB_SUPPORT,
    REVIEWING,
    Category,
    Desk,
    Event,
    ExitReason,
    Matter,
    Stage,
    Stream,
    Timer,
    Work,
)


@compiled
def open_review(w: Shared, p: int, at: int) -> None:
    """A review has fallen due at a moment: it is open work from then on."""
    person = w.people[p]
    note(w, Event.REVIEW_DUE, p, at, 0, 0)
    review.opens(w, p)
    set_timer(w, Timer.LATE, p, at + review.grace(w, p) + 1)
    officer = review.goes_to_officer(w, p) and not workforce.owned(w, p)
    minutes = review.review_minutes(w, p, officer)
    work = Work.ANNUAL_REVIEW + 0 if person.first_review_done else Work.FIRST_REVIEW + 0
    if officer:
        workforce.open_at_desk(w, Desk.OFFICER, work, p, minutes, at)
    else:
        workforce.open_work(w, work, p, minutes, at, False)


@compiled
def review_due(w: Shared, p: int, at: int) -> None:
    """A review falls due; on the way to an IB it waits until the person is back."""
    if w.people[p].stage == Stage.IN_PLACE:
        open_review(w, p, at)


@compiled
def after_review(w: Shared, p: int, at: int) -> None:
    """The next review is set; who is no longer eligible leaves; some need a reassessment."""
    review.reviewed(w, p, at)
    review.schedule_next(w, p, at)
    if not access.eligible(w, p):
        leave(w, p, at, ExitReason.INELIGIBLE)
    elif review.needs_reassessment(w, p) and w.people[p].stage == Stage.IN_PLACE:
        workforce.open_case(w, p)
        workforce.open_work(w, Work.REASSESSMENT, p, assessment.reassessment_minutes(w, p), at, False)


@compiled
def settle_accounts(w: Shared, p: int, at: int) -> None:
    """At the review: the council takes back what it may of what an IB has not spent since the last one."""
    back = deployment.clawed_back(w, p, w.people[p].final_budget)
    if back > 0:
        pence = minutes_of(packages.worth(w, p, back) * review.weeks_between(w, p))
        finance.pay(w, p, at, Stream.ASC, Category.CLAWBACK, -pence)


@compiled
def review_done(w: Shared, p: int, at: int) -> None:
    """A planned review is done; some are approached at it."""
    late = at - w.people[p].review_due_at
    note(w, Event.REVIEWED, p, at, late, 1 if late <= review.grace(w, p) else 0)
    if w.people[p].support == IB_SUPPORT and w.people[p].first_review_done:
        settle_accounts(w, p, at)
    after_review(w, p, at)
    person = w.people[p]
    if person.stage != Stage.IN_PLACE or person.support != CONVENTIONAL_SUPPORT:
        return
    if rollout.approaches(w, p, rollout.AT_REVIEW):
        approached(w, p, at)


@compiled
def plan_changed(w: Shared, p: int, at: int) -> None:
    """A change of plan is agreed: the co-ordinator writes it down."""
    note(w, Event.PLAN_CHANGED, p, at, 0, 0)
    minutes = int(w.rules[w.people[p].group].plan_change_minutes)
    workforce.open_work(w, Work.PLAN_CHANGE, p, minutes, at, False)


@compiled
def plan_changes(w: Shared, p: int, at: int) -> None:
    """An IB holder changes the plan: with notice, or through the panel."""
    if w.people[p].support != IB_SUPPORT:
        return
    deployment.set_plan_change(w, p, at)
    if w.rules[w.people[p].group].plan_change_by_panel > 0:
        request(w, Matter.CHANGE_PLAN, p, at)
    else:
        plan_changed(w, p, at)


@compiled
def unplanned_review_done(w: Shared, p: int, at: int) -> None:
    """A review out of turn takes the place of one that waits."""
    due_at = w.people[p].review_due_at
    late, on_time = at - due_at, -1
    if due_at != review.NO_REVIEW and late >= 0:
        on_time = 1 if late <= review.grace(w, p) else 0
    note(w, Event.UNPLANNED_REVIEWED, p, at, late, on_time)
    workforce.forget(w, p, REVIEWING)
    after_review(w, p, at)


@compiled
def reassessed(w: Shared, p: int, at: int) -> None:
    """A reassessment is done: the plan is changed."""
    note(w, Event.REASSESSED, p, at, 0, 0)
    workforce.open_work(w, Work.REPLAN, p, planning.replan_minutes(w, p), at, False)


@compiled
def replanned(w: Shared, p: int, at: int) -> None:
    """The plan is changed: the case closes in time."""
    person = w.people[p]
    if not person.kept_open and person.stage == Stage.IN_PLACE:
        set_timer(w, Timer.CLOSE_CASE, p, at + int(w.rules[person.group].case_open))


@compiled
def became_late(w: Shared, p: int, at: int) -> None:
    """The days of grace are over: from now on a crisis is likelier."""
    if supported(w, p):
        review.set_overdue(w, p, at, True)


@compiled
def crisis(w: Shared, p: int, at: int) -> None:
    """A crisis is urgent work: an unplanned review, at once."""
    note(w, Event.CRISIS, p, at, 0, 0)
    workforce.open_work(w, Work.UNPLANNED_REVIEW, p, review.unplanned_minutes(w, p), at, True)
    review.start_crises(w, p, at)


@compiled
def needs_changed(w: Shared, p: int, at: int) -> None:
    """A change of need calls for an unplanned review."""
    workforce.open_work(w, Work.UNPLANNED_REVIEW, p, review.unplanned_minutes(w, p), at, False)
    population.set_needs_change(w, p, at)


@compiled
def protection_referral(w: Shared, p: int, at: int) -> None:
    """An adult-protection referral is urgent work."""
    note(w, Event.PROTECTION, p, at, 0, 0)
    minutes = int(w.rules[w.people[p].group].protection_minutes)
    workforce.open_work(w, Work.PROTECTION, p, minutes, at, True)
    safeguarding.watch(w, p, at)


@compiled
def displaced(w: Shared, p: int, at: int, provider: int, closes: bool) -> None:
    """A provider gives notice, or closes: an emergency reassessment; at its closing others cover."""
    if not supported(w, p):
        return
    if closes:
        finance.accrue(w, p, at)
        if market.lose(w, p, provider):
            start_price(w, p, at, True)
        else:
            return
    if not market.is_displaced(w, p):
        note(w, Event.DISPLACED, p, at, provider, 1 if closes else 0)
        market.displace(w, p, at)
        workforce.open_case(w, p)
        workforce.open_work(w, Work.EMERGENCY, p, review.unplanned_minutes(w, p), at, closes)


@compiled
def placed_again(w: Shared, p: int, at: int) -> None:
    """Somebody displaced is reassessed: they go where there is room; else the search goes on a week later."""
    if not supported(w, p) or not market.is_displaced(w, p):
        return
    finance.accrue(w, p, at)
    done = market.move_on(w, p, w.people[p].support == IB_SUPPORT)
    start_price(w, p, at, True)
    if not done:
        set_timer(w, Timer.SEARCH, p, at + SEARCH_AGAIN)
        return
    note(w, Event.PLACED_AGAIN, p, at, at - w.people[p].displaced_at, 0)
    market.displace(w, p, -1)
    if w.people[p].stage == Stage.IN_PLACE and not w.people[p].kept_open:
        set_timer(w, Timer.CLOSE_CASE, p, at + int(w.rules[w.people[p].group].case_open))
