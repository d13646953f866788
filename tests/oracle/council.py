"""The council of the oracle: its people, its books, and the few verbs that every rule needs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING

from ibsim.scenario.model import ResolvedScenario
from ibsim.words import Decision, Event, Matter, Stage, Timer
from tests.oracle.allocation import PriceList
from tests.oracle.calendar import DAY, YEAR, Calendar
from tests.oracle.draws import Draws, normal_of, whole
from tests.oracle.frontdoor import FrontDoor
from tests.oracle.office import Office
from tests.oracle.people import Noted, Person, Sum
from tests.oracle.rollout import Rollout
from tests.oracle.staff import Staff

if TYPE_CHECKING:
    from tests.oracle.market import Market
    from tests.oracle.treasury import Treasury


@dataclass
class Request:
    """Somebody asks the panel, or a stream's own staff, for a decision."""

    person: Person
    matter: Matter
    at: int


class Council:
    """Everything that the rules of one council read and change."""

    market: Market
    treasury: Treasury
    """both set up with the run (`market.set_up`)"""

    def __init__(self, scenario: ResolvedScenario, seed: int, number: int, people: list[Person]) -> None:
        self.scenario = scenario
        calendar = scenario.calendar
        self.calendar = Calendar(calendar.start, calendar.first_day, calendar.end)
        self.draws = Draws(seed, number)
        self.first_levers = self.levers = scenario.timeline[0][1]
        self.people = people
        """everybody who will ever come, in the order of arrival"""
        self.here: list[Person] = []
        """who has come so far, and had not left when the month began"""
        self.history: list[Noted] = []
        self.ledger: Counter[Sum] = Counter()
        self.requests: list[Request] = []
        self.sp_promised = 0
        """pence a year of Supporting People's grant that IBs hold"""
        self.timers_from = 0
        """the earliest moment at which a timer can still fall due"""
        self.first_wave_day = self._first_wave_day()
        self.staff = Staff(self)
        self.office: Office = self.staff.office
        self.rollout = Rollout(self)
        self.prices = PriceList(self)
        self.front_door = FrontDoor(self)

    def _first_wave_day(self) -> int | None:
        """The day on which the first wave begins, if that is in the run."""
        waves = self.first_levers.rollout.waves
        first = min((self.calendar.day_of(wave.from_) for wave in waves), default=None)
        return None if first is None or first > self.calendar.n_days else first

    # --- chance ---------------------------------------------------------------------------------------

    def draw(self, decision: Decision, person: Person) -> float:
        """The person's next uniform for a decision: a new one each time it comes up."""
        occurrence = person.come_up.get(decision, 0)
        person.come_up[decision] = occurrence + 1
        return self.draws.uniform(decision.name.lower(), person.id, occurrence)

    def chance(self, decision: Decision, person: Person, probability: float) -> bool:
        return self.draw(decision, person) < probability

    def normal(self, decision: Decision, person: Person) -> float:
        return normal_of(self.draw(decision, person))

    def exponential(self, decision: Decision, person: Person) -> float:
        """A unit exponential."""
        return -log(self.draw(decision, person))

    def delay(self, decision: Decision, person: Person, median_days: float, sigma: float) -> int:
        """Minutes of a lognormal time with this median."""
        return whole(median_days * exp(sigma * self.normal(decision, person)) * DAY)

    # --- what falls due -------------------------------------------------------------------------------

    def set_timer(self, timer: Timer, person: Person, due_at: int) -> None:
        """Set a person's timer, or move it; what is past already falls due with the next day."""
        person.timers[timer] = max(due_at, self.timers_from)

    def set_hazard(self, timer: Timer, decision: Decision, person: Person, at: int, per_year: float) -> None:
        """Set a timer to a time from `at` on that is exponential at a rate a year."""
        self.set_timer(timer, person, at + lasting(self.exponential(decision, person), per_year))

    # --- the history ----------------------------------------------------------------------------------

    def note(self, event: Event, person: Person, at: int, first: int = 0, second: int = 0) -> None:
        self.history.append(Noted(event, person.number, at, first, second))

    def move(self, person: Person, stage: Stage, at: int) -> None:
        """Move a person to a stage; a stay in which people wait is noted once years count."""
        # a task that ends at eleven may follow a timer of three the same day: no stay is negative
        now = max(at, person.stage_since)
        waited = Stage.OFFERED <= person.stage <= Stage.ARRANGING
        if waited and self.calendar.month_of(now) >= 0:
            arm = int(person.in_ib_arm)
            self.note(Event.SOJOURN, person, now, person.stage_since, int(person.stage) * 2 + arm)
        person.stage, person.stage_since = stage, now

    def ask(self, matter: Matter, person: Person, at: int) -> None:
        """Ask the panel, or a stream's own staff, for a decision."""
        self.requests.append(Request(person, matter, at))


NEVER = 2_000_000_000
"""Minutes: longer than any run."""


def lasting(exposure: float, per_year: float) -> int:
    """How many minutes a unit exponential lasts at a rate a year: at least one."""
    if per_year <= 0:
        return NEVER
    return max(1, whole(min(exposure / per_year * YEAR, 1e9)))
