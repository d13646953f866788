"""The journey of a person through the rooms, on one page: the only place where rooms meet.

What is done and what comes next stand here and nowhere else: `_then` names, for each kind of work,
what follows when it is finished; `_due` names, for each timer, what happens when it falls due.
Every verb takes people (int32[n], each named once) and their moments (int64[n], minutes).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.meeting import Meeting
from ibsim.engine.world import World
from ibsim.policy.access import Access
from ibsim.policy.allocation import Allocation
from ibsim.policy.assessment import Assessment
from ibsim.policy.brokerage import Brokerage
from ibsim.policy.finance import Category, Finance
from ibsim.policy.packages import Packages
from ibsim.policy.planning import Leader, Planning
from ibsim.policy.population import Population
from ibsim.policy.review import Review
from ibsim.policy.rollout import Rollout
from ibsim.policy.safeguarding import Safeguarding
from ibsim.policy.signoff import Signoff
from ibsim.policy.workforce.posts import Desk
from ibsim.policy.workforce.room import Workforce
from ibsim.units import DAY_MINUTES
from ibsim.words import (
    CONVENTIONAL,
    CONVENTIONAL_SUPPORT,
    IB,
    IB_SUPPORT,
    JOURNEY,
    LIFE,
    NOTHING,
    REVIEWING,
    Event,
    ExitReason,
    Stage,
    Timer,
    Work,
)

People = NDArray[np.int32]
Moments = NDArray[np.int64]
PANEL_DECISIONS = "panel decisions"
AGREE, SIGN = 0, 1
"""What the panel is asked: to agree an indicative budget, or to decide on a plan."""


@dataclass(frozen=True)
class Rooms:
    """One room a policy area."""

    population: Population
    access: Access
    workforce: Workforce
    assessment: Assessment
    allocation: Allocation
    planning: Planning
    signoff: Signoff
    brokerage: Brokerage
    review: Review
    safeguarding: Safeguarding
    rollout: Rollout
    packages: Packages
    finance: Finance


class Pathway:
    """Two systems side by side: what happens to people, step by step."""

    def __init__(self, world: World, rooms: Rooms) -> None:
        self._world = world
        self._rooms = rooms
        self.panel = Meeting()
        self.contacts = np.zeros(world.clock.n_years + 1, dtype=np.int64)
        """contacts by counted year; the warm-up's are in the last place"""
        self._join = np.full(world.n, -1, dtype=np.int32)
        self._stage = world.stages.of
        self._then = {
            Work.SIMPLE_ASSESSMENT: self._simply_assessed,
            Work.NEW_ASSESSMENT: self._assessed,
            Work.IB_ASSESSMENT: self._assessed,
            Work.CARE_PLAN: self._ask_for_decision,
            Work.APPROVAL: self._decided,
            Work.AGREEMENT: self._agreed,
            Work.SUPPORT_PLAN: self._ask_for_decision,
            Work.PLANNER_PLAN: self._ask_for_decision,
            Work.SIGN_OFF: self._decided,
            Work.REWORK: self._reworked,
            Work.ARRANGING: self._arranged,
            Work.FIRST_REVIEW: self._reviewed,
            Work.ANNUAL_REVIEW: self._reviewed,
            Work.UNPLANNED_REVIEW: self._reviewed_out_of_turn,
            Work.REASSESSMENT: self._reassessed,
            Work.REPLAN: self._replanned,
        }
        self._due = {
            Timer.EXIT: self._exit,
            Timer.WITHDRAW: self._withdraw,
            Timer.ANSWER: self._answer,
            Timer.FORMS: self._forms_done,
            Timer.RAS_OPENS: self._ask_for_budget,
            Timer.CHOSEN: self._chosen,
            Timer.BROKERED: self._brokered,
            Timer.REWORK: self._rework,
            Timer.START: self._start,
            Timer.REVIEW_DUE: self._review_due,
            Timer.LATE: self._late,
            Timer.CLOSE_CASE: self._close_case,
            Timer.NEEDS_CHANGE: self._needs_change,
            Timer.CRISIS: self._crisis,
            Timer.PROTECTION: self._protection,
            Timer.RETURN: self._return,
        }

    # --- the day -------------------------------------------------------------------------------

    def morning(self, first_day: int, day: int) -> None:
        """All that falls due from `first_day` (the day after the last working day) to `day`."""
        for kind, people, at in self._world.timers.pop(day):
            here = self._stage[people] != Stage.GONE
            if here.any():
                self._due[Timer(kind)](people[here], at[here])
        people = self._rooms.population.arrivals(first_day, day)
        if people.size:
            self._referred(people, self._world.columns["arrives_at"][people])

    def work(self, day: int) -> None:
        """The working day: people's tasks are done, and what comes next is set off."""
        r = self._rooms
        contacts, screened = r.population.contacts(day)
        self.contacts[self._world.clock.year[day]] += contacts
        r.workforce.screen(day, screened, r.assessment.screening_minutes)
        done = r.workforce.day(day, r.access.contact_minutes(contacts))
        edges = np.searchsorted(done.kind, np.arange(len(Work) + 1))
        for work, then in self._then.items():
            a, b = edges[work], edges[work + 1]
            if a < b:
                then(done.entity[a:b], done.at[a:b])

    def meet(self, at: int) -> None:
        """The panel sits."""
        stage = self._stage
        self.panel.leave((stage != Stage.ALLOCATION) & (stage != Stage.SIGN_OFF))
        people, matters = self.panel.sit(self._rooms.allocation.panel_cases)
        moments = np.full(people.size, at, dtype=np.int64)
        if at >= self._world.clock.start_day * DAY_MINUTES:
            self._world.occurrence(PANEL_DECISIONS, people)
        self._rooms.finance.fee(people, moments, Category.PANEL, self._rooms.finance.panel_pence)
        for matter, decided in ((AGREE, self._agreed), (SIGN, self._decided)):
            mine = matters == matter
            if mine.any():
                decided(people[mine], moments[mine])

    def approach_caseload(self, day: int) -> None:
        """Once a week: waves to everyone approach the next people of the caseload."""
        columns = self._world.columns
        free = (
            (self._stage == Stage.IN_PLACE)
            & (columns["support"] == CONVENTIONAL_SUPPORT)
            & columns["has_package"]
        )
        people = self._rooms.rollout.offer_to_caseload(day, free)
        self._approach(people, np.full(people.size, day * DAY_MINUTES, dtype=np.int64))

    # --- referral and assessment ---------------------------------------------------------------

    def _referred(self, people: People, at: Moments) -> None:
        r, columns = self._rooms, self._world.columns
        day = int(at[-1]) // DAY_MINUTES
        forward = ~r.population.roll.extra[people] | r.rollout.comes_forward(people, day)
        people, at = people[forward], at[forward]
        self._move(people, Stage.ASSESSMENT, at)
        self._note(Event.REFERRED, people, at)
        r.population.set_withdrawal(people, at)
        r.workforce.open_cases(people[~columns["simple"][people]])
        simple = columns["simple"][people]
        easy = people[simple]
        r.workforce.open(
            Work.SIMPLE_ASSESSMENT, easy, r.access.simple_minutes(easy), at[simple], desk=Desk.ACCESS
        )
        people, at = people[~simple], at[~simple]
        able = columns["has_package"][people] & ~columns["urgent"][people]
        offered = np.zeros(people.size, dtype=bool)
        offered[able] = r.rollout.offer_on_the_way(people[able], "new_referrals", day)
        to_ib = self._approach(people[offered], at[offered])
        rest = ~np.isin(people, to_ib)
        self._assess(people[rest], at[rest])

    def _assess(self, people: People, at: Moments) -> None:
        """A community care assessment; with an IB assessment beside it where a join is set."""
        if people.size == 0:
            return
        r = self._rooms
        urgent = self._world.columns["urgent"][people]
        ready = at + r.assessment.appointment(people, urgent)
        for hurry in (True, False):
            mine = urgent == hurry
            who = people[mine]
            r.workforce.open(
                Work.NEW_ASSESSMENT,
                who,
                r.assessment.conventional_minutes(who),
                ready[mine],
                visits=1 if hurry else r.assessment.visits,
                gap_days=r.assessment.gap_days,
                urgent=hurry,
                joins=self._join[who],
            )

    def _simply_assessed(self, people: People, at: Moments) -> None:
        people, at = self._keep_eligible(people, at)
        self._move(people, Stage.ARRANGING, at)
        self._note_decision(people, at)
        self._world.timers.set(Timer.START, people, at + self._rooms.brokerage.start_delay(people))

    def _assessed(self, people: People, at: Moments) -> None:
        r = self._rooms
        arm = self._world.columns["arm"][people]
        new = self._world.columns["support"][people] == NOTHING
        self._note(Event.IB_ASSESSED, people[arm == IB], at[arm == IB], new[arm == IB].astype(np.int64))
        people, at = self._keep_eligible(people, at)
        caring = r.assessment.with_carer(people)
        r.workforce.open(
            Work.CARER_ASSESSMENT, people[caring], r.assessment.carer_minutes(people[caring]), at[caring]
        )
        arm = self._world.columns["arm"][people]
        self._budget_asked(people[arm == IB], at[arm == IB])
        people, at = people[arm == CONVENTIONAL], at[arm == CONVENTIONAL]
        self._move(people, Stage.PLANNING, at)
        r.workforce.open(Work.CARE_PLAN, people, r.planning.care_plan_minutes(people), at)

    def _keep_eligible(self, people: People, at: Moments) -> tuple[People, Moments]:
        """Note first assessments; people without support whose needs are too low leave here."""
        r, columns = self._rooms, self._world.columns
        new = columns["support"][people] == NOTHING
        who, when = people[new], at[new]
        wait = when - columns["arrives_at"][who]
        self._note(Event.ASSESSED_FIRST, who, when, wait, columns["arm"][who].astype(np.int64))
        r.assessment.note(people, at)
        out = new & ~r.access.eligible(people)
        self._leave(people[out], at[out], ExitReason.INELIGIBLE)
        return people[~out], at[~out]

    # --- individual budgets: offer, budget, plan -----------------------------------------------

    def _approach(self, people: People, at: Moments) -> People:
        """Approach people; returns those who are offered an IB (in trial mode: randomised to it)."""
        r = self._rooms
        to_ib, comparison = r.rollout.randomise(people)
        moment = np.zeros(self._world.n, dtype=np.int64) if people.size else at
        moment[people] = at
        r.rollout.consent_without_offer(comparison, moment[comparison])
        self._move(to_ib, Stage.OFFERED, moment[to_ib])
        self._note(Event.OFFERED, to_ib, moment[to_ib])
        r.rollout.offer(to_ib, moment[to_ib])
        return to_ib

    def _answer(self, people: People, at: Moments) -> None:
        r = self._rooms
        no = r.rollout.refuses(people)
        self._note(Event.REFUSED, people[no], at[no])
        self._back_to_conventional(people[no], at[no])
        people, at = people[~no], at[~no]
        self._note(Event.CONSENTED, people, at)
        r.rollout.agree(people, at)
        r.workforce.work.flag(people, 1)
        r.workforce.open_cases(people)
        due_at = self._world.columns["review_due_at"][people]
        waits = (due_at >= 0) & (due_at <= at)
        self._note(Event.REVIEW_REPLACED, people[waits], at[waits], due_at[waits])
        r.workforce.work.forget(people, REVIEWING)
        self._move(people, Stage.ASSESSMENT, at)
        new = self._world.columns["support"][people] == NOTHING
        r.population.set_withdrawal(people[~new], at[~new])
        self._world.timers.set(Timer.FORMS, people, at + r.assessment.forms(people))
        if not r.assessment.merged:
            both = people[new]
            self._join[both] = r.workforce.work.new_joins(2, both.size)
            self._assess(both, at[new])

    def _forms_done(self, people: People, at: Moments) -> None:
        r = self._rooms
        new = self._world.columns["support"][people] == NOTHING
        for merged in (True, False):
            mine = (new & r.assessment.merged) == merged
            who = people[mine]
            minutes = r.assessment.ib_minutes(who, merged) + r.allocation.scoring_minutes(who.size)
            ready = at[mine] + r.assessment.appointment(who, np.zeros(who.size, dtype=bool))
            r.workforce.open(
                Work.IB_ASSESSMENT,
                who,
                minutes,
                ready,
                visits=r.assessment.ib_visits,
                gap_days=r.assessment.gap_days,
                joins=self._join[who],
            )

    def _budget_asked(self, people: People, at: Moments) -> None:
        r = self._rooms
        self._move(people, Stage.ALLOCATION, at)
        r.review.reviewed(people, at)
        usable = r.allocation.usable_at(at)
        later = usable > at
        self._world.timers.set(Timer.RAS_OPENS, people[later], usable[later])
        self._ask_for_budget(people[~later], at[~later])

    def _ask_for_budget(self, people: People, at: Moments) -> None:
        r = self._rooms
        if r.allocation.by_panel:
            self.panel.join(people, AGREE, at)
        else:
            minutes = r.allocation.agreement_minutes(people.size)
            r.workforce.open(Work.AGREEMENT, people, minutes, at, desk=Desk.MANAGER)

    def _agreed(self, people: People, at: Moments) -> None:
        r, columns = self._rooms, self._world.columns
        again = r.allocation.returned(people)
        minutes = r.allocation.scoring_minutes(int(again.sum()))
        r.workforce.open(Work.REWORK, people[again], minutes, at[again])
        people, at = people[~again], at[~again]
        r.allocation.allocate(people, at, r.packages.ib[people])
        self._note(Event.INDICATIVE_AGREED, people, at, at - columns["assessed_at"][people])
        present = r.packages.cost(people, columns["support"][people])
        no = r.allocation.refuses(people, present)
        self._note(Event.REFUSED, people[no], at[no])
        self._back_to_conventional(people[no], at[no])
        people, at = people[~no], at[~no]
        self._move(people, Stage.PLANNING, at)
        r.planning.choose_leader(people, r.workforce.has_desk(Desk.PLANNER))
        delay = r.planning.choosing(people) + r.assessment.pause(
            "planning", people, r.planning.paused_percent
        )
        self._world.timers.set(Timer.CHOSEN, people, at + delay)

    def _chosen(self, people: People, at: Moments) -> None:
        r = self._rooms
        leader = self._world.columns["plan_leader"][people]
        brokered = leader == Leader.EXTERNAL_BROKER
        who = people[brokered]
        r.finance.fee(who, at[brokered], Category.PLANNING_FEE, r.planning.broker_fee_pence)
        self._world.timers.set(Timer.BROKERED, who, at[brokered] + r.planning.broker_delay(who))
        planned = leader == Leader.SUPPORT_PLANNER
        who = people[planned]
        joins = r.workforce.work.new_joins(2, who.size)
        r.workforce.open(
            Work.PLANNER_PLAN,
            who,
            r.planning.planner_minutes(who),
            at[planned] + r.planning.planner_notice,
            visits=r.planning.visits,
            gap_days=r.assessment.gap_days,
            joins=joins,
            desk=Desk.PLANNER,
        )
        minutes = r.planning.coordinator_minutes(who)
        r.workforce.open(Work.SUPPORT_PLAN, who, minutes, at[planned], joins=joins)
        rest = ~brokered & ~planned
        self._support_plan(people[rest], at[rest], r.planning.visits)

    def _brokered(self, people: People, at: Moments) -> None:
        self._support_plan(people, at, 1)

    def _support_plan(self, people: People, at: Moments, visits: int) -> None:
        r = self._rooms
        minutes = r.planning.coordinator_minutes(people)
        gap = r.assessment.gap_days
        r.workforce.open(Work.SUPPORT_PLAN, people, minutes, at, visits=visits, gap_days=gap)

    # --- sign-off, rework, arranging -----------------------------------------------------------

    def _ask_for_decision(self, people: People, at: Moments) -> None:
        """A plan is ready: a manager or the panel decides on it."""
        r = self._rooms
        self._move(people, Stage.SIGN_OFF, at)
        arm = self._world.columns["arm"][people]
        for ib, work in ((False, Work.APPROVAL), (True, Work.SIGN_OFF)):
            mine = arm == ib
            if r.signoff.by_panel(ib):
                self.panel.join(people[mine], SIGN, at[mine])
            else:
                minutes = r.signoff.minutes(int(mine.sum()), ib)
                r.workforce.open(work, people[mine], minutes, at[mine], desk=Desk.MANAGER)

    def _decided(self, people: People, at: Moments) -> None:
        r = self._rooms
        ib = self._world.columns["arm"][people] == IB
        again = np.zeros(people.size, dtype=bool)
        again[ib] = r.signoff.returned(people[ib])
        self._world.timers.set(Timer.REWORK, people[again], at[again] + r.signoff.rework_delay)
        people, at, ib = people[~again], at[~again], ib[~again]
        self._note_decision(people, at)
        self._move(people, Stage.ARRANGING, at)
        for in_ib in (False, True):
            who, when = people[ib == in_ib], at[ib == in_ib]
            r.workforce.open(Work.ARRANGING, who, r.brokerage.minutes(who, in_ib), when)

    def _rework(self, people: People, at: Moments) -> None:
        r = self._rooms
        r.workforce.open(Work.REWORK, people, r.signoff.rework_minutes(people.size), at)

    def _reworked(self, people: People, at: Moments) -> None:
        """A score goes back to those who agree budgets, a plan to those who decide on plans."""
        score = self._stage[people] == Stage.ALLOCATION
        self._ask_for_budget(people[score], at[score])
        self._ask_for_decision(people[~score], at[~score])

    def _arranged(self, people: People, at: Moments) -> None:
        r = self._rooms
        ib = self._world.columns["arm"][people] == IB
        who = people[~ib]
        self._world.timers.set(Timer.START, who, at[~ib] + r.brokerage.start_delay(who))
        who = people[ib]
        pause = r.assessment.pause("arranging", who, r.brokerage.paused_percent)
        self._world.timers.set(Timer.START, who, at[ib] + r.brokerage.ib_start_delay(who) + pause)

    def _start(self, people: People, at: Moments) -> None:
        """Support is in place: the clock of reviews starts, and the case closes in time."""
        r, columns = self._rooms, self._world.columns
        arm = columns["arm"][people]
        first = columns["support"][people] == NOTHING
        who, when = people[first], at[first]
        since_referral = when - columns["arrives_at"][who]
        since_assessed = (when - columns["assessed_at"][who]) * 2 + arm[first]
        self._note(Event.FIRST_SUPPORT, who, when, since_referral, since_assessed)
        since_decision = at - self._world.stages.since[people]
        self._note(Event.IN_PLACE, people, at, since_decision, arm.astype(np.int64))
        self._switch(people, at, arm + 1)
        self._world.timers.cancel(Timer.WITHDRAW, people)
        self._settle(who, when)
        self._move(people, Stage.IN_PLACE, at)
        r.review.schedule_first(people, at)
        ib, moments = people[arm == IB], at[arm == IB]
        r.workforce.open(Work.MONITORING, ib, r.review.monitoring_minutes(ib.size), moments)
        r.rollout.watch_returns(ib, moments)
        for arm_code in (CONVENTIONAL, IB):
            mine = (arm == arm_code) & ~r.review.kept_open(people)
            close = at[mine] + r.review.case_open_minutes(arm_code == IB)
            self._world.timers.set(Timer.CLOSE_CASE, people[mine], close)

    def _switch(self, people: People, at: Moments, support: NDArray[np.int8]) -> None:
        """Support changes: what is due for the old is posted, the new one's price runs."""
        r = self._rooms
        r.finance.accrue(people, at)
        for kind in (CONVENTIONAL_SUPPORT, IB_SUPPORT):
            r.brokerage.put_in_place(people[support == kind], kind, at[support == kind])
        r.finance.start_spell(people, at, r.packages.cost(people, support))

    def _settle(self, people: People, at: Moments) -> None:
        """With the first support, life's own clocks start: exit, changes of need, crises, protection."""
        r = self._rooms
        r.population.set_exit(people, at)
        r.population.set_needs_change(people, at)
        r.review.start_crises(people, at)
        r.safeguarding.watch(people, at)

    # --- reviews and what breaks in ------------------------------------------------------------

    def _review_due(self, people: People, at: Moments) -> None:
        r = self._rooms
        here = self._stage[people] == Stage.IN_PLACE
        people, at = people[here], at[here]
        self._note(Event.REVIEW_DUE, people, at)
        r.review.fell_due(people, at)
        officer = np.zeros(people.size, dtype=bool)
        if r.workforce.has_desk(Desk.OFFICER):
            officer = r.review.by_officer(people) & ~r.workforce.owned(people)
        first = ~self._world.columns["first_review_done"][people]
        for work, kind in ((Work.FIRST_REVIEW, first), (Work.ANNUAL_REVIEW, ~first)):
            for desk, there in ((Desk.OFFICER, officer), (Desk.COORDINATOR, ~officer)):
                who, when = people[kind & there], at[kind & there]
                minutes = r.review.minutes(who, desk is Desk.OFFICER)
                r.workforce.open(work, who, minutes, when, desk=desk)

    def _late(self, people: People, at: Moments) -> None:
        here = self._world.columns["support"][people] != NOTHING
        self._rooms.review.became_late(people[here], at[here])

    def _reviewed(self, people: People, at: Moments) -> None:
        r = self._rooms
        late = at - self._world.columns["review_due_at"][people]
        self._note(Event.REVIEWED, people, at, late, (late <= r.review.grace).astype(np.int64))
        people, at = self._after_review(people, at)
        able = self._world.columns["has_package"][people] & (self._stage[people] == Stage.IN_PLACE)
        able &= self._world.columns["support"][people] == CONVENTIONAL_SUPPORT
        people, at = people[able], at[able]
        if people.size:
            offered = r.rollout.offer_on_the_way(people, "at_review", int(at[-1]) // DAY_MINUTES)
            self._approach(people[offered], at[offered])

    def _reviewed_out_of_turn(self, people: People, at: Moments) -> None:
        due_at = self._world.columns["review_due_at"][people]
        late = at - due_at
        waited = (due_at >= 0) & (late >= 0)
        on_time = np.where(waited, late <= self._rooms.review.grace, -1).astype(np.int64)
        self._note(Event.UNPLANNED_REVIEWED, people, at, late, on_time)
        self._rooms.workforce.work.forget(people, REVIEWING)
        self._after_review(people, at)

    def _after_review(self, people: People, at: Moments) -> tuple[People, Moments]:
        """The next review is set; some are no longer eligible, some need a reassessment."""
        r = self._rooms
        r.review.reviewed(people, at)
        r.review.schedule_next(people, at)
        out = ~r.access.eligible(people)
        self._leave(people[out], at[out], ExitReason.INELIGIBLE)
        people, at = people[~out], at[~out]
        again = r.review.reassessed(people) & (self._stage[people] == Stage.IN_PLACE)
        who = people[again]
        r.workforce.open_cases(who)
        r.workforce.open(Work.REASSESSMENT, who, r.assessment.reassessment_minutes(who), at[again])
        return people, at

    def _reassessed(self, people: People, at: Moments) -> None:
        r = self._rooms
        self._note(Event.REASSESSED, people, at)
        r.workforce.open(Work.REPLAN, people, r.planning.replan_minutes(people), at)

    def _replanned(self, people: People, at: Moments) -> None:
        r = self._rooms
        closes = ~r.review.kept_open(people) & (self._stage[people] == Stage.IN_PLACE)
        self._world.timers.set(
            Timer.CLOSE_CASE, people[closes], at[closes] + r.review.case_open_minutes(False)
        )

    def _crisis(self, people: People, at: Moments) -> None:
        r = self._rooms
        self._note(Event.CRISIS, people, at)
        minutes = r.review.unplanned_minutes(people)
        r.workforce.open(Work.UNPLANNED_REVIEW, people, minutes, at, urgent=True)
        r.review.start_crises(people, at)

    def _needs_change(self, people: People, at: Moments) -> None:
        r = self._rooms
        r.workforce.open(Work.UNPLANNED_REVIEW, people, r.review.unplanned_minutes(people), at)
        r.population.set_needs_change(people, at)

    def _protection(self, people: People, at: Moments) -> None:
        r = self._rooms
        self._note(Event.PROTECTION, people, at)
        r.workforce.open(Work.PROTECTION, people, r.safeguarding.minutes(people.size), at, urgent=True)
        r.safeguarding.watch(people, at)

    # --- leaving, and going back ---------------------------------------------------------------

    def _close_case(self, people: People, at: Moments) -> None:
        """The case closes, unless the person is on the way to an IB by then."""
        self._rooms.workforce.close_cases(people[self._stage[people] == Stage.IN_PLACE])

    def _withdraw(self, people: People, at: Moments) -> None:
        """Who waits for first support leaves the council's books; who has support keeps it as it is."""
        alone = self._world.columns["support"][people] == NOTHING
        self._leave(people[alone], at[alone], ExitReason.WITHDREW)
        people, at = people[~alone], at[~alone]
        self._note(Event.WITHDREW, people, at)
        self._back_to_conventional(people, at)

    def _back_to_conventional(self, people: People, at: Moments) -> None:
        """Refused or given up: support stays as it was, or the community care assessment is made."""
        r = self._rooms
        r.rollout.refuse(people)
        r.workforce.work.flag(people, 0)
        r.workforce.work.forget(people, JOURNEY)
        for timer in (Timer.FORMS, Timer.RAS_OPENS, Timer.CHOSEN, Timer.BROKERED, Timer.REWORK, Timer.START):
            self._world.timers.cancel(timer, people)
        self._world.timers.cancel(Timer.WITHDRAW, people[self._world.columns["support"][people] != NOTHING])
        new = self._world.columns["support"][people] == NOTHING
        self._join[people] = -1
        self._move(people[new], Stage.ASSESSMENT, at[new])
        self._assess(people[new], at[new])
        people, at = people[~new], at[~new]
        self._move(people, Stage.IN_PLACE, at)
        r.review.resume(people, at)
        closes = ~r.review.kept_open(people)
        self._world.timers.set(Timer.CLOSE_CASE, people[closes], at[closes])

    def _return(self, people: People, at: Moments) -> None:
        """An IB holder goes back to conventional support."""
        r, columns = self._rooms, self._world.columns
        holds = (columns["support"][people] == IB_SUPPORT) & (self._stage[people] == Stage.IN_PLACE)
        people, at = people[holds], at[holds]
        self._note(Event.RETURNED, people, at)
        self._switch(people, at, np.full(people.size, CONVENTIONAL_SUPPORT, dtype=np.int8))
        r.rollout.go_back(people)
        r.workforce.work.flag(people, 0)
        r.review.schedule_first(people, at)

    def _exit(self, people: People, at: Moments) -> None:
        self._leave(people, at, ExitReason.LEFT)

    def _leave(self, people: People, at: Moments, reason: ExitReason) -> None:
        """The council's part ends: support stops, nothing more falls due, open work is dropped."""
        if people.size == 0:
            return
        r = self._rooms
        supported = self._world.columns["support"][people] != NOTHING
        left = people[supported]
        reasons = np.full(people.size, int(reason), dtype=np.int64)
        self._note(Event.EXIT, people, at, reasons, supported.astype(np.int64))
        r.finance.accrue(left, at[supported])
        r.brokerage.end(people)
        r.review.stop(people)
        for track in (LIFE, JOURNEY, REVIEWING):
            r.workforce.work.forget(people, track)
        r.workforce.close_cases(people)
        self._move(people, Stage.GONE, at)

    # --- small things --------------------------------------------------------------------------

    def _move(self, people: People, to: Stage, at: Moments) -> None:
        # Timers of a day fall due before its work is done: a task that ends at eleven may follow a timer of three.
        at = np.maximum(at, self._world.stages.since[people])
        self._world.stages.move(people, to, at, self._world.columns["arm"][people])

    def _note(
        self,
        event: Event,
        people: People,
        at: Moments,
        first: Moments | None = None,
        second: Moments | None = None,
    ) -> None:
        self._world.history.add(event, people, at, first, second)

    def _note_decision(self, people: People, at: Moments) -> None:
        arm = self._world.columns["arm"][people].astype(np.int64)
        since = np.where(arm == IB, at - self._world.columns["indicative_at"][people], 0)
        self._note(Event.SIGNED_OFF, people, at, since, arm)
