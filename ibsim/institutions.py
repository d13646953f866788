"""The institutions of a council on SimPy's clock: days, months, the panel, the streams' staff, policy."""

from __future__ import annotations

import math
from collections.abc import Generator
from operator import itemgetter
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from ibsim.engine.meeting import Meeting
from ibsim.errors import RunError
from ibsim.pathway import Batch
from ibsim.policy import (
    finance,
)
from ibsim.results.measure import PANEL, QUEUES, STREAMS
from ibsim.units import DAY_MINUTES
from ibsim.words import (
    CONVENTIONAL_SUPPORT,
    Matter,
    Stage,
    Stream,
)

if TYPE_CHECKING:
    from ibsim.council import Council

PANEL_SITS_AT = 14 * 60
WORK_STARTS_AT = 9 * 60
STREAM_OF = {
    int(Matter.APPLY_SP): Stream.SP,
    int(Matter.APPLY_ILF): Stream.ILF,
    int(Matter.APPLY_ATW): Stream.ATW,
    int(Matter.APPLY_DFG): Stream.DFG,
}
BODIES = tuple(STREAM_OF.values())
BODIES_SIT_ON = 4
"""The day of the run's first week on which the streams' staff decide."""


class Clockwork(simpy.Environment):
    """SimPy's clock, in minutes, which refuses to wait for what is no time: SimPy itself takes NaN."""

    def timeout(self, delay: float = 0, value: Any = None) -> simpy.Timeout:
        """An event after so many minutes.  Raises RunError for a delay below 0, infinite or NaN."""
        if not 0 <= delay < math.inf:
            raise RunError(f"an institution was to wait {delay} minutes from minute {self.now}")
        return super().timeout(delay, value)


class Institutions:
    """What happens to a council in time: each institution is a process on one SimPy clock, in minutes."""

    def __init__(self, council: Council) -> None:
        self.council = council
        self._panel_cases = Meeting()
        self._bodies = {stream: Meeting() for stream in BODIES}

    def run(self) -> None:
        """Let the institutions run on one SimPy clock, in minutes."""
        council = self.council
        env = Clockwork()
        processes = [self._policy(env), self._months(env), self._days(env), self._panel(env)]
        processes += [
            self._prices(env),
            council.marketplace.weeks(env, council.act, lambda: council.here, council.stopwatch.add),
            *(self._body(env, stream) for stream in BODIES),
        ]
        if council.in_trial:
            processes.append(self._evaluation(env))
        for process in processes:
            env.process(process)
        end = council.clock.n_days * DAY_MINUTES
        env.run(until=end)
        for process in processes:
            process.close()  # what waits for ever would keep the whole council in memory
        self._month_end(council.clock.n_days)

    def _policy(self, env: simpy.Environment) -> Generator[simpy.Event, Any, None]:
        """The policy calendar: at each date of change the rooms get their new rules."""
        council = self.council
        changes = {council.clock.day_of(day): levers for day, levers in council.scenario.timeline[1:]}
        if day := council.planners_from or 0:
            then = council.scenario.levers_at(council.clock.date_of(day))
            if council.staff_on(then, day) != council.staff_on(then, day - 1):
                changes[day] = then
        for day, levers in sorted(changes.items(), key=itemgetter(0)):
            # a minute past midnight: after month ends, before anybody works
            moment = day * DAY_MINUTES + 1
            if moment > env.now:
                yield env.timeout(moment - env.now)
            council.put_in_force(levers, day)

    def _months(self, env: simpy.Environment) -> Generator[simpy.Event, Any, None]:
        """Month ends: support and pay are posted, stocks are counted, posts change hands."""
        council = self.council
        clock = council.clock
        firsts = [day for day in range(1, clock.n_days) if clock.date_of(day).day == 1]
        for number, day in enumerate(firsts):
            yield env.timeout(day * DAY_MINUTES - env.now)
            self._month_end(day)
            began = perf_counter()
            council.workforce.month(day, number)
            council.stopwatch.add("workforce: posts", began)

    def _month_end(self, day: int) -> None:
        """What is due up to the start of a day is posted, and stocks are counted."""
        council = self.council
        began, clock = perf_counter(), council.clock
        month, year = int(clock.month[day - 1]), int(clock.year[day - 1])
        council.here = council.here[council.world.people["stage"][council.here] != Stage.GONE]
        if month >= 0 or clock.month[min(day, clock.n_days - 1)] >= 0:
            # a month of the warm-up counts in no month: its money is posted together, at its end
            finance.accrue_all(council.machine.ready(0), day * DAY_MINUTES, council.here)
        council.treasury.month_end(month, council.workforce.payroll(), council.here)
        began = council.stopwatch.add("finance", began)
        if month >= 0:
            council.marketplace.month_end(month, year, day, council.act, council.here)
            began = council.stopwatch.add("market", began)
            waiting = council.workforce.work.waiting()
            self._take_requests()
            queues = {name: int(waiting[work]) for work, name in QUEUES.items()}
            council.snapshots.month_end(month, council.here)
            queues |= {name: int(self._bodies[stream].people.size) for stream, name in STREAMS.items()}
            council.snapshots.queue(queues | {PANEL: int(self._panel_cases.people.size)})
        if year >= 0 and (day == clock.n_days or clock.year[day] > year):
            council.snapshots.year_end(year, day * DAY_MINUTES, council.here)
            council.price_list[year] = council.prices.prices
            council.market.year_end(council.machine, year)
        council.stopwatch.add("snapshots", began)
        council.check_fits()

    def _days(self, env: simpy.Environment) -> Generator[simpy.Event, Any, None]:
        """The working days: what is due, roll-out once a week, then the work itself."""
        council = self.council
        last, week = -1, -1
        for day in np.flatnonzero(council.clock.working):
            today = int(day)
            yield env.timeout(today * DAY_MINUTES + WORK_STARTS_AT - env.now)
            began = perf_counter()
            self._morning(last + 1, today)
            began = council.stopwatch.add("pathway: what falls due", began)
            if today // 7 != week:
                self._open_screening(today)
                if council.rollout.weekly and today >= council.clock.start_day:
                    self._approach_caseload(today)
                began = council.stopwatch.add("roll-out", began)
            last, week = today, today // 7
            self._work(today)
            council.stopwatch.add("working day", began)

    def _panel(self, env: simpy.Environment) -> Generator[simpy.Event, Any, None]:
        """The panel sits on a working day, every so many weeks."""
        council = self.council
        day = 2
        while day < council.clock.n_days:
            while day < council.clock.n_days and not council.clock.working[day]:
                day += 1
            if day >= council.clock.n_days:
                return
            moment = day * DAY_MINUTES + PANEL_SITS_AT
            yield env.timeout(moment - env.now)
            began = perf_counter()
            self._meet(moment)
            council.stopwatch.add("panel", began)
            day += council.levers.allocation.panel_interval_weeks * 7

    def _prices(self, env: simpy.Environment) -> Generator[simpy.Event, Any, None]:
        """The price per point is set anew every so many weeks from the start on."""
        council = self.council
        weeks = council.levers.allocation.ras.recalibration_weeks
        day = council.clock.start_day + weeks * 7
        while weeks and day < council.clock.n_days:
            yield env.timeout(day * DAY_MINUTES + 2 - env.now)
            council.prices.recalibrate(council.machine.tally, council.levers.allocation.ras)
            council.set_rules()
            day += weeks * 7

    def _body(self, env: simpy.Environment, stream: Stream) -> Generator[simpy.Event, Any, None]:
        """A stream's own staff decide once a week on as many applications as they can, oldest first."""
        council = self.council
        body, could = self._bodies[stream], 0.0
        for day in range(BODIES_SIT_ON, council.clock.n_days, 7):
            moment = day * DAY_MINUTES + PANEL_SITS_AT
            yield env.timeout(moment - env.now)
            self._take_requests()
            could += getattr(council.levers.funding, stream.name.lower()).decisions_per_week
            now, could = int(could), could % 1.0  # a part of a decision counts next week; idle time is gone
            if body.people.size == 0:
                continue
            body.keep(council.world.people["stage"][body.people] != Stage.GONE)
            people, _ = body.sit(now, moment)
            if people.size:
                council.act(
                    Batch.AWARDED, people, np.full(people.size, int(stream)), np.full(people.size, moment)
                )

    def _evaluation(self, env: simpy.Environment) -> Generator[simpy.Event, Any, None]:
        """In trial mode: the evaluators see people once a week, on its last evening."""
        for day in range(6, self.council.clock.n_days, 7):
            yield env.timeout(day * DAY_MINUTES + PANEL_SITS_AT - env.now)
            self.council.interviews.visit(int(env.now))

    def _morning(self, first_day: int, day: int) -> None:
        """All that falls due, and who arrives, from `first_day` (after the last working day) to `day`."""
        council = self.council
        council.rollout.open(day)
        people, timers, due_at = council.machine.timers.pop(day)
        newcomers = council.front_door.arrivals(first_day, day)
        council.act(Batch.DUE, people, timers, due_at)
        if newcomers.size:
            council.here = np.concatenate([council.here, newcomers])
            on_offer = council.rollout.comes_forward(day)[council.world.groups[newcomers]]
            council.act(Batch.REFERRED, newcomers, on_offer, council.front_door.arrives_at(newcomers))

    def _open_screening(self, day: int) -> None:
        """Once a week: the week's contacts that end at screening become work, each on its own day."""
        council = self.council
        days = np.arange(day, min((day // 7 + 1) * 7, council.clock.n_days))
        minutes = council.levers.assessment.screening_hours * 60
        council.workforce.screen(days, council.front_door.screened[days], minutes)

    def _work(self, day: int) -> None:
        """The working day: tasks are done, and what comes next is set off."""
        council = self.council
        contacts = int(council.front_door.contacts[day])
        council.contacts[council.clock.year[day]] += contacts
        minutes = round(contacts * council.levers.access.minutes_per_contact)
        done = council.workforce.day(day, minutes)
        if done.kind.size:
            council.act(Batch.FINISHED, done.entity, done.kind, done.at)

    def _meet(self, at: int) -> None:
        """The panel sits: cases whose people have left, or given up, are off its list."""
        council = self.council
        self._take_requests()
        stage = council.world.people["stage"][self._panel_cases.people]
        change = (self._panel_cases.matters == Matter.CHANGE_PLAN) & (stage == Stage.IN_PLACE)
        self._panel_cases.keep((stage == Stage.ALLOCATION) | (stage == Stage.SIGN_OFF) | change)
        people, matters = self._panel_cases.sit(council.levers.allocation.panel_cases, at)
        if people.size:
            council.act(Batch.DECIDED, people, matters, np.full(people.size, at))

    def _take_requests(self) -> None:
        """Put what people have asked on the list of the panel, or of the stream's staff."""
        if not self.council.machine.has_requests:
            return
        asked = self.council.machine.take_requests()
        to_streams = asked["matter"] >= min(STREAM_OF)
        self._panel_cases.join(asked[~to_streams])
        if to_streams.any():
            for matter, stream in STREAM_OF.items():
                self._bodies[stream].join(asked[asked["matter"] == matter])

    def _approach_caseload(self, day: int) -> None:
        """Once a week: waves to everyone approach the next people of the caseload."""
        council = self.council
        people = council.world.people
        free = (people["stage"] == Stage.IN_PLACE) & (people["support"] == CONVENTIONAL_SUPPORT)
        chosen = council.rollout.approach_caseload(day, free)
        council.act(Batch.APPROACHED, chosen, chosen, np.full(chosen.size, day * DAY_MINUTES))
