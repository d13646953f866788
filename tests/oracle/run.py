"""The council's days, one after the other: who does what at which hour."""

from __future__ import annotations

from ibsim.words import Matter, Stage, Stream, Work
from tests.oracle import market, money, treasury
from tests.oracle.calendar import DAY, HOUR, WEEK
from tests.oracle.council import Council, Request
from tests.oracle.draws import whole
from tests.oracle.journey import AFTER_WORK, WHEN_DUE, panel_decided
from tests.oracle.journey.assessing import approached, referred
from tests.oracle.journey.steps import schedule_review, settle, switch
from tests.oracle.journey.streams import stream_decided
from tests.oracle.people import Done

SITS_AT = 14 * HOUR
WORK_STARTS, WORK_LASTS = 9 * HOUR, 8 * HOUR
BODIES = {
    Stream.SP: Matter.APPLY_SP,
    Stream.ILF: Matter.APPLY_ILF,
    Stream.ATW: Matter.APPLY_ATW,
    Stream.DFG: Matter.APPLY_DFG,
}
FIRST_PANEL, FIRST_DECISIONS = 2, 4
"""The days of the run on which the panel, and streams' staff, sit for the first time."""


class Run:
    """One run of a council, from its first day to its last."""

    def __init__(self, council: Council) -> None:
        self.council = council
        self.done: list[Done] = []
        self.could = {stream: 0.0 for stream in BODIES}
        self.next_panel = self._working_day(FIRST_PANEL)
        self.last_morning, self.last_week = -1, -1
        self.month_number = 0

    def go(self) -> None:
        """All days."""
        council, calendar = self.council, self.council.calendar
        market.set_up(council)
        council.staff.change(0)
        self.take_stock()
        weeks = council.first_levers.allocation.ras.recalibration_weeks * 7
        for day in range(calendar.n_days):
            counted = day - calendar.start_day
            if day > 0 and calendar.date_of(day).day == 1:
                self.month_end(day)
                council.staff.month(day, self.month_number)
                self.month_number += 1
            self.change_policy(day)
            if counted == 0:
                market.open_(council)
            if weeks and counted > 0 and counted % weeks == 0:
                council.prices.recalibrate()
            if calendar.works(day):
                self.morning(day)
                self.once_a_week(day)
                self.work(day)
            if day == self.next_panel:
                self.panel(day)
            if day >= FIRST_DECISIONS and day % 7 == FIRST_DECISIONS % 7:
                self.streams_decide(day)
            if counted >= 0 and counted % 7 == 0:
                market.week(council, day)
        self.month_end(calendar.n_days)

    # --- the start ------------------------------------------------------------------------------------

    def take_stock(self) -> None:
        """Those with support when the run starts; their reviews fall due over the coming interval."""
        council = self.council
        council.here = [person for person in council.people if person.in_stock]
        for person in council.here:
            person.case_open = person.born.kept_open
        council.staff.share_out_cases()
        for person in council.here:
            council.move(person, Stage.IN_PLACE, 0)
            switch(council, person, 0, "conventional")
            settle(council, person, 0)
            share = round(council.draws.uniform("first due", person.id) * 1e6) / 1e6
            person.first_review_done = True
            interval = council.levers.review.interval_weeks * WEEK
            schedule_review(council, person, whole(share * interval))

    # --- by the calendar ------------------------------------------------------------------------------

    def month_end(self, day: int) -> None:
        """What is due up to the start of a day is posted; the warm-up's money at its end, all together."""
        council, calendar = self.council, self.council.calendar
        council.here = [person for person in council.here if person.stage != Stage.GONE]
        month = calendar.month(day - 1)
        if month >= 0 or calendar.month(min(day, calendar.n_days - 1)) >= 0:
            money.accrue_all(council, day * DAY)
        treasury.payday(council, month)
        if month >= 0:
            market.month_end(council, month, calendar.year(day - 1), day)

    def change_policy(self, day: int) -> None:
        """At a date of change, and when the first wave begins, new levers hold: before anybody works."""
        council, on = self.council, self.council.calendar.date_of(day)
        dates = [since for since, _ in council.scenario.timeline[1:]]
        if on in dates or day == council.first_wave_day:
            council.levers = council.scenario.levers_at(on)
            council.rollout.change()
            council.staff.change(day)

    def morning(self, day: int) -> None:
        """What has fallen due since the last working day, in order of time; then who has arrived."""
        council = self.council
        council.rollout.open(day)
        until = (day + 1) * DAY
        council.timers_from = until
        due = [
            (moment, timer, person.number)
            for person in council.people
            for timer, moment in person.timers.items()
            if moment < until
        ]
        for moment, timer, number in sorted(due):
            person = council.people[number]
            if person.timers.get(timer) == moment:  # not moved, or taken back, by what came before
                del person.timers[timer]
                WHEN_DUE[timer](council, person, moment)
        for person in council.people:
            if not person.in_stock and self.last_morning < person.born.arrives_at // DAY <= day:
                council.here.append(person)
                if not person.born.extra or council.rollout.on_offer(person.group, day):
                    referred(council, person, person.born.arrives_at)
        self.last_morning = day

    def once_a_week(self, day: int) -> None:
        """On a week's first working day: its screening becomes work, and waves approach the caseload."""
        council = self.council
        if day // 7 == self.last_week:
            return
        self.last_week = day // 7
        council.front_door.open_screening(day)
        if council.rollout.weekly and day >= council.calendar.start_day:
            free = [
                person
                for person in council.people
                if person.stage == Stage.IN_PLACE and person.support == "conventional"
            ]
            for person in council.rollout.approach_caseload(day, free):
                approached(council, person, day * DAY)

    def work(self, day: int) -> None:
        """The working day: tasks are done, and what comes next is set off, kind by kind."""
        council, staff = self.council, self.council.staff
        contacts = council.front_door.contacts[day]
        minutes = round(contacts * council.levers.access.minutes_per_contact)
        staff.hours.set_capacities(day, staff.settings, minutes)
        ended = council.office.run(day, day * DAY + WORK_STARTS, WORK_LASTS)
        done = [Done(Work(one.kind), one.entity, one.at, one.worker, one.minutes, one.last) for one in ended]
        for one in done:
            staff.hours.finished(one, day)
        if any(one.work == Work.SUPPORT_PLAN for one in done):
            staff.learn()
        self.done += done
        for one in done:
            step = AFTER_WORK.get(one.work)
            if one.last and one.person >= 0 and step is not None:
                person = council.people[one.person]
                if person.stage != Stage.GONE:
                    step(council, person, one.at)

    # --- who decides ----------------------------------------------------------------------------------

    def _working_day(self, day: int) -> int:
        """The first working day from a day on."""
        calendar = self.council.calendar
        while day < calendar.n_days and not calendar.works(day):
            day += 1
        return day

    def _asked(self, matters: set[Matter], until: int) -> list[Request]:
        """What has been asked up to a moment, oldest first: nobody decides before they are asked."""
        asked = [request for request in self.council.requests if request.matter in matters]
        return sorted((request for request in asked if request.at <= until), key=lambda request: request.at)

    def panel(self, day: int) -> None:
        """The panel decides on the oldest cases; whoever has left, or given up, is off its list."""
        council, matters = self.council, {Matter.AGREE_BUDGET, Matter.DECIDE_PLAN, Matter.CHANGE_PLAN}
        a = council.levers.allocation
        self.next_panel = self._working_day(day + a.panel_interval_weeks * 7)
        waiting, moment = [], day * DAY + SITS_AT
        for request in self._asked(matters, moment):
            stage = request.person.stage
            if request.matter == Matter.CHANGE_PLAN:
                still = stage in (Stage.IN_PLACE, Stage.ALLOCATION, Stage.SIGN_OFF)
            else:
                still = stage in (Stage.ALLOCATION, Stage.SIGN_OFF)
            if still:
                waiting.append(request)
        others = [r for r in council.requests if r.matter not in matters or r.at > moment]
        council.requests = waiting[a.panel_cases :] + others
        for request in waiting[: a.panel_cases]:
            if request.person.stage != Stage.GONE:
                panel_decided(council, request.matter, request.person, moment)

    def streams_decide(self, day: int) -> None:
        """Each stream's staff decide once a week on as many applications as they can, oldest first."""
        council, moment = self.council, day * DAY + SITS_AT
        for stream, matter in BODIES.items():
            could = self.could[stream]
            could += getattr(council.levers.funding, stream.name.lower()).decisions_per_week
            # a part of a decision counts next week; idle time is gone
            now, self.could[stream] = int(could), could % 1.0
            asked = self._asked({matter}, moment)
            waiting = [request for request in asked if request.person.stage != Stage.GONE]
            others = [r for r in council.requests if r.matter != matter or r.at > moment]
            council.requests = waiting[now:] + others
            for request in waiting[:now]:
                if request.person.stage != Stage.GONE:
                    stream_decided(council, stream, request.person, moment)
