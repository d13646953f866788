"""The roll-out: whom each wave reaches, how many it may approach by when, and a trial's arms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ibsim.policy.rollout import Wave
from tests.oracle.people import GROUPS, Person

if TYPE_CHECKING:
    from tests.oracle.council import Council


@dataclass(eq=False)
class Recruiting:
    """One wave at work."""

    wave: Wave
    first_day: int
    last_day: int
    deadline: int
    members: set[int]
    approached: int = 0
    may_approach_today: float = 0

    def open_on(self, day: int) -> bool:
        """A wave with a quota ends with its deadline."""
        return self.first_day <= day < self.ends_on

    @property
    def ends_on(self) -> int:
        return self.last_day if self.wave.quota is None else min(self.last_day, self.deadline + 1)


class Rollout:
    """All waves, in the order of the scenario."""

    def __init__(self, council: Council) -> None:
        self.council = council
        calendar = council.calendar
        self.waves = []
        for wave in council.first_levers.rollout.waves:
            until = calendar.n_days if wave.until is None else calendar.day_of(wave.until)
            deadline = until if wave.deadline is None else calendar.day_of(wave.deadline)
            self.waves.append(Recruiting(wave, calendar.day_of(wave.from_), until, deadline, set()))
        self.change()

    def change(self) -> None:
        """New rules: whom co-ordinators think suitable may change; the waves are those of the start."""
        for recruiting in self.waves:
            recruiting.members = {p.number for p in self.council.people if self._belongs(recruiting, p)}

    def _belongs(self, recruiting: Recruiting, person: Person) -> bool:
        """Of the wave's groups and places, with a package, in the wave's share, and thought suitable."""
        wave, born, draws = recruiting.wave, person.born, self.council.draws
        if not born.has_package:
            return False
        if person.group not in wave.groups and not ("transitions" in wave.groups and born.transition):
            return False
        if wave.localities is not None and born.locality + 1 not in wave.localities:
            return False
        if wave.teams is not None and person.team_number not in wave.teams:
            return False
        if draws.uniform(f"share from {wave.from_} to {wave.to}", person.id) >= wave.share_percent / 100:
            return False
        suitable = self.council.levers.rollout.suitable_percent
        return draws.uniform("suitable", person.id) * 100 < suitable

    # --- how many -------------------------------------------------------------------------------------

    def _allowed(self, recruiting: Recruiting, day: int, everybody: int) -> int:
        """How many may have been approached by the end of this day.

        An offer to everyone without a quota is spread evenly over the wave's weeks; a quota is recruited
        below an even pace at first, and pressed in the last weeks before the deadline.
        """
        wave, s = recruiting.wave, self.council.first_levers.rollout
        passed = day + 1 - recruiting.first_day
        if wave.quota is None:
            return round(everybody * min(passed / (wave.weeks * 7), 1.0))
        length = max(recruiting.deadline - recruiting.first_day + 1, 1)
        pressed = min(s.pressure_weeks * 7, length)
        slow = length - pressed
        early = min(s.effort_before_pressure_percent / 100 * slow / length, 1.0) if slow > 0 else 0.0
        reached = early * passed / slow if slow > 0 else 0.0
        if passed > slow:
            reached = early + (1 - early) * (passed - slow) / pressed
        return round(wave.quota * min(reached, 1.0))

    def open(self, day: int) -> None:
        """In the morning: how many each wave may approach today at referrals, or at reviews."""
        for recruiting in self.waves:
            if not recruiting.open_on(day):
                recruiting.may_approach_today = 0
            elif recruiting.wave.quota is None:
                recruiting.may_approach_today = float("inf")
            else:
                left = self._allowed(recruiting, day, 0) - recruiting.approached
                recruiting.may_approach_today = max(left, 0)

    def approaches(self, person: Person, way: str) -> bool:
        """Whether a wave approaches a person at a referral or a review; then none does so again."""
        if person.approached:
            return False
        for recruiting in self.waves:
            if recruiting.wave.to != way or recruiting.may_approach_today <= 0:
                continue
            if person.number in recruiting.members:
                recruiting.may_approach_today -= 1
                recruiting.approached += 1
                person.approached = True
                return True
        return False

    def approach_caseload(self, day: int, free: list[Person]) -> list[Person]:
        """Once a week: whom the waves to everyone approach now, in a drawn order."""
        draws = self.council.draws
        chosen: list[Person] = []
        for recruiting in self.waves:
            if recruiting.wave.to != "everyone" or not recruiting.open_on(day):
                continue
            able = [
                person for person in free if person.number in recruiting.members and not person.approached
            ]
            able.sort(key=lambda person: draws.uniform("approach order", person.id))
            everybody = recruiting.approached + len(able)
            many = max(self._allowed(recruiting, day, everybody) - recruiting.approached, 0)
            for person in able[:many]:
                person.approached = True
                recruiting.approached += 1
                chosen.append(person)
        return chosen

    @property
    def weekly(self) -> bool:
        return any(recruiting.wave.to == "everyone" for recruiting in self.waves)

    def on_offer(self, group: str, day: int) -> bool:
        """Whether IBs are on offer to a group's new referrals: some people come forward only then."""
        return any(
            recruiting.wave.to == "new_referrals"
            and group in recruiting.wave.groups
            and recruiting.first_day <= day < recruiting.ends_on
            for recruiting in self.waves
        )

    # --- a trial --------------------------------------------------------------------------------------

    def lot(self, person: Person) -> str:
        """What approaching somebody comes to: outside a trial everybody is offered an IB."""
        trial, draws = self.council.levers.rollout.trial, self.council.draws
        if not trial.enabled:
            return "offered"
        if draws.uniform("research consent", person.id) >= trial.consent_percent / 100:
            return "no consent"
        to_ib = draws.uniform("randomised", person.id) < trial.randomised_to_ib_percent / 100
        return "IB arm" if to_ib else "comparison arm"

    # --- what set-up asks -----------------------------------------------------------------------------

    def starts(self) -> dict[str, int]:
        """The first day on which IBs are on offer, by group as the waves name them; empty waves are none."""
        found: dict[str, int] = {}
        for recruiting in self.waves:
            for name in recruiting.wave.groups if recruiting.members else []:
                found[name] = min(recruiting.first_day, found.get(name, recruiting.first_day))
        return found

    def planned_holders(self) -> dict[str, float]:
        """How many IB holders the roll-out aims at: quotas, and whom waves reach in their first year."""
        s, people = self.council.first_levers.rollout, self.council.people
        reached: set[int] = set()
        planned = {group: 0.0 for group in GROUPS}
        for recruiting in self.waves:
            there = []
            for person in people:
                day = person.born.arrives_at // (24 * 60)
                if recruiting.wave.to == "new_referrals":
                    comes = recruiting.first_day <= day < recruiting.first_day + 365
                else:
                    comes = day <= 0
                if comes and person.number in recruiting.members:
                    there.append(person)
            if recruiting.wave.quota is None:
                reached |= {person.number for person in there}
                continue
            for group in GROUPS:
                part = sum(person.group == group for person in there)
                planned[group] += min(recruiting.wave.quota, len(there)) * part / max(len(there), 1)
        takes = 1 - s.refusal_percent / 100
        if s.trial.enabled:
            takes *= s.trial.consent_percent * s.trial.randomised_to_ib_percent / 10_000
        for group in GROUPS:
            planned[group] += sum(people[number].group == group for number in reached)
        return {group: takes * holders for group, holders in planned.items()}
